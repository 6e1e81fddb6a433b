"""The review page as a web application: every route with the roles that may use it, behind the guard.

Comes in: the desk, the page images, the accounts, the audit log. Goes out: a Starlette application; `commands.reviewing` serves it on the
loopback address. Nothing is loaded from another machine.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from importlib.resources import files

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flows.inbox import SHANGHAI
from flows.review.accounts import Accounts
from flows.review.actions import Actions
from flows.review.audit import AuditLog
from flows.review.desk import ReviewDesk
from flows.review.guard import HEADERS, Guard
from flows.review.page_images import PageImages
from flows.review.pages import Pages
from flows.review.rendering import page_html
from flows.review.sessions import Sessions
from flows.review.sign_in import SignIn
from schemas.errors import GongjiangError

Handler = Callable[[Request], Awaitable[Response]]
READERS = frozenset({"secretariat", "reviewer"})  # analysts see statistics, never a person
_ID = re.compile(r"[0-9a-f]{1,64}")
_DOSSIER = "/dossier/{applicant_id:str}"


def review_application(
    desk: ReviewDesk, images: PageImages, accounts: Accounts, audit: AuditLog, hosts: Collection[str], proxy_header: str | None = None
) -> Starlette:
    """The application; `hosts` are the names with port under which it may be asked for."""
    sessions = Sessions()
    pages, sign_in = Pages(desk, images), SignIn(accounts, sessions, audit)
    actions = Actions(desk, pages)

    def route(path: str, handler: Handler, what: str, roles: frozenset[str] = READERS, method: str = "GET") -> Route:
        """A route that only these roles may use; each use is put on record first (`what` '' for what says nothing about anybody)."""

        async def checked(request: Request) -> Response:
            visitor = request.state.visitor
            about = request.path_params.get("applicant_id") or request.path_params.get("file_id") or ""
            if visitor.role not in roles:
                audit.append(visitor.name, "refused", about, request.url.path, at=datetime.now(SHANGHAI))
                return HTMLResponse(page_html("refused.html", request), status_code=403)
            if what:
                finding = request.state.form.get("finding_id", "")
                audit.append(visitor.name, what, about, finding if _ID.fullmatch(finding) else "", at=datetime.now(SHANGHAI))
            with desk.in_use():
                return await handler(request)

        return Route(path, checked, methods=[method])

    def deed(name: str, handler: Handler) -> Route:
        return route(f"{_DOSSIER}/{name}", handler, name, method="POST")

    routes = [
        Route("/sign-in", sign_in.form, methods=["GET"]),
        Route("/sign-in", sign_in.sign_in, methods=["POST"]),
        Route("/sign-out", sign_in.sign_out, methods=["POST"]),
        Mount("/static", StaticFiles(directory=str(files("flows.review").joinpath("static")))),
        route("/", pages.queue, "list"),
        route("/next", pages.next_waiting, "list"),
        route(_DOSSIER, pages.dossier, "view"),
        route(f"{_DOSSIER}/here", pages.stay, "", method="POST"),
        route(f"{_DOSSIER}/leave", pages.leave, "", method="POST"),
        route("/page/{file_id:str}/{page:int}.jpg", pages.image, "view-page"),
        route("/typed/{file_id:str}", pages.typed, "view-page"),
        deed("confirm", actions.confirm),
        deed("waive", actions.waive),
        deed("reopen", actions.reopen),
        deed("correct", actions.correct),
        deed("undo", actions.undo),
        deed("stage", actions.stage),
        deed("copies", actions.copies),
        deed("seize", actions.seize),
        deed("reveal", actions.reveal),
    ]
    middleware = [Middleware(Guard, accounts=accounts, sessions=sessions, audit=audit, hosts=hosts, proxy_header=proxy_header)]
    return Starlette(
        routes=routes, middleware=middleware, exception_handlers={GongjiangError: _explained, 404: _missing, Exception: _broken}
    )


async def _explained(request: Request, error: Exception) -> Response:
    """An expected failure, in a sentence."""
    assert isinstance(error, GongjiangError)
    return HTMLResponse(page_html("trouble.html", request, message=error.message, remedy=error.remedy), status_code=404)


async def _missing(request: Request, error: Exception) -> Response:
    return PlainTextResponse("没有这个页面。", status_code=404)


async def _broken(request: Request, error: Exception) -> Response:
    """A mistake of ours: it goes to the log (Starlette raises it again), the person gets a sentence."""
    return PlainTextResponse(
        "程序出错，刚才的操作可能没有完成。请刷新页面核对，并把运行日志交给维护人员。", status_code=500, headers=HEADERS
    )
