"""Seals, signatures and tick boxes on paper held against the truth.

Comes in: the paired documents. Goes out: shares in all and by degradation, with examples. Called by `evaluate`.

A form on paper has two places for a seal and one for a signature, a summary one place for a seal: there the truth says by its silence that
nothing is to be found. Of a certificate's seals it is known only what the truth names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.evaluation.compare_values import ComparedValue, Pair, same, squeezed
from pipeline.evaluation.shares import Group, Share, share
from schemas.base import Frozen
from schemas.codes import DocType, Source
from schemas.records import FieldValue

OF_ISSUER = "issuer "  # how a truth names the seals of a certificate
# Where each type of document is sealed, as the truth names the places.
_SEALED = {
    DocType.APPLICATION_FORM: ("employer", "recommending_unit"),
    DocType.RECOMMENDATION_SUMMARY: ("summary",),
    DocType.CERTIFICATE: (),
}
_TICKED = "declared_"


class MarkScore(Frozen):
    """One kind of mark: how often it was right, in all and by degradation; `unclear` were left to a person."""

    name: str
    share: Share
    unclear: int = 0
    by_kind: tuple[Group, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass
class Tally:
    """One kind of mark while it is counted."""

    name: str
    outcomes: list[tuple[str, bool]] = field(default_factory=list)
    unclear: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, kind: str, right: bool, example: str = "", *, unclear: bool = False) -> None:
        """Count one mark on a page of that degradation."""
        self.outcomes.append((kind, right))
        self.unclear += unclear
        if not right and example:
            self.examples.append(example)

    def score(self) -> MarkScore:
        """The figures."""
        by_kind: dict[str, list[bool]] = defaultdict(list)
        for kind, right in self.outcomes:
            by_kind[kind].append(right)
        groups = tuple(Group(name=kind, share=share(rights)) for kind, rights in sorted(by_kind.items()))
        return MarkScore(
            name=self.name,
            share=share(right for _, right in self.outcomes),
            unclear=self.unclear,
            by_kind=groups,
            examples=tuple(self.examples),
        )


def compare_marks(pairs: Sequence[Pair], values: Iterable[ComparedValue]) -> tuple[MarkScore, ...]:
    """`seal_present`, `seal_organisation`, `signature` and `tick_box`, in this order; electronic documents aside."""
    present, organisation = Tally("seal_present"), Tally("seal_organisation")
    signed, ticked = Tally("signature"), Tally("tick_box")
    for pair in pairs:
        if pair.true.source is Source.PAPER and pair.found:
            _seals(pair, present, organisation)
            if pair.true.doc_type is DocType.APPLICATION_FORM:
                _signature(pair, signed)
    for value in values:
        if value.source is Source.PAPER and value.field.startswith(_TICKED) and value.state != "blank":
            read = "" if value.found is None else value.found.value
            example = f"{value.file} 第{value.page}页 {value.field}：应为“{value.expected}”，读成“{read}”"
            ticked.add(value.kind, value.state == "right", example, unclear=value.state != "right" and value.marked)
    return tuple(tally.score() for tally in (present, organisation, signed, ticked))


def _seals(pair: Pair, present: Tally, organisation: Tally) -> None:
    true = pair.true
    places = dict.fromkeys((*_SEALED.get(true.doc_type, ()), *true.seals))
    for place in places:
        named = true.seals.get(place)
        expected = [named] if isinstance(named, str) else list(named or ())
        found = _seals_at(pair, place)
        kind = true.kind_on(found[0].page if found else true.page_to)
        where = f"{true.file} 第{true.page_from}页起 seal_{place}"
        present.add(kind, bool(found) == bool(expected), f"{where}：{'没有找到' if expected else '原件没有'}")
        for name in expected if found else ():
            right = any(same(name, part) for value in found for part in (value.value, *value.value.split("、")))
            read = "、".join(value.value for value in found)
            blank = not squeezed(read)
            organisation.add(kind, right, f"{where}：应为“{name}”，读成“{read}”", unclear=blank)


def _seals_at(pair: Pair, place: str) -> list[FieldValue]:
    """What was read at a place; the seals of a certificate are told apart by their number only (`issuer 2`: there are two at least)."""
    if not place.startswith(OF_ISSUER):
        return list(values_named(pair, f"seal_{place}"))
    found = list(values_named(pair, "seal_certificate"))
    names = sum(len(value.value.split("、")) for value in found)
    return found if names >= int(place.removeprefix(OF_ISSUER)) else []


def _signature(pair: Pair, signed: Tally) -> None:
    true = pair.true
    entry = next((entry for entry in true.fields if entry.field == "signature"), None)
    expected = entry is not None and bool(entry.value)
    found = list(values_named(pair, "signature"))
    seen = any(value.value or value.raw.strip() for value in found)
    kind = true.kind_on(found[0].page if found else true.page_to)
    unclear = seen != expected and any(value.needs_review for value in found)
    signed.add(
        kind, seen == expected, f"{true.file} 第{true.page_from}页起 signature：{'没有找到' if expected else '原件没有'}", unclear=unclear
    )


def values_named(pair: Pair, name: str) -> Iterator[FieldValue]:
    """What was read of a field on a paired document."""
    return (value for document in pair.found for value in document.fields if value.field == name)
