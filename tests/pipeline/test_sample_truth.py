"""The rules on the sample's truth itself: were every value read as it stands, every honour would be decided as it is.

What recognition costs is measured by the end-to-end test; here nothing is recognised.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.fuzz import ratio

from pipeline.process import judge_everything
from schemas.codes import DocType, Source
from schemas.layout import Method
from schemas.records import Document, FieldValue, FiledDocument, Honour, Registers, stable_id
from schemas.rules import Rulebook

_TRUTH = Path(__file__).resolve().parents[2] / "samples" / "truth.json"
_SAME_TITLE = 85.0


def documents(truth: dict[str, Any]) -> Iterator[FiledDocument]:
    """Every document of the truth with its values, as if read without doubt."""
    for sequence, one in enumerate(truth["documents"]):
        file_id = stable_id(one["file"])
        page, paper = one["page_from"], one["source"] == "paper"
        fields = tuple(
            FieldValue(
                field=entry["field"],
                row=entry["row"],
                value=entry["value"],
                raw=entry["value"],
                confidence=1.0,
                page=page,
                method=Method.OCR if paper else Method.DOCX,
            )
            for entry in one["fields"]
        )
        document = Document(
            document_id=stable_id(one["file"], sequence),
            file_id=file_id,
            doc_type=DocType(one["doc_type"]),
            page_from=page,
            page_to=one["page_to"],
            confidence=1.0,
            source=Source(one["source"]),
            fields=fields,
        )
        outer = one["file"].rpartition("!/")[0]
        yield FiledDocument(
            document=document,
            path=one["file"],
            parent_file_id=stable_id(outer) if outer else None,
            received_at=datetime.fromisoformat(truth["received_at"]),
            sequence=sequence,
        )


@pytest.fixture(scope="module")
def decided(rulebook: Rulebook, report_figure: Callable[[str], None]) -> list[tuple[str, str, str]]:
    """Applicant and honour, what is true, what was judged ('' where the honour was not found)."""
    truth = json.loads(_TRUTH.read_text(encoding="utf-8"))
    judged = judge_everything(list(documents(truth)), Registers(), rulebook, {})
    names = {one.applicant_id: (one.name, one.recommending_unit) for one in judged.applicants}
    found: list[tuple[str, str, str]] = []
    for person in truth["applicants"]:
        own = [honour for honour in judged.honours if names[honour.applicant_id] == (person["name"], person["recommending_unit"])]
        for expected in person["honours"]:
            found.append((f"{person['name']} {expected['title']}", expected["qualifies"], _verdict(own, expected["title"])))
    right = sum(true == said for _, true, said in found)
    report_figure(f"five-year rule on the sample's truth: {right} of {len(found)} honours as they are")
    return found


def _verdict(honours: list[Honour], title: str) -> str:
    best = max(honours, key=lambda honour: ratio(honour.title, title), default=None)
    return best.qualifies.value if best is not None and ratio(best.title, title) >= _SAME_TITLE else ""


def test_every_honour_of_the_sample_is_decided_as_it_is(decided: list[tuple[str, str, str]]) -> None:
    assert len(decided) > 30
    assert [one for one in decided if one[1] != one[2]] == []
