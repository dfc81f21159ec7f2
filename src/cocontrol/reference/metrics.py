"""What the metrics of plan targets are called; labels only, no parameter of any calculation."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from cocontrol.core.text import Text, same


@lru_cache(maxsize=1)
def metric_names() -> Mapping[str, Text]:
    """Every metric that a target may name → its name.

    The list stands in the package itself, outside the data that ``COCONTROL_REFERENCE`` may replace: names
    change no figure.
    """
    with files("cocontrol.reference").joinpath("labels", "target_metrics.csv").open(encoding="utf-8") as stream:
        return {row["metric"]: Text(row["name_zh"], row["name_en"]) for row in csv.DictReader(stream)}


def metric_name(metric: str) -> Text:
    """The name of a metric; a code that nobody has named stands for itself."""
    return metric_names().get(metric) or same(metric)
