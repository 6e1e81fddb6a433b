"""What people look at: the queue, a dossier, its page images.

Comes in: GET requests of a signed-in person (`request.state.visitor`). Goes out: HTML, and JPEG for page images. Called by `application`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from flows.review.desk import ReviewDesk
from flows.review.dossier_page import dossier_page
from flows.review.page_images import PageImages
from flows.review.rendering import page_html
from flows.review.sessions import Visitor
from warehouse.review_queue import PAGE_ROWS, QueueFilter, neighbours, queue_choices, queue_rows

Handler = Callable[[Request], Awaitable[Response]]
_FILTERS = tuple(QueueFilter.model_fields)


def queue_filter(request: Request) -> QueueFilter:
    """The filter in the query string; an empty choice means everything, `unit=-` the applicants without a unit."""
    given = {name: request.query_params.get(name) or None for name in _FILTERS}
    if given["unit"] == "-":
        given["unit"] = ""
    return QueueFilter(**given)


def filter_query(wanted: QueueFilter) -> str:
    """The filter as a query string, '' for none: it goes along from page to page, so that next and previous stay in the same list."""
    chosen = {name: "-" if (name, value) == ("unit", "") else value for name, value in wanted.model_dump().items() if value is not None}
    return urlencode(chosen)


class Pages:
    """The handlers; one object a running page."""

    def __init__(self, desk: ReviewDesk, images: PageImages) -> None:
        self._desk = desk
        self._images = images

    async def queue(self, request: Request) -> Response:
        """The list of applicants that match the filter, fifty at a time."""
        wanted = queue_filter(request)
        asked = request.query_params.get("page", "")
        page = int(asked) if asked.isdigit() and len(asked) < 6 else 0

        def look() -> dict[str, Any]:
            rows, count = queue_rows(self._desk.warehouse, wanted, page)
            choices = queue_choices(self._desk.warehouse)
            return {"rows": rows, "count": count, "choices": choices, "locks": self._desk.locks.held()}

        shown = await run_in_threadpool(look)
        last = max(0, (shown["count"] - 1) // PAGE_ROWS)
        return HTMLResponse(page_html("queue.html", request, **shown, wanted=wanted, query=filter_query(wanted), page=page, last=last))

    async def dossier(self, request: Request) -> Response:
        """One applicant: the review sheet on one side, the page image on the other."""
        applicant_id = request.path_params["applicant_id"]
        return HTMLResponse(await run_in_threadpool(self.dossier_html, request, applicant_id, "dossier.html"))

    async def stay(self, request: Request) -> Response:
        """A sign that the page is still open: keeps the hold on the dossier."""
        self._desk.hold(request.path_params["applicant_id"], request.state.visitor.name)
        return Response(status_code=204)

    async def leave(self, request: Request) -> Response:
        """A sign that the page was left: a colleague need not wait for the dossier."""
        self._desk.locks.release(request.path_params["applicant_id"], request.state.visitor.name)
        return Response(status_code=204)

    async def next_waiting(self, request: Request) -> Response:
        """The first dossier of the filtered queue."""
        rows, _ = await run_in_threadpool(queue_rows, self._desk.warehouse, queue_filter(request), 0)
        query = filter_query(queue_filter(request))
        return RedirectResponse(f"/dossier/{rows[0].applicant_id}?{query}" if rows else f"/?{query}", status_code=303)

    async def image(self, request: Request) -> Response:
        """One page of a file as it was read (JPEG), personal numbers painted over unless they are revealed."""
        file_id, number = request.path_params["file_id"], request.path_params["page"]
        data = await run_in_threadpool(self._images.jpeg, file_id, number, _revealed(request))
        # The address changes with the session and with what is revealed: no browser shows one person what another was shown.
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=300"})

    async def typed(self, request: Request) -> Response:
        """The body of a Word file as text in its tables."""
        typed = await run_in_threadpool(self._images.typed_page, request.path_params["file_id"], _revealed(request))
        return HTMLResponse(page_html("typed.html", request, typed=typed))

    def dossier_html(self, request: Request, applicant_id: str, template: str, **more: Any) -> str:
        """The dossier page, or (template `dossier_side.html`) the part of it that changes with a decision."""
        visitor = request.state.visitor
        lock = self._desk.hold(applicant_id, visitor.name)
        view = self._desk.dossier(applicant_id)
        wanted = queue_filter(request)
        return page_html(
            template,
            request,
            page=dossier_page(view, self._desk.rulebook),
            lock=lock,
            mine=lock.person == visitor.name,
            around=neighbours(self._desk.warehouse, wanted, applicant_id),
            query=filter_query(wanted),
            revealed=visitor.reveals(applicant_id),
            look=_look(visitor, applicant_id),
            **more,
        )


def _revealed(request: Request) -> str | None:
    """The applicant whose personal numbers the visitor was shown, if it is the one in the address."""
    applicant_id: str = request.query_params.get("applicant", "")
    return applicant_id if request.state.visitor.reveals(applicant_id) else None


def _look(visitor: Visitor, applicant_id: str) -> str:
    """What the address of a page's picture ends with; it tells one session, and what it may see, from any other."""
    seen = f"{visitor.csrf}{visitor.revealed.get(applicant_id) if visitor.reveals(applicant_id) else ''}"
    return f"applicant={applicant_id}&look={hashlib.sha256(seen.encode()).hexdigest()[:12]}"
