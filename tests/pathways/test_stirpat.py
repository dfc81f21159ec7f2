"""STIRPAT: known elasticities come back, the penalty is named, and another way to it agrees."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.pathways.choices import Rule
from cocontrol.pathways.stirpat import fit, inflation
from tests.conftest import Call

YEARS = 20


def series(noise: float = 0.0, together: float = 0.0) -> pl.DataFrame:
    """ln I = 1 + 0.8 ln P + 1.2 ln A − 0.5 ln T, drivers growing together where asked."""
    random = np.random.default_rng(7)
    p, a, t = random.normal(size=(3, YEARS))
    a = together * p + (1 - together) * a
    i = np.exp(1 + 0.8 * p + 1.2 * a - 0.5 * t + noise * random.normal(size=YEARS))
    return pl.DataFrame({"I": i, "P": np.exp(p), "A": np.exp(a), "T": np.exp(t)})


def test_without_penalty_and_noise_the_elasticities_are_exact() -> None:
    found = fit(series(), "I", ["P", "A", "T"], penalty=0.0)
    assert found.elasticities == pytest.approx({"P": 0.8, "A": 1.2, "T": -0.5})
    assert found.intercept == pytest.approx(1)
    assert found.r_squared == pytest.approx(1)
    assert found.rule is None


def test_least_squares_with_penalty_rows_agrees() -> None:
    """Ridge is least squares with √(n k) I and zeros added below: an independent way to the same coefficients."""
    table, penalty = series(0.1, 0.9), 0.05
    x = np.log(table.select("P", "A", "T").to_numpy())
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    y = np.log(table["I"].to_numpy())
    rows = np.vstack([z, np.sqrt(YEARS * penalty) * np.eye(3)])
    expected = np.linalg.lstsq(rows, np.concatenate([y - y.mean(), np.zeros(3)]), rcond=None)[0]
    found = fit(table, "I", ["P", "A", "T"], penalty=penalty)
    assert list(found.standardised.values()) == pytest.approx(expected.tolist())


def test_drivers_that_grow_together_are_seen_and_calmed() -> None:
    found = fit(series(0.1, 0.98), "I", ["P", "A", "T"], rule=Rule.VIF)
    assert max(found.variance_inflation.values()) > 10
    assert max(found.inflation_at_penalty.values()) <= 10
    assert found.penalty > 0
    assert found.rule is Rule.VIF


def test_variance_inflation_of_unrelated_drivers_is_one() -> None:
    assert inflation(np.eye(3), 0.0) == pytest.approx([1, 1, 1])


def test_cross_validation_takes_the_least_of_its_grid() -> None:
    table = series(0.5, 0.95)
    chosen = fit(table, "I", ["P", "A", "T"])
    assert chosen.rule is Rule.GCV
    assert chosen.penalty in chosen.trace["penalty"].to_list()
    assert chosen.trace.height == 202


def test_every_bad_value_is_told() -> None:
    table = pl.DataFrame({"I": [1.0, 2.0, 0.0], "P": [1.0, None, 3.0], "A": [2.0, 2.0, 2.0]})
    with pytest.raises(InvalidInput) as raised:
        fit(table, "I", ["P", "A"])
    assert sorted(fault.rule for fault in raised.value.faults) == [
        "stirpat.constant",
        "stirpat.rows",
        "stirpat.value",
        "stirpat.value",
    ]


def test_the_command(tmp_path: Path, call: Call) -> None:
    series().with_columns(pl.Series("year", range(2000, 2020))).write_csv(tmp_path / "s.csv")
    found = call("stirpat", tmp_path / "s.csv", "--dependent", "I", "--penalty", "0", "--format", "json")
    assert {row["driver"]: round(row["elasticity"], 6) for row in json.loads(found.out)["drivers"]} == {
        "P": 0.8,
        "A": 1.2,
        "T": -0.5,
    }
    assert call("stirpat", tmp_path / "s.csv", "--dependent", "X").code == 1


def test_the_command_names_the_cells_that_have_no_logarithm(tmp_path: Path, call: Call) -> None:
    (tmp_path / "s.csv").write_text("year,I,P,A\n2015,1,2,3\n2016,0,2,\n", encoding="utf-8")
    found = call("stirpat", tmp_path / "s.csv", "--dependent", "I", "--language", "en")
    assert found.code == 1
    assert "B3" in found.err
    assert "D3" in found.err
