"""Page images for the viewer: the picture of each page as it was read, personal numbers painted over where they are not revealed.

Comes in: an arrival's id and a page number. Goes out: JPEG bytes, or the text of a Word body. Called by `pages`.

Reading leaves the upright, straightened picture of every page beside the warehouse (`page_store`); the boxes of all values are fractions of
that very picture. A page whose picture is gone is read again in a worker, from the archived original.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from flows.find_original import find_original
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from flows.reading_pool import ReadingPool
from flows.review.dossier_page import MASKED
from flows.work_folder import work_folder
from schemas.errors import UnknownRecord
from schemas.layout import Page
from schemas.records import Id
from warehouse.connection import Warehouse

_BOXES = """
    SELECT f.x0, f.y0, f.x1, f.y1 FROM core.fields AS f JOIN core.documents AS d ON d.document_id = f.document_id
    WHERE d.file_id = ? AND f.page = ? AND list_contains(?::VARCHAR[], f.field) AND f.x0 IS NOT NULL
"""


class PageImages:
    """The images of one warehouse's pages."""

    def __init__(self, lease: Callable[[], Warehouse], archive: OriginalArchive, pool: ReadingPool) -> None:
        self._lease = lease
        self._store = PageStore(pool.settings.pages_dir)
        self._archive = archive
        self._pool = pool
        self._turn = threading.Lock()  # one page is read again at a time: a reviewer looks at one, and reading takes a core

    def jpeg(self, file_id: Id, number: int, *, masked: bool) -> bytes:
        """The page as JPEG. Raises UnknownRecord where there is no such page, RejectedFile where it cannot be read any more."""
        sha256, media_type = self._file(file_id)
        path = self._store.location(sha256, number)
        if not path.exists():
            self._read_again(file_id, sha256, media_type, number)
        if not path.exists():
            raise UnknownRecord("这一页没有图像。", "请直接查看原件。")
        boxes = self._lease().execute(_BOXES, [file_id, number, sorted(MASKED)]) if masked else []
        return _painted(path, boxes) if boxes else path.read_bytes()

    def typed_page(self, file_id: Id) -> Page:
        """The body of a Word file (or the first sheet of a workbook) as it was read. Errors as for `jpeg`."""
        sha256, media_type = self._file(file_id)
        return self._read_again(file_id, sha256, media_type, 1)

    def _file(self, file_id: Id) -> tuple[str, str]:
        rows = self._lease().execute("SELECT sha256, media_type FROM core.files WHERE file_id = ?", [file_id])
        if not rows:
            raise UnknownRecord("没有这个文件。", "请回到名单重新选择。")
        return rows[0][0], rows[0][1]

    def _read_again(self, file_id: Id, sha256: str, media_type: str, number: int) -> Page:
        with self._turn, work_folder(self._pool.settings.cache_dir) as folder:
            location = find_original(self._lease(), self._archive, self._pool, file_id, folder)
            return self._pool.read_page(location, sha256, media_type, number).result().pages[0]


def _painted(path: Path, boxes: list[tuple[float, float, float, float]]) -> bytes:
    """The picture with the boxes filled: what is masked in the text is masked on the page."""
    with Image.open(path, formats=("JPEG",)) as picture:
        shown = picture.convert("RGB")
    pen = ImageDraw.Draw(shown)
    for x0, y0, x1, y1 in boxes:
        pen.rectangle((x0 * shown.width, y0 * shown.height, x1 * shown.width, y1 * shown.height), fill=(90, 100, 112))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=80)
    return out.getvalue()
