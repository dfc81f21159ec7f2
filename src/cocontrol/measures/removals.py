"""The removal of a pollutant that a table of removals does not name, and removals of different basis side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cocontrol.core.text import Text
from cocontrol.measures.catalogue import CatalogueMeasure

STANDS_FOR = {"BC": "PM25", "OC": "PM25", "PM10": "PM25"}
"""Pollutants whose removal is taken from PM2.5 where none is given.

Black and organic carbon are removed as PM2.5 is (T/CSES 144-2024, Table A.1 gives the same figures). PM10 is removed at
least as well, so that the figure is a lower bound.
"""

DESIGN, FLEET_AVERAGE = "design", "fleet_average"
"""What a removal stands for: a new device as designed, or devices as they run, downtime and weak units included."""


def removal_of(removals: Mapping[str, float], pollutant: str) -> float:
    """The removal of a pollutant: its own, else that of the one it stands with, else none."""
    if pollutant in removals:
        return removals[pollutant]
    return removals.get(STANDS_FOR.get(pollutant, ""), 0.0)


def basis_notes(measure: CatalogueMeasure, existing: Iterable[Mapping[str, Mapping[str, float]]]) -> tuple[Text, ...]:
    """What to say where a device of design efficiency takes the place of devices of the inventory in its stage.

    `existing` are removals (application rate × efficiency) by pollutant and stage of each source. The inventory's are
    averages of devices as they run; a design value is two to three times as high for some (SCR 42 against 80–93 %,
    T/CSES 144-2024, Table A.1), so that part of the reduction comes from the change of basis and not from the device.
    Empty where the basis is the same, or where nothing stands in the stage.
    """
    if measure.stage is None:
        return ()
    designed = {
        subject
        for (parameter, subject), number in measure.numbers.items()
        if parameter == "removal" and number.basis == DESIGN
    }
    replaced = dict[str, list[float]]()
    for stages in existing:
        for pollutant in designed & set(stages):
            if stages[pollutant].get(measure.stage):
                replaced.setdefault(pollutant, []).append(stages[pollutant][measure.stage])
    return tuple(
        _MIXED.format(
            p=pollutant,
            n=len(removals),
            new=f"{100 * (measure.number('removal', pollutant) or 0.0):.0f}",
            old="–".join(dict.fromkeys(f"{100 * end(removals):.0f}" for end in (min, max))),
        )
        for pollutant, removals in sorted(replaced.items())
    )


_MIXED = Text(
    "{p}：设计去除率 {new}% 替换 {n} 个源现有的平均水平（应用率×去除率 {old}%），减排中含口径差别",
    "{p}: a design removal of {new} % replaces what runs on average at {n} sources (rate × removal {old} %): part "
    "of the reduction is the change of basis",
)
