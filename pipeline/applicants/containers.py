"""In what a document lies: its file, the folders, archives and e-mails around it, as a chain from the nearest to the widest.

Comes in: filed documents. Goes out: chains of container keys. Called by `units`, `persons` and `place_documents`.
"""

from __future__ import annotations

from schemas.records import FiledDocument

ROOT = ""  # the ingested root: everything that ever arrived has it, so it is no evidence of belonging together


def chain(filed: FiledDocument) -> tuple[str, ...]:
    """The keys of everything the document lies in, nearest first: its file, then folders, archives and e-mails, the root last.

    The archive or e-mail that holds the file directly is named by its id before its path: two senders may both call theirs 申报材料.zip.
    """
    folders = filed.path.split("/")[:-1]
    archive = max((index for index, part in enumerate(folders) if part.endswith("!")), default=-1)
    levels: list[str] = []
    for length in range(len(folders), 0, -1):
        inside = filed.parent_file_id is not None and length > archive >= 0
        if inside:
            levels.append(f"in:{filed.parent_file_id}/{'/'.join(folders[archive + 1 : length])}")
        if not inside or length == archive + 1:
            levels.append(f"path:{'/'.join(folders[:length])}")
    return (f"file:{filed.document.file_id}", *levels, ROOT)


def path_parts(filed: FiledDocument) -> tuple[str, ...]:
    """The names along the path, the file's own first and without its extension, then outwards."""
    parts = [part for part in filed.path.replace("!/", "/").split("/") if part]
    if not parts:
        return ()
    stem = parts[-1].rsplit(".", 1)[0] or parts[-1]
    return (stem, *reversed(parts[:-1]))


def nearest_shared(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How close two chains meet: the larger, the nearer; 0 where only the root is common."""
    common = set(right) - {ROOT}
    return next((len(left) - index for index, level in enumerate(left) if level in common), 0)
