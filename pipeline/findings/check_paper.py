"""What only the signed and sealed original shows: opinions, seals, the applicant's signature (notice:二4, 四(二)).

Comes in: a dossier, or a unit's summaries. Goes out: findings on the sheet. Called by `judge`.

Seals and signatures are looked for on paper only, and only where the cell for them was seen. A ring text is hard to read: it counts as
another organisation's only when it was read with certainty and is clearly unlike; what is between goes to a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, document_evidence, form_readings, row_readings, sure
from pipeline.text.likeness import blank, confident, organisation_key
from pipeline.text.normal_forms import name_key
from pipeline.text.seal_likeness import compare_seal
from schemas.codes import DocType, Source
from schemas.records import FieldValue, FiledDocument, Registers
from schemas.rules import Rulebook

# Organisation (the finding's `field`) → its opinion cell and its seal.
_APPROVALS = {"employer": ("employer_opinion", "seal_employer"), "recommending_unit": ("unit_opinion", "seal_recommending_unit")}
SEAL_FIELDS = frozenset({"seal_employer", "seal_recommending_unit", "seal_summary"})


def check_paper(dossier: Dossier, known: Collection[str], registers: Registers, sheet: FindingSheet, rulebook: Rulebook) -> None:
    """Check the opinions on all forms, and seals and signature on paper forms. `known` are the keys of all organisations in the
    material."""
    forms = dossier.of(DocType.APPLICATION_FORM)
    paper = dossier.of(DocType.APPLICATION_FORM, Source.PAPER)
    titles = rulebook.findings.document_titles
    for organisation, (opinion, seal) in _APPROVALS.items():
        title = titles.get(organisation, organisation)
        _check_blank("OPINION_MISSING", organisation, opinion, paper or forms, sheet, rulebook, organisation=title)
        places = [reading for filed in paper if (reading := _seen(filed, opinion)) is not None]
        seals = _seals(paper, seal)
        if seals:
            expected = _expected(organisation, dossier, rulebook)
            if organisation == "recommending_unit":
                expected += _registered(expected, registers, rulebook)
            _compare_seals(organisation, seals, expected, known, sheet, rulebook, title=title)
        elif places:
            where = "；".join(sheet.where(reading.filed, reading.value.page) for reading in places)
            evidence = [document_evidence(reading.filed, page=reading.value.page) for reading in places]
            sheet.state("SEAL_MISSING", organisation, evidence=evidence, organisation=title, where=where)
    _check_blank("SIGNATURE_MISSING", "", "signature", paper, sheet, rulebook)


def check_summary_seals(
    unit: str | None,
    summaries: Sequence[FiledDocument],
    known: Collection[str],
    registers: Registers,
    sheet: FindingSheet,
    rulebook: Rulebook,
) -> None:
    """Check the seals of a unit's paper summaries: one sealed copy is enough. The heading, where the seal stands, must have been seen."""
    paper = [filed for filed in summaries if filed.document.source == Source.PAPER]
    seals = _seals(paper, "seal_summary")
    headed = [filed for filed in paper if _seen(filed, "recommending_unit") is not None]
    if seals:
        expected = [unit] if unit else []
        expected += _registered(expected, registers, rulebook)
        _compare_seals("summary", seals, expected, known, sheet, rulebook, wording="summary")
    elif headed:
        where = "；".join(sheet.where(filed) for filed in headed)
        sheet.state("SEAL_MISSING", "summary", wording="summary", evidence=[document_evidence(filed) for filed in headed], where=where)


def known_organisations(dossiers: Iterable[Dossier], registers: Registers, rulebook: Rulebook) -> frozenset[str]:
    """The keys of every employer and recommending unit that the material surely names, of registered units and issuers."""
    comparison = rulebook.findings.comparison
    issuers = rulebook.issuers.issuers
    keys = {organisation_key(name.name, comparison) for issuer in issuers for name in issuer.names}
    keys.update(organisation_key(name, comparison) for unit in registers.units for name in (unit.name, *unit.aliases))
    for dossier in dossiers:
        names = [dossier.recommending_unit or "", *_expected("employer", dossier, rulebook)]
        keys.update(organisation_key(name, comparison) for name in names)
    return frozenset(keys - {""})


def _seen(filed: FiledDocument, field: str) -> Reading | None:
    value = filed.document.first(field)
    return None if value is None else Reading(filed, value)


def _seals(paper: Sequence[FiledDocument], field: str) -> list[Reading]:
    """Every seal of a kind, one value each whatever its row: two organisations may seal one cell."""
    return [Reading(filed, value) for filed in paper for value in filed.document.fields if value.field == field]


def _check_blank(
    code: str, field: str, cell: str, forms: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook, **words: str
) -> None:
    """State `code` if the cell was seen on some form and is blank on all that show it; a blank that is in doubt goes to a person."""
    seen = [reading for filed in forms if (reading := _seen(filed, cell)) is not None]
    if not seen or not all(blank(reading.value) for reading in seen):
        return
    certain = sure(seen, rulebook)
    if not certain:
        for reading in seen:
            sheet.doubt(reading)
        return
    where = "；".join(sheet.where(reading.filed, reading.value.page) for reading in certain)
    sheet.state(code, field, evidence=[reading.evidence() for reading in certain], where=where, **words)


def _expected(organisation: str, dossier: Dossier, rulebook: Rulebook) -> list[str]:
    """The names that the seal may bear: the employer as the material states it with certainty, the dossier's recommending unit."""
    if organisation == "recommending_unit":
        stated = [reading.text for reading in sure(form_readings(dossier, "recommending_unit"), rulebook)]
        return list(dict.fromkeys([*([dossier.recommending_unit] if dossier.recommending_unit else []), *stated]))
    found = sure([*form_readings(dossier, "employer"), *row_readings(dossier, "employer")], rulebook)
    return list(dict.fromkeys(reading.text for reading in found))


def _registered(units: Sequence[str], registers: Registers, rulebook: Rulebook) -> list[str]:
    """What else the register says that these units' seals may bear: their full and other names, and the names on their seals."""
    comparison = rulebook.findings.comparison
    keys = {organisation_key(unit, comparison) for unit in units}
    names = []
    for entry in registers.units:
        if keys & {organisation_key(name, comparison) for name in (entry.name, *entry.aliases)}:
            names += [entry.name, *entry.aliases, *entry.seal_names]
    return [name for name in dict.fromkeys(names) if name not in units]


def _readings_of(value: FieldValue) -> list[str]:
    """Every reading of a seal's text, the best first; of a value that a person put in only that."""
    lines = value.raw.split("\n")
    return [value.value, *lines[1:]] if value.value == name_key(lines[0]) else [value.value]


def _compare_seals(
    field: str,
    seals: Iterable[Reading],
    expected: Sequence[str],
    known: Collection[str],
    sheet: FindingSheet,
    rulebook: Rulebook,
    *,
    wording: str = "",
    title: str = "",
) -> None:
    """One matching seal settles it. State SEAL_MISMATCH where a seal was read with certainty and is clearly another's; a seal that is
    neither, or that nobody could read, goes to a person."""
    comparison = rulebook.findings.comparison
    other: list[Reading] = []
    unclear: list[Reading] = []
    for reading in seals:
        texts = _readings_of(reading.value)
        likeness = [compare_seal(texts, name, comparison, known) for name in expected]
        if "same" in likeness:
            return
        if not expected:  # nothing to compare with, and that is stated elsewhere
            if reading.value.needs_review:
                unclear.append(reading)
        elif all(one == "other" for one in likeness) and confident(reading.value, rulebook):
            other.append(reading)
        else:
            unclear.append(reading)
    for reading in unclear:
        sheet.doubt(reading)
    if other:
        words = {"read": other[0].text, "expected": expected[0], "organisation": title}
        where = "；".join(sheet.where(reading.filed, reading.value.page) for reading in other)
        sheet.state("SEAL_MISMATCH", field, wording=wording, evidence=[reading.evidence() for reading in other], where=where, **words)
