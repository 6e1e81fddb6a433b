"""The copy of an ID card: one side twice, stamps that void it, edges cut off: stated where seen, silent where not, doubted if unclear."""

from __future__ import annotations

import pytest

from schemas.codes import DocType
from schemas.records import FieldValue, FiledDocument
from schemas.rules import Rulebook
from tests.pipeline.filed import form, id_card, value
from tests.pipeline.test_judge import codes, judged

FRONT = {"authority": None, "valid_from": None, "valid_to": None}
BACK = {"name": None, "sex": None, "ethnicity": None, "birth_date": None, "address": None, "id_number": None}


def with_marks(card: FiledDocument, *marks: FieldValue) -> FiledDocument:
    return card.model_copy(update={"document": card.document.model_copy(update={"fields": (*card.document.fields, *marks)})})


def void(confidence: float = 0.98) -> FieldValue:
    return value("card_void", "void", raw="复印无效", row=1, page=1, confidence=confidence)


def about_cards(documents: list[FiledDocument], rulebook: Rulebook) -> set[tuple[str, str]]:
    return {found for found in codes(judged([form(), *documents], rulebook)) if "CARD" in found[0] or found[1].startswith("card_")} - {
        ("UNION_CARD_MISSING", "")
    }


def test_one_side_copied_twice_is_said_to_be_so(rulebook: Rulebook) -> None:
    fronts = [id_card("张建国/1.jpg", changes=FRONT), id_card("张建国/2.jpg", changes=FRONT)]
    judgement = judged([form(), *fronts], rulebook)
    (finding,) = (found for found in judgement.findings if found.code == "ID_CARD_SIDE_MISSING")
    assert finding.field == "back"
    assert "2份人像面" in finding.message and "同一面复印了两次" in finding.message
    (single,) = (found for found in judged([form(), fronts[0]], rulebook).findings if found.code == "ID_CARD_SIDE_MISSING")
    assert "两次" not in single.message


def test_a_stamp_that_voids_the_copy_is_stated_with_its_words(rulebook: Rulebook) -> None:
    judgement = judged([form(), with_marks(id_card(), void())], rulebook)
    (finding,) = (found for found in judgement.findings if found.code == "ID_CARD_COPY_VOID")
    assert "“复印无效”" in finding.message and finding.clause == "notice:二3"
    assert [evidence.value for evidence in finding.evidence] == ["复印无效"]


def test_a_copy_without_a_stamp_is_not_called_void(rulebook: Rulebook) -> None:
    assert about_cards([id_card()], rulebook) == set()


def test_a_stamp_read_with_doubt_goes_to_a_person_and_is_not_stated(rulebook: Rulebook) -> None:
    assert about_cards([with_marks(id_card(), void(0.7))], rulebook) == {("LOW_CONFIDENCE", "card_void")}


def test_a_second_copy_without_the_stamp_settles_the_matter(rulebook: Rulebook) -> None:
    stamped = with_marks(id_card("张建国/1.jpg"), void())
    assert about_cards([stamped, id_card("张建国/2.jpg")], rulebook) == set()
    # A second copy of one side only leaves the other side void.
    assert ("ID_CARD_COPY_VOID", "") in about_cards([stamped, id_card("张建国/2.jpg", changes=FRONT)], rulebook)


@pytest.mark.parametrize(("edge", "word"), [("left", "左边"), ("right", "右边"), ("top", "上边"), ("bottom", "下边")])
def test_a_card_cut_off_at_an_edge_is_stated_and_the_edge_named(rulebook: Rulebook, edge: str, word: str) -> None:
    cut = with_marks(id_card(), value("card_cut", edge, row=1, page=1))
    (finding,) = (found for found in judged([form(), cut], rulebook).findings if found.code == "ID_CARD_CUT")
    assert word in finding.message


def test_a_card_of_which_nothing_could_be_read_gives_no_finding_about_its_state(rulebook: Rulebook) -> None:
    from tests.pipeline.filed import filed

    assert about_cards([filed(DocType.ID_CARD, "张建国/卡.jpg")], rulebook) == set()
