"""HFC banks: both worksheets of the Guidelines, conservation of the agent."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.inventory.product_use.hfc_bank import TIER_2_FLOWS, BankParameters, tier_1_bank, tier_2_bank
from tests.inventory.golden_cases import golden, mobile_flows

REFRIGERATION = BankParameters(loss_share=0.15, lifetime_years=10, destroyed_share=0.25)
MOBILE = BankParameters(loss_share=0.10, lifetime_years=12, fill_loss_share=0.02)

LINES = {
    "bank_1jan_kg": "bank_1jan_kg",
    "sales_kg": "F_domestic_sales",
    "new_fill_kg": "G_fill_new_equipment",
    "fill_emission_kg": "H_fill_emission",
    "to_bank_kg": "J_to_bank",
    "servicing_kg": "K_servicing",
    "use_emission_kg": "L_use_emission",
    "retired_kg": "M_retired",
    "end_of_life_emission_kg": "Q_end_of_life_emission",
    "bank_31dec_kg": "bank_31dec_kg",
    "total_emission_kg": "total_emission_kg",
}


def test_tier_1_worksheet_of_2006() -> None:
    expected = golden("ipcc_2006_2F1_tier1_hfc134a")
    found = tier_1_bank(expected, REFRIGERATION)
    assert found.columns == expected.columns
    assert abs(found.to_numpy() - expected.to_numpy()).max() < 5.01e-11


def test_tier_2_worksheet_of_2019() -> None:
    expected, found = golden("ipcc_2019_2F1_tier2_mac_hfc134a"), tier_2_bank(mobile_flows(), MOBILE)
    for line, column in LINES.items():
        wanted = expected[column].cast(pl.Float64).fill_null(0.0).to_list()
        assert found[line].to_list() == pytest.approx(wanted, rel=1e-12, abs=1e-9), line


@given(
    amounts=st.lists(st.floats(0, 1e4), min_size=1, max_size=40),
    loss=st.floats(0.01, 0.5),
    life=st.integers(1, 15),
    destroyed=st.floats(0, 1),
)
def test_tier_1_conserves_the_agent(amounts: list[float], loss: float, life: int, destroyed: float) -> None:
    """All that came to the market was emitted, destroyed, or is in the bank less this year's loss."""
    market = pl.DataFrame({"year": range(2000, 2000 + len(amounts)), "new_agent_to_market_t": amounts})
    table = tier_1_bank(market, BankParameters(loss, life, destroyed))
    left = table["bank_t"] * (1 - loss)
    out = table["emission_t"].cum_sum() + table["destroyed_t"].cum_sum() + left
    assert out.to_list() == pytest.approx(table["new_agent_to_market_t"].cum_sum().to_list(), rel=1e-9, abs=1e-9)
    assert table["bank_t"].to_numpy().min() >= -1e-9


@given(
    amounts=st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), min_size=1, max_size=30),
    loss=st.floats(0.01, 0.3),
)
def test_tier_2_conserves_the_agent(amounts: list[tuple[float, float]], loss: float) -> None:
    """While more is sold than is lost, nothing is topped up twice and the bank closes."""
    rows = [
        {"year": 2000 + place, **dict.fromkeys(TIER_2_FLOWS, 0.0), "produced": made, "imported_in_equipment": imported}
        for place, (made, imported) in enumerate(amounts)
    ]
    # A lifetime beyond the series: retirement takes the full charge, which needs servicing to have kept it full.
    table = tier_2_bank(pl.DataFrame(rows), BankParameters(loss, 100, fill_loss_share=0.02))
    given_in = pl.Series([made + imported for made, imported in amounts]).cum_sum()
    out = table["total_emission_kg"].cum_sum() + table["bank_31dec_kg"]
    assert out.to_list() == pytest.approx(given_in.to_list(), rel=1e-9, abs=1e-9)


def test_faults_of_a_series() -> None:
    gap = pl.DataFrame({"year": [2000, 2002], "new_agent_to_market_t": [1.0, 1.0]})
    with pytest.raises(InvalidInput, match="连续"):
        tier_1_bank(gap, REFRIGERATION)
    missing = pl.DataFrame({"year": [2000, 2001], "new_agent_to_market_t": [1.0, None]})
    with pytest.raises(InvalidInput, match="缺失或为负"):
        tier_1_bank(missing, REFRIGERATION)
    with pytest.raises(InvalidInput):
        BankParameters(loss_share=1.5, lifetime_years=10)


def test_more_recovered_than_retired_is_impossible() -> None:
    flows = mobile_flows().with_columns(destroyed=pl.lit(1e9))
    with pytest.raises(InvalidInput, match="报废设备"):
        tier_2_bank(flows, MOBILE)
