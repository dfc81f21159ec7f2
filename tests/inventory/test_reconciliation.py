"""Other inventories: layouts, mapping, cells, changes; one fuel three ways."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.inventory.reconciliation.compare import compare_cells, sector_changes
from cocontrol.inventory.reconciliation.fuels import fuel_findings, reconcile_fuels
from cocontrol.inventory.reconciliation.layouts import LAYOUTS, get_layout, read_other, substance
from cocontrol.inventory.reconciliation.mapping import groups, map_groups
from cocontrol.reference.categories import categories

HENAN = "410000"


def emission(*rows: tuple[str, float | None], period: str = "2013") -> pl.DataFrame:
    return pl.DataFrame(
        [{"adcode": HENAN, "period": period, "category": c, "CO2": v} for c, v in rows],
        schema_overrides={"CO2": pl.Float64},
    )


def reas(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"adcode": HENAN, "species": s, "sector": c, "year": str(y), "value": str(v), "unit": "kt/year"}
            for s, c, y, v in rows
        ]
    )


REAS = reas(
    ("CO2", "PP", 2013, 110.0),
    ("CO2", "PP-EXCL-BF", 2013, 100.0),
    ("CO2", "PP-BF", 2013, 10.0),
    ("CO2", "ROAD", 2013, 20.0),
    ("CO2", "OTRA", 2013, 5.0),
    ("CO2", "TOTAL-EXCL-BF", 2013, 125.0),
    ("NOx", "ROAD", 2013, 3.0),
)


def test_reas_counts_fossil_co2_and_sets_totals_apart() -> None:
    made = read_other(
        REAS.with_columns(unit=pl.when(pl.col("species") == "NOx").then(pl.lit("ktNO2/year")).otherwise("unit")),
        get_layout("reas"),
    )
    parts = made.filter(~pl.col("is_total"), pollutant="CO2")
    assert dict(parts.select("sector", "value_t").iter_rows()) == {"PP-EXCL-BF": 1e5, "ROAD": 2e4, "OTRA": 5e3}
    assert made.filter(pollutant="NOx")["value_t"].item() == pytest.approx(3000.0)


def test_a_transport_that_is_not_split_merges_their_groups_and_says_so() -> None:
    theirs = read_other(REAS, get_layout("reas"))
    table = compare_cells(emission(("1A1ai", 104e3), ("1A3-P", 30e3)), theirs, get_layout("reas"))
    power, transport, total = (table.filter(group=g).to_dicts()[0] for g in ("power", "other_transport+road", "total"))
    assert (power["difference_t"], power["agrees"]) == (pytest.approx(4e3), True)
    assert transport["theirs_t"] == pytest.approx(25e3)
    assert any("1A3-P" in reason for reason in transport["reasons_en"])
    assert total["difference_pct"] == pytest.approx(100 * 9 / 125)


def test_a_transport_that_is_split_stays_split() -> None:
    table = compare_cells(
        emission(("1A3bi", 15e3), ("1A3c", 4e3)), read_other(REAS, get_layout("reas")), get_layout("reas")
    )
    assert table.filter(group="road")["difference_t"].item() == pytest.approx(-5e3)
    assert table.filter(group="other_transport")["difference_t"].item() == pytest.approx(-1e3)


def test_what_one_side_lacks_has_no_difference_and_stays_out_of_the_total() -> None:
    table = compare_cells(
        emission(("1A1ai", 100e3), ("1A3bi", None)), read_other(REAS, get_layout("reas")), get_layout("reas")
    )
    road = table.filter(group="road").to_dicts()[0]
    assert (road["ours_t"], road["difference_t"], road["agrees"]) == (None, None, None)
    assert road["ours_missing_rows"] == 1
    assert table.filter(group="total")["theirs_t"].item() == pytest.approx(1e5)


def test_industry_of_a_balance_stands_for_all_branches_of_ceads() -> None:
    ceads = pl.DataFrame(
        [
            {"adcode": HENAN, "year": "2013", "sector": s, "fuel": f, "mt_co2": v}
            for s, f, v in (
                ("Food Processing", "Raw Coal", "1.0"),
                ("Petroleum Processing and Coking", "Coke", "2.0"),
                ("Construction", "Diesel Oil", "0.5"),
                ("Nonmetal Mineral Products", "Process", "3.0"),
                ("Total Emissions", "Scope 1 Total", "6.5"),
            )
        ]
    )
    theirs = read_other(ceads, get_layout("ceads"))
    assert set(theirs.filter(~pl.col("is_total"))["fuel"]) == {"raw_coal", "coke", "diesel", "Process"}
    table = compare_cells(emission(("1A2m", 3.3e6), ("1A2k", 0.5e6)), theirs, get_layout("ceads"))
    industry = table.filter(pl.col("group").str.contains("1A2a")).to_dicts()[0]
    assert industry["theirs_t"] == pytest.approx(3e6)
    assert table.filter(group="1A2k")["agrees"].item()
    assert table.filter(group="2A")["ours_t"].item() is None


def test_edgar_codes_are_ipcc_codes_and_biogenic_co2_is_apart() -> None:
    frame = pl.DataFrame(
        {
            "Country_code_A3": ["CHN"] * 4,
            "ipcc_code_2006_for_standard_report": ["1.A.1.a", "1.A.1.bc", "1.A.3.b_noRES", "1.A.1.a"],
            "Substance": ["CO2"] * 4,
            "fossil_bio": ["fossil", "fossil", "fossil", "bio"],
            "Y_2013": ["10", "4", "3", "2"],
            "Y_2014": ["11", None, "3", "2"],
        }
    )
    theirs = read_other(frame, get_layout("edgar"))
    assert theirs.height == 7
    assert set(theirs["pollutant"]) == {"CO2", "CO2_biogenic"}
    ours = emission(("1A1ai", 9e3), ("1A1b", 1e3), ("1A1ci", 2e3), ("1A3bi", 3e3)).with_columns(adcode=pl.lit("100000"))
    table = compare_cells(ours, theirs, get_layout("edgar"))
    assert {g: d for g, d in table.select("group", "difference_t").iter_rows() if g != "total"} == {
        "1A1a": pytest.approx(-1e3),
        "1A1bc": pytest.approx(-1e3),
        "1A3b": pytest.approx(0.0),
    }
    assert LAYOUTS["edgar"].from_documentation


def test_changes_by_sector_share_out_the_change_of_the_sum() -> None:
    frame = reas(("SO2", "PP", 2010, 10), ("SO2", "PP", 2015, 6), ("SO2", "IND", 2010, 20), ("SO2", "IND", 2015, 19), ("SO2", "RESI", 2015, 1))  # fmt: skip
    table = sector_changes(read_other(frame, get_layout("reas")), first=2010, last=2015)
    known = {r["sector"]: r for r in table.to_dicts()}
    assert known["PP"]["change_pct"] == pytest.approx(-40.0)
    assert known["PP"]["share_of_change_pct"] == pytest.approx(80.0)
    assert known["RESI"]["change_t"] is None


def test_a_file_that_does_not_fit_its_layout_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidInput, match="species"):
        read_other(REAS.drop("species"), get_layout("reas"))
    with pytest.raises(InvalidInput, match="lots"):
        read_other(REAS.with_columns(value=pl.lit("lots")), get_layout("reas"))
    with pytest.raises(InvalidInput, match="999999"):
        read_other(REAS.with_columns(adcode=pl.lit("999999")), get_layout("reas"))
    with pytest.raises(NotFound, match="ceads"):
        get_layout("gains")


def test_every_declared_category_exists_and_no_sector_stands_in_two_groups() -> None:
    known = tuple(categories()["category"])
    for layout in ("reas", "ceads", "meic"):
        for pollutant in ("CO2", "NH3", "VOCs", "SO2"):
            declared = groups(layout, pollutant)
            sectors = [sector for group in declared for sector in group.their_sectors]
            assert len(sectors) == len(set(sectors))
            assert all(any(k.startswith(own) for k in known) for g in declared for own in g.our_categories)


def test_a_sector_nobody_declared_is_named() -> None:
    mapped = map_groups("meic", "CO2", ["1A1ai", "DUST"], ["power", "shipping"])
    assert (mapped.unmapped_theirs, mapped.unmapped_ours) == (("shipping",), ("DUST",))
    assert substance("PM2.5") == "PM25"


BALANCE = pl.DataFrame(
    {
        "adcode": [HENAN] * 3,
        "year": [2013] * 3,
        "fuel": ["raw_coal", "raw_coal", "diesel"],
        "process": ["total_consumption", "thermal_power", "total_consumption"],
        "amount": [60.0, -40.0, 10.0],
        "unit": ["TJ"] * 3,
        "is_aggregate": [False] * 3,
    }
)
ACTIVITY = pl.DataFrame(
    {
        "adcode": [HENAN] * 2,
        "period": ["2013"] * 2,
        "fuel": ["raw_coal", "diesel"],
        "amount": [100.0, 12.0],
        "use": ["combusted", "combusted"],
    }
)


def ledger(*rows: tuple[str, str, float | None, str, float | None]) -> pl.DataFrame:
    names = ("source_id", "fuel", "amount", "unit", "heat_value")
    kinds = {"amount": pl.Float64, "heat_value": pl.Float64}
    table = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows], schema_overrides=kinds)
    return table.with_columns(adcode=pl.lit(HENAN), year=pl.lit(2013))


def test_a_fuel_is_reconciled_three_ways() -> None:
    book = ledger(
        ("a", "raw_coal", 1000.0, "t", 21.0), ("b", "raw_coal", 50.0, "TJ", None), ("c", "diesel", None, "t", None)
    )
    table = reconcile_fuels(BALANCE, book, ACTIVITY)
    coal = table.filter(fuel="raw_coal").to_dicts()[0]
    assert coal["balance_tj"] == pytest.approx(100.0)
    assert coal["ledger_tj"] == pytest.approx(71.0)
    assert coal["ledger_residual_tj"] == pytest.approx(29.0)
    assert coal["ledger_coverage_pct"] == pytest.approx(71.0)
    assert coal["inventory_residual_tj"] == pytest.approx(0.0)
    diesel = table.filter(fuel="diesel").to_dicts()[0]
    assert (diesel["ledger_tj"], diesel["ledger_missing"]) == (None, 1)
    rules = fuel_findings(table)["rule"].to_list()
    assert rules == ["reconciliation.inventory_exceeds", "reconciliation.ledger_gap"]


def test_enterprises_that_report_more_than_the_balance_are_found() -> None:
    table = reconcile_fuels(
        BALANCE, ledger(("a", "raw_coal", 130.0, "TJ", None), ("b", "lng", 1.0, "TJ", None)), ACTIVITY
    )
    rules = set(fuel_findings(table)["rule"])
    assert {"reconciliation.negative_residual", "reconciliation.not_in_balance"} <= rules


def test_a_mass_without_heat_value_is_refused() -> None:
    with pytest.raises(InvalidInput, match="raw_coal"):
        reconcile_fuels(BALANCE, ledger(("a", "raw_coal", 1.0, "t", None)), ACTIVITY)


@pytest.mark.shared
def test_henan_in_reas_and_ceads_adds_up_and_changes_by_sector(shared: Path) -> None:
    path = shared / "data" / "reas_provincial_emissions" / "reas_v32_8provinces_1990_2015.csv.gz"
    theirs = read_other(pl.read_csv(path, infer_schema=False), get_layout("reas")).filter(adcode=HENAN)
    year = theirs.filter(year=2013, pollutant="CO2")
    assert year.filter(~pl.col("is_total"))["value_t"].sum() == pytest.approx(610.6e6, rel=1e-4)
    change = sector_changes(theirs, first=2010, last=2015).filter(pollutant="SO2", sector="IND").to_dicts()[0]
    assert change["change_pct"] == pytest.approx(-58.47, abs=0.01)
    path = shared / "data" / "ceads_co2" / "ceads_province_sector_fuel_henan_hunan_1997_2019.csv.gz"
    theirs = read_other(pl.read_csv(path, infer_schema=False), get_layout("ceads")).filter(adcode=HENAN, year=2013)
    assert theirs.filter(~pl.col("is_total"))["value_t"].sum() == pytest.approx(492.9e6, rel=1e-4)
    mapped = map_groups("ceads", "CO2", ["1A2m"], theirs.filter(~pl.col("is_total"))["sector"].unique())
    assert mapped.unmapped_theirs == ()


@pytest.mark.shared
def test_meic_totals_are_those_of_the_paper(shared: Path) -> None:
    path = shared / "data" / "meic_national" / "meic_china_2010_2017_sector_species.csv"
    theirs = read_other(pl.read_csv(path, infer_schema=False), get_layout("meic")).filter(year=2017)
    sums = dict(theirs.group_by("pollutant").agg(pl.col("value_t").sum() / 1e6).iter_rows())
    assert sums["SO2"] == pytest.approx(10.5, abs=0.05)
    assert sums["PM25"] == pytest.approx(7.6, abs=0.05)
