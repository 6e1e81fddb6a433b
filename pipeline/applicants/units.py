"""Recommending units: spelling variants of one name made one, and the unit of a document that states none.

Comes in: the units that forms and summaries state. Goes out: unit keys, their display names, and the unit of a container. Called by
`resolve_applicants`.

Spaces, width, punctuation and legal form make no other unit. A reading that is uncertain joins the one known unit that is a character
away; names that were typed or read with certainty never join on a likeness: 黄浦区总工会 and 青浦区总工会 are two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.fuzz import ratio

from pipeline.applicants.containers import ROOT, chain
from pipeline.text.likeness import confident, one_slip, organisation_key
from schemas.codes import DocType, Source
from schemas.records import FiledDocument
from schemas.rules import Rulebook

_RESEMBLES = 50.0  # per cent of equal characters from which an uncertain reading may be a unit that the same person or container states


class UnitNames:
    """Every spelling of every recommending unit that was stated, and where."""

    def __init__(self, filed: Iterable[FiledDocument], rulebook: Rulebook) -> None:
        self._comparison = rulebook.findings.comparison
        spellings: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        first: dict[str, str] = {}
        sure: set[str] = set()
        stated: list[tuple[FiledDocument, str]] = []
        for document in filed:
            value = document.document.first("recommending_unit")
            key = "" if value is None else organisation_key(value.value, self._comparison)
            if value is None or not key or document.document.doc_type not in (DocType.APPLICATION_FORM, DocType.RECOMMENDATION_SUMMARY):
                continue
            count = spellings[key]["".join(value.value.split())]
            count[0] += document.document.source == Source.ELECTRONIC
            count[1] += 1
            first[key] = min(first.get(key, "9"), document.received_at.isoformat())
            stated.append((document, key))
            if confident(value, rulebook):
                sure.add(key)
        self._sure = sure
        self._variants = self._join_uncertain(stated, sure)
        self._display = self._choose_display(spellings)
        self._first = first
        self._by_document = {document.document.document_id: self._variants[key] for document, key in stated}
        self._by_level: dict[str, set[str]] = defaultdict(set)
        for document, key in stated:
            for level in chain(document):
                self._by_level[level].add(self._variants[key])

    def of(self, filed: FiledDocument) -> str:
        """The key of the unit that the document itself states, '' if none."""
        return self._by_document.get(filed.document.document_id, "")

    def around(self, filed: FiledDocument) -> str:
        """The key of the one unit that the nearest container with any unit knows; '' if there is none or more than one."""
        for level in chain(filed):
            units = self._by_level.get(level, set())
            if units and level != ROOT:
                return next(iter(units)) if len(units) == 1 else ""
        return ""

    def display(self, key: str) -> str:
        """The spelling to show: that which was typed most often, else read most often."""
        return self._display[key]

    def name_for_id(self, key: str) -> str:
        """What stands for the unit in an id: of all joined spellings the one that came first, so that later spellings change no id."""
        variants = [variant for variant, canonical in self._variants.items() if canonical == key]
        return min(variants, key=lambda variant: (self._first[variant], variant))

    def group(self, keys: Sequence[str]) -> dict[str, str]:
        """The unit keys stated for one person, each mapped to the one that stands for all that are alike; of equals the earliest stated
        wins.

        What was read with certainty goes first, so that a misreading joins the unit it resembles instead of founding a second application.
        """
        groups: dict[str, str] = {}
        for key in sorted(keys, key=lambda key: key not in self._sure):
            groups.setdefault(key, next((known for known in groups.values() if self._alike(key, known)), key))
        return groups

    def _alike(self, key: str, known: str) -> bool:
        """Whether two keys may be one unit when both are stated for the same person: one holds the other, or one character is off, or one
        is unsure."""
        if key in known or known in key or (min(len(key), len(known)) >= 4 and one_slip(key, known)):
            return True
        return key not in self._sure and ratio(key, known) >= _RESEMBLES

    @staticmethod
    def _join_uncertain(stated: Sequence[tuple[FiledDocument, str]], sure: set[str]) -> dict[str, str]:
        """Each key with the one it stands for: an uncertain reading joins the only sure unit one character away, or the only one in its
        own containers that it resembles."""
        levels: dict[str, set[str]] = defaultdict(set)
        for document, key in stated:
            levels[key].update(set(chain(document)) - {ROOT})
        variants = {key: key for key in levels}
        for key in sorted(levels.keys() - sure):
            slips = [known for known in sorted(sure) if min(len(key), len(known)) >= 4 and one_slip(key, known)]
            close = [known for known in sorted(sure) if levels[key] & levels[known] and ratio(key, known) >= _RESEMBLES]
            near = slips or close
            if len(near) == 1:
                variants[key] = near[0]
        return variants

    def _choose_display(self, spellings: dict[str, dict[str, list[int]]]) -> dict[str, str]:
        counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        for key, variant in self._variants.items():
            for text, (typed, total) in spellings[key].items():
                # A spelling with a slip is no candidate for the name that is shown.
                counts[variant][text] = (typed, total) if key == variant else (-1, total)
        return {key: max(texts, key=lambda text: (*texts[text], len(text), text)) for key, texts in counts.items()}
