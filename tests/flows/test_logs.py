"""Logs: nothing personal in them whatever is logged, and never more than the disk can bear."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.logs import guard_other_loggers, keep_lines, log_to, rotating
from flows.privacy import masked

ID = "310101199001011237"
SECRET_FORMS = (
    ID,
    "31010119900101123X",
    "31010119900101123x",
    "３１０１０１１９９００１０１１２３Ｘ",
    "310101 19900101 1237",
    "3 1 0 1 0 1 1 9 9 0 0 1 0 1 1 2 3 7",
    "310101-19900101-123x",
    "310101　19900101　123ｘ",
    "310101_19900101_1237",
    "310101900101123",
    "310101199001011237310101199001011237",
    "13812345678",
    "138 1234 5678",
    "138-1234-5678",
    "１３８１２３４５６７８",
    "+86 13812345678",
    "8613812345678",
    "021-62345678",
    "(021)62345678",
    "02162345678",
    "0512-6234567",
    "zhang.san@example.com.cn",
    "zhang.san＠example.com",
    "上海市静安区南京西路1266号2703室",
    "宝山区友谊路１８８弄３号６０１室",
    "延安中路一百号",
)
FRAMES = ("{}", "张三{}.pdf", "推荐/{}/身份证正面.jpg", "id={},", "X{}Y", "a{}", "{}ab.pdf", "（{}）", "无法读取“身份证{}（2）.jpg”：损坏")


@pytest.mark.parametrize("secret", SECRET_FORMS)
@pytest.mark.parametrize("frame", FRAMES)
def test_no_personal_number_or_address_survives_in_any_text(secret: str, frame: str) -> None:
    shown = masked(frame.format(secret))
    digits = "".join(sign for sign in shown if sign.isdigit()).replace("2", "", 1) if "（2）" in frame else shown
    assert secret not in shown
    assert sum(sign.isdigit() for sign in digits) <= 1, shown


@given(
    st.integers(10**16, 10**17 - 1),
    st.sampled_from("0123456789XxＸｘ"),
    st.lists(st.sampled_from(["", "", " ", "-", "　", "_"]), min_size=17, max_size=17),
    st.sampled_from(["", "证", "a", "/", "："]),
)
def test_an_id_number_is_masked_however_it_is_spaced(number: int, check: str, gaps: list[str], beside: str) -> None:
    spaced = "".join(digit + gap for digit, gap in zip(str(number), gaps, strict=True)) + check
    assert sum(sign.isdigit() for sign in masked(beside + spaced + beside)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "2024年3月25日 10:30:00 收到 128 个文件",
        "2024-03-20 10:00:00,123 INFO flows.watch batch of 12 files in 3.25 s",
        "file 3f2a9c0b1d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8 read",
        "附件1 上海质量工匠申报审批表（第2页）",
        "质金〔2023〕15号",
        "worker 4711 ended with status -9 after 60.0 s",
    ],
)
def test_what_is_not_personal_stays_readable(text: str) -> None:
    assert masked(text) == text


def written(folder: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))


@pytest.fixture
def logger(tmp_path: Path) -> Iterator[logging.Logger]:
    made = logging.Logger("test")
    handler = rotating(tmp_path / "logs" / "gongjiang.log")
    made.addHandler(handler)
    yield made
    handler.close()


def test_no_exception_text_brings_an_id_number_into_the_log(tmp_path: Path, logger: logging.Logger) -> None:
    try:
        try:
            raise ValueError(f"cannot read 张三{ID}.pdf")
        except ValueError as error:
            raise RuntimeError(f"while loading 138 1234 5678 {os.sep}") from error
    except RuntimeError as error:
        logger.exception("failed on %s", f"{ID[:6]} {ID[6:14]} {ID[14:]}", stack_info=True)
        logger.warning("again", exc_info=error)
    text = written(tmp_path / "logs")
    assert "Traceback" in text and "RuntimeError" in text and "direct cause" in text
    assert ID not in text and "19900101" not in text and "5678" not in text


def test_a_record_whose_arguments_do_not_fit_is_neither_lost_nor_printed_raw(
    tmp_path: Path, logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    logger.warning("%d files from %s", ID)
    assert "arguments do not fit" in written(tmp_path / "logs")
    assert ID not in capsys.readouterr().err


def test_the_log_never_grows_beyond_its_parts(tmp_path: Path) -> None:
    handler = rotating(tmp_path / "logs" / "gongjiang.log")
    handler.maxBytes = 2000  # type: ignore[attr-defined]
    logger = logging.Logger("test")
    logger.addHandler(handler)
    for number in range(2000):
        logger.warning("line %d of many", number)
    handler.close()
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 6 and sum(file.stat().st_size for file in files) < 6 * 2100
    assert "line 1999" in (tmp_path / "logs" / "gongjiang.log").read_text(encoding="utf-8")


def test_asking_for_the_log_twice_writes_no_line_twice(tmp_path: Path) -> None:
    flows = logging.getLogger("flows")
    before = list(flows.handlers)
    try:
        log_to(tmp_path)
        path = log_to(tmp_path)
        logging.getLogger("flows.something").info("once")
        assert path.read_text(encoding="utf-8").count("once") == 1
    finally:
        for handler in set(flows.handlers) - set(before):
            flows.removeHandler(handler)
            handler.close()


def test_other_libraries_handlers_are_masked_too(tmp_path: Path) -> None:
    other = logging.getLogger("some.library")
    handler = logging.FileHandler(tmp_path / "other.log", encoding="utf-8")
    other.addHandler(handler)
    try:
        guard_other_loggers()
        guard_other_loggers()
        other.error("upload of %s failed", ID)
        assert len(handler.filters) == 1
    finally:
        other.removeHandler(handler)
        handler.close()
    assert ID not in written(tmp_path) and "upload of" in written(tmp_path)


def test_what_a_child_process_prints_is_masked_and_kept(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    thread = keep_lines(os.fdopen(reading, "rb"), tmp_path / "server.log")
    os.write(writing, f"GET /文件/{ID} 100% \udcff\n".encode("utf-8", "surrogateescape") + b"last line without end")
    os.close(writing)
    thread.join(5)
    text = written(tmp_path)
    assert "100%" in text and "last line without end" in text and ID not in text
