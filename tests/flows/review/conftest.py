"""The review page over a small season, without a network: each test has its own warehouse, the season is made once."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from flows.original_archive import OriginalArchive
from flows.reading_pool import ReadingPool
from flows.review.accounts import Account, Accounts
from flows.review.application import review_application
from flows.review.audit import AuditLog, audit_path
from flows.review.desk import ReviewDesk
from flows.review.lease import WarehouseLease
from flows.review.page_images import PageImages
from flows.review.server import hosts
from pipeline.rulebook import load_rulebook
from schemas.rules import Rulebook
from schemas.settings import Settings
from tests.flows.review.season import make_season
from warehouse.connection import Warehouse

PASSWORD = "correct horse battery"
WHO = {"王审核": "reviewer", "李审核": "reviewer", "秘书": "secretariat", "统计": "analyst"}
BASE = "http://127.0.0.1:8765"


@dataclass
class Visit:
    """One person's browser: the client with its session, and the CSRF token of the page."""

    client: TestClient
    token: str

    def get(self, path: str, **headers: str) -> Response:
        """Look at a page, redirects not followed."""
        return self.client.get(path, headers=headers, follow_redirects=False)

    def post(self, path: str, **fields: str) -> Response:
        """Press a button of the page."""
        return self.client.post(path, data=fields, headers={"X-CSRF-Token": self.token}, follow_redirects=False)


@dataclass
class Office:
    """The running page: the application, what it works with, and a way in for everybody."""

    app: Starlette
    settings: Settings
    desk: ReviewDesk
    accounts: Accounts
    audit: Path

    @property
    def warehouse(self) -> Warehouse:
        return self.desk.warehouse

    def client(self, address: str = "127.0.0.1") -> TestClient:
        """A browser that is not signed in."""
        return TestClient(self.app, base_url=BASE, client=(address, 50_000))

    def visit(self, name: str = "王审核") -> Visit:
        """Sign somebody in."""
        client = self.client()
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        found = re.search(r'"X-CSRF-Token":"([^"]+)"', html.unescape(client.get("/").text))
        assert found is not None
        return Visit(client, found[1])

    def id_of(self, name: str) -> str:
        """The applicant's id."""
        ((found,),) = self.warehouse.execute("SELECT applicant_id FROM core.applicants WHERE name = ?", [name])
        return str(found)

    def verdict(self, name: str) -> str:
        """What the warehouse says of an applicant."""
        ((found,),) = self.warehouse.execute("SELECT verdict FROM review.applicants WHERE name = ?", [name])
        return str(found)

    def finding(self, name: str, code: str, field: str | None = None) -> str:
        """The id of an applicant's finding."""
        rows = self.warehouse.execute(
            "SELECT finding_id FROM core.findings WHERE applicant_id = $id AND code = $code AND ($field IS NULL OR field = $field)",
            {"id": self.id_of(name), "code": code, "field": field},
        )
        assert rows, f"{name} has no {code}"
        return str(rows[0][0])


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the season's warehouse, to be copied."""
    return make_season(tmp_path_factory.mktemp("season") / "w.duckdb").parent


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped rules."""
    settings = Settings()
    return load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)


@pytest.fixture(scope="session")
def people() -> list[Account]:
    """Everybody who may sign in, with one password between them: hashing is slow on purpose."""
    from argon2 import PasswordHasher

    hashed = PasswordHasher().hash(PASSWORD)
    return [Account.model_validate({"name": name, "role": role, "hash": hashed}) for name, role in WHO.items()]


@pytest.fixture
def open_office(master: Path, tmp_path: Path, rulebook: Rulebook, people: list[Account]) -> Iterator[Callable[..., Office]]:
    """Opens the page over a copy of the season; with `proxy_header` behind a proxy that names who is signed in."""
    with ExitStack() as opened:

        def start(proxy_header: str | None = None) -> Office:
            return opened.enter_context(_office(master, tmp_path / "office", rulebook, people, proxy_header))

        yield start


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """The page, open."""
    return open_office()


@contextmanager
def _office(master: Path, folder: Path, rulebook: Rulebook, people: list[Account], proxy_header: str | None) -> Iterator[Office]:
    shutil.copytree(master, folder)
    settings = Settings(warehouse=folder / "w.duckdb", cache_dir=folder / "cache")
    accounts = Accounts(settings.users)
    accounts._write({one.name: one for one in people})
    with ReadingPool(settings) as pool, WarehouseLease(settings) as lease:
        desk = ReviewDesk(lease.get, rulebook, in_use=lease.in_use)
        images = PageImages(lease.get, OriginalArchive(settings.originals_dir), pool)
        log = audit_path(settings.warehouse)
        app = review_application(desk, images, accounts, AuditLog(log), hosts(settings), proxy_header)
        yield Office(app, settings, desk, accounts, log)
