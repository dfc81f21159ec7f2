from datetime import date

import pytest

from cocontrol.core.errors import Ambiguous, NotFound
from cocontrol.core.parameters import NATIONAL, Parameter, ParameterSet, jurisdictions_above
from cocontrol.core.provenance import Status


def parameter(value: float | None, jurisdiction: str, start: date | None, end: date | None) -> Parameter:
    return Parameter("radius", value, "km", start, end, jurisdiction, "demo plan", "3.2", Status.VERIFIED)


NATION = parameter(5.0, NATIONAL, None, date(2019, 12, 31))
NATION_LATER = parameter(4.0, NATIONAL, date(2020, 1, 1), None)
PROVINCE = parameter(3.0, "410000", date(2021, 1, 1), None)
CITY = parameter(None, "410900", date(2022, 1, 1), None)
SET = ParameterSet([NATION, NATION_LATER, PROVINCE, CITY])


@pytest.mark.parametrize(
    ("day", "place", "expected"),
    [
        (date(2019, 12, 31), "410922", NATION),
        (date(2020, 1, 1), "410922", NATION_LATER),
        (date(2020, 12, 31), "410922", NATION_LATER),
        (date(2021, 1, 1), "410922", PROVINCE),
        (date(2022, 1, 1), "410922", CITY),
        (date(2022, 1, 1), "410100", PROVINCE),
        (date(2022, 1, 1), "430000", NATION_LATER),
    ],
)
def test_the_narrowest_jurisdiction_that_holds_that_day_answers(day: date, place: str, expected: Parameter) -> None:
    assert SET.get("radius", on=day, jurisdiction=place) is expected


def test_an_unset_value_is_given_as_unset_and_never_replaced_from_above() -> None:
    found = SET.get("radius", on=date(2023, 6, 1), jurisdiction="410900")
    assert not found.is_set
    assert found.value is None


def test_absence_lists_every_candidate() -> None:
    only = ParameterSet([PROVINCE])
    with pytest.raises(NotFound) as caught:
        only.get("radius", on=date(2019, 1, 1), jurisdiction="410922")
    allowed = caught.value.faults[0].allowed
    assert allowed is not None
    assert PROVINCE.describe() in allowed.en


def test_two_values_at_once_in_one_place_are_an_error_that_lists_both() -> None:
    twice = ParameterSet([PROVINCE, parameter(2.0, "410000", None, None)])
    with pytest.raises(Ambiguous) as caught:
        twice.get("radius", on=date(2022, 1, 1), jurisdiction="410000")
    allowed = caught.value.faults[0].allowed
    assert allowed is not None
    assert "3.0 km" in allowed.en
    assert "2.0 km" in allowed.en


@pytest.mark.parametrize(
    ("adcode", "chain"),
    [
        ("410922", ("410922", "410900", "410000", "100000")),
        ("410900", ("410900", "410000", "100000")),
        ("410000", ("410000", "100000")),
        ("100000", ("100000",)),
        ("419001", ("419001", "410000", "100000")),
    ],
)
def test_jurisdictions_go_from_county_to_nation(adcode: str, chain: tuple[str, ...]) -> None:
    assert jurisdictions_above(adcode) == chain
