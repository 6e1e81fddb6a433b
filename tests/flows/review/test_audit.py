"""The audit log: every view, reveal, decision and sign-in is on it, no tampering goes unseen, nothing out of anybody's papers is in it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.review.audit import AuditLog, last_hash, verify
from tests.flows.review.conftest import PASSWORD, Office
from tests.pipeline.filed import ZHANG

AT = datetime(2024, 3, 21, 9, 0, tzinfo=UTC)


def events(office: Office) -> list[tuple[str, str, str]]:
    """Who did what about whom."""
    read = (json.loads(line) for line in office.audit.read_text(encoding="utf-8").splitlines())
    return [(event["who"], event["what"], event["about"]) for event in read]


def test_whoever_looked_revealed_decided_or_signed_in_is_on_record_and_no_value_is(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("王海燕")
    finding = office.finding("王海燕", "LOW_CONFIDENCE")
    scan = next(one for one in office.desk.dossier(applicant).documents if one.path.endswith("扫描.pdf"))
    visit.get(f"/dossier/{applicant}")
    visit.get(f"/page/{scan.file_id}/1.jpg?applicant={applicant}")
    visit.post(f"/dossier/{applicant}/reveal")
    visit.post(f"/dossier/{applicant}/confirm", finding_id=finding, code="LOW_CONFIDENCE")
    visit.post(
        f"/dossier/{applicant}/correct", document_id=scan.document_id, field="phone", row="0", value="13912345678", reason="电话核实"
    )
    visit.post(f"/dossier/{applicant}/undo", finding_id="王海燕的电话 13912345678")
    visit.post(f"/dossier/{applicant}/stage", stage="1", outcome="passed", reason="看过 13912345678")
    office.client().post("/sign-in", data={"name": PASSWORD, "password": "typed into the wrong place"})
    visit.post("/sign-out")
    said = events(office)
    for what in ("view", "reveal", "confirm", "correct", "undo", "stage"):
        assert ("王审核", what, applicant) in said
    assert ("王审核", "view-page", scan.file_id) in said and ("王审核", "sign-in", "") in said and ("王审核", "sign-out", "") in said
    assert any(what == "sign-in-failed" for _, what, _ in said)
    text = office.audit.read_text(encoding="utf-8")
    for value in ("王海燕", "13912345678", "13819880203", ZHANG, PASSWORD, "扫描", "上海申江"):
        assert value not in text
    assert verify(office.audit) == (len(said), [])


def test_nothing_is_shown_that_could_not_be_put_on_record(office: Office) -> None:
    visit, applicant = office.visit(), office.id_of("张建国")
    office.audit.unlink()
    office.audit.mkdir()  # stands for a disk that takes nothing any more
    answer = visit.get(f"/dossier/{applicant}")
    assert answer.status_code == 404 and "操作记录" in answer.text and ZHANG[-4:] not in answer.text
    visit.post(f"/dossier/{applicant}/copies", copies="3")
    assert office.desk.dossier(applicant).copies == 0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "w.audit.jsonl"
    for number in range(6):
        AuditLog(path).append("王审核", "view", f"{number}", at=AT)
    return path


def test_a_line_that_was_changed_removed_slipped_in_or_moved_is_found(log: Path) -> None:
    whole = log.read_bytes().splitlines(keepends=True)
    assert verify(log) == (6, [])
    forged = json.loads(whole[2])
    forged["who"] = "李审核"
    attacks = {
        "changed": [*whole[:2], json.dumps(forged, ensure_ascii=False).encode() + b"\n", *whole[3:]],
        "removed": [*whole[:2], *whole[3:]],
        "first removed": whole[1:],
        "doubled": [*whole[:3], whole[2], *whole[3:]],
        "swapped": [*whole[:2], whole[3], whole[2], *whole[4:]],
        "no record": [*whole[:2], b"{}\n", *whole[3:]],
        "cut short": [*whole[:5], whole[5][:20]],
    }
    for name, lines in attacks.items():
        log.write_bytes(b"".join(lines))
        assert verify(log)[1], name


def test_lines_taken_off_the_end_show_in_the_number_and_the_last_hash(log: Path) -> None:
    noted = (verify(log)[0], last_hash(log))
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert (verify(log)[0], last_hash(log)) != noted


def test_a_crash_within_a_line_stays_visible_and_what_follows_is_whole(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-30])
    AuditLog(log).append("王审核", "view", "later", at=AT)
    count, faults = verify(log)
    assert count == 7 and faults[0].line == 6 and json.loads(log.read_bytes().splitlines()[-1])["about"] == "later"


def test_a_made_up_address_of_any_length_does_not_break_the_chain(log: Path) -> None:
    AuditLog(log).append("王审核", "view", "长" * 50_000, at=AT)
    AuditLog(log).append("王审核", "view", "\x00" * 50_000, at=AT)
    AuditLog(log).append("王审核", "view", "next", at=AT)
    assert verify(log) == (9, [])


def test_page_and_commands_writing_at_once_keep_one_chain(log: Path) -> None:
    def write(number: int) -> None:
        for turn in range(15):
            AuditLog(log).append(f"{number}", "view", f"{turn}", at=AT)  # a log of one's own, as another process has

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert verify(log) == (66, [])
