"""What every trial needs: small documents that are quick to read, a Prefect server that lasts, the command in a process of its own, and the
check that everything that was dropped is in the post book exactly once.

Used by the trials of this package.
"""

from __future__ import annotations

import hashlib
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from docx import Document

from warehouse.connection import open_read_only

ROOT = Path(__file__).resolve().parents[2]
SERVER_SECONDS = 120
_LONGEST_RUN = 600
NOTHING: Mapping[str, str] = MappingProxyType({})


def small_docx(text: str) -> bytes:
    """A Word file of one line."""
    document = Document()
    document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


class DocxPress:
    """Prints Word files of one line each, fast: only the text part is made anew."""

    def __init__(self) -> None:
        with zipfile.ZipFile(io.BytesIO(small_docx("@@"))) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}

    def __call__(self, text: str) -> bytes:
        """A Word file with this text."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self._parts.items():
                archive.writestr(name, data.replace(b"@@", text.encode()) if name == "word/document.xml" else data)
        return stream.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of the members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def sha256(data: bytes) -> str:
    """The hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


@dataclass
class Ground:
    """One trial's inbox, warehouse and settings, and the record of what was dropped: path → SHA-256 of each content ever there."""

    folder: Path
    server: str = ""
    dropped: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inbox.mkdir(parents=True, exist_ok=True)

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def warehouse(self) -> Path:
        return self.folder / "w.duckdb"

    @property
    def originals(self) -> Path:
        return self.folder / "w.originals"

    @property
    def output(self) -> Path:
        """What the commands said: beside the ground, whose disk a trial may fill."""
        return self.folder.parent / f"{self.folder.name}-output.txt"

    def drop(self, path: str, data: bytes) -> None:
        """Lay a file into the inbox in one go, and remember it."""
        self.dropped.setdefault(path, set()).add(sha256(data))
        target = self.inbox / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def drop_zip(self, path: str, members: Mapping[str, bytes]) -> None:
        """Lay a zip into the inbox; its members count as dropped."""
        self.drop(path, zipped(members))
        for name, data in members.items():
            self.dropped.setdefault(f"{path}!/{name}", set()).add(sha256(data))

    def start(self, *arguments: str, environment: Mapping[str, str] = NOTHING) -> subprocess.Popen[str]:
        """Start the command; `{inbox}` stands for the inbox."""
        given = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GONGJIANG_", "PREFECT_"))},
            "GONGJIANG_CACHE_DIR": str(self.folder / "cache"),
            "GONGJIANG_WAREHOUSE": str(self.warehouse),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            **({"PREFECT_API_URL": self.server} if self.server else {}),
            **environment,
        }
        command = [sys.executable, "-m", "flows.cli", *(part.format(inbox=self.inbox) for part in arguments)]
        # A group of its own, so that what a killed command leaves can be found; output to a file, so that nothing waits for a reader.
        with self.output.open("a") as output:
            return subprocess.Popen(command, cwd=ROOT, env=given, stdout=output, stderr=output, text=True, start_new_session=True)

    def run(self, *arguments: str, environment: Mapping[str, str] = NOTHING) -> int:
        """Run the command to its end; returns its exit status."""
        return self.start(*arguments, environment=environment).wait(_LONGEST_RUN)

    def faults(self) -> list[str]:
        """What is lost, doubled or half loaded, in sentences; empty when everything dropped is there exactly once."""
        with open_read_only(self.warehouse) as warehouse:
            rows = warehouse.execute("SELECT path, sha256, status, reason FROM review.files")
            bare = warehouse.execute(
                "SELECT path FROM core.files WHERE status = 'loaded' AND pages > 0 AND file_id NOT IN (SELECT file_id FROM core.documents)"
            )
            broken = warehouse.execute("FROM core.broken_references")
            pending = warehouse.execute("SELECT path FROM core.pending")
            contents = warehouse.execute(
                "SELECT sha256 FROM core.files GROUP BY sha256 HAVING count(*) FILTER (status = 'loaded') > 1 "
                "OR count(*) FILTER (status <> 'duplicate') = 0"
            )
        found = Counter((path, digest) for path, digest, _, _ in rows)
        expected = {(path, digest) for path, digests in self.dropped.items() for digest in digests}
        faults = [f"lost: {path}" for path, digest in expected - found.keys()]
        faults += [f"invented: {path}" for path, digest in found.keys() - expected]
        faults += [f"doubled: {path}" for (path, _), count in found.items() if count > 1]
        faults += [f"no reason: {path}" for path, _, _, reason in rows if not reason]
        faults += [f"half loaded: {path}" for (path,) in bare] + [f"pending: {path}" for (path,) in pending]
        faults += [f"broken reference: {row}" for row in broken] + [f"loaded twice or never: {digest}" for (digest,) in contents]
        return faults + self._archive_faults({digest for path, digest in expected if "!/" not in path})

    def _archive_faults(self, expected: set[str]) -> list[str]:
        kept = {path.name: path for path in self.originals.glob("??/*")}
        faults = [f"not archived: {digest}" for digest in expected - kept.keys()]
        faults += [f"archived wrong: {name}" for name, path in kept.items() if sha256(path.read_bytes()) != name]
        for path, digests in self.dropped.items():
            location = self.inbox / path
            if "!/" not in path and location.exists() and sha256(location.read_bytes()) not in digests:
                faults.append(f"altered in the inbox: {path}")
        return faults


@contextmanager
def prefect_server(folder: Path) -> Iterator[str]:
    """A stock Prefect server that outlives the commands: starting one for each would take most of the time."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/api"
    give_up = time.monotonic() + SERVER_SECONDS
    try:
        while not _healthy(url):
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
