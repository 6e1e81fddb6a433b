"""A reviewer's work in a real browser: by keyboard, on the desk's screen and on a tablet, readable for all; nothing leaves the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import DESK, TABLET, UPRIGHT, window_of
from tests.flows.review.season import HOSTILE
from tests.pipeline.filed import EMPLOYER

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
READY, WAITING = "#verdict.ready", "#verdict.review"
BOX_IN_SIGHT = """() => {
    const [box, image, frame] = ['#paper .box', '#paper img', '#viewer'].map((name) => document.querySelector(name));
    if (!box || !image || !image.naturalWidth) return false;
    const [one, all] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
    return one.top >= all.top - 1 && one.bottom <= all.bottom + 1;
}"""
HEAD_IN_SIGHT = """() => {
    const head = document.querySelector('.head h1').getBoundingClientRect(), top = document.querySelector('.side').getBoundingClientRect();
    return head.top >= top.top - 1 && head.bottom < top.bottom;
}"""


def named(name: str) -> str:
    """The dossier page of somebody."""
    return f".head h1:text-is('{name}')"


def test_three_dossiers_by_keyboard_with_a_correction_a_waiver_and_undo(chromium: Browser, running: str) -> None:
    with window_of(chromium, running, DESK) as window:
        page = window.page
        window.sign_in()
        window.press("Enter", "#paper img")  # the first in the queue is the one whose papers hold scripts
        assert page.inner_text(".head h1") == HOSTILE
        window.press("n", named("张建国"))

        # A clean dossier takes one key, and the next one opens.
        window.press("y", named("王海燕"))
        assert page.inner_text("#verdict") == "待人工审核"
        page.wait_for_function(BOX_IN_SIGHT)
        assert page.evaluate(HEAD_IN_SIGHT)

        # A doubtful reading: not confirmed unseen; shown, accepted, undone, entered anew.
        window.press("a", "#said:has-text('还没有显示')")
        window.press("r", "dd:has-text('13819880202')")
        window.press("a", "#said:has-text('已确认识读无误')")
        window.press("u", "#said:has-text('已撤销')")
        page.keyboard.press("c")
        page.keyboard.type("13819880202")
        window.press("Enter", READY)
        window.press("n", named("赵文博"))

        # Two contradictions: one waived with a reason, in the other a value corrected at its source.
        assert page.locator(".finding .clip").count() == 2
        page.keyboard.press("w")
        page.keyboard.type("同一单位的两个名称")
        window.press("Enter", ".finding >> nth=0")
        page.wait_for_selector("#said:has-text('不计')")
        assert page.locator("[data-finding]").count() == 1 and page.inner_text("#verdict") == "待人工审核"
        page.click("[data-finding] figure:has-text('扫描') >> [data-edit]")
        page.keyboard.type("焊工")
        window.press("Enter", READY)
        window.press("u", WAITING)
        page.click("details.history summary")
        assert page.locator(".history li").count() == 3
        page.keyboard.press("Escape")

        # What is not clean is not passed by a slip.
        window.press("y", "#despite[open]")
        page.keyboard.type("工会已书面说明")
        page.keyboard.press("Tab")
        window.press("Enter", named("陈志强"))
        assert window.faults == []


def test_numbers_are_revealed_on_the_page_and_the_word_body_shows_where_a_value_stands(chromium: Browser, running: str) -> None:
    with window_of(chromium, running, DESK) as window:
        page = window.page
        window.sign_in()
        page.click("text=王海燕")
        page.wait_for_function(BOX_IN_SIGHT)
        before = page.get_attribute("#paper img", "src")
        assert "13819880203" not in page.content()
        window.press("r", "dd:has-text('13819880202')")
        page.wait_for_function("(old) => document.querySelector('#paper img')?.src.endsWith(old) === false", arg=before)
        page.click(".values:has-text('电子件') summary")
        page.click(f".values:has-text('电子件') .value:text-is('{EMPLOYER}')")
        page.wait_for_selector(f".word .hit:has-text('{EMPLOYER}')")
        page.keyboard.press("]")
        page.wait_for_selector("#paper img")
        window.press("?", "#keys[open]")
        assert window.violations() == []
        page.keyboard.press("Escape")
        assert window.faults == []


@pytest.mark.parametrize(("size", "touch"), [(DESK, False), (TABLET, True), (UPRIGHT, True)], ids=["desk", "tablet", "upright"])
def test_pages_fit_the_screen_and_axe_finds_nothing_serious(
    chromium: Browser, running: str, size: tuple[int, int], touch: bool, report_figure: Callable[[str], None]
) -> None:
    with window_of(chromium, running, size, touch=touch) as window:
        window.open("/sign-in")
        found = {"sign-in": window.violations()}
        window.sign_in()
        found["queue"] = window.violations()
        wide = {"queue": window.overflow()}
        window.open("/?verdict=excluded")
        found["empty queue"] = window.violations()
        window.open("/")
        window.page.click("text=赵文博")
        window.page.wait_for_function(BOX_IN_SIGHT)
        window.page.evaluate("document.querySelectorAll('.side details').forEach((one) => { one.open = true; })")
        found["dossier"], wide["dossier"] = window.violations(), window.overflow()
        assert window.faults == []
        window.open("/dossier/nobody")
        found["trouble"] = window.violations()
        window.page.click(".who button")
        window.sign_in("统计")
        found["refused"] = window.violations()
        assert {name: lines for name, lines in found.items() if lines} == {}
        assert {name: parts for name, parts in wide.items() if parts} == {}
        report_figure(
            f"review page at {size[0]}×{size[1]}: axe-core finds nothing serious on {len(found)} pages, nothing to scroll sideways"
        )
