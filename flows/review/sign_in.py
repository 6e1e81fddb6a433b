"""Signing in and out, and revealing personal numbers: each on record.

Comes in: form posts. Goes out: a session cookie, or why not. Called by `application`.
"""

from __future__ import annotations

import math
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from flows.inbox import SHANGHAI
from flows.review.accounts import Accounts, Throttle
from flows.review.audit import AuditLog
from flows.review.guard import COOKIE, set_cookie
from flows.review.rendering import ENVIRONMENT
from flows.review.sessions import Sessions


def _throttled(name: str, address: str) -> tuple[str, ...]:
    """What each wrong password slows down: the name, and the address unless everybody comes from it (this machine, a proxy on it)."""
    return (name,) if address in ("", "127.0.0.1", "::1") else (name, f"@{address}")


class SignIn:
    """The handlers; one object a running page."""

    def __init__(self, accounts: Accounts, sessions: Sessions, audit: AuditLog) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._throttle = Throttle()

    async def form(self, request: Request) -> Response:
        """The sign-in page."""
        return self._page("", empty=not self._accounts.all())

    async def sign_in(self, request: Request) -> Response:
        """Check name and password; slow down whoever guesses."""
        name, password = request.state.form.get("name", "").strip()[:80], request.state.form.get("password", "")
        keys = _throttled(name, request.client.host if request.client else "")
        wait = self._throttle.wait(*keys)
        if wait > 0:
            self._audit.append(self._known(name), "sign-in-throttled", at=datetime.now(SHANGHAI))
            return self._page(f"输错次数太多，请 {math.ceil(wait)} 秒后再试。", status=429)
        self._throttle.failed(*keys)  # until it has proved right: tries sent all at once count one by one
        account = await run_in_threadpool(self._accounts.verified, name, password)
        if account is None:
            self._audit.append(self._known(name), "sign-in-failed", at=datetime.now(SHANGHAI))
            return self._page("姓名或口令不对。", status=401)
        self._throttle.succeeded(*keys)
        self._audit.append(account.name, "sign-in", at=datetime.now(SHANGHAI))
        self._sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/", status_code=303)
        set_cookie(response, self._sessions.begin(account.name, account.role, account.hash), secure=request.url.scheme == "https")
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._audit.append(request.state.visitor.name, "sign-out", at=datetime.now(SHANGHAI))
        self._sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("/sign-in", status_code=303)
        response.delete_cookie(COOKIE, path="/")
        return response

    def _known(self, name: str) -> str:
        """The name if it is an account's: people type passwords into the wrong place, and the log must not keep them."""
        return name if name in self._accounts.all() else "？"

    def _page(self, wrong: str, *, empty: bool = False, status: int = 200) -> Response:
        return HTMLResponse(ENVIRONMENT.get_template("sign_in.html").render(wrong=wrong, empty=empty), status_code=status)
