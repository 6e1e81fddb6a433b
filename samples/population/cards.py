"""Copies of cards as clerks receive them: an applicant in, pictures of cards with their documents out, and sheets to copy them on.

Called by `pieces`. The cards themselves are drawn by `samples.cards`; here they are turned, cut, stamped, left out or copied twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from samples import cards
from samples.dossier import Applicant
from samples.fonts import face, face_for
from samples.population.lexicon import happens, pick, pick_weighted
from samples.records import Document, identity_fields, union_fields
from samples.seals import press

_MM = cards.CARD[0] / 85.6  # pixels of a drawn card per millimetre of a real one
_STAMPS = ("复印无效", "仅供申报上海质量工匠使用", "与原件核对一致", "仅供评选使用，他用无效", "复印件与原件相符")


@dataclass
class CardCopy:
    """Pictures of a card's sides, and the document they are. `screenshot`: a telephone's picture of its own screen."""

    pictures: list[Image.Image]
    document: Document
    screenshot: bool = False


def _stamp(picture: Image.Image, rng: np.random.Generator) -> None:
    """A line stamped across the card; what lies below stays legible."""
    text, size = pick(_STAMPS, rng), int(rng.integers(38, 64))
    font = face("hei_bold" if happens(0.5, rng) else "song_bold", size)
    mask = Image.new("L", (int(font.getlength(text)) + 40, size * 2), 0)
    draw = ImageDraw.Draw(mask)
    draw.text((20, size), text, fill=150, font=font, anchor="lm")
    if happens(0.4, rng):
        draw.rectangle((3, 3, mask.width - 4, mask.height - 4), outline=150, width=4)
    colour = pick(((200, 40, 50), (40, 60, 150), (90, 90, 96)), rng)
    ink = Image.merge("RGBA", [*(Image.new("L", mask.size, part) for part in colour), mask])
    ink = ink.rotate(float(rng.uniform(-24, 24)), expand=True, resample=Image.Resampling.BICUBIC)
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = picture.convert("RGB")
    press(plain, ink, picture.width * rng.uniform(0.4, 0.6), picture.height * rng.uniform(0.35, 0.65))
    picture.paste(plain)
    if alpha is not None:
        picture.putalpha(alpha)


def _cut(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A card that lay over the glass's edge: a strip without print is gone."""
    strip = int(picture.width * rng.uniform(0.03, 0.06))
    left, right = (strip, picture.width) if happens(0.5, rng) else (0, picture.width - strip)
    return picture.crop((left, 0, right, picture.height))


def _worn(picture: Image.Image, notes: list[str], rng: np.random.Generator) -> Image.Image:
    if happens(0.15, rng):
        _stamp(picture, rng)
        notes.append("stamp_across")
    if happens(0.06, rng):
        picture = _cut(picture, rng)
        notes.append("cut_edge")
    return picture


def identity_copies(who: Applicant, rng: np.random.Generator) -> list[CardCopy]:
    """The identity card: mostly both sides together, now and then in other order, apart, one side only or one side twice."""
    person = who.person
    card = cards.IdentityCard(
        person.name, person.sex, person.ethnicity, person.birth, person.home, person.id_number, person.authority, person.valid
    )
    way = pick_weighted({"both": 84, "apart": 6, "one": 4, "twice": 3, "back_first": 15}, rng)
    groups = {"apart": ["f", "b"], "one": ["f"], "twice": ["ff"], "back_first": ["bf"]}.get(way, ["fb"])
    turned = happens(0.15, rng)
    copies = []
    for sides in groups:
        document = Document("id_card", who.key, "paper", identity_fields(card, "f" in sides, "b" in sides), who.unit)
        document.notes = ["side_twice"] if sides == "ff" else []
        pictures = [_worn(cards.id_front(card) if side == "f" else cards.id_back(card), document.notes, rng) for side in sides]
        if turned:
            pictures = [each.rotate(pick((0, 90, 180, 270), rng), expand=True) for each in pictures]
            document.notes.append("turned")
        copies.append(CardCopy(pictures, document))
    return copies


def _silver(card: cards.UnionCard) -> Image.Image:
    """A plastic card with the holder's portrait and small labels."""
    ramp = np.linspace(236, 196, cards.CARD[0])[None, :, None] + np.zeros((cards.CARD[1], 1, 3))
    image = Image.fromarray(ramp.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, cards.CARD[0], 120), fill=(178, 28, 36))
    draw.text((505, 60), "工会会员服务卡", fill=(255, 248, 230), font=face("song_bold", 60), anchor="mm")
    image.paste(cards.portrait(False, 20).resize((190, 266)), (60, 180))
    rows = (("姓名：", card.name), ("所属工会：", card.union_name), ("卡号：", card.number))
    for index, (label, value) in enumerate(rows):
        y = 190 + index * 96
        draw.text((290, y), label, fill=(70, 70, 76), font=face("hei", 36))
        left = 290 + face("hei", 36).getlength(label)
        size = min(38, int((cards.CARD[0] - 40 - left) / max(len(value) * (1.0 if index < 2 else 0.6), 1)))
        draw.text((left, y), value, fill=(30, 30, 34), font=face_for(value, "hei", size))
    draw.text((505, 590), "上海市总工会 制", fill=(90, 90, 96), font=face("song", 30), anchor="mm")
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, image.width - 1, image.height - 1), 34, fill=255)
    image.putalpha(mask)
    return image


def _listed(card: cards.UnionCard) -> Image.Image:
    """The telephone's certificate in another layout: a red card on top, a list below it."""
    image = Image.new("RGB", (1080, 2100), (246, 246, 248))
    draw = ImageDraw.Draw(image)
    draw.text((46, 24), "10:26", fill=(30, 30, 32), font=face("hei", 38))
    draw.text((540, 150), "电子会员证", fill=(30, 30, 32), font=face("hei_bold", 46), anchor="mm")
    draw.rounded_rectangle((46, 240, 1034, 760), 40, fill=(198, 40, 44))
    draw.text((100, 300), "中华全国总工会会员证", fill=(255, 240, 214), font=face("song_bold", 50))
    draw.text((100, 440), card.name, fill="white", font=face_for(card.name, "hei_bold", 72))
    digits = " ".join(card.number[start : start + 4] for start in range(0, len(card.number), 4))
    draw.text((100, 620), digits, fill="white", font=face("zen", 54))
    rows = (("会员状态", card.status), ("所在工会", card.union_name), ("证件类型", "居民身份证"), ("发证平台", "申工社"))
    for index, (label, value) in enumerate(rows):
        y = 840 + index * 150
        draw.text((70, y), label, fill=(120, 120, 126), font=face("hei", 40))
        size = min(42, int(740 / max(len(value), 1)))
        draw.text((1010, y + 4), value, fill=(30, 30, 32), font=face_for(value, "hei", size), anchor="ra")
        draw.line((60, y + 96, 1020, y + 96), fill=(226, 226, 230), width=3)
    draw.rounded_rectangle((140, 1560, 940, 1680), 60, fill=(198, 40, 44))
    draw.text((540, 1620), "出示会员码", fill="white", font=face("hei", 46), anchor="mm")
    return image


def union_copy(who: Applicant, rng: np.random.Generator) -> CardCopy:
    """The union card: plastic in three designs, or one of two pictures of the telephone's electronic certificate."""
    number = who.union_number or who.person.card_number
    card = cards.UnionCard(who.person.name, number, who.union_name, "正常", who.union_design)
    design, fields = who.union_design, union_fields(card)
    if design == "screenshot" and happens(0.5, rng):
        design = "screenshot_list"
    elif design == "blue" and happens(0.5, rng):
        design = "silver"
    picture = {"silver": _silver, "screenshot_list": _listed}.get(design, cards.union_card)(card)
    document = Document("union_card", who.key, "paper", fields, who.unit, style=design)
    screenshot = design.startswith("screenshot")
    if not screenshot:
        picture = _worn(picture, document.notes, rng)
    return CardCopy([picture], document, screenshot)


def lay_out(pictures: list[Image.Image], dpi: int, rng: np.random.Generator) -> Image.Image:
    """A photocopy of cards in about their real size: one below the other or, small ones, side by side; none covers another."""
    page = Image.new("RGB", (int(210 / 25.4 * dpi), int(297 / 25.4 * dpi)), "white")
    enlarged = float(pick((1.0, 1.0, 1.0, 1.2, 1.4), rng))
    sizes = []
    for picture in pictures:
        wide = 62.0 if picture.height > picture.width * 1.7 else picture.width / _MM * enlarged
        sizes.append((wide, wide * picture.height / picture.width))
    beside = len(pictures) == 2 and sum(width for width, _ in sizes) < 176 and happens(0.4, rng)
    free = 297 - 36 - (max(height for _, height in sizes) if beside else sum(height for _, height in sizes))
    shrink = 1.0 if free >= 10 * len(sizes) else (297 - 36 - 10 * len(sizes)) / (297 - 36 - free)
    gap = max(10.0, free / (len(sizes) + 1)) * float(rng.uniform(0.5, 1.0)) if not beside else 0.0
    x, y = 14.0, 18 + max(4.0, gap * float(rng.uniform(0.2, 1.0)))
    for picture, (width, height) in zip(pictures, sizes, strict=True):
        width, height = width * shrink, height * shrink
        small = picture.convert("RGBA").resize((int(width / 25.4 * dpi), int(height / 25.4 * dpi)), Image.Resampling.LANCZOS)
        small = small.rotate(float(rng.uniform(-2.5, 2.5)), expand=True, resample=Image.Resampling.BICUBIC)
        left = x if beside else float(rng.uniform(0.25, 0.75)) * max(210 - width, 1)
        page.paste(small.convert("RGB"), (int(left / 25.4 * dpi), int(y / 25.4 * dpi)), small.getchannel("A"))
        x, y = (x + width + 8, y) if beside else (x, min(y + height + gap, 297 - height))
    return page
