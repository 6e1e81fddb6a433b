"""Debian's Chromium in front of a running review page; skipped, and said so, where there is no browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.reading_pool import ReadingPool
from flows.review.accounts import Accounts
from flows.review.server import address, review_app, web_server
from schemas.settings import Settings
from tests.flows.review.season import make_season

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery"
AXE = Path(__file__).with_name("axe.min.js")
DESK, TABLET, UPRIGHT = (1366, 768), (1024, 768), (820, 1180)


@dataclass
class Window:
    """A browser window, and what went wrong in it: console errors, broken policies, requests to other machines, script dialogs."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address of the review page."""
        self.page.goto(self.base.rstrip("/") + path)

    def sign_in(self, name: str = "王审核") -> None:
        """By keyboard, as people do: the first field has the cursor."""
        self.open("/sign-in")
        self.page.wait_for_function("document.activeElement !== null && document.activeElement.name === 'name'")
        for text, key in ((name, "Tab"), (PASSWORD, "Enter")):
            self.page.keyboard.type(text)
            self.page.keyboard.press(key)
        self.page.wait_for_selector("h1.out, .queue h1")

    def press(self, key: str, until: str) -> None:
        """Press a key, and wait for what it brings."""
        self.page.keyboard.press(key)
        self.page.wait_for_selector(until)
        self.page.wait_for_load_state("load")  # the keys of a new page work once its script has run

    def violations(self) -> list[str]:
        """What axe-core finds serious or critical on the present page, in a line each."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
        return [f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes'][:3]]}" for one in grave]

    def overflow(self) -> list[str]:
        """Which parts of the page would have to be scrolled sideways."""
        wide = (
            "(names) => names.filter((name) => [...document.querySelectorAll(name)].some((one) => one.scrollWidth > one.clientWidth + 1))"
        )
        found: list[str] = self.page.evaluate(wide, ["html", "body", "main", ".side", ".head"])
        return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: the review page was not tried in a browser")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: the review page was not tried in a browser"
    )
    with playwright.sync_playwright() as driver:
        # Root has no sandbox in a container; the page shown is our own.
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of invented people with users, to be copied."""
    folder = tmp_path_factory.mktemp("browser")
    settings = Settings(warehouse=make_season(folder / "w.duckdb"))
    for name, role in (("王审核", "reviewer"), ("统计", "analyst")):
        Accounts(settings.users).set(name, role, PASSWORD)  # type: ignore[arg-type]
    return folder


@pytest.fixture
def running(season: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a review page over a copy of the season."""
    shutil.copytree(season, tmp_path / "office")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = Settings(warehouse=tmp_path / "office" / "w.duckdb", cache_dir=tmp_path / "cache", review_port=port)
    with ReadingPool(settings) as pool, review_app(settings, pool) as app:
        server = web_server(app, settings)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield address(settings)
        server.should_exit = True
        thread.join(10)


@contextmanager
def window_of(browser: Browser, base: str, size: tuple[int, int], *, touch: bool = False) -> Iterator[Window]:
    """A window of its own, with its own cookies, that notes every fault."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=touch, locale="zh-CN")
    context.set_default_timeout(30_000)
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
    )
    window = Window(context.new_page(), base)
    page = window.page
    page.on("console", lambda said: window.faults.append(f"console: {said.text}") if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: window.faults.append(f"script: {error}"))
    page.on("request", lambda sent: None if sent.url.startswith((base, "data:")) else window.faults.append(f"left the machine: {sent.url}"))

    def dismissed(dialog: Any) -> None:
        window.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismissed)
    yield window
    context.close()
