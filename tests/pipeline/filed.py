"""Builders of filed documents for the tests of resolving and judging: whole dossiers in a few lines, every value read without doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from stdnum.cn import ric

from schemas.codes import DocType, FindingStatus, Source
from schemas.layout import Method
from schemas.records import Decision, Document, FieldValue, FiledDocument, Finding, stable_id

ON_TIME = datetime.fromisoformat("2024-03-20T10:00:00+08:00")
UNIT = "上海申江装备集团有限公司工会"
EMPLOYER = "上海申江重工有限公司"

Value = str | FieldValue
Changes = Mapping[str, Value | None]  # to a field's value; None takes the field away
NONE: Changes = {}


def id_number(stem: str) -> str:
    """A faultless ID number from its first 17 digits."""
    return stem + str(ric.calc_check_digit(stem + "0"))


ZHANG = id_number("31010119850312001")
LI = id_number("31010219901105402")


def value(
    field: str, text: str, *, row: int = 0, confidence: float = 1.0, review: bool = False, raw: str | None = None, page: int = 1
) -> FieldValue:
    """One value; an empty `text` is a place that was seen and is blank."""
    return FieldValue(
        field=field,
        row=row,
        value=text,
        raw=text if raw is None else raw,
        confidence=confidence,
        page=page,
        method=Method.OCR,
        needs_review=review,
    )


def filed(
    doc_type: DocType,
    path: str,
    values: Mapping[str, Value] | Sequence[FieldValue] = (),
    *,
    source: Source = Source.PAPER,
    sequence: int = 0,
    parent: str | None = None,
    received: datetime = ON_TIME,
    page: int | None = None,
) -> FiledDocument:
    """A document in the file at `path`; documents of one path share the file. Values given as texts were read with certainty."""
    fields = [
        one if isinstance(one, FieldValue) else value(name, one, page=page or sequence + 1)
        for name, one in (values.items() if isinstance(values, Mapping) else ((each.field, each) for each in values))
    ]
    file_id = stable_id("file", path, parent)
    at = None if source == Source.ELECTRONIC else page or sequence + 1
    document = Document(
        document_id=stable_id(file_id, sequence),
        file_id=file_id,
        doc_type=doc_type,
        page_from=at,
        page_to=at,
        confidence=0.99,
        source=source,
        fields=tuple(fields),
    )
    return FiledDocument(
        document=document,
        path=path,
        parent_file_id=None if parent is None else stable_id("file", parent),
        received_at=received,
        sequence=sequence,
    )


FORM: dict[str, str] = {
    "name": "张建国",
    "sex": "男",
    "birth_date": "1985-03",
    "ethnicity": "汉族",
    "nationality": "中国",
    "political_status": "群众",
    "education": "大专",
    "id_number": ZHANG,
    "phone": "13800138000",
    "employer": EMPLOYER,
    "industry": "装备制造",
    "post": "焊工",
    "union_card_number": "3101202400012345",
    "district": "宝山区",
    "address": "上海市宝山区友谊路1号",
    "postcode": "200940",
    "recommending_unit": UNIT,
    "cv": "2005年起从事焊接工作",
    "declared_in_service": "yes",
    "declared_union_member": "yes",
    "declared_leader": "no",
    "declared_managed_head": "no",
    "declared_prior_title": "no",
    "craft_speciality": "埋弧焊",
    "quality_skill": "质量管理小组活动",
    "leading_role": "带徒三人",
    "contribution": "一次合格率提高到百分之九十九",
    "employer_opinion": "同意推荐",
    "unit_opinion": "同意推荐",
}
SIGNED = {"signature": "张建国", "signed_on": "2024-03-01", "seal_employer": EMPLOYER, "seal_recommending_unit": UNIT}
CARD = {
    "name": "张建国",
    "sex": "男",
    "ethnicity": "汉族",
    "birth_date": "1985-03-12",
    "address": "上海市黄浦区某路2号",
    "id_number": ZHANG,
    "authority": "上海市公安局黄浦分局",
    "valid_from": "2015-05-01",
    "valid_to": "2035-05-01",
}
UNION_CARD = {"name": "张建国", "card_number": "3101202400012345", "status": "正常"}
ROW = {
    "name": "张建国",
    "sex": "男",
    "birth_date": "1985-03",
    "id_number": ZHANG,
    "employer": EMPLOYER,
    "post": "焊工/班长",
    "phone": "13800138000",
}


def changed(base: Mapping[str, str], changes: Changes = NONE, **more: Value | None) -> dict[str, Value]:
    """The values with changes; None takes a field away."""
    return {name: one for name, one in {**base, **changes, **more}.items() if one is not None}


def form(
    path: str = "张建国/审批表.docx",
    *,
    source: Source = Source.ELECTRONIC,
    sequence: int = 0,
    parent: str | None = None,
    received: datetime = ON_TIME,
    changes: Changes = NONE,
    **more: Value | None,
) -> FiledDocument:
    """An application form, complete but for the changes; on paper it is signed and sealed."""
    base = {**FORM, **SIGNED} if source == Source.PAPER else FORM
    return filed(
        DocType.APPLICATION_FORM, path, changed(base, changes, **more), source=source, sequence=sequence, parent=parent, received=received
    )


def id_card(
    path: str = "张建国/身份证.jpg",
    *,
    sequence: int = 0,
    parent: str | None = None,
    received: datetime = ON_TIME,
    changes: Changes = NONE,
    **more: Value | None,
) -> FiledDocument:
    """An ID card with both sides on one page."""
    return filed(DocType.ID_CARD, path, changed(CARD, changes, **more), sequence=sequence, parent=parent, received=received)


def union_card(
    path: str = "张建国/会员卡.jpg", *, sequence: int = 0, parent: str | None = None, changes: Changes = NONE, **more: Value | None
) -> FiledDocument:
    """A union card."""
    return filed(DocType.UNION_CARD, path, changed(UNION_CARD, changes, **more), sequence=sequence, parent=parent)


def certificate(
    path: str = "张建国/证书.jpg", *, sequence: int = 0, parent: str | None = None, changes: Changes = NONE, **more: Value | None
) -> FiledDocument:
    """A certificate given to 张建国."""
    base = {"recipient": "张建国", "honour_title": "质量工匠", "honour_issuer": "上海市质量协会", "honour_date": "2022-05-01"}
    return filed(DocType.CERTIFICATE, path, changed(base, changes, **more), sequence=sequence, parent=parent)


def summary(
    path: str = "汇总表.docx",
    *rows: Mapping[str, Value],
    unit: Value = UNIT,
    source: Source = Source.ELECTRONIC,
    sequence: int = 0,
    parent: str | None = None,
    received: datetime = ON_TIME,
    **heading: Value,
) -> FiledDocument:
    """A summary table with rows numbered from 1; without rows it lists 张建国."""
    values = [one if isinstance(one, FieldValue) else value(name, one) for name, one in {"recommending_unit": unit, **heading}.items()]
    for number, row in enumerate(rows or [ROW], start=1):
        for name, one in row.items():
            values.append(one.model_copy(update={"row": number}) if isinstance(one, FieldValue) else value(name, one, row=number))
    return filed(DocType.RECOMMENDATION_SUMMARY, path, values, source=source, sequence=sequence, parent=parent, received=received)


def whole_dossier(changes: Changes = NONE, **more: Value | None) -> list[FiledDocument]:
    """Everything that 张建国 must hand in, without a fault; `changes` go into both forms."""
    return [
        form(changes={**changes, **more}),
        form("张建国/审批表扫描.pdf", source=Source.PAPER, changes={**changes, **more}),
        id_card(),
        union_card(),
        certificate(),
        summary("汇总表.docx"),
    ]


def waiver(finding: Finding) -> Decision:
    """A person's decision to let a finding be, in the light of what it rests on."""
    return Decision(status=FindingStatus.WAIVED, decided_by="王审核", decided_at=ON_TIME, reason="已电话核实", evidence=finding.evidence)
