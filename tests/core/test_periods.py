from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.core.periods import parse_period, year


@pytest.mark.parametrize(
    ("text", "start", "end", "days"),
    [
        ("2013", date(2013, 1, 1), date(2013, 12, 31), 365),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), 366),
        ("2013Q1", date(2013, 1, 1), date(2013, 3, 31), 90),
        ("2013Q4", date(2013, 10, 1), date(2013, 12, 31), 92),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 29),
        ("2013-12", date(2013, 12, 1), date(2013, 12, 31), 31),
        ("2013-05-17", date(2013, 5, 17), date(2013, 5, 17), 1),
    ],
)
def test_each_written_form_names_its_days(text: str, start: date, end: date, days: int) -> None:
    period = parse_period(text)
    assert (period.start, period.end, period.days, str(period)) == (start, end, days, text)


@pytest.mark.parametrize(
    "text", ["", "13", "2013Q5", "2013Q0", "2013-13", "2013-00", "2013-02-30", "2013/05", "x", "0000"]
)
def test_what_is_no_period_is_refused_with_the_allowed_forms(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_period(text)
    fault = caught.value.faults[0]
    assert (fault.rule, fault.value) == ("period.form", text)
    assert fault.allowed is not None
    assert "2013Q2" in fault.allowed.en


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_year_contains_its_quarter_its_month_and_its_day(day: date) -> None:
    whole = year(day.year)
    quarter = parse_period(f"{day:%Y}Q{(day.month + 2) // 3}")
    month = parse_period(f"{day:%Y-%m}")
    only = parse_period(day.isoformat())
    assert whole.contains(quarter)
    assert quarter.contains(month)
    assert month.contains(only)
    assert not only.contains(month)


@given(st.integers(1000, 9998))
def test_quarters_and_months_fill_the_year_without_gap(number: int) -> None:
    for parts in ([f"{number}Q{q}" for q in range(1, 5)], [f"{number}-{m:02d}" for m in range(1, 13)]):
        periods = [parse_period(part) for part in parts]
        assert sum(period.days for period in periods) == year(number).days
        assert sorted(periods) == periods


def test_blanks_around_a_period_do_not_matter() -> None:
    assert parse_period(" 2013 ").name == "2013"
