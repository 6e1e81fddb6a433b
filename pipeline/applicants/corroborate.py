"""A doubtful reading that another document of the same dossier states with certainty is no longer in doubt.

Comes in: who is who. Goes out: the same dossiers, with such values no longer awaiting a person, and the list of them. Called by
`process` between resolving and matching.

Two prints of one value are independent readings: that a wrong reading of one should equal the certain text of the other is
practically impossible. Only equality counts here (tolerant comparison would prove nothing), and nothing is ever changed in a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.applicants.dossier import Dossier, Resolution, SummaryRow
from pipeline.text.likeness import confident, valid_id
from pipeline.text.normal_forms import id_number_birth_date, id_number_sex, long_id_number, name_key, squeeze
from schemas.base import Frozen
from schemas.codes import DocType
from schemas.records import Corroboration, FieldValue, FiledDocument, Id, stable_id
from schemas.rules import Rulebook

# Under which topic a value is compared, where that is not its own field name.
_TOPICS = {
    (DocType.UNION_CARD, "card_number"): "union_card_number",
    (DocType.CERTIFICATE, "recipient"): "name",
    (DocType.ID_CARD, "address"): "registered_address",
}
# A summary's cell may hold what the form keeps apart: 岗位／职务, 技能等级／职称, several honours.
_COMBINED = {"post": ("post", "duty"), "skill_level": ("skill_level", "professional_title"), "honour_title": ("honour_title",)}
_HELD_BY_ID_NUMBER = {"birth_date": id_number_birth_date, "sex": id_number_sex}
_ONE_OF_MANY = {"honour_title", "honour_issuer", "honour_date", "honour_level", "honour_role"}
_SEPARATORS = str.maketrans(dict.fromkeys("/／、；;，,", "\n"))


class Statement(Frozen):
    """A value with the document and, in a repeated table, the row that states it."""

    filed: FiledDocument
    value: FieldValue

    @property
    def topic(self) -> str:
        return _TOPICS.get((self.filed.document.doc_type, self.value.field), self.value.field)


def corroborate(resolution: Resolution, rulebook: Rulebook) -> tuple[Resolution, tuple[Corroboration, ...]]:
    """The resolution with corroborated values no longer in doubt, and which document vouches for each."""
    vouched: dict[tuple[Id, str, int], Id] = {}
    for dossier in resolution.dossiers:
        vouched |= _vouched_in(dossier, rulebook)
    if not vouched:
        return resolution, ()
    dossiers = tuple(
        dossier.model_copy(
            update={
                "documents": tuple(_settled(filed, vouched, rulebook) for filed in dossier.documents),
                "summary_rows": tuple(
                    SummaryRow(filed=_settled(row.filed, vouched, rulebook), row=row.row) for row in dossier.summary_rows
                ),
            }
        )
        for dossier in resolution.dossiers
    )
    summaries = {unit: tuple(_settled(filed, vouched, rulebook) for filed in found) for unit, found in resolution.summaries.items()}
    records = [
        Corroboration(corroboration_id=stable_id(*key), document_id=key[0], field=key[1], row=key[2], by_document_id=by)
        for key, by in sorted(vouched.items())
    ]
    return resolution.model_copy(update={"dossiers": dossiers, "summaries": summaries}), tuple(records)


def _vouched_in(dossier: Dossier, rulebook: Rulebook) -> dict[tuple[Id, str, int], Id]:
    statements = list(_statements(dossier))
    certain: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if confident(statement.value, rulebook) and statement.value.value:
            certain[statement.topic].append(statement)
    vouched = {}
    for statement in statements:
        if statement.value.value and not confident(statement.value, rulebook) and _as_read(statement):
            witness = _witness(statement, certain)
            if witness is not None:
                vouched[statement.filed.document.document_id, statement.value.field, statement.value.row] = witness
    return vouched


def _statements(dossier: Dossier) -> Iterator[Statement]:
    for filed in dossier.documents:
        yield from (Statement(filed=filed, value=value) for value in filed.document.fields)
    for row in dossier.summary_rows:
        yield from (Statement(filed=row.filed, value=value) for value in row.filed.document.fields if value.row in (0, row.row))


def _witness(doubtful: Statement, certain: Mapping[str, Sequence[Statement]]) -> Id | None:
    """A document other than the statement's own that says the same with certainty. `certain` are the certain statements by topic."""
    own = doubtful.filed.document.document_id
    for other in (*certain.get(doubtful.topic, ()), *(certain.get("id_number", ()) if doubtful.topic in _HELD_BY_ID_NUMBER else ())):
        if other.filed.document.document_id != own and _says_the_same(doubtful, other):
            return other.filed.document.document_id
    if doubtful.filed.document.doc_type == DocType.RECOMMENDATION_SUMMARY and doubtful.value.field in _COMBINED:
        others = [other for same in certain.values() for other in same if other.filed.document.document_id != own]
        return _witness_of_parts(doubtful, others)
    return None


def _as_read(statement: Statement) -> bool:
    """Whether a certificate's issuers are what was read, none of them put right or completed: else the applicant's own claim would vouch
    for a guess."""
    if statement.value.field != "honour_issuer" or statement.filed.document.doc_type != DocType.CERTIFICATE:
        return True
    raw = squeeze(statement.value.raw)
    return all(squeeze(name) in raw for name in statement.value.value.split("、"))


def _says_the_same(doubtful: Statement, other: Statement) -> bool:
    if other.topic == "id_number" and doubtful.topic in _HELD_BY_ID_NUMBER:
        number = long_id_number(other.value.value)
        derived = _HELD_BY_ID_NUMBER[doubtful.topic](number)
        return valid_id(number) and derived == doubtful.value.value
    if doubtful.topic != other.topic:
        return False
    if doubtful.topic in _ONE_OF_MANY and not _same_honour(doubtful, other):
        return False
    return _key(doubtful) == _key(other)


def _same_honour(left: Statement, right: Statement) -> bool:
    """Whether two values are of one honour: the same row of two forms, or a certificate and the row (or certificate) with its title."""
    if left.value.row > 0 and right.value.row > 0:
        return left.value.row == right.value.row
    titles = [statement.filed.document.first("honour_title", statement.value.row) for statement in (left, right)]
    return all(titles) and len({squeeze(title.value) for title in titles if title is not None}) == 1


def _witness_of_parts(doubtful: Statement, others: Iterable[Statement]) -> Id | None:
    """The document whose fields together say what the combined cell says, each part whole."""
    parts = {squeeze(part) for part in doubtful.value.value.translate(_SEPARATORS).split("\n") if part.strip()}
    stated: dict[Id, set[str]] = {}
    for other in others:
        if other.value.field in _COMBINED[doubtful.value.field]:
            stated.setdefault(other.filed.document.document_id, set()).add(squeeze(other.value.value))
    return next((document for document, texts in stated.items() if parts and parts <= texts), None)


def _key(statement: Statement) -> str:
    text = statement.value.value
    if statement.topic == "honour_issuer":  # joint issuers are the same in any order
        return "、".join(sorted(squeeze(text.translate(_SEPARATORS).replace("\n", " 、 ")).split("、")))
    return name_key(text) if statement.topic == "name" else squeeze(text)


def _settled(filed: FiledDocument, vouched: dict[tuple[Id, str, int], Id], rulebook: Rulebook) -> FiledDocument:
    document = filed.document
    if not any((document.document_id, value.field, value.row) in vouched for value in document.fields):
        return filed
    fields = tuple(
        value.model_copy(update={"needs_review": False, "confidence": max(value.confidence, rulebook.edition.review_below)})
        if (document.document_id, value.field, value.row) in vouched
        else value
        for value in document.fields
    )
    return filed.model_copy(update={"document": document.model_copy(update={"fields": fields})})
