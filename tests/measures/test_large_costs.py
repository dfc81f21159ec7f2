"""Costs of a province in yuan: as large as 1e12, and solved as exactly as small ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cocontrol.io.portfolio_folder import read_portfolio
from cocontrol.measures.portfolio.model import Instance
from cocontrol.measures.portfolio.solving import optimise

WORKED = Path(__file__).parent / "portfolio" / "data" / "worked"


def scaled(instance: Instance, factor: float) -> Instance:
    return replace(
        instance,
        options=replace(instance.options, cost=instance.options.cost * factor),
        devices=replace(instance.devices, cost=instance.devices.cost * factor),
    )


@pytest.mark.parametrize("factor", [1e-3, 1e6, 1e8, 1e10])
@pytest.mark.parametrize("integer", [True, False])
def test_a_unit_of_money_changes_no_plan(factor: float, integer: bool) -> None:
    instance, _ = read_portfolio(WORKED)
    chosen = replace(instance, settings=replace(instance.settings, integer=integer))
    small, large = optimise(chosen), optimise(scaled(chosen, factor))
    assert large.status == small.status == "optimal"
    assert large.cost == pytest.approx((small.cost or 0.0) * factor, rel=1e-6)
    assert large.lower_bound == pytest.approx((small.lower_bound or 0.0) * factor, rel=1e-6)
    assert [price.price for price in large.prices] == pytest.approx([price.price * factor for price in small.prices])
