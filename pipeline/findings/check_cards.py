"""What a clerk looks for on the copy of an ID card besides its values: sides, stamps that void the copy, edges cut off (notice:二3).

Comes in: a dossier. Goes out: findings on the sheet; a stamp that was read with doubt becomes a doubt. Called by `judge`.

One good copy is enough: what is wrong with a second copy of a side is said only where no other copy shows that side without it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, document_evidence
from pipeline.text.likeness import blank, confident
from schemas.codes import DocType
from schemas.records import Evidence, FiledDocument
from schemas.rules import Rulebook

_SIDES = ("front", "back")
_SIDE_FIELDS = {"front": ("name", "id_number", "address", "sex", "ethnicity"), "back": ("authority", "valid_from", "valid_to")}
Place = tuple[FiledDocument, int | None]


def check_cards(dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State what is wrong with the ID cards of a dossier; a card of which neither side could be made out says nothing."""
    cards = dossier.of(DocType.ID_CARD)
    if not cards:
        if "id_card" in rulebook.edition.required_material:
            sheet.state("ID_CARD_MISSING", evidence=[document_evidence(filed) for filed in dossier.of(DocType.APPLICATION_FORM)])
        return
    places = {side: _places_of(side, cards) for side in _SIDES}
    if any(places.values()) and "id_card" in rulebook.edition.required_material:
        _check_sides(places, sheet)
    _check_stamps(cards, sheet, rulebook)
    _check_edges(cards, sheet, rulebook)


def _check_sides(places: dict[str, list[Place]], sheet: FindingSheet) -> None:
    titles = sheet.rulebook.findings.document_titles
    for side, other in (_SIDES, _SIDES[::-1]):
        if not places[side]:
            evidence = [document_evidence(filed, other, page) for filed, page in places[other]]
            words = {"side": titles.get(side, side), "other": titles.get(other, other), "count": str(len(places[other]))}
            sheet.state(
                "ID_CARD_SIDE_MISSING",
                side,
                evidence=evidence,
                wording="twice" if len(places[other]) > 1 else "",
                where="；".join(dict.fromkeys(sheet.where(filed, page) for filed, page in places[other])),
                **words,
            )
    pages = {side: {(filed.document.file_id, page) for filed, page in places[side]} for side in _SIDES}
    if all(pages.values()) and not pages["front"] & pages["back"]:
        found = [(side, filed, page) for side in _SIDES for filed, page in places[side]]
        where = "；".join(f"{titles.get(side, side)}在{sheet.where(filed, page)}" for side, filed, page in found)
        sheet.state("ID_CARD_SIDES_APART", evidence=[document_evidence(filed, side, page) for side, filed, page in found], where=where)


def _places_of(side: str, cards: Sequence[FiledDocument]) -> list[Place]:
    """The cards and pages that show a side: by the side itself where it was recognised, else by what stands on it. A page that shows it
    twice counts twice."""
    found: list[Place] = []
    for filed in cards:
        shown = [value for value in filed.document.fields if value.field == "card_side" and value.value == side]
        stated = [value for value in filed.document.fields if value.field in _SIDE_FIELDS[side] and not blank(value)]
        for value in shown or stated:
            place = (filed, filed.document.page_from if value.page is None else value.page)
            if shown or place not in found:
                found.append(place)
    return found


def _check_stamps(cards: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    stamped = _marked("card_void", cards)
    certain = [reading for reading in stamped if confident(reading.value, rulebook)]
    if certain:
        words = "、".join(dict.fromkeys("".join(reading.value.raw.split()) for reading in certain))
        where = "；".join(dict.fromkeys(sheet.where(reading.filed, reading.value.page) for reading in certain))
        sheet.state("ID_CARD_COPY_VOID", evidence=[_as_read(reading) for reading in certain], words=words, where=where)
    else:
        for reading in stamped:
            sheet.doubt(reading)


def _check_edges(cards: Sequence[FiledDocument], sheet: FindingSheet, rulebook: Rulebook) -> None:
    marked = _marked("card_cut", cards)
    cut = [reading for reading in marked if confident(reading.value, rulebook)]
    if not cut:
        for reading in marked:
            sheet.doubt(reading)
    else:
        titles = sheet.rulebook.findings.document_titles
        edges = "、".join(dict.fromkeys(titles.get(reading.value.value, reading.value.value) for reading in cut))
        where = "；".join(dict.fromkeys(sheet.where(reading.filed, reading.value.page) for reading in cut))
        sheet.state("ID_CARD_CUT", evidence=[reading.evidence() for reading in cut], edges=edges, where=where)


def _marked(field: str, cards: Sequence[FiledDocument]) -> list[Reading]:
    """The marks of a kind, unless cards without such a mark show all sides that the marked ones show."""
    marked = [filed for filed in cards if any(value.field == field for value in filed.document.fields)]
    clean = [filed for filed in cards if filed not in marked]
    if all(_places_of(side, clean) or not _places_of(side, marked) for side in _SIDES):
        return []
    return [Reading(filed, value) for filed in marked for value in filed.document.fields if value.field == field]


def _as_read(reading: Reading) -> Evidence:
    return reading.evidence().model_copy(update={"value": "".join(reading.value.raw.split())})
