"""Index decomposition: worked examples, exact limits at zero, and what always holds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.io.readers import read_raw
from cocontrol.pathways.choices import Method
from cocontrol.pathways.decomposition import Decomposition, decompose, logarithmic_mean
from cocontrol.pathways.decomposition_tables import read_factors

FACTORS = ("activity", "intensity", "factor")


def table(*rows: tuple[str, str, float, float, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["cell", "period", *FACTORS], orient="row")


def read(folder: Path, text: str, **options: bool) -> Decomposition:
    (folder / "f.csv").write_text(text, encoding="utf-8")
    found, _ = read_factors(read_raw(folder / "f.csv"))
    return decompose(found.table, found.factors, **options)


KAYA = "factor,start,end\nP,50,51\nG/P,6,8.4\nE/G,0.60,0.46\nC/E,2.40,2.20\n"
FUELS = "fuel,year,energy,share,ef\ncoal,0,100,1.0,2.6\ngas,0,100,0,1.6\ncoal,T,120,0.7,2.6\ngas,T,120,0.3,1.6\n"


def test_the_kaya_identity_of_the_worked_example(tmp_path: Path) -> None:
    found = read(tmp_path, KAYA)
    assert list(found.effects) == ["P", "G/P", "E/G", "C/E"]
    assert list(found.effects.values()) == pytest.approx([8.569982, 145.615071, -114.988344, -37.655909], abs=5e-7)
    assert found.total == pytest.approx(1.5408)


def test_a_fuel_that_appears_takes_the_exact_limit(tmp_path: Path) -> None:
    found = read(tmp_path, FUELS)
    assert found.effects == pytest.approx({"energy": 43.501172, "share": -27.501172, "ef": 0.0}, abs=5e-7)
    assert not found.notes


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("fuel,P_0,P_T,I_0,I_T\ncoal,50,51,2,3\n", ("0", "T")),
        ("fuel,P_2020,I_2020,P_2015,I_2015\ncoal,51,3,50,2\n", ("2015", "2020")),
        ("fuel,year,P,I,value\ncoal,2015,50,2,100\ncoal,2020,51,3,153\n", ("2015", "2020")),
        ("P,I,年份\n50,2,2015\n51,3,2020\n", ("2015", "2020")),
    ],
)
def test_every_layout_gives_the_same_effects(tmp_path: Path, text: str, periods: tuple[str, str]) -> None:
    found = read(tmp_path, text)
    assert (found.steps[0].first, found.steps[-1].last) == periods
    mean = (153 - 100) / math.log(1.53)
    assert found.effects == pytest.approx({"P": mean * math.log(51 / 50), "I": mean * math.log(1.5)})


def test_several_factors_vanishing_together_share_the_cell_and_say_so() -> None:
    found = decompose(table(("a", "0", 0, 0, 2), ("a", "T", 3, 5, 2)), FACTORS)
    assert found.effects == {"activity": 15.0, "intensity": 15.0, "factor": 0.0}
    assert "activity, intensity" in found.notes[0].en


def test_a_cell_that_closes_is_charged_to_what_vanished() -> None:
    found = decompose(table(("a", "0", 3, 5, 2), ("a", "T", 0, 4, 1)), FACTORS)
    assert found.effects == {"activity": -30.0, "intensity": 0.0, "factor": 0.0}


def test_equal_totals_lose_nothing() -> None:
    found = decompose(table(("a", "0", 2, 3, 1), ("a", "T", 3, 2, 1)), FACTORS)
    assert found.effects["activity"] == pytest.approx(6 * math.log(1.5))
    assert found.effects["activity"] == pytest.approx(-found.effects["intensity"])


def test_linking_years_differs_from_first_to_last_and_both_are_exact() -> None:
    rows = table(
        ("a", "1", 2, 3, 1),
        ("b", "1", 9, 1, 1),
        ("a", "2", 9, 1, 1),
        ("b", "2", 5, 6, 1),
        ("a", "3", 4, 4, 1),
        ("b", "3", 2, 2, 1),
    )
    linked, direct = decompose(rows, FACTORS, chained=True), decompose(rows, FACTORS)
    assert linked.effects["activity"] != pytest.approx(direct.effects["activity"])
    assert linked.total == direct.total
    assert abs(linked.residual) < 1e-9
    assert [(step.first, step.last) for step in linked.steps] == [("1", "2"), ("2", "3")]


def test_faults_are_told_together(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "cell": ["a", "a", "b"],
            "period": ["0", "T", "0"],
            "activity": [1.0, -2.0, None],
            "intensity": [1.0, 1.0, 1.0],
        }
    )
    with pytest.raises(InvalidInput) as raised:
        decompose(rows, ("activity", "intensity"))
    assert sorted(fault.rule for fault in raised.value.faults) == [
        "decompose.cell_absent",
        "decompose.value",
        "decompose.value",
    ]


def test_a_ratio_to_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="比值"):
        decompose(table(("a", "0", 0, 3, 1), ("a", "T", 3, 2, 1)), FACTORS, method=Method.MULTIPLICATIVE)


def test_a_stated_value_must_be_the_product(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="101"):
        read(tmp_path, "year,P,I,value\n2015,50,2,101\n2020,51,3,153\n")


def test_headings_of_no_layout_say_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="因素_0"):
        read(tmp_path, "a,b\n1,2\n")


values = st.one_of(st.just(0.0), st.floats(1e-3, 1e4))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[values] * 6), min_size=1, max_size=4))
def test_effects_sum_and_multiply_to_the_change(cells: list[tuple[float, ...]]) -> None:
    rows = table(
        *((str(i), "0", *cell[:3]) for i, cell in enumerate(cells)),
        *((str(i), "T", *cell[3:]) for i, cell in enumerate(cells)),
    )
    found = decompose(rows, FACTORS)
    step = found.steps[0]
    assert sum(found.effects.values()) == pytest.approx(
        step.end - step.start, rel=1e-9, abs=1e-9 * (step.end + step.start)
    )
    if step.start > 0 and step.end > 0:
        ratio = decompose(rows, FACTORS, method=Method.MULTIPLICATIVE)
        assert math.prod(ratio.effects.values()) == pytest.approx(step.end / step.start, rel=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[values] * 6), min_size=1, max_size=3))
def test_neither_the_order_of_factors_nor_of_time_matters(cells: list[tuple[float, ...]]) -> None:
    rows = table(
        *((str(i), "0", *cell[:3]) for i, cell in enumerate(cells)),
        *((str(i), "T", *cell[3:]) for i, cell in enumerate(cells)),
    )
    forward = decompose(rows, FACTORS).effects
    turned = decompose(rows, FACTORS[::-1]).effects
    backward = decompose(rows.reverse(), FACTORS).effects
    assert forward == pytest.approx(turned)
    assert forward == pytest.approx({name: -value for name, value in backward.items()}, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1e-12), (1e-12, 1.0), (3.0, 4e9), (1.0, 1.4), (1.0, 1.6)])
def test_the_logarithmic_mean_is_exact_far_from_one(a: float, b: float) -> None:
    assert logarithmic_mean(np.array([a]), np.array([b]))[0] == pytest.approx((a - b) / math.log(a / b), rel=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-3, 1e6), st.floats(-1e-9, 1e-9))
def test_the_logarithmic_mean_is_smooth_where_its_arguments_meet(a: float, nudge: float) -> None:
    mean = logarithmic_mean(np.array([a]), np.array([a * (1 + nudge)]))[0]
    assert mean == pytest.approx(a * (1 + nudge / 2), rel=1e-15)
