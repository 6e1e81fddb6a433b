"""Handwriting: a text in, transparent ink out, in typefaces drawn after people's hands.

Called by the generator wherever a form is filled in or signed by hand. The typefaces come from npm's `@fontsource` packages (SIL Open Font
License 1.1; their full Chinese subset is one WOFF file, which FreeType reads as it is) and are kept below `build/fonts`, never committed.
Without npm everything is written in UKai, the hand that the shipped sample has.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import tarfile
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from samples.fonts import face_for

FONTS = Path(__file__).resolve().parent.parent / "build" / "fonts"
# Pinned, so that a seed draws the same ink next year.
_PACKAGES = {"ma-shan-zheng": "5.3.1", "zhi-mang-xing": "5.3.0", "liu-jian-mao-cao": "5.3.0", "long-cang": "5.3.0"}
# Ball pen and ink pen as they come: black, blue-black, blue.
_INKS = ((28, 28, 34), (22, 32, 74), (20, 44, 128), (40, 40, 44))
_UNKNOWN = "\U0010fffe"


@lru_cache(maxsize=1)
def hand_fonts() -> tuple[Path, ...]:
    """The font files of the hands, fetched with npm where they are not there yet; empty, with the reason printed, where that fails."""
    found = []
    for name, version in _PACKAGES.items():
        path = FONTS / f"{name}-{version}.woff"
        if not path.exists():
            reason = _fetch(name, version, path)
            if reason:
                print(f"没有手写字体 {name}：{reason}。改用楷体代替。")
                continue
        found.append(path)
    return tuple(found)


def _fetch(name: str, version: str, target: Path) -> str:
    """Take one font out of its npm package; the reason in Chinese where that cannot be done, else an empty text."""
    npm = shutil.which("npm")
    if npm is None:
        return "本机没有 npm"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--pack-destination", folder, f"@fontsource/{name}@{version}"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
        except (OSError, subprocess.SubprocessError):
            return "npm 取不到它"
        archives = list(Path(folder).glob("*.tgz"))
        if not archives:
            return "npm 没有交出文件"
        with tarfile.open(archives[0]) as archive:
            member = archive.extractfile(f"package/files/{name}-chinese-simplified-400-normal.woff")
            if member is None:
                return "包里没有中文字体"
            part = target.with_suffix(".part")
            part.write_bytes(member.read())
    part.replace(target)
    return ""


@lru_cache(maxsize=256)
def _face(path: Path, size: int) -> FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=16384)
def covers(path: Path, char: str) -> bool:
    """Whether a hand has the character: some draw nothing for one that they lack, some a box."""
    font = _face(path, 40)
    drawn = font.getmask(char)
    return drawn.getbbox() is not None and bytes(drawn) != bytes(font.getmask(_UNKNOWN))


def _font_of(char: str, path: Path | None, size: int) -> FreeTypeFont:
    if path is not None and covers(path, char):
        return _face(path, size)
    for other in hand_fonts():
        if path is not None and covers(other, char):
            return _face(other, size)
    return face_for(char, "kai", size)


def _glyph(char: str, path: Path | None, size: int, rng: np.random.Generator) -> Image.Image:
    """One character, slanted and turned a little; `L`, 255 where there is ink."""
    tall = max(6, int(size * rng.uniform(0.92, 1.08)))
    box = int(tall * 2)
    picture = Image.new("L", (box, box), 0)
    draw = ImageDraw.Draw(picture)
    if char == "〇":  # none of the hands has it; people draw a ring
        width, height = tall * 0.62, tall * 0.58
        pen = max(1, tall // 14)
        draw.ellipse((box / 2 - width / 2, box / 2 - height / 2, box / 2 + width / 2, box / 2 + height / 2), outline=255, width=pen)
    else:
        draw.text((box / 2, box / 2), char, fill=255, font=_font_of(char, path, tall), anchor="mm")
    slant = math.tan(math.radians(float(rng.normal(4, 3))))
    shape = (1.0, slant, -slant * box / 2, 0.0, 1.0, 0.0)
    picture = picture.transform(picture.size, Image.Transform.AFFINE, shape, Image.Resampling.BICUBIC)
    return picture.rotate(float(rng.normal(0, 1.8)), Image.Resampling.BICUBIC)


def hand_ink(
    text: str, size: int, rng: np.random.Generator, *, font: Path | None = None, ink: tuple[int, int, int] | None = None
) -> Image.Image:
    """`text` as handwriting about `size` pixels high: RGBA, cut to its ink. `font`: one of `hand_fonts()`, drawn by lot where None.

    Every character has its own size, slant and place; the line drifts up or down as a hand does.
    """
    fonts = hand_fonts()
    if font is None and fonts:
        font = fonts[int(rng.integers(len(fonts)))]
    colour = ink or _INKS[int(rng.integers(len(_INKS)))]
    mask = Image.new("L", (int((len(text) + 2) * size * 1.5) + size, size * 4), 0)
    drift, tightness = float(rng.normal(0, 0.012)), float(rng.uniform(0.86, 1.04))
    x = float(size)
    for char in text:
        if char.isspace():
            x += size * 0.4
            continue
        glyph = _glyph(char, font, size, rng)
        bounds = glyph.getbbox()
        if bounds is None:
            continue
        # A full square for a Chinese character whatever its ink, so that 一 stands free; digits by their own width.
        own = bounds[2] - bounds[0]
        advance = max(own * 1.06, size * 0.8) if ord(char) > 0x2E80 and char not in "，。、；：" else own * 1.12 + size * 0.04
        left = x + (advance - own) / 2 - bounds[0]
        top = size * 2 - glyph.height / 2 + (x - size) * drift + float(rng.normal(0, size * 0.03))
        layer = Image.new("L", mask.size, 0)
        layer.paste(glyph, (int(left), int(top)))
        mask = Image.fromarray(np.maximum(np.asarray(mask), np.asarray(layer)))
        x += advance * tightness
    bounds = mask.getbbox() or (0, 0, 1, 1)
    strength = float(rng.uniform(0.8, 0.97))
    alpha = mask.crop(bounds).point(lambda value: int(value * strength))
    result = Image.new("RGBA", alpha.size, (*colour, 0))
    result.putalpha(alpha)
    return result


def draw_hand(
    image: Image.Image,
    xy: tuple[float, float],
    text: str,
    size: int,
    rng: np.random.Generator,
    *,
    font: Path | None = None,
    ink: tuple[int, int, int] | None = None,
) -> tuple[int, int, int, int]:
    """Write `text` on an RGB `image`, its left edge at xy[0] and its middle at xy[1] (pixels); the box of the ink (x0, y0, x1, y1)."""
    written = hand_ink(text, size, rng, font=font, ink=ink)
    left, top = round(xy[0]), round(xy[1] - written.height / 2)
    # Ink soaks in: it darkens what it lies on and never lightens a ruling below it.
    area = image.crop((left, top, left + written.width, top + written.height)).convert("RGB")
    below = np.asarray(area, dtype=np.float32)
    alpha = np.asarray(written, dtype=np.float32)[:, :, 3:] / 255
    colour = np.asarray(written, dtype=np.float32)[:, :, :3]
    mixed = np.minimum(below, below * (1 - alpha) + colour * alpha)
    image.paste(Image.fromarray(mixed.astype(np.uint8)), (left, top))
    return left, top, left + written.width, top + written.height
