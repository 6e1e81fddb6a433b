"""Who may not be recommended: nationality, membership, service, office, earlier titles, bans (notice:一2, 一3, 四(二)).

Comes in: a dossier and the registers. Goes out: eligibility findings on the sheet. Called by `judge`.

Declarations that contradict each other between two forms exclude nobody: they are a FIELD_MISMATCH, which a person must settle first.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, card_readings, form_readings, row_readings, sure
from pipeline.text.likeness import id_key, organisation_key, person_key, valid_id
from pipeline.text.normal_forms import squeeze
from schemas.codes import DocType, Source
from schemas.records import Ban, PriorTitle, Registers
from schemas.rules import Rulebook

_YES, _NO = "yes", "no"


def check_eligibility(dossier: Dossier, registers: Registers, sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State every eligibility finding that the material and the registers bear out."""
    _check_nationality(dossier, sheet, rulebook)
    _check_declaration("NOT_IN_SERVICE", dossier, sheet, rulebook, {"declared_in_service": _NO})
    _check_declaration("LEADER_EXCLUDED", dossier, sheet, rulebook, {"declared_leader": _YES, "declared_managed_head": _YES})
    _check_membership(dossier, sheet, rulebook)
    _check_prior_titles(dossier, registers, sheet, rulebook)
    _check_bans(dossier, registers, sheet, rulebook)


def _declared(dossier: Dossier, rulebook: Rulebook, field: str, excluding: str) -> list[Reading]:
    """The sure readings of a declaration if all of them state what excludes."""
    found = sure(form_readings(dossier, field), rulebook)
    return found if found and all(reading.value.value == excluding for reading in found) else []


def _check_declaration(code: str, dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook, excluding: dict[str, str]) -> bool:
    found = [reading for field, answer in excluding.items() for reading in _declared(dossier, rulebook, field, answer)]
    if not found:
        return False
    titles = rulebook.findings.field_titles
    answers = {_YES: "是", _NO: "否"}
    said = [f"{sheet.where(r.filed, r.value.page)}“{titles.get(r.value.field, r.value.field)}”选“{answers[r.value.value]}”" for r in found]
    sheet.state(code, evidence=[reading.evidence() for reading in found], readings="；".join(said))
    return True


def _check_nationality(dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    comparison = rulebook.findings.comparison
    foreign: list[Reading] = []
    for reading in sure(form_readings(dossier, "nationality"), rulebook):
        text = squeeze(reading.text)
        if any(re.search(pattern, text) for pattern in comparison.chinese_nationalities):
            return
        stated = any(re.search(pattern, text) for pattern in comparison.foreign_nationalities)
        # An unknown word may be a country that the list lacks when it was typed; on paper it is as likely a misreading.
        if stated or reading.filed.document.source == Source.ELECTRONIC:
            foreign.append(reading)
        else:
            sheet.doubt(reading)
    if foreign:
        sheet.state("NOT_CHINESE_NATIONAL", evidence=[reading.evidence() for reading in foreign], readings=sheet.quote(foreign))


def _check_membership(dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    if _check_declaration("NOT_UNION_MEMBER", dossier, sheet, rulebook, {"declared_union_member": _NO}):
        return
    comparison = rulebook.findings.comparison
    statuses = card_readings(dossier, "status", DocType.UNION_CARD)
    certain = sure(statuses, rulebook)
    ended = [reading for reading in certain if squeeze(reading.text) in comparison.ended_memberships]
    if ended and len(ended) == len(certain):
        sheet.state("NOT_UNION_MEMBER", wording="card", evidence=[reading.evidence() for reading in ended], readings=sheet.quote(ended))
    for reading in statuses:
        doubtful = squeeze(reading.text) in (*comparison.suspended_memberships, *comparison.ended_memberships)
        if doubtful and not (ended and reading in certain):
            sheet.doubt(reading)


def _check_prior_titles(dossier: Dossier, registers: Registers, sheet: FindingSheet, rulebook: Rulebook) -> None:
    number, name = _identity(dossier, rulebook)
    comparison = rulebook.findings.comparison
    by_number = [entry for entry in registers.prior_titles if entry.id_number and number and id_key(entry.id_number) == number]
    by_name = [entry for entry in registers.prior_titles if not entry.id_number and name and person_key(entry.name, comparison) == name]
    found = by_number or by_name
    declared = _declared(dossier, rulebook, "declared_prior_title", _YES)
    if found:
        evidence = [reading.evidence() for reading in (declared or _identifying(dossier, by_number=bool(by_number)))]
        wording = "register" if by_number else "register_name"
        sheet.state("PRIOR_TITLE", wording=wording, evidence=evidence, entries="；".join(_title_text(entry) for entry in found))
    else:
        _check_declaration("PRIOR_TITLE", dossier, sheet, rulebook, {"declared_prior_title": _YES})


def _title_text(entry: PriorTitle) -> str:
    return f"{entry.name}，{entry.year}年“{entry.title}”"


def _check_bans(dossier: Dossier, registers: Registers, sheet: FindingSheet, rulebook: Rulebook) -> None:
    comparison = rulebook.findings.comparison
    number, name = _identity(dossier, rulebook)
    employers = [*form_readings(dossier, "employer"), *row_readings(dossier, "employer")]
    certain = sure(employers, rulebook)
    units = {organisation_key(reading.text, comparison) for reading in certain} | {
        organisation_key(dossier.recommending_unit or "", comparison)
    }
    standing = [ban for ban in registers.bans if _stands(ban, rulebook)]
    by_number = [ban for ban in standing if ban.kind == "person" and ban.id_number and number and id_key(ban.id_number) == number]
    by_name = [ban for ban in standing if ban.kind == "person" and not ban.id_number and name and person_key(ban.name, comparison) == name]
    by_unit = [ban for ban in standing if ban.kind == "unit" and organisation_key(ban.name, comparison) in units - {""}]
    found = by_number or by_name or by_unit
    if not found:
        return
    keys = {organisation_key(ban.name, comparison) for ban in by_unit}
    reasons = [reading for reading in certain if organisation_key(reading.text, comparison) in keys]
    reasons += [reading for reading in form_readings(dossier, "recommending_unit") if organisation_key(reading.text, comparison) in keys]
    evidence = _identifying(dossier, by_number=bool(by_number)) if by_number or by_name else reasons
    wording = "" if by_number else ("name" if by_name else "unit")
    sheet.state(
        "BANNED", wording=wording, evidence=[reading.evidence() for reading in evidence], entries="；".join(_ban_text(ban) for ban in found)
    )


def _ban_text(ban: Ban) -> str:
    return f"{ban.name}，{ban.banned_on.isoformat()}起" + (f"（{ban.reason}）" if ban.reason else "")


def _stands(ban: Ban, rulebook: Rulebook) -> bool:
    """Whether a ban is in force on the deadline: the day on which its years are full still counts (notice:四(二))."""
    edition = rulebook.edition
    year = ban.banned_on.year + edition.ban_years
    try:
        last = ban.banned_on.replace(year=year)
    except ValueError:  # 29 February in a year that has none
        last = date(year, 2, 28)
    return ban.banned_on <= edition.deadline <= last


def _identity(dossier: Dossier, rulebook: Rulebook) -> tuple[str, str]:
    """The applicant's faultless ID number and name key, each '' where not certain: a register hit on a misreading would defame."""
    certain = sure(_identifying(dossier, by_number=True), rulebook)
    numbers = {id_key(reading.text) for reading in certain if valid_id(id_key(reading.text))}
    names = {person_key(reading.text, rulebook.findings.comparison) for reading in sure(_identifying(dossier, by_number=False), rulebook)}
    name = person_key(dossier.name, rulebook.findings.comparison)
    return next(iter(numbers)) if len(numbers) == 1 else "", name if name in names else ""


def _identifying(dossier: Dossier, *, by_number: bool) -> list[Reading]:
    field = "id_number" if by_number else "name"
    return [*form_readings(dossier, field), *card_readings(dossier, field), *row_readings(dossier, field)]
