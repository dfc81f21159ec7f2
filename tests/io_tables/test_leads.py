"""What fits the declaration and is odd all the same: a lead for a person, never a stop."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import Level
from cocontrol.core.validation import Validated
from cocontrol.io.readers import read_table

from .examples import CODE_LISTS, FUEL_USE, HEADINGS, good_row, write_csv, write_xlsx


def read(path: Path) -> Validated:
    return read_table(path, FUEL_USE, code_lists=CODE_LISTS)


def rows(column: str, *values: object) -> list[list[object]]:
    made = [good_row(number) for number in range(len(values))]
    for row, value in zip(made, values, strict=True):
        row[FUEL_USE.column_names.index(column)] = value
    return made


@pytest.mark.parametrize(
    ("values", "odd"), [((0.2, 0.35), True), ((0.2, 35), False), ((0, 0), False), ((0.2,), False), ((1, 1, None), True)]
)
def test_percentages_that_look_like_shares_are_asked_about(
    tmp_path: Path, values: tuple[object, ...], odd: bool
) -> None:
    validated = read(write_csv(tmp_path / "a.csv", rows("share", *values)))
    assert [(f.rule, f.level) for f in validated.faults] == ([("unit.percent_as_share", Level.MEDIUM)] if odd else [])


def test_shares_declared_as_such_are_converted_without_a_question(tmp_path: Path) -> None:
    headings = ["份额 [1]" if name.startswith("份额") else name for name in HEADINGS]
    validated = read(write_csv(tmp_path / "a.csv", rows("share", 0.2, 0.35), headings))
    assert [fault.rule for fault in validated.faults] == ["unit.converted"]
    assert validated.frame["share"].to_list() == pytest.approx([20.0, 35.0])


def test_months_that_a_program_turned_into_first_days_are_asked_about(tmp_path: Path) -> None:
    firsts = rows("period", date(2013, 5, 1), date(2013, 6, 1), "2013")
    faults = read(write_xlsx(tmp_path / "a.xlsx", firsts)).faults
    assert [(f.rule, f.level, f.location.cell) for f in faults] == [("period.first_days", Level.MEDIUM, "B1")]
    assert read(write_csv(tmp_path / "a.csv", firsts)).faults == ()
    assert read(write_xlsx(tmp_path / "b.xlsx", rows("period", date(2013, 5, 1), date(2013, 5, 2)))).faults == ()


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.csv.gz"]))
def test_any_bytes_come_back_as_faults_and_never_as_a_crash(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name).errors


@FUZZ
@given(st.integers(0, 2**32))
def test_a_damaged_workbook_comes_back_as_a_result(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - hypothesis keeps the seed
    path = tmp_path / "sound.xlsx"
    content = bytearray((path if path.exists() else write_xlsx(path, [good_row(1)])).read_bytes())
    for _ in range(chance.choice([1, 2, 5])):
        place = chance.randrange(len(content))
        content[place : place + chance.choice([0, 1, 20])] = chance.randbytes(chance.choice([0, 1, 20]))
    (tmp_path / "a.xlsx").write_bytes(bytes(content))
    validated = read(tmp_path / "a.xlsx")
    assert validated.errors or validated.frame.height == 1


@FUZZ
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), min_size=1, max_size=6))
def test_any_table_of_text_is_read_or_refused_with_a_fault(tmp_path: Path, cells: list[list[str]]) -> None:
    path = write_csv(tmp_path / "a.csv", cells, ("企业", "时段", "燃料", "消费量（t）", "备注"), encoding="utf-8")
    validated = read(path)
    assert validated.errors or validated.frame.height <= len(cells)
