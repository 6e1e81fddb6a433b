"""Page images for the viewer: the picture of each page as it was read, personal numbers painted over where they are not revealed.

Comes in: an arrival's id and a page number. Goes out: JPEG bytes, or the text of a Word body. Called by `pages`.

Reading leaves the upright, straightened picture of every page beside the warehouse (`page_store`); the boxes of all values are fractions of
that very picture. A page whose picture is gone is read again in a worker, from the archived original.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from flows.find_original import find_original
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from flows.reading_pool import ReadingPool
from flows.review.masking import MASKED
from flows.work_folder import work_folder
from schemas.errors import UnknownRecord
from schemas.layout import Page
from schemas.records import Id
from warehouse.connection import Warehouse

# The personal numbers of a file's values, and whether each belongs to the person (NULL: nobody) who is revealed: it stands in a document of
# theirs, or in the row of a table that bears their name. A summary table shows the numbers of many people.
_PERSONAL = """
    SELECT f.page, f.x0, f.y0, f.x1, f.y1, f."value", f.raw,
        $person IS NOT NULL AND (a.applicant_id IS NOT DISTINCT FROM $person OR (f."row" > 0 AND EXISTS (
            FROM core.fields AS n JOIN core.applicants AS p ON p.name = n."value"
            WHERE n.document_id = f.document_id AND n."row" = f."row" AND n.field = 'name' AND p.applicant_id = $person))) AS own
    FROM core.fields AS f
    JOIN core.documents AS d ON d.document_id = f.document_id
    LEFT JOIN core.assignments AS a ON a.document_id = d.document_id
    WHERE d.file_id = $file AND list_contains($fields::VARCHAR[], f.field)
"""


@dataclass(frozen=True)
class TypedPage:
    """A Word body with the personal values on it that may not be seen (`hidden`) and those that may (`shown`)."""

    page: Page
    hidden: frozenset[str]
    shown: frozenset[str]


class PageImages:
    """The images of one warehouse's pages."""

    def __init__(self, lease: Callable[[], Warehouse], archive: OriginalArchive, pool: ReadingPool) -> None:
        self._lease = lease
        self._store = PageStore(pool.settings.pages_dir)
        self._archive = archive
        self._pool = pool
        self._turn = threading.Lock()  # one page is read again at a time: a reviewer looks at one, and reading takes a core

    def jpeg(self, file_id: Id, number: int, revealed: Id | None = None) -> bytes:
        """The page as JPEG; of the personal numbers only those of the applicant `revealed` can be seen.

        Raises UnknownRecord where there is no such page, RejectedFile where it cannot be read any more.
        """
        sha256, media_type = self._file(file_id)
        path = self._store.location(sha256, number)
        if not path.exists():
            self._read_again(file_id, sha256, media_type, number)
        if not path.exists():
            raise UnknownRecord("这一页没有图像。", "请直接查看原件。")
        boxes = [row[1:5] for row in self._personal(file_id, revealed) if not row[-1] and row[0] == number and row[1] is not None]
        return _painted(path, boxes) if boxes else path.read_bytes()

    def typed_page(self, file_id: Id, revealed: Id | None = None) -> TypedPage:
        """The body of a Word file (or the first sheet of a workbook) as it was read. Errors as for `jpeg`."""
        sha256, media_type = self._file(file_id)
        values = self._personal(file_id, revealed)
        hidden, shown = (frozenset(text for row in values if row[-1] is own for text in row[5:7] if text) for own in (False, True))
        return TypedPage(self._read_again(file_id, sha256, media_type, 1), hidden, shown)

    def _personal(self, file_id: Id, person: Id | None) -> list[tuple[Any, ...]]:
        return self._lease().execute(_PERSONAL, {"file": file_id, "person": person, "fields": sorted(MASKED)})

    def _file(self, file_id: Id) -> tuple[str, str]:
        rows = self._lease().execute("SELECT sha256, media_type FROM core.files WHERE file_id = ?", [file_id])
        if not rows:
            raise UnknownRecord("没有这个文件。", "请回到名单重新选择。")
        return rows[0][0], rows[0][1]

    def _read_again(self, file_id: Id, sha256: str, media_type: str, number: int) -> Page:
        with self._turn, work_folder(self._pool.settings.cache_dir) as folder:
            location = find_original(self._lease(), self._archive, self._pool, file_id, folder)
            return self._pool.read_page(location, sha256, media_type, number).result().pages[0]


def _painted(path: Path, boxes: Sequence[tuple[Any, ...]]) -> bytes:
    """The picture with the boxes filled: what is masked in the text is masked on the page."""
    with Image.open(path, formats=("JPEG",)) as picture:
        shown = picture.convert("RGB")
    pen = ImageDraw.Draw(shown)
    for x0, y0, x1, y1 in boxes:
        pen.rectangle((x0 * shown.width, y0 * shown.height, x1 * shown.width, y1 * shown.height), fill=(90, 100, 112))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=80)
    return out.getvalue()
