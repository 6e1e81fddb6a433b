"""Cards as they also arrive: stamped 复印无效, with a note 仅供…使用 across them, cut off at an edge, and as other electronic union cards.

Called by the generator and by tests; `cards` draws the cards themselves. Pictures are RGBA, 1011 x 638 pixels for cards of bank-card size.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from samples.cards import UnionCard
from samples.fonts import face, face_for

Edge = Literal["left", "top", "right", "bottom"]
VOID_WORDS = ("复印无效", "复印件无效")
NOTES = ("仅供申报上海质量工匠使用", "此件仅供申报质量工匠使用，再复印无效", "仅限申报材料使用，他用无效")


def stamped_void(card: Image.Image, words: str, rng: np.random.Generator) -> Image.Image:
    """The card with a framed stamp somewhere on it, in red or black, as banks and copy shops press it."""
    stamp = Image.new("RGBA", (len(words) * 74 + 40, 110), (0, 0, 0, 0))
    draw = ImageDraw.Draw(stamp)
    ink = (190, 30, 36, 235) if rng.random() < 0.5 else (50, 50, 54, 235)
    draw.rectangle((4, 4, stamp.width - 5, stamp.height - 5), outline=ink, width=5)
    draw.text((stamp.width / 2, stamp.height / 2), words, fill=ink, font=face("kai", 70), anchor="mm")
    stamp = stamp.rotate(float(rng.uniform(-6, 6)), expand=True, resample=Image.Resampling.BICUBIC)
    place = int(rng.uniform(0.25, 0.6) * card.width), int(rng.uniform(0.05, 0.8) * (card.height - stamp.height))
    return _pasted(card, stamp, place)


def with_note(card: Image.Image, words: str, rng: np.random.Generator) -> Image.Image:
    """The card with a note written along its free strip, as holders do before they hand out a copy."""
    note = Image.new("RGBA", (card.width, 60), (0, 0, 0, 0))
    ImageDraw.Draw(note).text((card.width / 2, 30), words, fill=(40, 60, 120, 220), font=face("kai", 40), anchor="mm")
    return _pasted(card, note, (0, int(rng.uniform(0.6, 0.68) * card.height)))


def cut_off(card: Image.Image, edge: Edge, share: float) -> Image.Image:
    """What is left of the card when `share` of it at an edge did not come onto the paper."""
    width, height = card.size
    box = {
        "left": (int(width * share), 0, width, height),
        "top": (0, int(height * share), width, height),
        "right": (0, 0, int(width * (1 - share)), height),
        "bottom": (0, 0, width, int(height * (1 - share))),
    }[edge]
    return card.crop(box)


def electronic_list(card: UnionCard) -> Image.Image:
    """The telephone's certificate as a list: labels on the left, values on the right of the same row; 1080 x 1920 pixels."""
    image = Image.new("RGB", (1080, 1920), (246, 246, 248))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1080, 190), fill="white")
    draw.text((540, 130), "电子会员证", fill=(30, 30, 34), font=face("hei_bold", 48), anchor="mm")
    draw.rounded_rectangle((40, 240, 1040, 560), 30, fill=(206, 48, 48))
    draw.text((90, 300), "中华全国总工会", fill="white", font=face("hei", 38))
    draw.text((90, 380), "工会会员证", fill="white", font=face("hei_bold", 66))
    rows = [("会员姓名", card.name), ("会员证号", card.number), ("所在工会", card.union_name), ("会籍状态", card.status)]
    y = 620
    for key, value in rows:
        draw.text((70, y), key, fill=(120, 124, 132), font=face("hei", 40))
        lines = [value] if value.isdigit() else [value[start : start + 15] for start in range(0, len(value), 15)]
        for line in lines:
            draw.text((340, y), line, fill=(30, 32, 36), font=face_for(line, "hei", 42))
            y += 60
        y += 50
        draw.line((60, y - 20, 1020, y - 20), fill=(226, 228, 232), width=2)
    return image.convert("RGBA")


def electronic_card(card: UnionCard) -> Image.Image:
    """The telephone's certificate as a picture of a card: labels with colons, the union's name wrapped below itself; 1080 x 1500 pixels."""
    image = Image.new("RGB", (1080, 1500), (236, 240, 248))
    draw = ImageDraw.Draw(image)
    draw.text((540, 90), "我的会员卡", fill=(40, 40, 44), font=face("hei_bold", 46), anchor="mm")
    draw.rounded_rectangle((50, 180, 1030, 860), 40, fill=(250, 236, 214), outline=(214, 178, 120), width=4)
    draw.text((540, 260), "上海市总工会工会会员证", fill=(150, 40, 30), font=face("hei_bold", 54), anchor="mm")
    ink = (60, 44, 30)
    draw.text((110, 370), f"姓名：{card.name}", fill=ink, font=face_for(card.name, "hei", 44))
    draw.text((110, 470), f"会员编号：{card.number}", fill=ink, font=face("hei", 44))
    draw.text((110, 570), f"工会组织：{card.union_name[:14]}", fill=ink, font=face("hei", 44))
    if card.union_name[14:]:
        draw.text((330, 636), card.union_name[14:], fill=ink, font=face("hei", 44))
    draw.text((110, 740), f"会员状态：{card.status}", fill=ink, font=face("hei", 44))
    return image.convert("RGBA")


def _pasted(card: Image.Image, mark: Image.Image, place: tuple[int, int]) -> Image.Image:
    """The mark over the card, the card's own edge kept."""
    result = card.convert("RGBA")
    layer = Image.new("RGBA", result.size, (0, 0, 0, 0))
    layer.paste(mark, place)
    merged = Image.alpha_composite(result, layer)
    merged.putalpha(result.getchannel("A"))
    return merged
