"""A hundred faults planted in one workbook: each is found at its cell, and nothing else is."""

import random
from pathlib import Path

import openpyxl
import pytest

from cocontrol.core.provenance import column_letter
from cocontrol.io.annotate import write_annotated_copy
from cocontrol.io.readers import read_table

from .examples import CODE_LISTS, FUEL_USE, good_row, write_csv, write_xlsx

BAD_VALUES: dict[str, list[tuple[object, str]]] = {
    "plant": [(None, "cell.required")],
    "period": [("2013Q7", "cell.period"), ("十三年", "cell.period"), (None, "cell.required")],
    "fuel": [("rawcoal?", "cell.code"), ("木头", "cell.code"), (None, "cell.required")],
    "amount": [("n/a", "cell.number"), (-3, "cell.minimum"), ("12,34", "cell.number"), ("—", "cell.number")],
    "share": [(101, "cell.maximum"), (-1, "cell.minimum"), ("NE", "cell.number"), ("5%", "cell.number")],
    "boilers": [(1.5, "cell.integer"), ("两台", "cell.integer"), (-1, "cell.minimum")],
    "day": [("2013-02-30", "cell.date"), ("20130517", "cell.date")],
    "measured": [("大概", "cell.boolean")],
    "industry": [("44", "cell.pattern"), ("D 44", "cell.pattern")],
}
ROWS = 400
FAULTS = 100
FIRST_ROW = 4


def planted(seed: int) -> tuple[list[list[object]], dict[str, str]]:
    """Rows with a hundred bad cells, and the rule that each address must break."""
    chance = random.Random(seed)  # noqa: S311 - the same faults every time
    rows = [good_row(number) for number in range(ROWS)]
    spots = chance.sample([(row, name) for row in range(ROWS) for name in BAD_VALUES], FAULTS)
    expected = {}
    for row, name in spots:
        index = FUEL_USE.column_names.index(name)
        rows[row][index], rule = chance.choice(BAD_VALUES[name])
        expected[f"{column_letter(index)}{row + FIRST_ROW}"] = rule
    return rows, expected


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_planted_faults_are_all_found_at_their_cells_and_no_others(
    tmp_path: Path, kind: str, seed: int
) -> None:
    rows, expected = planted(seed)
    if kind == "csv":
        path = write_csv(tmp_path / "a.csv", rows, above=["某省燃料消费", ""])
    else:
        path = write_xlsx(tmp_path / "a.xlsx", rows, above=[["某省燃料消费"], []])
    validated = read_table(path, FUEL_USE, code_lists=CODE_LISTS)
    assert {str(fault.location.cell): fault.rule for fault in validated.errors} == expected
    assert len(validated.errors) == FAULTS
    assert [fault.rule for fault in validated.faults if fault not in validated.errors] == ["table.header_shifted"]


def test_the_annotated_copy_marks_exactly_the_planted_cells(tmp_path: Path) -> None:
    rows, expected = planted(0)
    path = write_xlsx(tmp_path / "a.xlsx", rows, above=[["某省燃料消费"], []])
    before = path.read_bytes()
    validated = read_table(path, FUEL_USE, code_lists=CODE_LISTS)
    write_annotated_copy(path, validated.faults, tmp_path / "marked.xlsx")
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert book.sheetnames == ["问题清单", "数据"]
    marked = {cell.coordinate for row in book["数据"] for cell in row if cell.fill.fill_type == "solid"}
    assert marked == set(expected)
    assert {cell.coordinate for row in book["数据"] for cell in row if cell.comment} == set(expected)
    listed = {row[4].value: row[2].value for row in book["问题清单"].iter_rows(min_row=3) if row[1].value == "error"}
    assert listed == expected
    assert path.read_bytes() == before
