"""Borders, grounds and emblems of certificates: a canvas in, the same canvas decorated.

Called by the styles. Ornaments are lines and dots only; they carry no text.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from samples.population.certificates.canvas import GOLD, RED, Canvas, Colour


def double_line(c: Canvas, colour: Colour, inset: float = 50) -> None:
    """A thick and a thin line with dots in the corners."""
    c.rectangle((inset, inset, c.width - inset, c.height - inset), None, 12, colour)
    c.rectangle((inset + 24, inset + 24, c.width - inset - 24, c.height - inset - 24), None, 2, colour)
    for x in (inset, c.width - inset):
        for y in (inset, c.height - inset):
            c.draw.ellipse([c.px(each) for each in (x - 24, y - 24, x + 24, y + 24)], fill=colour)


def waves(c: Canvas, colour: Colour, inset: float = 40) -> None:
    """A band of interlaced waves, as printed with securities."""
    for strand in range(4):
        phase = strand * math.pi / 2
        for start, end, fixed, flat in (
            (inset, c.width - inset, inset + 24, True),
            (inset, c.width - inset, c.height - inset - 24, True),
            (inset, c.height - inset, inset + 24, False),
            (inset, c.height - inset, c.width - inset - 24, False),
        ):
            points = []
            for step in np.arange(start, end, 6).tolist():
                swing = fixed + 18 * math.sin(step / 16 + phase)
                points.append((c.px(step), c.px(swing)) if flat else (c.px(swing), c.px(step)))
            c.draw.line(points, fill=colour, width=max(1, c.px(2)))
    c.rectangle((inset + 52, inset + 52, c.width - inset - 52, c.height - inset - 52), None, 2, colour)


def corners(c: Canvas, colour: Colour, inset: float = 60) -> None:
    """A thin line with squares hooked into each other in the corners (回纹)."""
    c.rectangle((inset, inset, c.width - inset, c.height - inset), None, 4, colour)
    for x, dx in ((inset, 1), (c.width - inset, -1)):
        for y, dy in ((inset, 1), (c.height - inset, -1)):
            for size in (90, 62, 34):
                c.line((x, y + dy * size, x + dx * size, y + dy * size), colour, 4)
                c.line((x + dx * size, y, x + dx * size, y + dy * size), colour, 4)


def beads(c: Canvas, colour: Colour, inset: float = 48) -> None:
    """A row of beads between two lines."""
    c.rectangle((inset, inset, c.width - inset, c.height - inset), None, 3, colour)
    c.rectangle((inset + 34, inset + 34, c.width - inset - 34, c.height - inset - 34), None, 3, colour)
    for x in np.arange(inset + 17, c.width - inset, 30).tolist():
        for y in (inset + 17, c.height - inset - 17):
            c.draw.ellipse([c.px(each) for each in (x - 9, y - 9, x + 9, y + 9)], fill=colour)
    for y in np.arange(inset + 47, c.height - inset - 30, 30).tolist():
        for x in (inset + 17, c.width - inset - 17):
            c.draw.ellipse([c.px(each) for each in (x - 9, y - 9, x + 9, y + 9)], fill=colour)


def bare(c: Canvas, colour: Colour) -> None:
    """No border at all."""


BORDERS = (double_line, waves, corners, beads, double_line, bare)


def border(c: Canvas, colours: tuple[Colour, ...] = (GOLD, RED, (44, 84, 150), (60, 110, 70))) -> None:
    """A border and its colour by chance."""
    make = BORDERS[int(c.rng.integers(len(BORDERS)))]
    make(c, colours[int(c.rng.integers(len(colours)))])


def star_emblem(c: Canvas, x: float, y: float, radius: float) -> None:
    """A star in a half wreath, in the place of an emblem."""
    c.draw.pieslice([c.px(each) for each in (x - radius * 1.6, y - radius * 1.6, x + radius * 1.6, y + radius * 1.6)], 180, 360, fill=RED)
    points = []
    for step in range(10):
        reach, angle = radius if step % 2 == 0 else radius * 0.4, math.radians(-90 + step * 36)
        points.append((c.px(x + reach * math.cos(angle)), c.px(y - radius * 0.3 + reach * math.sin(angle))))
    c.draw.polygon(points, fill=(250, 206, 80))


def fade(c: Canvas, top: Colour, bottom: Colour) -> None:
    """A ground that changes from `top` to `bottom`."""
    ramp = np.linspace(0, 1, c.image.height, dtype=np.float32)[:, None, None]
    ground = np.array(top, dtype=np.float32) * (1 - ramp) + np.array(bottom, dtype=np.float32) * ramp
    c.image.paste(Image.fromarray(np.repeat(ground, c.image.width, axis=1).astype(np.uint8)))


def code_square(c: Canvas, x: float, y: float, size: float) -> None:
    """A pattern of squares in a QR code's place, with its three corners; it says nothing."""
    cells = c.rng.integers(0, 2, (29, 29)).astype(np.uint8)
    for row, column in ((0, 0), (0, 22), (22, 0)):
        cells[row : row + 7, column : column + 7] = 1
        cells[row + 1 : row + 6, column + 1 : column + 6] = 0
        cells[row + 2 : row + 5, column + 2 : column + 5] = 1
    picture = Image.fromarray(255 - cells * 235).resize((c.px(size), c.px(size)), Image.Resampling.NEAREST).convert("RGB")
    c.image.paste(picture, (c.px(x), c.px(y)))
