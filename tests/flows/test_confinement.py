"""A reading worker has no network and writes nowhere but below its work folder, whatever a file makes it do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors import libreoffice
from flows.confinement import AUDIT, tried_out
from flows.reading_pool import ReadingPool
from schemas.settings import Settings
from tests.extractors.make_sources import DATA
from tests.flows import hostile_jobs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingPool]:
    with ReadingPool(Settings(cache_dir=tmp_path_factory.mktemp("cache"), workers=1)) as started:
        yield started


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), 2).close()  # the way is open for everybody else
        yield port


def test_a_hostile_file_could_send_what_it_finds_to_somebody(pool: ReadingPool, listener: int) -> None:
    if not tried_out().by_the_kernel:
        pytest.skip("this kernel has neither seccomp nor namespaces: programs that a reader starts cannot be held")
    assert pool.call(60, hostile_jobs.reach_out, listener).result() == []


def test_programs_that_a_reader_starts_could_not_work(pool: ReadingPool) -> None:
    assert pool.call(60, hostile_jobs.talk_locally).result() == b"local"


@pytest.mark.skipif(libreoffice.program() is None, reason="LibreOffice is not installed")
def test_old_word_files_could_not_be_read(pool: ReadingPool) -> None:
    inspected = pool.inspect(DATA / "old_word" / "form.doc").result()
    assert inspected.rejected is None and inspected.pages == 1
    layout = pool.read(DATA / "old_word" / "form.doc", "0" * 64, inspected.media_type, 1).result()
    assert "赵喆" in layout.pages[0].text


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder that is not below /tmp, where LibreOffice needs more."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


def test_a_hostile_file_could_write_outside_the_work_folder(pool: ReadingPool, outside: Path) -> None:
    if tried_out().files == AUDIT:
        pytest.skip("this kernel has no Landlock: programs that a reader starts cannot be held")
    existing = outside / "existing"
    existing.write_text("kept")
    before = existing.stat().st_mtime_ns
    assert pool.call(60, hostile_jobs.write_outside, outside / "new", existing).result() == []
    assert [path.name for path in outside.iterdir()] == ["existing"]
    assert existing.read_text() == "kept" and existing.stat().st_mtime_ns == before


@pytest.mark.skipif(sys.platform != "linux", reason="limits of this kind are Linux's")
def test_a_crash_could_leave_people_s_papers_in_a_core_dump(pool: ReadingPool) -> None:
    found = pool.call(60, hostile_jobs.bounds).result()
    assert found["RLIMIT_CORE"] == 0
    assert all(0 < found[name] < 2**40 for name in ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_AS"))


AUDITED = """
import os, socket, sys, tempfile
from pathlib import Path
from flows import confinement
sys.addaudithook(confinement._refusal([Path(sys.argv[1]).resolve()], True))
Path(sys.argv[1], "inside").write_text("x")
open(os.devnull, "w").close()
open(__file__).close() if "__file__" in globals() else None
one, other = socket.socketpair(); one.sendall(b"x")
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 2),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(sys.argv[3]))),
    lambda: Path(sys.argv[2], "outside").write_text("x"),
    lambda: Path(sys.argv[2], "folder").mkdir(),
    lambda: os.rename(Path(sys.argv[1], "inside"), Path(sys.argv[2], "outside")),
    lambda: os.remove(Path(sys.argv[2], "existing")),
):
    try:
        attempt()
    except PermissionError:
        continue
    sys.exit("went through")
"""


def test_where_the_kernel_has_nothing_python_itself_refuses(tmp_path: Path, listener: int) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "existing").write_text("kept")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", AUDITED, str(inside), str(outside), str(listener)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert [path.name for path in outside.iterdir()] == ["existing"]


NAMESPACE = """
import ctypes, socket, sys
from flows import confinement
kernel = ctypes.CDLL(None, use_errno=True)
if not confinement._namespace(kernel):
    sys.exit(77)
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2)
except OSError:
    sys.exit(0)
sys.exit("went through")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_a_network_namespace_stands_in_for_seccomp(listener: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", NAMESPACE, str(listener)], env=environment, capture_output=True, text=True)
    if ended.returncode == 77:
        pytest.skip("this system lets nobody have a namespace of his own")
    assert ended.returncode == 0, ended.stderr
