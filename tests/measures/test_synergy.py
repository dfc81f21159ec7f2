"""Synergy degrees and weights: worked examples, orientation, and what the formulas must not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocontrol.core.errors import InvalidInput
from cocontrol.measures.synergy import Indicator, composite_synergy, coordination, grade, system_scores, tapio
from cocontrol.measures.weighting import ahp, critic_weights, entropy_weights, topsis


@pytest.mark.parametrize(
    ("scores", "corrected", "c", "d"),
    [
        ((0.62, 0.48), False, 0.991868, 0.738598),
        ((0.62, 0.48), True, 0.815970, 0.669913),
        ((0.62, 0.48, 0.55), False, 0.994571, 0.739604),
        ((0.62, 0.48, 0.55), True, 0.866820, 0.690472),
        ((0.90, 0.10), False, 0.6, 0.547723),
        ((0.90, 0.10), True, 0.149071, 0.273012),
    ],
)
def test_coupling_coordination_of_the_worked_example(
    scores: tuple[float, ...], corrected: bool, c: float, d: float
) -> None:
    found = coordination(scores, corrected=corrected)
    assert found.coupling == pytest.approx(c, abs=5e-7)
    assert found.degree == pytest.approx(d, abs=5e-7)


def test_two_equally_bad_systems_are_told() -> None:
    found = coordination((0.05, 0.05))
    assert found.coupling == pytest.approx(1)
    assert found.level == pytest.approx(0.05)
    assert "equally bad" in found.notes[0].en


def test_a_score_of_zero_has_no_coupling_and_no_substitute() -> None:
    found = coordination((0.0, 0.9))
    assert (found.coupling, found.degree) == (0.0, 0.0)
    assert found.notes


@pytest.mark.parametrize(
    ("degree", "name"), [(0.05, "极度失调"), (0.45, "濒临失调"), (0.5, "濒临失调"), (0.51, "勉强协调"), (1, "优质协调")]
)
def test_classes_include_their_upper_bound(degree: float, name: str) -> None:
    assert grade(degree).zh == name


@pytest.mark.parametrize("scores", [(0.5,), (1.2, 0.5), (-0.1, 0.5)])
def test_scores_outside_their_range_are_refused(scores: tuple[float, ...]) -> None:
    with pytest.raises(InvalidInput):
        coordination(scores)


def test_weights_must_fit() -> None:
    with pytest.raises(InvalidInput, match="合计为 1"):
        coordination((0.5, 0.6), (0.5, 0.6))


def test_composite_synergy_of_the_worked_example() -> None:
    indicators = [Indicator(n, s, 1, 0, 1) for n, s in (("a", "p"), ("b", "p"), ("c", "k"), ("d", "k"))]
    rows = [
        dict(zip("abcd", values, strict=True)) for values in ((0.25, 0.20, 0.20, 0.7 / 3), (0.50, 0.36, 0.35, 0.40))
    ]
    geometric = [list(system_scores(row, indicators, geometric=True)[0].values()) for row in rows]
    assert geometric[0] == pytest.approx([0.223607, 0.216025], abs=5e-7)
    assert composite_synergy(*geometric) == pytest.approx(0.178135, abs=5e-7)
    sums = [list(system_scores(row, indicators)[0].values()) for row in rows]
    assert composite_synergy(*sums) == pytest.approx(0.180162, abs=5e-7)


def test_two_falling_systems_are_not_synergy() -> None:
    assert composite_synergy((0.5, 0.5), (0.3, 0.2)) < 0
    assert composite_synergy((0.5, 0.5), (0.5, 0.9)) == 0


@pytest.mark.parametrize(
    ("values", "elasticity", "state"),
    [
        ((100, 98, 1000, 1060), -0.333333, "strong decoupling"),
        ((100, 104, 1000, 960), -1.0, "strong negative decoupling"),
        ((100, 90, 1000, 960), 2.5, "recessive decoupling"),
        ((100, 108, 1000, 1100), 0.8, "expansive coupling"),
        ((100, 112, 1000, 1100), 1.2, "expansive coupling"),
        ((100, 107, 1000, 1100), 0.7, "weak decoupling"),
    ],
)
def test_tapio_states(values: tuple[float, float, float, float], elasticity: float, state: str) -> None:
    found = tapio(*values)
    assert found.elasticity == pytest.approx(elasticity, abs=5e-7)
    assert found.state.en == state


def test_a_still_economy_has_no_elasticity() -> None:
    found = tapio(100, 90, 1000, 1000)
    assert found.elasticity is None
    assert not found.defined


MATRIX = [
    [1, 1 / 2, 4, 3, 3],
    [2, 1, 7, 5, 5],
    [1 / 4, 1 / 7, 1, 1 / 2, 1 / 3],
    [1 / 3, 1 / 5, 2, 1, 1],
    [1 / 3, 1 / 5, 3, 1, 1],
]


def test_the_judgement_matrix_of_the_sheet() -> None:
    found = ahp(MATRIX)
    assert found.weights == pytest.approx([0.26360349, 0.47583538, 0.05381460, 0.09806829, 0.10867824], abs=5e-9)
    assert found.eigenvalue == pytest.approx(5.072084, abs=5e-7)
    assert found.index == pytest.approx(0.0180211, abs=5e-8)
    assert found.ratio == pytest.approx(0.01609027, abs=5e-9)
    assert found.consistent is True


def test_a_contradictory_matrix_is_not_accepted_and_a_one_sided_one_is_refused() -> None:
    assert ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]).consistent is False
    with pytest.raises(InvalidInput, match="互反"):
        ahp([[1, 2], [2, 1]])


def test_topsis_of_the_sheet_and_its_normalisation() -> None:
    rows, directions, weights = [(2, 8), (5, 1), (3, 6)], (1, -1), (0.6, 0.4)
    assert topsis(rows, directions, weights) == pytest.approx([0, 1, 0.3111391], abs=5e-8)
    assert topsis(rows, directions, weights, normalisation="min-max")[2] == pytest.approx(0.319084, abs=5e-7)


def test_a_constant_column_weighs_nothing() -> None:
    table = [[1, 5, 2], [2, 5, 1], [4, 5, 7]]
    assert entropy_weights(table)[1] == 0
    assert critic_weights(table)[1] == 0
    assert entropy_weights(table).sum() == pytest.approx(1)
    with pytest.raises(InvalidInput):
        entropy_weights([[5, 5], [5, 5]])


def test_entropy_by_hand() -> None:
    table = [[1, 2], [3, 2.5]]
    shares = np.array([[0.25, 2 / 4.5], [0.75, 2.5 / 4.5]])
    information = 1 + (shares * np.log(shares)).sum(axis=0) / np.log(2)
    assert entropy_weights(table) == pytest.approx(information / information.sum())


def test_a_value_outside_its_bounds_counts_as_the_bound_and_is_told() -> None:
    scores, remarks = system_scores({"co2": 120.0}, [Indicator("co2", "carbon", -1, 50, 100)])
    assert scores == {"carbon": 0.0}
    assert "120" in remarks[0].en


emission = st.floats(0, 100)


@settings(max_examples=60, deadline=None)
@given(emission, emission, st.floats(0, 1), st.booleans())
def test_lower_emissions_never_lower_the_level(pollution: float, carbon: float, cut: float, corrected: bool) -> None:
    indicators = [Indicator("so2", "pollution", -1, 0, 100), Indicator("co2", "carbon", -1, 0, 100)]
    before, _ = system_scores({"so2": pollution, "co2": carbon}, indicators)
    both, _ = system_scores({"so2": pollution * cut, "co2": carbon * cut}, indicators)
    assert both["pollution"] >= before["pollution"]
    first = coordination(list(before.values()), corrected=corrected)
    worse = min(before, key=lambda system: before[system])
    improved = {**before, worse: before[worse] + (max(before.values()) - before[worse]) * (1 - cut)}
    assert coordination(list(improved.values()), corrected=corrected).degree >= first.degree - 1e-12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=5), st.booleans())
def test_coupling_and_degree_stay_in_their_range(scores: list[float], corrected: bool) -> None:
    found = coordination(scores, corrected=corrected)
    assert 0 <= found.coupling <= 1 + 1e-12
    assert 0 <= found.degree <= 1 + 1e-12


def test_critic_weighs_nothing_where_columns_move_alike() -> None:
    with pytest.raises(InvalidInput, match="CRITIC"):
        critic_weights([[1, 2], [2, 4], [4, 8]])
    with pytest.raises(InvalidInput):
        critic_weights([[0.1, 0.1], [0.1, 0.1], [0.1, 0.1]])


def test_critic_by_hand() -> None:
    """Three alternatives: r = −0.98198…, deviations 1.5275 and 3.6056."""
    table = np.array([[2.0, 8.0], [5.0, 1.0], [3.0, 6.0]])
    means = table.mean(axis=0)
    deviation = np.sqrt(((table - means) ** 2).sum(axis=0) / 2)
    assert critic_weights(table) == pytest.approx(deviation / deviation.sum())


@pytest.mark.parametrize("weights", [(0, 0), (-1, 2), (float("nan"), 1)])
def test_topsis_refuses_weights_that_weigh_nothing(weights: tuple[float, float]) -> None:
    with pytest.raises(InvalidInput):
        topsis([[1, 2], [2, 1]], (1, 1), weights)


def test_topsis_of_great_numbers_is_that_of_small_ones() -> None:
    small = topsis([[2, 8], [5, 1], [3, 6]], (1, -1), (0.6, 0.4))
    assert topsis([[2e200, 8], [5e200, 1], [3e200, 6]], (1, -1), (0.6, 0.4)) == pytest.approx(small)
