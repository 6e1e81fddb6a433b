"""Where Prefect's records go: the server that PREFECT_API_URL names, or a private one that lives as long as this command.

Comes in: the settings. Goes out: an environment in which `prefect` may be imported, and a server that is starting in the background while
reading has already begun. Called by `cli`, before anything imports `prefect`: Prefect reads its environment when it is imported.

Both of Prefect's phone-homes are off in either case. The private server keeps its database under the cache folder (migrated once), listens
on the loopback address only, asks for a password that only this command knows, and ends with it.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from flows import loopback
from flows.logs import keep_lines
from schemas.errors import GongjiangError
from schemas.settings import Settings

START_SECONDS = 180.0  # for the private server; a machine under load is slow to import it
ANSWER_SECONDS = 2.0
REACH_SECONDS = 5.0  # for a server that is said to be there
_SERVICES = (
    "CANCELLATION_CLEANUP", "DB_VACUUM", "FOREMAN", "LATE_RUNS", "SCHEDULER", "PAUSE_EXPIRATIONS", "REPOSSESSOR", "CLEANUP_RECONCILER",
    "TRIGGERS", "EVENT_LOGGER",
)  # fmt: skip


class OrchestrationUnavailable(GongjiangError):
    """Prefect's server cannot be reached or does not start."""

    code = "ORCHESTRATION_UNAVAILABLE"


class Orchestration:
    """Prefect's server for one command; a context manager. Entering returns at once, `wait_until_ready` waits."""

    def __init__(self, settings: Settings, *, ui: bool = False) -> None:
        self._home = settings.cache_dir / "prefect"
        self._ui_port = settings.ui_port if ui else 0
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: socket.socket | None = None  # stays open: the address must not change once `prefect` was imported
        self._ready = self._started_afresh = False
        self._output: threading.Thread | None = None

    def __enter__(self) -> Orchestration:
        os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false")
        # Task failures become one sentence of ours; Prefect would print a traceback beside it.
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
        if os.environ.get("PREFECT_API_URL"):
            self.wait_until_ready()  # nothing is read for a server that is not there
        else:
            self._start_private_server()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def private(self) -> bool:
        """Whether this command runs its own server."""
        return self._process is not None

    @property
    def ui_address(self) -> str | None:
        """Where Prefect's pages are, if this command serves them."""
        return f"http://127.0.0.1:{self._ui_port}" if self._ui_port and self.private else None

    @property
    def password_file(self) -> Path:
        """What Prefect's pages ask for."""
        return self._home / "ui-password"

    def wait_until_ready(self) -> None:
        """Wait until the server answers; threads may wait together.

        Raises:
            OrchestrationUnavailable: it does not; the sentence says what to do.
        """
        with self._turn:
            self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        url = os.environ["PREFECT_API_URL"].rstrip("/")
        give_up = time.monotonic() + (START_SECONDS if self.private else REACH_SECONDS)
        while not _answers(f"{url}/health"):
            if self._process is not None and self._process.poll() is not None:
                if self._start_afresh():
                    continue
                raise OrchestrationUnavailable(
                    "任务记录服务没有启动成功。", f"请查看日志 {self._home / 'server.log'}，或运行 gongjiang doctor 检查安装。"
                )
            if time.monotonic() > give_up:
                raise OrchestrationUnavailable(
                    f"连不上 Prefect 服务（{url}）。", "请检查 PREFECT_API_URL 和网络；取消该设置后，程序会自带服务离线运行。"
                )
            time.sleep(0.05)
        self._ready = True

    def close(self) -> None:
        """Stop the private server; it writes what it still holds."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        if self._output is not None:
            self._output.join(2)
        if self._listener is not None:
            self._listener.close()

    def _start_afresh(self) -> bool:
        """Start once more without the database, which holds records of runs only: a migration that was cut short leaves one that no server
        can open."""
        broken = [path for path in self._home.glob("prefect.db*") if path.is_file()]
        if not broken or self._started_afresh:
            return False
        self._started_afresh = True
        for path in broken:
            path.unlink()
        self._start_private_server()
        return True

    def _start_private_server(self) -> None:
        if self._listener is None:
            self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not loopback.bring_up():
                raise OrchestrationUnavailable(
                    "本机回环网络（127.0.0.1）没有启用，程序的各部分无法相互通信。", "请由管理员执行 ip link set lo up 后重试。"
                )
            self._listener = self._listen()
            os.environ.update(_private_environment(self._home, self._listener.getsockname()[1]))
            if self._ui_port:
                os.environ.update(_ui_environment(self._home, self._ui_port, self.password_file))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_server", str(self._listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(self._listener.fileno(),),
            cwd=Path(__file__).resolve().parent.parent,
            start_new_session=True,  # Ctrl-C is for the command, which then stops the server in order
        )
        assert self._process.stdout is not None
        self._output = keep_lines(self._process.stdout, self._home / "server.log")

    def _listen(self) -> socket.socket:
        try:
            return socket.create_server(("127.0.0.1", self._ui_port))
        except OSError as error:
            raise OrchestrationUnavailable(
                f"端口 {self._ui_port} 已被占用，任务页面无法打开（{error.strerror}）。",
                "请关闭占用它的程序，或用 GONGJIANG_UI_PORT 换一个端口。",
            ) from error


def _private_environment(home: Path, port: int) -> dict[str, str]:
    password = f"gongjiang:{secrets.token_urlsafe(24)}"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "storage"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_API_REQUEST_TIMEOUT": "120",
        **{f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in _SERVICES},
    }


def _ui_environment(home: Path, port: int, password_file: Path) -> dict[str, str]:
    """Prefect's pages on the loopback address; they ask for the password, which stays the same from start to start."""
    try:
        password = password_file.read_text(encoding="ascii").strip()
    except OSError:
        password = ""
    if not password:
        password = f"gongjiang:{secrets.token_urlsafe(24)}"
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(password + "\n")
    return {
        "PREFECT_SERVER_UI_ENABLED": "true",
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),  # the installation may be read-only
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_API_AUTH_STRING": password,
    }


def request_to(url: str, data: bytes | None = None) -> urllib.request.Request:
    """A request to Prefect's server with the credentials of this environment."""
    request = urllib.request.Request(url, data, {} if data is None else {"Content-Type": "application/json"})
    if password := os.environ.get("PREFECT_API_AUTH_STRING"):
        request.add_header("Authorization", "Basic " + base64.b64encode(password.encode()).decode())
    elif key := os.environ.get("PREFECT_API_KEY"):
        request.add_header("Authorization", f"Bearer {key}")
    return request


def opener_for(url: str) -> urllib.request.OpenerDirector:
    """A proxy in the environment is for the internet, not for a server on this machine."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({})) if "127.0.0.1" in url else urllib.request.build_opener()


def _answers(url: str) -> bool:
    try:
        with opener_for(url).open(request_to(url), timeout=ANSWER_SECONDS) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
