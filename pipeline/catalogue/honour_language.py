"""Registered phrases in running text: issuers, awards of the catalogue, grades and ranks, found by spaCy.

Comes in: squeezed text of a certificate or of a free text. Goes out: phrases with label, place and canonical form. Called by
`certificates`, `certificate_title`, `certificate_holder`, `honour_text` and `awards`. The pipeline is blank (`spacy.blank("zh")`, one
token a character) plus a span ruler filled from the rulebook, so that it needs no trained model and finds exactly what the register
holds."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import spacy
from spacy.language import Language
from spacy.util import filter_spans

from pipeline.catalogue.prepared import once_per_part
from pipeline.text.normal_forms import squeeze
from schemas.rules import Rulebook

PhraseLabel = Literal["AWARD", "GRADE", "ISSUER", "RANK"]
_SPANS = "honours"
_DIGITS = "0123456789一二三四五六七八九十"


class Phrase(NamedTuple):
    """A registered phrase in [start, end) of the text. `canonical` is the award's id, the grade itself, the issuer's registered
    spelling, or the wording of the rank."""

    label: PhraseLabel
    start: int
    end: int
    canonical: str


@once_per_part
def honour_language(rulebook: Rulebook) -> Language:
    """The spaCy pipeline of a rulebook, built once."""
    language = spacy.blank("zh")
    ruler = language.add_pipe("span_ruler", config={"spans_key": _SPANS, "spans_filter": None})
    patterns: list[dict[str, Any]] = []
    for award in rulebook.awards.awards:
        patterns += [{"label": "AWARD", "pattern": squeeze(title), "id": award.id} for title in (award.title, *award.aliases)]
    patterns += [{"label": "GRADE", "pattern": grade, "id": grade} for grade in rulebook.awards.grades]
    patterns += [{"label": "RANK", "pattern": _tokens(words), "id": words} for words in rulebook.awards.certificate.ranks]
    for issuer in rulebook.issuers.issuers:
        for name in issuer.names:
            # Short forms of two characters (市总) stand inside too many other words.
            spellings = [text for text in (name.name, *name.short_forms) if len(text) > 2]
            patterns += [{"label": "ISSUER", "pattern": squeeze(text), "id": name.name} for text in spellings]
    ruler.add_patterns(patterns)  # type: ignore[attr-defined]
    return language


def find_phrases(text: str, rulebook: Rulebook) -> tuple[Phrase, ...]:
    """Every registered phrase of the text in order; of overlapping ones with the same label only the longest."""
    if not text:
        return ()
    doc = honour_language(rulebook)(text)  # spans live no longer than their Doc
    spans = doc.spans[_SPANS]
    found: list[Phrase] = []
    labels: tuple[PhraseLabel, ...] = ("AWARD", "GRADE", "ISSUER", "RANK")
    for label in labels:
        for span in filter_spans([span for span in spans if span.label_ == label]):
            found.append(Phrase(label, span.start_char, span.end_char, span.id_))
    return tuple(sorted(found, key=lambda phrase: (phrase.start, phrase.end)))


def _tokens(words: str) -> list[dict[str, Any]]:
    """A wording as spaCy token patterns, a token a character; {n} stands for a number of up to two digits."""
    before, _, after = words.partition("{n}")
    number: dict[str, Any] = {"TEXT": {"IN": list(_DIGITS)}, "OP": "{1,2}"}
    return [*({"TEXT": char} for char in before), number, *({"TEXT": char} for char in after)]
