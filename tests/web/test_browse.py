from __future__ import annotations

import io

import openpyxl
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cocontrol_web.analysis.browse import Query, filter_options, page_of, select_rows, to_csv, to_xlsx

FRAME = pl.DataFrame(
    {
        "name": ["甲厂", "乙厂", "Delta", None],
        "kind": ["steel_plant", "power_plant", "power_plant", "coal_unit"],
        "capacity": [100.0, 600.0, None, 350.0],
        "year": [1999, 2008, 2011, None],
    }
)


def names(query: Query) -> list[str | None]:
    return select_rows(FRAME, query)["name"].to_list()


def test_search_looks_into_every_text_column_whatever_the_case() -> None:
    assert names(Query(search="厂")) == ["甲厂", "乙厂"]
    assert names(Query(search="DELTA")) == ["Delta"]
    assert names(Query(search="steel")) == ["甲厂"]


def test_search_is_for_the_text_itself_not_for_a_pattern() -> None:
    assert names(Query(search=".*")) == []


def test_a_text_filter_asks_for_equality_or_for_a_part_after_a_tilde() -> None:
    assert names(Query(filters={"kind": "power_plant"})) == ["乙厂", "Delta"]
    assert names(Query(filters={"kind": "~PLANT"})) == ["甲厂", "乙厂", "Delta"]


def test_a_number_filter_compares() -> None:
    assert names(Query(filters={"capacity": ">=350"})) == ["乙厂", None]
    assert names(Query(filters={"capacity": "100"})) == ["甲厂"]
    assert names(Query(filters={"capacity": "many"})) == []


def test_rows_without_a_value_can_be_asked_for() -> None:
    assert names(Query(filters={"capacity": "∅"})) == ["Delta"]


def test_an_unknown_column_in_the_query_changes_nothing() -> None:
    assert names(Query(filters={"colour": "red"}, sort="colour")) == ["甲厂", "乙厂", "Delta", None]


def test_missing_values_sort_last_in_both_directions() -> None:
    assert select_rows(FRAME, Query(sort="capacity"))["capacity"].to_list() == [100.0, 350.0, 600.0, None]
    assert select_rows(FRAME, Query(sort="-capacity"))["capacity"].to_list() == [600.0, 350.0, 100.0, None]


def test_only_columns_with_few_values_offer_them() -> None:
    many = FRAME.with_columns(pl.Series("id", [str(i) for i in range(4)])).vstack(
        FRAME.with_columns(pl.Series("id", [str(i) for i in range(4, 8)]))
    )
    assert filter_options(many)["kind"] == ["coal_unit", "power_plant", "steel_plant"]


@given(st.integers(0, 300), st.integers(1, 60), st.integers(-5, 400))
def test_pages_part_the_rows_without_loss(height: int, size: int, asked: int) -> None:
    frame = pl.DataFrame({"n": list(range(height))}, schema={"n": pl.Int64})
    pages = page_of(frame, Query(size=size)).pages
    seen = [row["n"] for number in range(1, pages + 1) for row in page_of(frame, Query(size=size, page=number)).rows]
    assert seen == list(range(height))
    page = page_of(frame, Query(size=size, page=asked))
    assert 1 <= page.number <= page.pages
    assert page.last - page.first + (1 if height else 0) == len(page.rows)


def test_offered_page_numbers_hold_both_ends_and_the_neighbours() -> None:
    frame = pl.DataFrame({"n": list(range(1000))})
    page = page_of(frame, Query(size=50, page=10))
    assert page.nearby == [1, None, 8, 9, 10, 11, 12, None, 20]


def test_csv_has_a_byte_order_mark_and_defuses_formulas() -> None:
    frame = pl.DataFrame({"a": ["=1+1", "@x", "plain"], "b": [1.5, -2.0, None]})
    text = to_csv(frame, ["甲", "乙"])
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == ["甲,乙", "'=1+1,1.5", "'@x,-2.0", "plain,"]


def test_xlsx_keeps_text_that_looks_like_a_formula_as_text_and_numbers_as_numbers() -> None:
    frame = pl.DataFrame({"a": ["=1+1", "x"], "b": [1.5, None]})
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(frame, ["甲", "乙 [t]"], "emission", [("表", "排放清单")])))
    sheet = book["emission"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["甲", "乙 [t]"], ["=1+1", 1.5], ["x", None]]
    assert sheet["A2"].data_type == "s"
    assert book["notes"]["B1"].value == "排放清单"
