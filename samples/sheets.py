"""Sheets of paper before they are scanned: forms with seals and signatures, copies of cards and certificates, letters, blank backs.

Called by `inbox` and `population.pieces`. A sheet is an RGB picture of an A4 page at the given dpi.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from samples.dates import normal_date
from samples.dossier import PaperState
from samples.fonts import face
from samples.records import Document
from samples.rendering import Glyph, glyphs, page_pictures
from samples.seals import handwriting, press, round_seal

_A4 = (210 / 25.4, 297 / 25.4)


@dataclass
class Sheet:
    """One page to be scanned. `turn`: degrees clockwise that the page lies wrong; `documents`: what is on it."""

    picture: Image.Image
    kind: str
    dpi: int
    documents: list[Document] = field(default_factory=list)
    turn: int = 0


def blank_page(dpi: int, landscape: bool = False) -> Image.Image:
    """White paper."""
    width, height = int(_A4[0] * dpi), int(_A4[1] * dpi)
    return Image.new("RGB", (height, width) if landscape else (width, height), "white")


def _beside(found: list[Glyph], text: str, above: float, reach: float = 40) -> Glyph:
    """The last glyph `text` at most `reach` points below `above`."""
    return [glyph for glyph in found if glyph.text == text and above + 4 < glyph.y < above + reach][-1]


def write_date(page: Image.Image, found: list[Glyph], above: float, date: str, dpi: int, rng: np.random.Generator) -> None:
    """Write year, month and day by hand before the printed 年 月 日 below `above`."""
    scale = dpi / 72
    for text, part in zip("年月日", normal_date(date).split("-"), strict=True):
        anchor = _beside(found, text, above)
        ink = handwriting(part.lstrip("0"), int(15 * scale), rng)
        # Two empty squares stand between 年, 月 and 日; the year has all the space to its left.
        x = (anchor.x - 9) * scale - ink.width / 2 if text == "年" else (anchor.x - 15.5) * scale
        press(page, ink, x + rng.uniform(-3, 3), anchor.y * scale + rng.uniform(-3, 2))


def _finish_last_page(page: Image.Image, found: list[Glyph], state: PaperState, dates: tuple[str, str], rng: np.random.Generator) -> None:
    scale = state.dpi / 72
    sign = next(glyph for glyph in found if glyph.text == "签")
    if state.signature:
        ink = handwriting(state.signature, int(19 * scale), rng)
        press(page, ink, (sign.x + 34) * scale + ink.width / 2, (sign.y - 5) * scale)
    write_date(page, found, sign.y, state.signed_on, state.dpi, rng)
    places = [glyph for glyph in found if glyph.text == "盖"]
    for place, seal, date in zip(places, (state.employer_seal, state.unit_seal), dates, strict=False):
        if state.dates_by_hand:
            write_date(page, found, place.y, date, state.dpi, rng)
        if seal:
            picture = round_seal(seal, int(42 / 25.4 * state.dpi), rng)
            press(page, picture, (place.x + rng.uniform(10, 34)) * scale, (place.y + rng.uniform(-8, 10)) * scale)


def form_sheets(pdf: bytes, state: PaperState, dates: tuple[str, str], document: Document, rng: np.random.Generator) -> list[Sheet]:
    """The printed form signed and sealed, four sheets. `dates`: employer's and unit's opinion dates, for forms dated by hand."""
    pictures = page_pictures(pdf, state.dpi)
    assert len(pictures) == len(state.kinds), "an official form has four pages"
    _finish_last_page(pictures[-1], glyphs(pdf, len(pictures) - 1), state, dates, rng)
    return [
        Sheet(picture, kind, state.dpi, [document], state.turns.get(number, 0))
        for number, (picture, kind) in enumerate(zip(pictures, state.kinds, strict=True), start=1)
    ]


def cards_sheet(cards: list[Image.Image], dpi: int, rng: np.random.Generator) -> Image.Image:
    """A photocopy: cards in their real size one below the other."""
    page = blank_page(dpi)
    width, height = int(85.6 / 25.4 * dpi), int(54 / 25.4 * dpi)
    y = page.height * 0.12
    for card in cards:
        # A telephone's screenshot is printed upright, 7 cm wide; cards keep their real size.
        upright = int(70 / 25.4 * dpi)
        size = (upright, upright * card.height // card.width) if card.height > card.width else (width, height)
        small = (
            card.convert("RGBA")
            .resize(size, Image.Resampling.LANCZOS)
            .rotate(float(rng.uniform(-2, 2)), expand=True, resample=Image.Resampling.BICUBIC)
        )
        x = (page.width - small.width) / 2 + rng.uniform(-0.08, 0.08) * page.width
        page.paste(small.convert("RGB"), (int(x), int(y)), small.getchannel("A"))
        y += size[1] + page.height * 0.09
    return page


def certificates_sheet(pictures: list[Image.Image], dpi: int, rng: np.random.Generator) -> Image.Image:
    """Photocopies of one or two certificates on one page; a single landscape certificate makes a landscape page."""
    landscape = len(pictures) == 1 and pictures[0].width > pictures[0].height
    page = blank_page(dpi, landscape)
    slot = page.height / len(pictures)
    for index, picture in enumerate(pictures):
        scale = min(page.width * 0.93 / picture.width, slot * 0.93 / picture.height)
        small = picture.convert("RGB").resize((int(picture.width * scale), int(picture.height * scale)), Image.Resampling.LANCZOS)
        x = (page.width - small.width) / 2 + rng.uniform(-0.01, 0.01) * page.width
        page.paste(small, (int(x), int(slot * index + (slot - small.height) / 2)))
    return page


def seal_summary(pdf: bytes, seal: str, dpi: int, rng: np.random.Generator) -> Image.Image:
    """The printed summary table with the unit's seal over 推荐单位（盖章）, or without when `seal` is empty."""
    pictures = page_pictures(pdf, dpi)
    assert len(pictures) == 1, "the summary table must fit one page"
    page = pictures[0]
    if seal:
        place = next(glyph for glyph in glyphs(pdf, 0) if glyph.text == "盖")
        picture = round_seal(seal, int(42 / 25.4 * dpi), rng)
        press(page, picture, (place.x + 92) * dpi / 72, (place.y - 20) * dpi / 72)
    return page


def letter(unit: str, names: list[str], date: str, dpi: int, rng: np.random.Generator) -> Image.Image:
    """The covering letter that a unit puts on top of its post."""
    page = blank_page(dpi)
    draw = ImageDraw.Draw(page)
    unit_size = dpi / 150
    draw.text(
        (page.width / 2, 200 * unit_size),
        "关于寄送申报材料的函",
        fill=(20, 20, 20),
        font=face("song_bold", int(44 * unit_size)),
        anchor="mm",
    )
    lines = [
        "会员与质量推进部：",
        "　　根据通知安排，现将我单位组织的有关材料一并寄上，请予查收。",
        f"　　本次共涉及{len(names)}位职工，纸质材料均一式三份，电子版已另行发送。",
        "　　如有缺漏，请与我单位质量管理办公室联系，我们将及时补充。",
        "　　顺颂工作顺利！",
    ]
    for index, line in enumerate(lines):
        draw.text((150 * unit_size, (310 + index * 62) * unit_size), line, fill=(20, 20, 20), font=face("song", int(30 * unit_size)))
    draw.text((page.width - 140 * unit_size, 760 * unit_size), unit, fill=(20, 20, 20), font=face("song", int(30 * unit_size)), anchor="ra")
    draw.text((page.width - 180 * unit_size, 820 * unit_size), date, fill=(20, 20, 20), font=face("song", int(30 * unit_size)), anchor="ra")
    press(page, round_seal(unit, int(42 / 25.4 * dpi), rng), page.width - 330 * unit_size, 790 * unit_size)
    return page
