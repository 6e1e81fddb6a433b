"""`serve --quack`: a process that answers SQL over DuckDB's Quack protocol from the published snapshot, beside the watch.

Comes in: the settings. Goes out: two addresses on this machine (staff: review and stats; analysts: stats alone) and a file with a token for
each role. `quack_beside` is called by `serve`; this module is also what its child process runs, until its standard input ends.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from schemas.errors import GongjiangError
from schemas.settings import Settings

_LOOK_SECONDS = 0.5
_ROLES = ("secretariat", "reviewer", "analyst")


@contextmanager
def quack_beside(settings: Settings) -> Iterator[str]:
    """The server while something else runs; yields a sentence that says where it is. Raises GongjiangError where it cannot begin."""
    from warehouse.quack import extension

    extension("quack"), extension("httpfs")  # what is missing is told now
    kept = token_file(settings)
    job = {"snapshot": str(settings.snapshot_file.absolute()), "port": settings.quack_port, "tokens": _tokens(kept)}
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.quack_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        child.stdin.write(json.dumps(job) + "\n")  # not as arguments: any user of the machine can list those
        child.stdin.flush()
        if child.stdout.readline().strip() != "ready":
            raise GongjiangError(
                "Quack 查询服务没有启动。", f"请检查端口 {settings.quack_port} 和 {settings.quack_port + 1} 是否已被占用。"
            )
        yield f"SQL 查询服务：quack:localhost:{settings.quack_port}（分析人员：{settings.quack_port + 1}），口令在 {kept} 里"
    finally:
        child.stdin.close()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def token_file(settings: Settings) -> Path:
    """Where the tokens lie, readable by their owner alone."""
    return settings.warehouse.with_name(f"{settings.warehouse.name}.quack-tokens.json")


def _tokens(kept: Path) -> dict[str, str]:
    """A token for each role, the same at each start until the file is removed."""
    try:
        known = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    tokens = {role: known.get(role) or secrets.token_urlsafe(24) for role in _ROLES}
    descriptor = os.open(kept, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(tokens, file, indent=2)
    return tokens


def _serve(job: dict[str, Any]) -> None:
    """Answer until standard input ends: then the watch is gone, whatever ended it."""
    from warehouse.quack import QuackReader

    ended = threading.Event()

    def outlive_nobody() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=outlive_nobody, daemon=True).start()
    snapshot, port, tokens = Path(job["snapshot"]), int(job["port"]), job["tokens"]
    with ExitStack() as stack:
        readers: list[QuackReader] = []
        for schemas, given in ((("review", "stats"), [tokens["secretariat"], tokens["reviewer"]]), (("stats",), [tokens["analyst"]])):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=snapshot.parent, prefix=".quack-")))
            reader = QuackReader(folder, schemas, given)
            stack.callback(reader.close)
            reader.serve(port + len(readers))
            readers.append(reader)
        told = False
        while not ended.wait(_LOOK_SECONDS if told else 0.0):
            try:
                for reader in readers:
                    reader.take_up(snapshot)
            except OSError:
                time.sleep(_LOOK_SECONDS)  # nothing published yet, or just being replaced
            if not told:
                print("ready", flush=True)
                told = True


if __name__ == "__main__":
    _serve(json.loads(sys.stdin.readline()))
