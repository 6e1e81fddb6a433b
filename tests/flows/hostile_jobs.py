"""Jobs that do to a reading worker what hostile files do: hang, die, fill the memory, start processes, answer without end, reach out."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


class Untransportable(Exception):
    """An error that cannot be rebuilt on the other side, as some libraries raise."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__("one argument only")


def double(number: int) -> int:
    """An ordinary job."""
    return 2 * number


def babble(text: str) -> None:
    """Print as native libraries do, past Python."""
    os.write(1, text.encode() + b"\n")


def hang(mark: Path) -> None:
    """Never end, and be deaf to a polite request to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark.write_text(str(os.getpid()))
    while True:
        time.sleep(0.1)


def die(status: int) -> None:
    """End the process as a crash in native code does."""
    os._exit(status)


def segfault() -> None:
    """End the process by a signal."""
    os.kill(os.getpid(), signal.SIGSEGV)


def stumble() -> None:
    """Raise what a reader raises on broken bytes."""
    raise Untransportable(1, 2)


def fill_memory() -> int:
    """Ask for far more memory than a worker may have."""
    return len(bytearray(64 * 2**30))


def full_disk() -> None:
    """Meet a fault of the machine."""
    raise OSError(errno.ENOSPC, "No space left on device")


def forbidden() -> None:
    """Meet a file that is out of reach."""
    raise PermissionError(errno.EACCES, "Permission denied")


def process_id() -> int:
    """Which worker this is."""
    time.sleep(0.2)
    return os.getpid()


def hang_in_native_code() -> None:
    """Never end, without ever giving Python a chance to look at a signal."""
    import ctypes

    ctypes.PyDLL(None).sleep(600)


def fill_memory_slowly() -> int:
    """Touch more memory than a worker may have, a little at a time, as a page that never stops growing does."""
    held = []
    while True:
        held.append(b"x" * 20_000_000)


_KEPT: list[bytes] = []


def keep_memory(size: int) -> None:
    """Leave something behind, as caches of native libraries do."""
    _KEPT.append(b"x" * size)


def need_memory(size: int) -> int:
    """Need memory for a while, all of it at once."""
    held = b"x" * size
    time.sleep(0.5)
    return len(held)


def fill_memory_in_a_child() -> None:
    """Have a program of its own take the memory."""
    subprocess.run([sys.executable, "-c", "held = []\nwhile True: held.append(b'x' * 20_000_000)"], check=True)


def leave_children(mark: Path, crash: bool) -> None:
    """Start a program that goes its own way, in a session of its own, and be done, or die."""
    script = f"import os, time; os.fork() and os._exit(0); os.setsid(); open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    subprocess.run([sys.executable, "-c", script], check=True)
    while not mark.exists() or not mark.read_text():
        time.sleep(0.05)
    if crash:
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGSEGV)


def start_processes_without_end() -> None:
    """Start one process after the other."""
    while True:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])


def answer_without_end() -> bytes:
    """An answer that no page of a form would fill."""
    return bytes(300 * 2**20)


def flood_the_pipe() -> None:
    """Write into every open descriptor, as native code that was taken over could."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\x7f" * 70_000)
        except OSError:
            continue


def reach_out(port: int) -> list[str]:
    """Every way to a listener on this machine; those that were open."""
    open_ways = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as way:
                way.settimeout(2)
                way.connect((address, port))
                open_ways.append(f"{family.name} stream")
        except OSError:
            pass
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as way:
                way.sendto(b"x", (address, port))
                open_ways.append(f"{family.name} datagram")
        except OSError:
            pass
    script = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
    if subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 0:
        open_ways.append("a program of its own")
    return open_ways


def talk_locally() -> bytes:
    """What programs that a reader starts need: a local socket pair, a pipe, a temporary file."""
    one, other = socket.socketpair()
    with one, other, tempfile.TemporaryFile() as file:
        one.sendall(b"local")
        file.write(other.recv(5))
        file.seek(0)
        return file.read()


def write_outside(target: Path, existing: Path) -> list[str]:
    """Every way to change something outside the work folder; those that succeeded."""
    link = Path(tempfile.mkdtemp()) / "link"
    link.symlink_to(target.parent)
    done = []
    ways: dict[str, Callable[[], object]] = {
        "create": lambda: target.write_bytes(b"x"),
        "overwrite": lambda: existing.write_bytes(b"x"),
        "truncate": lambda: os.truncate(existing, 0),
        "remove": existing.unlink,
        "rename": lambda: existing.rename(target),
        "folder": lambda: (target.parent / "folder").mkdir(),
        "through a link": lambda: (link / target.name).write_bytes(b"x"),
        "program": lambda: subprocess.run(["/bin/sh", "-c", f"echo x > '{target}'"], check=True, capture_output=True),
    }
    for way, attempt in ways.items():
        try:
            attempt()
            done.append(way)
        except (OSError, subprocess.CalledProcessError):
            pass
    return done


def bounds() -> dict[str, int]:
    """The limits that the kernel keeps on this process."""
    import resource

    return {name: resource.getrlimit(getattr(resource, name))[0] for name in ("RLIMIT_CORE", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_AS")}
