"""The reviewer's desk: one open warehouse, the rules, the locks; every decision judges its dossier again at once.

Comes in: what a person decided on the page. Goes out: the word recorded, the dossier judged again. Called by `pages` and `actions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from flows.inbox import SHANGHAI
from flows.rejudge import judge_dossier
from flows.review.locks import DossierLocks, Lock
from flows.review.masking import MASKED
from pipeline.documents.entered import entered_value
from schemas.codes import FindingStatus
from schemas.errors import GongjiangError, UnknownRecord
from schemas.records import Id
from schemas.rules import Rulebook
from warehouse.connection import Warehouse
from warehouse.decisions import correct, decide, withdraw
from warehouse.progress import Outcome, record_copies, record_stage
from warehouse.review_dossier import DossierView, PastDecision, ShownFinding, ShownValue, dossier_view

# More than are ever under way at a time: each reviewer decides about one dossier.
_UNDER_WAY = 10
_LAST_DECIDED = """
    SELECT DISTINCT d.applicant_id FROM (FROM review.decisions ORDER BY decided_at DESC LIMIT $number) AS d
    JOIN core.applicants AS p ON p.applicant_id = d.applicant_id
"""
UNDONE = "撤销"  # the reason of a word that only takes another back


class DossierTaken(GongjiangError):
    """Somebody else is working on the dossier."""

    code = "DOSSIER_TAKEN"


class NotReady(GongjiangError):
    """A dossier with open findings cannot be passed without a reason."""

    code = "NOT_READY"


class ReviewDesk:
    """What the review page works with. Threads may share it: each change holds the warehouse for itself."""

    def __init__(
        self,
        lease: Callable[[], Warehouse],
        rulebook: Rulebook,
        now: Callable[[], datetime] = lambda: datetime.now(SHANGHAI),
        in_use: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._lease = lease
        self.in_use = in_use  # while a request is answered the warehouse is not let go of
        self.rulebook = rulebook
        self.locks = DossierLocks()
        self._now = now

    @property
    def warehouse(self) -> Warehouse:
        """The open warehouse. Raises WarehouseUnavailable, WarehouseDamaged."""
        return self._lease()

    def dossier(self, applicant_id: Id) -> DossierView:
        """The dossier as it stands. Raises UnknownRecord."""
        return dossier_view(self.warehouse, applicant_id)

    def hold(self, applicant_id: Id, person: str) -> Lock:
        """Hold the dossier for a person if it is free; returns the hold that counts."""
        return self.locks.take(applicant_id, person)

    def decide(self, applicant_id: Id, finding_id: Id, status: FindingStatus, reason: str, person: str) -> None:
        """Confirm, waive or reopen a finding of this applicant. Raises UnknownRecord, DossierTaken."""
        self._require_hold(applicant_id, person)
        if finding_id not in {one.finding_id for one in self.dossier(applicant_id).findings}:
            raise UnknownRecord("这条意见已经不在这位申报人名下。", "请刷新页面。")
        decide(self.warehouse, finding_id, status, by=person, at=self._now(), reason=reason)
        self._judge(applicant_id)

    def state(self, applicant_id: Id, document_id: Id, field: str, row: int, text: str, reason: str, person: str) -> None:
        """State the right value of a field: another than was read corrects it, the same confirms it.

        Raises UnknownRecord (also where the text is no such value), DossierTaken.
        """
        self._require_hold(applicant_id, person)
        document = self.dossier(applicant_id).document(document_id)
        if document is None:
            raise UnknownRecord("这份材料已经不在这位申报人名下。", "请刷新页面。")
        read = next((one for one in document.values if (one.field, one.row) == (field, row)), None)
        known = read is not None and text.strip() in (read.value, read.machine_value)
        value = text.strip() if known else entered_value(document.doc_type, field, text, self.rulebook)
        if value is None:
            title = self.rulebook.findings.field_titles.get(field, field)
            raise UnknownRecord(f"“{text}”不能作为{title}。", "日期请写成 2024-03-25，是非题请写“是”或“否”。")
        correct(self.warehouse, document_id, field, value, row=row, by=person, at=self._now(), reason=reason)
        self._judge(applicant_id)

    def accept_readings(self, applicant_id: Id, finding_id: Id, person: str) -> None:
        """Confirm every doubtful value that a finding is about as it was read. Raises UnknownRecord, DossierTaken."""
        self._require_hold(applicant_id, person)
        dossier = self.dossier(applicant_id)
        finding = next((one for one in dossier.findings if one.finding_id == finding_id), None)
        if finding is None:
            raise UnknownRecord("这条意见已经不在这位申报人名下。", "请刷新页面。")
        for value in doubtful_values(dossier, finding):
            place = value.place.document_id
            correct(self.warehouse, place, value.field, value.value, row=value.row, by=person, at=self._now(), reason="与原件相符")
        self._judge(applicant_id)

    def take_back(self, applicant_id: Id, person: str) -> str:
        """Undo the person's own last decision about this dossier; returns what it was about, '' where there is none to undo."""
        self._require_hold(applicant_id, person)
        standing = standing_decisions(self.dossier(applicant_id).history)
        if not standing or standing[0].decided_by != person:
            return ""
        self._undo(standing[0], person)
        self._judge(applicant_id)
        return standing[0].code_title or self.rulebook.findings.field_titles.get(standing[0].field or "", "")

    def require_seen(self, applicant_id: Id, finding_id: Id) -> None:
        """Nobody confirms a reading that is hidden. Raises UnknownRecord, NotReady."""
        if any(one.finding_id == finding_id and one.field in MASKED for one in self.dossier(applicant_id).findings):
            raise NotReady("这个号码还没有显示，无法核对，没有保存。", "请先按 r 显示号码，与原件核对后再确认。")

    def require_ready(self, applicant_id: Id) -> None:
        """Nobody passes a dossier with open findings by a slip of the finger: that takes a reason. Raises UnknownRecord, NotReady."""
        left = [one for one in self.dossier(applicant_id).open_findings if one.severity != "info"]
        if left:
            raise NotReady(f"还有 {len(left)} 条未处理的意见，没有登记通过。", "请先逐条处理，或写明理由后登记。")

    def pass_stage(self, applicant_id: Id, stage: int, outcome: Outcome, reason: str, person: str) -> None:
        """State the outcome of one of the six stages. Raises UnknownRecord, DossierTaken."""
        self._require_hold(applicant_id, person)
        record_stage(self.warehouse, applicant_id, stage, outcome, by=person, at=self._now(), reason=reason)

    def count_copies(self, applicant_id: Id, copies: int, person: str) -> None:
        """State how many paper copies lie here. Raises UnknownRecord, DossierTaken."""
        self._require_hold(applicant_id, person)
        record_copies(self.warehouse, applicant_id, copies, by=person, at=self._now())

    def settle(self, taken_up: int = 0) -> int:
        """Judge again the dossiers of the last decisions: a crash may have come between a decision and its judgement, and of so many more
        as were taken up from the journal. Returns the number of dossiers.
        """
        rows = self.warehouse.execute(_LAST_DECIDED, {"number": _UNDER_WAY + taken_up})
        for (applicant_id,) in rows:
            self._judge(applicant_id)
        return len(rows)

    def _undo(self, last: PastDecision, person: str) -> None:
        """Open again what was decided; an earlier word about the same stands in the history and can be given again."""
        if last.finding_id is not None:
            decide(self.warehouse, last.finding_id, FindingStatus.OPEN, by=person, at=self._now(), reason=UNDONE)
        elif last.document_id is not None and last.field is not None:
            withdraw(self.warehouse, last.document_id, last.field, row=last.row, by=person, at=self._now(), reason=UNDONE)

    def _require_hold(self, applicant_id: Id, person: str) -> None:
        lock = self.locks.take(applicant_id, person)
        if lock.person != person:
            raise DossierTaken(
                f"{lock.person} 从 {lock.since:%H:%M} 起正在处理这份材料，你的决定没有保存。", "请先与对方商量，或点“由我接手”。"
            )

    def _judge(self, applicant_id: Id) -> None:
        judge_dossier(self.warehouse, applicant_id, self.rulebook)


def standing_decisions(history: Iterable[PastDecision]) -> list[PastDecision]:
    """The decisions that were not taken back, newest first; `history` is newest first."""
    taken_back: Counter[tuple[str | int | None, ...]] = Counter()
    standing = []
    for past in history:
        if past.reason == UNDONE:
            taken_back[past.about] += 1
        elif taken_back[past.about]:
            taken_back[past.about] -= 1
        else:
            standing.append(past)
    return standing


def doubtful_values(dossier: DossierView, finding: ShownFinding) -> list[ShownValue]:
    """The values in doubt that a finding is about: those of its field in the documents it rests on."""
    documents: Iterable[Id] = dict.fromkeys(place.document_id for place in finding.places)
    found = [dossier.document(one) for one in documents]
    return [value for document in found if document for value in document.values if value.field == finding.field and value.needs_review]
