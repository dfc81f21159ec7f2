"""Names of the metrics of plan targets."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

from cocontrol.core.text import same
from cocontrol.plans.vocabulary import metrics
from cocontrol.reference.metrics import metric_name, metric_names

TARGETS = Path(__file__).resolve().parents[2] / "examples" / "henan" / "tables" / "targets.csv"


def test_every_metric_of_the_plan_compiler_has_its_name_here() -> None:
    named = metric_names()
    assert {code: (m.label.zh, m.label.en) for code, m in metrics().items()} == {
        code: (text.zh, text.en) for code, text in named.items()
    }


def test_every_metric_of_the_example_is_named() -> None:
    with TARGETS.open(encoding="utf-8") as stream:
        assert {row["metric"] for row in csv.DictReader(stream)} <= set(metric_names())


def test_a_metric_without_a_name_stands_for_itself() -> None:
    assert metric_name("no_such_metric") == same("no_such_metric")


def test_names_are_no_parameters() -> None:
    assert not files("cocontrol.reference").joinpath("data", "target_metrics.csv").is_file()
