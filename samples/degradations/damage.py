"""What happens to a sheet of paper before it is scanned: folds, coffee, holes, staples, rubber stamps, print on its back.

Called by `scans`. Pictures are float32 RGB, 0-255, of one sheet seen from straight above.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.degradations.effects import Chance, Pixels, blurred, patches
from samples.fonts import face

_STAMPS = ("复印无效", "仅供申报使用", "与原件核对无误", "收文", "已阅", "附件", "仅供评选使用，复印无效", "内部资料", "存档")
_STAMP_INKS = ((196, 30, 40), (38, 60, 150), (60, 60, 66), (120, 40, 130))


def folded(pixels: Pixels, rng: Chance) -> tuple[Pixels, str]:
    """Folded like a letter or in quarters: past each crease the paper leans away from the light and lies a hair out of line."""
    height, width = pixels.shape[:2]
    across = [[1 / 3, 2 / 3], [0.5], [0.5]][int(rng.integers(3))]
    lines = [("h", (place + rng.normal(0, 0.012)) * height) for place in across]
    if rng.random() < 0.4:
        lines.append(("v", (0.5 + rng.normal(0, 0.01)) * width))
    for direction, place in lines:
        if direction == "v":
            pixels = np.ascontiguousarray(_crease(np.ascontiguousarray(pixels.transpose(1, 0, 2)), place, rng).transpose(1, 0, 2))
        else:
            pixels = _crease(pixels, place, rng)
    return pixels, "".join(direction for direction, _ in lines)


def _crease(pixels: Pixels, place: float, rng: Chance) -> Pixels:
    """One crease along row `place`."""
    height, width = pixels.shape[:2]
    slope, shift = float(rng.normal(0, 0.0022)), float(rng.normal(0, 0.0011) * width)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    line = np.float32(place) + (xs - width / 2) * np.float32(slope)
    distance = ys - line
    beyond = np.asarray(np.clip(distance / 6, 0, 1), dtype=np.float32)
    # Past the crease: a small shift sideways, and rows a little closer together because the paper leans.
    lean = float(rng.uniform(0.0, 0.006))
    map_x = xs - beyond * np.float32(shift)
    map_y = ys + beyond * distance * np.float32(lean) * np.exp(-np.clip(distance, 0, None) / (height * 0.3))
    pixels = np.asarray(cv2.remap(pixels, map_x, map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
    reach = height * float(rng.uniform(0.015, 0.05))
    tone = float(rng.uniform(0.04, 0.14)) * (1 if rng.random() < 0.5 else -1)
    shade = 1 - tone * np.sign(distance) * np.exp(-np.abs(distance) / reach)
    pen = max(0.8, height / 2300)
    shade = shade * (1 - float(rng.uniform(0.12, 0.45)) * np.exp(-((distance / (pen * 1.2)) ** 2)))
    pixels = np.asarray(pixels * np.clip(shade, 0.3, 1.06)[:, :, None], dtype=np.float32)
    # The toner breaks off along the crease.
    lost = (np.exp(-((distance / (pen * 2.2)) ** 2)) * (0.35 + 0.3 * patches(pixels.shape, rng, pen * 3)) > 0.32)[:, :, None]
    return np.asarray(np.where(lost, np.maximum(pixels, 205), pixels), dtype=np.float32)


def stained(pixels: Pixels, rng: Chance) -> tuple[Pixels, str]:
    """A cup's ring, drops, a tide mark of water or finger marks; brown or grey, what lies below shows through."""
    height, width = pixels.shape[:2]
    kinds = []
    layer = np.zeros((height, width), dtype=np.float32)
    unit = math.hypot(height, width) / 14.35  # one inch on A4
    if rng.random() < 0.75:
        kinds.append("ring")
        centre = rng.uniform(0.05, 0.95, 2) * (width, height)
        _ring(layer, centre, unit * float(rng.uniform(1.3, 1.75)), unit * float(rng.uniform(0.03, 0.1)), rng)
    for _ in range(int(rng.integers(2, 12))):
        centre, radius = rng.uniform(0, 1, 2) * (width, height), unit * float(rng.uniform(0.02, 0.22))
        cv2.circle(layer, (int(centre[0]), int(centre[1])), max(1, int(radius)), (float(rng.uniform(0.2, 0.55)),), -1, cv2.LINE_AA)
    if rng.random() < 0.4 or not kinds:
        kinds.append("tide")
        _tide(layer, rng)
    grain = np.clip(1 + 0.35 * patches(layer.shape, rng, unit * 0.25), 0.3, 1.7)
    alpha = np.clip(blurred(layer, max(1.0, unit * 0.012)) * grain, 0, 0.8)[:, :, None]
    colour = np.array([(150, 104, 58), (168, 132, 84), (120, 116, 108)][int(rng.integers(3))], dtype=np.float32)
    return np.asarray(pixels * (1 - alpha) + pixels * colour / 255 * alpha, dtype=np.float32), "+".join([*kinds, "drops"])


def _ring(layer: Pixels, centre: np.ndarray[tuple[int], np.dtype[np.float64]], radius: float, pen: float, rng: Chance) -> None:
    ys, xs = np.mgrid[0 : layer.shape[0], 0 : layer.shape[1]].astype(np.float32)
    distance = np.hypot(xs - np.float32(centre[0]), ys - np.float32(centre[1]))
    angle = np.arctan2(ys - np.float32(centre[1]), xs - np.float32(centre[0]))
    ragged = 1 + 0.5 * np.sin(angle * 3 + float(rng.uniform(0, 6))) + 0.3 * np.sin(angle * 7 + float(rng.uniform(0, 6)))
    rim = np.exp(-(((distance - radius) / pen) ** 2)) * np.clip(0.55 * ragged, 0, 1)
    layer += np.asarray(rim + 0.07 * (distance < radius), dtype=np.float32)


def _tide(layer: Pixels, rng: Chance) -> None:
    """Water that came in from a side and dried: a dark ragged rim, a faint tint behind it."""
    height, width = layer.shape
    wave = np.cumsum(rng.normal(0, 1, width)).astype(np.float32)
    wave = cv2.GaussianBlur(wave[None, :], (0, 0), width / 60)[0]
    wave = (wave - wave.mean()) / (wave.std() + 1e-6) * height * 0.02
    front = height * float(rng.uniform(0.06, 0.25)) + wave
    rows = np.arange(height, dtype=np.float32)[:, None]
    if rng.random() < 0.5:
        rows = rows[::-1]
    distance = rows - front[None, :]
    layer += (0.4 * np.exp(-((distance / (height * 0.0025)) ** 2)) + 0.08 * (distance < 0)).astype(np.float32)


def stamped(pixels: Pixels, rng: Chance, dpi: int) -> tuple[Pixels, str]:
    """One or two rubber stamps over whatever is there: framed or not, crooked, unevenly inked."""
    words = []
    for _ in range(int(rng.integers(1, 3))):
        text = _STAMPS[int(rng.integers(len(_STAMPS)))]
        if text == "收文":
            text = f"收文 2024年{int(rng.integers(1, 4))}月{int(rng.integers(1, 29))}日 第{int(rng.integers(1, 400)):03d}号"
        words.append(text)
        pixels = _pressed(pixels, _stamp(text, rng, dpi), rng)
    return pixels, " | ".join(words)


def _stamp(text: str, rng: Chance, dpi: int) -> Image.Image:
    size = int(dpi * rng.uniform(0.16, 0.34))
    font = face("hei_bold" if rng.random() < 0.6 else "song_bold", size)
    width, margin = int(font.getlength(text)), size // 2
    mask = Image.new("L", (width + 2 * margin, size + 2 * margin), 0)
    draw = ImageDraw.Draw(mask)
    draw.text((margin, margin + size / 2), text, fill=255, font=font, anchor="lm")
    if rng.random() < 0.7:
        pen = max(2, size // 14)
        draw.rectangle((pen, pen, mask.width - pen - 1, mask.height - pen - 1), outline=255, width=pen)
    ink = np.asarray(mask, dtype=np.float32) / 255
    ink *= np.clip(0.72 + 0.2 * patches(ink.shape, rng, size * 0.8) - 0.15 * (rng.random(ink.shape) > 0.85), 0.1, 0.92)
    alpha = Image.fromarray((ink * 255).astype(np.uint8))
    colour = _STAMP_INKS[int(rng.integers(len(_STAMP_INKS)))]
    picture = Image.merge("RGBA", [*(Image.new("L", mask.size, part) for part in colour), alpha])
    return picture.rotate(float(rng.uniform(-18, 18)), Image.Resampling.BICUBIC, expand=True)


def _pressed(pixels: Pixels, stamp: Image.Image, rng: Chance) -> Pixels:
    height, width = pixels.shape[:2]
    x = int(rng.uniform(0.02, 0.98) * max(1, width - stamp.width)) if width > stamp.width else 0
    y = int(rng.uniform(0.02, 0.98) * max(1, height - stamp.height)) if height > stamp.height else 0
    ink = np.asarray(stamp, dtype=np.float32)[: height - y, : width - x]
    area = pixels[y : y + ink.shape[0], x : x + ink.shape[1]]
    alpha = ink[:, :, 3:] / 255
    result = pixels.copy()
    result[y : y + ink.shape[0], x : x + ink.shape[1]] = area * (1 - alpha) + area * ink[:, :, :3] / 255 * alpha
    return result


def punched(pixels: Pixels, rng: Chance, dpi: int) -> tuple[Pixels, str]:
    """Holes of a binder, a staple or its two holes, a dog ear: what a sheet out of a file has along its edges."""
    height, width = pixels.shape[:2]
    result, kinds = pixels.copy(), []
    lid = float(rng.choice([20.0, 60.0, 150.0, 225.0]))  # what is seen through a hole: an open or a closed lid
    count, apart = [(2, 80 / 25.4), (3, 108 / 25.4), (4, 80 / 25.4)][int(rng.choice(3, p=[0.6, 0.2, 0.2]))]
    x = int(dpi * rng.uniform(0.35, 0.55))
    for index in range(count):
        y = int(height / 2 + (index - (count - 1) / 2) * apart * dpi + rng.normal(0, 1))
        radius = max(2, int(dpi * 3 / 25.4))
        cv2.circle(result, (x, y), radius, (lid, lid, lid), -1, cv2.LINE_AA)
        cv2.ellipse(result, (x, y), (radius, radius), 0, 150, 330, (lid * 0.6,) * 3, max(1, dpi // 130), cv2.LINE_AA)
    kinds.append(f"{count} holes")
    if rng.random() < 0.7:
        kinds.append("staple")
        _staple(result, rng, dpi)
    if rng.random() < 0.5:
        kinds.append("dog ear")
        reach = int(dpi * rng.uniform(0.3, 0.9))
        corner = np.array([[width, 0], [width - reach, 0], [width, int(reach * rng.uniform(0.7, 1.3))]], dtype=np.int32)
        cv2.fillPoly(result, [corner], (lid, lid, lid), cv2.LINE_AA)
        cv2.line(result, (int(corner[1][0]), 0), (width, int(corner[2][1])), (150.0, 150.0, 150.0), max(1, dpi // 70), cv2.LINE_AA)
    return result, "+".join(kinds)


def _staple(pixels: Pixels, rng: Chance, dpi: int) -> None:
    """A staple top left, or the pair of holes where one was."""
    angle = math.radians(float(rng.choice([45, 0, 90])) + float(rng.normal(0, 6)))
    x, y, half = dpi * float(rng.uniform(0.3, 0.6)), dpi * float(rng.uniform(0.3, 0.6)), dpi * 0.22
    ends = [(int(x + sign * half * math.cos(angle)), int(y - sign * half * math.sin(angle))) for sign in (-1, 1)]
    if rng.random() < 0.6:
        shifted = [(end[0] + 2, end[1] + 2) for end in ends]
        cv2.line(pixels, shifted[0], shifted[1], (205.0, 205.0, 205.0), max(2, dpi // 45), cv2.LINE_AA)
        cv2.line(pixels, ends[0], ends[1], (110.0, 110.0, 116.0), max(1, dpi // 60), cv2.LINE_AA)
    for end in ends:
        cv2.circle(pixels, end, max(1, dpi // 110), (60.0, 60.0, 60.0), -1, cv2.LINE_AA)


def shown_through(pixels: Pixels, back: Pixels, rng: Chance, strength: float | None = None) -> tuple[Pixels, float]:
    """Thin paper: the print of the back, mirrored and soft; with the share of its darkness that comes through."""
    share = float(rng.uniform(0.07, 0.22)) if strength is None else strength
    height, width = pixels.shape[:2]
    behind = np.asarray(cv2.resize(back, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)[:, ::-1]
    if rng.random() < 0.25:  # turned over the short edge
        behind = behind[::-1, ::-1]
    behind = np.asarray(np.roll(behind, (int(rng.normal(0, 6)), int(rng.normal(0, 6))), axis=(0, 1)), dtype=np.float32)
    behind = blurred(behind, max(0.8, width / 1654 * float(rng.uniform(1.0, 2.4))))
    cloud = np.clip(1 + 0.25 * patches(pixels.shape, rng, width / 9), 0.3, 1.7)[:, :, None]
    return np.asarray(pixels * (1 - (255 - behind) / 255 * share * cloud), dtype=np.float32), share
