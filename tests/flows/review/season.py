"""A small season of invented people for the tests of the review page: whole dossiers with page pictures, judged, without reading any file.

Goes out: a warehouse with its originals and page pictures beside it. Used by the tests of the page, of the browser and of lost decisions.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from docx import Document as WordDocument
from PIL import Image, ImageDraw

from flows.cli import run
from flows.original_archive import OriginalArchive
from flows.page_store import PageStore
from schemas.codes import DocType, FileStatus, Source
from schemas.layout import Box
from schemas.records import FieldValue, FiledDocument, FileRecord
from schemas.settings import Settings
from tests.pipeline.filed import EMPLOYER, FORM, UNIT, ZHANG, Changes, Value, filed, id_number, value
from tests.pipeline.filed import certificate as certificate_of
from tests.pipeline.filed import form as form_of
from tests.pipeline.filed import id_card as id_card_of
from tests.pipeline.filed import union_card as union_card_of
from warehouse.connection import open_warehouse
from warehouse.load import load_file

CHEN, WANG, ZHAO, SUN = (id_number(stem) for stem in ("31010519870101201", "31010619880202302", "31010719890303403", "31010919900404504"))
# Clean dossiers first in the queue's order of names is not promised: tests look people up by name.
CLEAN = {"张建国": ZHANG, "陈志强": CHEN}
DOUBTED, DIFFERING, HOSTILE = "王海燕", "赵文博", "孙<script>alert(1)</script>"
HOSTILE_EMPLOYER = '"><img src=x onerror=alert(1)>有限公司'
HOSTILE_POST = "{{7*7}} javascript:alert(1)"
HOSTILE_FILE = "孙/审批表\"'><svg onload=alert(1)>\n第二行.pdf"
MASKED_GREY = (90, 100, 112)
_SIZE = (800, 1130)


def dossier(name: str, number: str, folder: str = "", *, form: Changes | None = None, paper: Changes | None = None) -> list[FiledDocument]:
    """What one person hands in, without a fault but for the changes to both forms, or to the paper form alone."""
    place = folder or name
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    card = f"31012024{number[-10:-1]}1"[:16].ljust(16, "0")
    own: dict[str, Value] = {
        "name": name,
        "id_number": number,
        "birth_date": born[:7],
        "sex": "男" if int(number[16]) % 2 else "女",
        "union_card_number": card,
        "phone": f"138{number[6:14]}",
    }
    honour = {"title": "质量工匠", "issuer": "上海市质量协会", "date": "2022-05-01"}
    both: dict[str, Value | None] = {**own, **{f"honour_{one}": value(f"honour_{one}", text, row=1) for one, text in honour.items()}}
    both |= form or {}
    signed: dict[str, Value | None] = {"signature": name, **(paper or {})}
    return [
        form_of(f"{place}/审批表.docx", changes=both),
        form_of(f"{place}/审批表扫描.pdf" if not folder else HOSTILE_FILE, source=Source.PAPER, changes={**both, **signed}),
        id_card_of(f"{place}/身份证.jpg", name=name, id_number=number, birth_date=born, sex=own["sex"]),
        union_card_of(f"{place}/会员卡.jpg", name=name, card_number=card),
        certificate_of(f"{place}/证书.jpg", recipient=name),
    ]


def summary_of(people: Sequence[Sequence[FiledDocument]]) -> FiledDocument:
    """The unit's summary table, listing everybody as their forms do."""
    values = [value("recommending_unit", UNIT)]
    for number, documents in enumerate(people, start=1):
        read = {one.field: one.value for one in documents[0].document.fields if one.row == 0}
        row = {key: read[key] for key in ("name", "sex", "birth_date", "id_number", "employer", "phone")} | {"post": read["post"]}
        values += [value(key, text, row=number) for key, text in row.items()]
    return filed(DocType.RECOMMENDATION_SUMMARY, "汇总表.docx", values, source=Source.ELECTRONIC)


def everybody() -> list[FiledDocument]:
    """Two clean dossiers, one with a doubtful phone, one whose forms differ, one full of what could be taken for code."""
    people = [dossier(name, number) for name, number in CLEAN.items()]
    doubtful = value("phone", "13819880203", confidence=0.62, review=True, raw="1381988O2O3")
    people.append(dossier(DOUBTED, WANG, paper={"phone": doubtful}))
    people.append(dossier(DIFFERING, ZHAO, paper={"employer": "上海浦江造船有限公司", "post": "钳工"}))
    hostile: Changes = {"employer": HOSTILE_EMPLOYER, "post": HOSTILE_POST, "cv": f"<b>{HOSTILE_POST}</b>", "address": "<i>宝山</i>路1号"}
    people.append(dossier(HOSTILE, SUN, "孙", form=hostile))
    return [placed(document) for documents in (*people, [summary_of(people)]) for document in documents]


def placed(document: FiledDocument) -> FiledDocument:
    """The document with a box for each value on paper: one line under the other, as `picture` draws them."""
    if document.document.page_from is None:
        fields: tuple[FieldValue, ...] = tuple(one.model_copy(update={"page": None}) for one in document.document.fields)
    else:
        fields = tuple(
            one.model_copy(update={"page": document.document.page_from, "box": _line(index)})
            for index, one in enumerate(document.document.fields)
        )
    return document.model_copy(update={"document": document.document.model_copy(update={"fields": fields})})


def _line(index: int) -> Box:
    top = 0.03 + 0.023 * index
    return Box(x0=0.3, y0=top, x1=0.9, y1=top + 0.018)


def picture(document: FiledDocument) -> bytes:
    """The page as a JPEG: a black bar in the box of each value, so that what is painted over can be told."""
    page = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(page)
    for one in document.document.fields:
        if one.box is not None:
            pen.rectangle((one.box.x0 * _SIZE[0], one.box.y0 * _SIZE[1], one.box.x1 * _SIZE[0], one.box.y1 * _SIZE[1]), fill="black")
    out = io.BytesIO()
    page.save(out, "JPEG", quality=85)
    return out.getvalue()


def word_form(values: Mapping[str, str] = FORM) -> bytes:
    """A Word file with a table of names and values."""
    word = WordDocument()
    table = word.add_table(rows=0, cols=2)
    for name, text in values.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, text
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def make_season(path: Path) -> Path:
    """Load everybody into a new warehouse at `path`, pictures and Word originals beside it, and judge. Returns `path`."""
    settings = Settings(warehouse=path)
    store, archive = PageStore(settings.pages_dir), OriginalArchive(settings.originals_dir)
    with open_warehouse(path) as warehouse:
        for document in everybody():
            typed = document.document.page_from is None
            fields = {f"{one.field}{one.row or ''}": one.value for one in document.document.fields}
            data = word_form(fields) if typed else picture(document)
            digest = hashlib.sha256(data + document.path.encode()).hexdigest() if not typed else hashlib.sha256(data).hexdigest()
            if typed:
                archive.location(digest).parent.mkdir(parents=True, exist_ok=True)
                archive.location(digest).write_bytes(data)
            else:
                store.keep(digest, {document.document.page_from or 1: data})
            load_file(warehouse, record_of(document, digest), [document.document])
    if run(["replay", "--apply", "--warehouse", str(path)]):
        raise AssertionError("the season could not be judged")
    return path


def record_of(document: FiledDocument, digest: str) -> FileRecord:
    """The arrival of a document."""
    word = document.path.endswith(".docx")
    return FileRecord(
        file_id=document.document.file_id,
        path=document.path,
        sha256=digest,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document" if word else "application/pdf",
        received_at=document.received_at,
        status=FileStatus.LOADED,
        pages=document.document.page_to or 1,
    )


__all__ = ["CLEAN", "DIFFERING", "DOUBTED", "EMPLOYER", "HOSTILE", "everybody", "make_season"]
