"""Serving the review page on the loopback address, or with a certificate on another one.

Comes in: the settings. Goes out: a running web server until it is told to stop. Called by `commands.reviewing` and, in a thread beside the
watch, by `serve`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from flows.original_archive import OriginalArchive
from flows.reading_pool import ReadingPool
from flows.review.accounts import Accounts
from flows.review.application import review_application
from flows.review.audit import AuditLog, audit_path
from flows.review.desk import ReviewDesk
from flows.review.lease import WarehouseLease
from flows.review.page_images import PageImages
from pipeline.rulebook import load_rulebook
from schemas.errors import GongjiangError
from schemas.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@contextmanager
def review_app(settings: Settings, pool: ReadingPool) -> Iterator[Starlette]:
    """The application over the warehouse of the settings. Raises RulebookInvalid, WarehouseUnavailable, WarehouseDamaged."""
    rulebook = load_rulebook(settings.rulebook_dir, settings.edition_file, settings.calibration)
    with WarehouseLease(settings) as lease:
        desk = ReviewDesk(lease.get, rulebook, in_use=lease.in_use)
        lease.get()  # what is wrong with it is told now, not to the first visitor
        desk.settle(lease.taken_up)
        images = PageImages(lease.get, OriginalArchive(settings.originals_dir), pool)
        yield review_application(
            desk,
            images,
            Accounts(settings.users),
            AuditLog(audit_path(settings.warehouse)),
            hosts(settings),
            settings.review_proxy_header or None,
        )


def hosts(settings: Settings) -> list[str]:
    """The names with port under which the page may be asked for."""
    names = [settings.review_host, *settings.review_names.split(",")] if settings.review_names else [settings.review_host]
    if settings.review_host in _LOOPBACK:
        names += ["127.0.0.1", "localhost", "[::1]"]
    return [f"{name.strip()}:{settings.review_port}" for name in dict.fromkeys(names)] + [name.strip() for name in names]


def web_server(app: Starlette, settings: Settings) -> uvicorn.Server:
    """The server, not yet running.

    Raises:
        GongjiangError: another address than the loopback one without a certificate.
    """
    certificate, key = settings.review_certificate, settings.review_key
    if settings.review_host not in _LOOPBACK and not (certificate and key):
        raise GongjiangError(
            "没有配置证书，审核页面只能在本机打开。",
            "请设置 GONGJIANG_REVIEW_CERTIFICATE 和 GONGJIANG_REVIEW_KEY，或去掉 GONGJIANG_REVIEW_HOST。",
        )
    config = uvicorn.Config(
        app,
        host=settings.review_host,
        port=settings.review_port,
        log_level="warning",
        access_log=False,  # addresses hold ids of people; the audit log is the record
        server_header=False,
        ssl_certfile=_text(certificate),
        ssl_keyfile=_text(key),
        timeout_graceful_shutdown=5,
        limit_concurrency=200,
    )
    return uvicorn.Server(config)


def address(settings: Settings) -> str:
    """Where people open the page."""
    return f"{'https' if settings.review_certificate else 'http'}://{settings.review_host}:{settings.review_port}/"


@contextmanager
def served_beside(settings: Settings, pool: ReadingPool) -> Iterator[str]:
    """The page in a thread of its own while something else runs; yields its address. Errors as for `review_app` and `web_server`."""
    with review_app(settings, pool) as app:
        server = web_server(app, settings)
        thread = threading.Thread(target=server.run, name="review", daemon=True)
        thread.start()
        try:
            yield address(settings)
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
