import polars as pl
import pytest

from cocontrol.core.raw import CellRange, RawTable, heading_score, locate_header, origin_in_column, raw_table
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same

TABLE = Table(
    "demo",
    Text("示例", "demo"),
    same("d"),
    ("code",),
    (
        Column("code", Kind.TEXT, Text("代码", "code"), same("d")),
        Column("amount", Kind.NUMBER, Text("数量", "amount"), same("d")),
    ),
)


def grid(*rows: tuple[str | None, ...]) -> RawTable:
    frame = pl.DataFrame(rows, schema=[f"c{i}" for i in range(len(rows[0]))], orient="row")
    return raw_table(frame.cast(pl.String), file="a.csv", sha256="0")


def test_blank_rows_are_left_out_and_row_numbers_hold() -> None:
    raw = grid(("代码", "数量"), (None, None), ("a", "1"), (" ", "　"), ("b", "2"))
    assert raw.headings == ("代码", "数量")
    assert raw.rows.to_list() == [3, 5]
    assert raw.cells.rows() == [("a", "1"), ("b", "2")]
    assert raw.letters == ("A", "B")


@pytest.mark.parametrize("titles", [0, 1, 5, 19])
def test_headings_are_found_below_title_rows(titles: int) -> None:
    raw = grid(*[("标题", None)] * titles, ("代码", "数量"), ("a", "1"))
    located, found = locate_header(raw, TABLE)
    assert (located.header_row, found) == (titles + 1, 2)
    assert located.cells.rows() == [("a", "1")]


def test_headings_below_the_twentieth_row_are_not_looked_for() -> None:
    located, found = locate_header(grid(*[("标题", None)] * 20, ("代码", "数量")), TABLE)
    assert (located.header_row, found) == (1, 0)


def test_the_row_that_names_most_columns_wins() -> None:
    located, found = locate_header(grid(("数量", None), ("代码", "数量"), ("a", "1")), TABLE)
    assert (located.header_row, found) == (2, 2)


def test_a_column_named_twice_counts_once() -> None:
    assert heading_score(("代码", "code", None, "x"), TABLE) == 1


def test_an_empty_grid_has_no_headings() -> None:
    raw = raw_table(pl.DataFrame({"c": [None]}, schema={"c": pl.String}), file="a.csv", sha256="0")
    assert (raw.headings, raw.cells.height) == ((None,), 0)


def test_a_merged_range_covers_all_but_its_first_cell() -> None:
    area = CellRange(4, 6, 1, 2)
    assert str(area) == "B4:C6"
    assert list(area.covered_rows("B")) == [5, 6]
    assert list(area.covered_rows("C")) == [4, 5, 6]
    assert list(area.covered_rows("D")) == []
    assert area.touches({"C"})
    assert not area.touches({"A", "D"})


@pytest.mark.parametrize(
    ("origin", "moved"),
    [("a.xlsx!表1!A5", "a.xlsx!表1!AB5"), ("a.csv!A17", "a.csv!AB17"), ("A1.csv!B2!A3", "A1.csv!B2!AB3")],
)
def test_an_origin_moves_along_its_row(origin: str, moved: str) -> None:
    assert origin_in_column(origin, "AB") == moved


def test_a_location_gives_the_address_of_a_cell() -> None:
    place = grid(("代码",), ("a",)).location(7, "C", "数量")
    assert (place.file, place.row, place.cell, place.column) == ("a.csv", 7, "C7", "数量")
