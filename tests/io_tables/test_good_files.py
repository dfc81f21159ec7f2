"""What is right in a file is read, whatever form the file has."""

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cocontrol.core.errors import Level, NotFound
from cocontrol.core.validation import Validated, frame_schema, origin_cell
from cocontrol.io.readers import read_raw, read_table

from .examples import CODE_LISTS, FUEL_USE, HEADINGS, good_row, write_csv, write_parquet, write_xlsx

ROWS = [good_row(1), good_row(2), good_row(3)]


def read(path: Path, **options: Any) -> Validated:
    return read_table(path, FUEL_USE, code_lists=CODE_LISTS, **options)


def rules(validated: Validated) -> list[str]:
    return [fault.rule for fault in validated.faults]


@pytest.fixture(params=["csv", "xlsx", "parquet", "csv.gz"])
def good_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"data.{request.param}"
    if request.param == "csv":
        return write_csv(path, ROWS)
    if request.param == "xlsx":
        return write_xlsx(path, ROWS)
    if request.param == "parquet":
        return write_parquet(path, ROWS)
    path.write_bytes(gzip.compress(write_csv(tmp_path / "plain.csv", ROWS).read_bytes()))
    return path


def test_every_kind_of_file_gives_the_same_typed_table(good_file: Path) -> None:
    validated = read(good_file)
    assert validated.ok
    assert [fault for fault in validated.faults if fault.level is not Level.LOW] == []
    assert dict(validated.frame.schema) == frame_schema(FUEL_USE)
    assert validated.frame.drop("origin").row(1, named=True) == {
        "plant": "plant 2", "period": "2013", "fuel": "raw_coal", "amount": 3.0, "amount_notation": None, "share": 20.0,
        "boilers": 2, "day": date(2013, 5, 17), "measured": True, "industry": "D44", "note": None,
    }  # fmt: skip


def test_every_row_says_where_it_comes_from(good_file: Path) -> None:
    validated = read(good_file)
    sheet = "数据!" if good_file.suffix == ".xlsx" else ""
    assert validated.frame["origin"].to_list() == [f"{good_file.name}!{sheet}A{row}" for row in (2, 3, 4)]
    assert origin_cell(validated, 1, "amount") == f"{good_file.name}!{sheet}D3"
    assert validated.frame.select(validated.origin_expression("day")).to_series()[2] == f"{good_file.name}!{sheet}G4"


def test_an_origin_is_asked_for_by_declared_column(good_file: Path) -> None:
    with pytest.raises(NotFound):
        origin_cell(read(good_file), 0, "nothing")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_files_are_read_in_every_usual_encoding_and_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    validated = read(write_csv(tmp_path / "a.csv", ROWS, encoding=encoding, separator=separator))
    assert validated.errors == ()
    assert validated.frame["plant"].to_list() == ["plant 1", "plant 2", "plant 3"]
    assert ("file.encoding_found" in rules(validated)) is not encoding.startswith("utf-8")


def test_quoted_line_ends_blank_rows_and_carriage_returns_keep_row_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    noted = [*good_row(1)[:-1], "一\n二"]
    text = write_csv(path, [noted, [], [None] * 10, good_row(2)]).read_text(encoding="utf-8")
    for ends in ("\n", "\r\n"):
        path.write_bytes(text.replace("\n", ends).encode())
        validated = read(path)
        assert validated.errors == ()
        assert validated.frame["origin"].to_list() == ["a.csv!A2", "a.csv!A5"]
        assert str(validated.frame["note"][0]).splitlines() == ["一", "二"]


def test_lone_carriage_returns_end_rows_too(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    assert read(path).frame.height == 3


@pytest.mark.parametrize(
    "headings", [FUEL_USE.column_names, [c.heading_with_unit("en") for c in FUEL_USE.columns], HEADINGS]
)
def test_headings_may_be_names_or_labels_in_either_language(tmp_path: Path, headings: tuple[str, ...]) -> None:
    validated = read(write_csv(tmp_path / "a.csv", ROWS, headings))
    assert validated.faults == ()
    assert validated.frame.height == 3


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_absent(tmp_path: Path) -> None:
    validated = read(write_csv(tmp_path / "a.csv", [["raw_coal", "2013", "p"]], ("燃料", "时段", "企业")))
    assert validated.faults == ()
    assert validated.frame.row(0, named=True)["plant"] == "p"
    assert validated.frame["amount"].to_list() == [None]
    assert origin_cell(validated, 0, "fuel") == "a.csv!A2"
    assert origin_cell(validated, 0, "amount") == "a.csv!A2"


def test_title_rows_above_the_headings_are_passed_over_and_said(tmp_path: Path) -> None:
    for path in (
        write_csv(tmp_path / "a.csv", ROWS, above=["某省燃料表", "", "单位：吨"]),
        write_xlsx(tmp_path / "a.xlsx", ROWS, above=[["某省燃料表"], [], ["单位：吨"]]),
    ):
        validated = read(path)
        assert rules(validated) == ["table.header_shifted"]
        assert validated.header_row == 4
        assert origin_cell(validated, 0, "plant").endswith("A5")


@pytest.mark.parametrize(
    ("heading", "factor"), [("消费量（万吨）", 1e4), ("amount [kt]", 1e3), ("消费量(kg)", 1e-3), ("消费量（t）", 1.0)]
)
def test_values_in_another_unit_are_converted_and_said(tmp_path: Path, heading: str, factor: float) -> None:
    headings = [heading if name.startswith("消费量") else name for name in HEADINGS]
    validated = read(write_csv(tmp_path / "a.csv", ROWS, headings))
    assert validated.frame["amount"].to_list() == pytest.approx([1.5 * factor, 3.0 * factor, 4.5 * factor])
    assert rules(validated) == ([] if factor == 1.0 else ["unit.converted"])


def test_a_label_without_unit_is_read_in_the_declared_one_and_said(tmp_path: Path) -> None:
    headings = ["消费量" if name.startswith("消费量") else name for name in HEADINGS]
    assert rules(read(write_csv(tmp_path / "a.csv", ROWS, headings))) == ["unit.assumed"]


def test_untidy_cells_are_tidied_and_counted(tmp_path: Path) -> None:
    rows = [good_row(1), good_row(2), good_row(3)]
    rows[0][3], rows[1][3], rows[2][2] = " 1,234.5", "１２", "　原煤 "
    validated = read(write_csv(tmp_path / "a.csv", rows))
    assert validated.frame["amount"].to_list() == [1234.5, 12.0, 4.5]
    assert validated.frame["fuel"].to_list() == ["raw_coal"] * 3
    notes = {fault.location.column: fault.message.en for fault in validated.faults}
    assert notes["消费量（t）"].startswith("2 cells")
    assert notes["燃料"].startswith("1 cells")


def test_notation_keys_stand_for_missing_numbers_with_their_reason_kept(tmp_path: Path) -> None:
    rows = [good_row(1), good_row(2), good_row(3)]
    rows[0][3], rows[1][3], rows[2][3] = "NE", "ｎｏ", None
    validated = read(write_csv(tmp_path / "a.csv", rows))
    assert validated.errors == ()
    assert validated.frame["amount"].to_list() == [None] * 3
    assert validated.frame["amount_notation"].to_list() == ["NE", "NO", None]


def test_an_unknown_column_is_noted_and_left_out(tmp_path: Path) -> None:
    validated = read(write_csv(tmp_path / "a.csv", [[*good_row(1), "x"]], [*HEADINGS, "其他"]))
    assert rules(validated) == ["table.column_unknown"]
    assert validated.faults[0].location.cell == "K1"
    assert "其他" not in validated.frame.columns


def test_spreadsheet_values_keep_their_meaning(tmp_path: Path) -> None:
    row = ["410000", 2013, "raw_coal", 0.35, 20, 2, date(2013, 5, 17), True, "D44", 12345678]
    validated = read(write_xlsx(tmp_path / "a.xlsx", [row]))
    assert validated.errors == ()
    assert validated.frame.drop("origin", "amount_notation").row(0) == (
        "410000", "2013", "raw_coal", 0.35, 20.0, 2, date(2013, 5, 17), True, "D44", "12345678",
    )  # fmt: skip


def test_the_sheet_is_found_by_its_headings(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", ROWS))
    book.create_sheet("说明", 0).append(["请填写燃料表"])
    book.create_sheet("空白")
    book.save(tmp_path / "a.xlsx")
    validated = read(tmp_path / "a.xlsx")
    assert (validated.sheet, validated.errors) == ("数据", ())


def test_a_raw_table_gives_the_first_sheet_or_the_one_asked_for(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "a.xlsx", ROWS))
    book.create_sheet("别的").append(["x", 1])
    book.save(tmp_path / "a.xlsx")
    assert read_raw(tmp_path / "a.xlsx").sheet == "数据"
    other = read_raw(tmp_path / "a.xlsx", "别的", name="shown.xlsx")
    assert (other.headings, other.prefix) == (("x", "1"), "shown.xlsx!别的!")
    assert len(other.sha256) == 64


def test_a_file_under_a_wrong_name_is_read_for_what_it_is(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.csv", ROWS)
    validated = read(path)
    assert rules(validated) == ["file.misnamed"]
    assert validated.frame.height == 3


def test_a_million_rows_are_validated_with_their_faults(tmp_path: Path) -> None:
    rows = 1_000_000
    frame = pl.DataFrame({"企业": pl.int_range(rows, eager=True).cast(pl.String), "时段": "2013", "燃料": "原煤"})
    frame = frame.with_columns(
        pl.when(pl.int_range(rows) % 100_000 == 7).then(-1.0).otherwise(1.0).alias("消费量（t）")
    )
    frame.write_csv(tmp_path / "a.csv")
    validated = read(tmp_path / "a.csv")
    assert validated.frame.height == rows
    assert [fault.location.cell for fault in validated.errors] == [f"D{9 + 100_000 * i}" for i in range(10)]


@pytest.mark.shared
def test_the_provincial_statistics_are_read_as_published(shared: Path) -> None:
    raw = read_raw(shared / "data" / "provincial_stats" / "provincial_stats_2005_2024.csv")
    assert raw.headings == ("adcode", "region", "year", "indicator", "value", "unit", "source")
    assert raw.cells.height == 1298
