"""Round red seals and handwriting: an organisation's name or a text in, a transparent picture out.

Called by `sheets` and `certificates`, which put the pictures over a page.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import face_for

_SEAL_RED = (206, 28, 36)


def _star(centre: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for step in range(10):
        reach = radius if step % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + step * 36)
        points.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    return points


def _arc_text(mask: Image.Image, text: str, radius: float, size: int, span: float) -> None:
    """Set `text` along the upper arc, `span` degrees wide, feet towards the centre."""
    centre = mask.width / 2
    font = face_for(text, "song_bold", size)
    step = span / max(len(text) - 1, 1)
    for index, char in enumerate(text):
        angle = -span / 2 + index * step
        glyph = Image.new("L", (size * 2, size * 2), 0)
        ImageDraw.Draw(glyph).text((size, size), char, fill=255, font=font, anchor="mm")
        # Narrow letters as on engraved seals: squeezed to four fifths of their width.
        glyph = glyph.resize((int(size * 1.6), size * 2))
        glyph = glyph.rotate(-angle, expand=True, resample=Image.Resampling.BICUBIC)
        x = centre + radius * math.sin(math.radians(angle)) - glyph.width / 2
        y = centre - radius * math.cos(math.radians(angle)) - glyph.height / 2
        mask.paste(255, (int(x), int(y)), glyph)


def round_seal(name: str, diameter: int, rng: np.random.Generator, strength: float = 0.85) -> Image.Image:
    """A company's or union's round seal, `diameter` pixels wide, RGBA, ink as uneven as a stamp pad leaves it."""
    size = 640
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((8, 8, size - 9, size - 9), outline=255, width=17)
    draw.polygon(_star(size / 2, 96), fill=255)
    glyph_size = 78 if len(name) <= 14 else 68 if len(name) <= 18 else 58
    _arc_text(mask, name, size / 2 - 76, glyph_size, min(290.0, 20.0 * len(name) + 10))
    ink = np.asarray(mask, dtype=np.float32) / 255
    patches = cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 14)
    patches = patches / (np.abs(patches).max() + 1e-6)
    grain = rng.random((size, size)).astype(np.float32)
    ink = ink * np.clip(strength + 0.35 * patches - 0.25 * (grain > 0.93), 0.15, 1)
    alpha = Image.fromarray((ink * 255).astype(np.uint8))
    seal = Image.merge("RGBA", [*(Image.new("L", (size, size), part) for part in _SEAL_RED), alpha])
    seal = seal.rotate(float(rng.uniform(-14, 14)), resample=Image.Resampling.BICUBIC)
    return seal.resize((diameter, diameter), Image.Resampling.LANCZOS)


def handwriting(text: str, size: int, rng: np.random.Generator) -> Image.Image:
    """`text` as if written with a pen: every character shifted, turned and scaled a little. RGBA, about `size` pixels high."""
    width = int(size * (len(text) + 1.5))
    canvas = Image.new("L", (width, size * 2), 0)
    x = size * 0.3
    drift = rng.uniform(-0.06, 0.04)
    for char in text:
        scale = int(size * rng.uniform(0.88, 1.15))
        font = face_for(char, "kai", scale)
        glyph = Image.new("L", (scale * 2, scale * 2), 0)
        ImageDraw.Draw(glyph).text((scale, scale), char, fill=255, font=font, anchor="mm")
        shear = rng.uniform(-0.18, 0.02)
        glyph = glyph.transform(
            glyph.size, Image.Transform.AFFINE, (1, -shear, shear * scale, rng.uniform(-0.06, 0.06), 1, 0), Image.Resampling.BICUBIC
        )
        glyph = glyph.rotate(float(rng.uniform(-7, 7)), resample=Image.Resampling.BICUBIC)
        y = size + drift * x + rng.uniform(-0.06, 0.06) * size - scale
        advance = scale * (0.92 if ord(char) > 0x2E80 else 0.52)
        canvas.paste(255, (int(x + advance / 2 - scale), int(y)), glyph)
        x += advance * rng.uniform(0.9, 1.04)
    # A pen's stroke is thicker than the typeface's.
    thick = cv2.dilate(np.asarray(canvas), np.ones((2, 2), np.uint8)) if size > 30 else np.asarray(canvas)
    alpha = Image.fromarray((thick.astype(np.float32) * 0.92).astype(np.uint8))
    pen = (24, 28, 62) if rng.random() < 0.6 else (22, 22, 24)
    ink = Image.merge("RGBA", [*(Image.new("L", alpha.size, part) for part in pen), alpha])
    return ink.crop(alpha.getbbox())


def press(page: Image.Image, overlay: Image.Image, x: float, y: float) -> None:
    """Put ink on paper: multiply, so that print under a seal stays visible. `x`, `y`: the overlay's centre in pixels."""
    left, top = int(x - overlay.width / 2), int(y - overlay.height / 2)
    box = (max(left, 0), max(top, 0), min(left + overlay.width, page.width), min(top + overlay.height, page.height))
    if box[2] <= box[0] or box[3] <= box[1]:
        return
    piece = overlay.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    under = np.asarray(page.crop(box).convert("RGB"), dtype=np.float32)
    ink = np.asarray(piece, dtype=np.float32)
    alpha = ink[:, :, 3:] / 255
    result = under * (1 - alpha) + under * ink[:, :, :3] / 255 * alpha
    page.paste(Image.fromarray(result.astype(np.uint8)), box[:2])
