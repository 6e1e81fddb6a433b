"""PDF files: each page either by its text layer or, where that is missing or worthless, as a picture by OCR.

Comes in: a file. Goes out: `Page`s with method `pdf_text` or `ocr`; called by `reading` through its format table. Sizes are checked before
anything is rendered. pypdfium2 is not thread-safe: one file, one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from extractors import page_pictures, pdf_structure, pdf_text, text_layer
from extractors.paper import read_paper
from extractors.raster import Image
from schemas.errors import RejectedFile, RejectionCode
from schemas.layout import Page
from schemas.settings import Settings

_DPI = 200  # for OCR; more reads no better
_LONGEST_SIDE = 14_400  # points, the format's own limit (ISO 32000-1, annex C)
_LEAST_TEXT = 8  # characters; fewer are a page number or a scanner's stamp
_COVERING = 0.7  # share of the page that a scanned picture covers
_INVISIBLE = 3  # text rendering mode of the text that OCR software lays under a scan


def count_pages(path: Path, settings: Settings) -> int:
    """The number of pages. Raises `RejectedFile` (ENCRYPTED, CORRUPT, TOO_LARGE)."""
    pdf_structure.check(path, settings.limits)
    with _opened(path) as document:
        count = len(document)
        if count == 0:
            raise RejectedFile(RejectionCode.CORRUPT, "no pages")
        if count > settings.limits.pages:
            raise RejectedFile(RejectionCode.TOO_LARGE, f"{count} pages")
        for index in range(count):
            _check_size(document.get_page_size(index), index + 1)
        pdf_structure.check_size_stated(path, document.get_page_size(0), 0)
    return count


def read(path: Path, first: int, last: int, settings: Settings) -> tuple[Page, ...]:
    """Pages `first` to `last` (1-based, inclusive). Raises `RejectedFile` (ENCRYPTED, CORRUPT, TOO_LARGE) and `ModelsUnavailable`."""
    pages: list[Page] = []
    with _opened(path) as document:
        document.init_forms()  # else filled form fields are not drawn
        for number in range(first, min(last, len(document)) + 1):
            _check_size(document.get_page_size(number - 1), number)
            page = document[number - 1]
            try:
                pages.append(_read_page(page, path, number, settings))
            finally:
                page.close()
    return tuple(pages)


def _read_page(page: Any, path: Path, number: int, settings: Settings) -> Page:
    width, height = page.get_size()
    render = cache(lambda: _rendered(page, settings))
    if _is_typed(page):
        typed = pdf_text.read(path, number, render, settings)
        if typed is not None and text_layer.is_right(typed, render, settings):
            page_pictures.keep(number, render)
            return typed
    return read_paper(render(), number, settings, points=(round(width, 2), round(height, 2)))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = RejectionCode.ENCRYPTED if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD else RejectionCode.CORRUPT
        raise RejectedFile(code, str(error)) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise RejectedFile(RejectionCode.CORRUPT, str(error)) from error
    finally:
        document.close()


def _check_size(size: tuple[float, float], number: int) -> None:
    if not (min(size) > 0 and max(size) <= _LONGEST_SIDE):
        raise RejectedFile(RejectionCode.TOO_LARGE, f"page of {size[0]:.0f} x {size[1]:.0f} points", page=number)


def _rendered(page: Any, settings: Settings) -> Image:
    """The page as BGR at 200 dpi; at less where it would have more pixels than allowed."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (settings.limits.pixels / (width * height)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=True)
    try:
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    finally:
        bitmap.close()
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    return np.ascontiguousarray(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3])


def _is_typed(page: Any) -> bool:
    """Whether the page's text layer is what a reader sees: enough sound characters, and not one that OCR software laid under a scan.

    Such a layer is another program's reading, without a word of how sure it was, so it is never taken for typed text, however well it
    agrees with the picture: the page is recognised, with a confidence for every line.
    """
    text_page = page.get_textpage()
    try:
        text = "".join(text_page.get_text_range().split())
    finally:
        text_page.close()
    if len(text) < _LEAST_TEXT or pdf_text.unsound_share(text) > 0.1:
        return False
    width, height = page.get_size()
    visible = hidden = 0
    covered = False
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE)):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            if (right - left) * (top - bottom) >= _COVERING * width * height:
                # What was painted before a picture of the whole page lies under it.
                covered, hidden, visible = True, hidden + visible, 0
        elif pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == _INVISIBLE:
            hidden += 1
        else:
            visible += 1
    return visible > hidden if covered else visible > 0
