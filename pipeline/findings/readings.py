"""Values together with the documents that state them: what the checks compare and quote.

Comes in: dossiers. Goes out: readings of one field from forms, summary rows and cards, blank ones told apart from those never seen.
Called by the `check_*` modules and `applicant_record`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.applicants.dossier import Dossier
from pipeline.text.likeness import blank, confident
from schemas.codes import DocType, Source
from schemas.records import Evidence, FieldValue, FiledDocument
from schemas.rules import Rulebook


@dataclass(frozen=True)
class Reading:
    """A value and the document that states it. `derived_from` says in Chinese what it was worked out from, '' if it stands there."""

    filed: FiledDocument
    value: FieldValue
    derived: str = ""
    derived_from: str = ""

    @property
    def text(self) -> str:
        """The normal form, or what was read where it has none."""
        return self.derived or self.value.value or " ".join(self.value.raw.split())

    def evidence(self) -> Evidence:
        """Where it stands."""
        page = self.filed.document.page_from if self.value.page is None else self.value.page
        text = self.value.value or " ".join(self.value.raw.split())
        return Evidence(document_id=self.filed.document.document_id, page=page, value=text)


def document_evidence(filed: FiledDocument, value: str = "", page: int | None = None) -> Evidence:
    """A whole document (or one page of it) as evidence."""
    return Evidence(document_id=filed.document.document_id, page=filed.document.page_from if page is None else page, value=value)


def readings(documents: Iterable[FiledDocument], field: str, row: int = 0) -> list[Reading]:
    """What the documents state in a field, blank ones left out."""
    found = ((filed, filed.document.first(field, row)) for filed in documents)
    return [Reading(filed, value) for filed, value in found if value is not None and not blank(value)]


def form_readings(dossier: Dossier, field: str, source: Source | None = None) -> list[Reading]:
    """What the application forms (of a source) state in a field."""
    return readings(dossier.of(DocType.APPLICATION_FORM, source), field)


def row_readings(dossier: Dossier, field: str) -> list[Reading]:
    """What the summary rows that list the applicant state in a field."""
    return [reading for row in dossier.summary_rows for reading in readings([row.filed], field, row.row)]


def card_readings(dossier: Dossier, field: str, doc_type: DocType = DocType.ID_CARD) -> list[Reading]:
    """What the ID cards (or union cards) state in a field."""
    return readings(dossier.of(doc_type), field)


def sure(found: Iterable[Reading], rulebook: Rulebook) -> list[Reading]:
    """Those of the readings on which a finding may be stated: not awaiting review, confidence at least the edition's `review_below`."""
    return [reading for reading in found if confident(reading.value, rulebook)]
