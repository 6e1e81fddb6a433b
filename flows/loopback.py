"""The loopback interface, brought up where it is down: in a network namespace of its own (`unshare -n`, some containers) nothing does that,
and the program's own parts could not talk to each other.

Comes in: nothing. Goes out: a loopback address that answers, if this process may see to it. Called by `orchestration` before its private
server starts. On an ordinary machine the interface is up and nothing is changed.
"""

from __future__ import annotations

import socket
import struct
import sys

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
_REQUEST = struct.Struct("16sH22x")  # struct ifreq: name and flags


def bring_up() -> bool:
    """Bring the interface up if it is down; whether it is up now."""
    if sys.platform != "linux":
        return True
    import fcntl

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            answer = fcntl.ioctl(asking, _GET_FLAGS, _REQUEST.pack(b"lo", 0))
            flags = int(_REQUEST.unpack(answer)[1])
            if not flags & _UP:
                fcntl.ioctl(asking, _SET_FLAGS, _REQUEST.pack(b"lo", flags | _UP))
    except OSError:
        return False
    return True
