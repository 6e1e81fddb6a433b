"""Who is who: mentions of persons grouped so that each group is one person.

Comes in: the mentions of forms, summary rows and ID cards. Goes out: persons. Called by `resolve_applicants`.

An equal ID number is decisive. Without one, an equal name needs one more thing in common (phone, employer, unit, birth date, file,
folder, e-mail), and a name that is one character off needs something that is the person's own (nearly the same number, phone, birth
date). Two different faultless numbers are two people, unless they are two slips apart and phone or file agree. What fits several persons
equally well is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.applicants.containers import ROOT, path_parts
from pipeline.applicants.mentions import Mention
from pipeline.text.likeness import is_rare, near_id, one_slip
from pipeline.text.normal_forms import name_key, same_date
from schemas.codes import DocType, Source

_OWN = 3  # weight of something that is the person's own: number, phone, birth date
_SHARED = 2  # of something shared with colleagues: employer, unit
_NEAR = 1  # of lying in the same file, folder or e-mail


@dataclass
class Person:
    """One person's mentions. Grows while mentions are attached; `keys` holds every spelling of the name."""

    mentions: list[Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mentions.sort(key=lambda mention: mention.order)

    @property
    def keys(self) -> set[str]:
        return {mention.key for mention in self.mentions if mention.key}

    @property
    def numbers(self) -> set[str]:
        """The faultless ID numbers."""
        return {mention.id_number for mention in self.mentions if mention.valid}

    def has(self, doc_type: DocType) -> bool:
        return any(mention.doc_type == doc_type for mention in self.mentions)

    def add(self, mentions: Iterable[Mention]) -> None:
        self.mentions = sorted([*self.mentions, *mentions], key=lambda mention: mention.order)


def group_persons(mentions: Sequence[Mention]) -> tuple[list[Person], list[Mention]]:
    """The persons, in an order that does not depend on the input's, and the mentions on cards that fit no person or several."""
    ordered = sorted(mentions, key=lambda mention: mention.order)
    by_number, numberless = _bearers(ordered)
    persons = _join_slipped_numbers(by_number)
    loose: list[Mention] = []
    index = _NameIndex(persons)
    for mention in numberless:
        found = _best(mention, index.near(mention.key))
        if found is not None:
            found.add([mention])
            index.add(found, mention.key)
        elif mention.doc_type == DocType.ID_CARD and not (mention.sure_name and mention.key):
            loose.append(mention)
        else:
            person = Person([mention])
            persons.append(person)
            index.add(person, mention.key)
    persons = _join_stray_forms(_join_stray_cards(persons))
    return sorted(persons, key=lambda person: person.mentions[0].order), loose


def _bearers(ordered: Sequence[Mention]) -> tuple[list[Person], list[Mention]]:
    """One person for each faultless number that was read with certainty somewhere, and the mentions without such a number or with
    somebody else's.

    Whoever fills in a colleague's form forgets to change the number: a form or row whose name was read with certainty and is not at all
    that of the number's bearer counts as one without a number. The bearer is whom the ID card names, else whom most mentions do.
    """
    certain = {mention.id_number for mention in ordered if mention.valid and "id_number" not in mention.doubted}
    numbered: dict[str, list[Mention]] = defaultdict(list)
    for mention in ordered:
        if mention.id_number in certain:
            numbered[mention.id_number].append(mention)
    persons: list[Person] = []
    for number in sorted(numbered):
        votes: dict[str, int] = defaultdict(int)
        for mention in numbered[number]:
            votes[mention.key] += 1 + 100 * (mention.doc_type == DocType.ID_CARD)
        bearer = max(sorted(votes), key=lambda key: votes[key])
        strange = [m for m in numbered[number] if m.sure_name and m.doc_type != DocType.ID_CARD and not _resemble(m.key, bearer)]
        persons.append(Person([mention for mention in numbered[number] if mention not in strange]))
    taken = {id(mention) for person in persons for mention in person.mentions}
    return persons, [mention for mention in ordered if id(mention) not in taken]


def _resemble(left: str, right: str) -> bool:
    """Whether one name may be a misreading of the other: nearly equal, or not read at all."""
    return not left or not right or left == right or one_slip(left, right)


class _NameIndex:
    """Persons by name, found again with one character wrong, dropped or added."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._persons: dict[str, list[Person]] = defaultdict(list)
        for person in persons:
            for key in sorted(person.keys):
                self.add(person, key)

    def add(self, person: Person, key: str) -> None:
        for spelling in _spellings(key):
            if not any(known is person for known in self._persons[spelling]):
                self._persons[spelling].append(person)

    def near(self, key: str) -> list[Person]:
        found: list[Person] = []
        for spelling in _spellings(key):
            found.extend(person for person in self._persons.get(spelling, []) if not any(known is person for known in found))
        return found


def _spellings(key: str) -> list[str]:
    wrong = [f"{key[:i]}?{key[i + 1 :]}" for i in range(len(key))]
    shorter = [f"{key[:i]}{key[i + 1 :]}" for i in range(len(key))]
    # A rare character falls into two when read: both spellings meet where it, or the pair, is left open.
    apart = [f"{key[:i]}*{key[i + 1 :]}" for i, char in enumerate(key) if is_rare(char)]
    apart += [f"{key[:i]}*{key[i + 2 :]}" for i in range(1, len(key) - 1)]
    return list(dict.fromkeys([key, *wrong, *shorter, *apart]))


def _best(mention: Mention, persons: Sequence[Person]) -> Person | None:
    """The person whom a mention without a faultless number belongs to; None where none fits, or several equally well."""
    scored = [(score, person) for person in persons if (score := _likeness(mention, person)) is not None]
    if not scored:
        return None
    top = max(score for score, _ in scored)
    best = [person for score, person in scored if score == top]
    if len(best) != 1:
        return None
    return best[0] if top >= 1 or (top == 0 and len(scored) == 1 and mention.key in best[0].keys) else None


def _likeness(mention: Mention, person: Person) -> int | None:
    """How much speaks for a mention being of the person; None where the names forbid it."""
    same_name = mention.key in person.keys
    if not same_name and not any(one_slip(mention.key, key) for key in person.keys):
        return None
    others = person.mentions
    if any(mention.row and mention.filed == other.filed for other in others):
        return None  # nobody has two rows in one table
    own = _OWN * any(near_id(mention.id_number, other.id_number) or _equal(mention.id_number, other.id_number) for other in others)
    own += _OWN * any(_equal(mention.phone, other.phone) for other in others)
    own += _OWN * any(len(mention.birth_date) == 10 and mention.birth_date == other.birth_date for other in others)
    if not same_name:
        own += _OWN * any(_same_row_elsewhere(mention, other) for other in others)
        return own if own >= _OWN else None
    shared = _agreement(mention, others, "employer") + _agreement(mention, others, "unit") + _contradiction(mention, others)
    near = _NEAR * any((set(mention.levels) & set(other.levels)) - {ROOT} for other in others)
    return own + shared + near


def _same_row_elsewhere(mention: Mention, other: Mention) -> bool:
    """Whether two rows are the same row of a unit's summary, once typed and once on paper, one of the names read in doubt."""
    doubt = not (mention.sure_name and other.sure_name)
    return (
        doubt
        and 0 < mention.row == other.row
        and mention.filed.document.source != other.filed.document.source
        and _equal(mention.unit, other.unit)
    )


def _agreement(mention: Mention, others: Sequence[Mention], name: str) -> int:
    """What an equal employer or unit speaks for one person, and a different one against it: only certain readings speak against."""
    stated = getattr(mention, name)
    if stated and any(getattr(other, name) == stated for other in others):
        return _SHARED
    certain = {getattr(other, name) for other in others if name not in other.doubted} - {""}
    return -_SHARED if stated and certain and name not in mention.doubted else 0


def _contradiction(mention: Mention, others: Sequence[Mention]) -> int:
    """What speaks against one person: another birth date, another phone."""
    dates = [other.birth_date for other in others if other.birth_date and "birth_date" not in other.doubted]
    born, phone = ("" if each in mention.doubted else getattr(mention, each) for each in ("birth_date", "phone"))
    against = -_SHARED * (bool(born and dates) and not any(same_date(born, date) for date in dates))
    phones = {other.phone for other in others if "phone" not in other.doubted} - {""}
    return against - _NEAR * bool(phone and phones and phone not in phones)


def _equal(left: str, right: str) -> bool:
    return bool(left) and left == right


def _join_slipped_numbers(persons: list[Person]) -> list[Person]:
    """Persons of one name whose faultless numbers are at most two slips apart, and who share a phone or a file: one person who wrote it
    wrong once."""
    joined: list[Person] = []
    index: dict[str, list[Person]] = defaultdict(list)
    for person in persons:
        twin = next((other for key in sorted(person.keys) for other in index[key] if _slipped(person, other)), None)
        if twin is not None:
            twin.add(person.mentions)
        else:
            joined.append(person)
        for key in person.keys:
            index[key].append(twin or person)
    return joined


def _slipped(left: Person, right: Person) -> bool:
    if not any(near_id(a, b) for a in left.numbers for b in right.numbers):
        return False
    # Two rows of one table are two people: nobody lists a person twice with two numbers.
    rows = [{mention.filed.document.document_id for mention in person.mentions if mention.row} for person in (left, right)]
    if rows[0] & rows[1]:
        return False
    return any(
        _equal(a.phone, b.phone) or a.filed.document.file_id == b.filed.document.file_id for a in left.mentions for b in right.mentions
    )


def _join_stray_cards(persons: list[Person]) -> list[Person]:
    """A person known only by an ID card joins the form that the card lies behind, if the form has no card and the name does not speak
    against it.

    This is the wrong card behind the right form, or a name and number that were both misread: a person must compare them, side by side.
    """
    forms = [person for person in persons if person.has(DocType.APPLICATION_FORM)]
    kept: list[Person] = []
    for person in persons:
        if not all(mention.doc_type == DocType.ID_CARD for mention in person.mentions):
            kept.append(person)
            continue
        hosts = [form for form in forms if not form.has(DocType.ID_CARD) and _may_be_behind(person, form, forms)]
        if len(hosts) == 1:
            hosts[0].add(person.mentions)
        else:
            kept.append(person)
    return kept


def _join_stray_forms(persons: list[Person]) -> list[Person]:
    """A form whose name was read in doubt and whose number was not read at all belongs to the card that lies behind it in the scan, or to
    the person whose name its file bears, if that person has no paper form."""
    kept: list[Person] = []
    for person in persons:
        doubtful = all(m.doc_type == DocType.APPLICATION_FORM and not m.sure_name and not m.valid for m in person.mentions)
        hosts = [other for other in persons if other is not person and _is_form_of(person, other, persons)] if doubtful else []
        if len(hosts) == 1:
            hosts[0].add(person.mentions)
        else:
            kept.append(person)
    return kept


def _is_form_of(form: Person, host: Person, persons: Sequence[Person]) -> bool:
    if any(mention.doc_type == DocType.APPLICATION_FORM and mention.filed.document.source == Source.PAPER for mention in host.mentions):
        return False
    for mention in form.mentions:
        after = [
            (other.filed.sequence, other.doc_type == DocType.ID_CARD and person is host)
            for person in persons
            for other in person.mentions
            if other.filed.document.file_id == mention.filed.document.file_id and other.filed.sequence > mention.filed.sequence
        ]
        if after and min(after)[1]:
            return True
        if any(
            len(key) >= 2 and key in name_key(part).replace("·", "").upper() for key in host.keys for part in path_parts(mention.filed)[:2]
        ):
            return True
    return False


def _may_be_behind(card: Person, form: Person, forms: Sequence[Person]) -> bool:
    same_name = bool(card.keys & form.keys)
    unsure = not card.keys or not any(mention.sure_name for mention in card.mentions)
    misread = not form.numbers and any(one_slip(a, b) for a in card.keys for b in form.keys)
    if not (same_name or (unsure and not form.numbers) or misread):
        return False
    return any(_nearest_form(mention, forms) is form for mention in card.mentions)


def _nearest_form(card: Mention, forms: Sequence[Person]) -> Person | None:
    """The person whose form stands before the card in the same file, or the only one with a form in the card's own folder or e-mail."""
    before = [
        (mention.filed.sequence, index)
        for index, person in enumerate(forms)
        for mention in person.mentions
        if mention.doc_type == DocType.APPLICATION_FORM
        and mention.filed.document.file_id == card.filed.document.file_id
        and mention.filed.sequence < card.filed.sequence
    ]
    if before:
        return forms[max(before)[1]]
    for level in card.levels[1:]:
        inside = [person for person in forms if any(level in mention.levels for mention in person.mentions)]
        if level == ROOT or len(inside) > 1:
            return None
        if inside:
            return inside[0]
    return None
