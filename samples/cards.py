"""Identity cards and union cards: what is written on a card in, a picture of the card out (1011 x 638 pixels, 300 dpi of a bank card).

Called by `inbox`. The layout is that of real cards; the people, numbers and emblems are not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import face, face_for

CARD = (1011, 638)


@dataclass(frozen=True)
class IdentityCard:
    """The entries of a second-generation identity card; `ethnicity` without 族, dates as on the card."""

    name: str
    sex: str
    ethnicity: str
    birth: tuple[int, int, int]
    address: str
    id_number: str
    authority: str
    valid: str


@dataclass(frozen=True)
class UnionCard:
    """The entries of a union member's service card; `design`: plastic, blue or screenshot."""

    name: str
    number: str
    union_name: str
    status: str
    design: str


def _rounded(image: Image.Image, radius: int = 34) -> Image.Image:
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, image.width - 1, image.height - 1), radius, fill=255)
    image.putalpha(mask)
    return image


def _guilloche(size: tuple[int, int], top: tuple[int, int, int], bottom: tuple[int, int, int], line: tuple[int, int, int]) -> Image.Image:
    """The card's pale ground with its wavy security lines."""
    ramp = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    ground = np.array(top, dtype=np.float32) * (1 - ramp) + np.array(bottom, dtype=np.float32) * ramp
    image = Image.fromarray(np.repeat(ground, size[0], axis=1).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for wave in range(0, size[1] + 120, 17):
        points = [(x, wave - 60 + 22 * math.sin(x / 90 + wave / 37) + 9 * math.sin(x / 31)) for x in range(0, size[0] + 12, 12)]
        draw.line(points, fill=line, width=1)
    return image


def _portrait(size: tuple[int, int], female: bool, shade: int) -> Image.Image:
    """A stand-in for the photograph: head and shoulders, nobody's face."""
    image = Image.new("RGB", size, (226, 232, 238))
    draw = ImageDraw.Draw(image)
    w, h = size
    hair, skin, coat = (38 + shade, 32 + shade, 30 + shade), (222, 186, 160), (52 + shade, 60 + shade, 84)
    if female:
        draw.ellipse((w * 0.22, h * 0.12, w * 0.78, h * 0.72), fill=hair)
    draw.ellipse((w * 0.06, h * 0.68, w * 0.94, h * 1.35), fill=coat)
    draw.rectangle((w * 0.42, h * 0.55, w * 0.58, h * 0.72), fill=skin)
    draw.ellipse((w * 0.28, h * 0.18, w * 0.72, h * 0.64), fill=skin)
    draw.pieslice((w * 0.26, h * 0.12, w * 0.74, h * 0.56), 180, 360, fill=hair)
    for x in (0.4, 0.6):
        draw.ellipse((w * x - 5, h * 0.38, w * x + 5, h * 0.4), fill=(40, 34, 32))
    draw.arc((w * 0.43, h * 0.48, w * 0.57, h * 0.55), 20, 160, fill=(150, 90, 84), width=3)
    return image


def portrait(female: bool, shade: int = 0) -> Image.Image:
    """A passport-sized stand-in photograph, 295 x 413 pixels."""
    return _portrait((295, 413), female, shade)


def _address_lines(address: str) -> list[str]:
    return [address[start : start + 11] for start in range(0, len(address), 11)]


def id_front(card: IdentityCard) -> Image.Image:
    """The side with the person's entries."""
    image = _guilloche(CARD, (222, 238, 244), (238, 240, 232), (196, 216, 226))
    draw = ImageDraw.Draw(image)
    label, ink = (58, 112, 158), (24, 24, 26)
    small = face("hei", 27)

    def entry(x: int, y: int, text: str, gap: int = 0) -> None:
        for index, char in enumerate(text):
            draw.text((x + index * (27 + gap), y + 8), char, fill=label, font=small)

    entry(78, 74, "姓名", 8)
    draw.text((178, 70), card.name, fill=ink, font=face_for(card.name, "hei", 41))
    entry(78, 154, "性别", 8)
    draw.text((178, 152), card.sex, fill=ink, font=face("hei", 37))
    entry(296, 154, "民族", 8)
    draw.text((388, 152), card.ethnicity, fill=ink, font=face("hei", 37))
    entry(78, 232, "出生", 8)
    year, month, day = card.birth
    for x, text, is_label in (
        (178, str(year), 0),
        (278, "年", 1),
        (330, str(month), 0),
        (384, "月", 1),
        (434, str(day), 0),
        (488, "日", 1),
    ):
        font = small if is_label else face("hei", 37)
        draw.text((x, 238 if is_label else 230), text, fill=label if is_label else ink, font=font)
    entry(78, 312, "住址", 8)
    for line, text in enumerate(_address_lines(card.address)):
        draw.text((178, 306 + line * 50), text, fill=ink, font=face("hei", 37))
    entry(78, 528, "公民身份号码", 3)
    for index, char in enumerate(card.id_number):
        draw.text((340 + index * 30, 518), char, fill=ink, font=face("hei", 45))
    image.paste(_portrait((250, 330), card.sex == "女", int(card.id_number[5]) * 3), (690, 106))
    return _rounded(image)


def id_back(card: IdentityCard) -> Image.Image:
    """The side with the emblem, the issuing office and the validity."""
    image = _guilloche(CARD, (226, 240, 240), (240, 232, 226), (206, 218, 214))
    draw = ImageDraw.Draw(image)
    draw.ellipse((62, 48, 252, 238), fill=(196, 44, 40))
    draw.ellipse((76, 62, 238, 224), outline=(232, 186, 84), width=7)
    for dx, dy, reach in ((0, -20, 26), (-46, 10, 11), (46, 10, 11), (-24, 34, 11), (24, 34, 11)):
        points = []
        for step in range(10):
            radius = reach if step % 2 == 0 else reach * 0.4
            angle = math.radians(-90 + step * 36)
            points.append((157 + dx + radius * math.cos(angle), 140 + dy + radius * math.sin(angle)))
        draw.polygon(points, fill=(236, 196, 92))
    draw.rectangle((110, 190, 204, 206), fill=(232, 186, 84))
    for index, char in enumerate("中华人民共和国"):
        draw.text((318 + index * 82, 72), char, fill=(26, 26, 28), font=face("song", 58))
    for index, char in enumerate("居民身份证"):
        draw.text((296 + index * 134, 156), char, fill=(26, 26, 28), font=face("song_bold", 84))
    ink = (26, 26, 28)
    draw.text((250, 446), "签发机关", fill=ink, font=face("hei", 29))
    draw.text((400, 438), card.authority, fill=ink, font=face("hei", 37))
    draw.text((250, 532), "有效期限", fill=ink, font=face("hei", 29))
    draw.text((400, 524), card.valid, fill=ink, font=face("hei", 37))
    return _rounded(image)


def _plastic(card: UnionCard) -> Image.Image:
    red = card.design == "plastic"
    top, bottom = ((186, 30, 38), (146, 16, 26)) if red else ((226, 238, 250), (150, 190, 232))
    image = _guilloche(CARD, top, bottom, (200, 60, 60) if red else (184, 212, 240))
    draw = ImageDraw.Draw(image)
    light = (255, 244, 214) if red else (24, 52, 110)
    ink = (255, 250, 240) if red else (22, 26, 40)
    draw.ellipse((52, 40, 152, 140), outline=light, width=8)
    draw.text((102, 90), "工", fill=light, font=face("song_bold", 64), anchor="mm")
    draw.text((180, 46), "上海工会会员服务卡", fill=light, font=face("hei_bold", 54))
    draw.text((182, 114), "SHANGHAI TRADE UNION MEMBER SERVICE CARD", fill=light, font=face("hei", 20))
    draw.rounded_rectangle((70, 206, 180, 290), 12, fill=(214, 184, 108), outline=(150, 120, 60), width=3)
    digits = " ".join(card.number[start : start + 4] for start in range(0, len(card.number), 4))
    draw.text((70, 330), "卡号", fill=light, font=face("hei", 30))
    draw.text((160, 318), digits, fill=ink, font=face("zen", 48))
    draw.text((70, 424), "姓名", fill=light, font=face("hei", 30))
    draw.text((160, 414), card.name, fill=ink, font=face_for(card.name, "hei", 44))
    draw.text((70, 516), "所属工会", fill=light, font=face("hei", 30))
    draw.text((220, 508), card.union_name, fill=ink, font=face("hei", 36))
    return _rounded(image)


def _screenshot(card: UnionCard) -> Image.Image:
    """The electronic member card as a telephone shows it: 1080 x 1920 pixels, no card edges."""
    image = Image.new("RGB", (1080, 1920), (240, 242, 246))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1080, 84), fill=(196, 36, 42))
    draw.text((40, 20), "9:41", fill="white", font=face("hei", 38))
    draw.text((900, 20), "5G  86%", fill="white", font=face("hei", 34))
    draw.rectangle((0, 84, 1080, 220), fill=(196, 36, 42))
    draw.text((540, 152), "工会电子会员证", fill="white", font=face("hei_bold", 52), anchor="mm")
    draw.text((50, 122), "‹", fill="white", font=face("hei", 60))
    draw.rounded_rectangle((50, 290, 1030, 1180), 36, fill="white", outline=(224, 226, 232), width=3)
    image.paste(portrait(False, 10).resize((200, 280)), (760, 380))
    rows = [
        ("姓名", card.name),
        ("卡号", card.number),
        ("工会名称", card.union_name),
        ("会员状态", card.status),
        ("发证单位", "申城工会服务平台"),
    ]
    for index, (key, value) in enumerate(rows):
        y = 372 + index * 156
        draw.text((110, y), key, fill=(120, 124, 132), font=face("hei", 38))
        draw.text((110, y + 58), value, fill=(30, 32, 36), font=face_for(value, "hei", 48))
    draw.rounded_rectangle((330, 1260, 750, 1680), 12, fill="white")
    cells = np.random.default_rng(int(card.number[-6:])).integers(0, 2, (29, 29)).astype(np.uint8)
    # A pattern of squares in a code's place; it says nothing.
    image.paste(Image.fromarray(255 - cells * 220).resize((380, 380), Image.Resampling.NEAREST), (350, 1280))
    draw.text((540, 1730), "请出示此码核验会员身份", fill=(120, 124, 132), font=face("hei", 36), anchor="mm")
    return image


def union_card(card: UnionCard) -> Image.Image:
    """The union card in its design."""
    return _screenshot(card) if card.design == "screenshot" else _plastic(card)
