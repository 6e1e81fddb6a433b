"""The picture of a page as it was read: upright, straight, cut out of the photograph; every box is a fraction of it.

Comes in: the image that a reader recognised a page on. Goes out: a JPEG `<folder>/ab/abcdef…/<page>.jpg`, for people who check what was read.
Called by the readers of pages; where nobody asked for pictures (`kept_in`) nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

import cv2

from extractors.raster import Image, resized

_LONGEST = 1800  # pixels: fine print stays legible at twice the size of a screen half
_QUALITY = 72
_FOLDER: ContextVar[Path | None] = ContextVar("_FOLDER", default=None)


def picture_path(pictures: Path, sha256: str, number: int) -> Path:
    """Where the picture of a page (from 1) of the file with that content lies, or would lie."""
    return pictures / sha256[:2] / sha256 / f"{number}.jpg"


@contextmanager
def kept_in(pictures: Path | None, sha256: str) -> Iterator[None]:
    """While this lasts, pages that are read leave their pictures; None switches that off."""
    mark = _FOLDER.set(None if pictures is None else picture_path(pictures, sha256, 0).parent)
    try:
        yield
    finally:
        _FOLDER.reset(mark)


def keep(number: int, image: Image | Callable[[], Image]) -> None:
    """Leave the picture of a page, if anybody wants it. A disk that cannot take it does not stop the reading: the page can be read again."""
    folder = _FOLDER.get()
    if folder is None:
        return
    done, data = cv2.imencode(".jpg", resized(image() if callable(image) else image, _LONGEST), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = folder / f"{number}.{os.getpid()}.new"
        beside.write_bytes(data.tobytes())
        beside.replace(folder / f"{number}.jpg")
