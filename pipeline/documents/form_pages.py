"""Which pages of a scan make one form, when sheets are out of place or two forms lie between each other.

Comes in: the pages of one file that were classified as an application form (or carry one on). Goes out: for each page the form it belongs
to. Called by `segment`.

A form has its sections once and in a fixed order (`sections` in the rulebook): a page whose sections a form already has is another
form's. Names, numbers and employers on the page decide next, then the neighbourhood; where two forms lack the same page and nothing
else tells, sheets keep the order of their forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import partial_ratio

from pipeline.documents.label_values import Labels, labelled_cells
from pipeline.text.normal_forms import squeeze
from pipeline.text.page_text import TextStream
from schemas.layout import Line, MarkKind, Page
from schemas.rules import DocumentRule, FieldRule

_IDENTITY = ("id_number", "name", "phone")  # what tells one person from another, most telling first
_NOTED = (*_IDENTITY, "employer")
_NAME_LENGTH, _NUMBER_LENGTH = 2, 11
_SEAL_LIKE, _SEAL_AHEAD = 75.0, 15.0  # per cent: a worn ring still names this employer, and by so much rather than another
_BESIDE = 2  # pages: the next sheet, or the one behind a blank back
_OPENING = 2  # the first sections, cover and personal data, with which a form begins


@dataclass
class FormPages:
    """One form in the making: its pages in the order of the scan, the sections they hold, and who it says that it is of."""

    pages: list[Page] = field(default_factory=list)
    sections_of: dict[int, frozenset[int]] = field(default_factory=dict)  # page number → sections
    identity: dict[str, str] = field(default_factory=dict)
    doubtful: bool = False  # a page was placed by order alone

    @property
    def sections(self) -> set[int]:
        """Every section that the form has."""
        return set().union(*self.sections_of.values())

    @property
    def first(self) -> int:
        """The number of its first page."""
        return min(page.number for page in self.pages)

    def last_before(self, number: int) -> int:
        """The number of its last page before a place in the file; 0 for none."""
        return max((page.number for page in self.pages if page.number < number), default=0)

    def take(self, sheet: Sheet) -> None:
        """Add a page."""
        self.pages.append(sheet.page)
        self.sections_of[sheet.page.number] = sheet.sections
        for name, value in sheet.identity.items():
            self.identity.setdefault(name, value)


@dataclass(frozen=True)
class Sheet:
    """A page, the sections that it holds (by their place in the rule), what it states of a person, its text and the rings of its seals."""

    page: Page
    sections: frozenset[int]
    identity: Mapping[str, str]
    text: str
    seals: tuple[str, ...]

    @property
    def opens(self) -> bool:
        """Whether a form may begin with this page."""
        return bool(self.sections) and min(self.sections) < _OPENING


def read_sheet(page: Page, rule: DocumentRule, fields: Sequence[FieldRule]) -> Sheet:
    """What tells whose a page is, and which part of a form."""
    text = TextStream(page.lines()).text
    sections = frozenset(index for index, pattern in enumerate(rule.sections) if re.search(pattern, text))
    seals = tuple(squeeze(mark.text) for mark in page.marks if mark.kind == MarkKind.SEAL and mark.text)
    return Sheet(page, sections, _identity(page, fields), text, seals)


def gather_forms(sheets: Sequence[Sheet]) -> list[FormPages]:
    """The forms, in the order of their first page. Every sheet ends in exactly one."""
    forms: list[FormPages] = []
    rest: list[Sheet] = []
    for sheet in sheets:
        if sheet.opens:
            forms.append(FormPages())
            forms[-1].take(sheet)
        else:
            rest.append(sheet)
    forms = _join_covers(forms)
    if not forms and rest:
        return _without_openings(rest)
    strays: list[Sheet] = []
    for place, sheet in enumerate(rest):
        owner, sure = _owner(sheet, forms, rest[place:])
        if owner is None:
            strays.append(sheet)
        else:
            owner.take(sheet)
            owner.doubtful |= not sure
    forms += _without_openings(strays)
    for form in forms:
        form.pages.sort(key=lambda page: page.number)
    return sorted(forms, key=lambda form: form.pages[0].number)


def _join_covers(forms: list[FormPages]) -> list[FormPages]:
    """Covers joined with the personal data they belong to: those in the same name, else the only ones beside them."""
    joined = [form for form in forms if form.sections != {0}]
    for cover in (form for form in forms if form.sections == {0}):
        bare = [form for form in joined if 0 not in form.sections]
        agreeing = [form for form in bare if _same_person(cover.identity, form.identity) > 0]
        open_ones = [form for form in bare if _same_person(cover.identity, form.identity) == 0]
        beside = [form for form in open_ones if abs(form.pages[0].number - cover.pages[0].number) <= _BESIDE]
        data = agreeing[0] if agreeing else beside[0] if len(beside) == 1 else None
        if data is None:
            joined.append(cover)
        else:
            data.pages.insert(0, cover.pages[0])
            data.sections_of |= cover.sections_of
            data.identity = {**data.identity, **cover.identity}
    return sorted(joined, key=lambda form: min(page.number for page in form.pages))


def _owner(sheet: Sheet, forms: Sequence[FormPages], coming: Sequence[Sheet]) -> tuple[FormPages | None, bool]:
    """The form that a page belongs to, and whether more than the order of sheets says so. None: it fits no form."""
    fitting = [form for form in forms if not _clash(sheet, form)]
    agreements = {id(form): _agreement(sheet, form) for form in fitting}
    named = [form for form in fitting if agreements[id(form)] > 0]
    sealed = None if named else _named_by_seal(sheet, fitting)
    if len(named) == 1 or sealed is not None:
        return sealed or named[0], True
    candidates = named or [form for form in fitting if agreements[id(form)] == 0]
    begun = [form for form in candidates if form.first < sheet.page.number]
    if not begun:
        return (candidates[0], len(candidates) == 1) if candidates else (None, False)
    nearest = max(begun, key=lambda form: form.last_before(sheet.page.number))
    if len(begun) == 1 or not sheet.sections:
        return nearest, True
    # What directly goes on from one form's last section is that form's.
    gaps = {id(form): _sections_between(form, sheet) for form in begun}
    direct = [form for form in begun if gaps[id(form)] == min(gaps.values())]
    if len(direct) == 1:
        return direct[0], True
    # Forms that were broken off by the next one: were their pages only mixed up, there are enough of this kind for all of them.
    mixed = [form for form in direct if form is nearest or nearest.first - form.last_before(nearest.first) <= _BESIDE]
    supply = sum(1 for other in coming if other.sections & sheet.sections)
    if len(mixed) > 1 and supply >= len(candidates):
        first = min(mixed, key=lambda form: form.first)
        return first, False
    return nearest, True


def _sections_between(form: FormPages, sheet: Sheet) -> int:
    """How many sections a form lacks between what lies before the page in the scan and the page's own."""
    before = set().union(*(held for number, held in form.sections_of.items() if number < sheet.page.number))
    return sum(1 for section in range(min(sheet.sections)) if section not in before)


def _named_by_seal(sheet: Sheet, forms: Sequence[FormPages]) -> FormPages | None:
    """The form whose employer's seal is on the page: clearly more like its name than any other form's."""
    likeness = sorted(
        ((max(partial_ratio(ring, form.identity["employer"]) for ring in sheet.seals), place) for place, form in enumerate(forms)
         if sheet.seals and form.identity.get("employer")), reverse=True
    )  # fmt: skip
    if not likeness or likeness[0][0] < _SEAL_LIKE or (len(likeness) > 1 and likeness[0][0] - likeness[1][0] < _SEAL_AHEAD):
        return None
    return forms[likeness[0][1]]


def _clash(sheet: Sheet, form: FormPages) -> bool:
    """Whether the form already has what the page holds. A table or text that runs on over a page's end is in both."""
    shared = sheet.sections & form.sections
    if not shared:
        return False
    follows_on = 0 < sheet.page.number - form.last_before(sheet.page.number) <= _BESIDE
    return not (follows_on and shared == {min(sheet.sections)} == {max(form.sections)})


def _agreement(sheet: Sheet, form: FormPages) -> int:
    """1 where the page names the person of the form, -1 where it names another, 0 where it says nothing."""
    stated = _same_person(sheet.identity, form.identity)
    if stated:
        return stated
    own = [form.identity.get(name, "") for name in ("name", "id_number")]
    return int(any(len(value) >= _NAME_LENGTH and value in sheet.text for value in own))


def _same_person(left: Mapping[str, str], right: Mapping[str, str]) -> int:
    """1, -1 or 0: the first of number, name and phone that both state agrees or not; nothing is stated by both."""
    for name in _IDENTITY:
        mine, theirs = left.get(name), right.get(name)
        if mine and theirs:
            return 1 if _nearly(mine, theirs) else -1
    return 0


def _nearly(left: str, right: str) -> bool:
    """Whether two readings differ in a single character: not enough to say that they are two people's."""
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) <= 1


def _without_openings(sheets: Sequence[Sheet]) -> list[FormPages]:
    """Forms of which no first page is there: parted where a section comes again or another person is named."""
    forms: list[FormPages] = []
    for sheet in sheets:
        fitting = forms and not _clash(sheet, forms[-1]) and _agreement(sheet, forms[-1]) >= 0
        if not fitting or sheet.page.number - forms[-1].pages[-1].number > _BESIDE:
            forms.append(FormPages())
        forms[-1].take(sheet)
    return forms


def _identity(page: Page, fields: Sequence[FieldRule]) -> dict[str, str]:
    """Name, number, phone and employer as labelled on the page, squeezed."""
    labels = Labels(fields)
    found: dict[str, str] = {}
    for table in page.tables():
        for hit in labelled_cells(table, labels):
            _note(found, hit.rule, "".join(cell.text for cell in hit.values))
    stream = TextStream(block for block in page.blocks if isinstance(block, Line))
    for _, end, rule in labels.find(stream):
        if stream.text[end : end + 1] == ":":
            _note(found, rule, stream.passage(end + 1, stream.line_end(end)).text)
    return found


def _note(found: dict[str, str], rule: FieldRule, text: str) -> None:
    bare = "".join(char for char in squeeze(text) if char.isalnum() or char == "·").upper()
    least = _NUMBER_LENGTH if rule.field in ("id_number", "phone") else _NAME_LENGTH
    if rule.field in _NOTED and len(bare) >= least:
        found.setdefault(rule.field, bare)
