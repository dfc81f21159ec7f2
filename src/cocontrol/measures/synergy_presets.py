"""Indicator systems of synergy that come with the software: as data, each with its source; none of them is official."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cocontrol.core.text import Text
from cocontrol.measures.synergy import Indicator


@dataclass(frozen=True, slots=True)
class PresetIndicator:
    """One indicator with its name, unit and source."""

    indicator: Indicator
    label: Text
    unit: str
    source: Text


@dataclass(frozen=True, slots=True)
class Preset:
    """A system of indicators. `filled_from` is ``run`` where results of a run can fill it, else ``table``."""

    preset_id: str
    label: Text
    filled_from: str
    note: Text
    status: str
    members: tuple[PresetIndicator, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators as the methods take them."""
        return tuple(member.indicator for member in self.members)


NO_OFFICIAL_FORMULA = Text(
    "国家没有规定协同度公式，指标、上下限和权重由使用者负责",
    "no formula is official: indicators, bounds and weights are the user's responsibility",
)

SYSTEMS: Mapping[str, Text] = {
    "pollution": Text("减污", "pollution"),
    "carbon": Text("降碳", "carbon"),
}


@cache
def presets() -> Mapping[str, Preset]:
    """The systems that come with the software, by identifier."""
    members: dict[str, list[PresetIndicator]] = {}
    for row in _rows("synergy_preset_indicators.csv"):
        members.setdefault(row["preset_id"], []).append(_member(row))
    return {
        row["preset_id"]: Preset(
            row["preset_id"],
            Text(row["label_zh"], row["label_en"]),
            row["filled_from"],
            Text(row["note_zh"], row["note_en"]),
            row["status"],
            tuple(members[row["preset_id"]]),
        )
        for row in _rows("synergy_presets.csv")
    }


def _member(row: Mapping[str, str]) -> PresetIndicator:
    direction = 1 if row["direction"] == "+" else -1
    bounds = (float(row["lower"]), float(row["upper"]), float(row["weight"]))
    return PresetIndicator(
        Indicator(row["indicator"], row["system"], direction, *bounds),
        Text(row["label_zh"], row["label_en"]),
        row["unit"],
        Text(row["source_zh"], row["source_en"]),
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("cocontrol.measures") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
