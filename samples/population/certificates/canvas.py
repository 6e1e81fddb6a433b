"""Setting type on a certificate: texts and places in layout units in, print on a picture out, with a record of what was printed.

Called by the styles. One unit is 1/150 inch of an A4 sheet; the picture itself has `scale` pixels a unit, so that a 300-dpi scan is sharp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import face_for
from samples.seal_shapes import SealLook, draw_look, draw_seal
from samples.seals import press

Colour = tuple[int, int, int]
Box = tuple[float, float, float]  # left, top, right: type runs down from the top
RED: Colour = (190, 24, 30)
INK: Colour = (34, 30, 28)
GOLD: Colour = (200, 154, 62)
_NO_START, _OPENING = "，。、”）》；：！", "“（《"


@dataclass(frozen=True)
class PressedSeal:
    """A seal on a certificate: the name it bears and its look."""

    name: str
    look: SealLook


class Canvas:
    """A sheet being printed; `width` and `height` in units."""

    def __init__(self, size: tuple[int, int], paper: Colour, rng: np.random.Generator, scale: float = 1.5) -> None:
        self.width, self.height = size
        self.scale = scale
        self.rng = rng
        self.image = Image.new("RGB", (self.px(size[0]), self.px(size[1])), paper)
        self.texts: list[str] = []
        self.seals: list[PressedSeal] = []

    def px(self, units: float) -> int:
        """Units to pixels."""
        return round(units * self.scale)

    @property
    def draw(self) -> ImageDraw.ImageDraw:
        """A pen on the picture as it is now."""
        return ImageDraw.Draw(self.image)

    def rectangle(
        self, box: tuple[float, float, float, float], colour: Colour | None, width: float = 0, outline: Colour | None = None
    ) -> None:
        """A filled or outlined rectangle."""
        pen = max(1, self.px(width)) if outline else 0
        self.draw.rectangle([self.px(each) for each in box], fill=colour, outline=outline, width=pen)

    def line(self, ends: tuple[float, float, float, float], colour: Colour, width: float) -> None:
        """A straight line."""
        self.draw.line([self.px(each) for each in ends], fill=colour, width=max(1, self.px(width)))

    def length(self, text: str, size: float, style: str) -> float:
        """The width of a text in units."""
        return sum(face_for(char, style, self.px(size)).getlength(char) for char in text) / self.scale

    def text(self, x: float, y: float, text: str, size: float, style: str, fill: Colour = INK, anchor: str = "l") -> float:
        """One line with its top at `y`; `anchor` l, m or r says what `x` is. Returns the y below it."""
        x -= self.length(text, size, style) * {"l": 0, "m": 0.5, "r": 1}[anchor]
        pen, draw = self.px(x), self.draw
        for char in text:
            font = face_for(char, style, self.px(size))
            # Faces have different ascents: the common baseline keeps borrowed marks and rare characters in line.
            draw.text((pen, self.px(y + size * 0.88)), char, fill=fill, font=font, anchor="ls")
            pen += round(font.getlength(char))
        self.texts.append(text)
        return y + size * 1.5

    def spaced(self, x: float, y: float, text: str, size: float, gap: float, style: str, fill: Colour = RED) -> None:
        """A widely set line around the middle `x`, its middle at `y`; `gap` in character widths."""
        step = size * (1 + gap)
        for index, char in enumerate(text):
            place = (self.px(x + (index - (len(text) - 1) / 2) * step), self.px(y))
            self.draw.text(place, char, fill=fill, font=face_for(char, style, self.px(size)), anchor="mm")
        self.texts.append(text)

    def vertical(self, x: float, y: float, text: str, size: float, gap: float, style: str, fill: Colour = RED) -> None:
        """A column of characters around `x`, the first one's middle at `y`."""
        for index, char in enumerate(text):
            place = (self.px(x), self.px(y + index * size * (1 + gap)))
            self.draw.text(place, char, fill=fill, font=face_for(char, style, self.px(size)), anchor="mm")
        self.texts.append(text)

    def paragraph(self, box: Box, text: str, size: float, style: str, leading: float = 1.7, indent: int = 2) -> float:
        """Set `text` between left and right of `box` (left, top, right) in Chinese line breaking; returns the y below it."""
        left, y, right = box
        x, draw = left + size * indent, self.draw
        for char in text:
            font = face_for(char, style, self.px(size))
            advance = font.getlength(char) / self.scale
            if x + advance * (2 if char in _OPENING else 1) > right + 0.5 and char not in _NO_START:
                x, y = left, y + size * leading
            draw.text((self.px(x), self.px(y + size * 0.88)), char, fill=INK, font=font, anchor="ls")
            x += advance
        self.texts.append(text)
        return y + size * leading

    def seal(self, name: str, x: float, y: float, largest: float = 42.0) -> None:
        """Press the seal of `name` around (x, y); `largest` is the room in millimetres."""
        look = draw_look(self.rng, 0.88)
        if max(look.size) > largest:
            share = largest / max(look.size)
            look = SealLook(look.shape, look.colour, look.wear, (int(look.size[0] * share), int(look.size[1] * share)), look.code)
        press(self.image, draw_seal(name, look, 150 * self.scale, self.rng), self.px(x), self.px(y))
        self.seals.append(PressedSeal(name, look))

    def signed(self, issuers: tuple[str, ...], date: str, box: Box, size: float, style: str) -> float:
        """Issuers with seals and the date below, between left and right of `box` (left, top, right).

        One issuer stands at the right, several in two columns. Returns the y below.
        """
        left, y, right = box
        if len(issuers) == 1:
            width = self.length(issuers[0], size, style)
            centre = right - max(width, size * 6) / 2
            self.text(centre, y, issuers[0], size, style, anchor="m")
            self.text(centre, y + size * 1.8, date, size, style, anchor="m")
            self.seal(issuers[0], centre + self.rng.uniform(-30, 30), y + size * self.rng.uniform(0.6, 1.8))
            return y + size * 3.6
        pitch, step = (right - left) / 2, max(size * 3.2, 0.0)
        room = min(40.0, step * 2 / 150 * 25.4, pitch * 0.9 / 150 * 25.4) if len(issuers) > 2 else 38.0
        for index, name in enumerate(issuers):
            x, row = left + pitch * (index % 2 + 0.5), y + (index // 2) * step
            self.text(x, row, name, min(size, pitch * 0.95 / len(name)), style, anchor="m")
            self.seal(name, x + self.rng.uniform(-0.2, 0.2) * pitch, row + size * self.rng.uniform(0.3, 0.9), room)
        y += ((len(issuers) + 1) // 2) * step
        self.text(right, y - size * 0.4, date, size, style, anchor="r")
        return y + size * 1.4


def font_size(canvas: Canvas, text: str, wanted: float, room: float, style: str) -> float:
    """`wanted`, or as much less as `text` needs to fit in `room` units."""
    width = canvas.length(text, wanted, style)
    return wanted if width <= room else wanted * room / width
