"""Whose a card, certificate or nameless page is: by name, file neighbourhood, path and container.

Comes in: dossiers in the making (forms, summary rows, ID cards) and the documents that are still nobody's. Goes out: an owner for each
document, or none where several could claim it equally. Called by `resolve_applicants`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.applicants.containers import ROOT, chain, path_parts
from pipeline.applicants.mentions import Mention, named_in
from pipeline.applicants.persons import Person
from pipeline.text.likeness import confident, looks_like_person, one_slip, person_key
from pipeline.text.normal_forms import name_key
from schemas.codes import DocType
from schemas.records import FiledDocument, Id
from schemas.rules import Rulebook

T = TypeVar("T")


@dataclass(eq=False)
class Draft:
    """A dossier in the making: one person through one unit (key, '' for none)."""

    person: Person
    unit: str
    name: str
    keys: set[str]
    filed: dict[Id, FiledDocument] = field(default_factory=dict)
    rows: list[Mention] = field(default_factory=list)

    def has(self, doc_type: DocType) -> bool:
        return any(filed.document.doc_type == doc_type for filed in self.filed.values())

    def take(self, filed: FiledDocument) -> None:
        self.filed[filed.document.document_id] = filed


def filing_order(filed: FiledDocument) -> tuple[str, str, str, int, str]:
    """A total order of documents that does not depend on the order of the input: arrival, place, place within the file."""
    document = filed.document
    return (filed.received_at.isoformat(), filed.path, document.file_id, filed.sequence, document.document_id)


class Placement:
    """Finds owners. `unit_around` gives the key of the one unit that a document's containers know, '' if none."""

    def __init__(self, drafts: Iterable[Draft], rulebook: Rulebook, unit_around: Callable[[FiledDocument], str]) -> None:
        self._rulebook = rulebook
        self._unit_around = unit_around
        self.drafts: list[Draft] = []
        self._by_key: dict[str, list[Draft]] = defaultdict(list)
        self._by_card: dict[str, list[Draft]] = defaultdict(list)
        self._material: dict[str, dict[Draft, None]] = defaultdict(dict)  # level → drafts with a form or card below it
        self._known: dict[str, dict[Draft, None]] = defaultdict(dict)  # the same with summary rows
        self._stretches: dict[Id, list[tuple[int, Draft | None]]] = defaultdict(list)  # file → where a person's stretch of pages begins
        for draft in drafts:
            self.add(draft)

    def add(self, draft: Draft) -> None:
        """Make a draft known by its names, card numbers and places."""
        self.drafts.append(draft)
        for key in sorted(draft.keys):
            self._by_key[key].append(draft)
        for row in draft.rows:
            for level in row.levels:
                self._known[level][draft] = None
        for filed in sorted(draft.filed.values(), key=filing_order):
            self.note_place(filed, draft)

    def note_place(self, filed: FiledDocument, draft: Draft) -> None:
        """Record that a document is the draft's, so that what lies around it may follow."""
        for level in _own_levels(filed):
            self._material[level][draft] = None
            self._known[level][draft] = None
        self._stretches[filed.document.file_id].append((filed.sequence, draft))
        number = filed.document.first("union_card_number")
        if number is not None and len(number.value) >= 6:
            _note(self._by_card[number.value], draft)

    def place_forms(self, forms: Sequence[FiledDocument]) -> list[FiledDocument]:
        """Forms on which neither name nor number could be read: the card behind them says whose they are. Returns those left over."""
        left = []
        starts: dict[Id, list[int]] = defaultdict(list)
        for form in forms:
            starts[form.document.file_id].append(form.sequence)
        for form in sorted(forms, key=filing_order):
            owner = self._card_behind(form, starts[form.document.file_id]) or self._without_name(form, strange=False, neighbours=False)
            if owner is not None and not any(
                other.document.doc_type == DocType.APPLICATION_FORM and other.document.source == form.document.source
                for other in owner.filed.values()
            ):
                owner.take(form)
                self.note_place(form, owner)
            else:
                left.append(form)
                self._stretches[form.document.file_id].append((form.sequence, None))
        return left

    def place(self, documents: Iterable[FiledDocument]) -> list[FiledDocument]:
        """Give documents to their owners: first those that name them, then by surroundings, last by a name that only one person has.
        Returns the rest."""
        unnamed: list[FiledDocument] = []
        disputed: list[FiledDocument] = []
        for filed in sorted(documents, key=filing_order):
            claimants = self._claimants(filed)
            owner, decided = self._by_name(filed, claimants)
            if owner is not None:
                owner.take(filed)
                self.note_place(filed, owner)
            else:
                (disputed if decided else unnamed).append(filed)
        left: list[FiledDocument] = []
        for filed in unnamed:
            owner = self._without_name(filed, strange=self.names_stranger(filed)) or self._only_bearer(filed)
            if owner is None:
                left.append(filed)
            else:
                owner.take(filed)
        return left + disputed

    def names_stranger(self, filed: FiledDocument) -> bool:
        """Whether the document names a holder with certainty whom no draft knows, not even with a slip."""
        key = self.stranger(filed)
        return bool(key) and not any(one_slip(key, known) for known in self._by_key)

    def stranger(self, filed: FiledDocument) -> str:
        """The key of the person to whom the card or certificate was given, if read with certainty and borne by no draft; else ''."""
        value = filed.document.first("name") or filed.document.first("recipient")
        comparison = self._rulebook.findings.comparison
        if value is None or not confident(value, self._rulebook) or not looks_like_person(value.value, comparison):
            return ""
        key = person_key(value.value, comparison)
        return "" if self._by_key.get(key) else key

    def _claimants(self, filed: FiledDocument) -> list[Draft]:
        number = filed.document.first("card_number")
        if number is not None and len(self._by_card.get(number.value, [])) == 1:
            return list(self._by_card[number.value])
        found: list[Draft] = []
        for key in named_in(filed, self._rulebook):
            for draft in self._by_key.get(key, []):
                _note(found, draft)
        return found

    def _by_name(self, filed: FiledDocument, claimants: list[Draft]) -> tuple[Draft | None, bool]:
        """The claimant in the nearest container that knows one; and whether the search ended there (several with equal right)."""
        for level in chain(filed) if claimants else ():
            here = [draft for draft in claimants if draft in self._known.get(level, {})]
            if here and level != ROOT:
                owner = self._choose(filed, here)
                return owner, True
            if self._material.get(level) and level != ROOT:
                return None, False
        return (claimants[0], True) if len(claimants) == 1 and self._unit_around(filed) in ("", claimants[0].unit) else (None, False)

    def _choose(self, filed: FiledDocument, here: list[Draft]) -> Draft | None:
        if len(here) == 1:
            return here[0]
        neighbour = self._neighbour(filed)
        if neighbour in here:
            return neighbour
        named = self._in_path(filed, here)
        if named is not None:
            return named
        holder = filed.document.first("name") or filed.document.first("recipient")
        key = person_key(holder.value, self._rulebook.findings.comparison) if holder is not None else ""
        first = [draft for draft in here if key in draft.keys]
        if len(first) == 1:
            return first[0]
        with_material = [draft for draft in here if any(draft in self._material.get(level, {}) for level in chain(filed)[:-1])]
        return with_material[0] if len(with_material) == 1 else None

    def _without_name(self, filed: FiledDocument, *, strange: bool, neighbours: bool = True) -> Draft | None:
        owner = (
            (self._neighbour(filed) if neighbours else None)
            or self._in_path(filed, self.drafts)
            or self._only_one_around(filed, strange=strange)
        )
        # A union card in a stranger's name is not the second card of somebody who has one.
        if strange and owner is not None and filed.document.doc_type == DocType.UNION_CARD and owner.has(DocType.UNION_CARD):
            return None
        return owner

    def _neighbour(self, filed: FiledDocument) -> Draft | None:
        """The person whose stretch of pages the document lies in; before the first stretch only if the whole file is one person's."""
        stretches = self._stretches.get(filed.document.file_id, [])
        before = [(sequence, draft) for sequence, draft in stretches if sequence < filed.sequence]
        if before:
            return max(before, key=lambda stretch: stretch[0])[1]
        owners: list[Draft | None] = []
        for _, draft in stretches:
            _note(owners, draft)
        return owners[0] if len(owners) == 1 else None

    def _in_path(self, filed: FiledDocument, among: Iterable[Draft]) -> Draft | None:
        """The one person whose name the file or the nearest folder bears."""
        allowed = list(among)
        around = self._unit_around(filed)
        for part in path_parts(filed):
            text = name_key(part).replace("·", "").upper()
            keys = [key for key in self._by_key if len(key) >= 2 and key in text]
            keys = [key for key in keys if not any(key != longer and key in longer for longer in keys)]
            found: list[Draft] = []
            for draft in allowed:
                if draft.keys.intersection(keys) and around in ("", draft.unit):
                    _note(found, draft)
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _only_one_around(self, filed: FiledDocument, *, strange: bool) -> Draft | None:
        """The only person with material in the nearest container that holds any; a document that names a stranger needs one that knows
        nobody else."""
        for level in chain(filed):
            if level == ROOT and (strange or "/" in filed.path):
                return None
            drafts = list(self._material.get(level, {}))
            if drafts:
                return drafts[0] if len(drafts) == 1 and (not strange or len(self._known[level]) == 1) else None
        return None

    def _only_bearer(self, filed: FiledDocument) -> Draft | None:
        claimants = self._claimants(filed)
        return claimants[0] if len(claimants) == 1 and self._unit_around(filed) in ("", claimants[0].unit) else None

    def _card_behind(self, form: FiledDocument, starts: Sequence[int]) -> Draft | None:
        stretches = sorted(self._stretches.get(form.document.file_id, []), key=lambda stretch: stretch[0])
        after = next(((sequence, draft) for sequence, draft in stretches if sequence > form.sequence), None)
        if after is None or any(form.sequence < start < after[0] for start in starts):
            return None
        return after[1] if after[1] is not None and not _has_form_in(after[1], form.document.file_id) else None


def _own_levels(filed: FiledDocument) -> list[str]:
    """The containers in which a document makes its owner present: not those around the archive or e-mail that it came in, for that is a
    delivery of its own; the root only for what lies directly in it."""
    levels = list(chain(filed))
    outermost = max((index for index, level in enumerate(levels) if level.startswith("path:") and level.endswith("!")), default=None)
    if outermost is not None:
        return levels[: outermost + 1]
    return levels if "/" not in filed.path else levels[:-1]


def _has_form_in(draft: Draft, file_id: Id) -> bool:
    return any(filed.document.doc_type == DocType.APPLICATION_FORM and filed.document.file_id == file_id for filed in draft.filed.values())


def _note(entries: list[T], entry: T) -> None:
    """Append unless already there (by identity: drafts are mutable and have no value equality)."""
    if not any(known is entry for known in entries):
        entries.append(entry)
