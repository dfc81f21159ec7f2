"""A run with livestock, land and waste: from files to emissions, totals, explanation and rerun."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.cells import parse_cell
from cocontrol.io.explain import Explainer, explain
from cocontrol.io.exports.bulletin import bulletin_tables
from cocontrol.io.pipeline import run
from cocontrol.io.results import substance_totals
from cocontrol.io.runs import Run
from cocontrol.io.workspace import load_workspace

from .conftest import SETTINGS, make_workspace

TABLES = {
    "livestock": "行政区划代码,年份,畜种,饲养阶段或方式,年平均存栏 [万头]\n410000,2013,母猪,不分,1\n410000,2013,奶牛,规模化饲养,NE\n",
    "land_transition": (
        "adcode,year,start_year,from_category,to_category,area_ha\n"
        "410000,2013,2012,cropland,forest_land,100\n410000,2013,2012,cropland,cropland,900\n"
    ),
    "land_carbon_stock": (
        "adcode,land_category,pool,carbon_t_per_ha,source\n"
        "410000,cropland,biomass,5,synthetic\n410000,forest_land,biomass,50,synthetic\n"
    ),
    "landfill_mass_balance": (
        "adcode,year,site_type,waste_t,landfilled_share,doc,recovered_ch4_t\n"
        "410000,2013,managed_anaerobic,1000000,0.8,0.155,1000\n"
    ),
}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("sectors") / "small"
    entries = "".join(f'\n[[tables]]\ntable = "{name}"\npath = "tables/{name}.csv"\n' for name in TABLES)
    make_workspace(folder, settings=SETTINGS + entries)
    for name, text in TABLES.items():
        (folder / "tables" / f"{name}.csv").write_text(text, encoding="utf-8")
    return run(load_workspace(folder))


def by_category(done: Run, pollutant: str) -> dict[str, float | None]:
    rows = done.result("emission_by_sector").filter(pl.col("category").str.contains("^[34]"))
    return dict(rows.select("category", pollutant).rows())


def test_the_sectors_are_in_the_sums_and_conserved(done: Run) -> None:
    assert done.manifest["conservation_ok"] is True
    methane = by_category(done, "CH4")
    assert methane["3A1"] == pytest.approx(10.0)
    assert methane["3A2"] == pytest.approx(58.5)
    assert methane["4A"] == pytest.approx(36_300.0)
    assert by_category(done, "CO2")["3B1b"] == pytest.approx(-100 * 45 * 44 / 12)


def test_the_origin_is_the_cell_of_the_amount(done: Run) -> None:
    rows = done.result("emission").filter(pl.col("category") == "3A1")
    assert rows["origin"].to_list()[0] == "tables/livestock.csv!E2"


def test_removals_of_land_are_not_in_the_carbon_total(done: Run) -> None:
    total = done.result("indicator").filter(
        (pl.col("indicator_id") == "co2_emission") & (pl.col("boundary") == "direct")
    )
    fuel = done.result("emission").filter(~pl.col("category").str.starts_with("3B"))["CO2"].sum()
    assert total.filter(pl.col("period") == "2013")["value"].to_list() == [pytest.approx(fuel)]


def test_the_total_without_and_the_total_with_land_use_are_the_same_everywhere(done: Run) -> None:
    emission = done.result("emission")
    is_land = pl.col("category").str.starts_with("3B")
    without, land = float(emission.filter(~is_land)["CO2"].sum()), float(emission.filter(is_land)["CO2"].sum())
    assert land < 0 < without
    both = (pytest.approx(without), pytest.approx(without + land))

    facts = substance_totals(emission, done.result("coefficient_lineage")).row(
        by_predicate=pl.col("pollutant") == "CO2", named=True
    )
    assert (facts["total"], facts["total_with_land_use"]) == both

    sure = done.result("uncertainty").filter(pollutant="CO2", period="2013")
    assert tuple(sure.filter(scope=scope)["emission_t"].item() for scope in ("total", "total_with_land_use")) == both

    rows = {row.row_id: row for row in bulletin_tables(done).tables[0].rows}
    printed = tuple(rows[name].values[0] for name in ("CO2", "CO2_with_land_use"))
    assert printed == (pytest.approx(without / 1e4), pytest.approx((without + land) / 1e4))
    assert "without LULUCF" in rows["CO2"].label.en
    assert "with LULUCF" in rows["CO2_with_land_use"].label.en

    whole = explain(done, "CO2@period=2013", "en")
    assert (whole.children[0].value, whole.value) == both
    assert [node.value for node in whole.children] == [both[0], pytest.approx(land)]
    assert explain(done, str(whole.children[0].cell), "en").value == both[0]


def test_an_indicator_is_explained_by_the_total_that_it_counts(done: Run) -> None:
    wanted = {"indicator_id": "co2_emission", "boundary": "direct", "period": "2013"}
    row = done.result("indicator").filter(**wanted).row(0, named=True)
    (entry,) = [one for one in json.loads(row["inputs"]) if one.get("table") == "emission"]
    assert entry["cell"].endswith("scope=without_land_use")
    assert explain(done, entry["cell"], "en").value == pytest.approx(row["value"])


def test_the_report_names_both_totals(done: Run) -> None:
    page = (done.folder / "report" / "report.html").read_text(encoding="utf-8")
    assert "合计（不含土地利用）" in page
    assert "合计（含土地利用）" in page


def test_a_substance_of_land_use_alone_is_named_as_the_total_with_it(done: Run) -> None:
    only_land = Explainer(done, "en")
    only_land._tables["emission"] = done.result("emission").filter(pl.col("category").str.starts_with("3B"))
    told = only_land.emission(parse_cell("CO2@period=2013"))
    assert "with LULUCF" in told.label
    assert told.value == pytest.approx(-16_500.0)


def test_an_unknown_scope_of_a_total_is_refused_with_those_there_are(done: Run) -> None:
    with pytest.raises(InvalidInput, match="without_land_use"):
        explain(done, "CO2@scope=net", "en")


def test_an_explanation_lists_only_sources_that_give_off_the_substance(done: Run) -> None:
    told = explain(done, "CH4@category=3A2", "en").as_text()
    assert "livestock_ammonia" not in told
    assert "GB/T 32151.22-2024" in told
    missing = explain(done, "CH4@category=3A1", "en").as_text()
    assert "activity amount is missing" in missing


def test_one_landfill_method_alone_counts_and_is_compared_with_nothing(done: Run) -> None:
    assert done.result("finding").filter(pl.col("rule") == "landfill.other_method").is_empty()


def test_an_inventory_without_any_co2_has_its_run_and_its_report(tmp_path: Path) -> None:
    settings = SETTINGS.split("[[tables]]")[0] + '[[tables]]\ntable = "livestock"\npath = "tables/livestock.csv"\n'
    folder = make_workspace(tmp_path / "herds", settings=settings)
    (folder / "tables" / "livestock.csv").write_text(TABLES["livestock"], encoding="utf-8")
    made = run(load_workspace(folder))
    assert "CO2" not in made.result("emission").columns
    assert "CH4" in (made.folder / "report" / "report.html").read_text(encoding="utf-8").replace("₄", "4")
