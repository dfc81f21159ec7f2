"""Landfill methane: both IPCC waste models, conservation of carbon, mass balance."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.waste.landfill import Decay, first_order_decay, recovered_by_year, wide_table
from cocontrol.inventory.waste.mass_balance import mass_balance_methane
from tests.inventory.golden_cases import golden

PRINTED = 5.01e-11
"""Half of the last of ten printed decimals."""

TEN_A_YEAR = dict.fromkeys(range(2000, 2031), 10.0)


def model_inputs(edition: int) -> pl.DataFrame:
    """Inputs of a waste model: the same mass every year."""
    table = golden(f"ipcc_waste_model_{edition}_inputs").rename(
        {
            "deposited_Gg_per_year_constant_1950_2030": "deposited_Gg",
            "DOC": "doc",
            "DOCf": "docf",
            "MCF": "mcf",
            "F": "methane_fraction",
        }
    )
    return table.with_columns(year=pl.lit(None, dtype=pl.Int64))


@pytest.mark.parametrize("edition", [2006, 2019])
def test_ipcc_waste_model_to_every_printed_digit(edition: int) -> None:
    expected = golden(f"ipcc_waste_model_{edition}_expected")
    found = wide_table(first_order_decay(model_inputs(edition), first=1950, last=2030, recovered=TEN_A_YEAR))
    assert found.columns == expected.columns
    gap = (found.to_numpy() - expected.to_numpy()).__abs__()
    assert gap.max() < PRINTED
    large = expected["total_generated_Gg"].to_numpy() > 60
    assert (gap[large, -3] / expected["total_generated_Gg"].to_numpy()[large]).max() < 1e-12


@pytest.mark.parametrize("edition", [2006, 2019])
def test_the_recursion_is_the_closed_form_to_1e_12(edition: int) -> None:
    """Constant deposits from 1950: after n years D · (1 − e^(−k·n)) decomposes in the year."""
    inputs = model_inputs(edition)
    decay = first_order_decay(inputs, first=1950, last=2030)
    for row in inputs.iter_rows(named=True):
        mass = row["deposited_Gg"] * row["doc"] * row["docf"] * row["mcf"]
        part = decay.components.filter(pl.col("component") == row["component"])
        exact = [
            mass * -math.expm1(-row["k_per_year"] * n) * row["methane_fraction"] * 16 / 12 for n in range(part.height)
        ]
        assert part["methane_generated_Gg"].to_list() == pytest.approx(exact, rel=1e-12, abs=0)


DEPOSITS = st.lists(st.floats(0, 1e4), min_size=1, max_size=30)
RATES = st.floats(0.005, 0.7)
SHARES = st.floats(0.05, 1.0)


def deposits(masses: list[float], rate: float = 0.1, share: float = 0.5, name: str = "food") -> pl.DataFrame:
    count = len(masses)
    return pl.DataFrame(
        {
            "component": [name] * count,
            "year": list(range(2000, 2000 + count)),
            "deposited_Gg": masses,
            "doc": [0.15] * count,
            "docf": [share] * count,
            "mcf": [0.8] * count,
            "k_per_year": [rate] * count,
            "methane_fraction": [0.5] * count,
        }
    )


def run(masses: list[float], rate: float = 0.1, share: float = 0.5, delay: int = 6) -> Decay:
    return first_order_decay(deposits(masses, rate, share), first=2000, last=2040, delay_months=delay)


@given(masses=DEPOSITS, rate=RATES, share=SHARES, delay=st.integers(0, 6))
def test_carbon_is_conserved(masses: list[float], rate: float, share: float, delay: int) -> None:
    """What was deposited has decomposed, remains, or is stored for good; at the end of every year."""
    table = run(masses, rate, share, delay).components
    into = table["carbon_deposited_Gg"].cum_sum()
    out = table["carbon_decomposed_Gg"].cum_sum() + table["carbon_remaining_Gg"]
    assert out.to_list() == pytest.approx(into.to_list(), rel=1e-12, abs=1e-12)
    whole = (table["carbon_deposited_Gg"] + table["carbon_stored_Gg"]).to_list()
    assert whole == pytest.approx((table["deposited_Gg"] * 0.15).to_list(), rel=1e-12)
    assert table["carbon_remaining_Gg"].to_numpy().min() >= 0


@given(masses=DEPOSITS, more=st.floats(0, 100), rate=RATES)
def test_more_waste_never_gives_less_methane(masses: list[float], more: float, rate: float) -> None:
    larger = [mass + more for mass in masses]
    gap = run(larger, rate).years["methane_generated_Gg"] - run(masses, rate).years["methane_generated_Gg"]
    assert gap.to_numpy().min() >= -1e-9


@given(masses=DEPOSITS, rate=st.floats(0.01, 0.3))
def test_faster_decay_never_leaves_more_carbon(masses: list[float], rate: float) -> None:
    slow, fast = run(masses, rate).components, run(masses, 2 * rate).components
    assert (slow["carbon_remaining_Gg"] - fast["carbon_remaining_Gg"]).to_numpy().min() >= -1e-9


def test_a_shorter_delay_starts_methane_in_the_year_of_deposit() -> None:
    late, early = run([100.0], delay=6), run([100.0], delay=0)
    assert late.years["methane_generated_Gg"][0] == 0
    assert early.years["methane_generated_Gg"][0] == pytest.approx(
        100 * 0.15 * 0.5 * 0.8 * -math.expm1(-0.05) * 0.5 * 16 / 12
    )


def test_recovery_comes_off_before_oxidation() -> None:
    decay = first_order_decay(deposits([100.0]), first=2000, last=2003, recovered={2001: 0.1}, oxidation=0.1)
    row = decay.years.filter(pl.col("year") == 2001).row(0, named=True)
    assert row["methane_emitted_Gg"] == pytest.approx((row["methane_generated_Gg"] - 0.1) * 0.9)


def test_recovered_by_year_adds_rows_and_components() -> None:
    table = pl.concat(
        [deposits([1.0, 2.0]), deposits([1.0], name="paper").with_columns(year=pl.lit(None, dtype=pl.Int64))]
    )
    table = table.with_columns(recovered_Gg=pl.Series([0.5, None, 0.25]))
    assert recovered_by_year(table, first=2000, last=2001) == {2000: 0.75, 2001: 0.25}
    assert recovered_by_year(deposits([1.0]), first=2000, last=2001) == {}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"k_per_year": [0.1, 0.2]}, "不止一个值"),
        ({"year": [2000, 2000]}, "不止一行"),
        ({"year": [2000, None]}, "不止一行"),
        ({"year": [1990, 2000]}, "超出计算范围"),
        ({"doc": [0.1, None]}, "缺少"),
    ],
)
def test_faults_name_what_is_wrong(change: dict[str, list[float | None]], match: str) -> None:
    table = deposits([1.0, 2.0]).with_columns(pl.Series(name, values) for name, values in change.items())
    with pytest.raises(InvalidInput, match=match):
        first_order_decay(table, first=2000, last=2005)


def test_more_recovered_than_generated_is_a_fault() -> None:
    with pytest.raises(InvalidInput, match="多于产生的"):
        first_order_decay(deposits([1.0]), first=2000, last=2005, recovered={2001: 99.0})
    with pytest.raises(InvalidInput, match="超出计算范围"):
        first_order_decay(deposits([1.0]), first=2000, last=2005, recovered={1999: 1.0})


def sites(**changed: float | None) -> pl.DataFrame:
    row = {
        "waste_t": 1000.0, "landfilled_share": 0.8, "mcf": 1.0, "doc": 0.15, "docf": 0.5, "methane_fraction": 0.5,
        "recovered_t": 5.0, "oxidation": 0.1,
    }  # fmt: skip
    return pl.DataFrame([{**row, **changed}], infer_schema_length=None)


def test_mass_balance_by_hand() -> None:
    row = mass_balance_methane(sites()).row(0, named=True)
    assert row["methane_potential"] == pytest.approx(0.05)
    assert row["generated_t"] == pytest.approx(40.0)
    assert row["emitted_t"] == pytest.approx((40 - 5) * 0.9)


def test_mass_balance_of_something_missing_is_missing() -> None:
    rows = sites().with_columns(recovered_t=pl.lit(None, dtype=pl.Float64))
    assert mass_balance_methane(rows)["emitted_t"].to_list() == [None]


def test_all_carbon_of_a_year_comes_out_in_the_end_as_mass_balance_says() -> None:
    decay = first_order_decay(deposits([1000.0], rate=0.5), first=2000, last=2100)
    at_once = mass_balance_methane(
        sites(waste_t=1000.0, landfilled_share=1.0, mcf=0.8, recovered_t=0.0, oxidation=0.0)
    )["emitted_t"].item()
    assert decay.years["methane_emitted_Gg"].sum() == pytest.approx(at_once, rel=1e-9)
