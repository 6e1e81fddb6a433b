"""Every file of `../shared/hostile` through the reading pool, and a good file right after each: `python -m tests.soak.hostile [NAME-PART]`.

Comes in: the folder with its `manifest.csv` (it is no part of the project; without it this says so and ends with status 0). Goes out: a
table with seconds and memory, every file that did not end as its manifest requires, and a count; status 1 unless that is none.

Asked of each file: at most 60 s and 2 GB (the worker and all it started), the outcome of the manifest (`must`; for `either` any recorded
one), a sentence in Chinese where it is refused, nothing changed outside the work folder, and a good file read right after it.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from flows.inbox import sha256_of, walk
from flows.process_tree import descendants, resident_bytes
from flows.reading_pool import ReadingPool
from flows.receive import Arrival, Ledger, Receiver
from schemas.codes import FileStatus
from schemas.errors import GongjiangError, RejectedFile
from schemas.settings import Settings
from warehouse.intake import Original

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = Path(os.environ.get("HOSTILE", ROOT.parent / "shared" / "hostile"))
SECONDS, BYTES = 60.0, 2 * 10**9
NEW = Ledger(known_file=lambda _path, _sha256: None, first_copy=lambda _sha256: None)


@dataclass(frozen=True)
class Ended:
    """What became of one file."""

    name: str
    required: str
    outcome: str
    detail: str
    seconds: float
    peak_bytes: int
    faults: tuple[str, ...]


class Peak:
    """The most memory that this process's descendants held together while it ran; a context manager."""

    def __init__(self) -> None:
        self.bytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            # What one worker holds, not both: the other waits, warm from the file before.
            trees = [resident_bytes([child, *descendants(child)]) for child in descendants(os.getpid())]
            self.bytes = max([self.bytes, *trees])


def main() -> int:
    """Run over the folder and print what came of it."""
    manifest = HOSTILE / "manifest.csv"
    if not manifest.is_file():
        print(f"skipped: {HOSTILE} is not there")
        return 0
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    rows = [row for row in csv.DictReader(manifest.open(encoding="utf-8")) if wanted in row["file"]]
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Path(folder)
        settings = Settings(cache_dir=sandbox / "cache", workers=1)
        with ReadingPool(settings) as pool:
            pool.inspect(_good_file(sandbox, "warm")).result()
            ended = []
            for row in rows:
                ended.append(_tried(row, pool, sandbox))
                _print_one(ended[-1])
    _print(ended)
    return 1 if any(each.faults for each in ended) else 0


def _tried(row: dict[str, str], pool: ReadingPool, sandbox: Path) -> Ended:
    path = HOSTILE / row["file"]
    watched = _outside(sandbox)
    began = time.monotonic()
    with Peak() as peak:
        outcome, detail = _outcome(path, pool, pool.settings.work_dir / "members" / row["sha256"])
    seconds = time.monotonic() - began
    required = row["expected"] if row["grade"] == "must" else "either"
    faults = []
    if required not in ("either", outcome):
        faults.append(f"{outcome} instead of {required}")
    if outcome not in ("readable", "clear error"):
        faults.append(outcome)
    if seconds > SECONDS:
        faults.append("too long")
    if peak.bytes > BYTES:
        faults.append("too much memory")
    if changed := {path for path, _ in _outside(sandbox).items() ^ watched.items()}:
        faults.append(f"changed outside the work folder: {', '.join(sorted(changed))}")
    try:
        pages = pool.read(_good_file(sandbox, row["sha256"]), row["sha256"], _DOCX, 1).result().pages
        if [page.text for page in pages] != ["张三"]:
            faults.append("the good file after it was read wrong")
    except GongjiangError as error:
        faults.append(f"the good file after it was refused: {error}")
    return Ended(row["file"], required, outcome, detail, seconds, peak.bytes, tuple(faults))


def _outcome(path: Path, pool: ReadingPool, members: Path) -> tuple[str, str]:
    """`readable` if the file itself was received and, where it has pages, read; `clear error` if rejected with a sentence.

    What is inside a container is read too, and rejected member by member.
    """
    originals = [
        Original(
            path=found.path,
            sha256=sha256_of(path),
            bytes=path.stat().st_size,
            received_at=found.changed_at,
            taken_at=found.changed_at,
        )
        for found in walk([path])
    ]
    delivery = Receiver(pool, NEW, members).receive(originals, lambda _: path)
    if delivery.unreadable or not delivery.arrivals:
        return "silence", str(delivery.unreadable)
    outer = next(arrival for arrival in delivery.arrivals if arrival.record.parent_file_id is None)
    readings = {arrival.record.file_id: _read(arrival, pool) for arrival in delivery.arrivals}
    if unclear := [detail for outcome, detail in readings.values() if outcome == "unclear"]:
        return "unclear", unclear[0]
    return readings[outer.record.file_id]


def _read(arrival: Arrival, pool: ReadingPool) -> tuple[str, str]:
    record = arrival.record
    if record.status is FileStatus.REJECTED:
        return ("clear error", f"{record.error_code}") if record.error else ("unclear", "no sentence")
    if not arrival.to_read:
        return "readable", record.media_type
    try:
        layout = pool.read(arrival.location, record.sha256, record.media_type, record.pages or 1).result()
    except RejectedFile as error:
        return ("clear error", f"{error.code}: {error.detail.strip().splitlines()[-1] if error.detail.strip() else ''}")
    except GongjiangError as error:
        return "unclear", str(error)
    return "readable", f"{len(layout.pages)} pages, {sum(len(page.text) for page in layout.pages)} characters"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BODY = "<w:p><w:r><w:t>张三</w:t></w:r></w:p>"
_MAIN = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{_BODY}</w:body></w:document>'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{_DOCX}.main+xml"/></Types>'
)


def _good_file(sandbox: Path, name: str) -> Path:
    """A small form that is like every other."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("word/document.xml", _MAIN)
    path = sandbox / "good" / f"{name}.docx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(written.getvalue())
    return path


def _outside(sandbox: Path) -> dict[str, int]:
    """What stands where hostile names point: beside and above the work folder, in the folder of the hostile files, in /tmp and in the root.

    Other programs write into /tmp too; only names that hostile files bear count there.
    """
    seen: dict[str, int] = {}
    for folder in (sandbox, sandbox / "cache", HOSTILE, HOSTILE.parent, ROOT, Path.home(), Path("/"), Path("/etc")):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_file():
                seen[str(path)] = path.stat().st_mtime_ns
            elif path.parent in (sandbox, sandbox / "cache", ROOT):
                seen[str(path)] = 0
    for path in Path(tempfile.gettempdir()).iterdir():
        if any(word in path.name.lower() for word in ("evil", "pwn", "slip", "hack", "owned", "escape", "traversal")):
            seen[str(path)] = 0
    return seen


def _print_one(each: Ended) -> None:
    mark, cost = "✗ " if each.faults else "  ", f"{each.seconds:6.1f} s {each.peak_bytes / 1e6:6.0f} MB"
    print(f"{mark}{each.name[:70]:70} {each.required:11} {each.outcome:11} {cost}  {each.detail[:80]}", flush=True)


def _print(ended: list[Ended]) -> None:
    most = max(each.peak_bytes for each in ended) / 1e6
    print(f"longest {max(each.seconds for each in ended):.1f} s, most memory {most:.0f} MB")
    for each in ended:
        for fault in each.faults:
            print(f"NOT AS REQUIRED {each.name}: {fault}")
    wrong = sum(bool(each.faults) for each in ended)
    must = sum(each.required != "either" for each in ended)
    print(f"tried {len(ended)} (outcome laid down for {must}), as required {len(ended) - wrong}, not {wrong}")


if __name__ == "__main__":
    sys.exit(main())
