"""Every finding code three times: kept (nothing wrong), broken (wrong, and said so), undecidable (not read with certainty, so not said).

A code without all three cases fails, so that none can be added to the rulebook untested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from pipeline.process import judge_everything
from schemas.codes import DocType, Source
from schemas.records import Ban, FieldValue, FiledDocument, PriorTitle, RecommendingUnit, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import (
    ON_TIME,
    ROW,
    UNION_CARD,
    UNIT,
    ZHANG,
    Value,
    certificate,
    filed,
    form,
    id_card,
    summary,
    union_card,
    value,
    waiver,
)

Documents = Sequence[FiledDocument]
NONE_KEPT = Registers()
FILE, SCAN = "张建国/审批表.docx", "张建国/审批表扫描.pdf"
HONOUR: dict[str, Value] = {"title": "质量工匠", "issuer": "上海市质量协会", "date": "2022-05-01"}


def doubtful(field: str, text: str) -> FieldValue:
    """A value that was read without certainty."""
    return value(field, text, confidence=0.5, review=True)


def claims(*rows: dict[str, Value]) -> list[FieldValue]:
    """Rows of the form's table of honours."""
    found = []
    for number, row in enumerate(rows, start=1):
        for name, one in row.items():
            made = one if isinstance(one, FieldValue) else value(f"honour_{name}", one)
            found.append(made.model_copy(update={"row": number, "field": f"honour_{name}"}))
    return found


def with_claims(document: FiledDocument, rows: Sequence[dict[str, Value]]) -> FiledDocument:
    fields = (*document.document.fields, *claims(*rows))
    return document.model_copy(update={"document": document.document.model_copy(update={"fields": fields})})


def material(
    *,
    typed: bool = True,
    printed: bool = True,
    rows: Sequence[dict[str, Value]] = (HONOUR,),
    cards: Documents | None = None,
    union: Documents | None = None,
    certificates: Documents | None = None,
    summaries: Documents | None = None,
    more: Documents = (),
    both: dict[str, Value | None] | None = None,
    paper: dict[str, Value | None] | None = None,
    received: timedelta = timedelta(0),
) -> list[FiledDocument]:
    """A faultless dossier with the changes asked for: `both` forms, the `paper` form only, other documents instead of the usual ones."""
    forms = []
    if typed:
        forms.append(form(FILE, changes=both or {}, received=ON_TIME + received))
    if printed:
        forms.append(form(SCAN, source=Source.PAPER, changes={**(both or {}), **(paper or {})}))
    return [
        *(with_claims(one, rows) for one in forms),
        *([id_card()] if cards is None else cards),
        *([union_card()] if union is None else union),
        *([certificate()] if certificates is None else certificates),
        *([summary()] if summaries is None else summaries),
        *more,
    ]


@dataclass(frozen=True)
class Case:
    """A code with material that breaks it and material in which it cannot be decided; `kept` where that is not the faultless dossier."""

    code: str
    broken: Callable[[], Documents]
    undecidable: Callable[[], Documents]
    kept: Callable[[], Documents] = material
    registers: Registers = NONE_KEPT
    waived_on: Callable[[], Documents] | None = None  # the material on which a person waived every finding before


def unread(doc_type: DocType, path: str) -> FiledDocument:
    """A document whose kind is known and of whose values none was read with certainty, but the name."""
    return filed(doc_type, path, {"name": "张建国", "id_number": doubtful("id_number", "31010?1985")})


def marked(field: str, confidence: float) -> FiledDocument:
    """The ID card with something seen about the copy itself."""
    text = {"card_void": "void", "card_cut": "left"}[field]
    mark = value(field, text, raw="复印无效", row=1, confidence=confidence, review=confidence < 0.95)
    card = id_card()
    return card.model_copy(update={"document": card.document.model_copy(update={"fields": (*card.document.fields, mark)})})


def two_forms(**changes: Value | None) -> Documents:
    """The dossier of 张建国, with another value on paper."""
    return material(paper=dict(changes))


def later_card(**changes: Value) -> Documents:
    """The dossier whose paper form states another ethnicity, and an ID card that came with something of its own."""
    return material(paper={"ethnicity": "满族"}, cards=[id_card("张建国/身份证补交.jpg", changes=changes)])


def honour(**changes: Value) -> Documents:
    """The dossier with another certificate."""
    return material(certificates=[certificate(changes=changes)])


def declared(field: str, answer: str) -> Callable[[], Documents]:
    return lambda: material(both={field: answer})


def declared_in_doubt(field: str, answer: str) -> Callable[[], Documents]:
    return lambda: material(both={field: doubtful(field, answer)})


OTHER_UNIT = "上海浦江仪表有限公司工会"
TITLED = Registers(prior_titles=(PriorTitle(name="张建国", id_number=ZHANG, title="浦东工匠", year=2020),))
BARRED = Registers(bans=(Ban(kind="person", name="张建国", id_number=ZHANG, banned_on=date(2022, 5, 1)),))
NO_NUMBER: dict[str, Value | None] = {"id_number": None}
UNNUMBERED_ROW = {name: one for name, one in ROW.items() if name != "id_number"}


def without_certain_number() -> Documents:
    """Everywhere the identity number is in doubt, and the register knows nobody by name alone."""
    unsure = doubtful("id_number", ZHANG)
    return material(both={"id_number": unsure}, cards=[id_card(id_number=unsure)], summaries=[summary("汇总表.docx", UNNUMBERED_ROW)])


def without_unit(name: str = "") -> Documents:
    return material(both={"recommending_unit": doubtful("recommending_unit", name) if name else None}, summaries=[])


CASES = (
    Case(
        "FORM_MISSING",
        lambda: material(typed=False, printed=False),
        lambda: [*material(typed=False, printed=False), unread(DocType.APPLICATION_FORM, SCAN)],
    ),
    Case(
        "PAPER_FORM_MISSING",
        lambda: material(printed=False),
        lambda: [*material(printed=False), unread(DocType.APPLICATION_FORM, SCAN)],
    ),
    Case(
        "ELECTRONIC_FORM_MISSING",
        lambda: material(typed=False),
        lambda: [*material(typed=False), filed(DocType.APPLICATION_FORM, FILE, {"name": "张建国"}, source=Source.ELECTRONIC)],
    ),
    Case("ID_CARD_MISSING", lambda: material(cards=[]), lambda: material(cards=[unread(DocType.ID_CARD, "张建国/身份证.jpg")])),
    Case(
        "UNION_CARD_MISSING",
        lambda: material(union=[]),
        lambda: material(union=[filed(DocType.UNION_CARD, "张建国/卡.jpg", {"name": doubtful("name", "张建国")})]),
    ),
    Case(
        "ID_CARD_SIDE_MISSING",
        lambda: material(cards=[id_card(authority=None, valid_from=None, valid_to=None, card_side="front")]),
        lambda: material(cards=[filed(DocType.ID_CARD, "张建国/身份证.jpg", {})]),
    ),
    Case(
        "ID_CARD_SIDES_APART",
        lambda: material(
            cards=[
                id_card("张建国/正面.jpg", authority=None, valid_from=None, valid_to=None),
                filed(DocType.ID_CARD, "张建国/反面.jpg", {"authority": "上海市公安局黄浦分局", "valid_to": "2035-05-01"}),
            ]
        ),
        lambda: material(cards=[filed(DocType.ID_CARD, f"张建国/{n}.jpg", {"name": doubtful("name", "张建国")}) for n in "12"]),
    ),
    Case("ID_CARD_COPY_VOID", lambda: material(cards=[marked("card_void", 0.99)]), lambda: material(cards=[marked("card_void", 0.6)])),
    Case("ID_CARD_CUT", lambda: material(cards=[marked("card_cut", 0.99)]), lambda: material(cards=[marked("card_cut", 0.6)])),
    Case(
        "CERTIFICATE_MISSING",
        lambda: material(certificates=[]),
        lambda: honour(honour_title=doubtful("honour_title", "质量工匠")),
    ),
    Case(
        "SUMMARY_ROW_MISSING",
        lambda: material(summaries=[]),
        lambda: material(summaries=[summary("汇总表.docx", {**ROW, "name": doubtful("name", "张建国")})]),
    ),
    Case("FIELD_MISSING", lambda: material(both={"phone": ""}), lambda: material(both={"phone": doubtful("phone", "")})),
    Case(
        "FIELD_INVALID",
        lambda: material(both={"phone": value("phone", "", raw="1380013800")}),
        lambda: material(both={"phone": value("phone", "", raw="1380013800", confidence=0.5, review=True)}),
    ),
    Case("FIELD_MISMATCH", lambda: two_forms(phone="13900139000"), lambda: two_forms(phone=doubtful("phone", "13900139000"))),
    Case(
        "OPINION_MISSING",
        lambda: material(both={"employer_opinion": ""}),
        lambda: material(both={"employer_opinion": doubtful("employer_opinion", "")}),
    ),
    Case("SEAL_MISSING", lambda: two_forms(seal_employer=None), lambda: two_forms(seal_employer=doubtful("seal_employer", ""))),
    Case(
        "SEAL_MISMATCH",
        lambda: two_forms(seal_employer="北京远洋船舶有限公司"),
        lambda: two_forms(seal_employer=doubtful("seal_employer", "北京远洋船舶有限公司")),
    ),
    Case("SIGNATURE_MISSING", lambda: two_forms(signature=""), lambda: two_forms(signature=doubtful("signature", ""))),
    Case("RECOMMENDER_MISSING", without_unit, lambda: without_unit(UNIT)),
    Case(
        "NOT_CHINESE_NATIONAL",
        declared("nationality", "美国"),
        declared_in_doubt("nationality", "美国"),
    ),
    Case(
        "NOT_UNION_MEMBER",
        declared("declared_union_member", "no"),
        lambda: material(union=[filed(DocType.UNION_CARD, "张建国/卡.jpg", {**UNION_CARD, "status": doubtful("status", "已注销")})]),
    ),
    Case("NOT_IN_SERVICE", declared("declared_in_service", "no"), declared_in_doubt("declared_in_service", "no")),
    Case("LEADER_EXCLUDED", declared("declared_leader", "yes"), declared_in_doubt("declared_leader", "yes")),
    Case("PRIOR_TITLE", material, without_certain_number, registers=TITLED),
    Case("BANNED", material, without_certain_number, registers=BARRED),
    Case(
        "ID_CARD_EXPIRED",
        lambda: material(cards=[id_card(valid_to="2024-03-24")]),
        lambda: material(cards=[id_card(valid_to=doubtful("valid_to", "2024-03-24"))]),
        kept=lambda: material(cards=[id_card(valid_to="2024-03-25")]),
    ),
    Case(
        "LATE_SUBMISSION",
        lambda: material(received=timedelta(days=6)),
        lambda: material(received=timedelta(days=5, hours=13)),  # the last hour of the last day still counts
        kept=lambda: material(received=timedelta(days=5)),
    ),
    Case(
        "DUPLICATE_APPLICATION",
        lambda: [*material(), form("乙/审批表.docx", recommending_unit=OTHER_UNIT)],
        lambda: [*material(), form("乙/审批表.docx", recommending_unit=doubtful("recommending_unit", UNIT[:-1]))],
    ),
    Case(
        "NO_QUALIFYING_HONOUR",
        lambda: honour(honour_issuer="中国质量检验协会"),
        lambda: material(more=[certificate("张建国/二.jpg", honour_title="质量标兵", honour_date=doubtful("honour_date", "2018-05-01"))]),
    ),
    Case(
        "HONOUR_OUT_OF_WINDOW",
        lambda: honour(honour_date="2019-03-24"),
        lambda: honour(honour_date="2019"),
        lambda: honour(honour_date="2019-03-25"),
    ),
    Case(
        "HONOUR_ISSUER_NOT_RECOGNISED",
        lambda: honour(honour_issuer="中国质量检验协会"),
        lambda: honour(honour_issuer=doubtful("honour_issuer", "中国质量检验协会")),
    ),
    Case("HONOUR_RECIPIENT_MISMATCH", lambda: honour(recipient="李小红"), lambda: honour(recipient=doubtful("recipient", "李小红"))),
    Case(
        "HONOUR_UNCLAIMED",
        lambda: material(more=[certificate("张建国/二.jpg", honour_title="全国质量技术奖", honour_date="2023-06-01")]),
        lambda: honour(honour_title=doubtful("honour_title", "质量工匠")),
    ),
    Case("HONOUR_UNCLEAR", lambda: honour(honour_date="2019"), material),
    Case("HONOUR_MISMATCH", lambda: honour(honour_date="2022-06-01"), lambda: honour(honour_date=doubtful("honour_date", "2022-06-01"))),
    Case(
        "DECISION_REOPENED",
        lambda: later_card(ethnicity="回族"),
        lambda: later_card(ethnicity=doubtful("ethnicity", "回族")),
        kept=lambda: later_card(ethnicity="满族"),
        waived_on=lambda: two_forms(ethnicity="满族"),
    ),
    Case("LOW_CONFIDENCE", lambda: two_forms(phone=doubtful("phone", "1380013")), material),
    Case(
        "UNKNOWN_DOCUMENT",
        lambda: material(more=[filed(DocType.OTHER, "张建国/函.pdf")]),
        lambda: material(more=[filed(DocType.BLANK, "张建国/白.pdf")]),
    ),
)
BY_CODE = {case.code: case for case in CASES}
# What "cannot be decided" means for these is that they themselves say so; their third case is plain sailing.
SAY_SO_THEMSELVES = {"HONOUR_UNCLEAR", "LOW_CONFIDENCE"}


def stated(documents: Documents, registers: Registers, rulebook: Rulebook, waived_on: Documents = ()) -> set[str]:
    waived = {finding.finding_id: waiver(finding) for finding in judge_everything(waived_on, registers, rulebook, {}).findings if waived_on}
    return {finding.code for finding in judge_everything(documents, registers, rulebook, waived).findings}


def stated_of(case: Case, documents: Documents, registers: Registers, rulebook: Rulebook) -> set[str]:
    return stated(documents, registers, rulebook, case.waived_on() if case.waived_on else ())


def test_every_code_of_the_rulebook_has_its_three_cases(rulebook: Rulebook) -> None:
    assert set(BY_CODE) == {rule.code for rule in rulebook.findings.findings}


def test_the_faultless_dossier_is_faultless(rulebook: Rulebook) -> None:
    assert stated(material(), NONE_KEPT, rulebook) == set()


@pytest.mark.parametrize("code", BY_CODE)
def test_a_finding_is_stated_where_it_must_be(rulebook: Rulebook, code: str) -> None:
    case = BY_CODE[code]
    assert code in stated_of(case, case.broken(), case.registers, rulebook)


@pytest.mark.parametrize("code", BY_CODE)
def test_nothing_is_stated_where_nothing_is_wrong(rulebook: Rulebook, code: str) -> None:
    assert code not in stated_of(BY_CODE[code], BY_CODE[code].kept(), NONE_KEPT, rulebook)


@pytest.mark.parametrize("code", BY_CODE)
def test_nothing_is_stated_on_what_was_not_read_with_certainty(rulebook: Rulebook, code: str) -> None:
    case = BY_CODE[code]
    found = stated_of(case, case.undecidable(), case.registers, rulebook)
    assert code not in found or (code in SAY_SO_THEMSELVES and case.undecidable is not material)


UNITS = Registers(units=(RecommendingUnit(name=UNIT, aliases=("申江装备集团工会",)), RecommendingUnit(name="上海市总工会")))


@pytest.mark.parametrize(
    ("unit", "missing"),
    [
        (UNIT, False),
        ("申江装备集团工会", False),
        ("上海申江装备集团 有限公司工会", False),
        (OTHER_UNIT, True),
        (doubtful("recommending_unit", OTHER_UNIT), False),
    ],
)
def test_a_unit_outside_the_register_may_not_recommend(rulebook: Rulebook, unit: Value, missing: bool) -> None:
    documents = material(both={"recommending_unit": unit}, summaries=[summary(unit=unit)])
    assert ("RECOMMENDER_MISSING" in stated(documents, UNITS, rulebook)) == missing
    assert "RECOMMENDER_MISSING" not in stated(documents, NONE_KEPT, rulebook)


def test_a_seal_with_the_name_that_the_register_gives_is_the_units_own(rulebook: Rulebook) -> None:
    sealed = two_forms(seal_recommending_unit="北方重工劳动竞赛委员会")
    assert "SEAL_MISMATCH" in stated(sealed, NONE_KEPT, rulebook)
    register = Registers(units=(RecommendingUnit(name=UNIT, seal_names=("北方重工劳动竞赛委员会",)),))
    assert stated(sealed, register, rulebook) == set()
