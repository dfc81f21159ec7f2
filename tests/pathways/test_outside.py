"""GCAM-China and IAMC tables beside a path of ours."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.pathways.outside import compare, gcam_co2, iamc_series
from cocontrol.pathways.results import outlook
from cocontrol.pathways.scenario import parse_scenario

BANDS = pl.DataFrame(
    {
        "variable": ["Emissions|CO2"] * 3,
        "year": [2025, 2030, 2035],
        "central": [10.0, 12.0, 11.0],
        "p2_5": [9.0, 10.0, 8.0],
        "p97_5": [11.0, 13.0, 12.0],
    }
)


def test_the_years_of_both_are_compared() -> None:
    other = iamc_series(pl.DataFrame({"Variable": ["Emissions|CO2"], "2030": [14.0], "2035": [11.0]}), "Emissions|CO2")
    found = compare(BANDS, other, source="x")
    assert found.table["ratio"].to_list() == pytest.approx([12 / 14, 1])
    assert found.table["within"].to_list() == [False, True]
    assert found.peaks == {"ours": 2030, "other": 2030}


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(InvalidInput, match="co2"):
        gcam_co2(pl.DataFrame({"sector": ["x"], "year": [2030]}), "410000")
    with pytest.raises(InvalidInput, match="2"):
        iamc_series(pl.DataFrame({"Variable": ["a", "a"], "2030": [1.0, 2.0]}), "a")
    with pytest.raises(InvalidInput, match="共同"):
        compare(BANDS, pl.DataFrame({"variable": ["Emissions|CO2"], "year": [1999], "value": [1.0]}), source="x")


@pytest.mark.shared
def test_henan_in_gcam_china(shared: Path) -> None:
    frame = pl.read_csv(shared / "data/gcam_china_scenario/gcam_china_ref_co2_by_sector_henan_hunan.csv")
    series = dict(gcam_co2(frame, "410000").select("year", "value").iter_rows())
    assert series[2015] == pytest.approx(562, rel=0.01)
    assert max(series, key=lambda year: series[year]) == 2030
    text = """[scenario]
name = "x"
base_year = 2025
end_year = 2060
[base]
value = 650
[[driver]]
name = "g"
rate = [{from = 2026, to = 2030, value = 0.5}, {from = 2031, to = 2060, value = -5}]
"""
    bands = outlook(parse_scenario(text.encode(), "x.toml")).bands
    found = compare(bands, gcam_co2(frame, "410000"), source="GCAM-China")
    assert found.table["year"].to_list() == list(range(2025, 2061, 5))
    assert found.peaks["other"] == 2030
    with pytest.raises(InvalidInput, match="430000"):
        gcam_co2(frame, "110000")
