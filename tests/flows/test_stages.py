"""From layout to documents: a surprise in a stage loses no page."""

from __future__ import annotations

import pytest

from flows.stages import documents_or_other
from pipeline.rulebook import load_rulebook
from schemas.codes import DocType, Source
from schemas.layout import Layout, Line, Method, Page
from schemas.records import Document, stable_id
from schemas.rules import Rulebook
from tests.conftest import ROOT

FILE_ID = stable_id("file")


def layout(*methods: Method) -> Layout:
    """A file of pages that were read in these ways."""
    pages = tuple(Page(number=number, method=method, blocks=(Line(text="文字"),)) for number, method in enumerate(methods, 1))
    return Layout(sha256="0" * 64, media_type="application/pdf", pages=pages)


def broken(layout: Layout, file_id: str, rulebook: Rulebook) -> tuple[Document, ...]:
    """A stage with a mistake of ours in it."""
    raise IndexError("no such page")


@pytest.fixture
def rulebook() -> Rulebook:
    return load_rulebook(ROOT / "rulebook", ROOT / "editions" / "2024.yaml")


def test_pages_that_the_stages_break_down_on_reach_a_person(monkeypatch: pytest.MonkeyPatch, rulebook: Rulebook) -> None:
    monkeypatch.setattr("flows.stages.documents_of", broken)
    documents, failures = documents_or_other(layout(Method.OCR, Method.OCR), FILE_ID, rulebook)
    (document,) = documents
    assert (document.doc_type, document.page_from, document.page_to, document.source) == (DocType.OTHER, 1, 2, Source.PAPER)
    (failure,) = failures
    assert "人工" in failure.error and "IndexError" in failure.error


def test_a_word_file_that_the_stages_break_down_on_keeps_its_body_and_its_pictures(
    monkeypatch: pytest.MonkeyPatch, rulebook: Rulebook
) -> None:
    monkeypatch.setattr("flows.stages.documents_of", broken)
    documents, _ = documents_or_other(layout(Method.DOCX, Method.OCR, Method.OCR), FILE_ID, rulebook)
    assert [(document.page_from, document.page_to) for document in documents] == [(None, None), (2, 3)]
    assert len({document.document_id for document in documents}) == 2


def test_documents_pass_as_they_are(monkeypatch: pytest.MonkeyPatch, rulebook: Rulebook) -> None:
    given = Document(
        document_id=stable_id("document"),
        file_id=FILE_ID,
        doc_type=DocType.CERTIFICATE,
        page_from=1,
        page_to=1,
        confidence=0.9,
        source=Source.PAPER,
    )
    monkeypatch.setattr("flows.stages.documents_of", lambda layout, file_id, rulebook: (given,))
    assert documents_or_other(layout(Method.OCR), FILE_ID, rulebook) == ((given,), ())
