"""A dossier: everything of one applicant through one recommending unit, as the later stages see it.

Built by `resolve_applicants`, read by `match_honours` and `judge`.
"""

from __future__ import annotations

from pydantic import Field

from schemas.base import Frozen
from schemas.codes import DocType, Source
from schemas.records import FiledDocument, Id


class SummaryRow(Frozen):
    """One row of a unit's summary table that names the applicant."""

    filed: FiledDocument
    row: int


class Dossier(Frozen):
    """The documents and summary rows of one applicant and unit, oldest first. `superseded`: forms whose place a newer one has taken."""

    applicant_id: Id
    name: str
    id_number: str | None
    recommending_unit: str | None
    documents: tuple[FiledDocument, ...]
    summary_rows: tuple[SummaryRow, ...] = ()
    superseded: tuple[FiledDocument, ...] = ()
    person_id: Id | None = None  # equal in all dossiers of one person, whatever the unit

    def of(self, doc_type: DocType, source: Source | None = None) -> list[FiledDocument]:
        """The dossier's documents of one type (and source), in the order of arrival."""
        return [
            filed for filed in self.documents if filed.document.doc_type == doc_type and (source is None or filed.document.source == source)
        ]


class Resolution(Frozen):
    """Who is who: the dossiers, each unit's summary documents, and the recommending unit of every document that has one."""

    dossiers: tuple[Dossier, ...]
    summaries: dict[str, tuple[FiledDocument, ...]]  # recommending unit → its summary documents
    assignments: dict[Id, Id]  # document_id → applicant_id
    units: dict[Id, str]  # document_id → recommending unit
    superseded: dict[Id, Id] = Field(default_factory=dict)  # document_id → document_id of the newer form that is the current one
    unplaced: tuple[FiledDocument, ...]  # material of persons, and `other` pages, that could be tied to no one
