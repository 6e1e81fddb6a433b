"""Pictures: JPG, PNG, BMP, WebP, GIF, HEIC, AVIF and multi-page TIFF, as pages read by OCR.

Comes in: a file or, from the Word reader, the bytes of an embedded picture. Goes out: `Page`s; called by `reading` through its format
table.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import pi_heif
from PIL import Image as Pillow
from PIL import ImageOps

from extractors.paper import read_paper
from extractors.raster import Image
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Page
from schemas.settings import Settings

_FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "GIF", "HEIF", "AVIF")

# One thread, as everywhere in a reading worker; the small pictures beside the photo are not looked at.
pi_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def count_pages(path: Path, settings: Settings) -> int:
    """The frames of a TIFF; 1 for everything else (animations, bursts of photos and previews are not pages).

    Raises `RejectedFile` (CORRUPT, TOO_LARGE).
    """
    with _opened(path, settings) as picture:
        frames = _frames(picture)
    if frames > settings.limits.pages:
        raise RejectedFile(RejectionCode.TOO_LARGE, f"{frames} pages")
    return frames


def read(path: Path, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """Pages `first` to `last` (1-based, inclusive). Raises `RejectedFile` (CORRUPT, TOO_LARGE) and `ModelsUnavailable`."""
    pages = []
    for number in range(first, last + 1):
        with _opened(path, settings) as picture:
            if number > _frames(picture):
                break
            if number > 1:
                picture.seek(number - 1)
            pixels = _pixels(picture, settings)
        pages.append(read_paper(pixels, number, settings))
    return tuple(pages)


def read_picture(data: bytes, number: int, settings: Settings) -> Page:
    """A picture in memory as page `number`. Raises `RejectedFile` (CORRUPT, TOO_LARGE) and `ModelsUnavailable`."""
    with _opened(io.BytesIO(data), settings) as picture:
        pixels = _pixels(picture, settings)
    return read_paper(pixels, number, settings)


@contextmanager
def _opened(source: Path | IO[bytes], settings: Settings) -> Iterator[Pillow.Image]:
    """A picture whose header was read and whose size was checked; what goes wrong inside becomes `RejectedFile`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(source, formats=_FORMATS) as picture:
                if picture.width * picture.height > settings.limits.pixels:
                    raise RejectedFile(RejectionCode.TOO_LARGE, f"{picture.width} x {picture.height} pixels")
                yield picture
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
        raise RejectedFile(RejectionCode.TOO_LARGE, str(error)) from error
    except RejectedFile:
        raise
    except Exception as error:  # Pillow's decoders raise whatever they stumble over, TypeError and struct.error included
        raise RejectedFile(RejectionCode.CORRUPT, f"{type(error).__name__}: {error}") from error


def _frames(picture: Pillow.Image) -> int:
    return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1


def _pixels(picture: Pillow.Image, settings: Settings) -> Image:
    """The picture as BGR, turned as its EXIF says, transparency on white. The size is checked again: frames of a TIFF differ."""
    if picture.width * picture.height > settings.limits.pixels:
        raise RejectedFile(RejectionCode.TOO_LARGE, f"{picture.width} x {picture.height} pixels")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        upright = Pillow.alpha_composite(Pillow.new("RGBA", layered.size, "white"), layered)
    elif upright.mode in ("I", "I;16", "I;16B", "F"):  # 16-bit scans: stretch what is there to 8 bits
        values = np.asarray(upright, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        upright = Pillow.fromarray(((values - low) * (255 / max(1.0, high - low))).astype(np.uint8))
    return np.ascontiguousarray(np.asarray(upright.convert("RGB"), dtype=np.uint8)[:, :, ::-1])
