import math
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.cell_parsing import narrow, parse, parse_code, split_notation, strip_blanks
from cocontrol.core.tables import Kind


def one(text: str | None, kind: Kind, factor: float = 1.0) -> tuple[object, bool, bool]:
    """Value, unreadable and tidied of a column of one cell."""
    parsed = parse(pl.Series([text], dtype=pl.String), kind, factor)
    return parsed.values[0], parsed.unreadable[0], parsed.tidied[0]


@pytest.mark.parametrize(
    ("text", "value", "tidied"),
    [
        ("1234.5", 1234.5, False),
        ("-1", -1.0, False),
        ("+3", 3.0, False),
        (".5", 0.5, False),
        ("1.", 1.0, False),
        ("1e3", 1000.0, False),
        ("1,234,567.8", 1234567.8, True),
        ("12 345", 12345.0, True),
        ("-1,234", -1234.0, True),
        ("１２３．５", 123.5, True),
        ("１，２３４", 1234.0, True),
        ("　5 ", 5.0, True),
        ("－2", -2.0, True),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float, tidied: bool) -> None:
    assert one(text, Kind.NUMBER) == (value, False, tidied)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "-",
        "—",
        "…",
        "nan",
        "NaN",
        "inf",
        "1e999",
        "1,23",
        "1,2345",
        "12,34,567",
        "1.234.5",
        "1_0",
        "0x10",
        "5%",
        "1 2",
        "=1",
    ],
)
def test_what_is_no_number_is_unreadable_and_never_zero(text: str) -> None:
    assert one(text, Kind.NUMBER) == (None, True, False)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", [None, "", "  ", "　"])
def test_an_empty_cell_is_missing_and_no_fault(text: str | None, kind: Kind) -> None:
    assert one(text, kind)[:2] == (None, False)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_written_with_all_its_digits_is_read_back_exactly(number: float) -> None:
    value, unreadable, _ = one(repr(number), Kind.NUMBER)
    assert not unreadable
    assert value == number


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_is_read_back_exactly(number: int) -> None:
    assert one(str(number), Kind.INTEGER) == (number, False, False)
    if abs(number) >= 1000:
        assert one(f"{number:,}", Kind.INTEGER) == (number, False, True)


@pytest.mark.parametrize(
    ("text", "value"), [("2.0", 2), ("2.5", None), ("1e3", 1000), ("9007199254740993.0", None), ("1e30", None)]
)
def test_a_whole_number_has_no_fraction_and_loses_no_digit(text: str, value: int | None) -> None:
    assert one(text, Kind.INTEGER)[:2] == (value, value is None)


@pytest.mark.parametrize(
    ("text", "factor", "value"), [("109.3", 1e4, 1_093_000), ("0.00015", 1e4, None), ("3", 1e4, 30_000)]
)
def test_a_converted_whole_number_must_come_out_whole(text: str, factor: float, value: int | None) -> None:
    assert one(text, Kind.INTEGER, factor)[:2] == (value, value is None)


def test_a_converted_number_is_multiplied() -> None:
    assert one("1.5", Kind.NUMBER, 1e4)[0] == 15000.0


@pytest.mark.parametrize(
    "text",
    ["2013-05-07", "2013-5-7", "2013/05/07", "2013.5.7", "2013年5月7日", "2013-05-07T00:00:00", "２０１３-05-07"],
)
def test_dates_are_read_in_the_usual_forms(text: str) -> None:
    assert one(text, Kind.DATE)[0] == date(2013, 5, 7)


@pytest.mark.parametrize(
    "text", ["2013-02-30", "2013-13-01", "20130507", "07/05/2013", "41401", "2013-05", "2013-05-07 08:00"]
)
def test_what_is_no_day_is_unreadable(text: str) -> None:
    assert one(text, Kind.DATE)[:2] == (None, True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2013", "2013"), ("2013年", "2013"), ("2013Q2", "2013Q2"), ("2013q2", "2013Q2"), ("2013年第二季度", "2013Q2"),
        ("2013年3季度", "2013Q3"), ("2013-05", "2013-05"), ("2013/5", "2013-05"), ("2013年5月", "2013-05"),
        ("2013-05-17", "2013-05-17"), ("2013年5月17日", "2013-05-17"), (" 2013 ", "2013"),
    ],
)  # fmt: skip
def test_periods_come_out_under_their_one_name(text: str, name: str) -> None:
    assert one(text, Kind.PERIOD)[:2] == (name, False)


@pytest.mark.parametrize("text", ["2013.10", "2013-13", "201305", "13年", "2013Q5", "上半年"])
def test_what_is_no_period_is_unreadable(text: str) -> None:
    assert one(text, Kind.PERIOD)[:2] == (None, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("否", False), ("TRUE", True), ("no", False), ("1", True), ("0", False), ("√", True)],
)
def test_yes_and_no_are_read_in_both_languages(text: str, value: bool) -> None:
    assert one(text, Kind.BOOLEAN)[:2] == (value, False)


def test_neither_yes_nor_no_is_unreadable() -> None:
    assert one("也许", Kind.BOOLEAN)[:2] == (None, True)


def test_free_text_keeps_everything_but_the_blanks_around_it() -> None:
    assert one(" 某厂（一期）\n２号 ", Kind.TEXT) == ("某厂（一期）\n２号", False, True)


def test_codes_are_brought_to_narrow_characters() -> None:
    parsed = parse_code(pl.Series(["　４１００００ ", "410000"]))
    assert parsed.values.to_list() == ["410000", "410000"]
    assert parsed.tidied.to_list() == [True, False]


@pytest.mark.parametrize(
    ("text", "key"), [("NE", "NE"), (" ne ", "NE"), ("ＮＯ", "NO"), ("C", "C"), ("X", None), ("1", None)]
)
def test_notation_keys_are_told_from_numbers(text: str, key: str | None) -> None:
    rest, keys = split_notation(pl.Series([text]))
    assert keys[0] == key
    assert rest[0] == (None if key else text)


def test_typed_columns_are_taken_as_they_are() -> None:
    assert parse(pl.Series([1.5, None, math.nan, math.inf]), Kind.NUMBER).unreadable.to_list() == [
        False,
        False,
        True,
        True,
    ]
    assert parse(pl.Series([1, 2, None]), Kind.INTEGER).values.to_list() == [1, 2, None]
    assert parse(pl.Series([1.0, 1.5]), Kind.INTEGER).values.to_list() == [1, None]
    assert parse(pl.Series([date(2013, 5, 7)]), Kind.DATE).values.to_list() == [date(2013, 5, 7)]
    assert parse(pl.Series([True, None]), Kind.BOOLEAN).values.to_list() == [True, None]
    assert parse(pl.Series([2013]), Kind.PERIOD).values.to_list() == ["2013"]
    assert split_notation(pl.Series([1.0]))[1].to_list() == [None]


@given(st.text(max_size=20))
def test_stripping_leaves_no_blank_at_either_end(text: str) -> None:
    stripped = strip_blanks(pl.Series([text], dtype=pl.String))[0]
    assert stripped is None or (stripped == stripped.strip("\u3000 \t\r\n") and stripped in text)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))
def test_full_width_text_comes_back_narrow(text: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in text)
    assert narrow(pl.Series([wide]))[0] == text
