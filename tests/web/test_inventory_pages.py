"""Pages about the inventory as a whole: what they say is what the results of the run say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cocontrol_web.analysis.store import table_of
from cocontrol_web.inventory_pages.completeness import completeness_matrix, in_group
from cocontrol_web.inventory_pages.key_categories import assessed, cumulated, metrics_in
from cocontrol_web.inventory_pages.reconciliation import blocks
from cocontrol_web.inventory_pages.sectors import opened, sector_tree
from cocontrol_web.inventory_pages.uncertainty import bands, parts, variable_name
from cocontrol_web.inventory_pages.views import bulletin_of

from .conftest import World

Clients = Callable[[str], Client]

EMISSION = pl.DataFrame(
    {
        "cell_id": ["a", "b", "c", "d"],
        "source_id": ["x:a", "x:b", "x:c", "x:d"],
        "period": ["2013"] * 4,
        "category": ["1A1ai", "1A1ai", "1A2m", "2A1"],
        "fuel": ["raw_coal", "diesel", "raw_coal", None],
        "origin": ["f!A1"] * 4,
        "CO2": [30.0, None, 60.0, 10.0],
    }
)


def test_every_level_of_the_tree_is_the_sum_of_the_one_below_and_missing_is_not_zero() -> None:
    tree = sector_tree(EMISSION, "CO2", "2013")
    assert (tree.value, tree.cells, tree.missing) == (100.0, 4, 1)
    assert [(node.key, node.value) for node in tree.children] == [("1", 90.0), ("2", 10.0)]
    power = opened(tree, "1A1ai", "")[-1]
    assert {node.key: node.value for node in power.children} == {"raw_coal": 30.0, "diesel": None}
    assert power.explain == "CO2@category=1A1ai,period=2013"
    cell = opened(tree, "1A1ai", "diesel")[-1].children[0]
    assert (cell.key, cell.value, cell.origin) == ("b", None, "f!A1")


def test_a_level_with_a_single_entry_is_passed_through() -> None:
    trail = opened(sector_tree(EMISSION, "CO2", "2013"), "1", "")
    assert [node.key for node in trail] == ["", "1", "1A"]


def test_columns_stand_in_their_groups() -> None:
    assert in_group("CO2", "greenhouse_gas", "main")
    assert in_group("SO2", "air_pollutant", "main")
    assert not in_group("SF6", "greenhouse_gas", "main")
    assert in_group("SF6", "greenhouse_gas", "fluorinated")


def test_the_matrix_holds_every_cell_of_the_result_once(world: World) -> None:
    table = table_of(world.record, "completeness")
    matrix = completeness_matrix(table, period="2013", group="air_pollutant")
    shown = sum(len(row.cells) for _, rows in matrix.groups for row in rows)
    assert shown == matrix.cells == table.filter(pl.col("pollutant_group") == "air_pollutant").height
    assert all(one.owner is not None for one in matrix.owed)


def test_filtering_by_a_state_keeps_the_categories_that_have_it(world: World) -> None:
    matrix = completeness_matrix(table_of(world.record, "completeness"), period="2013", state="value")
    assert matrix.groups
    assert all(any(cell.state == "value" for cell in row.cells) for _, rows in matrix.groups for row in rows)


def test_the_page_of_completeness_says_who_owes_the_data(world: World, client_of: Clients) -> None:
    page = client_of("province").get(reverse("inventory-completeness")).content.decode()
    assert "农业农村局" in page
    assert 'abbr class="notation"' in page
    assert world.record.run_id in page


def test_an_interval_that_is_not_known_has_no_whisker(world: World) -> None:
    table = table_of(world.record, "uncertainty")
    chart = bands(parts(table, "2013", "CO2", "category"), "category", "t")
    assert chart is not None
    assert set(chart["series"][0]["lower"]) == {None}
    known = bands(parts(table, "2013", "N2O", "category"), "category", "t")
    assert known is not None
    series = known["series"][0]
    drawn = [
        (low, value, high)
        for low, value, high in zip(series["lower"], series["values"], series["upper"], strict=True)
        if low
    ]
    assert drawn
    assert all(low < value < high for low, value, high in drawn)


def test_variables_are_named_for_people() -> None:
    assert variable_name("factor", "IPCC_2006:bituminous:N2O:energy").zh == "烟煤 N₂O 能源工业"
    assert "thermal_power" not in variable_name("activity", "410000:thermal_power:raw_coal@2013").zh


def test_key_categories_are_cumulated_to_the_threshold(world: World) -> None:
    table = table_of(world.record, "key_category")
    metric = metrics_in(table)[0]
    assert metric.startswith("CO2e_")
    rows = assessed(table, metric, 1, "level")
    chart = cumulated(rows, 1, "t")
    assert chart is not None
    assert chart["cumulative"]["threshold"] == 0.95
    assert chart["cumulative"]["values"] == sorted(chart["cumulative"]["values"])
    assert rows[0]["is_key"]
    assert cumulated(assessed(table, metric, 1, "trend"), 1, "t") is None


@pytest.mark.parametrize("query", ["?by=trend", "?approach=2", "?metric=SO2", "?by=trend&approach=2"])
def test_key_categories_that_cannot_be_judged_say_why(world: World, client_of: Clients, query: str) -> None:
    answer = client_of("public").get(reverse("inventory-key-categories") + query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert ("data-chart" in text) is (query == "?metric=SO2")
    assert world.record.run_id in text


@pytest.mark.parametrize(
    "name",
    [
        "inventory-sectors",
        "inventory-completeness",
        "inventory-uncertainty",
        "inventory-key-categories",
        "inventory-grid",
        "target-dashboard",
    ],
)
@pytest.mark.usefixtures("world")
def test_a_choice_that_means_nothing_is_refused(client_of: Clients, name: str) -> None:
    asked = {
        "inventory-completeness": "state",
        "inventory-grid": "cell",
        "target-dashboard": "boundary",
        "inventory-key-categories": "metric",
    }
    answer = client_of("province").get(reverse(name), {asked.get(name, "measure"): "nonsense"})
    assert answer.status_code == 400
    assert "nonsense" in answer.content.decode()


def test_the_tabs_lead_to_every_page_and_the_navigation_marks_the_inventory(world: World, client_of: Clients) -> None:
    page = client_of("province").get(reverse("inventory-sectors")).content.decode()
    tabs = re.findall(r'class="tabs__tab" href="([^"]+)"', page)
    assert len(tabs) == 8
    assert re.search(r'href="/inventory/" data-shortcut="g i" aria-current="page"', page)
    public = client_of("public").get(reverse("inventory-sectors")).content.decode()
    assert reverse("inventory-reconciliation") not in public
    assert world.record.run_id in public


def test_the_bulletin_prints_the_tables_of_the_export(world: World, client_of: Clients) -> None:
    page = client_of("public").get(reverse("inventory-bulletin")).content.decode()
    for table in bulletin_of(world.record).tables:
        assert (table.title.zh in page) is bool(table.rows and table.columns)


def test_the_interface_says_what_the_pages_say(world: World, client_of: Clients) -> None:
    client = client_of("analyst")
    tree = client.get(reverse("api:sectors", args=[world.record.run_id]), {"measure": "CO2"}).json()
    assert tree["value_t"] == pytest.approx(table_of(world.record, "emission")["CO2"].sum())
    view = client.get(reverse("api:target-dashboard", args=[world.record.run_id])).json()
    assert len(view["targets"]) == table_of(world.record, "target").height
    grid: dict[str, Any] = client.get(reverse("api:grid", args=[world.record.run_id]), {"cell": "0.25"}).json()
    assert sum(f["properties"]["t"] for f in grid["features"]) == pytest.approx(tree["value_t"], rel=1e-3)
    assert len(grid["steps"]) == 12
    assert {f"s{n}" for n in range(12)} <= set(grid["features"][0]["properties"])


def test_hours_are_named_in_local_time(world: World, client_of: Clients) -> None:
    answer = client_of("analyst").get(
        reverse("api:grid", args=[world.record.run_id]), {"cell": "0.25", "steps": "hour"}
    )
    assert answer.json()["steps"][0] == "07-10 08:00"


@pytest.mark.usefixtures("world")
def test_a_file_that_is_no_inventory_is_refused_with_its_faults(client_of: Clients) -> None:
    upload = SimpleUploadedFile("other.csv", b"a,b\n1,2\n")
    answer = client_of("province").post(reverse("inventory-reconciliation"), {"layout": "reas", "file": upload})
    assert answer.status_code == 400
    assert "fault" in answer.content.decode()
    wrong = SimpleUploadedFile("other.exe", b"x")
    assert (
        client_of("province").post(reverse("inventory-reconciliation"), {"layout": "reas", "file": wrong}).status_code
        == 400
    )
    assert client_of("province").post(reverse("inventory-reconciliation"), {"layout": "reas"}).status_code == 400


def test_cells_of_another_inventory_are_shown_by_year_and_substance() -> None:
    cell = {
        "adcode": "410000", "year": 2013, "pollutant": "CO2", "group": "power", "group_zh": "电力", "group_en": "power",
        "ours_t": 2e6, "theirs_t": 1e6, "difference_t": 1e6, "difference_pct": 100.0, "agrees": False,
        "reasons_zh": ["口径"], "reasons_en": ["scope"],
    }  # fmt: skip
    (block,) = blocks({"cells": [cell, {**cell, "group": "total", "ours_t": None, "agrees": None}]})
    assert (block["disagree"], block["count"]) == (1, 1)
    assert block["rows"][0]["ours"] == 200.0
    assert block["rows"][1]["ours"] is None
    assert json.dumps(block["chart"])
