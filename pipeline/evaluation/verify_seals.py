"""What the product does with a seal, held against the truth: is it the expected organisation's?

Comes in: the paired documents, the truth and the rulebook's word lists. Goes out: a `MarkScore`. Called by `evaluate`.

A ring is verified rather than read (`pipeline.text.seal_likeness`), so the bare reading (`seal_organisation`) says little about the
findings. Right is `same` where the expected organisation's own seal stands, and `other` where another's does; `unclear` counts as not right
and is counted besides, since a person then looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.evaluation.compare_marks import OF_ISSUER, MarkScore, Tally, values_named
from pipeline.evaluation.compare_values import Pair
from pipeline.text.likeness import Likeness, organisation_key
from pipeline.text.seal_likeness import compare_seal
from schemas.codes import Source
from schemas.evaluation import GroundTruth, TrueDocument
from schemas.records import FieldValue
from schemas.rules import Comparison

# Place of a seal → the field that names the organisation expected there. A certificate's seals are expected to be its issuers'.
_EXPECTED = {"employer": "employer", "recommending_unit": "recommending_unit", "summary": "recommending_unit"}
_ORGANISATIONS = frozenset(["employer", "recommending_unit", "honour_issuer"])
_CERTIFICATE = "seal_certificate"
CERTIFICATE_KIND = "certificate "


def verify_seals(pairs: Sequence[Pair], truth: GroundTruth, comparison: Comparison) -> MarkScore:
    """`seal_verified`: each place that is sealed and where a seal was found, by degradation; those of certificates, which no finding rests
    on, have the kind's name with `certificate ` before it."""
    known = frozenset(organisation_key(name, comparison) for document in truth.documents for name in _names(document)) - {""}
    tally = Tally("seal_verified")
    for pair in pairs:
        if pair.true.source is not Source.PAPER:
            continue
        for place, named in pair.true.seals.items():
            seals = list(values_named(pair, _CERTIFICATE if place.startswith(OF_ISSUER) else f"seal_{place}"))
            own = [named] if isinstance(named, str) else list(named or ())
            if not own or not seals:
                continue
            expected = _expected(pair.true, place) or own[0]
            wanted = organisation_key(expected, comparison)
            right: Likeness = "same" if wanted in {organisation_key(name, comparison) for name in own} else "other"
            found = _likeness(seals, expected, comparison, known)
            read = "；".join(value.value for value in seals)
            where = f"{pair.true.file} 第{pair.true.page_from}页起 seal_{place}"
            example = f"{where}：印章是“{'、'.join(own)}”，应为“{expected}”，读成“{read}”，判为{_WORDS[found]}"
            kind = pair.true.kind_on(seals[0].page)
            tally.add(
                f"{CERTIFICATE_KIND}{kind}" if place.startswith(OF_ISSUER) else kind, found == right, example, unclear=found == "unclear"
            )
    return tally.score()


_WORDS: Mapping[Likeness, str] = {"same": "同一单位", "other": "另一单位", "unclear": "看不清"}


def _likeness(seals: Sequence[FieldValue], expected: str, comparison: Comparison, known: Collection[str]) -> Likeness:
    """As the findings weigh them: one matching seal settles it, only seals that are all another's make it another's."""
    found = [compare_seal(readings, expected, comparison, known) for value in seals for readings in _readings(value)]
    if "same" in found:
        return "same"
    return "other" if found and all(one == "other" for one in found) else "unclear"


def _readings(value: FieldValue) -> Iterator[list[str]]:
    """The readings of each seal in a value, the best first: a certificate's seals stand in one value."""
    if value.field == _CERTIFICATE:
        yield from ([name] for name in value.value.split("、"))
    else:
        yield [value.value, *value.raw.split("\n")[1:]]


def _expected(document: TrueDocument, place: str) -> str | None:
    field = _EXPECTED.get(place)
    return next((entry.value for entry in document.fields if entry.field == field and entry.value), None)


def _names(document: TrueDocument) -> Iterator[str]:
    """Every organisation that a document of the truth names."""
    for named in document.seals.values():
        yield from [named] if isinstance(named, str) else named or ()
    for entry in document.fields:
        if entry.field in _ORGANISATIONS:
            yield from entry.value.split("、")
