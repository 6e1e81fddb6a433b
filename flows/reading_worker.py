"""One reading process from both ends: the parent's handle, which asks, measures and kills, and what runs in the process itself.

Comes in: jobs that can be pickled. Goes out: their `Answer`s; a worker that hangs, dies, takes too much memory, starts processes without
end or floods its pipe is killed with all it started, and its job answered with a rejection. Called by `reading_pool`, one thread a worker.

A pipe a worker and nothing shared between workers: one that is killed at any moment leaves no lock behind and no half message for another.
"""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flows.confinement import confine
from flows.process_tree import descendants, kill, kill_below, kill_orphans, resident_bytes
from flows.reading_jobs import Answer, InstallationBroken, answer
from schemas.errors import RejectedFile, RejectionCode
from schemas.settings import Limits

log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.1  # between two looks at a worker: at 1 GB/s it can overshoot its memory by a twentieth
_START_SECONDS = 120.0  # a machine under load is slow to start Python
_SEND_SECONDS = 30.0  # an answer that has begun to arrive is all there by then
_ANSWER_BYTES = 256 * 2**20  # a container with every member allowed, or four pages crowded with text, stay far below a tenth of it
_OPEN_FILES = 1024
_ROOM = 0.75  # of the memory limit; a worker that has recognised pages of every kind stays below (1.3 GB of 1.9)
_SET_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # prctl


@dataclass(frozen=True)
class Workplace:
    """Where a worker may write, where its libraries' own output goes, and what it may cost."""

    work: Path
    temporary: Path
    log: Path
    limits: Limits


class ReadingWorker:
    """A reading process. Not thread-safe but for `kill`."""

    def __init__(self, place: Workplace) -> None:
        """Start it. Raises `InstallationBroken` if it does not come up."""
        self._limits = place.limits
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process: BaseProcess = spawn.Process(target=serve, args=(theirs, place), name="reader", daemon=True)
        self.jobs = 0
        self._below: list[int] = []
        self._killed_for_memory = False
        try:
            self._process.start()
            theirs.close()
        except OSError as error:
            raise cannot_start() from error
        if self._wait(time.monotonic() + _START_SECONDS, lambda: False).value is None:
            self.kill()
            raise cannot_start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return self._process.is_alive()

    @property
    def grown(self) -> bool:
        """Whether earlier files have left it so large that the next one would have little room."""
        return resident_bytes([self._pid]) > _ROOM * self._limits.memory_bytes

    @property
    def burdened(self) -> bool:
        """Whether it was killed for its memory, part of which earlier files had left behind: only a fresh worker can blame the last one."""
        return self._killed_for_memory and self.jobs > 1

    def ask(self, seconds: float, given_up: Callable[[], bool], job: Callable[..., Any], arguments: tuple[Any, ...]) -> Answer[Any] | None:
        """Have `job(*arguments)` done in at most `seconds`, by a clock that nobody sets. The worker is dead where that went wrong; None if
        it was so before it could be asked."""
        self.jobs += 1
        try:
            self._pipe.send_bytes(pickle.dumps((job, arguments)))
        except OSError:
            self.kill()
            return None
        given = self._wait(time.monotonic() + seconds, given_up)
        if self._process.is_alive():
            kill_below(self._pid)  # nothing that a file set going outlives its file
        return given

    def kill(self) -> None:
        """End it and everything it started, whatever it is doing."""
        if self._process.is_alive():
            kill(self._pid)
        self._process.join()
        kill_orphans(self._pid, self._below)
        self._pipe.close()

    @property
    def _pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def _wait(self, deadline: float, given_up: Callable[[], bool]) -> Answer[Any]:
        """What the worker says, or what it did instead."""
        try:
            while not self._pipe.poll(_LOOK_SECONDS):
                if not self._process.is_alive():
                    return self._ended()
                if given_up():
                    self.kill()
                    return Answer(failure=InstallationBroken("读取已被中断。", "请再次运行。"))
                if (fault := self._excess(deadline)) is not None:
                    log.warning("a reading process was killed: %s", fault.detail)
                    self._killed_for_memory = fault.rejection is RejectionCode.TOO_LARGE
                    self.kill()
                    return Answer(rejection=fault)
            with _killing_after(_SEND_SECONDS, self._pid):
                given = pickle.loads(self._pipe.recv_bytes(_ANSWER_BYTES))
        except (OSError, EOFError, pickle.UnpicklingError):
            return self._ended()
        return given if isinstance(given, Answer) else self._ended()

    def _excess(self, deadline: float) -> RejectedFile | None:
        """What the worker has had too much of, if anything."""
        if time.monotonic() > deadline:
            return RejectedFile(RejectionCode.TIMEOUT, "not done within its time")
        self._below = descendants(self._pid)
        if len(self._below) > self._limits.processes:
            return RejectedFile(RejectionCode.CORRUPT, f"reading started {len(self._below)} processes")
        held = resident_bytes([self._pid, *self._below])
        if held > self._limits.memory_bytes:
            return RejectedFile(RejectionCode.TOO_LARGE, f"reading took {held} bytes of memory")
        return None

    def _ended(self) -> Answer[Any]:
        """The worker is gone, or no longer to be trusted. A kill that is not ours is the system's, short of memory."""
        give_up = time.monotonic() + _LOOK_SECONDS
        # Not by `join` with a time limit, which believes a pipe that the worker can write to.
        while self._process.is_alive() and time.monotonic() < give_up:
            time.sleep(0.005)
        status = self._process.exitcode
        self.kill()
        if status == -9:
            self._killed_for_memory = True
            return Answer(rejection=RejectedFile(RejectionCode.TOO_LARGE, "the system killed the reading process"))
        return Answer(rejection=RejectedFile(RejectionCode.CORRUPT, f"the reading process ended with status {status}"))


@contextmanager
def _killing_after(seconds: float, process: int) -> Iterator[None]:
    """Kill a process unless the block ends in time: a message that stops in the middle would block for ever."""
    timer = threading.Timer(seconds, kill, (process,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def cannot_start() -> InstallationBroken:
    """No worker can be had."""
    return InstallationBroken("读取进程无法启动或已被系统终止。", "请关闭其他占用内存的程序后重试；仍不行时运行 gongjiang doctor。")


def serve(pipe: Connection, place: Workplace) -> None:
    """The worker's whole life: give up what it does not need, say so, then one job after the other."""
    _prepare(place)
    pipe.send_bytes(pickle.dumps(Answer(value="ready")))
    while True:
        try:
            job, arguments = pickle.loads(pipe.recv_bytes())
        except EOFError:
            return
        pipe.send_bytes(_packed(answer(job, *arguments)))


def _packed(given: Answer[Any]) -> bytes:
    """An answer that is sure to survive the journey: whole, small enough, and without exceptions that cannot be rebuilt."""
    try:
        packed = pickle.dumps(given)
    except Exception as error:
        return pickle.dumps(Answer(rejection=RejectedFile(RejectionCode.CORRUPT, f"the answer cannot be sent: {error!r}")))
    if len(packed) > _ANSWER_BYTES:
        return pickle.dumps(Answer(rejection=RejectedFile(RejectionCode.TOO_LARGE, f"an answer of {len(packed)} bytes")))
    return packed


def _prepare(place: Workplace) -> None:
    """Quiet, one thread, bounded, confined, and gone when its parent is gone."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1", OMP_WAIT_POLICY="PASSIVE")
    # Libraries and programs that a reader starts look for a place of their own in various ways.
    os.environ.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"), str(place.temporary)))
    tempfile.tempdir = str(place.temporary)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which then ends its workers
    # For reading as well: opening a pipe for writing alone would wait for ever for a parent that was killed meanwhile.
    descriptor = os.open(place.log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)  # native libraries write wherever they like; the terminal belongs to the user
    os.dup2(descriptor, 2)
    os.close(descriptor)
    if sys.platform == "linux":
        os.setsid()
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        kernel.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what it starts stays below it, however often that forks
        _bound(place.limits)
    confine([place.work])
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _bound(limits: Limits) -> None:
    """Limits that the kernel keeps. Address space is the backstop of the memory limit: models and libraries map far more than they use, so
    it is twice as much."""
    import resource

    started_with = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for kind, wanted in (
        (resource.RLIMIT_AS, started_with + 2 * limits.memory_bytes),
        (resource.RLIMIT_FSIZE, max(limits.file_bytes, limits.expanded_bytes) + 2**20),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),  # a core dump would hold people's papers
    ):
        _, hard = resource.getrlimit(kind)
        least = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (least, least))


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    if sys.platform == "linux":
        kill_below(os.getpid())
    os._exit(1)
