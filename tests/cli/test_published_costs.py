"""The commands on published costs: the catalogue that holds them, what they rest on, and the references to compare."""

from __future__ import annotations

import json
from typing import Any

from tests.conftest import Call


def rows(call: Call, *arguments: object) -> list[dict[str, Any]]:
    outcome = call("measures", *arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)
    return found


def test_the_published_catalogue_is_chosen_by_name_and_says_how_well_it_is_known(call: Call) -> None:
    outcome = call("measures", "list", "--catalogue", "published", "--language", "en")
    assert outcome.code == 0
    assert "recalled" in outcome.err + outcome.out
    assert "in yuan of 2024" in outcome.err + outcome.out
    found = {row["measure_id"]: row for row in rows(call, "list", "--catalogue", "published")}
    assert found["scr"]["cost_known"]
    assert not found["electric_arc_furnace"]["cost_known"]
    assert found["green_power"]["status"] is None


def test_lineage_gives_every_figure_behind_a_cost(call: Call) -> None:
    found = rows(call, "lineage", "scr")
    assert [row["name"] for row in found] == ["CN_TARIFF_DENOX", "CPI_2014_2024", "CN_SUPPLY_COAL"]
    assert {row["status"] for row in found} == {"verified", "recalled"}
    assert call("measures", "lineage", "nobody").code != 0


def test_cost_references_are_filtered(call: Call) -> None:
    found = rows(call, "costs", "--search", "scr", "--country", "US", "--pollutant", "NOx")
    assert found
    assert {row["use"] for row in found} == {"ranking"}
    assert {row["place"] for row in found} == {"US"}


def test_a_catalogue_that_is_neither_name_nor_folder_is_not_found(call: Call) -> None:
    assert call("measures", "list", "--catalogue", "nowhere").code != 0
