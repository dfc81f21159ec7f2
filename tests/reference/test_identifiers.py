"""Identifiers: printed examples, an independent judge, round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as judge

from cocontrol.reference.identifiers import (
    ORGANISATION_ALPHABET,
    USCC_ALPHABET,
    OutletKind,
    check_control_unit,
    check_logger_number,
    check_organisation_code,
    check_outlet_code,
    check_permit_number,
    check_uscc,
    check_vin,
    organisation_check_character,
    uscc_check_character,
)

VALID = ["91350100M000100Y43", "91110000802100433B", "9144030071526726XG"]


@pytest.mark.parametrize("code", VALID)
def test_a_valid_credit_code_passes_with_its_inner_code(code: str) -> None:
    outcome = check_uscc(code)
    assert outcome.is_valid
    assert outcome.faults == ()
    assert check_organisation_code(code[8:17]).is_valid
    assert judge.is_valid(code)


def test_a_wrong_check_character_names_the_right_one() -> None:
    outcome = check_uscc("91410000170000791X")
    assert not outcome.is_valid
    assert [fault.rule for fault in outcome.faults] == ["uscc.check"]
    assert "允许: G" in outcome.faults[0].describe("zh")
    assert not judge.is_valid("91410000170000791X")


def test_full_width_and_small_letters_are_normalised() -> None:
    outcome = check_uscc(" ９１３５０１００m０００１００y４３ ")
    assert (outcome.value, outcome.is_valid) == ("91350100M000100Y43", True)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_letter_outside_the_alphabet_is_refused_and_not_guessed(letter: str) -> None:
    outcome = check_uscc("9135010" + letter + "M000100Y43")
    assert outcome.faults[0].rule == "uscc.character"
    assert letter in outcome.faults[0].message.zh


def test_a_short_code_is_refused() -> None:
    assert check_uscc("91350100").faults[0].rule == "uscc.length"


organisation_bodies = st.text(USCC_ALPHABET, min_size=8, max_size=8)


@given(st.text("0123456789", min_size=6, max_size=6), organisation_bodies)
def test_a_built_credit_code_passes_here_and_at_the_judge(area: str, body: str) -> None:
    first_17 = "91" + area + body + organisation_check_character(body)
    code = first_17 + uscc_check_character(first_17)
    assert check_uscc(code).faults == ()
    assert judge.calc_check_digit(first_17) == code[-1]


@given(st.sampled_from(VALID), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_changed_character_never_passes(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]
    assert check_uscc(changed).is_valid == (changed == code)


def test_a_failing_inner_code_only_warns() -> None:
    first_17 = "91350100M000100Y5"
    outcome = check_uscc(first_17 + uscc_check_character(first_17))
    assert outcome.is_valid
    assert [fault.rule for fault in outcome.warnings] == ["uscc.organisation_check"]


@given(st.text(ORGANISATION_ALPHABET, min_size=8, max_size=8))
def test_an_organisation_code_passes_with_or_without_its_hyphen(body: str) -> None:
    check = organisation_check_character(body)
    assert check_organisation_code(f"{body}-{check}").is_valid
    wrong = "0" if check != "0" else "1"
    assert check_organisation_code(body + wrong).faults[0].rule == "organisation.check"


def test_an_organisation_code_of_another_form_is_refused() -> None:
    assert check_organisation_code("12-3").faults[0].rule == "organisation.form"


def test_a_permit_number_is_a_credit_code_with_site_and_letter() -> None:
    assert check_permit_number("91350100M000100Y43001P").is_valid
    assert check_permit_number("91350100M000100Y43002W").is_valid
    assert check_permit_number("91410000170000791X001P").faults[0].rule == "uscc.check"
    assert check_permit_number("91350100M000100Y43").faults[0].rule == "permit.form"


def test_a_fallback_permit_number_is_not_checked_as_a_credit_code() -> None:
    assert check_permit_number("H9410900000000000A001P").faults == ()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("DA001", OutletKind.AIR_OUTLET),
        ("dw0012", OutletKind.WATER_OUTLET),
        ("YS001", OutletKind.RAIN_OUTLET),
        ("TA001", OutletKind.TREATMENT_FACILITY),
        ("MF0001", OutletKind.PRODUCTION_FACILITY),
    ],
)
def test_an_outlet_code_says_what_it_stands_for(code: str, kind: OutletKind) -> None:
    found, outcome = check_outlet_code(code)
    assert found is kind
    assert outcome.is_valid


def test_another_code_is_no_outlet() -> None:
    found, outcome = check_outlet_code("XX01")
    assert found is None
    assert not outcome.is_valid


def test_a_control_unit_of_another_form_only_warns() -> None:
    assert check_control_unit("ZH41090220001").faults == ()
    odd = check_control_unit("YS4109022000")
    assert odd.is_valid
    assert len(odd.warnings) == 1


def test_a_logger_number_keeps_its_case() -> None:
    assert check_logger_number(" ab12CD34ef56GH78 ").value == "ab12CD34ef56GH78"
    assert not check_logger_number("short").is_valid


def test_a_vehicle_number_with_a_failed_check_digit_only_warns() -> None:
    assert check_vin("1M8GDM9AXKP042788").faults == ()
    odd = check_vin("1M8GDM9A1KP042788")
    assert odd.is_valid
    assert odd.warnings[0].rule == "vin.check"
    assert check_vin("1M8GDM9AIKP042788").faults[0].rule == "vin.form"
