"""What a person does on the pages: ask where a figure comes from, sort, search, switch, find a place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(visitor: Visitor) -> Visitor:
    visitor.see_at(1440, 900)
    visitor.enter("province", "zh")
    visitor.console()
    return visitor


def test_one_logs_in_with_the_form_and_changes_the_language(visitor: Visitor) -> None:
    visitor.see_at(1440, 900)
    visitor.log_in_by_hand("province")
    assert visitor.attribute("html", "lang") == "zh-Hans"
    visitor.one("button[name=language]").click()
    visitor.wait_for(lambda: visitor.attribute("html", "lang") == "en", "English")
    assert visitor.all(".sidenav")


def open_first_figure(desk: Visitor) -> str:
    figure = desk.one(".stat .figure")
    figure.click()
    desk.wait_for(lambda: bool(desk.all(".drawer[open] .tree__item")), "the drawer shows the tree")
    return figure.get_attribute("data-explain") or ""


def test_a_figure_opens_its_provenance_in_the_drawer(desk: Visitor) -> None:
    desk.open("/overview/")
    printed = desk.one(".stat .figure").text
    cell = open_first_figure(desk)
    assert desk.words(".drawer__cell") == cell
    shown = re.sub(r"\D", "", desk.words(".drawer__value"))
    assert shown.startswith(re.sub(r"\D", "", printed)[:3])


def test_the_drawer_closes_with_escape_and_gives_the_focus_back(desk: Visitor) -> None:
    desk.open("/overview/")
    cell = open_first_figure(desk)
    assert desk.run("return document.querySelector('.drawer').contains(document.activeElement)")
    desk.run("return document.activeElement").send_keys(Keys.ESCAPE)
    desk.wait_for(lambda: not desk.all(".drawer[open]"), "the drawer is closed")
    desk.wait_for(lambda: "#explain" not in desk.browser.current_url, "the address is the page's again")
    assert desk.run("return document.activeElement.dataset.explain") == cell


def test_an_address_that_names_a_cell_opens_the_drawer(desk: Visitor) -> None:
    desk.open("/overview/")
    open_first_figure(desk)
    address = desk.browser.current_url
    assert "#explain=" in address
    desk.browser.get("about:blank")
    desk.browser.get(address)
    desk.wait_for(lambda: bool(desk.all(".drawer[open] .tree__item")), "the drawer shows the tree")


def test_an_unknown_cell_is_told_in_words(desk: Visitor) -> None:
    desk.browser.get(f"{desk.site.address}/overview/#explain=NoSuchThing")
    desk.wait_for(lambda: bool(desk.all(".drawer[open] .callout--bad")), "the fault is shown")
    assert len(desk.words(".drawer .callout--bad")) > 5
    desk.console()


def test_the_chosen_theme_stays(desk: Visitor) -> None:
    desk.open("/overview/")
    ground = desk.one("body").value_of_css_property("background-color")
    desk.one("[data-theme-toggle]").click()
    assert desk.one("html").value_of_css_property("background-color") != ground
    desk.open("/targets/")
    assert desk.attribute("html", "data-theme") == "dark"
    desk.one("[data-theme-toggle]").click()
    assert desk.attribute("html", "data-theme") == "light"


def test_the_keyboard_reaches_search_and_lists_its_shortcuts(desk: Visitor) -> None:
    desk.open("/overview/")
    desk.one("body").send_keys("/")
    assert desk.run("return document.activeElement.matches('[data-search]')")
    desk.run("document.activeElement.blur()")
    desk.one("body").send_keys("?")
    assert len(desk.all(".dialog[open] .shortcuts dt")) >= 4
    desk.run("return document.activeElement").send_keys(Keys.ESCAPE)
    desk.wait_for(lambda: not desk.all(".dialog[open]"), "the list is closed")


def test_a_table_sorts_by_value_with_empty_cells_last(desk: Visitor) -> None:
    desk.open("/inventory/")
    values = (
        "return [...document.querySelectorAll('#pivot tbody tr')].map((row) => row.cells[1].dataset.value ?? null)"
        ".map((text) => (text === null ? null : Number(text)))"
    )
    for direction in (False, True):
        desk.one("#pivot thead th:nth-child(2) .sort").click()
        column = desk.run(values)
        numbers = [value for value in column if value is not None]
        assert len(numbers) >= 3
        assert column == sorted(numbers, reverse=direction) + [None] * (len(column) - len(numbers))


def test_a_chart_shows_its_table_and_shares(desk: Visitor) -> None:
    desk.open("/overview/")
    assert not desk.one(".chart__table").is_displayed()
    desk.one(".chart__tools button[aria-label='表格']").click()
    assert desk.one(".chart__table").is_displayed()
    assert len(desk.all(".chart__table tbody tr")) >= 3
    desk.one(".chart__tools button[aria-label='表格']").click()
    desk.one(".chart__tools input[value=share] + label").click()
    assert desk.run("return document.querySelector('.chart__tools input[value=share]').checked")


def test_the_keyboard_walks_through_a_chart_and_opens_the_provenance(desk: Visitor) -> None:
    desk.open("/overview/")
    chart = desk.one(".chart__canvas")
    chart.send_keys(Keys.ARROW_RIGHT)
    desk.wait_for(lambda: bool(desk.all(".chart-tip")), "the value is shown")
    chart.send_keys(Keys.ENTER)
    desk.wait_for(lambda: bool(desk.all(".drawer[open] .tree__item")), "the drawer shows the tree")
    assert desk.words(".drawer__cell")


def test_a_place_is_found_on_the_map_by_name(desk: Visitor) -> None:
    desk.open("/map/")
    field = desk.one(".map-places .input")
    field.send_keys("濮阳")
    desk.wait_for(lambda: bool(desk.all(".map-places__list button")), "places are listed")
    field.send_keys(Keys.ENTER)
    desk.wait_for(lambda: bool(desk.all(".map-selected h4")), "the region is told")
    assert "濮阳" in desk.one(".map-selected h4").text


def test_the_map_follows_metric_and_kinds(desk: Visitor) -> None:
    desk.open("/map/")
    before = desk.one(".map__legend").text
    desk.run(
        "const list = document.querySelector('[data-map-metric]'); list.selectedIndex = 1;"
        "list.closest('form').addEventListener('submit', (e) => e.preventDefault(), true);"
        "list.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    desk.wait_for(lambda: desk.one(".map__legend").text != before, "the legend follows the metric")
    with_all = desk.one(".map__legend").text
    desk.one("[data-map-kind=steel_plant]").click()
    desk.wait_for(lambda: desk.one(".map__legend").text != with_all, "the legend follows the kinds")
    assert desk.one(".map__legend").text not in ("", before)


def test_the_menu_of_a_phone_opens_and_closes(visitor: Visitor) -> None:
    visitor.see_at(390, 844)
    visitor.enter("province", "zh")
    visitor.open("/overview/")
    assert not visitor.one(".sidenav").is_displayed()
    visitor.one("[data-nav-toggle]").click()
    visitor.wait_for(lambda: visitor.one(".sidenav a").is_displayed(), "the menu is open")
    visitor.run("return document.activeElement").send_keys(Keys.ESCAPE)
    visitor.wait_for(lambda: not visitor.one(".sidenav").is_displayed(), "the menu is closed")


def test_a_run_is_started_watched_and_finished(desk: Visitor) -> None:
    desk.open("/runs/")
    desk.one(".page__actions form .button--primary").click()
    desk.wait_for(lambda: "/jobs/" in desk.browser.current_url, "the job has a page")
    desk.wait_for(lambda: bool(desk.all("main .callout--ok, main .callout--bad")), "the job has ended", seconds=90)
    assert desk.all("main .callout--ok")
    assert desk.console() == []


def test_a_file_is_checked_and_its_check_deleted_only_after_a_question(desk: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "statistics.csv"
    file.write_text("指标,值\n约三百,abc\n", encoding="utf-8")
    desk.open("/checks/")
    desk.one("input[type=file]").send_keys(str(file))
    assert "statistics.csv" in desk.one("[data-filedrop-name]").text
    desk.one("main form .button--primary").click()
    desk.wait_for(lambda: bool(desk.all(".fault")), "the faults are listed")
    desk.one("[data-confirm]").click()
    desk.wait_for(lambda: bool(desk.all(".dialog[open]")), "the question is asked")
    desk.one(".dialog[open] button[value=no]").click()
    desk.wait_for(lambda: not desk.all(".dialog[open]"), "the question is gone")
    assert desk.all(".fault")
    desk.one("[data-confirm]").click()
    desk.one(".dialog[open] button[value=yes]").click()
    desk.wait_for(lambda: not desk.all(".fault"), "the check is deleted")


def test_parts_that_come_later_work_like_the_page(desk: Visitor) -> None:
    desk.open("/about/")
    desk.run(
        """
        const part = document.createElement('div');
        part.innerHTML = `<div class="tabs" data-tabs><a class="tabs__tab" href="#one">1</a><a class="tabs__tab" href="#two">2</a></div>
          <section id="one">first</section><section id="two">second</section>
          <button class="help" data-help="what it means">?</button>
          <div class="toast-source" data-toast="ok" role="status">saved</div>`;
        document.querySelector('main').prepend(part);
        part.dispatchEvent(new CustomEvent('htmx:load', {bubbles: true, detail: {elt: part}}));
        """
    )
    assert desk.one("#one").is_displayed()
    assert not desk.one("#two").is_displayed()
    desk.one(".tabs__tab[href='#one']").send_keys(Keys.ARROW_RIGHT)
    assert desk.one("#two").is_displayed()
    desk.one("[data-help]").click()
    assert desk.words(".popover") == "what it means"
    assert "saved" in desk.words(".toast--ok")
    assert not desk.all("[data-toast]")
