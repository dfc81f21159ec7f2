"""Several methods and weightings over one table: ranks, where they disagree, and presets that name their sources."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.measures.synergy import Indicator
from cocontrol.measures.synergy_presets import presets
from cocontrol.measures.synergy_study import METHODS, WEIGHTINGS, Study, study, weigh
from cocontrol.measures.synergy_tables import Values

INDICATORS = (
    Indicator("PM25", "pollution", -1, 0, 100),
    Indicator("good_days", "pollution", 1, 0, 100),
    Indicator("co2", "carbon", -1, 0, 10),
)
ROWS = [
    Values("a", "2020", {"PM25": 60, "good_days": 60, "co2": 6}),
    Values("b", "2020", {"PM25": 40, "good_days": 65, "co2": 8.5}),
    Values("c", "2020", {"PM25": 50, "good_days": 50, "co2": 2}),
    Values("a", "2024", {"PM25": 45, "good_days": 75, "co2": 5}),
    Values("b", "2024", {"PM25": 45, "good_days": 60, "co2": 6}),
    Values("c", "2024", {"PM25": 30, "good_days": 80, "co2": 1}),
]


def run(methods: Sequence[str] = tuple(METHODS), weightings: Sequence[str] = tuple(WEIGHTINGS)) -> Study:
    return study(ROWS, INDICATORS, methods=methods, weightings=weightings)


def test_every_method_stands_under_every_weighting_and_ranks_within_a_year() -> None:
    found = run()
    assert len(found.columns) == len(METHODS) * len(WEIGHTINGS)
    for column in found.columns:
        for year in ("2020", "2024"):
            ranks = sorted(one.rank for key, one in column.rows.items() if key[1] == year)
            assert ranks in ([], [1, 2, 3])


def test_a_change_over_time_stands_at_its_end() -> None:
    column = next(one for one in run().columns if one.method == "composite-system")
    assert set(column.rows) == {("a", "2024"), ("b", "2024"), ("c", "2024")}
    assert column.rows["b", "2024"].degree.degree < 0
    assert column.rows["b", "2024"].rank == 3


def test_lower_emissions_never_lower_a_degree_that_they_balance() -> None:
    dirtier = [Values(r.subject, r.period, r.values | {"co2": r.values["co2"] + 1}) for r in ROWS]
    before = study(dirtier, INDICATORS, methods=["coupling", "topsis"], weightings=["given"])
    after = study(ROWS, INDICATORS, methods=["coupling", "topsis"], weightings=["given"])
    key = ("b", "2020")
    assert after.columns[0].rows[key].degree.degree > before.columns[0].rows[key].degree.degree


def test_disagreements_are_pairs_of_one_year_that_two_methods_turn_round() -> None:
    found = run(methods=["coupling", "composite-system"], weightings=["given"])
    (one,) = found.disagreements
    assert one.pairs == 3
    assert one.tau == 1 - 2 * len(one.opposite) / 3
    first, second = (column.rows for column in found.columns)
    for a, b in one.opposite:
        assert (first[a].rank - first[b].rank) * (second[a].rank - second[b].rank) < 0


def test_weights_sum_to_one_within_a_system() -> None:
    for weighting in WEIGHTINGS:
        weights = {item.name: item.weight for item in weigh(ROWS, INDICATORS, weighting)}
        assert weights["PM25"] + weights["good_days"] == pytest.approx(1)
        assert weights["co2"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"methods": ["coupling"]}, "synergy.one_method"),
        ({"methods": ["coupling", "magic"]}, "synergy.method"),
        ({"weightings": []}, "synergy.weighting"),
        ({"weightings": ["dice"]}, "synergy.weighting"),
    ],
)
def test_one_method_or_an_unknown_one_is_refused(more: dict[str, list[str]], rule: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run(**more)
    assert rule in {fault.rule for fault in caught.value.faults}


def test_one_system_or_no_row_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        study([], INDICATORS[:2], methods=["coupling", "topsis"], weightings=["given"])
    assert {fault.rule for fault in caught.value.faults} == {"synergy.systems", "synergy.no_rows"}


def test_presets_have_two_systems_fixed_bounds_and_a_source_for_each_indicator() -> None:
    assert sum(preset.filled_from == "run" for preset in presets().values()) >= 2
    for preset in presets().values():
        assert {item.system for item in preset.indicators} == {"pollution", "carbon"}
        assert all(item.upper > item.lower for item in preset.indicators)
        assert all(member.source.zh and member.source.en for member in preset.members)
        assert preset.status == "declared"
