"""The guard in front of every page: right host, signed in, right role, no forged request, and headers that keep scripts out.

Comes in: each request. Goes out: `request.state.visitor` and `request.state.form` for the handlers, or a refusal. Called by `application`.

Everything but the sign-in page and the static files needs a session; which role may do what stands beside each route in `application`.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from flows.inbox import SHANGHAI
from flows.review.accounts import Accounts
from flows.review.audit import AuditLog
from flows.review.sessions import Sessions, Visitor

COOKIE = "gongjiang"
_OPEN = ("/sign-in", "/static/")
_LONGEST_FORM = 65_536
_SAFE = frozenset({"GET", "HEAD"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers send `Origin: null` with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard(BaseHTTPMiddleware):
    """Starlette middleware; `hosts` are the names (with port) under which the page may be asked for."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        accounts: Accounts,
        sessions: Sessions,
        audit: AuditLog,
        hosts: Collection[str],
        proxy_header: str | None = None,
    ) -> None:
        super().__init__(app)
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._hosts = frozenset(host.lower() for host in hosts)
        self._proxy_header = proxy_header

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await self._refusal(request) or await call_next(request)
        response.headers.update(HEADERS)
        if token := getattr(request.state, "new_session", None):
            set_cookie(response, token, secure=request.url.scheme == "https")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    async def _refusal(self, request: Request) -> Response | None:
        """Why the request goes no further; None lets it pass."""
        if request.headers.get("host", "").lower() not in self._hosts:
            return PlainTextResponse("地址不对：请用启动时显示的地址打开。", status_code=421)
        safe = request.method in _SAFE
        if not safe and not self._same_origin(request):
            return PlainTextResponse("请求不是从本页面发出的，没有执行。", status_code=403)
        request.state.form = {} if safe else await _form(request)
        if request.state.form is None:
            return PlainTextResponse("提交的内容太长或格式不对。", status_code=413)
        request.state.visitor = visitor = self._visitor(request)
        if request.url.path.startswith(_OPEN):
            return None
        if visitor is None:
            if safe and not request.headers.get("hx-request"):
                return RedirectResponse("/sign-in", status_code=303)
            return PlainTextResponse("登录已过期，请重新登录。", status_code=401, headers={"HX-Redirect": "/sign-in"})
        if not safe and not _token_matches(request, visitor):
            self._audit.append(visitor.name, "forged", detail=request.url.path, at=datetime.now(SHANGHAI))
            return PlainTextResponse("页面已过期，请刷新后重试。", status_code=403)
        return None

    def _visitor(self, request: Request) -> Visitor | None:
        if self._proxy_header and (name := request.headers.get(self._proxy_header)):
            # Only a proxy on this machine may vouch for somebody; everybody else could send the header as well.
            account = self._accounts.all().get(name) if request.client and request.client.host in ("127.0.0.1", "::1") else None
            if account is not None:
                token = request.cookies.get(COOKIE, "")
                known = self._sessions.visitor(token)
                if known is not None and known.name == name and self._still_counts(known):
                    return known
                request.state.new_session = self._sessions.begin(account.name, account.role, account.hash)
                return self._sessions.visitor(request.state.new_session)
        found = self._sessions.visitor(token := request.cookies.get(COOKIE, ""))
        if found is not None and not self._still_counts(found):
            self._sessions.end(token)
            return None
        return found

    def _still_counts(self, visitor: Visitor) -> bool:
        """Whether the account is as it was at sign-in: an account taken away, a new role or password ends every session of the old."""
        account = self._accounts.all().get(visitor.name)
        return account is not None and (account.role, account.hash) == (visitor.role, visitor.proof)

    def _same_origin(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give the browser its session: not readable by scripts, never sent by another site's links or forms."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")


async def _form(request: Request) -> dict[str, str] | None:
    """The posted fields, the last of each name; None where the body is too long or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        return None


def _token_matches(request: Request, visitor: Visitor) -> bool:
    given = request.headers.get("x-csrf-token") or request.state.form.get("csrf", "")
    return hmac.compare_digest(given.encode(), visitor.csrf.encode())
