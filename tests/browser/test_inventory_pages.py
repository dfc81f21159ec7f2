"""The pages about the inventory as a whole: drawn in both languages and sizes, and they answer to keys and clicks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

DESK = (1440, 900)
PHONE = (390, 844)
PAGES = (
    "/inventory/sectors/",
    "/inventory/sectors/?at=1A1ai&fuel=raw_coal",
    "/inventory/completeness/",
    "/inventory/uncertainty/?measure=N2O",
    "/inventory/key-categories/?metric=SO2",
    "/inventory/grid/?cell=0.25",
    "/inventory/reconciliation/",
    "/inventory/bulletin/",
    "/targets/dashboard/",
)


@pytest.mark.parametrize(
    ("size", "language", "dark"), [(DESK, "zh", False), (PHONE, "en", True)], ids=["desk", "phone"]
)
def test_every_page_is_drawn_and_quiet(
    visitor: Visitor, pictures: Path, size: tuple[int, int], language: str, dark: bool
) -> None:
    visitor.see_at(*size, dark=dark)
    visitor.enter("province", language)
    assert visitor.troubles_of(PAGES, pictures, f"{language}-{size[0]}") == []


def test_the_slider_of_the_grid_changes_the_step_by_key(visitor: Visitor) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/inventory/grid/?cell=0.25")
    slider = visitor.one("[data-grid-step]")
    slider.send_keys(Keys.ARROW_RIGHT)
    assert visitor.words("[data-grid-name]") == "2013-02"
    assert slider.get_attribute("aria-valuetext") == "2013-02"
    visitor.one("[data-grid-play]").click()
    assert visitor.attribute("[data-grid-play]", "aria-pressed") == "true"
    visitor.wait_for(lambda: visitor.words("[data-grid-name]") != "2013-02", "the next month is shown")
    visitor.one("[data-grid-play]").click()
    assert visitor.attribute("[data-grid-play]", "aria-pressed") == "false"


def _is_open(visitor: Visitor, name: str) -> bool:
    return name in visitor.words(".level-trail")


def test_one_goes_down_from_sector_to_source_cell_and_opens_the_provenance(visitor: Visitor) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/inventory/sectors/")
    for name in ("能源工业", "发电", "原煤"):
        visitor.browser.find_element(By.LINK_TEXT, name).click()
        visitor.wait_for(partial(_is_open, visitor, name), f"{name} is open")
    visitor.one("tbody .figure").click()
    visitor.wait_for(lambda: bool(visitor.all(".drawer .tree__item")), "the provenance is open")
    assert visitor.words(".drawer__cell")


def test_another_inventory_is_compared_and_shown(visitor: Visitor, shared: Path, pictures: Path) -> None:
    file = shared / "data" / "reas_provincial_emissions" / "reas_v32_8provinces_1990_2015.csv.gz"
    if not file.is_file():
        pytest.skip("needs the REAS data of the shared folder")
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/inventory/reconciliation/")
    visitor.outside_requests()
    visitor.run("document.querySelector('[name=layout]').value = 'reas'")
    visitor.one("input[type=file]").send_keys(str(file))
    visitor.one("main form button.button--primary").click()
    visitor.wait_for(lambda: len(visitor.all("main .section .chart__canvas canvas")) > 2, "the comparison is drawn")
    assert visitor.look_for_trouble("reconciliation") == []
    visitor.keep_picture(pictures / "inventory-reconciliation-reas-zh-1440.png")
