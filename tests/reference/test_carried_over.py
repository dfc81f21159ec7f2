"""The reference files against the collection they were carried over from; only errata may differ."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.reference.errata import errata
from cocontrol.reference.factors import factor_table
from cocontrol.reference.gwp import gwp_set
from cocontrol.reference.industries import industries
from cocontrol.reference.regions import regions

pytestmark = pytest.mark.shared

IPCC_CORRECTED = {("IPCC_2006:coal_tar:CH4:commercial", "lower")}


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def test_every_ipcc_cell_is_carried_over(shared: Path) -> None:
    ours = {
        row["factor_id"]: row for row in factor_table().filter(pl.col("topic") == "combustion").iter_rows(named=True)
    }
    compared = 0
    for source in read(shared / "reference/ghg/ipcc_combustion.csv").iter_rows(named=True):
        for gas in ("ch4", "n2o"):
            for sector in ("energy", "manufacturing", "commercial", "residential"):
                row = ours[f"IPCC_2006:{source['fuel_code']}:{gas.upper()}:{sector}"]
                stem = f"{gas}_{sector}"
                for column, cell in (("value", f"{stem}_kg_per_TJ"), ("lower", f"{stem}_lo"), ("upper", f"{stem}_hi")):
                    if (row["factor_id"], column) not in IPCC_CORRECTED:
                        assert row[column] == float(source[cell]), row["factor_id"]
                        compared += 1
    assert compared == 53 * 2 * 4 * 3 - 1


def test_every_fuel_parameter_is_carried_over(shared: Path) -> None:
    table = factor_table().filter(pl.col("topic") == "fuel")
    ours = set(table.select("profile", "fuel_code", "parameter", "value").iter_rows())
    columns = {"ncv": "ncv", "carbon_content_tC_per_GJ": "carbon_content", "oxidation_rate": "oxidation_factor"}
    families = (
        "GBT32151_2024",
        "PROV_GUIDE_2025",
        "NDRC_2013_2015",
        "MEE_ETS_2022_2024",
        "PROV_GUIDE_2011",
        "IPCC_2006",
    )
    source = read(shared / "reference/ghg/fuels.csv").filter(
        pl.col("family").is_in(families) & ~pl.col("fuel_code").str.starts_with("_")
    )
    missing = [
        (row["family"], row["fuel_code"], parameter)
        for row in source.iter_rows(named=True)
        for column, parameter in columns.items()
        if row[column] is not None and (row["family"], row["fuel_code"], parameter, float(row[column])) not in ours
    ]
    assert missing == []


def test_every_gwp_is_carried_over(shared: Path) -> None:
    columns = {"gwp100_ar2": "AR2GWP100", "gwp100_ar4": "AR4GWP100", "gwp100_ar5": "AR5GWP100", "gwp20_ar6": "AR6GWP20"}
    for row in read(shared / "reference/ghg/gwp.csv").iter_rows(named=True):
        for column, set_name in columns.items():
            if row[column] is not None and not row[column].startswith("<"):
                assert gwp_set(set_name)[row["gas"]].value == float(row[column])


def test_every_air_factor_keeps_its_value_or_is_a_printed_zero(shared: Path) -> None:
    table = factor_table().filter(pl.col("topic") == "air")
    ours = {row["factor_id"].split(":")[1]: row for row in table.iter_rows(named=True)}
    left_out = []
    for row in read(shared / "reference/air/emission_factors.csv").iter_rows(named=True):
        if row["ef_id"] not in ours:
            left_out.append(row["factor"])
            continue
        value, flag = ours[row["ef_id"]]["value"], ours[row["ef_id"]]["flag"]
        if flag == "printed_zero":
            assert float(row["factor"]) == 0
        elif flag != "range_only":
            assert value == float(row["factor"]), row["ef_id"]
    assert sorted(left_out) == ["20*S%*(1-sr), sr 0.1-0.3", "FOD model"]


def test_every_electricity_factor_is_carried_over(shared: Path) -> None:
    source = read(shared / "reference/ghg/grid_electricity.csv").filter(
        (pl.col("level") != "rule") & pl.col("factor").is_not_null()
    )
    ours = factor_table().filter(pl.col("topic").is_in(["electricity", "electricity_footprint"]))
    assert sorted(ours["value"]) == sorted(float(value) for value in source["factor"])


def test_every_code_of_the_lists_is_carried_over(shared: Path) -> None:
    adcodes = read(shared / "data/codes/gbt2260_adcodes.csv")["code"]
    zones = read(shared / "data/codes/nbs_statistical_areas_henan_hunan.csv")["code"]
    assert set(adcodes) | set(zones) <= set(regions()["adcode"])
    assert (
        industries()["industry_code"].to_list()
        == read(shared / "data/codes/gbt4754_2017_industry.csv")["code"].to_list()
    )


def test_every_corrected_ipcc_cell_has_an_erratum() -> None:
    corrected = errata().filter((pl.col("decision") == "corrected") & pl.col("place").str.starts_with("IPCC"))
    assert set(corrected["factor_ids"]) == {factor_id for factor_id, _ in IPCC_CORRECTED}
