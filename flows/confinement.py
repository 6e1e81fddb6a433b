"""What a process that reads foreign files gives up before it reads the first one: the network, and writing anywhere but in given folders.

Comes in: the folders that may be written below. Goes out: a `Confinement` that says what enforces either; it cannot be undone and holds for
every process started afterwards. Called by `reading_worker` in a fresh process with one thread, and tried out by `doctor`.

The kernel's own means need no privilege: seccomp (no socket but local ones) and Landlock (no writing outside). Where they are missing, a
network namespace stands in for the first; failing that, an audit hook refuses in Python, which native code could get round.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.base import Frozen

NAMESPACE, SECCOMP, LANDLOCK, AUDIT = "network namespace", "seccomp", "Landlock", "audit hook"
_TRY_SECONDS = 60.0
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
# Audit architecture; system calls `socket`, `ptrace`; `io_uring_setup` (which can open sockets past `socket`) is the same everywhere.
_ARCHITECTURES = {"x86_64": (0xC000003E, 41, 101), "aarch64": (0xC00000B7, 198, 117)}
_IO_URING_SETUP = 425
_AF_UNIX = 1
_LOAD, _EQUAL, _ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: load word, jump if equal, jump if at least, return
# Landlock (linux/landlock.h): its three system calls, and the rights by the version that brought them.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_WRITING = {1: 0b1_1111_1111_0010, 2: 1 << 13, 3: 1 << 14}  # write, remove, make …; move between folders; truncate
_ON_FILES = (1 << 1) | (1 << 14)
# LibreOffice ends without a word unless it can make its local socket in /tmp, whatever TMPDIR says, and clear away the one of the start
# before: sockets may be made and files removed there; nothing may be written.
_SOCKETS = (1 << 9) | (1 << 5)
_TCP, _TCP_SINCE = 0b11, 4
_SCOPES, _SCOPES_SINCE = 0b11, 6  # abstract local sockets, signals
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGING = frozenset(
    ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.utime")
)
_WITH_ADDRESS = frozenset(("socket.connect", "socket.sendto", "socket.bind"))
_BY_NAME = frozenset(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"))


class Confinement(Frozen):
    """What keeps a process off the network and what keeps its writing in place: one of the names above."""

    network: str
    files: str

    @property
    def by_the_kernel(self) -> bool:
        """Whether native code is held as well as Python."""
        return AUDIT not in (self.network, self.files)


def confine(writable: Sequence[Path]) -> Confinement:
    """Give up the network and writing outside the folders, for good. Never raises: what the kernel refuses is done in Python instead."""
    folders = [folder.resolve() for folder in writable]
    network = files = AUDIT
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.syscall.restype = ctypes.c_long
        if kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
            files = LANDLOCK if _landlock(kernel, folders) else AUDIT
            network = SECCOMP if _seccomp(kernel) else AUDIT
        if network == AUDIT and _namespace(kernel):
            network = NAMESPACE
    if AUDIT in (network, files):
        sys.addaudithook(_refusal(folders if files == AUDIT else None, network == AUDIT))
    return Confinement(network=network, files=files)


def tried_out() -> Confinement:
    """What `confine` comes to on this machine, tried in a process of its own that ends afterwards.

    Raises:
        subprocess.SubprocessError: the process did not come up, or got past its own confinement.
    """
    with tempfile.TemporaryDirectory() as folder:
        inside, outside = Path(folder, "inside"), Path(folder, "outside")
        inside.mkdir()
        ended = subprocess.run(
            [sys.executable, "-c", "from flows.confinement import try_out; try_out()", str(inside), str(outside)],
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            text=True,
            timeout=_TRY_SECONDS,
            check=True,
        )
    return Confinement.model_validate_json(ended.stdout)


def try_out() -> None:
    """Confine this very process to the first folder of the command line, try to make the second one and to reach the network, and print the
    `Confinement`. For `tried_out`."""
    inside, outside = map(Path, sys.argv[1:])
    found = confine([inside])
    (inside / "file").write_bytes(b"")
    for attempt in (outside.mkdir, lambda: socket.create_connection(("127.0.0.1", 9), timeout=1)):
        try:
            attempt()
        except PermissionError:
            continue
        except OSError as error:
            if found.network == NAMESPACE and error.errno == errno.ENETUNREACH:
                continue
        raise RuntimeError(f"{found} does not hold")
    print(found.model_dump_json())


def _seccomp(kernel: Any) -> bool:
    """Allow every system call but those that open a socket other than a local one."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    architecture, open_socket, ptrace = _ARCHITECTURES[platform.machine()]
    program = [
        (_LOAD, 0, 0, 4),  # the architecture: the 32-bit calls bear other numbers and are all refused
        (_EQUAL, 0, 7, architecture),
        (_LOAD, 0, 0, 0),  # the call
        (_ABOVE, 5, 0, 0x40000000),  # the x32 calls
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 3, 0, ptrace),
        (_EQUAL, 0, 3, open_socket),
        (_LOAD, 0, 0, 16),  # its first argument: the address family
        (_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    filled = Program(len(program), ctypes.addressof(code))
    return bool(kernel.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filled), 0, 0) == 0)


def _namespace(kernel: Any) -> bool:
    """A network with nothing in it. An ordinary user may have one inside a user namespace of his own, where he stays who he was."""
    user, group = os.getuid(), os.getgid()
    if kernel.unshare(_CLONE_NEWNET) == 0:
        return True
    if kernel.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(text)
    return True


def _landlock(kernel: Any, folders: Sequence[Path]) -> bool:
    """Refuse to change anything in the file system but what lies below the folders, and the null device."""
    version = kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return False
    rights = sum(bits for since, bits in _WRITING.items() if version >= since)
    handled = [rights, _TCP if version >= _TCP_SINCE else 0, _SCOPES if version >= _SCOPES_SINCE else 0]
    size = 24 if version >= _SCOPES_SINCE else 16 if version >= _TCP_SINCE else 8
    attributes = ctypes.create_string_buffer(struct.pack("<QQQ", *handled), 24)
    ruleset = kernel.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        places = dict.fromkeys(folders, rights) | {Path(os.devnull): rights & _ON_FILES, Path("/tmp"): _SOCKETS}
        for place, allowed in places.items():
            if place.exists() and not _allow_below(kernel, ruleset, place, allowed):
                return False
        return bool(kernel.syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(ruleset)


def _allow_below(kernel: Any, ruleset: int, place: Path, rights: int) -> bool:
    descriptor = os.open(place, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("<Qi", rights, descriptor), 12)
        return bool(kernel.syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(descriptor)


def _refusal(folders: Sequence[Path] | None, network: bool) -> Any:
    """An audit hook that refuses the network where asked to, and changes outside the folders unless those are None."""
    inside = None if folders is None else tuple(str(folder) + os.sep for folder in folders)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if network and (event in _BY_NAME or (event in _WITH_ADDRESS and isinstance(arguments[1], tuple))):
            raise PermissionError(1, "the network is out of bounds for a process that reads foreign files")
        if inside is not None:
            for path in _changed(event, arguments):
                if not (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(inside):
                    raise PermissionError(1, "this place is out of bounds for a process that reads foreign files")

    return refuse


def _changed(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    """The paths that an audit event is about to change; open descriptors are none."""
    if event == "open":
        path, _, flags = arguments
        arguments = (path,) if isinstance(flags, int) and flags & _WRITE_FLAGS else ()
    elif event not in _CHANGING:
        return []
    paths = [argument for argument in arguments if isinstance(argument, (str, bytes, os.PathLike))]
    return [path for path in paths if os.fsdecode(path) != os.devnull]
