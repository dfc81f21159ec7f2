"""Double attainment (双达): carbon has peaked and air meets its limits, judged on the same draws.

State and gap follow the sheet on peaks: the year of carbon is that of its peak, the year of air the first from
which every later year keeps every limit. Both move together, so P(both) is counted, never multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cocontrol.pathways.projection import Projection
from cocontrol.pathways.scenario_model import Scenario, Target

Years = NDArray[np.int64]

CARBON = "Emissions|CO2"


class State(StrEnum):
    """What is reached by the end of the scenario."""

    BOTH = "both"
    AIR_ONLY = "air_only"
    CARBON_ONLY = "carbon_only"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class DoubleAttainment:
    """When carbon peaks and air attains on the path of modes, and how probable each and both are by a year.

    `gap` is carbon year − air year (years; None where one is not reached). The probabilities, by year, are
    None without draws: P(air ≤ Y), P(peak ≤ Y) and P(both ≤ Y) of the same draws.
    """

    carbon: str
    air: tuple[str, ...]
    carbon_year: int | None
    air_year: int | None
    gap: int | None
    state: State
    carbon_by: dict[int, float] | None
    air_by: dict[int, float] | None
    both_by: dict[int, float] | None


def peak_years(projection: Projection, name: str) -> Years:
    """Year of the first maximum of every draw; the year after the end where that is the last year."""
    years = np.array(projection.years)
    found = years[projection.series[name].argmax(axis=1)]
    return np.asarray(np.where(found == years[-1], years[-1] + 1, found), dtype=np.int64)


def attainment_years(projection: Projection, target: Target) -> Years:
    """First year from which a draw never exceeds the limit again; the year after the end where there is none."""
    years = np.array(projection.years)
    limit = np.inf if target.limit is None else target.limit
    above = projection.series[target.variable] > limit * (1 + 1e-12)
    last_above = np.where(above.any(axis=1), years[-1] - above[:, ::-1].argmax(axis=1), years[0] - 1)
    return np.asarray(last_above + 1, dtype=np.int64)


def double_attainment(scenario: Scenario, central: Projection, drawn: Projection | None) -> DoubleAttainment | None:
    """The double attainment of a scenario with a limit of air (a target ``attain``); None where it has none, or no CO2.

    Carbon is the variable of the first target ``peak``, else CO2; air has attained when every ``attain`` target has.
    """
    air = tuple(target for target in scenario.target if target.kind == "attain")
    carbon = next((target.variable for target in scenario.target if target.kind == "peak"), CARBON)
    if not air or carbon not in central.series:
        return None
    end = central.years[-1]
    carbon_year, air_year = (int(found[0]) for found in _years(central, carbon, air))
    reached = (carbon_year <= end, air_year <= end)
    by = None if drawn is None else _probabilities(drawn, carbon, air)
    return DoubleAttainment(
        carbon,
        tuple(target.id for target in air),
        carbon_year if reached[0] else None,
        air_year if reached[1] else None,
        carbon_year - air_year if all(reached) else None,
        {(True, True): State.BOTH, (True, False): State.CARBON_ONLY, (False, True): State.AIR_ONLY}.get(
            reached, State.NEITHER
        ),
        *(by or (None, None, None)),
    )


def _years(projection: Projection, carbon: str, air: tuple[Target, ...]) -> tuple[Years, Years]:
    attained = np.maximum.reduce([attainment_years(projection, target) for target in air])
    return peak_years(projection, carbon), attained


def _probabilities(
    drawn: Projection, carbon: str, air: tuple[Target, ...]
) -> tuple[dict[int, float], dict[int, float], dict[int, float]]:
    peaked, attained = _years(drawn, carbon, air)

    def share(found: Years) -> dict[int, float]:
        """Share of draws that are there by each year."""
        return {year: float((found <= year).mean()) for year in drawn.years}

    return share(peaked), share(attained), share(np.maximum(peaked, attained))
