"""Notifications: they say what is to be done and nothing personal, reach a real server, and never stop the work."""

from __future__ import annotations

import asyncio
import base64
import email
import hashlib
import hmac
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import datetime
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from flows.digest import Digest, digest_of
from flows.inbox import SHANGHAI
from flows.notify import Notifier, NotSent, send_email, send_wecom, ways
from flows.summary import RunSummary
from schemas.settings import Notification
from warehouse.connection import open_warehouse
from warehouse.day import UnitFinding
from warehouse.read import PageAccounting, RejectedArrival, Status

ID = "310101199001011237"
UNIT = "上海市宝山区质量创新促进中心"
NOW = datetime(2024, 3, 20, 15, 0, tzinfo=SHANGHAI)
DIGEST = Digest(loaded=3, duplicates=1, rejected={"有密码": 2}, found={UNIT: {"缺身份证": 2}, "": {"无法归类": 1}})


class Robot:
    """A chat robot's server on this machine: keeps what it was sent, answers what it was told to."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Any]] = []
        self.answers: list[tuple[int, bytes]] = []
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                robot.received.append((self.path, json.loads(body)))
                status, answer = robot.answers.pop(0) if robot.answers else (200, b'{"errcode": 0, "errmsg": "ok"}')
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/cgi-bin/webhook/send?key=SECRET-KEY"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def robot() -> Iterator[Robot]:
    made = Robot()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Mailbox:
    """A mail server on this machine that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], bytes]] = []
        self.port = 0
        self._ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._ready.wait(10)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await server.serve_forever()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        recipients: list[str] = []
        while line := await reader.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"RCPT":
                recipients.append(line.decode().split("<")[1].split(">")[0])
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.messages.append((recipients, body))
            writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            await writer.drain()
            if word == b"QUIT":
                break
        writer.close()


def a_summary(*rejected: str) -> RunSummary:
    pages = PageAccounting(files=0, pages=0, recognised=0, other=0, blank=0, unaccounted=0, files_without_documents=0)
    status = Status(
        files=(), rejected=(), documents=(), pages=pages, failures=0, applicants=(), open_findings=(), fields_to_review=0,
        unassigned_documents=0, broken_references=0,
    )  # fmt: skip
    return RunSummary(
        seconds=1.0,
        judging_seconds=0.1,
        arrived=len(rejected) + 2,
        known=0,
        loaded=2,
        duplicates=0,
        rejected=tuple(RejectedArrival(path=f"{ID}.pdf", error_code=code, error="x") for code in rejected),
        unreadable=(),
        open_findings=(),
        status=status,
    )


def eventually(true: Callable[[], object], seconds: float = 10.0) -> bool:
    give_up = time.monotonic() + seconds
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def test_a_digest_names_units_and_counts_and_only_what_is_new() -> None:
    before = [UnitFinding(unit=UNIT, code="ID_CARD_MISSING", title="缺身份证", count=2)]
    after = [
        UnitFinding(unit=UNIT, code="ID_CARD_MISSING", title="缺身份证", count=5),
        UnitFinding(unit="甲", code="SEAL_MISSING", title="缺公章", count=1),
    ]
    digest = digest_of(a_summary("ENCRYPTED", "ENCRYPTED", "CORRUPT"), {"ENCRYPTED": "有密码", "CORRUPT": "已损坏"}, before, after)
    assert digest.rejected == {"有密码": 2, "已损坏": 1}
    assert digest.found == {UNIT: {"缺身份证": 3}, "甲": {"缺公章": 1}}
    text = (digest + digest).text(NOW)
    assert "有密码 4" in text and f"{UNIT}：缺身份证 6" in text and ID not in text
    assert not digest_of(a_summary(), {}, after, after).worth_telling


def test_a_unit_whose_name_holds_a_number_betrays_nothing() -> None:
    assert ID not in Digest(found={f"张三{ID} 13812345678": {"缺公章": 1}}).text(NOW)


def test_nobody_is_told_unless_an_address_is_set(tmp_path: Path) -> None:
    settings = Notification()
    assert not settings.wanted and ways(settings) == []
    told: list[str | None] = []
    notifier = Notifier(settings, told.append)
    notifier.begin(tmp_path / "w.duckdb")
    notifier.after_batch(a_summary("CORRUPT"), tmp_path / "w.duckdb")
    notifier.close()
    assert told == []


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    open_warehouse(tmp_path / "w.duckdb").close()
    return tmp_path / "w.duckdb"


def notified(settings: Notification, warehouse: Path, *batches: RunSummary) -> list[str | None]:
    """What the desk is told after these batches."""
    told: list[str | None] = []
    notifier = Notifier(settings, told.append)
    notifier.begin(warehouse)
    for batch in batches:
        notifier.after_batch(batch, warehouse)
        if settings.interval_seconds == 0:
            time.sleep(0.1)
    notifier.close()
    return told


def wecom(robot: Robot, **change: Any) -> Notification:
    given = {"wecom_url": SecretStr(robot.url), "interval_seconds": 0, "retry_seconds": 0.01, "timeout_seconds": 5}
    return Notification(**{**given, **change})


def test_a_rejected_file_is_told_once_with_its_reason_and_without_its_name(robot: Robot, warehouse: Path) -> None:
    assert notified(wecom(robot), warehouse, a_summary("ENCRYPTED"), a_summary()) == [None]
    ((path, body),) = robot.received
    assert path.endswith("key=SECRET-KEY") and body["msgtype"] == "text"
    assert "有密码 1" in body["text"]["content"] and ID not in body["text"]["content"]


def test_batches_that_follow_one_another_become_one_message(robot: Robot, warehouse: Path) -> None:
    batches = [a_summary("ENCRYPTED") for _ in range(5)]
    notified(wecom(robot, interval_seconds=60), warehouse, *batches)
    assert 1 <= len(robot.received) <= 2
    assert sum("有密码" in body["text"]["content"] for _, body in robot.received) == len(robot.received)
    counts = [int(body["text"]["content"].split("有密码 ")[1].split("。")[0]) for _, body in robot.received]
    assert sum(counts) == 5, "a rejection that is not told is lost"


def test_a_robot_that_stumbles_is_asked_again(robot: Robot, warehouse: Path) -> None:
    robot.answers = [(502, b""), (200, b'{"errcode": 45009}')]
    assert notified(wecom(robot), warehouse, a_summary("CORRUPT")) == [None]
    assert len(robot.received) == 3


@pytest.mark.parametrize("answer", [(500, b""), (302, b""), (200, b'{"errcode": 93000}'), (200, b"<html>"), (200, b"[]")])
def test_a_robot_that_refuses_is_told_at_the_desk_without_its_key(robot: Robot, warehouse: Path, answer: tuple[int, bytes]) -> None:
    robot.answers = [answer] * 3
    (told,) = notified(wecom(robot), warehouse, a_summary("CORRUPT"))
    assert told is not None and "企业微信" in told and "收件不受影响" in told and "SECRET-KEY" not in told
    assert len(robot.received) == 3


def test_a_server_that_is_not_there_costs_the_run_no_time(robot: Robot, warehouse: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = wecom(robot, wecom_url=SecretStr("http://127.0.0.1:9/send?key=SECRET-KEY"), attempts=2)
    told: list[str | None] = []
    notifier = Notifier(settings, told.append)
    notifier.begin(warehouse)
    began = time.monotonic()
    notifier.after_batch(a_summary("CORRUPT"), warehouse)
    assert time.monotonic() - began < 2
    assert eventually(lambda: told)
    notifier.close()
    assert told[0] is not None and "SECRET-KEY" not in told[0] + caplog.text


def test_a_damaged_warehouse_gives_no_digest_and_no_exception(robot: Robot, warehouse: Path) -> None:
    warehouse.write_bytes(b"\xff" * 20_000)
    (told,) = notified(wecom(robot), warehouse, a_summary("CORRUPT"))
    assert told is not None and robot.received == []


def test_a_key_never_travels_unencrypted_to_another_machine(robot: Robot) -> None:
    with pytest.raises(NotSent, match="https"):
        send_wecom(wecom(robot, wecom_url=SecretStr("http://robot.example/send?key=SECRET-KEY")), "text")
    assert "SECRET-KEY" not in repr(wecom(robot))


def test_a_long_text_is_cut_to_what_wecom_takes(robot: Robot) -> None:
    many = Digest(found={f"第{number}推荐单位工会联合会": {"缺身份证": number, "缺工会会员卡": 1} for number in range(1, 60)})
    send_wecom(wecom(robot), many.text(NOW))
    content = robot.received[0][1]["text"]["content"]
    assert len(content.encode()) <= 2048 and content.endswith("状态页）")


def test_dingtalk_gets_the_signature_it_asks_for(robot: Robot, warehouse: Path) -> None:
    settings = Notification(dingtalk_url=SecretStr(robot.url), dingtalk_secret=SecretStr("SECabc"), interval_seconds=0, retry_seconds=0.01)
    assert notified(settings, warehouse, a_summary("EMPTY")) == [None]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(robot.received[0][0]).query)
    signed = hmac.new(b"SECabc", f"{query['timestamp'][0]}\nSECabc".encode(), hashlib.sha256).digest()
    assert query["sign"][0] == base64.b64encode(signed).decode()


def test_the_mail_reaches_everyone_named_and_can_be_read() -> None:
    mailbox = Mailbox()
    settings = Notification(
        email_to="a@example.com, b@example.com",
        email_from="desk@example.com",
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        smtp_security="none",
    )
    assert [name for name, _ in ways(settings)] == ["电子邮件"]
    send_email(settings, DIGEST.text(NOW))
    ((recipients, raw),) = mailbox.messages
    message = email.message_from_bytes(raw, policy=default)
    assert recipients == ["a@example.com", "b@example.com"]
    assert message["Subject"] == "【质量工匠收件】03月20日 15:00" and message["Date"] and message["Message-ID"]
    body = message.get_content()
    assert "有密码 2" in body and f"{UNIT}：缺身份证 2" in body and "（没有写明推荐单位）：无法归类 1" in body
