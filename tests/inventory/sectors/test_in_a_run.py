"""Sectors inside a run: added to its tables, never counted twice, missing only where something can arise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.ledger import check_conservation
from cocontrol.inventory.sectors import SECTORS
from cocontrol.inventory.sectors.catalogue import SectorContext
from cocontrol.io.pipeline import check, run
from cocontrol.io.results import applies, can_arise, substance_totals
from cocontrol.io.sector_step import NO_FUEL, run_sectors
from cocontrol.io.workspace import load_workspace

HENAN = "410000"
CONTEXT = SectorContext(HENAN, (2013,), "PROV_GUIDE_2011", date(2013, 12, 31))
GWP = "AR5GWP100"


def frame(**columns: object) -> pl.DataFrame:
    return pl.DataFrame({"year": [2013], "adcode": [HENAN], "source": ["synthetic"], **columns})


CHEMICAL = frame(product=["hcfc22"], amount=[1000.0], unit=["t"])
MINERAL = frame(product=["lime"], amount=[1000.0], unit=["t"])
RAIL = frame(source_type=["rail"], fuel=["diesel"], amount=[1000.0], unit=["t"], sulphur_ppm=[10.0])


def held(category: str, **pollutants: float) -> pl.DataFrame:
    row = {
        "cell_id": "b@2013", "source_id": "b", "adcode": HENAN, "period": "2013", "category": category, "fuel": "diesel",
        "amount": 1.0, "unit": "TJ", "coefficient_id": "c", "origin": "", **pollutants,
    }  # fmt: skip
    return pl.DataFrame([row])


def test_without_sector_tables_nothing_is_made() -> None:
    assert run_sectors({"energy_balance": pl.DataFrame()}, CONTEXT, GWP) == {}


def test_rows_are_added_with_co2_equivalent_and_a_closed_ledger() -> None:
    made = run_sectors({"chemical_activity": CHEMICAL, "mineral_activity": MINERAL}, CONTEXT, GWP)
    emission = made["emission"]
    lime, hcfc = (emission.row(by_predicate=pl.col("category") == c, named=True) for c in ("2A2", "2B9"))
    assert hcfc["CO2e_AR5GWP100"] == pytest.approx(29.2 * 12400)
    assert lime["CO2e_AR5GWP100"] == pytest.approx(683.0)
    assert (lime["CO2e_missing"], hcfc["CO2e_missing"]) == (None, None)
    assert set(made["activity"]["fuel"]) == {NO_FUEL}
    check_conservation(made["ledger"])


def test_rows_of_the_run_stay_as_they_are_and_new_ones_follow() -> None:
    before = held("1A3-P", CO2=5.0)
    after = run_sectors({"emission": before, "mineral_activity": MINERAL}, CONTEXT, GWP)["emission"]
    assert after.head(1).select(before.columns).equals(before)
    assert after.height == 2


def test_co2_of_fuel_that_the_balance_holds_is_included_elsewhere() -> None:
    made = run_sectors({"mobile_fuel": RAIL, "emission": held("1A2k", CO2=5.0, NOx=1.0)}, CONTEXT, GWP)
    rail = made["emission"].row(by_predicate=pl.col("category") == "1A3c", named=True)
    assert rail["CO2"] is None
    assert rail["NOx"] == pytest.approx(55.73)
    line = made["coefficient_lineage"].row(by_predicate=pl.col("pollutant") == "CO2", named=True)
    assert (line["notation"], "1A2k" in line["reason_zh"]) == ("IE", True)


def test_jet_kerosene_stands_in_the_kerosene_of_the_balance() -> None:
    flights = RAIL.with_columns(source_type=pl.lit("domestic_aviation"), fuel=pl.lit("jet_kerosene"))
    balance = held("1A3-P", CO2=5.0).with_columns(fuel=pl.lit("kerosene"))
    made = run_sectors({"mobile_fuel": flights, "emission": balance}, CONTEXT, GWP)
    assert made["emission"].row(by_predicate=pl.col("category") == "1A3aii", named=True)["CO2"] is None


def test_the_reason_names_the_category_above_before_any_other_that_burns_the_fuel() -> None:
    both = pl.concat([held("1A4c", CO2=5.0), held("1A3-P", CO2=5.0)])
    made = run_sectors({"mobile_fuel": RAIL, "emission": both}, CONTEXT, GWP)
    reason = made["coefficient_lineage"].row(by_predicate=pl.col("pollutant") == "CO2", named=True)["reason_en"]
    assert "1A3-P" in reason
    assert "1A4c" not in reason


def test_pollutants_are_included_elsewhere_only_under_the_same_or_a_higher_category() -> None:
    made = run_sectors({"mobile_fuel": RAIL, "emission": held("1A3-P", CO2=5.0, NOx=1.0)}, CONTEXT, GWP)
    rail = made["emission"].row(by_predicate=pl.col("category") == "1A3c", named=True)
    assert (rail["CO2"], rail["NOx"]) == (None, None)
    assert rail["PM25"] == pytest.approx(1.97)


def test_without_a_balance_the_sector_keeps_its_co2() -> None:
    made = run_sectors({"mobile_fuel": RAIL}, CONTEXT, GWP)
    assert made["emission"]["CO2"][0] > 3000


def test_a_null_is_missing_only_where_the_pollutant_can_arise() -> None:
    made = run_sectors({"chemical_activity": CHEMICAL, "mineral_activity": MINERAL}, CONTEXT, GWP)
    emission, lineage = made["emission"], made["coefficient_lineage"]
    assert emission.filter(applies("HFC23", lineage))["category"].to_list() == ["2B9"]
    totals = substance_totals(emission, lineage)
    assert totals.row(by_predicate=pl.col("pollutant") == "HFC23", named=True)["missing"] == 0
    long = emission.select("coefficient_id", pollutant=pl.lit("HFC23"))
    assert can_arise(long, lineage).height == 1


def test_faults_of_all_sectors_come_together_and_name_their_sector() -> None:
    wrong = MINERAL.with_columns(unit=pl.lit("kWh"))
    also = CHEMICAL.with_columns(unit=pl.lit("kWh"))
    with pytest.raises(InvalidInput) as caught:
        run_sectors({"mineral_activity": wrong, "chemical_activity": also}, CONTEXT, GWP)
    assert len(caught.value.faults) == 2
    assert "矿物工业" in str(caught.value)


def test_a_check_finds_what_a_sector_would_refuse_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "cocontrol.toml").write_text(
        '[workspace]\nname = "small"\ntitle_zh = "小"\ntitle_en = "Small"\nregion = "410000"\n'
        '[inventory]\nyears = [2013]\ndocument_profile = "PROV_GUIDE_2011"\n'
        '[[tables]]\ntable = "mineral_activity"\npath = "mineral.csv"\n',
        encoding="utf-8",
    )
    for unit, ok in (("kWh", False), ("万吨", True)):
        rows = f"year,adcode,product,amount,unit,source\n2013,410000,lime,100,{unit},synthetic\n"
        (tmp_path / "mineral.csv").write_text(rows, encoding="utf-8")
        report = check(load_workspace(tmp_path))
        assert report.ok is ok
        assert [fault.value for fault in report.faults] == ([] if ok else ["kWh"])


def test_a_profile_that_does_not_hold_for_a_year_is_refused_without_a_balance_too(tmp_path: Path) -> None:
    (tmp_path / "cocontrol.toml").write_text(
        '[workspace]\nname = "small"\ntitle_zh = "小"\ntitle_en = "Small"\nregion = "410000"\n'
        '[inventory]\nyears = [2020, 2025]\ndocument_profile = "PROV_GUIDE_2025"\n'
        '[[tables]]\ntable = "mineral_activity"\npath = "mineral.csv"\n',
        encoding="utf-8",
    )
    rows = "year,adcode,product,amount,unit,source\n2020,410000,lime,100,t,synthetic\n"
    (tmp_path / "mineral.csv").write_text(rows, encoding="utf-8")
    workspace = load_workspace(tmp_path)
    assert [fault.rule for fault in check(workspace).faults] == ["profile.not_valid"]
    with pytest.raises(InvalidInput, match="2020"):
        run(workspace)


def test_every_table_of_every_sector_has_an_owner() -> None:
    from importlib.resources import files

    data = (files("cocontrol.inventory.sectors") / "data" / "data_owners.csv").read_bytes()
    owners = pl.read_csv(data)
    tables = {name for module in SECTORS for name in (*module.tables, *module.optional_tables)}
    assert tables <= set(owners["table"])
    assert sum(owners.null_count().row(0)) == 0
    assert not owners["table"].is_duplicated().any()
