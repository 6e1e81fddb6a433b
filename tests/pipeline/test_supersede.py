"""A corrected form takes the earlier one's place; both are kept; what cannot be told apart in time is left to a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.process import judge_everything
from schemas.codes import Severity, Source, Verdict
from schemas.records import FiledDocument, Judgement, Registers
from schemas.rules import Rulebook
from tests.pipeline.filed import FORM, LI, ON_TIME, filed, form, id_card, value, whole_dossier

LATER = ON_TIME + timedelta(days=1)
LATE = ON_TIME + timedelta(days=10)


def judged(documents: list[FiledDocument], rulebook: Rulebook) -> Judgement:
    return judge_everything(documents, Registers(), rulebook, {})


def with_new_form(new: FiledDocument) -> list[FiledDocument]:
    return [*whole_dossier(), new]


def corrected(rulebook: Rulebook, new: FiledDocument) -> tuple[Judgement, str]:
    """The judgement with a second electronic form, and the id of the first one."""
    documents = with_new_form(new)
    (old,) = [one for one in documents if one.document.source == Source.ELECTRONIC and one.path == form().path]
    return judged(documents, rulebook), old.document.document_id


def test_the_values_of_an_applicant_come_from_the_newer_form_and_the_older_one_stays_visible(rulebook: Rulebook) -> None:
    new = form("张建国/审批表（更正）.docx", received=LATER, post="钳工")
    judgement, old = corrected(rulebook, new)
    (applicant,) = judgement.applicants
    assert applicant.post == "钳工"
    assert judgement.superseded == {old: new.document.document_id}
    assert judgement.assignments[old] == judgement.assignments[new.document.document_id] == applicant.applicant_id


def test_a_corrected_form_is_not_held_against_the_one_that_it_corrects(rulebook: Rulebook) -> None:
    documents = [one for one in whole_dossier() if one.document.source == Source.ELECTRONIC or "审批表" not in one.path]
    wrong = [form(post="电工") if one.path == form().path else one for one in documents]
    judgement = judged([*wrong, form("张建国/审批表（更正）.docx", received=LATER, post="焊工")], rulebook)
    assert not [finding for finding in judgement.findings if (finding.code, finding.field) == ("FIELD_MISMATCH", "post")]


def test_a_correction_does_not_change_the_applicants_id(rulebook: Rulebook) -> None:
    (before,) = judged(whole_dossier(), rulebook).applicants
    judgement, _ = corrected(rulebook, form("张建国/更正.docx", received=LATER, name="张建囯"))
    assert [one.applicant_id for one in judgement.applicants] == [before.applicant_id]


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(form("张建国/副本.docx", post="钳工"), id="came at the same time"),
        pytest.param(form("张建国/副本.docx", received=LATER), id="says the same"),
        pytest.param(form("张建国/扫描.pdf", source=Source.PAPER, received=LATER, post="钳工"), id="is the paper original"),
        pytest.param(
            filed(form().document.doc_type, "张建国/第一页.docx", [value(n, FORM[n]) for n in ("name", "sex", "id_number", "employer")]
                  + [value("post", "钳工")], source=Source.ELECTRONIC, received=LATER),
            id="is one page only",
        ),
    ],
)  # fmt: skip
def test_only_a_later_whole_and_different_form_of_the_same_kind_supersedes(rulebook: Rulebook, new: FiledDocument) -> None:
    documents = [one for one in with_new_form(new) if one.document.source == Source.ELECTRONIC or one in (new,)]
    assert judged(documents, rulebook).superseded == {}


def test_another_persons_form_supersedes_nothing(rulebook: Rulebook) -> None:
    other = form("李秀英/审批表.docx", received=LATER, name="李秀英", id_number=LI, phone="13900139000", sex="女", birth_date="1990-11")
    assert corrected(rulebook, other)[0].superseded == {}


def test_of_three_versions_the_newest_is_current(rulebook: Rulebook) -> None:
    second = form("张建国/2.docx", received=LATER, post="钳工")
    third = form("张建国/3.docx", received=LATER + timedelta(days=1), post="车工")
    judgement = judged([*with_new_form(second), third], rulebook)
    assert set(judgement.superseded.values()) == {third.document.document_id} and len(judgement.superseded) == 2
    assert [one.post for one in judgement.applicants] == ["车工"]


def late(documents: list[FiledDocument], rulebook: Rulebook) -> list[tuple[Severity, str]]:
    found = judged(documents, rulebook).findings
    return [(finding.severity, finding.message) for finding in found if finding.code == "LATE_SUBMISSION" and finding.applicant_id]


def test_a_correction_after_the_deadline_is_told_from_a_late_first_submission(rulebook: Rulebook) -> None:
    ((severity, message),) = late(with_new_form(form("张建国/更正.docx", received=LATE, post="钳工")), rulebook)
    assert severity == Severity.WARNING and "补正" in message and "更正.docx" in message
    everything = [one.model_copy(update={"received_at": LATE}) for one in whole_dossier()]
    ((severity, message),) = late(everything, rulebook)
    assert severity == Severity.BLOCKER and "首次提交" in message


def test_what_was_lacking_at_the_deadline_is_no_correction(rulebook: Rulebook) -> None:
    documents = [one for one in whole_dossier() if one.path != id_card().path] + [id_card(received=LATE)]
    ((severity, message),) = late(documents, rulebook)
    assert severity == Severity.BLOCKER and "补交" in message


def test_a_late_correction_leaves_an_applicant_to_a_person(rulebook: Rulebook) -> None:
    judgement = judged(with_new_form(form("张建国/更正.docx", received=LATE, post="钳工")), rulebook)
    assert [one.verdict for one in judgement.applicants] != [Verdict.READY]
