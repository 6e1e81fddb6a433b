"""A sheet photographed by hand: on a desk, at an angle, bent, in somebody's shadow.

Called by the package's `degrade`. Pictures are float32 RGB, 0-255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from samples.degradations.effects import Chance, Pixels, blurred, noise, patches, slow_light

Corners = npt.NDArray[np.float32]  # (4, 2): top left, top right, bottom right, bottom left of the sheet, in pixels of the photograph

_DESKS = ((152, 118, 84), (196, 190, 180), (92, 98, 108), (176, 148, 112), (214, 210, 202), (58, 52, 50), (120, 70, 48), (70, 110, 96))


@dataclass(frozen=True)
class Hand:
    """How the telephone is held. `tilt`: the furthest that a corner strays, as a share of the sheet's shorter side; `turn`: degrees."""

    tilt: float
    turn: float
    bend: float
    shadow: float
    blur: float


STEADY = Hand(tilt=0.035, turn=3.0, bend=0.0, shadow=0.0, blur=0.8)
SHAKY = Hand(tilt=0.09, turn=8.0, bend=0.02, shadow=0.55, blur=1.1)


def bent(pixels: Pixels, rng: Chance, depth: float, *, shade: float = 0.25) -> tuple[Pixels, float]:
    """A sheet that will not lie flat: its rows arch by up to `depth` of its height, its columns crowd where it rises; with the arch."""
    height, width = pixels.shape[:2]
    amount = depth * float(rng.uniform(0.4, 1.0)) * (1 if rng.random() < 0.5 else -1)
    along = np.linspace(0, 1, width, dtype=np.float32)
    if rng.random() < 0.5:  # rises towards one edge, as beside a book's spine
        along = along if rng.random() < 0.5 else along[::-1]
        arch = np.exp(-along / 0.22)
        slope = np.gradient(arch)
    else:
        arch = 1 - (2 * along - 1) ** 2
        slope = np.gradient(arch)
    crowd = np.cumsum(1 + 0.16 * np.abs(slope) / (np.abs(slope).max() + 1e-9)).astype(np.float32)
    crowd = (crowd - crowd[0]) / (crowd[-1] - crowd[0]) * (width - 1)
    map_x = np.repeat(crowd[None, :], height, axis=0)
    fall = np.linspace(1, float(rng.uniform(0.4, 1.0)), height, dtype=np.float32)[:, None]
    rows = np.arange(height, dtype=np.float32)[:, None]
    map_y = np.asarray(rows + amount * height * (arch - arch.mean())[None, :] * fall, dtype=np.float32)
    result = cv2.remap(pixels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    light = 1 - shade * (slope / (np.abs(slope).max() + 1e-9)) * float(rng.uniform(0.3, 1.0)) * np.sign(amount)
    return np.asarray(result * np.clip(light, 0.5, 1.05)[None, :, None], dtype=np.float32), amount


def desk(width: int, height: int, rng: Chance) -> Pixels:
    """What the sheet lies on: wood, cloth or plastic, sometimes with the edge of something else."""
    colour = np.array(_DESKS[int(rng.integers(len(_DESKS)))], dtype=np.float32)
    kind = int(rng.integers(3))
    if kind == 0:  # wood: long streaks
        grain = cv2.resize(rng.normal(0, 1, (90, 5)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC) * 7
    elif kind == 1:  # cloth
        grain = blurred(rng.normal(0, 1, (height, width)).astype(np.float32), 1.2) * 14
    else:
        grain = patches((height, width), rng, 160) * 3
    result = np.asarray(colour[None, None, :] + grain[:, :, None], dtype=np.float32)
    for _ in range(int(rng.integers(0, 3))):  # a pen, a book, another sheet: only their edges
        shade = float(rng.uniform(20, 245))
        start = rng.uniform(0, 1, 2) * (width, height)
        end = start + rng.normal(0, 0.3, 2) * (width, height)
        cv2.line(
            result,
            tuple(int(v) for v in start),
            tuple(int(v) for v in end),
            (shade, shade * 0.97, shade * 0.9),
            int(width * rng.uniform(0.008, 0.03)),
            cv2.LINE_AA,
        )
    return result


def _placed(width: float, height: float, hand: Hand, rng: Chance) -> tuple[Corners, tuple[int, int]]:
    """Corners of a sheet `width` x `height` as the lens sees it, and the photograph's (width, height)."""
    margin = float(rng.uniform(0.04, 0.12)) * min(width, height)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    corners += rng.uniform(-hand.tilt, hand.tilt, (4, 2)) * min(width, height)
    # Held from below the sheet: its far edge looks shorter.
    squeeze = float(rng.uniform(0, hand.tilt)) * width
    corners[0, 0] += squeeze
    corners[1, 0] -= squeeze
    radians = np.radians(float(rng.uniform(-hand.turn, hand.turn)))
    middle = corners.mean(axis=0)
    turning = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    corners = (corners - middle) @ turning + middle
    corners -= corners.min(axis=0) - margin
    size = corners.max(axis=0) + margin
    return corners.astype(np.float32), (int(size[0]), int(size[1]))


def _cast_shadow(shape: tuple[int, ...], rng: Chance, depth: float) -> Pixels:
    """The shadow of a hand or head: a soft-edged half plane; (height, width, 1), 1 where there is none."""
    height, width = shape[:2]
    angle = float(rng.uniform(0, 2 * np.pi))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = (xs - width * float(rng.uniform(0.25, 0.75))) * np.cos(angle) + (ys - height * float(rng.uniform(0.25, 0.75))) * np.sin(
        angle
    )
    wobble = patches((height, width), rng, width / 3) * width * 0.03
    soft = 1 / (1 + np.exp(-np.clip((distance + wobble) / (width * float(rng.uniform(0.008, 0.05))), -30, 30)))
    return np.asarray(1 - depth * soft, dtype=np.float32)[:, :, None]


def photographed(sheet: Pixels, hand: Hand, rng: Chance, longest: int) -> tuple[Pixels, Corners]:
    """A telephone's picture of one sheet, about `longest` pixels, and where the sheet's corners are in it."""
    scale = longest / max(sheet.shape[:2])
    if hand.bend and rng.random() < 0.7:
        sheet, _ = bent(sheet, rng, hand.bend, shade=0.15)
    corners, (width, height) = _placed(sheet.shape[1] * scale, sheet.shape[0] * scale, hand, rng)
    source = np.array([[0, 0], [sheet.shape[1], 0], [sheet.shape[1], sheet.shape[0]], [0, sheet.shape[0]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    picture = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    alpha = cv2.warpPerspective(np.ones(sheet.shape[:2], dtype=np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR)[:, :, None]
    away = (int(rng.integers(-8, 12)), int(rng.integers(-8, 12)))
    shadow = np.roll(cv2.GaussianBlur(alpha[:, :, 0], (0, 0), longest / 220), away, axis=(0, 1))[:, :, None]
    canvas = desk(width, height, rng) * (1 - 0.45 * shadow)
    canvas = canvas * (1 - alpha) + picture * alpha
    canvas = canvas * slow_light(canvas.shape, rng, float(rng.uniform(0.06, 0.2)))
    if hand.shadow:
        canvas = canvas * _cast_shadow(canvas.shape, rng, hand.shadow * float(rng.uniform(0.4, 1.0)))
    cast = np.array([1.0, float(rng.uniform(0.95, 1.0)), float(rng.uniform(0.86, 1.0))], dtype=np.float32)
    result = blurred(np.asarray(canvas * cast * float(rng.uniform(0.82, 1.02)), dtype=np.float32), hand.blur * longest / 2600)
    return np.asarray(result + noise(result.shape, rng, float(rng.uniform(1.5, 4.0))), dtype=np.float32), corners
