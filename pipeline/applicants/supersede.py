"""A corrected form takes the place of the earlier one: both are kept, the newer is the current one.

Comes in: who is who. Goes out: the same dossiers, forms that a newer one has superseded laid aside. Called by `resolve_applicants` at its
end, so that an applicant's id still comes from what arrived first.

A form supersedes an earlier one of the same kind (electronic or paper) in the same dossier if it came later, states again what the earlier
one stated, and says something else somewhere: a mere copy corrects nothing, and a photograph of one page takes no place of a whole form.
What came at the same time cannot be put in an order: then both stand, and what differs is a FIELD_MISMATCH.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier, Resolution
from pipeline.text.likeness import blank, confident, id_key, valid_id
from pipeline.text.normal_forms import squeeze
from schemas.codes import DocType, Source
from schemas.records import FieldValue, FiledDocument, Id
from schemas.rules import Rulebook

# A scan in which a few of forty fields were not found is still the whole form; one sheet of two holds at most two thirds of them.
_RESTATED_SHARE = 0.8


def lay_aside_superseded(resolution: Resolution, rulebook: Rulebook) -> Resolution:
    """The resolution whose dossiers' `documents` are the current ones, the others in `superseded`."""
    dossiers = []
    superseded: dict[Id, Id] = {}
    for dossier in resolution.dossiers:
        newer = _superseded_in(dossier)
        superseded |= {old: new.document.document_id for old, new in newer.items()}
        dossiers.append(_current(dossier, newer, rulebook) if newer else dossier)
    return resolution.model_copy(update={"dossiers": tuple(dossiers), "superseded": superseded})


def _superseded_in(dossier: Dossier) -> dict[Id, FiledDocument]:
    """Of each superseded form, the newest one that supersedes it."""
    found = {}
    for source in Source:
        forms = dossier.of(DocType.APPLICATION_FORM, source)
        for old in forms:
            newer = [form for form in forms if form.received_at > old.received_at and _corrects(form, old)]
            if newer:
                found[old.document.document_id] = max(newer, key=lambda form: form.received_at)
    return found


def _corrects(new: FiledDocument, old: FiledDocument) -> bool:
    stated = {(value.field, value.row) for value in old.document.fields if not blank(value)}
    seen = {value.field for value in new.document.fields}
    restated = sum(field in seen for field, _ in stated)
    return bool(stated) and restated >= _RESTATED_SHARE * len(stated) and _texts(new) != _texts(old)


def _texts(form: FiledDocument) -> set[tuple[str, int, str]]:
    return {(value.field, value.row, squeeze(value.value or value.raw)) for value in form.document.fields if not blank(value)}


def _current(dossier: Dossier, newer: dict[Id, FiledDocument], rulebook: Rulebook) -> Dossier:
    """The dossier without the superseded forms; name and number as the newest correction states them, where it does with certainty."""
    aside = [filed for filed in dossier.documents if filed.document.document_id in newer]
    latest = sorted(newer.values(), key=lambda form: (form.document.source != Source.ELECTRONIC, -form.received_at.timestamp()))
    name, number = _stated(latest, "name", rulebook), _stated(latest, "id_number", rulebook)
    return dossier.model_copy(
        update={
            "documents": tuple(filed for filed in dossier.documents if filed.document.document_id not in newer),
            "superseded": tuple(aside),
            "name": name.value if name is not None else dossier.name,
            "id_number": id_key(number.value) if number is not None and valid_id(id_key(number.value)) else dossier.id_number,
        }
    )


def _stated(forms: Sequence[FiledDocument], field: str, rulebook: Rulebook) -> FieldValue | None:
    values = (form.document.first(field) for form in forms)
    return next((value for value in values if value is not None and value.value and confident(value, rulebook)), None)
