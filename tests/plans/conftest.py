"""Plans beside the checkout, read once, and the labels that were written by reading."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cocontrol.plans import Plan, parse

LABELS = Path(__file__).parent / "labels"
PLANS = ("henan_synergy", "puyang_synergy", "henan_industry_peak", "hunan_synergy")


@pytest.fixture(scope="session")
def plan_text(shared):
    folder = shared / "plans"
    if not folder.is_dir():
        pytest.skip("the five plan documents are not beside the checkout")
    return lambda name: (folder / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def plans(plan_text) -> dict[str, Plan]:
    return {name: parse(plan_text(name)) for name in (*PLANS, "henan_synergy_corrupted_page")}


def labels(plan: str, kind: str) -> list[dict[str, str]]:
    with (LABELS / f"{plan}_{kind}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
