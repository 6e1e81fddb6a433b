"""The long texts of a form: what the signed paper says more, less or otherwise than the file that came by e-mail.

Comes in: a dossier. Goes out: FIELD_MISMATCH with the passages, on the sheet. Called by `judge`. Short values are in `check_consistency`.

Only texts read with certainty are compared. One or two characters that differ on paper are as likely a slip of the recogniser as a change
by the applicant: a person looks at them (LOW_CONFIDENCE). A figure that differs is a change of substance, however short.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from pipeline.applicants.dossier import Dossier
from pipeline.findings.finding_sheet import FindingSheet
from pipeline.findings.readings import Reading, form_readings, sure
from pipeline.text.normal_forms import squeeze
from schemas.codes import Source
from schemas.rules import Rulebook

_SLIP = 2  # characters in a row that a recogniser may have misread
_APART = 2  # equal characters between two differences that are still told as one
_CONTEXT = 4  # characters shown before a passage, so that it can be found
_LONGEST, _MOST = 30, 4  # characters of a passage and passages that a message shows


class Passage(NamedTuple):
    """A passage that differs: what stands before it in the first text, and what each text says there ('' for nothing)."""

    before: str
    first: str
    second: str

    @property
    def matters(self) -> bool:
        """Whether it is more than a misread character or two, or a figure."""
        longer = max(len(self.first), len(self.second))
        return longer > _SLIP or any(char.isdigit() for char in self.first + self.second)

    def described(self) -> str:
        """In words, the first text being the file, the second the paper."""
        first, second = _short(self.first), _short(self.second)
        place = f"“{self.before}”之后" if self.before else "开头"
        if not self.second:
            return f"{place}纸质件少了“{first}”"
        return f"{place}纸质件多了“{second}”" if not self.first else f"{place}的“{first}”在纸质件上为“{second}”"


def check_texts(dossier: Dossier, sheet: FindingSheet, rulebook: Rulebook) -> None:
    """State which of the edition's `compared_texts` differ between file and paper (notice:四(三): both are handed in, and must agree)."""
    for field in rulebook.edition.compared_texts:
        typed = sure(form_readings(dossier, field, Source.ELECTRONIC), rulebook)
        printed = sure(form_readings(dossier, field, Source.PAPER), rulebook)
        if typed and printed:
            _compare(field, typed[-1], printed[-1], sheet)


def _compare(field: str, typed: Reading, printed: Reading, sheet: FindingSheet) -> None:
    """The newest of each source; earlier ones were superseded."""
    found = list(passages(_bare(typed.text), _bare(printed.text)))
    serious = [passage for passage in found if passage.matters]
    if serious:
        described = [passage.described() for passage in serious[:_MOST]]
        more = f"；另有 {len(serious) - _MOST} 处" if len(serious) > _MOST else ""
        where = f"{sheet.where(typed.filed, typed.value.page)}，{sheet.where(printed.filed, printed.value.page)}"
        evidence = [typed.evidence(), printed.evidence()]
        sheet.state("FIELD_MISMATCH", field, wording="text", evidence=evidence, where=where, differences="；".join(described) + more)
    elif found:
        sheet.doubt(printed)


def passages(first: str, second: str) -> Iterator[Passage]:
    """Where two texts differ, differences close together taken as one, in the order of the text."""
    start: tuple[int, int] | None = None
    end = (0, 0)
    for step in Levenshtein.opcodes(first, second):
        if step.tag == "equal":
            if start is not None and step.src_end - step.src_start > _APART:
                yield _passage(first, second, start, end)
                start = None
            continue
        start = start or (step.src_start, step.dest_start)
        end = (step.src_end, step.dest_end)
    if start is not None:
        yield _passage(first, second, start, end)


def _passage(first: str, second: str, start: tuple[int, int], end: tuple[int, int]) -> Passage:
    return Passage(first[max(0, start[0] - _CONTEXT) : start[0]], first[start[0] : end[0]], second[start[1] : end[1]])


def _bare(text: str) -> str:
    """Without white space and punctuation, which scanning and retyping change."""
    return "".join(char for char in squeeze(text) if char.isalnum())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
