"""One person's data in one zip: for a request for information by the person.

Comes in: the settings, whom somebody named, the zip's path. Goes out: the zip (records as JSON, originals that are theirs alone, page
pictures). Called by `commands.privacy`.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from flows.applicant import applicants_called
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from schemas.base import Frozen
from schemas.errors import GongjiangError
from schemas.settings import Settings
from warehouse.connection import Warehouse, open_read_only
from warehouse.erase import trace
from warehouse.review_dossier import dossier_view


class Exported(Frozen):
    """What the zip holds; `withheld` are the originals that hold other people's data too."""

    rows: int
    originals: int
    pages: int
    withheld: tuple[str, ...]


def export(settings: Settings, typed: str, target: Path, before: Callable[[str], None]) -> Exported:
    """Write the zip; `before` is called with the applicant's ids first. Raises ApplicantNotFound, GongjiangError."""
    with open_read_only(settings.warehouse) as warehouse:
        people = applicants_called(warehouse, typed)
        ids = [one.applicant_id for one in people]
        before(" ".join(ids))
        found = trace(warehouse, ids, people[0].name)
        records = [dossier_view(warehouse, one) for one in ids]
        names = _names(warehouse, found.originals)
    archive, store = OriginalArchive(settings.originals_dir), PageStore(settings.pages_dir)
    originals = pages = 0
    beside = target.with_name(f".{target.name}.new")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
            text = json.dumps([one.model_dump(mode="json") for one in records], ensure_ascii=False, indent=1)
            out.writestr("记录.json", text)
            for sha256 in found.originals:
                if archive.location(sha256).is_file():
                    out.write(archive.location(sha256), f"原件/{names.get(sha256, sha256)}")
                    originals += 1
            pictures = [path for sha256 in found.pages for path in sorted(store.location(sha256, 1).parent.glob("*.jpg"))]
            pictures += [path for sha256, page in sorted(set(found.shared_pages)) if (path := store.location(sha256, page)).is_file()]
            for path in pictures:
                out.write(path, f"页面图像/{path.parent.name[:12]}-{path.name}")
                pages += 1
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise GongjiangError(f"导出文件没有写成（{error.strerror}）。", "请检查位置和磁盘空间。", path=str(target)) from error
    rows = sum(len(one.documents) + len(one.findings) + len(one.honours) + len(one.history) for one in records)
    return Exported(rows=rows, originals=originals, pages=pages, withheld=tuple(path for path, _ in found.shared))


def _names(warehouse: Warehouse, hashes: tuple[str, ...]) -> dict[str, str]:
    """A path for each original that tells what it is and cannot leave the folder it is unpacked into."""
    rows = warehouse.execute(
        "SELECT sha256, min(path) FROM core.files WHERE list_contains(?::VARCHAR[], sha256) GROUP BY sha256", [list(hashes)]
    )
    return {sha256: "/".join(part for part in path.split("/") if part not in ("", ".", "..")) for sha256, path in rows}
