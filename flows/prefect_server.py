"""The private Prefect server of one command, as a child process: `python -m flows.prefect_server SOCKET`, started by `orchestration`.

Comes in: the number of an inherited listening socket, so that the parent knows the address before the server is up and no port can be lost
in between. Goes out: Prefect's API on that socket until standard input closes: it closes when the parent ends, however the parent ends, so
that no server is ever left behind.
"""

from __future__ import annotations

import os
import socket
import sys
import threading

# How long a server that was told to stop may take to write what it still holds.
GRACE_SECONDS = 8.0


def main(descriptor: int) -> None:
    """Serve on the inherited socket until the parent closes our standard input."""
    import uvicorn
    from prefect.server.api.server import create_app

    listener = socket.socket(fileno=descriptor)
    server = uvicorn.Server(uvicorn.Config(create_app, factory=True, log_level="error", lifespan="on", timeout_graceful_shutdown=2))

    def wait_for_parent() -> None:
        sys.stdin.buffer.read()
        if not server.started:
            os._exit(0)  # nothing has been recorded yet; half a migration is made good at the next start (`orchestration`)
        server.should_exit = True
        timer = threading.Timer(GRACE_SECONDS, os._exit, args=(0,))
        timer.daemon = True
        timer.start()

    threading.Thread(target=wait_for_parent, daemon=True).start()
    server.run(sockets=[listener])
    # Threads of Prefect's services that are still asleep would hold the process for seconds.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
