"""The stages, as plain function calls: layout → documents with values; all documents → applicants, honours, findings; and why.

Called by `flows.ingest`. Nothing here reads a file, asks a clock or opens a database; the same input gives the same output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.applicants.corroborate import corroborate
from pipeline.applicants.dossier import Dossier
from pipeline.applicants.resolve_applicants import resolve_applicants
from pipeline.confidence.calibrate import calibrated, without_threshold
from pipeline.documents.map_fields import map_fields
from pipeline.documents.segment import Segment, segment
from pipeline.explanation import Explanation, explanation_of
from pipeline.findings.judge import judge
from pipeline.honours.honour_case import HonourCase
from pipeline.honours.match_honours import match_honours
from pipeline.honours.shared_certificates import mark_shared
from schemas.codes import Source
from schemas.layout import Layout, Method
from schemas.records import Applicant, Decision, Document, FieldValue, FiledDocument, Id, Judgement, Registers, stable_id
from schemas.rules import Rulebook


def documents_of(layout: Layout, file_id: str, rulebook: Rulebook) -> tuple[Document, ...]:
    """The documents in one file: classify and join its pages, then map the values of each."""
    segments = segment(layout.pages, rulebook)
    return tuple(_document(part, file_id, sequence, rulebook) for sequence, part in enumerate(segments))


def judge_everything(
    filed: Sequence[FiledDocument], registers: Registers, rulebook: Rulebook, decisions: Mapping[Id, Decision]
) -> Judgement:
    """Applicants, honours and findings from everything that is in: resolve, corroborate, match, judge.

    `decisions`: what people made of findings.
    """
    resolution, corroborations = corroborate(resolve_applicants(filed, rulebook), rulebook)
    judgement = judge(resolution, _honours(resolution.dossiers, rulebook), registers, rulebook, decisions)
    return judgement.model_copy(update={"corroborations": corroborations})


def vouched_for(filed: Sequence[FiledDocument], rulebook: Rulebook) -> set[tuple[Id, str, int]]:
    """The recognised values (document, field, row) for which a typed document would vouch if all of them were in doubt."""
    doubted = [
        one.model_copy(update={"document": one.document.model_copy(update={"fields": tuple(map(_doubted, one.document.fields))})})
        for one in filed
    ]
    _, corroborations = corroborate(resolve_applicants(doubted, rulebook), rulebook)
    return {(one.document_id, one.field, one.row) for one in corroborations}


def explain(applicant: Applicant, judged: Judgement, filed: Sequence[FiledDocument], rulebook: Rulebook) -> Explanation | None:
    """The path of each of an applicant's honours under these rules, with the findings as `judged`; None if the material names no such
    applicant."""
    resolution, _ = corroborate(resolve_applicants(filed, rulebook), rulebook)
    dossier = next((one for one in resolution.dossiers if one.applicant_id == applicant.applicant_id), None)
    if dossier is None:
        return None
    # All dossiers: whether somebody else uses the same certificate shows in theirs.
    cases = _honours(resolution.dossiers, rulebook)[dossier.applicant_id]
    return explanation_of(applicant, dossier, cases, judged.findings, judged.rule_version, rulebook.version)


def _honours(dossiers: Sequence[Dossier], rulebook: Rulebook) -> dict[Id, tuple[HonourCase, ...]]:
    """The honours of every applicant, certificates that several people use marked."""
    return mark_shared(dossiers, {dossier.applicant_id: match_honours(dossier, rulebook) for dossier in dossiers}, rulebook)


def _doubted(value: FieldValue) -> FieldValue:
    return value.model_copy(update={"needs_review": True}) if value.method == Method.OCR and value.value else value


def _document(part: Segment, file_id: str, sequence: int, rulebook: Rulebook) -> Document:
    body = all(page.method == Method.DOCX for page in part.pages)
    return Document(
        document_id=stable_id(file_id, sequence, part.pages[0].number),
        file_id=file_id,
        doc_type=part.doc_type,
        page_from=None if body else part.pages[0].number,
        page_to=None if body else part.pages[-1].number,
        box=part.box,
        confidence=part.confidence,
        source=Source.PAPER if any(page.method == Method.OCR for page in part.pages) else Source.ELECTRONIC,
        fields=calibrated(map_fields(part, without_threshold(rulebook)), part.doc_type, part.pages, rulebook),
    )
