"""An arrival's bytes again, however deep it lay in containers: for the review page, which shows the page a value was read on.

Comes in: an arrival's id. Goes out: a file with its bytes - the original in the archive, or a member that was taken out of its container
once more, below a folder of the caller's. Called by whoever shows pages.

Containers are opened in the reading pool, as when they arrived: nothing that is hostile in them gets further than it did then.
"""

from __future__ import annotations

from pathlib import Path

from flows.original_archive import OriginalArchive
from flows.reading_pool import ReadingPool
from schemas.errors import GongjiangError
from schemas.records import Id
from warehouse.connection import Warehouse

_CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT file_id, sha256, media_type, parent_file_id, 0 AS depth FROM core.files WHERE file_id = ?
        UNION ALL
        SELECT f.file_id, f.sha256, f.media_type, f.parent_file_id, chain.depth + 1
        FROM chain JOIN core.files AS f ON f.file_id = chain.parent_file_id
    )
    SELECT sha256, media_type FROM chain ORDER BY depth DESC
"""


class OriginalMissing(GongjiangError):
    """The archive does not hold what it should."""

    code = "ORIGINAL_MISSING"


def find_original(warehouse: Warehouse, archive: OriginalArchive, pool: ReadingPool, file_id: Id, folder: Path) -> Path:
    """A file with the arrival's bytes. What lies in containers is taken out below `folder` (itself below `settings.work_dir`) and stays
    there until the caller removes it.

    Raises:
        OriginalMissing: no such arrival, or its original is not in the archive.
        RejectedFile: a container cannot be opened (any more).
    """
    chain = warehouse.execute(_CHAIN, [file_id])
    if not chain:
        raise OriginalMissing("没有这个文件。", "请核对文件编号。")
    outer, media_type = chain[0]
    location = archive.location(outer)
    if not location.is_file():
        raise OriginalMissing("留存的原件不见了。", f"请从备份恢复 {archive.folder}。")
    for sha256, inner_type in chain[1:]:
        members = pool.expand(location, media_type, folder / sha256[:16]).result()
        found = next((member.location for member in members if member.sha256 == sha256), None)
        if found is None:
            raise OriginalMissing("原件中找不到这个文件。", "请把仓库文件和原件文件夹交给维护人员检查。")
        location, media_type = found, inner_type
    return location
