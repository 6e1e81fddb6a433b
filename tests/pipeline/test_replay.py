"""Judging stored evidence by other rules: who flips, why, and nothing else."""

from __future__ import annotations

from datetime import date

from pipeline.process import explain, judge_everything
from pipeline.replay import compare
from schemas.codes import DocType, Truth, Verdict
from schemas.records import FiledDocument, PriorTitle, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import ZHANG, certificate, filed, value, waiver, whole_dossier

TITLE = "质量工匠"


def claimed_dossier(**changes: str) -> list[FiledDocument]:
    """张建国's faultless dossier whose forms claim the honour that the certificate shows."""
    documents = whole_dossier()
    rows = (("title", TITLE), ("issuer", "上海市质量协会"), ("date", "2022-05-01"))
    claim = tuple(value(f"honour_{name}", text, row=1) for name, text in rows)
    for number, one in enumerate(documents):
        if one.document.doc_type == DocType.APPLICATION_FORM:
            fields = (*one.document.fields, *claim)
            documents[number] = one.model_copy(update={"document": one.document.model_copy(update={"fields": fields})})
        elif one.document.doc_type == DocType.CERTIFICATE and changes:
            documents[number] = certificate(changes=changes)
    return documents


def shifted(rulebook: Rulebook, deadline: date) -> Rulebook:
    """The same rules with another deadline, which moves the window too."""
    return rulebook.model_copy(update={"edition": rulebook.edition.model_copy(update={"deadline": deadline}), "version": "other"})


def test_equal_rules_change_nothing(rulebook: Rulebook) -> None:
    judged = judge_everything(claimed_dossier(), Registers(), rulebook, {})
    assert [one.verdict for one in judged.applicants] == [Verdict.READY]
    assert compare(judged, judged).changes == ()


def test_a_later_window_flips_exactly_the_honours_and_verdicts_that_it_must(rulebook: Rulebook) -> None:
    documents = claimed_dossier()
    before = judge_everything(documents, Registers(), rulebook, {})
    after = judge_everything(documents, Registers(), shifted(rulebook, date(2028, 3, 25)), {})
    (change,) = compare(before, after).flips
    assert (change.name, change.before, change.after) == ("张建国", Verdict.READY, Verdict.REVIEW)
    assert {finding.code for finding in change.appeared} == {"HONOUR_OUT_OF_WINDOW", "NO_QUALIFYING_HONOUR"}
    (honour,) = change.honours
    assert (honour.title, honour.before, honour.after) == (TITLE, Truth.YES, Truth.NO)
    assert "2023-03-25 至 2028-03-25" in "".join(honour.reasons)


def test_a_waived_finding_is_no_reason_for_a_change(rulebook: Rulebook) -> None:
    documents = claimed_dossier()
    register = Registers(prior_titles=(PriorTitle(name="张建国", id_number=ZHANG, title="浦东工匠", year=2020),))
    before = judge_everything(documents, Registers(), rulebook, {})
    excluded = judge_everything(documents, register, rulebook, {})
    assert [change.after for change in compare(before, excluded).flips] == [Verdict.EXCLUDED]
    waived = {finding.finding_id: waiver(finding) for finding in excluded.findings if finding.code == "PRIOR_TITLE"}
    assert compare(before, judge_everything(documents, register, rulebook, waived)).changes == ()


def test_somebody_whom_new_rules_no_longer_see_is_listed(rulebook: Rulebook) -> None:
    before = judge_everything(claimed_dossier(), Registers(), rulebook, {})
    (change,) = compare(before, judge_everything([], Registers(), rulebook, {})).changes
    assert (change.before, change.after, change.flips) == (Verdict.READY, None, True)


def test_an_explanation_leads_from_the_page_to_the_verdict(rulebook: Rulebook) -> None:
    documents = claimed_dossier()
    judged = judge_everything(documents, Registers(), rulebook, {})
    found = explain(judged.applicants[0], judged, documents, rulebook)
    assert found is not None
    (honour,) = found.honours
    assert honour.qualifies == Truth.YES
    title = honour.claimed[0]
    assert (title.field, title.value, title.path) == ("honour_title", TITLE, "张建国/审批表.docx")
    assert {(read.field, read.page) for read in honour.certified} >= {("honour_issuer", 1), ("honour_date", 1), ("recipient", 1)}
    assert [(issuer.text, issuer.issuer_class, issuer.certain) for issuer in honour.issuers] == [("上海市质量协会", "saq", True)]
    assert [(one.condition, one.truth) for one in honour.conditions] == [
        ("certificate", Truth.YES),
        ("window", Truth.YES),
        ("issuer", Truth.YES),
        ("recipient", Truth.YES),
    ]
    assert all(one.reason and one.clause for one in honour.conditions)


def test_an_explanation_shows_what_stands_against_the_applicant_with_its_place(rulebook: Rulebook) -> None:
    documents = [one for one in claimed_dossier() if one.document.doc_type != DocType.UNION_CARD]
    documents.append(filed(DocType.OTHER, "张建国/说明.pdf"))
    judged = judge_everything(documents, Registers(), rulebook, {})
    found = explain(judged.applicants[0], judged, documents, rulebook)
    assert found is not None
    assert [finding.code for finding in found.weighing] == ["UNION_CARD_MISSING"]
    assert {found.paths[place.document_id] for place in found.weighing[0].evidence} == {"张建国/审批表.docx", "张建国/审批表扫描.pdf"}


def test_nobody_is_explained_who_is_not_there(rulebook: Rulebook) -> None:
    judged = judge_everything(claimed_dossier(), Registers(), rulebook, {})
    assert explain(judged.applicants[0], judged, [], rulebook) is None
