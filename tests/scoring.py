"""How right a warehouse is: what was loaded, compared with what is known to be in the material.

Comes in: the truth about an inbox (`samples/truth.json` and whatever has its shape) and a warehouse. Goes out: a `Score`. Called by the
end-to-end test; reads the warehouse through the contract's views only, as a reviewer would.

Values are compared after NFKC and without white space. A value that is wrong and not marked for review is the worst outcome, so it is
counted apart.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from warehouse.query import run_query

Row = dict[str, Any]
_SAME_TITLE = 85.0  # of 100: titles of one honour as printed, as claimed and as read differ by a grade or a prefix


@dataclass
class Share:
    """How many of how many."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        """Count one more."""
        self.right += right
        self.total += 1

    @property
    def value(self) -> float:
        """From 0 to 1; 1 where there was nothing to get right."""
        return self.right / self.total if self.total else 1.0

    def __str__(self) -> str:
        return f"{self.right}/{self.total} ({100 * self.value:.1f} %)"


@dataclass
class Score:
    """The figures. `wrong_unmarked` and the other lists say what was wrong, for a person to look at."""

    files: Share = field(default_factory=Share)
    pages: Share = field(default_factory=Share)
    documents: Share = field(default_factory=Share)
    fields: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    wrong_marked: int = 0
    missing: int = 0
    wrong_unmarked: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    applicants: Share = field(default_factory=Share)
    strangers: list[str] = field(default_factory=list)
    verdicts: Share = field(default_factory=Share)
    honours: Share = field(default_factory=Share)
    honours_misjudged: list[str] = field(default_factory=list)
    recall: Share = field(default_factory=Share)
    precision: Share = field(default_factory=Share)
    missed_findings: list[str] = field(default_factory=list)
    false_findings: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The figures, a line each."""
        lines = [
            f"files with the right state: {self.files}",
            f"pages with the right types: {self.pages}",
            f"documents found: {self.documents}",
            *(f"fields right, {group}: {share}" for group, share in sorted(self.fields.items())),
            f"values not right: {self.missing} missing, {self.wrong_marked} wrong and marked",
            f"values wrong and not marked: {len(self.wrong_unmarked)}",
            f"values where the material has none, not marked: {len(self.invented)}",
            f"applicants found: {self.applicants}, strangers: {len(self.strangers)}",
            f"verdicts right: {self.verdicts}",
            f"five-year rule right: {self.honours}, certain and wrong: {len(self.honours_misjudged)}",
            f"findings: recall {self.recall}, precision {self.precision}",
        ]
        for title, examples in (
            ("wrong and not marked", self.wrong_unmarked),
            ("invented", self.invented),
            ("strangers", self.strangers),
            ("honours misjudged", self.honours_misjudged),
            ("findings missed", self.missed_findings),
            ("findings too many", self.false_findings),
        ):
            lines += [f"  {title}: {example}" for example in examples]
        return lines


def score(truth: Mapping[str, Any], path: Path) -> Score:
    """Compare the warehouse at `path` with the truth."""
    result = Score()
    loaded = {name: _rows(path, f"FROM review.{name}") for name in ("files", "documents", "fields", "applicants", "honours", "findings")}
    paths = {row["file_id"]: row["path"] for row in loaded["files"]}
    fields = defaultdict(list)
    for row in loaded["fields"]:
        fields[row["document_id"]].append(row)
    for row in loaded["documents"]:
        row["file"] = paths[row["file_id"]]
        row["fields"] = fields[row["document_id"]]
    _score_files(result, truth["files"], loaded["files"])
    _score_pages(result, truth["documents"], loaded["documents"])
    _score_documents(result, truth["documents"], loaded["documents"])
    _score_applicants(result, truth, loaded)
    return result


def same(left: object, right: object) -> bool:
    """Whether two values say the same: NFKC, white space aside, joint issuers and members in any order."""
    return sorted(_squeezed(left).split("、")) == sorted(_squeezed(right).split("、"))


def _squeezed(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value or "")).split())


def _rows(path: Path, sql: str) -> list[Row]:
    result = run_query(path, sql, max_rows=1_000_000)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _score_files(result: Score, truth: Iterable[Row], loaded: Iterable[Row]) -> None:
    found = {row["path"]: (row["status"], row["error_code"]) for row in loaded}
    for row in truth:
        result.files.add(found.get(row["path"]) == (row["status"], row["error_code"]))
    result.files.total += len(found.keys() - {row["path"] for row in truth})


def _page_span(document: Row, *, body_counts: bool) -> list[int]:
    """The pages of a document; 0 is the body of a Word file, whose pictures the truth counts from 1 and the product from 2."""
    if document["page_from"] is None:
        return [0]
    shift = 1 if body_counts and document["file"].endswith(".docx") else 0
    return list(range(document["page_from"] - shift, document["page_to"] - shift + 1))


def _score_pages(result: Score, truth: Iterable[Row], loaded: Iterable[Row]) -> None:
    expected, found = defaultdict(set), defaultdict(set)
    for document in truth:
        for page in _page_span(document, body_counts=False):
            expected[document["file"], page].add(document["doc_type"])
    for document in loaded:
        for page in _page_span(document, body_counts=True):
            found[document["file"], page].add(document["doc_type"])
    for place in expected.keys() | found.keys():
        result.pages.add(expected[place] == found[place])


def _score_documents(result: Score, truth: Iterable[Row], loaded: Iterable[Row]) -> None:
    candidates = defaultdict(list)
    for document in loaded:
        candidates[document["file"], document["doc_type"]].append(document)
    known: dict[str, set[str]] = defaultdict(set)
    for document in truth:
        known[document["doc_type"]] |= {entry["field"] for entry in document["fields"]}
    for document in truth:
        if document["doc_type"] in {"other", "blank"}:
            continue
        match = _best_match(document, candidates[document["file"], document["doc_type"]])
        result.documents.add(match is not None)
        if match is not None:
            candidates[document["file"], document["doc_type"]].remove(match)
        _score_fields(result, document, match, known[document["doc_type"]])


def _best_match(document: Row, candidates: list[Row]) -> Row | None:
    """The loaded document on the same pages that agrees best; several certificates may share a page."""
    pages = set(_page_span(document, body_counts=False))
    expected = {(entry["field"], entry["row"]): entry["value"] for entry in document["fields"]}

    def agreement(candidate: Row) -> tuple[int, int]:
        equal = sum(same(expected.get((entry["field"], entry["row"])), entry["value"]) for entry in candidate["fields"])
        return len(pages.intersection(_page_span(candidate, body_counts=True))), equal

    overlapping = [candidate for candidate in candidates if agreement(candidate)[0]]
    return max(overlapping, key=agreement, default=None)


def _score_fields(result: Score, document: Row, match: Row | None, known: set[str]) -> None:
    group = f"{document['doc_type']} ({'docx/pdf' if document['source'] == 'electronic' else 'paper'})"
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for entry in match["fields"] if match else ():
        found[entry["field"], entry["row"]].append(entry)
    for entry in document["fields"]:
        values = [value for value in found.pop((entry["field"], entry["row"]), []) if value["value"]]
        right = any(same(value["value"], entry["value"]) for value in values)
        result.fields[group].add(right)
        if right:
            continue
        if not values:
            result.missing += 1
        elif all(value["needs_review"] for value in values):
            result.wrong_marked += 1
        else:
            result.wrong_unmarked.append(_example(document, entry["field"], entry["row"], entry["value"], values[0]["value"]))
    for (name, row), values in found.items():
        if name in known and any(value["value"] and not value["needs_review"] for value in values):
            result.invented.append(_example(document, name, row, "", values[0]["value"]))


def _example(document: Row, name: str, row: int, expected: str, got: str) -> str:
    return f"{document['file']} p.{document['page_from']} {name}[{row}]: {expected[:60]!r} read as {got[:60]!r}"


def _score_applicants(result: Score, truth: Mapping[str, Any], loaded: Mapping[str, list[Row]]) -> None:
    found = {(_squeezed(row["name"]), _squeezed(row["recommending_unit"])): row for row in loaded["applicants"]}
    titles = {row["honour_id"]: row["title"] for row in loaded["honours"]}
    for person in truth["applicants"]:
        row = found.pop((_squeezed(person["name"]), _squeezed(person["recommending_unit"])), None)
        result.applicants.add(row is not None)
        result.verdicts.add(row is not None and row["verdict"] == person["verdict"])
        applicant_id = row["applicant_id"] if row else None
        honours = [honour for honour in loaded["honours"] if honour["applicant_id"] == applicant_id]
        _score_honours(result, person, honours)
        findings = [finding for finding in loaded["findings"] if applicant_id is not None and finding["applicant_id"] == applicant_id]
        _score_findings(result, person["name"], person["findings"], findings, titles)
    for (name, unit), row in found.items():
        result.strangers.append(f"{name}, {unit}")
        strays = [finding for finding in loaded["findings"] if finding["applicant_id"] == row["applicant_id"]]
        _score_findings(result, name, [], strays, titles)
    about_units = [finding for finding in loaded["findings"] if finding["applicant_id"] is None]
    _score_findings(result, "unit", truth["unit_findings"], about_units, titles)


def _score_honours(result: Score, person: Row, honours: list[Row]) -> None:
    left = list(honours)
    for expected in person["honours"]:
        best = max(left, key=lambda honour: _likeness(honour["title"], expected["title"]), default=None)
        if best is None or _likeness(best["title"], expected["title"]) < _SAME_TITLE:
            result.honours.add(False)
            continue
        left.remove(best)
        result.honours.add(best["qualifies"] == expected["qualifies"])
        if best["qualifies"] not in {expected["qualifies"], "unclear"}:
            result.honours_misjudged.append(f"{person['name']} {expected['title']}: {expected['qualifies']} judged {best['qualifies']}")
    result.honours.total += len(left)
    result.honours_misjudged += [
        f"{person['name']} {honour['title']}: not there, judged yes" for honour in left if honour["qualifies"] == "yes"
    ]


def _likeness(left: str, right: str) -> float:
    return float(fuzz.ratio(_squeezed(left), _squeezed(right)))


def _score_findings(result: Score, about: str, truth: Iterable[Row], loaded: Iterable[Row], titles: Mapping[str, str]) -> None:
    """Recall and precision of (code, what it is about); LOW_CONFIDENCE depends on the reader and has no truth."""
    expected = Counter((row["code"], row.get("aspect") or _about(row)) for row in truth)
    stated = Counter((row["code"], _about(row)) for row in loaded if row["code"] != "LOW_CONFIDENCE")
    both = (expected & stated).total()
    result.recall.right += both
    result.recall.total += expected.total()
    result.precision.right += both
    result.precision.total += stated.total()
    for (code, what), count in (expected - stated).items():
        result.missed_findings += [f"{about}: {code} {what}"] * count
    for (code, what), count in (stated - expected).items():
        result.false_findings += [f"{about}: {code} {what}"] * count


def _about(row: Row) -> str:
    """What a finding is about, where the code does not say it; which honour it is, is not compared: titles are read, not known."""
    per_honour = row["code"].startswith("HONOUR_") and row["code"] != "HONOUR_MISMATCH"
    return "" if per_honour or row["code"] == "CERTIFICATE_MISSING" else str(row["field"] or "")
