"""Certificates: the words of a certificate in, a picture of it in one of seven designs out.

Called by `inbox`. Landscape designs are 1754 x 1240 pixels, portrait ones 1240 x 1754 (A4 at 150 dpi), the plaque 1600 x 1100.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import face, face_for
from samples.seals import press, round_seal

_RED = (190, 24, 30)
_INK = (34, 30, 28)


@dataclass(frozen=True)
class Certificate:
    """The words on a certificate. `body` holds the honour's title between “ ”; `members` empty when the certificate lists none."""

    heading: str
    addressee: str
    body: str
    issuers: tuple[str, ...]
    date: str
    design: str
    prize: str = ""
    number: str = ""
    team: str = ""
    project: str = ""
    employer: str = ""
    members: tuple[str, ...] = ()


def _spaced(
    draw: ImageDraw.ImageDraw, centre: float, y: float, text: str, size: int, gap: float, style: str, fill: tuple[int, int, int]
) -> None:
    step = size * (1 + gap)
    start = centre - step * (len(text) - 1) / 2
    for index, char in enumerate(text):
        draw.text((start + index * step, y), char, fill=fill, font=face_for(char, style, size), anchor="mm")


def _paragraph(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int], text: str, size: int, style: str, leading: float = 1.75, indent: bool = True
) -> int:
    """Set `text` between the left and right of `box` (left, top, right) and return the y below it."""
    left, y, right = box
    x: float = left + (size * 2 if indent else 0)
    for char in text:
        font = face_for(char, style, size)
        advance = font.getlength(char)
        # In Chinese typesetting closing punctuation never starts a line and opening punctuation never ends one.
        room = x + advance * (2 if char in "“（《" else 1)
        if room > right and char not in "，。、”）》；：":
            x, y = left, y + int(size * leading)
        # Faces have different ascents: the common baseline keeps borrowed marks and rare characters in line.
        draw.text((x, y + int(size * 0.88)), char, fill=_INK, font=font, anchor="ls")
        x += advance
    return y + int(size * leading)


def _issuers(image: Image.Image, cert: Certificate, y: int, size: int, style: str, rng: np.random.Generator, right: int) -> None:
    """Names of the issuers, their date below, a seal over each name."""
    draw = ImageDraw.Draw(image)
    seal = int(size * 5.6)
    if len(cert.issuers) <= 1:
        for name in cert.issuers:
            width = face(style, size).getlength(name)
            draw.text((right - width, y), name, fill=_INK, font=face(style, size))
            press(image, round_seal(name, seal, rng), right - width / 2, y + size)
    else:
        # Joint issuers stand two in a row; four of them need the room of two seals one below the other.
        columns, seal = 2, int(seal * 0.86)
        pitch = (right - image.width * 0.12) / columns
        y -= int(seal * 0.5) if len(cert.issuers) > columns else 0
        for index, name in enumerate(cert.issuers):
            x = image.width * 0.12 + pitch * (index % columns) + pitch / 2
            row = y + (index // columns) * int(seal * 0.82)
            draw.text((x, row), name, fill=_INK, font=face(style, size), anchor="ma")
            press(image, round_seal(name, seal, rng), x + rng.uniform(-50, 50), row + rng.uniform(-0.1, 0.9) * size)
        y += int(seal * 0.82) * ((len(cert.issuers) - 1) // columns)
    date_width = face(style, size).getlength(cert.date)
    draw.text((right - date_width - size * 0.6, y + int(size * 1.9)), cert.date, fill=_INK, font=face(style, size))


def _frame(image: Image.Image, colour: tuple[int, int, int], inset: int, width: int) -> None:
    draw = ImageDraw.Draw(image)
    w, h = image.size
    draw.rectangle((inset, inset, w - inset, h - inset), outline=colour, width=width)
    draw.rectangle((inset + width * 2, inset + width * 2, w - inset - width * 2, h - inset - width * 2), outline=colour, width=2)
    for x in (inset, w - inset):
        for y in (inset, h - inset):
            draw.ellipse((x - 26, y - 26, x + 26, y + 26), fill=colour)


def _classic(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """荣誉证书 across the page, golden border."""
    image = Image.new("RGB", (1754, 1240), (253, 248, 234))
    _frame(image, (204, 158, 66), 52, 12)
    draw = ImageDraw.Draw(image)
    _spaced(draw, 877, 220, cert.heading, 108, 0.45, "song_bold", _RED)
    y = _paragraph(draw, (210, 350, 1550), cert.addressee, 56, "kai", 1.6, indent=False)
    y = _paragraph(draw, (210, y + 4, 1550), cert.body, 50, "kai", 1.6)
    if cert.members:
        y = _paragraph(draw, (210, y + 4, 1550), "小组成员：" + "、".join(cert.members), 42, "kai", 1.5)
    _issuers(image, cert, max(y + (160 if len(cert.issuers) > 2 else 60), 900), 44, "kai", rng, 1540)
    if cert.number:
        draw.text((210, 1120), f"证书编号：{cert.number}", fill=_INK, font=face("song", 30))
    return image


def _award(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """奖状, upright, on yellow paper with red ornaments."""
    image = Image.new("RGB", (1240, 1754), (254, 240, 190))
    _frame(image, (200, 40, 36), 60, 16)
    draw = ImageDraw.Draw(image)
    draw.pieslice((470, 120, 770, 420), 180, 360, fill=(210, 44, 40))
    draw.polygon(
        [(620, 150), (640, 210), (700, 210), (652, 246), (670, 304), (620, 268), (570, 304), (588, 246), (540, 210), (600, 210)],
        fill=(250, 206, 80),
    )
    _spaced(draw, 620, 420, cert.heading, 150, 0.8, "song_bold", _RED)
    y = _paragraph(draw, (170, 600, 1080), cert.addressee, 54, "song", 1.6, indent=False)
    y = _paragraph(draw, (170, y + 30, 1080), cert.body, 52, "song", 1.9)
    if cert.members:
        y = _paragraph(draw, (170, y + 8, 1080), "主要成员：" + "、".join(cert.members), 42, "song")
    _issuers(image, cert, max(y + 90, 1300), 44, "song", rng, 1070)
    return image


def _numbered(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """证书 with a number and labelled entries, blue border."""
    image = Image.new("RGB", (1240, 1754), (250, 252, 254))
    _frame(image, (44, 84, 150), 56, 10)
    draw = ImageDraw.Draw(image)
    _spaced(draw, 620, 270, cert.heading, 128, 0.9, "song_bold", (34, 60, 122))
    draw.text((620, 384), f"证书编号：{cert.number}", fill=_INK, font=face("song", 34), anchor="mm")
    y = 500
    entries = [
        ("获奖者", cert.addressee.removesuffix("：").removesuffix(" 同志")),
        ("获奖小组", cert.team),
        ("成果名称", cert.project),
        ("所在单位", cert.employer),
    ]
    if cert.team:
        entries = entries[1:]
    for key, value in [pair for pair in entries if pair[1]]:
        draw.text((170, y), f"{key}：", fill=_INK, font=face("hei", 40))
        y = _paragraph(draw, (390, y, 1080), value, 40, "song", 1.5, indent=False) + 14
    if cert.members:
        draw.text((170, y), "小组成员：", fill=_INK, font=face("hei", 40))
        y = _paragraph(draw, (390, y, 1080), "、".join(cert.members), 40, "song", 1.5, indent=False) + 14
    y = _paragraph(draw, (170, y + 30, 1080), cert.body, 46, "song")
    _issuers(image, cert, max(y + 100, 1330), 42, "song", rng, 1080)
    return image


def _official(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """A government office's certificate: the honour large in red, the prize on a line of its own."""
    image = Image.new("RGB", (1754, 1240), (255, 252, 246))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 1714, 1200), outline=(186, 30, 34), width=6)
    draw.rectangle((40, 40, 1714, 70), fill=(186, 30, 34))
    _spaced(draw, 877, 190, cert.heading, 96, 0.5, "song_bold", _RED)
    y = _paragraph(draw, (200, 300, 1560), cert.addressee, 48, "song_bold", indent=False)
    y = _paragraph(draw, (200, y + 10, 1560), cert.body, 46, "song")
    if cert.prize:
        _spaced(draw, 877, y + 66, cert.prize, 84, 0.35, "song_bold", _RED)
        y += 140
    if cert.members:
        y = _paragraph(draw, (200, y + 10, 1560), "主要完成人：" + "、".join(cert.members), 40, "song")
    _issuers(image, cert, max(y + 40, 930), 42, "song", rng, 1540)
    if cert.number:
        draw.text((200, 1130), f"编号：{cert.number}", fill=_INK, font=face("song", 28))
    return image


def _folder(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """A certificate in an opened red folder: words on the right leaf only."""
    image = Image.new("RGB", (1900, 1280), (160, 22, 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((36, 36, 930, 1244), fill=(252, 246, 236))
    draw.rectangle((970, 36, 1864, 1244), fill=(252, 246, 236))
    draw.line((950, 0, 950, 1280), fill=(110, 10, 18), width=10)
    _spaced(draw, 483, 560, cert.heading, 120, 0.4, "song_bold", _RED)
    draw.text((483, 690), "HONORARY CREDENTIAL", fill=(190, 150, 70), font=face("song", 46), anchor="mm")
    y = _paragraph(draw, (1040, 170, 1800), cert.addressee, 46, "kai", 1.5, indent=False)
    y = _paragraph(draw, (1040, y + 20, 1800), cert.body, 44, "kai", 1.8)
    if cert.members:
        y = _paragraph(draw, (1040, y + 4, 1800), "成员：" + "、".join(cert.members), 38, "kai", 1.6)
    size = 38
    y = max(y + 70, 830)
    for index, name in enumerate(cert.issuers):
        draw.text((1420, y + index * 62), name, fill=_INK, font=face("kai", size), anchor="ma")
    press(image, round_seal(cert.issuers[0], 250, rng), 1420 + rng.uniform(-30, 30), y + 20)
    draw.text((1420, y + len(cert.issuers) * 62 + 16), cert.date, fill=_INK, font=face("kai", size), anchor="ma")
    if cert.number:
        draw.text((1050, 1180), f"证书编号：{cert.number}", fill=_INK, font=face("song", 28))
    return image


def _plaque(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """A brass plaque: engraved, no seal, no sentence."""
    width, height = 1600, 1100
    ramp = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    gold = np.array([206, 172, 96], dtype=np.float32) + 26 * (1 - ramp**2) + rng.normal(0, 1.2, (height, width, 1)).astype(np.float32)
    image = Image.fromarray(np.clip(gold, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rectangle((30, 30, width - 30, height - 30), outline=(140, 100, 40), width=8)
    draw.text((800, 200), cert.addressee, fill=(70, 40, 20), font=face_for(cert.addressee, "hei_bold", 52), anchor="mm")
    title = cert.body
    size = 110 if len(title) <= 12 else 86
    _spaced(draw, 800, 440, title, size, 0.06, "song_bold", (170, 20, 24))
    for index, name in enumerate(cert.issuers):
        draw.text((800, 680 + index * 74), name, fill=(70, 40, 20), font=face("hei", 48), anchor="mm")
    draw.text((800, 700 + len(cert.issuers) * 74), cert.date, fill=(70, 40, 20), font=face("hei", 46), anchor="mm")
    return image


def _plain(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """A plain print with a sentence and the list of members in columns, as an office prints itself."""
    image = Image.new("RGB", (1240, 1754), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    _spaced(draw, 620, 260, cert.heading, 84, 0.6, "hei_bold", _INK)
    y = _paragraph(draw, (160, 420, 1090), cert.addressee, 44, "song", indent=False)
    y = _paragraph(draw, (160, y + 10, 1090), cert.body, 44, "song")
    if cert.members:
        draw.text((160, y + 30), "小组成员名单", fill=_INK, font=face("hei_bold", 40))
        columns = 4 if max(len(name) for name in cert.members) < 5 else 2
        for index, name in enumerate(cert.members):
            draw.text(
                (200 + (index % columns) * (880 // columns), y + 110 + (index // columns) * 70),
                name,
                fill=_INK,
                font=face_for(name, "song", 40),
            )
        y += 110 + (len(cert.members) // columns + 1) * 70
    _issuers(image, cert, max(y + 110, 1280), 42, "song", rng, 1080)
    if cert.number:
        draw.text((160, 1600), f"证书编号：{cert.number}", fill=_INK, font=face("song", 30))
    return image


_DESIGNS: dict[str, Callable[[Certificate, np.random.Generator], Image.Image]] = {
    "classic": _classic,
    "award": _award,
    "numbered": _numbered,
    "official": _official,
    "folder": _folder,
    "plaque": _plaque,
    "plain": _plain,
}


def draw_certificate(cert: Certificate, rng: np.random.Generator) -> Image.Image:
    """The certificate in its design (`Certificate.design`); KeyError for a design that does not exist."""
    return _DESIGNS[cert.design](cert, rng)
