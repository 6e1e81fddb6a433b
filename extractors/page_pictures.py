"""The picture of a page as it was read: upright, straight, cut out of the photograph; every box is a fraction of it.

Comes in: the image that a reader recognised a page on. Goes out: JPEG bytes by page number, for people who check what was read. Called by
the readers of pages; where nobody collects pictures (`collected`) none are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import cv2

from extractors.raster import Image, resized

_LONGEST = 1800  # pixels: fine print stays legible at twice the size of a screen half
_QUALITY = 72
_PICTURES: ContextVar[dict[int, bytes] | None] = ContextVar("_PICTURES", default=None)


@contextmanager
def collected() -> Iterator[dict[int, bytes]]:
    """While this lasts, pages that are read leave their pictures here, by page number (from 1)."""
    pictures: dict[int, bytes] = {}
    mark = _PICTURES.set(pictures)
    try:
        yield pictures
    finally:
        _PICTURES.reset(mark)


def keep(number: int, image: Image | Callable[[], Image]) -> None:
    """Leave the picture of a page (BGR, or how to get it), if anybody collects them."""
    pictures = _PICTURES.get()
    if pictures is None:
        return
    done, data = cv2.imencode(".jpg", resized(image() if callable(image) else image, _LONGEST), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if done:
        pictures[number] = data.tobytes()
