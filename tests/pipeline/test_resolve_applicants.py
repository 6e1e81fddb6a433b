"""Who is who: kept together, kept apart, left open - and the same whatever the order of the documents."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.applicants.dossier import Dossier, Resolution
from pipeline.applicants.resolve_applicants import resolve_applicants
from pipeline.findings.judge import judge
from schemas.codes import DocType, Source
from schemas.records import FiledDocument, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import (
    LI,
    ON_TIME,
    ROW,
    UNIT,
    ZHANG,
    Value,
    certificate,
    filed,
    form,
    id_card,
    id_number,
    summary,
    union_card,
    value,
    whole_dossier,
)

LI_FORM = {
    "name": "李秀英",
    "id_number": LI,
    "phone": "13900139000",
    "birth_date": "1990-11",
    "sex": "女",
    "union_card_number": "3101202400099999",
}
LI_ROW = ROW | {"name": "李秀英", "id_number": LI, "phone": "13900139000", "birth_date": "1990-11", "sex": "女"}
LI_CARD = {"name": "李秀英", "id_number": LI, "birth_date": "1990-11-05", "sex": "女"}


def resolve(documents: Sequence[FiledDocument], rulebook: Rulebook) -> Resolution:
    return resolve_applicants(documents, rulebook)


def only(resolution: Resolution) -> Dossier:
    assert len(resolution.dossiers) == 1, [(dossier.name, dossier.recommending_unit) for dossier in resolution.dossiers]
    return resolution.dossiers[0]


def owner(resolution: Resolution, document: FiledDocument) -> str | None:
    names = {dossier.applicant_id: dossier.name for dossier in resolution.dossiers}
    applicant = resolution.assignments.get(document.document.document_id)
    return None if applicant is None else names[applicant]


def test_one_persons_material_makes_one_dossier_with_everything_in_it(rulebook: Rulebook) -> None:
    documents = whole_dossier()
    dossier = only(resolve(documents, rulebook))
    assert dossier.name == "张建国"
    assert dossier.id_number == ZHANG
    assert dossier.recommending_unit == UNIT
    assert len(dossier.documents) == 5
    assert [row.row for row in dossier.summary_rows] == [1]


def test_an_id_card_in_another_delivery_still_finds_its_person_by_the_number(rulebook: Rulebook) -> None:
    card = id_card("补交/img_0001.jpg")
    resolution = resolve([form("甲/审批表.docx"), card], rulebook)
    assert owner(resolution, card) == "张建国"


def test_a_fifteen_digit_number_is_the_same_person_as_its_eighteen_digit_form(rulebook: Rulebook) -> None:
    short = ZHANG[:6] + ZHANG[8:17]
    resolution = resolve([form("甲/审批表.docx", id_number=short), id_card("乙/身份证.jpg")], rulebook)
    assert only(resolution).id_number == ZHANG


def test_namesakes_with_different_numbers_stay_two_people(rulebook: Rulebook) -> None:
    other = id_number("31011219780920331")
    mine, theirs = form("甲/审批表.docx"), form("乙/审批表.docx", id_number=other, birth_date="1978-09")
    cards = [id_card("汇总/1.jpg", id_number=other, birth_date="1978-09-20"), id_card("汇总/2.jpg")]
    resolution = resolve([mine, theirs, *cards], rulebook)
    assert len(resolution.dossiers) == 2
    by_number = {dossier.id_number: {filed.path for filed in dossier.documents} for dossier in resolution.dossiers}
    assert by_number == {other: {"乙/审批表.docx", "汇总/1.jpg"}, ZHANG: {"甲/审批表.docx", "汇总/2.jpg"}}


def test_two_namesakes_in_one_summary_are_two_even_with_numbers_two_slips_apart(rulebook: Rulebook) -> None:
    near = id_number("31010119850312003")
    table = summary("汇总表.docx", ROW, ROW | {"id_number": near})
    assert len(resolve([table], rulebook).dossiers) == 2


def test_a_slip_in_a_number_makes_no_second_person(rulebook: Rulebook) -> None:
    slipped = ZHANG[:9] + ("7" if ZHANG[9] != "7" else "1") + ZHANG[10:]
    paper = form("张建国/扫描.pdf", source=Source.PAPER, id_number=slipped)
    dossier = only(resolve([form(), paper, id_card()], rulebook))
    assert dossier.id_number == ZHANG
    assert len(dossier.documents) == 3


def test_a_misread_character_in_a_name_makes_no_second_person_when_the_phone_agrees(rulebook: Rulebook) -> None:
    paper = form("扫描/1.pdf", source=Source.PAPER, name="张健国", id_number=value("id_number", "", raw="模糊", review=True))
    dossier = only(resolve([form(), paper], rulebook))
    assert dossier.name == "张建国"


def test_colleagues_whose_names_differ_by_one_character_stay_two(rulebook: Rulebook) -> None:
    other = form("b/2.docx", name="张建囯", id_number="", phone="13700137000", birth_date="1991-01")
    assert len(resolve([form("b/1.docx"), other], rulebook).dossiers) == 2


def test_dots_and_width_in_a_name_make_no_difference(rulebook: Rulebook) -> None:
    documents = [
        form("甲/1.docx", name="阿依古丽·买买提", id_number=""),
        form("甲/2.pdf", source=Source.PAPER, name="阿依古丽．买买提", id_number=""),
    ]
    assert len(only(resolve(documents, rulebook)).documents) == 2


def test_a_form_without_unit_takes_it_from_its_twin(rulebook: Rulebook) -> None:
    dossier = only(resolve([form(recommending_unit=""), form("x/扫描.pdf", source=Source.PAPER)], rulebook))
    assert dossier.recommending_unit == UNIT


def test_a_form_without_unit_takes_it_from_the_summary_that_lists_the_person(rulebook: Rulebook) -> None:
    dossier = only(resolve([form(recommending_unit=""), summary("另一封/汇总表.docx")], rulebook))
    assert dossier.recommending_unit == UNIT


def test_a_form_without_unit_takes_it_from_its_email(rulebook: Rulebook) -> None:
    blank = form("信.eml!/张.docx", recommending_unit="", parent="信.eml")
    other = form("信.eml!/李.docx", parent="信.eml", changes=LI_FORM)
    names = {dossier.name: dossier.recommending_unit for dossier in resolve([blank, other], rulebook).dossiers}
    assert names == {"张建国": UNIT, "李秀英": UNIT}


def test_someone_who_applies_alone_gets_no_unit_from_the_rest_of_the_inbox(rulebook: Rulebook) -> None:
    resolution = resolve([form("张.docx", recommending_unit=""), form("李.docx", changes=LI_FORM)], rulebook)
    units = {dossier.name: dossier.recommending_unit for dossier in resolution.dossiers}
    assert units == {"张建国": None, "李秀英": UNIT}


def test_spellings_of_a_unit_are_one_and_the_typed_one_is_shown(rulebook: Rulebook) -> None:
    paper = form("张建国/扫描.pdf", source=Source.PAPER, recommending_unit=" 上海申江装备集团 工会")
    dossier = only(resolve([form(), paper], rulebook))
    assert dossier.recommending_unit == UNIT


def test_a_misread_unit_on_paper_is_no_second_application(rulebook: Rulebook) -> None:
    misread = UNIT.replace("申", "电")
    paper = form("张建国/扫描.pdf", source=Source.PAPER, recommending_unit=value("recommending_unit", misread, confidence=0.7, review=True))
    assert only(resolve([form(), paper], rulebook)).recommending_unit == UNIT


def test_two_typed_units_that_differ_by_one_character_stay_two(rulebook: Rulebook) -> None:
    documents = [form("a/1.docx", recommending_unit="黄浦区总工会"), form("b/2.docx", recommending_unit="青浦区总工会", changes=LI_FORM)]
    units = {dossier.name: dossier.recommending_unit for dossier in resolve(documents, rulebook).dossiers}
    assert units == {"张建国": "黄浦区总工会", "李秀英": "青浦区总工会"}


def test_an_email_with_two_units_lends_its_unit_to_nobody(rulebook: Rulebook) -> None:
    mail = "转发.eml"
    documents = [
        form(f"{mail}!/张.docx", parent=mail, recommending_unit=""),
        form(f"{mail}!/李.docx", parent=mail, changes=LI_FORM),
        summary(f"{mail}!/汇总.docx", {"name": "赵晓明"}, unit="宝山区总工会", parent=mail),
    ]
    units = {dossier.name: dossier.recommending_unit for dossier in resolve(documents, rulebook).dossiers}
    assert units["张建国"] is None


def test_a_name_and_a_number_each_one_slip_off_make_no_second_person(rulebook: Rulebook) -> None:
    slipped = ZHANG[:9] + ("7" if ZHANG[9] != "7" else "1") + ZHANG[10:]
    dim: dict[str, Value] = {
        "name": value("name", "张健国", review=True, confidence=0.6),
        "id_number": value("id_number", slipped, review=True, confidence=0.6),
        "phone": "",
        "birth_date": "",
    }
    assert only(resolve([form("a/1.docx"), form("b/扫描.pdf", source=Source.PAPER, changes=dim)], rulebook)).name == "张建国"


def test_a_nameless_photo_in_a_folder_of_its_own_is_not_given_to_whoever_lies_beside_the_folder(rulebook: Rulebook) -> None:
    photo = certificate("杂项/IMG_1.jpg", recipient="")
    assert owner(resolve([form("审批表.docx"), photo], rulebook), photo) is None


def test_one_person_through_two_units_has_two_dossiers_of_one_person(rulebook: Rulebook) -> None:
    documents = [form("a/1.docx"), form("b/2.docx", recommending_unit="宝山区总工会"), id_card("b/身份证.jpg")]
    resolution = resolve(documents, rulebook)
    assert len(resolution.dossiers) == 2
    assert len({dossier.person_id for dossier in resolution.dossiers}) == 1
    card = next(dossier for dossier in resolution.dossiers if dossier.of(DocType.ID_CARD))
    assert card.recommending_unit == "宝山区总工会"


def test_a_card_that_two_dossiers_of_a_person_could_claim_stays_unassigned(rulebook: Rulebook) -> None:
    card = id_card("c/身份证.jpg")
    resolution = resolve([form("a/1.docx"), form("b/2.docx", recommending_unit="宝山区总工会"), card], rulebook)
    assert owner(resolution, card) is None
    assert card in resolution.unplaced


def test_a_person_known_only_from_a_summary_row_is_an_applicant(rulebook: Rulebook) -> None:
    resolution = resolve([summary("汇总表.docx", ROW, LI_ROW), form()], rulebook)
    lonely = next(dossier for dossier in resolution.dossiers if dossier.name == "李秀英")
    assert lonely.documents == ()
    assert lonely.recommending_unit == UNIT


def test_a_person_known_only_from_cards_in_a_units_email_is_an_applicant(rulebook: Rulebook) -> None:
    mail = "信.eml"
    documents = [
        form(f"{mail}!/张.docx", parent=mail),
        union_card(f"{mail}!/a.jpg", parent=mail),
        union_card(f"{mail}!/b.jpg", parent=mail, name="李秀英", card_number="3101202400077777"),
    ]
    resolution = resolve(documents, rulebook)
    assert {dossier.name: dossier.recommending_unit for dossier in resolution.dossiers} == {"张建国": UNIT, "李秀英": UNIT}
    assert owner(resolution, documents[2]) == "李秀英"


def test_a_lone_certificate_of_an_unknown_person_is_no_applicant(rulebook: Rulebook) -> None:
    stray = certificate("杂项/1.jpg", recipient="王大力")
    resolution = resolve([form(), stray], rulebook)
    assert owner(resolution, stray) is None
    assert stray in resolution.unplaced
    assert len(resolution.dossiers) == 1


def test_in_a_units_scan_material_belongs_to_the_form_before_it(rulebook: Rulebook) -> None:
    scan = "邮件扫描.pdf"
    pages = [
        form(scan, source=Source.PAPER, sequence=0),
        id_card(scan, sequence=1),
        certificate(scan, sequence=2, recipient="", team="焊花QC小组"),
        form(scan, source=Source.PAPER, sequence=3, changes=LI_FORM),
        id_card(scan, sequence=4, changes=LI_CARD),
        union_card(scan, sequence=5, name="", card_number=""),
        certificate(scan, sequence=6, recipient="", team="质量信得过班组"),
        filed(DocType.OTHER, scan, sequence=7),
    ]
    resolution = resolve(pages, rulebook)
    assert [owner(resolution, page) for page in pages] == ["张建国"] * 3 + ["李秀英"] * 5


def test_a_card_out_of_place_in_a_scan_goes_to_the_person_it_names(rulebook: Rulebook) -> None:
    scan = "邮件扫描.pdf"
    stray = union_card(scan, sequence=3)
    pages = [
        form(scan, source=Source.PAPER, sequence=0),
        form(scan, source=Source.PAPER, sequence=1, changes=LI_FORM),
        id_card(scan, sequence=2, changes=LI_CARD),
        stray,
    ]
    assert owner(resolve(pages, rulebook), stray) == "张建国"


def test_a_certificate_for_someone_else_in_a_personal_folder_stays_in_that_dossier(rulebook: Rulebook) -> None:
    foreign = certificate("张建国/奖状.jpg", recipient="王大力")
    resolution = resolve([form(), id_card(), foreign], rulebook)
    assert owner(resolution, foreign) == "张建国"


def test_a_nameless_photo_goes_to_the_person_in_its_file_name(rulebook: Rulebook) -> None:
    photo = certificate("材料/李秀英 证书.jpg", recipient="", honour_title="")
    resolution = resolve([form("材料/1.docx"), form("材料/2.docx", changes=LI_FORM), photo], rulebook)
    assert owner(resolution, photo) == "李秀英"


def test_a_nameless_photo_beside_two_applicants_is_not_guessed(rulebook: Rulebook) -> None:
    photo = certificate("材料/IMG_1.jpg", recipient="")
    resolution = resolve([form("材料/1.docx"), form("材料/2.docx", changes=LI_FORM), photo], rulebook)
    assert owner(resolution, photo) is None
    assert resolution.units[photo.document.document_id] == UNIT


def test_a_team_certificate_that_names_two_applicants_equally_is_not_guessed(rulebook: Rulebook) -> None:
    shared = certificate("材料/小组.jpg", recipient="", team="攻关小组", members="张建国、李秀英")
    resolution = resolve([form("材料/1.docx"), form("材料/2.docx", changes=LI_FORM), shared], rulebook)
    assert owner(resolution, shared) is None


def test_a_form_whose_name_cannot_be_read_belongs_to_the_card_behind_it(rulebook: Rulebook) -> None:
    scan = "扫描.pdf"
    dim = form(scan, source=Source.PAPER, sequence=0, name="", id_number="")
    resolution = resolve([dim, id_card(scan, sequence=1), summary("汇总表.docx")], rulebook)
    assert owner(resolution, dim) == "张建国"
    assert only(resolution).recommending_unit == UNIT


def test_a_form_whose_name_was_misread_belongs_to_the_card_behind_it(rulebook: Rulebook) -> None:
    scan = "扫描.pdf"
    dim = form(scan, source=Source.PAPER, name=value("name", "张廷圈", review=True, confidence=0.5), id_number="", phone="")
    resolution = resolve([dim, id_card(scan, sequence=1), summary("汇总表.docx")], rulebook)
    assert only(resolution).name == "张建国"


def test_a_form_that_was_misread_belongs_to_the_person_in_its_file_name(rulebook: Rulebook) -> None:
    dim = form("张建国.pdf", source=Source.PAPER, name=value("name", "弓建圈", review=True, confidence=0.5), id_number="", phone="")
    assert only(resolve([dim, summary("汇总表.docx")], rulebook)).name == "张建国"


def test_the_wrong_card_behind_the_right_form_is_compared_and_makes_no_second_person(rulebook: Rulebook) -> None:
    card = id_card("张建国/证.pdf", id_number=id_number("34010119720704118"))
    assert only(resolve([form(), card], rulebook)).of(DocType.ID_CARD) == [card]


def test_a_number_copied_from_a_colleague_loses_neither_of_the_two(rulebook: Rulebook) -> None:
    copied = form("李/表.docx", changes=LI_FORM | {"id_number": ZHANG})
    resolution = resolve([form(), id_card(), copied], rulebook)
    assert {dossier.name for dossier in resolution.dossiers} == {"张建国", "李秀英"}
    assert len({dossier.person_id for dossier in resolution.dossiers}) == 2


def test_two_rows_of_one_name_without_numbers_are_two_people(rulebook: Rulebook) -> None:
    bare = {"name": "王伟", "employer": "某厂"}
    assert len(resolve([summary("汇总表.docx", bare, bare)], rulebook).dossiers) == 2


def test_one_name_with_another_phone_employer_and_birth_date_is_another_person(rulebook: Rulebook) -> None:
    other = form("b/2.docx", id_number="", phone="13700137000", employer="上海浦光仪表厂", birth_date="1991-01")
    assert len(resolve([form("a/1.docx", id_number=""), other], rulebook).dossiers) == 2


def test_a_badly_misread_unit_joins_the_one_whose_summary_lists_the_person(rulebook: Rulebook) -> None:
    misread = value("recommending_unit", "上海电汇装各集团有限公司工会", review=True, confidence=0.5)
    documents = [form("扫描.pdf", source=Source.PAPER, recommending_unit=misread), summary("汇总表.docx")]
    assert only(resolve(documents, rulebook)).recommending_unit == UNIT


def test_the_paper_copy_of_a_summary_lists_nobody_twice(rulebook: Rulebook) -> None:
    dim: dict[str, Value] = {"name": value("name", "张建圈", review=True, confidence=0.5), "employer": "电江重工"}
    assert len(only(resolve([summary("汇总表.docx"), summary("汇总表.pdf", dim, source=Source.PAPER)], rulebook)).summary_rows) == 2


def test_an_empty_template_is_no_applicant(rulebook: Rulebook) -> None:
    template = filed(DocType.APPLICATION_FORM, "模板.docx", {"name": "", "employer": ""}, source=Source.ELECTRONIC)
    resolution = resolve([template], rulebook)
    assert resolution.dossiers == ()


def test_two_archives_of_one_name_are_two_deliveries(rulebook: Rulebook) -> None:
    first = [form("材料.zip!/表.docx", parent="一"), certificate("材料.zip!/奖.jpg", parent="一", recipient="")]
    second = [form("材料.zip!/表.docx", parent="二", changes=LI_FORM), certificate("材料.zip!/奖.jpg", parent="二", recipient="")]
    resolution = resolve([*first, *second], rulebook)
    assert [owner(resolution, document) for document in (*first, *second)] == ["张建国", "张建国", "李秀英", "李秀英"]


def test_later_material_does_not_change_the_applicant_id(rulebook: Rulebook) -> None:
    paper = form("扫描.pdf", source=Source.PAPER, id_number="", name="张建国")
    before = only(resolve([paper], rulebook)).applicant_id
    later = [
        form("补/表.docx", received=ON_TIME + timedelta(days=1), recommending_unit=UNIT.replace("有限公司", "")),
        id_card("补/证.jpg", received=ON_TIME + timedelta(days=1)),
    ]
    assert only(resolve([*later, paper], rulebook)).applicant_id == before


def test_a_namesake_who_comes_later_takes_nobodys_id(rulebook: Rulebook) -> None:
    first = form("甲/1.docx")
    before = only(resolve([first], rulebook)).applicant_id
    lower = id_number("11010119700101001")
    second = form("乙/2.docx", id_number=lower, birth_date="1970-01", phone="13600136000", received=ON_TIME + timedelta(days=2))
    after = {dossier.id_number: dossier.applicant_id for dossier in resolve([second, first], rulebook).dossiers}
    assert after[ZHANG] == before
    assert after[lower] != before


def _everything() -> list[FiledDocument]:
    mail = "单位.eml"
    return [
        *whole_dossier(),
        form(f"{mail}!/李.docx", parent=mail, changes=LI_FORM),
        id_card(f"{mail}!/1.jpg", parent=mail, changes=LI_CARD),
        certificate(f"{mail}!/2.jpg", parent=mail, recipient="", members="李秀英、张建国"),
        certificate(f"{mail}!/3.jpg", parent=mail, recipient="王大力"),
        summary(f"{mail}!/汇总.docx", LI_ROW, ROW | {"name": "赵晓明", "id_number": "", "phone": ""}, parent=mail),
        form("b/1.docx", recommending_unit="宝山区总工会"),
        form("c/扫描.pdf", source=Source.PAPER, name="张建囯", id_number="", recommending_unit=""),
        filed(DocType.OTHER, "c/扫描.pdf", sequence=1),
        filed(DocType.BLANK, "c/扫描.pdf", sequence=2),
    ]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(len(_everything()))))
def test_resolving_does_not_depend_on_the_order_of_documents(rulebook: Rulebook, order: list[int]) -> None:
    documents = _everything()
    assert resolve([documents[index] for index in order], rulebook) == resolve(documents, rulebook)


def _garbled(document: FiledDocument, choices: Sequence[int]) -> FiledDocument:
    """The document with some values blank, unreadable, in doubt or gone."""
    fields = []
    for one, choice in zip(document.document.fields, itertools.cycle(choices), strict=False):
        changes: list[dict[str, Any] | None] = [
            {},
            None,
            {"value": "", "raw": ""},
            {"value": "", "raw": "▨▨", "needs_review": True, "confidence": 0.2},
            {"value": one.value[1:], "needs_review": True, "confidence": 0.5},
        ]
        change = changes[choice]
        if change is not None:
            fields.append(one.model_copy(update=change))
    return document.model_copy(update={"document": document.document.model_copy(update={"fields": tuple(fields)})})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=37))
def test_nothing_unreadable_stops_the_judgement_and_every_finding_leads_to_a_document(rulebook: Rulebook, choices: list[int]) -> None:
    documents = [_garbled(document, choices[index % len(choices) :] + choices) for index, document in enumerate(_everything())]
    resolution = resolve(documents, rulebook)
    ids = {document.document.document_id for document in documents}
    assert set(resolution.assignments) <= ids
    judgement = judge(resolution, {}, Registers(), rulebook)
    assert len({finding.finding_id for finding in judgement.findings}) == len(judgement.findings)
    assert {evidence.document_id for finding in judgement.findings for evidence in finding.evidence} <= ids
    assert {finding.applicant_id for finding in judgement.findings} <= {one.applicant_id for one in judgement.applicants} | {None}


def test_every_document_but_blanks_and_summaries_is_assigned_or_unplaced(rulebook: Rulebook) -> None:
    documents = _everything()
    resolution = resolve(documents, rulebook)
    unplaced = {filed.document.document_id for filed in resolution.unplaced}
    for document in documents:
        if document.document.doc_type not in (DocType.BLANK, DocType.RECOMMENDATION_SUMMARY):
            assert (document.document.document_id in resolution.assignments) != (document.document.document_id in unplaced)


def test_a_rare_name_that_fell_apart_on_paper_finds_its_person_without_any_number(rulebook: Rulebook) -> None:
    scan = form("顾/扫描.pdf", source=Source.PAPER, name="顾吉吉", id_number=None)
    resolution = resolve_applicants([form("顾/表.docx", name="顾喆"), scan], rulebook)
    assert [dossier.name for dossier in resolution.dossiers] == ["顾喆"]
