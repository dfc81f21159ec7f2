"""The plane of co-benefits and the waterfall as SVG: what stands in them, where, and that nothing breaks out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cocontrol.reports.plane import COLOURS, plane_drawing, waterfall_drawing

PLANE: dict[str, Any] = {
    "type": "plane", "scale": "root", "title": "co-benefits", "unit": "",
    "x": {"name": "SO2", "unit": "kt"}, "y": {"name": "CO2", "unit": "kt"},
    "quadrants": [{"key": key, "name": name} for key, name in (("I", "both"), ("II", "b"), ("IV", "c"), ("III", "d"))],
    "points": [
        {"name": "<gas> & more", "x": 90.0, "y": 4000.0, "group": "I"},
        {"name": "filter", "x": -20.0, "y": -30.0, "group": "III"},
    ],
}  # fmt: skip
STEPS = [
    {"name": "before", "from": 0.0, "to": 100.0, "kind": "total"},
    {
        "name": "a measure with a very long name indeed, twice as long as the column below it is wide",
        "from": 100.0,
        "to": 70.0,
        "kind": "change",
    },
    {"name": "rises", "from": 70.0, "to": 75.0, "kind": "change"},
    {"name": "after", "from": 0.0, "to": 75.0, "kind": "total"},
]


def circles(drawing: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)]


@pytest.mark.parametrize("scale", ["root", "linear"])
def test_points_stand_on_their_side_of_the_cross_and_names_are_escaped(scale: str) -> None:
    drawing = plane_drawing({**PLANE, "scale": scale})
    assert drawing.startswith("<svg")
    (right, high), (left, low) = circles(drawing)
    assert right > left
    assert high < low
    assert "&lt;gas&gt; &amp; more" in drawing
    assert "I both" in drawing


def test_a_plane_without_points_is_still_a_picture() -> None:
    assert circles(plane_drawing({**PLANE, "points": []})) == []


def test_a_waterfall_has_a_bar_for_each_step_falls_green_and_rises_red() -> None:
    drawing = waterfall_drawing({"type": "waterfall", "title": "t", "unit": "kt", "steps": STEPS})
    colours = re.findall(r'<rect [^>]*fill="(#\w+)"', drawing)
    assert colours == [COLOURS["axis"], COLOURS["I"], COLOURS["III"], COLOURS["axis"]]
    assert "…" in drawing
