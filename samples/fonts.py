"""Typefaces of the generator: a style name and a size in pixels in, a Pillow font out.

Called by every module that draws. Uses Debian's packages fonts-noto-cjk, fonts-arphic-ukai, fonts-arphic-uming and fonts-wqy-zenhei.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_SHARE = Path("/usr/share/fonts")
# Collection index 2 is Simplified Chinese in Noto's .ttc files; 0 is CN in the Arphic ones.
_FACES: dict[str, tuple[str, int]] = {
    "song": ("opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    "song_bold": ("opentype/noto/NotoSerifCJK-Bold.ttc", 2),
    "hei": ("opentype/noto/NotoSansCJK-Regular.ttc", 2),
    "hei_bold": ("opentype/noto/NotoSansCJK-Bold.ttc", 2),
    "kai": ("truetype/arphic/ukai.ttc", 0),
    "ming": ("truetype/arphic/uming.ttc", 0),
    "zen": ("truetype/wqy/wqy-zenhei.ttc", 0),
}
_FALLBACK = {"kai": "song", "ming": "song", "zen": "hei"}
# UKai sets commas and stops in the middle of their square, as in Taiwan; mainland printers set them low.
_LOW_MARKS = "，。、；：！"


@lru_cache(maxsize=512)
def face(style: str, size: int) -> FreeTypeFont:
    """The font of a style (`song`, `hei`, `kai` ...) at `size` pixels; OSError when Debian's font package is absent."""
    path, index = _FACES[style]
    return ImageFont.truetype(str(_SHARE / path), size, index=index)


@lru_cache(maxsize=8192)
def _covers(style: str, char: str) -> bool:
    font = face(style, 40)
    drawn = font.getmask(char)
    # UKai draws nothing at all for a character it lacks; UMing and WenQuanYi draw the same box for each.
    return drawn.getbbox() is not None and bytes(drawn) != bytes(font.getmask("\U0010fffe"))


def face_for(text: str, style: str, size: int) -> FreeTypeFont:
    """Like `face`, but another face for rare characters (䶮) that the wanted one lacks, as a printing driver does."""
    if style == "kai" and text in _LOW_MARKS:
        return face("song", size)
    if style in _FALLBACK and any(not char.isspace() and not _covers(style, char) for char in text):
        return face(_FALLBACK[style], size)
    return face(style, size)
