"""Values that cannot be: wrong check digits, impossible dates, numbers that are no phone numbers (GB 11643, notice:四(二)).

Comes in: a dossier. Goes out: FIELD_INVALID on the sheet for what was read with confidence, a doubt for what was not. Called by `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, card_readings, form_readings, row_readings
from pipeline.text.likeness import confident, id_key
from pipeline.text.normal_forms import id_number_fault
from schemas.rules import Rulebook

Fault = Callable[[str, Rulebook], str | None]


def check_validity(dossier: Dossier, shared: Collection[str], sheet: FindingSheet, rulebook: Rulebook) -> None:
    """Check every value that has a form of its own, on forms, summary rows and ID cards. `shared` are ID numbers that several persons
    bear."""
    titles = rulebook.findings.document_titles
    for field, fault_of in _FAULTS.items():
        wrong: list[tuple[Reading, str]] = []
        for reading in [*form_readings(dossier, field), *row_readings(dossier, field), *card_readings(dossier, field)]:
            # Where something stands that has no normal form, it is not a value of its kind.
            fault = fault_of(reading.value.value, rulebook) if reading.value.value else "value"
            if fault is None and field == "id_number" and id_key(reading.value.value) in shared:
                fault = "shared"
            if fault is None:
                continue
            if confident(reading.value, rulebook):
                wrong.append((reading, fault))
            else:
                sheet.doubt(reading)
        if wrong:
            found = [reading for reading, _ in wrong]
            faults = "、".join(dict.fromkeys(titles.get(fault, fault) for _, fault in wrong))
            sheet.state(
                "FIELD_INVALID", field, evidence=[reading.evidence() for reading in found], readings=sheet.quote(found), fault=faults
            )


def _id_number(value: str, rulebook: Rulebook) -> str | None:
    return id_number_fault(value)


def _phone(value: str, rulebook: Rulebook) -> str | None:
    return None if re.fullmatch(rulebook.findings.comparison.phone_pattern, value) else "phone"


def _postcode(value: str, rulebook: Rulebook) -> str | None:
    return None if re.fullmatch(rulebook.findings.comparison.postcode_pattern, value) else "postcode"


def _birth_date(value: str, rulebook: Rulebook) -> str | None:
    born = re.fullmatch(r"\d{4}(-\d{2}){0,2}", value)
    deadline = rulebook.edition.deadline.isoformat()
    return None if born and value <= deadline[: len(value)] else "value"


def _any_value(value: str, rulebook: Rulebook) -> str | None:
    return None


_FAULTS: dict[str, Fault] = {
    "id_number": _id_number,
    "phone": _phone,
    "postcode": _postcode,
    "birth_date": _birth_date,
    "sex": _any_value,
    "valid_to": _any_value,
}
