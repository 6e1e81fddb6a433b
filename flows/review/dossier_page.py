"""A dossier as the page shows it: the review sheet with its states, findings with their sources, values by document, what is masked.

Comes in: a `DossierView` and the rules. Goes out: plain records for the template. Called by `pages`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.review.desk import doubtful_values
from flows.review.masking import file_name, masked_message
from schemas.rules import ChecklistItem, Rulebook
from warehouse.review_dossier import DossierView, Place, ShownDocument, ShownFinding, ShownValue

_CLAUSES = {"notice": "通知", "contract": "约定"}


@dataclass(frozen=True)
class SheetLine:
    """One line of the form review sheet: `state` is ok, bad (something must be done) or unsure (a person must look)."""

    title: str
    clause: str
    state: str
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True)
class Source:
    """One place on which a finding rests, with the document's name for people; `value` is what can be corrected there."""

    place: Place
    document: ShownDocument | None
    label: str
    value: ShownValue | None = None


@dataclass(frozen=True)
class FindingCard:
    """A finding with its sources; `readings` are the doubtful values that it asks to look at, `masked_message` quotes nothing hidden."""

    finding: ShownFinding
    clause: str
    masked_message: str
    sources: tuple[Source, ...]
    readings: tuple[Source, ...]


@dataclass(frozen=True)
class DossierPage:
    """Everything the template shows."""

    view: DossierView
    sheet: tuple[SheetLine, ...]
    cards: tuple[FindingCard, ...]
    decided: tuple[FindingCard, ...]
    field_titles: dict[str, str]
    copies_due: int


def dossier_page(view: DossierView, rulebook: Rulebook) -> DossierPage:
    """The page of a dossier."""
    cards = [_card(view, finding) for finding in view.findings]
    return DossierPage(
        view=view,
        sheet=tuple(_sheet_line(item, view.open_findings) for item in rulebook.findings.checklist),
        cards=tuple(card for card in cards if card.finding.status == "open"),
        decided=tuple(card for card in cards if card.finding.status != "open"),
        field_titles=rulebook.findings.field_titles,
        copies_due=rulebook.edition.paper_copies,
    )


def clause_text(clause: str) -> str:
    """A clause as people cite it: `notice:四(三)` → 通知四(三)."""
    document, _, place = clause.partition(":")
    return f"{_CLAUSES.get(document, document)}{place}"


def _sheet_line(item: ChecklistItem, findings: Iterable[ShownFinding]) -> SheetLine:
    own = tuple(one for one in findings if one.code in item.codes and (not item.fields or one.field in item.fields))
    grave = any(one.severity == "blocker" for one in own)
    state = "bad" if grave else "unsure" if any(one.severity == "warning" for one in own) else "ok"
    return SheetLine(title=item.title, clause=clause_text(item.clause), state=state, findings=own)


def _card(view: DossierView, finding: ShownFinding) -> FindingCard:
    readings = (
        tuple(_source(view, value.place, value) for value in doubtful_values(view, finding)) if finding.code == "LOW_CONFIDENCE" else ()
    )
    return FindingCard(
        finding=finding,
        clause=clause_text(finding.clause),
        masked_message=masked_message(finding.message, finding.field, {place.value for place in finding.places}),
        sources=tuple(_source(view, place, _stated(view, finding, place)) for place in finding.places),
        readings=readings,
    )


def _stated(view: DossierView, finding: ShownFinding, place: Place) -> ShownValue | None:
    """The value that a finding quotes, where it is one of the finding's own field."""
    document = view.document(place.document_id)
    same = (one for one in document.values if one.field == finding.field and place.value in (one.value, one.raw)) if document else ()
    return next(iter(same), None)


def _source(view: DossierView, place: Place, value: ShownValue | None = None) -> Source:
    document = view.document(place.document_id)
    if document is None:
        return Source(place, None, "材料", value)
    kind = "电子件" if document.source == "electronic" else "纸质件"
    page = "" if place.page is None else f"第{place.page}页"
    return Source(place, document, f"{document.title}{kind}“{file_name(document.path)}”{page}", value)
