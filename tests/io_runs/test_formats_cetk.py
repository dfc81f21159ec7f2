from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from shapely.geometry import Point

from cocontrol.core.errors import InvalidInput
from cocontrol.io.exports.cetk import (
    cetk_books,
    dropped_rows,
    emission_totals,
    point_sources,
    shape_text,
    source_totals,
    write_cetk,
)
from cocontrol.io.exports.cetk_book import FLAT, CetkBook, TimeProfile, read_cetk, write_cetk_book
from cocontrol.io.exports.workbook import CELL_LIMIT
from tests.io_runs.formats_world import made_run, sums

POINTS = pl.DataFrame(
    {
        "facility_id": ["1", "2"], "facility_name": ["甲厂", "乙厂"], "source_name": ["锅炉", "窑炉"],
        "lat": [34.5, 35.0], "lon": [113.5, 114.0], "timevar": ["day", None], "chimney_height": [80.0, None],
        "subst:SO2": [1.5, None], "subst:NOx": [2.0, 0.0], "emission_unit": ["ton/year", "ton/year"],
    }
)  # fmt: skip


def test_the_workbooks_hold_what_the_run_holds_and_read_back_equal(tmp_path: Path) -> None:
    run = made_run(tmp_path / "run")
    write_cetk(run, tmp_path, "zh")
    assert emission_totals(tmp_path, run) == pytest.approx(sums(run, dropped_rows(run)), rel=1e-12)
    for year, made in cetk_books(run).items():
        read = read_cetk(tmp_path / f"cetk_{year}.xlsx")
        assert read.timevars == made.timevars
        for name, table in made.sheets.items():
            assert_frame_equal(read.sheets[name], table, check_exact=True)


def test_a_missing_substance_is_blank_and_no_source_is_counted_by_activity_as_well(tmp_path: Path) -> None:
    sources = cetk_books(made_run(tmp_path / "run"))["2014"].sheets["AreaSource"]
    dust = sources.filter(pl.col("activitycode_COCONTROL") == "DUST-R").row(0, named=True)
    assert (dust["subst:PM10"], dust["subst:CO2"]) == (70.0, None)
    assert not [name for name in sources.columns if name.startswith("act:")]


def test_factors_carry_both_units_and_codes_their_ancestors(tmp_path: Path) -> None:
    book = cetk_books(made_run(tmp_path / "run"))["2014"]
    factor = book.sheets["EmissionFactor"].filter((pl.col("activity_name") == "k0") & (pl.col("substance") == "CO2"))
    assert factor.row(0)[2:] == (94.6, "ton/TJ", "TJ/year")
    assert {"1", "1A", "1A1", "1A1a", "1A1ai"} <= set(book.sheets["ActivityCode"].get_column("activitycode"))


def test_point_sources_and_profiles_go_out_and_in(tmp_path: Path) -> None:
    day = TimeProfile(
        tuple(tuple(float(hour + weekday) for weekday in range(7)) for hour in range(24)), tuple(map(float, range(12)))
    )
    book = CetkBook({"PointSource": POINTS}, {"constant": FLAT, "day": day})
    write_cetk_book(book, tmp_path / "t.xlsx")
    read = read_cetk(tmp_path / "t.xlsx")
    assert_frame_equal(read.sheets["PointSource"], POINTS, check_exact=True)
    assert read.timevars == book.timevars
    assert source_totals(read) == {"SO2": 1.5, "NOx": 2.0}
    rows = point_sources(read)
    assert rows.select("facility_id", "pollutant", "amount").rows() == [
        ("1", "SO2", 1.5),
        ("1", "NOx", 2.0),
        ("2", "NOx", 0.0),
    ]
    assert rows.row(0, named=True)["stack_height_m"] == 80.0


def test_the_reader_names_every_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "PointSource"
    sheet.append(["facility_id", "source_name", "lat", "subst:SO2"])
    sheet.append(["1", "x", 34.5, "many"])
    book.create_sheet("Timevar").append(["ID", "typeday", "monday"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InvalidInput) as caught:
        read_cetk(tmp_path / "x.xlsx")
    assert [(f.rule, f.location.column) for f in caught.value.faults] == [
        ("cetk.column", "lon"), ("cetk.number", "subst:SO2"), ("cetk.timevar", None),
    ]  # fmt: skip


def test_a_detailed_boundary_is_simplified_until_it_fits_a_cell() -> None:
    text = shape_text(Point(113.0, 34.0).buffer(1.0, quad_segs=2000))
    assert 1000 < len(text) <= CELL_LIMIT


def test_a_text_that_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    long = POINTS.with_columns(pl.lit("x" * (CELL_LIMIT + 1)).alias("facility_name"))
    with pytest.raises(InvalidInput, match="长度"):
        write_cetk_book(CetkBook({"PointSource": long}, {}), tmp_path / "t.xlsx")
