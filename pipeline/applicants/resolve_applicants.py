"""Who is who, and what belongs to whom: every document tied to one applicant - a person through one recommending unit - or honestly to
none.

Comes in: every filed document with its values. Goes out: the `Resolution` with one dossier per applicant. Called by `process`.

Ids: an applicant's id is made of the name and the unit in the spelling that came first, so that a later card, certificate or better
spelling changes no id and no decision of a person is lost. The ID number is left out on purpose: it is often corrected, or comes later
than the form. Only of namesakes in one unit the second and later (by arrival, then number) have theirs added. Nothing depends on the
order in which documents are given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.applicants.containers import chain, nearest_shared
from pipeline.applicants.dossier import Dossier, Resolution, SummaryRow
from pipeline.applicants.mentions import Mention, strong_mentions
from pipeline.applicants.persons import Person, group_persons
from pipeline.applicants.place_documents import Draft, Placement, filing_order
from pipeline.applicants.supersede import lay_aside_superseded
from pipeline.applicants.units import UnitNames
from pipeline.text.likeness import blank
from schemas.codes import DocType
from schemas.records import FiledDocument, Id, stable_id
from schemas.rules import Rulebook

_MATERIAL = (DocType.APPLICATION_FORM, DocType.ID_CARD, DocType.UNION_CARD, DocType.CERTIFICATE, DocType.OTHER)


def resolve_applicants(filed: Sequence[FiledDocument], rulebook: Rulebook) -> Resolution:
    """The dossiers of everything that is in.

    Tied by ID number, then name with employer, folder, e-mail or neighbourhood in the same scan (contract:
    `review.documents.applicant_id`). A form without a unit takes that of its twin, of the summary that lists the person, or of its
    folder, e-mail or scan. What several applicants could claim equally stays unassigned. Raises nothing: what cannot be decided is left
    open.
    """
    documents = sorted(filed, key=filing_order)
    units = UnitNames(documents, rulebook)
    persons, _ = group_persons([found for document in documents for found in strong_mentions(document, rulebook)])
    drafts = [draft for person in persons for draft in _drafts_of(person, units)]
    placement = Placement(drafts, rulebook, units.around)
    taken = {document_id for draft in drafts for document_id in draft.filed}
    open_documents = [document for document in documents if document.document.document_id not in taken]
    _place_nameless_forms(placement, open_documents, units)
    cards = [document for document in open_documents if document.document.doc_type in _MATERIAL[1:]]
    _place_cards(placement, cards, units)
    return lay_aside_superseded(_resolution(placement.drafts, documents, units), rulebook)


def _drafts_of(person: Person, units: UnitNames) -> list[Draft]:
    """The person's dossiers, one for each unit that a form or summary row states; with none stated, the one of the containers around."""
    stated = {_place(found): unit for found in person.mentions if (unit := _stated_unit(found, units))}
    groups = units.group([stated[_place(found)] for found in sorted(person.mentions, key=_arrival) if _place(found) in stated])
    drafts: dict[str, Draft] = {}
    waiting: list[Mention] = []
    for found in person.mentions:
        unit = groups.get(stated.get(_place(found), ""), "")
        if unit:
            _give(drafts.setdefault(unit, _draft(person, unit)), found)
        else:
            waiting.append(found)
    if not drafts:
        around = [units.around(found.filed) for found in person.mentions]
        unit = next((unit for unit in around if unit), "")
        drafts[unit] = _draft(person, unit)
    for found in waiting:
        owner = _nearest(found, list(drafts.values()))
        if owner is not None:
            _give(owner, found)
    return [draft for draft in drafts.values() if draft.filed or draft.rows]


def _stated_unit(found: Mention, units: UnitNames) -> str:
    """The unit that a form states, or under whose heading a summary row stands; ID cards state none."""
    if found.doc_type == DocType.ID_CARD:
        return ""
    return units.of(found.filed) or (units.around(found.filed) if found.doc_type == DocType.RECOMMENDATION_SUMMARY else "")


def _draft(person: Person, unit: str) -> Draft:
    named = [found for found in person.mentions if found.name]
    best = min(named, key=lambda found: (not found.sure_name, found.order)).name if named else ""
    return Draft(person=person, unit=unit, name=best, keys=set(person.keys))


def _give(draft: Draft, found: Mention) -> None:
    if found.row:
        draft.rows.append(found)
    else:
        draft.take(found.filed)


def _nearest(found: Mention, drafts: Sequence[Draft]) -> Draft | None:
    """Of one person's dossiers that whose material lies nearest. A form must go somewhere: the first; a card that both could claim goes
    to neither."""
    if len(drafts) == 1:
        return drafts[0]
    near = [
        max(
            [nearest_shared(found.levels, chain(filed)) for filed in draft.filed.values()]
            + [nearest_shared(found.levels, row.levels) for row in draft.rows]
        )
        for draft in drafts
        if draft.filed or draft.rows
    ]
    best = [draft for draft, share in zip(drafts, near, strict=True) if share == max(near)]
    return best[0] if len(best) == 1 or found.doc_type != DocType.ID_CARD else None


def _place_nameless_forms(placement: Placement, documents: Iterable[FiledDocument], units: UnitNames) -> None:
    """Forms without a readable name: placed by what lies behind them, else applicants without a name - but never an empty template."""
    forms = [
        document
        for document in documents
        if document.document.doc_type == DocType.APPLICATION_FORM and not all(blank(value) for value in document.document.fields)
    ]
    for form in placement.place_forms(forms):
        unit = units.of(form) or units.around(form)
        placement.add(Draft(person=Person(), unit=unit, name="", keys=set(), filed={form.document.document_id: form}))


def _place_cards(placement: Placement, documents: Iterable[FiledDocument], units: UnitNames) -> None:
    """Cards and certificates to their owners; those of an unknown person within a unit's material make that person an applicant
    (FORM_MISSING)."""
    left = placement.place(documents)
    strangers: dict[tuple[str, str], list[FiledDocument]] = defaultdict(list)
    for document in left:
        unit = units.around(document)
        if unit and placement.names_stranger(document):
            strangers[placement.stranger(document), unit].append(document)
    for (key, unit), found in sorted(strangers.items()):
        value = found[0].document.first("name") or found[0].document.first("recipient")
        draft = Draft(person=Person(), unit=unit, name=value.value if value else key, keys={key})
        for document in found:
            draft.take(document)
        placement.add(draft)
    if strangers:
        made = {document.document.document_id for found in strangers.values() for document in found}
        placement.place([document for document in left if document.document.document_id not in made])


def _resolution(drafts: Sequence[Draft], documents: Sequence[FiledDocument], units: UnitNames) -> Resolution:
    ids = _applicant_ids(drafts, units)
    dossiers = sorted((_dossier(draft, ids[index], units) for index, draft in enumerate(drafts)), key=_dossier_order)
    assignments = {filed.document.document_id: dossier.applicant_id for dossier in dossiers for filed in dossier.documents}
    unit_names = {
        filed.document.document_id: dossier.recommending_unit
        for dossier in dossiers
        for filed in dossier.documents
        if dossier.recommending_unit
    }
    summaries: dict[str, list[FiledDocument]] = defaultdict(list)
    unplaced = []
    for filed in documents:
        document = filed.document
        unit = units.of(filed) or units.around(filed)
        if document.doc_type == DocType.RECOMMENDATION_SUMMARY:
            summaries[units.display(unit) if unit else ""].append(filed)
        elif document.doc_type in _MATERIAL and document.document_id not in assignments:
            unplaced.append(filed)
        if unit and document.document_id not in assignments and document.doc_type != DocType.BLANK:
            unit_names[document.document_id] = units.display(unit)
    return Resolution(
        dossiers=tuple(dossiers),
        summaries={unit: tuple(summaries[unit]) for unit in sorted(summaries)},
        assignments=assignments,
        units=unit_names,
        unplaced=tuple(unplaced),
    )


def _dossier(draft: Draft, applicant_id: Id, units: UnitNames) -> Dossier:
    person = draft.person
    numbers = [found.id_number for found in person.mentions if found.valid] or [
        found.id_number for found in person.mentions if found.id_number
    ]
    key = min((_place(found) for found in person.mentions), default=applicant_id)  # the number would not do: two may bear one by mistake
    rows = sorted(draft.rows, key=lambda row: (filing_order(row.filed), row.row))
    return Dossier(
        applicant_id=applicant_id,
        name=draft.name,
        id_number=numbers[0] if numbers else None,
        recommending_unit=units.display(draft.unit) if draft.unit else None,
        documents=tuple(sorted(draft.filed.values(), key=filing_order)),
        summary_rows=tuple(SummaryRow(filed=row.filed, row=row.row) for row in rows),
        person_id=stable_id("person", key),
    )


def _applicant_ids(drafts: Sequence[Draft], units: UnitNames) -> list[Id]:
    namesakes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, draft in enumerate(drafts):
        namesakes[_first_key(draft), units.name_for_id(draft.unit) if draft.unit else ""].append(index)
    ids = [""] * len(drafts)
    for (name, unit), indices in namesakes.items():
        ordered = sorted(indices, key=lambda index: _first_come(drafts[index]))
        for place, index in enumerate(ordered):
            ids[index] = stable_id("applicant", name, unit, *(() if place == 0 else _first_come(drafts[index])[1:]))
    return ids


def _first_key(draft: Draft) -> str:
    """The name as the draft's first material spells it; what came at the same time counts by how good a source it is."""
    own = [
        found for found in draft.person.mentions if found.key and (found.filed.document.document_id in draft.filed or found in draft.rows)
    ]
    if own:
        return min(own, key=_arrival).key
    return min(draft.keys) if draft.keys else _first_come(draft)[1]


def _first_come(draft: Draft) -> tuple[str, str]:
    arrivals = [filed.received_at.isoformat() for filed in draft.filed.values()] + [row.filed.received_at.isoformat() for row in draft.rows]
    return min(arrivals), (sorted(draft.person.numbers) or sorted(draft.filed) or [_place(row) for row in draft.rows])[0]


def _arrival(found: Mention) -> tuple[str, tuple[int, str, str, int]]:
    return found.filed.received_at.isoformat(), found.order


def _place(found: Mention) -> str:
    return f"{found.filed.document.document_id}/{found.row}"


def _dossier_order(dossier: Dossier) -> tuple[str, str, str]:
    return dossier.recommending_unit or "", dossier.name, dossier.applicant_id
