"""Tables to begin with, all numbers made up: one for each input of the commands on measures."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text

MEASURES = "measures.csv"
SYNERGY = {
    "scores": "scores.csv", "values": "indicator_values.csv", "indicators": "indicators.csv", "tapio": "decoupling.csv",
}  # fmt: skip
"""Inputs of ``synergy`` by what they hold: scores, raw values with their indicators, and a series for decoupling."""

WEIGHTS = {"alternatives": "alternatives.csv", "ahp": "judgements.csv", "pollutants": "pollutant_weights.csv"}
"""Inputs of weighting: alternatives by indicator, a judgement matrix, and weights of pollutants."""

PORTFOLIO = ("sources.csv", "options.csv", "devices.csv", "caps.csv", "settings.toml")
"""The files of a least-cost problem."""


def example(file: str) -> str:
    """The text of an example file."""
    return files("cocontrol.measures").joinpath("data", "examples", *file.split("/")).read_text(encoding="utf-8")


def write_portfolio_example(folder: Path) -> list[Path]:
    """A small least-cost problem written into a folder, which is made where it is not there.

    `InvalidInput` where one of its files is there already: nothing is written over.
    """
    targets = [folder / name for name in PORTFOLIO]
    if there := [path.name for path in targets if path.exists()]:
        raise InvalidInput(
            Fault(
                "example.exists",
                Text("文件已存在，不覆盖", "the file exists and is not written over"),
                Location(file=str(folder)),
                value=", ".join(there),
                remedy=Text("另选一个文件夹", "choose another folder"),
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in targets:
        path.write_text(example(f"portfolio/{path.name}"), encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
    return targets
