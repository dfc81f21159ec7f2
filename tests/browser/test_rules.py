"""Judging rules in the browser: a register in, a value set, verdicts out, undone; at both widths and in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

PLAN = """云港市供热整合行动方案

一、主要任务

1. 整合供热资源。支持30万千瓦及以上热电联产机组供热合理半径范围内的燃煤锅炉关停整合。（市发展改革委牵头）

2. 清理小型锅炉。2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。（市生态环境局负责）

3. 严控项目准入。坚决遏制“两高一低”项目盲目发展，空气质量明显改善。（市发展改革委负责）
"""
BOILERS = (
    "subject_id,adcode,fuel,capacity_tph,status,nearest_chp_mw,chp_distance_km\n"
    "GL-0001,410902,coal,34.9,operating,300,14.9\nGL-0002,410902,coal,35.0,operating,300,19.9\n"
    "GL-0003,410922,coal,80,operating,300,30.1\nGL-0004,410922,coal,20,retired,350,8\n"
)
SIZES = ((1440, 900), (390, 844))


def open_plan(visitor: Visitor, folder: Path) -> str:
    """Enters the plan (again: it is the same one) and gives the beginning of its addresses."""
    (folder / "plan.txt").write_text(PLAN, encoding="utf-8")
    visitor.open("/plans/")
    visitor.one("input[name=file]").send_keys(str(folder / "plan.txt"))
    visitor.one("form[enctype] .button--primary").click()
    visitor.wait_for(lambda: bool(visitor.all(".reading.is-ready")), "the plan is open")
    return visitor.browser.current_url.removeprefix(visitor.site.address).partition("?")[0]


def bring_boilers(visitor: Visitor, plan: str, folder: Path) -> None:
    (folder / "boilers.csv").write_text(BOILERS, encoding="utf-8")
    visitor.open(f"{plan}rules/?tab=registers")
    visitor.one("#upload-register option[value=boiler]").click()
    visitor.one("aside input[name=file]").send_keys(str(folder / "boilers.csv"))
    visitor.one("aside .button--primary").click()
    visitor.wait_for(lambda: bool(visitor.all(".verdict-table .verdict")), "the rules are judged")


def set_radius(visitor: Visitor, plan: str) -> None:
    visitor.open(f"{plan}parameters/?set=heat_radius_consolidation.radius_km")
    visitor.one("#value").send_keys("15")
    visitor.one("#source").send_keys("示例文件甲（示例〔2024〕1号）")
    visitor.one("#clause").send_keys("第3条")
    visitor.one("#set .button--primary").click()
    visitor.wait_for(lambda: bool(visitor.all(".callout--ok")), "the value is kept")


def test_a_register_and_a_value_make_verdicts_and_undoing_takes_them_back(
    visitor: Visitor, pictures: Path, tmp_path: Path
) -> None:
    visitor.see_at(*SIZES[0])
    visitor.enter("province", "zh")
    plan = open_plan(visitor, tmp_path)
    visitor.look_for_trouble("what the browser asked for when it started")
    visitor.open(f"{plan}rules/")
    visitor.keep_picture(pictures / "rules-empty-zh-1440.png")
    bring_boilers(visitor, plan, tmp_path)
    set_radius(visitor, plan)
    trouble: list[str] = []
    for language in ("zh", "en"):
        if language == "en":
            visitor.one("button[name=language]").click()
            visitor.wait_for(lambda: visitor.run("return document.documentElement.lang") == "en", "English")
        for page in ("verdicts", "rules", "registers", "history", "parameters"):
            visitor.see_at(*SIZES[0])
            visitor.open(f"{plan}parameters/" if page == "parameters" else f"{plan}rules/?tab={page}")
            trouble += visitor.look_at_sizes(f"{page} {language}", SIZES, pictures / f"rules-{page}-{language}")
    assert trouble == []
    visitor.see_at(*SIZES[0])
    visitor.open(f"{plan}rules/?tab=verdicts&value=candidate")
    assert [e.text for e in visitor.all(".verdict-table tbody th")] == ["GL-0001"]
    visitor.one(".verdict-table__facts summary").click()
    assert "15 km" in visitor.words(".verdict-table__facts")
    visitor.one(".verdict-table__rule a").click()
    visitor.wait_for(lambda: bool(visitor.all(".object.is-active")), "the clause is open")
    assert "供热合理半径" in visitor.words(".mark.is-active")
    visitor.open(f"{plan}parameters/")
    visitor.one("tbody form .button--quiet").click()
    visitor.wait_for(lambda: bool(visitor.all(".row--withdrawn")), "the value is taken back")
    visitor.open(f"{plan}rules/?tab=verdicts&value=candidate")
    assert not visitor.all(".verdict-table")
