"""The plane of co-benefits and the waterfall of measures as SVG: for pages without script, for paper, for files.

Both take the description of a chart that the pages draw, so that the picture and the page say the same. Lines and words
take the colour of the text around them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from cocontrol.reports.svg import PALETTE, WIDTH, axis_ticks, text_width
from cocontrol.reports.words import number

Chart = Mapping[str, Any]

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 540, 76, 16, 30, 46

COLOURS = {"I": "#3f8f6b", "II": "#7a6aa8", "IV": "#d98c21", "III": "#b0475a", "axis": "#6f7d86"}
"""Of points and of their quadrant, by its number."""

_ROOM = 0.1
"""Share of the span that stays free at both ends of an axis."""

_TEXT = 'fill="currentColor" font-size="12"'
_FAINT = 'stroke="currentColor" stroke-opacity="0.2"'


@dataclass(frozen=True, slots=True)
class _Axis:
    """Values on one side of the drawing, from `start` to `end` in its units; `bend` is the scale."""

    low: float
    high: float
    start: float
    end: float
    is_root: bool

    def bend(self, value: float) -> float:
        """The value on the scale: itself, or its signed square root."""
        return math.copysign(math.sqrt(abs(value)), value) if self.is_root else value

    def at(self, value: float) -> float:
        """Where a value stands."""
        span = (self.bend(value) - self.low) / (self.high - self.low)
        return self.start + span * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values on both sides of zero that stand on the axis."""
        sides = [abs(low) if (low := self._unbend(self.low)) < 0 else 0.0, max(self._unbend(self.high), 0.0)]
        steps = axis_ticks(max(sides))[1:]
        return [-one for one in steps if one <= sides[0]] + [0.0] + [one for one in steps if one <= sides[1]]

    def _unbend(self, value: float) -> float:
        return math.copysign(value * value, value) if self.is_root else value


def _axis(values: Sequence[float], start: float, end: float, *, is_root: bool, is_crossed: bool = True) -> _Axis:
    """The axis of values; `is_crossed` leaves room below zero as well."""
    flat = _Axis(0.0, 1.0, 0.0, 1.0, is_root)
    bent = [flat.bend(value) for value in values]
    low, high = min([0.0, *bent]), max([0.0, *bent])
    room = _ROOM * ((high - low) or 1.0)
    return _Axis(low - room if low < 0 or is_crossed else low, high + room, start, end, is_root)


def plane_drawing(chart: Chart) -> str:
    """Measures around a cross with the four quadrants named; `chart` as the pages draw a ``plane``.

    Its ``points`` have name, x, y and group (number of the quadrant), its ``x`` and ``y`` name and unit, its
    ``quadrants`` key and name; ``scale`` is ``root`` or ``linear``.
    """
    points, is_root = chart["points"], chart.get("scale") == "root"
    x = _axis([point["x"] for point in points], LEFT, WIDTH - RIGHT, is_root=is_root)
    y = _axis([point["y"] for point in points], HEIGHT - BOTTOM, TOP, is_root=is_root)
    parts = [
        *(_corner(one, x, y) for one in chart.get("quadrants", ())),
        *_grid(x, y),
        *_points(points, x, y),
        *_axis_names(chart),
    ]
    return _svg(chart["title"], _listed(points, chart), HEIGHT, parts)


def _corner(quadrant: Mapping[str, str], x: _Axis, y: _Axis) -> str:
    """A quadrant: its tint, and its number and name in its outer corner."""
    key = quadrant["key"]
    left, right = (x.at(0), x.end) if key in {"I", "IV"} else (x.start, x.at(0))
    top, bottom = (y.end, y.at(0)) if key in {"I", "II"} else (y.at(0), y.start)
    is_right, is_top = key in {"I", "IV"}, key in {"I", "II"}
    place = (right - 6 if is_right else left + 6, top + 16 if is_top else bottom - 8)
    words = f"{key} {quadrant['name']}"
    label = f'<text x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{"end" if is_right else "start"}"'
    fits = right - left > text_width(words) + 12
    named = f'{label} fill="{COLOURS[key]}" font-size="12.5" font-weight="bold">{escape(words)}</text>' if fits else ""
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'fill="{COLOURS[key]}" fill-opacity="0.07"/>{named}'
    )


def _grid(x: _Axis, y: _Axis) -> list[str]:
    made = []
    for value in x.ticks():
        at, line = x.at(value), _FAINT if value else 'stroke="currentColor"'
        made.append(f'<line {line} x1="{at:.1f}" x2="{at:.1f}" y1="{y.end:.1f}" y2="{y.start:.1f}"/>')
        made.append(f'<text {_TEXT} x="{at:.1f}" y="{y.start + 16:.1f}" text-anchor="middle">{_tick(value)}</text>')
    for value in y.ticks():
        at, line = y.at(value), _FAINT if value else 'stroke="currentColor"'
        made.append(f'<line {line} x1="{x.start:.1f}" x2="{x.end:.1f}" y1="{at:.1f}" y2="{at:.1f}"/>')
        made.append(f'<text {_TEXT} x="{x.start - 6:.1f}" y="{at + 4:.1f}" text-anchor="end">{_tick(value)}</text>')
    return made


def _points(points: Sequence[Chart], x: _Axis, y: _Axis) -> list[str]:
    """Dots with their titles; a name stands right of its dot, or left of it, where no other name stands."""
    dots, names, taken = [], [], list[tuple[float, float, float, float]]()
    places = [(x.at(point["x"]), y.at(point["y"])) for point in points]
    taken += [(at - 5, up - 5, at + 5, up + 5) for at, up in places]
    for point, (at, up) in zip(points, places, strict=True):
        title = f"{point['name']}: {number(point['x'])}, {number(point['y'])}"
        dots.append(
            f'<circle cx="{at:.1f}" cy="{up:.1f}" r="5" fill="{COLOURS.get(point["group"], PALETTE[0])}">'
            f"<title>{escape(title)}</title></circle>"
        )
        width = text_width(point["name"])
        for left, anchor, start in ((at + 8, "start", at + 8), (at - 8 - width, "end", at - 8)):
            box = (left, up - 7, left + width, up + 7)
            if left > x.start and left + width < WIDTH and not any(_meet(box, other) for other in taken):
                taken.append(box)
                names.append(
                    f'<text {_TEXT} x="{start:.1f}" y="{up + 4:.1f}" text-anchor="{anchor}">{escape(point["name"])}</text>'
                )
                break
    return [*dots, *names]


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _axis_names(chart: Chart) -> list[str]:
    across, up = (f"{chart[side]['name']} ({chart[side]['unit']})" for side in ("x", "y"))
    middle = (HEIGHT - BOTTOM + TOP) / 2
    return [
        f'<text {_TEXT} x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
        f'<text {_TEXT} transform="translate(14 {middle:.0f}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]


def waterfall_drawing(chart: Chart) -> str:
    """Steps between a first and a last level; `chart` as the pages draw a ``waterfall``.

    Its ``steps`` have name, from, to and kind (``total`` or ``change``).
    """
    steps = chart["steps"]
    y = _axis(
        [value for step in steps for value in (step["from"], step["to"])],
        HEIGHT - BOTTOM,
        TOP,
        is_root=False,
        is_crossed=False,
    )
    column = (WIDTH - LEFT - RIGHT) / max(len(steps), 1)
    parts = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<line {_FAINT} x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(f'<text {_TEXT} x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{_tick(value)}</text>')
    parts.append(f'<text {_TEXT} x="4" y="16">{escape(chart["unit"])}</text>')
    parts += [_column(step, LEFT + place * column, column, y.at) for place, step in enumerate(steps)]
    listed = "; ".join(f"{step['name']} {number(step['to'] - step['from'])}" for step in steps)
    return _svg(chart["title"], f"{chart['title']} ({chart['unit']}): {listed}", HEIGHT, parts)


def _column(step: Mapping[str, Any], left: float, width: float, at: Callable[[float], float]) -> str:
    """One step: its bar, its change above, its name below in as many lines as fit."""
    change = step["to"] - step["from"]
    colour = COLOURS["axis"] if step["kind"] == "total" else COLOURS["I"] if change <= 0 else COLOURS["III"]
    top, bottom = sorted((at(step["from"]), at(step["to"])))
    middle, shown = left + width / 2, step["to"] if step["kind"] == "total" else change
    lines = _wrapped(step["name"], width - 6)
    named = "".join(
        f'<text {_TEXT} x="{middle:.1f}" y="{HEIGHT - BOTTOM + 16 + 14 * place:.1f}" text-anchor="middle">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    return (
        f'<rect x="{left + width * 0.15:.1f}" y="{top:.1f}" width="{width * 0.7:.1f}" '
        f'height="{max(bottom - top, 1):.1f}" fill="{colour}"><title>{escape(step["name"])}: {number(shown)}</title></rect>'
        f'<text {_TEXT} x="{middle:.1f}" y="{top - 5:.1f}" text-anchor="middle">{_signed(shown)}</text>{named}'
    )


def _wrapped(name: str, width: float) -> list[str]:
    """A name in at most two lines of a width; what is left out ends with an ellipsis."""
    lines, line = [], ""
    for letter in name:
        if text_width(line + letter) > width and line:
            lines.append(line)
            line = letter.strip()
        else:
            line += letter
    lines.append(line)
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1][:-1]}…"]


def _signed(value: float) -> str:
    return number(value).replace("-", "−")


def _tick(value: float) -> str:
    return f"{value:,.10g}".replace("-", "−")


def _listed(points: Sequence[Chart], chart: Chart) -> str:
    listed = "; ".join(f"{one['name']} ({number(one['x'])}, {number(one['y'])})" for one in points)
    return f"{chart['x']['name']} ({chart['x']['unit']}), {chart['y']['name']} ({chart['y']['unit']}): {listed}"


def _svg(title: str, description: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart-svg" role="img" viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg" '
        f'font-family="sans-serif"><title>{escape(title)}</title><desc>{escape(description)}</desc>{"".join(parts)}</svg>'
    )
