"""Reading a plan: from the words to the object and back, by mouse and by keyboard, deciding and undoing."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

DESK = (1440, 900)
PHONE = (390, 844)


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """The province at the example plan, on its targets."""
    visitor.see_at(1440, 900)
    visitor.enter("province", "zh")
    visitor.open("/plans/")
    visitor.one(".plan-item__title a").click()
    visitor.wait_for(lambda: bool(visitor.all(".reading.is-ready")), "the plan is open")
    open_tab(visitor, "target")
    visitor.console()
    return visitor


def open_tab(reader: Visitor, tab: str) -> None:
    reader.open(reader.browser.current_url.removeprefix(reader.site.address).partition("?")[0] + f"?tab={tab}")
    reader.wait_for(lambda: bool(reader.all(".reading.is-ready")), f"the tab {tab} is open")


def active(reader: Visitor) -> str:
    return reader.one(".object.is-active").get_attribute("data-object") or ""


def press(reader: Visitor, key: str) -> None:
    reader.one("body").send_keys(key)


def test_a_click_on_the_words_opens_the_object_and_the_other_way(reader: Visitor) -> None:
    mark = reader.all(".mark")[3]
    mark.click()
    assert active(reader) in (mark.get_attribute("data-at") or "").split()
    assert f"#o-{active(reader)}" in reader.browser.current_url
    card = reader.all(".object")[0]
    card.find_element("css selector", "[data-object-link]").click()
    address = card.get_attribute("data-object") or ""
    assert active(reader) == address
    assert address in (reader.one(".mark.is-active").get_attribute("data-at") or "").split()


def test_an_address_opens_its_object(reader: Visitor) -> None:
    reader.all(".mark")[5].click()
    wanted, address = active(reader), reader.browser.current_url
    reader.browser.get("about:blank")
    reader.browser.get(address)
    reader.wait_for(lambda: bool(reader.all(".object.is-active")), "the object is open")
    assert active(reader) == wanted


def test_the_keyboard_walks_confirms_and_the_toast_undoes(reader: Visitor) -> None:
    for key in "jjk":
        press(reader, key)
    first = reader.all(".object")[0]
    assert active(reader) == first.get_attribute("data-object")
    press(reader, "c")
    reader.wait_for(lambda: reader.one(".object.is-active").get_attribute("data-state") == "confirmed", "confirmed")
    assert "1 /" in reader.words("#review-progress")
    reader.one(".toast .button").click()
    reader.wait_for(lambda: "已处理 0 /" in reader.words("#review-progress"), "undone")


def test_a_correction_is_made_in_place_and_taken_back_in_the_history(reader: Visitor) -> None:
    press(reader, "j")
    press(reader, "e")
    reader.wait_for(lambda: bool(reader.all(".is-editing [name=target_year]")), "the form is there")
    year = reader.one(".is-editing [name=target_year]")
    year.clear()
    year.send_keys("2026", Keys.ENTER)
    reader.wait_for(lambda: reader.one(".object.is-active").get_attribute("data-state") == "corrected", "corrected")
    assert "2026" in reader.words(".object.is-active .object__facts")
    reader.open(reader.browser.current_url.removeprefix(reader.site.address).partition("?")[0] + "history/")
    reader.one("tbody form button").click()
    reader.wait_for(lambda: bool(reader.all(".row--withdrawn")), "withdrawn")


def test_selected_words_can_be_added(reader: Visitor) -> None:
    reader.run(
        """const segment = [...document.querySelectorAll('[data-plan-text] [data-start]')].find((one) => one.textContent.length > 40);
        const range = document.createRange(); range.setStart(segment.firstChild, 4); range.setEnd(segment.firstChild, 20);
        window.__words = range.toString(); getSelection().removeAllRanges(); getSelection().addRange(range);"""
    )
    reader.wait_for(lambda: reader.one("[data-reading-pick]").is_displayed(), "the offer to add")
    words = reader.run("return window.__words")
    reader.one("[data-pick-kind=clause]").click()
    reader.wait_for(lambda: bool(reader.all("#quote")), "the form is open")
    assert reader.one("#quote").get_attribute("value") == words


@pytest.mark.parametrize(
    ("language", "sizes"), [("zh", (DESK, PHONE)), ("en", (PHONE, DESK))], ids=["zh-from-a-desk", "en-from-a-phone"]
)
def test_every_planning_page_is_quiet_and_fits(
    reader: Visitor, pictures: Path, language: str, sizes: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    plan = reader.browser.current_url.removeprefix(reader.site.address).partition("?")[0]
    reader.enter("province", language)
    reader.console()
    reader.outside_requests()
    tabs = [f"{plan}?tab={tab}" for tab in ("task", "clause", "target", "responsibility", "rule", "notice")]
    plan_id = plan.strip("/").partition("/")[2]
    pages = [*tabs, f"{plan}matrix/", f"{plan}history/", f"{plan}add/?of=target", "/plans/coverage/"]
    pages.append(f"/plans/compare/?parent={plan_id}&child={plan_id}")
    problems = []
    for number, page in enumerate(pages):
        reader.see_at(*sizes[0], dark=language == "en")
        reader.open(page)
        picture = pictures / f"plans-{number:02d}-{language}"
        problems += reader.look_at_sizes(page, sizes, picture, dark=language == "en")
    assert problems == []
