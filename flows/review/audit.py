"""The audit log: who looked at what, revealed, decided, exported, signed in; append-only, each line bound to the one before it by a hash.

Comes in: an event. Goes out: a line in `<warehouse>.audit.jsonl`, on disk before the page answers; `verify` says whether any line was
changed, removed or slipped in. Called by `guard`, `pages`, `actions` and the commands `audit` and `purge`.

Lines hold names of users and ids, never a value out of anybody's papers: so the log can outlive the data.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.errors import GongjiangError

if sys.platform != "win32":
    import fcntl

_START = "0" * 64
# Part of an address can be an id that somebody made up; a line must stay shorter than what `_last_line` looks at.
_LONGEST = 200


class AuditUnwritable(GongjiangError):
    """An event could not be put on record; what it was about must not happen then."""

    code = "AUDIT_UNWRITABLE"


@dataclass(frozen=True)
class Fault:
    """Where a log is not as it was written: the line (from 1) and what is wrong, in Chinese."""

    line: int
    wrong: str


def audit_path(warehouse: Path) -> Path:
    """Where the audit log of a warehouse lies."""
    return warehouse.with_name(f"{warehouse.name}.audit.jsonl")


class AuditLog:
    """The log of one warehouse; threads of one process may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()

    def append(self, who: str, what: str, about: str = "", detail: str = "", *, at: datetime) -> None:
        """Put an event on record. `about` is an id, `detail` a code or route, neither of them a person's data.

        Raises:
            AuditUnwritable: the disk cannot take it.
        """
        try:
            with self._turn:
                said = {"who": who, "what": what, "about": about, "detail": detail}
                self._write({"at": at.isoformat(), **{name: text[:_LONGEST] for name, text in said.items()}})
        except OSError as error:
            raise AuditUnwritable(f"无法写入操作记录（{error.strerror}）。", "操作没有进行。请检查磁盘空间和权限。") from error

    def _write(self, event: dict[str, str | int]) -> None:
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            if sys.platform != "win32":
                fcntl.flock(descriptor, fcntl.LOCK_EX)  # commands write to the same log; closing lets go
            last = _last_line(descriptor)
            event = {"seq": (int(last["seq"]) if last else 0) + 1, **event, "before": str(last["hash"]) if last else _START}
            line = json.dumps({**event, "hash": _hash(event)}, ensure_ascii=False).encode() + b"\n"
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def verify(path: Path) -> tuple[int, list[Fault]]:
    """How many lines a log has, and every line that is not as it was written.

    Lines taken off the end leave no gap: compare the number and the last hash with what was noted elsewhere (`gongjiang audit verify`
    prints both).
    """
    faults: list[Fault] = []
    before, count = _START, 0
    if not path.exists():
        return 0, faults
    with path.open("rb") as lines:
        for count, line in enumerate(lines, start=1):
            try:
                event = json.loads(line)
                own = event.pop("hash")
                if _hash(event) != own:
                    faults.append(Fault(count, "内容被改动过"))
                if event["before"] != before:
                    faults.append(Fault(count, "与前一行接不上：有行被删除、插入或调换"))
                if event["seq"] != count:
                    faults.append(Fault(count, f"序号应为 {count}，实为 {event['seq']}"))
                before = own
            except (ValueError, KeyError, TypeError, AttributeError):
                faults.append(Fault(count, "不是一条完整的记录"))
    return count, faults


def last_hash(path: Path) -> str:
    """The hash of the last line, which stands for the whole log; zeros for an empty one."""
    if not path.exists():
        return _START
    descriptor = os.open(path, os.O_RDONLY)
    try:
        last = _last_line(descriptor)
    finally:
        os.close(descriptor)
    return str(last["hash"]) if last else _START


def _last_line(descriptor: int) -> dict[str, str | int] | None:
    """The last whole line; a line cut short by a crash is closed first, so that it stays visible as a fault and the next one is whole."""
    size = os.fstat(descriptor).st_size
    if not size:
        return None
    tail = os.pread(descriptor, min(size, 8192), max(0, size - 8192))
    if not tail.endswith(b"\n"):
        os.write(descriptor, b"\n")
        tail += b"\n"
    for line in reversed(tail.splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"seq", "hash"} <= found.keys():
            return found
    return None


def _hash(event: dict[str, str | int]) -> str:
    return hashlib.sha256(json.dumps(event, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
