"""Builders for the tests of honours: certificates typed as lines of text, forms with claims, dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.applicants.dossier import Dossier
from pipeline.certificates.read_certificate import read_certificate
from pipeline.text.normal_forms import normal_date
from schemas.codes import DocType, Source
from schemas.layout import Box, Line, Mark, MarkKind, Method, Page
from schemas.records import FieldValue, FiledDocument, stable_id
from schemas.rules import Rulebook
from tests.pipeline.filed import filed, value

APPLICANT = stable_id("applicant")
Row = tuple[str, str, str, str, str]  # title, issuer, date, level, role


def certificate_page(text: str, *, confidence: float = 0.99, seals: Sequence[str] = ()) -> Page:
    """A scanned certificate: a line of text each, an empty line is a gap; one seal over the lower right for each name."""
    blocks, y = [], 0.05
    for words in text.strip("\n").split("\n"):
        if words.strip():
            blocks.append(Line(text=words, box=Box(x0=0.1, y0=y, x1=0.9, y1=y + 0.025), confidence=confidence))
        y += 0.04
    marks = tuple(Mark(kind=MarkKind.SEAL, box=Box(x0=0.6, y0=0.7, x1=0.8, y1=0.9), text=name, confidence=0.98) for name in seals)
    return Page(number=1, method=Method.OCR, width=842, height=595, blocks=tuple(blocks), marks=marks)


def readings(text: str, rulebook: Rulebook, *, confidence: float = 0.99) -> dict[str, FieldValue]:
    """The values read from a certificate, by field name."""
    return {value.field: value for value in read_certificate([certificate_page(text, confidence=confidence)], None, rulebook)}


def certificate(
    text: str, rulebook: Rulebook, *, path: str = "certificate.jpg", confidence: float = 0.99, seals: Sequence[str] = ()
) -> FiledDocument:
    """A filed certificate, read as the product reads it."""
    return filed(DocType.CERTIFICATE, path, read_certificate([certificate_page(text, confidence=confidence, seals=seals)], None, rulebook))


def form(*rows: Row, source: Source = Source.ELECTRONIC, path: str = "form.docx") -> FiledDocument:
    """An application form with one claim a row."""
    values = []
    for number, row in enumerate(rows, start=1):
        for name, text in zip(("title", "issuer", "date", "level", "role"), row, strict=True):
            if text:
                normal = normal_date(text) or "" if name == "date" else text
                values.append(value(f"honour_{name}", normal, row=number, raw=text))
    return filed(DocType.APPLICATION_FORM, path, values, source=source)


def dossier(name: str, *documents: FiledDocument) -> Dossier:
    """One applicant's documents."""
    return Dossier(applicant_id=APPLICANT, name=name, id_number=None, recommending_unit="某推荐单位", documents=documents)


def personal(
    name: str = "张三", *, title: str = "2021年度上海质量工匠", issuer: str = "上海市质量协会", date: str = "2021年6月18日"
) -> str:
    """The plainest certificate: somebody, an honour, an issuer, a day."""
    return f"荣誉证书\n{name}同志：\n荣获“{title}”称号。\n特发此证，以资鼓励。\n\n{issuer}\n{date}"
