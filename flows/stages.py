"""One file from layout to documents, so that no surprise in a stage can lose a page.

Comes in: a layout. Goes out: its documents, and a failure where the stages broke down; then the pages are kept as one document of type
`other` for a person to look at. Called by `ingest`.
"""

from __future__ import annotations

import logging

from pipeline.process import documents_of
from schemas.codes import DocType, Source
from schemas.layout import Layout, Method
from schemas.records import Document, Failure, Id, stable_id
from schemas.rules import Rulebook

log = logging.getLogger(__name__)


def documents_or_other(layout: Layout, file_id: Id, rulebook: Rulebook) -> tuple[tuple[Document, ...], tuple[Failure, ...]]:
    """The documents of a file and, if there could be none, why."""
    try:
        return documents_of(layout, file_id, rulebook), ()
    except Exception as error:  # whatever it is, the material must reach a person
        log.exception("the stages broke down on file %s", file_id)
        failure = Failure(kind="file", record=file_id, error=f"自动整理时程序出错（{type(error).__name__}），请人工查看原件。")
        return tuple(_unread(layout, file_id)), (failure,)


def _unread(layout: Layout, file_id: Id) -> list[Document]:
    """The whole file as documents of type `other`: its Word body, and the rest of its pages."""
    body = [page.number for page in layout.pages if page.method is Method.DOCX]
    rest = [page.number for page in layout.pages if page.method is not Method.DOCX]
    paper = any(page.method is Method.OCR for page in layout.pages)
    common = {"file_id": file_id, "doc_type": DocType.OTHER, "confidence": 0.0}
    documents = []
    if body:
        documents.append(Document(document_id=stable_id(file_id, "body"), page_from=None, page_to=None, source=Source.ELECTRONIC, **common))
    if rest:
        source = Source.PAPER if paper else Source.ELECTRONIC
        documents.append(Document(document_id=stable_id(file_id, "pages"), page_from=min(rest), page_to=max(rest), source=source, **common))
    return documents
