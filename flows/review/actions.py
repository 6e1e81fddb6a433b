"""What people decide on the page: each POST records it, judges the dossier again and answers with the changed side of the page.

Comes in: form posts of a signed-in person. Goes out: HTML fragments (for htmx) or a redirect. Called by `application`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from flows.review.desk import ReviewDesk
from flows.review.pages import Pages, filter_query, queue_filter
from schemas.codes import FindingStatus
from schemas.errors import GongjiangError, UnknownRecord
from warehouse.progress import Outcome
from warehouse.review_queue import neighbours

Fields = dict[str, str]


class Actions:
    """The handlers; one object a running page. `form` holds the posted fields: the guard has read and checked them."""

    def __init__(self, desk: ReviewDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def confirm(self, request: Request) -> Response:
        """The finding is right; for a doubtful reading: what was read is right."""

        def act(who: str, form: Fields) -> str:
            applicant_id, finding_id = request.path_params["applicant_id"], form["finding_id"]
            if form.get("code") == "LOW_CONFIDENCE":
                if not request.state.visitor.reveals(applicant_id):
                    self._desk.require_seen(applicant_id, finding_id)
                self._desk.accept_readings(applicant_id, finding_id, who)
                return "已确认识读无误。"
            self._desk.decide(applicant_id, finding_id, FindingStatus.CONFIRMED, form.get("reason") or "属实", who)
            return "已确认这条意见。"

        return await self._done(request, act)

    async def waive(self, request: Request) -> Response:
        """The finding shall not count, for a reason."""

        def act(who: str, form: Fields) -> str:
            if not form.get("reason", "").strip():
                raise UnknownRecord("请写明理由。", "例如：已电话核实。")
            self._desk.decide(request.path_params["applicant_id"], form["finding_id"], FindingStatus.WAIVED, form["reason"], who)
            return "已记下：这条意见不计。"

        return await self._done(request, act)

    async def reopen(self, request: Request) -> Response:
        """A decided finding is open again."""

        def act(who: str, form: Fields) -> str:
            reason = form.get("reason") or "重新处理"
            self._desk.decide(request.path_params["applicant_id"], form["finding_id"], FindingStatus.OPEN, reason, who)
            return "已重新打开。"

        return await self._done(request, act)

    async def correct(self, request: Request) -> Response:
        """A value's right reading."""

        def act(who: str, form: Fields) -> str:
            place = (request.path_params["applicant_id"], form["document_id"], form["field"], int(form.get("row") or 0))
            self._desk.state(*place, form.get("value", ""), form.get("reason", ""), who)
            return "已更正，结论已重新判定。"

        return await self._done(request, act)

    async def undo(self, request: Request) -> Response:
        """One's own last decision about this dossier is taken back."""

        def act(who: str, form: Fields) -> str:
            about = self._desk.take_back(request.path_params["applicant_id"], who)
            return f"已撤销：{about}。" if about else "没有可撤销的决定（只能撤销自己最近的决定）。"

        return await self._done(request, act)

    async def stage(self, request: Request) -> Response:
        """The outcome of a stage; a form review that is done leads to the next dossier of the queue."""

        def act(who: str, form: Fields) -> str:
            outcome = form.get("outcome", "")
            if outcome not in get_args(Outcome):
                raise UnknownRecord("没有这种审核结果。", "请重新选择。")
            number = int(form["stage"]) if form.get("stage", "").isdigit() else 0
            if (number, outcome) == (1, "passed") and not form.get("reason", "").strip():
                self._desk.require_ready(request.path_params["applicant_id"])
            self._desk.pass_stage(request.path_params["applicant_id"], number, outcome, form.get("reason", ""), who)  # type: ignore[arg-type]
            return "已登记。"

        answer = await self._done(request, act)
        if request.state.done and request.state.form.get("onward"):
            around = neighbours(self._desk.warehouse, queue_filter(request), request.path_params["applicant_id"])
            query = filter_query(queue_filter(request))
            answer.headers["HX-Redirect"] = f"/dossier/{around.after}?{query}" if around.after else f"/?{query}"
        return answer

    async def copies(self, request: Request) -> Response:
        """How many paper copies lie here."""

        def act(who: str, form: Fields) -> str:
            number = int(form["copies"]) if form.get("copies", "").isdigit() else -1
            self._desk.count_copies(request.path_params["applicant_id"], number, who)
            return "已登记纸质材料份数。"

        return await self._done(request, act)

    async def seize(self, request: Request) -> Response:
        """Take a dossier over from a colleague."""

        def act(who: str, form: Fields) -> str:
            self._desk.locks.seize(request.path_params["applicant_id"], who)
            return "这份材料现在由你处理。"

        return await self._done(request, act)

    async def reveal(self, request: Request) -> Response:
        """Show this applicant's personal numbers for a quarter of an hour; the guard has put it on record."""

        def act(who: str, form: Fields) -> str:
            request.state.visitor.reveal(request.path_params["applicant_id"])
            return "证件号码、电话、地址现在可见（15 分钟），已留下记录。"

        return await self._done(request, act)

    async def _done(self, request: Request, act: Callable[[str, Fields], str]) -> Response:
        """Do it and show the dossier as it is then; what could not be done is said in its place, with status 200 so that it is shown."""
        applicant_id = request.path_params["applicant_id"]

        def work() -> str:
            said, wrong = "", ""
            try:
                said = act(request.state.visitor.name, request.state.form)
            except GongjiangError as error:
                wrong = f"{error.message}{error.remedy}"
            except KeyError as error:
                wrong = f"表单缺少 {error.args[0]}，请刷新页面后重试。"
            except ValueError:
                wrong = "提交的内容不完整，请刷新页面后重试。"
            request.state.done = not wrong
            return self._pages.dossier_html(request, applicant_id, "dossier_side.html", said=said, wrong=wrong)

        return HTMLResponse(await run_in_threadpool(work))
