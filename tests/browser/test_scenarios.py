"""Measures, co-benefits, least-cost plans and pathways in a real browser: drawn, quiet, answering to keys and clicks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

DESK = (1440, 900)
PHONE = (390, 844)
PAGES = (
    "/measures/",
    "/measures/demonstration/wet_fgd/",
    "/measures/bring/",
    "/co-benefits/",
    "/co-benefits/?catalogue=sample&side=SO2&scale=linear",
    "/co-benefits/order/",
    "/co-benefits/synergy/",
    "/least-cost/?output_change=18&assumptions=on",
    "/least-cost/compare/",
    "/pathways/",
    "/pathways/?scenario=example-kaya",
    "/pathways/compare/",
    "/pathways/decomposition/",
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


def _ask(visitor: Visitor, title: str, **reductions: str) -> None:
    visitor.open("/least-cost/")
    for pollutant, less in reductions.items():
        visitor.one(f"[name=reduction_{pollutant}_2025]").send_keys(less)
    visitor.one("[name=title]").send_keys(title)
    visitor.one("#ask button.button--primary").click()
    visitor.wait_for(lambda: bool(visitor.all("main .stat, main .callout--bad")), "the plan is solved or refused")


def test_a_plan_is_asked_watched_and_read(visitor: Visitor, pictures: Path) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.console()
    visitor.outside_requests()
    _ask(visitor, "减污降碳", CO2="5", SO2="30")
    assert "一页说明" in visitor.words("main")
    assert "再多减 1 吨二氧化碳（CO₂）" in visitor.words("main")
    assert "synthetic" in visitor.words("main")
    assert len(visitor.all("main .chart__canvas canvas")) >= 3
    assert visitor.look_for_trouble("plan") == []
    visitor.keep_picture(pictures / "least-cost-plan-zh-1440.png")


def test_targets_that_cannot_be_met_are_named(visitor: Visitor, pictures: Path) -> None:
    visitor.see_at(*PHONE)
    visitor.enter("province", "en")
    _ask(visitor, "too much", CO2="60", NOx="10")
    assert "no solution" in visitor.words("main .callout--bad").lower()
    assert visitor.look_for_trouble("infeasible") == []
    visitor.keep_picture(pictures / "least-cost-infeasible-en-390.png")
    visitor.one("main .callout--bad button").click()
    visitor.wait_for(lambda: bool(visitor.all("main .plan-summary")), "the relaxed plan is solved")
    assert "relaxed" in visitor.words("main h1")


def test_targets_of_the_plan_are_ticked_and_explained(visitor: Visitor, pictures: Path) -> None:
    """The targets of the example plan: the intensity by the GDP of the statistics, the concentration by screening."""
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/least-cost/")
    assert "这里以 2013 年排放代替 2020 年" in visitor.words("#ask")
    for target in ("EX-G1", "EX-G5"):
        visitor.one(f"[name=targets][value={target}]").click()
    visitor.run("document.querySelectorAll('#ask details').forEach((one) => { one.open = true; })")
    screening = {"pm_now": "50", "pm_background": "15", "share_PM25": "25", "share_SO2": "20", "share_NOx": "15"}
    for name, value in screening.items():
        visitor.one(f"[name={name}]").send_keys(value)
    visitor.one("#ask button.button--primary").click()
    visitor.wait_for(lambda: bool(visitor.all("main .plan-summary")), "the plan is solved")
    words = visitor.words("main")
    assert "哪个目标最费钱" in words
    assert "浓度目标（筛查）" in words
    assert visitor.all("main [data-map]")
    assert visitor.look_for_trouble("targets of the plan") == []
    visitor.keep_picture(pictures / "least-cost-targets-zh-1440.png")


def test_a_changed_scenario_is_tried_without_being_kept(visitor: Visitor) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/pathways/?scenario=example-kaya")
    visitor.one("#edit summary").click()
    visitor.run("const t = document.querySelector('#text'); t.value = t.value.replace('value = 300', 'value = 100');")
    visitor.one("#edit button.button--primary").click()
    visitor.wait_for(lambda: "尚未保存" in visitor.words("main"), "the trial is shown")
    visitor.wait_for(lambda: "101.7" in visitor.words("main .stat__note"), "the level of the changed base")
    assert "尚未保存" in visitor.words("main")


def test_a_point_of_the_plane_is_reached_by_key_and_says_its_quadrant(visitor: Visitor) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.open("/co-benefits/?catalogue=sample")
    canvas = visitor.one("main .chart__canvas")
    canvas.send_keys("\ue014")
    visitor.wait_for(lambda: bool(visitor.all(".chart-tip__title")), "the tip of a point is shown")
    assert "减污降碳" in visitor.words(".chart-tip")
