"""The crosswalk between classifications: mass is conserved, and what is lossy is refused unless confirmed."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput, NotFound
from cocontrol.reference.categories import CLASSIFICATIONS, UNMAPPED, categories, codes_in, crosswalk

LEAVES = sorted(set(categories()["category"]) - set(categories()["parent"].drop_nulls()))


def table(**tonnes: float) -> pl.DataFrame:
    codes = [code.replace("_", "-") for code in tonnes]
    return pl.DataFrame({"adcode": ["410000"] * len(codes), "category": codes, "NOx": list(tonnes.values())})


@pytest.mark.parametrize(
    ("code", "ipcc", "class_8", "class_10", "nfr", "gnfr"),
    [
        ("1A1ai", "1A1ai", "power_heat", "fossil_fuel_combustion", "1A1a", "A_PublicPower"),
        ("1A3bi", "1A3bi", "mobile_oil", "mobile", "1A3bi", "F_RoadTransport"),
        ("1A4cii", "1A4cii", "mobile_oil", "mobile", "1A4cii", "I_Offroad"),
        ("2A1", "2A1", "industry", "industrial_process", "2A1", "B_Industry"),
        ("2D3-P", "2D3", "industry", "solvent_use", "2D3h", "E_Solvents"),
        ("STORE", None, "mobile_oil", "storage_transport", "1B2av", "D_Fugitive"),
        ("DUST-C", None, "dust", "dust", "2A5b", "B_Industry"),
    ],
)
def test_a_category_has_its_class_in_every_classification(
    code: str, ipcc: str | None, class_8: str, class_10: str, nfr: str, gnfr: str
) -> None:
    expected = [(one,) if one else () for one in (ipcc, class_8, class_10, nfr, gnfr)]
    assert [codes_in(code, to) for to in CLASSIFICATIONS] == expected


def test_rows_of_one_class_are_summed_and_keys_are_kept() -> None:
    made = crosswalk(table(**{"2A1": 1.0, "2A2": 2.0, "1A1ai": 4.0}), "class_8")
    assert made.to_dicts() == [
        {"adcode": "410000", "category": "industry", "NOx": 3.0},
        {"adcode": "410000", "category": "power_heat", "NOx": 4.0},
    ]


def test_one_to_many_is_refused_and_names_the_candidates() -> None:
    with pytest.raises(InvalidInput, match=r"2D3a, 2D3b"):
        crosswalk(table(**{"2D3": 1.0}), "nfr")


def test_a_category_without_a_class_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"没有对应类别"):
        crosswalk(table(COOK=1.0), "nfr")


def test_a_confirmed_lossy_mapping_neither_splits_by_guess_nor_loses_mass() -> None:
    made = crosswalk(table(**{"1A3a": 1.0, "COOK": 2.0, "2A1": 4.0}), "nfr", confirm_lossy=True)
    assert dict(made.select("category", "NOx").iter_rows()) == {"1A3ai(i)+1A3aii(i)": 1.0, UNMAPPED: 2.0, "2A1": 4.0}


def test_a_sum_is_null_only_where_every_part_is() -> None:
    frame = pl.DataFrame({"category": ["2A1", "2A2", "1A1ai"], "NOx": [None, 2.0, None]})
    made = crosswalk(frame, "class_8")
    assert dict(made.iter_rows()) == {"industry": 2.0, "power_heat": None}


def test_an_unknown_classification_or_category_is_refused() -> None:
    with pytest.raises(NotFound, match="gnfr"):
        crosswalk(table(**{"2A1": 1.0}), "snap")
    with pytest.raises(NotFound):
        crosswalk(table(**{"9Z": 1.0}), "nfr")


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from(LEAVES), st.floats(0, 1e9), min_size=1, max_size=20),
    st.sampled_from(sorted(CLASSIFICATIONS)),
)
def test_mass_is_conserved_in_every_classification(tonnes: dict[str, float], to: str) -> None:
    frame = pl.DataFrame({"category": list(tonnes), "NOx": list(tonnes.values())}, schema_overrides={"NOx": pl.Float64})
    made = crosswalk(frame, to, confirm_lossy=True)
    assert math.isclose(made["NOx"].sum(), math.fsum(tonnes.values()), rel_tol=1e-9, abs_tol=1e-9)
