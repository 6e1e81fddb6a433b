"""状态.html: what the desk sees is true, whole at any moment, harmless whatever a file is called, and never taken for an arrival."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.inbox import SHANGHAI, walk
from flows.processes import own_mark
from flows.status_page import NAME, Board, page_of, render, shown_name
from flows.watch_state import Desk, WatchState
from schemas.codes import FileStatus
from schemas.errors import GongjiangError, RejectionCode, WarehouseUnavailable
from schemas.settings import Settings
from tests.warehouse import records as make
from warehouse.connection import open_warehouse
from warehouse.day import Day, day_at_desk
from warehouse.intake import Original, note_originals
from warehouse.load import load_file

ID = "310101199001011237"
NOW = datetime(2024, 3, 20, 15, 0, tzinfo=SHANGHAI)
HOSTILE = (
    "<script>alert(1)</script>.pdf",
    '"><img src=x onerror=alert(1)>.jpg',
    "{{ 7*7 }}{% raw %}.docx",
    "\u202egpj.exe",
    f"张三{ID}.pdf",
    f"张三 {ID[:6]} {ID[6:14]} {ID[14:]}.pdf",
    "李四13812345678.jpg",
    "a\nb\x1b[31m.pdf",
    "&lt;b&gt;.pdf",
)


class Reader(HTMLParser):
    """The text of a page and the tags in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), list[tuple[str, str | None]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse to be copied: making one anew takes most of a test's time."""
    path = tmp_path_factory.mktemp("empty") / "w.duckdb"
    open_warehouse(path).close()
    return path


@pytest.fixture
def settings(tmp_path: Path, empty: Path) -> Settings:
    (tmp_path / "收件").mkdir()
    shutil.copy(empty, tmp_path / "w.duckdb")
    return Settings(warehouse=tmp_path / "w.duckdb", cache_dir=tmp_path / "cache")


def arrive(settings: Settings, *names: str, rejection: RejectionCode | None = None, taken_at: datetime | None = None) -> None:
    """Files taken in (now, if not said otherwise) and read to their end."""
    with open_warehouse(settings.warehouse) as warehouse:
        for name in names:
            record = make.a_file(name, rejection=rejection)
            moment = taken_at or datetime.now(SHANGHAI)
            original = Original(path=record.path, sha256=record.sha256, bytes=1, received_at=record.received_at, taken_at=moment)
            note_originals(warehouse, [original])
            load_file(warehouse, record)


def a_state(**change: object) -> WatchState:
    return WatchState(process=own_mark(), folder="收件", began_at=NOW, looked_at=NOW).model_copy(update=change)


def a_day(settings: Settings, day: datetime = NOW) -> Day:
    with open_warehouse(settings.warehouse) as warehouse:
        return day_at_desk(warehouse, day.date())


def test_every_file_of_the_day_is_on_the_page_with_its_end_and_what_to_do(settings: Settings) -> None:
    arrive(settings, "读入.pdf", taken_at=NOW - timedelta(hours=1))
    arrive(settings, "加密.pdf", rejection=RejectionCode.ENCRYPTED, taken_at=NOW)
    arrive(settings, "昨天的.pdf", taken_at=NOW - timedelta(days=1))
    arrive(settings, "昨天坏的.pdf", rejection=RejectionCode.CORRUPT, taken_at=NOW - timedelta(days=1))
    day = a_day(settings)
    assert [one.path for one in day.arrived] == ["加密.pdf", "读入.pdf"]
    assert [one.path for one in day.refused] == ["加密.pdf", "昨天坏的.pdf"], "what cannot be read stays listed until it is read"
    text = Reader(render(a_state(), day, NOW)).text
    for shown in ("读入.pdf", "加密.pdf", "昨天坏的.pdf", "ENCRYPTED 的说明", "已读入", "不能读取", "正在监视", "03月20日 15:00"):
        assert shown in text
    assert "昨天的.pdf" not in text


def test_what_lies_in_a_container_comes_on_the_day_the_container_did(settings: Settings) -> None:
    outer = make.a_file("材料.zip", media_type="application/zip")
    inner = make.a_file("材料.zip!/证书.jpg", parent=outer)
    with open_warehouse(settings.warehouse) as warehouse:
        original = Original(path=outer.path, sha256=outer.sha256, bytes=1, received_at=outer.received_at, taken_at=NOW)
        note_originals(warehouse, [original])
        load_file(warehouse, inner)
        load_file(warehouse, outer)
    day = a_day(settings)
    assert {one.path: one.counted for one in day.arrived} == {"材料.zip": False, "材料.zip!/证书.jpg": True}
    assert "材料.zip › 证书.jpg" in Reader(render(a_state(), day, NOW)).text


def test_what_was_taken_in_and_not_yet_read_is_not_forgotten(settings: Settings) -> None:
    record = make.a_file("等着.pdf")
    with open_warehouse(settings.warehouse) as warehouse:
        note_originals(warehouse, [Original(path=record.path, sha256=record.sha256, bytes=1, received_at=record.received_at, taken_at=NOW)])
    text = Reader(render(a_state(waiting=("写了一半.pdf",)), a_day(settings), NOW)).text
    assert "等着.pdf" in text and "写了一半.pdf" in text


def test_no_file_name_can_run_spoil_or_betray_anything(settings: Settings) -> None:
    arrive(settings, *HOSTILE, taken_at=NOW)
    arrive(settings, *(f"坏{name}" for name in HOSTILE), rejection=RejectionCode.CORRUPT, taken_at=NOW)
    page = render(a_state(waiting=tuple(shown_name(name) for name in HOSTILE)), a_day(settings), NOW)
    read = Reader(page)
    assert not read.tags & {"script", "img", "b", "iframe", "link", "a", "object"}
    assert not any(key.startswith("on") or key in ("src", "href") for key, _ in read.attributes)
    assert ID not in page and "13812345678" not in page and "19900101" not in page
    assert "\u202e" not in page and "\x1b" not in page
    assert "{{ 7*7 }}{% raw %}.docx" in read.text and "<script>alert(1)</script>.pdf" in read.text and "&lt;b&gt;.pdf" in read.text


def test_the_page_needs_nothing_from_outside_and_renews_itself_until_the_watch_ends(settings: Settings) -> None:
    arrive(settings, "a.pdf", taken_at=NOW)
    page = render(a_state(), a_day(settings), NOW)
    assert '<html lang="zh-CN">' in page and '<meta charset="utf-8">' in page
    assert '<meta http-equiv="refresh" content="10">' in page
    assert not re.search(r"(?:src|href|url)\s*[=(]", page) and "http://" not in page and "https://" not in page
    ended = render(a_state(ended_at=NOW), a_day(settings), NOW)
    assert "refresh" not in ended.replace("default-src", "") and "已停止监视" in ended


def test_a_pause_is_the_first_thing_on_the_page_and_says_what_to_do(settings: Settings) -> None:
    board = Board(settings.warehouse.parent / "收件", settings)
    board.paused(WarehouseUnavailable("磁盘空间不足，无法写入仓库。", "请清理磁盘后重试。"))
    text = Reader(board.page.read_text(encoding="utf-8")).text
    assert "已暂停" in text and "磁盘空间不足，无法写入仓库。请清理磁盘后重试。" in text and "都在原处" in text
    state = Desk(settings).watched()
    assert state is not None and state.paused is not None
    board.resumed()
    assert "已暂停" not in board.page.read_text(encoding="utf-8")


def test_the_board_shows_looks_progress_and_the_end(settings: Settings) -> None:
    folder = settings.warehouse.parent / "收件"
    board = Board(folder, settings)
    board.looked([folder / f"{number}.pdf" for number in range(25)])
    page = board.page.read_text(encoding="utf-8")
    assert "19.pdf" in page and "20.pdf" not in page and "等 25 个" in page
    board.counted(0, 12)
    board.counted(12, 12)
    assert "共 12 个" in board.page.read_text(encoding="utf-8")
    arrive(settings, "读完.pdf")
    board.finished()
    page = board.page.read_text(encoding="utf-8")
    assert "读完.pdf" in page and "共 12 个" not in page
    board.notice("通知", f"没有发出 {ID}")
    board.notice("备份", "没有做成")
    page = board.page.read_text(encoding="utf-8")
    assert "没有发出" in page and "没有做成" in page and ID not in page
    board.notice("通知", None)
    assert "没有发出" not in board.page.read_text(encoding="utf-8")
    board.stop()
    assert Desk(settings).watched() is None and Desk(settings).state() is not None


def test_the_page_lies_beside_the_folder_and_is_refused_inside_it(settings: Settings) -> None:
    folder = settings.warehouse.parent / "收件"
    assert page_of(folder, settings) == settings.warehouse.parent / NAME
    inside = settings.model_copy(update={"status_page": folder / "sub" / NAME})
    with pytest.raises(GongjiangError, match="里面"):
        Board(folder, inside)
    board = Board(folder, settings)
    board.finished()
    assert board.page.exists() and list(walk([folder])) == []


def test_a_page_that_cannot_be_written_is_told_once_and_stops_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    unwritable = settings.model_copy(update={"status_page": settings.warehouse.parent / "absent" / NAME})
    board = Board(settings.warehouse.parent / "收件", unwritable)
    for _ in range(3):
        board.finished()
    assert capsys.readouterr().err.count("状态页写不进去") == 1


def test_a_damaged_or_locked_warehouse_leaves_the_page_as_it_was(settings: Settings) -> None:
    arrive(settings, "早先.pdf")
    board = Board(settings.warehouse.parent / "收件", settings)
    board.finished()
    settings.warehouse.write_bytes(b"\xff" * 20_000)
    board.finished()
    assert "早先.pdf" in board.page.read_text(encoding="utf-8")


@pytest.fixture
def board(settings: Settings) -> Iterator[Board]:
    made = Board(settings.warehouse.parent / "收件", settings)
    yield made
    made.stop()


def test_a_browser_never_sees_half_a_page(board: Board) -> None:
    board.looked([])
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            board.paused("很长的说明" * (number % 50))

    thread = threading.Thread(target=write)
    thread.start()
    give_up = time.monotonic() + 1.5
    seen = 0
    while time.monotonic() < give_up:
        page = board.page.read_bytes()
        assert page.endswith(b"</html>") or page.rstrip().endswith(b"</html>")
        seen += 1
    stop.set()
    thread.join()
    assert seen > 20
    assert [path.name for path in board.page.parent.iterdir() if path.name.endswith(".tmp")] == []


def test_a_duplicate_counts_as_received(settings: Settings) -> None:
    with open_warehouse(settings.warehouse) as warehouse:
        first = make.a_file("一.pdf", content="same")
        second = make.a_file("二.pdf", content="same", status=FileStatus.DUPLICATE, duplicate_of=first.file_id)
        for record in (first, second):
            original = Original(path=record.path, sha256=record.sha256, bytes=1, received_at=record.received_at, taken_at=NOW)
            note_originals(warehouse, [original])
            load_file(warehouse, record)
    text = Reader(render(a_state(), a_day(settings), NOW)).text
    assert "二.pdf" in text and "重复" in text and "内容完全相同" in text
