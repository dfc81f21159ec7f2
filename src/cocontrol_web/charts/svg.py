"""Server-drawn SVG of a chart description: the same JSON that the front end draws, without script.

Colours are classes of the style sheet (``series-1`` …), never inline styles, so that the strict
Content-Security-Policy holds and dark mode and print follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cocontrol.reports.plane import plane_drawing, waterfall_drawing
from cocontrol_web.analysis.figures import format_figure

WIDTH = 760
LABEL_WIDTH = 190
VALUE_WIDTH = 80
ROW = 26
LEGEND_ROW = 20
LEGEND_COLUMNS = 4
PLOT_HEIGHT = 240
SERIES_COLOURS = 10

Chart = Mapping[str, Any]


def draw(chart: Chart) -> SafeString:
    """The chart as an SVG element; an empty string for a type that is only drawn with script."""
    drawers: Mapping[str, Callable[[Chart], SafeString]] = {
        "bar": bars,
        "line": line_plot,
        "area": areas,
        "plane": lambda chart: SafeString(plane_drawing(chart)),
        "waterfall": lambda chart: SafeString(waterfall_drawing(chart)),
    }
    drawer = drawers.get(chart["type"])
    return drawer(chart) if drawer else SafeString("")


def bars(chart: Chart) -> SafeString:
    """Horizontal bars, stacked by series, with the total at the end and a legend above."""
    series, categories = chart["series"], chart["categories"]
    if any(value is not None and value < 0 for one in series for value in one["values"]):
        return signed_bars(chart)
    totals = [sum(v for s in series if (v := s["values"][i]) is not None) for i in range(len(categories))]
    scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / (max(totals, default=0) or 1)
    top = _legend_height(series)
    rows = [_bar_row(chart, i, totals[i], top + i * ROW, scale) for i in range(len(categories))]
    return _svg(chart, top + ROW * len(categories) + 8, [*_legend(series), *rows])


def _bar_row(chart: Chart, index: int, total: float, y: float, scale: float) -> SafeString:
    parts, x = [], float(LABEL_WIDTH)
    for number, one in enumerate(chart["series"]):
        value = one["values"][index]
        if value is None or value <= 0:
            continue
        width = value * scale
        parts.append(
            format_html(
                '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}"><title>{} · {}: {} {}</title></rect>',
                number % SERIES_COLOURS + 1, _px(x), _px(y + 4), _px(width), ROW - 8,
                chart["categories"][index], one["name"], format_figure(value), chart["unit"],
            )
        )  # fmt: skip
        x += width
    label = format_html(
        '<text class="axis-label" x="{}" y="{}" text-anchor="end">{}</text>',
        LABEL_WIDTH - 8, _px(y + ROW / 2 + 4), _shorten(chart["categories"][index]),
    )  # fmt: skip
    end = format_html(
        '<text class="chart-value" x="{}" y="{}">{}</text>', _px(x + 6), _px(y + ROW / 2 + 4), format_figure(total)
    )
    return _join([label, *parts, end])


def signed_bars(chart: Chart) -> SafeString:
    """Horizontal bars to both sides of a line at zero, the series of a category in one row."""
    series, categories = chart["series"], chart["categories"]
    values = [v for one in series for v in one["values"] if v is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (WIDTH - LABEL_WIDTH - 2 * VALUE_WIDTH) / ((high - low) or 1)
    zero, top = LABEL_WIDTH + VALUE_WIDTH - low * scale, _legend_height(series)
    parts = []
    for index, category in enumerate(categories):
        y = top + index * ROW
        parts.append(
            format_html(
                '<text class="axis-label" x="{}" y="{}" text-anchor="end">{}</text>',
                LABEL_WIDTH - 8, _px(y + ROW / 2 + 4), _shorten(category),
            )
        )  # fmt: skip
        for number, one in enumerate(series):
            if value := one["values"][index]:
                parts.append(_signed_bar(value, number, (zero, y), scale))
    bottom = top + ROW * len(categories)
    line = format_html('<line class="gridline" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', _px(zero), _px(top), _px(bottom))
    return _svg(chart, bottom + 8, [*_legend(series), line, *parts])


def _signed_bar(value: float, number: int, start: tuple[float, float], scale: float) -> SafeString:
    """A bar from zero to its value with the figure at its end."""
    zero, y = start
    end, anchor = (zero + value * scale, "start" if value > 0 else "end")
    return format_html(
        '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}"/><text class="chart-value" x="{}" y="{}" text-anchor="{}">{}</text>',
        number % SERIES_COLOURS + 1, _px(min(zero, end)), _px(y + 4), _px(abs(value) * scale), ROW - 8,
        _px(end + (6 if value > 0 else -6)), _px(y + ROW / 2 + 4), anchor, format_figure(value),
    )  # fmt: skip


def areas(chart: Chart) -> SafeString:
    """Series stacked over periods as areas; a missing value adds nothing."""
    series, periods = chart["series"], chart["categories"]
    stacks = [[0.0] * len(periods)]
    for one in series:
        stacks.append([below + (value or 0.0) for below, value in zip(stacks[-1], one["values"], strict=True)])
    top, left = _legend_height(series) + 10, 70
    highest = _ceiling(max(stacks[-1], default=1.0))
    step = (WIDTH - left - 20) / max(1, len(periods) - 1)

    def place(index: int, value: float) -> tuple[float, float]:
        """Where a value stands on the drawing."""
        return left + index * step, top + PLOT_HEIGHT * (1 - value / highest)

    grid = [_grid_line(highest * k / 4, top + PLOT_HEIGHT * (1 - k / 4), left) for k in range(5)]
    drawn = [
        format_html('<polygon class="series-{}" points="{}"/>', n % SERIES_COLOURS + 1, _between(low, high, place))
        for n, (low, high) in enumerate(pairwise(stacks))
    ]
    ticks = [_tick(periods[i], place(i, 0)) for i in range(0, len(periods), max(1, len(periods) // 10))]
    return _svg(chart, top + PLOT_HEIGHT + 30, [*_legend(series), *grid, *drawn, *ticks])


Place = Callable[[int, float], tuple[float, float]]


def _between(low: Sequence[float | None], high: Sequence[float | None], place: Place) -> str:
    """The points of the area between two lines; where either has a gap nothing is drawn."""
    held = [(i, a, b) for i, (a, b) in enumerate(zip(low, high, strict=True)) if a is not None and b is not None]
    around = [place(i, b) for i, _a, b in held] + [place(i, a) for i, a, _b in reversed(held)]
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in around)


def line_plot(chart: Chart) -> SafeString:
    """Lines over periods with a few grid lines; gaps stay gaps and single points are dots, intervals pale areas."""
    series, periods = chart["series"], chart["categories"]
    values = [v for s in series for name in ("values", "upper") for v in s.get(name) or () if v is not None]
    values += [one["value"] for one in chart.get("reference") or ()]
    top, left, right = _legend_height(series) + 10, 70, 20
    highest = _ceiling(max(values, default=1))
    step = (WIDTH - left - right) / max(1, len(periods) - 1)

    def place(index: int, value: float) -> tuple[float, float]:
        """Where a value stands on the drawing."""
        return left + index * step, top + PLOT_HEIGHT * (1 - value / highest)

    grid = [_grid_line(highest * k / 4, top + PLOT_HEIGHT * (1 - k / 4), left) for k in range(5)]
    drawn = [
        format_html(
            '<polygon class="series-{}" opacity="0.2" points="{}"/>',
            n % SERIES_COLOURS + 1, _between(one["lower"], one["upper"], place),
        )
        for n, one in enumerate(series)
        if one.get("lower")
    ]  # fmt: skip
    drawn += [part for n, one in enumerate(series) for part in _line(one["values"], n, place)]
    drawn += [_limit(one, place(0, one["value"])[1], left) for one in chart.get("reference") or ()]
    ticks = [_tick(periods[i], place(i, 0)) for i in range(0, len(periods), max(1, len(periods) // 10))]
    return _svg(chart, top + PLOT_HEIGHT + 30, [*_legend(series), *grid, *drawn, *ticks])


def _line(values: Sequence[float | None], number: int, place: Place) -> list[SafeString]:
    colour, parts, run = number % SERIES_COLOURS + 1, [], list[str]()
    for index, value in enumerate([*values, None]):
        if value is not None:
            x, y = place(index, value)
            run.append(f"{_px(x)},{_px(y)}")
            parts.append(format_html('<circle class="series-{}" cx="{}" cy="{}" r="3"/>', colour, _px(x), _px(y)))
        elif run:
            parts.append(format_html('<polyline class="line-{}" fill="none" points="{}"/>', colour, " ".join(run)))
            run = []
    return parts


def _limit(limit: Mapping[str, Any], y: float, left: int) -> SafeString:
    """A dashed line across, named at its end: the limit of a target."""
    return format_html(
        '<line class="gridline" stroke-dasharray="5 4" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="axis-label" x="{}" y="{}" text-anchor="end">{}</text>',
        left, WIDTH - 20, _px(y), _px(y), WIDTH - 24, _px(y - 4), limit["name"],
    )  # fmt: skip


def _grid_line(value: float, y: float, left: int) -> SafeString:
    return format_html(
        '<line class="gridline" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="axis-label" x="{}" y="{}" text-anchor="end">{}</text>',
        left, WIDTH - 20, _px(y), _px(y), left - 6, _px(y + 4), format_figure(value),
    )  # fmt: skip


def _tick(period: str, at: tuple[float, float]) -> SafeString:
    return format_html(
        '<text class="axis-label" x="{}" y="{}" text-anchor="middle">{}</text>', _px(at[0]), _px(at[1] + 20), period
    )


def _ceiling(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten above the value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _legend_height(series: Sequence[Mapping[str, Any]]) -> int:
    return LEGEND_ROW * math.ceil(len(series) / LEGEND_COLUMNS) + 8 if len(series) > 1 else 4


def _legend(series: Sequence[Mapping[str, Any]]) -> list[SafeString]:
    if len(series) < 2:
        return []
    width = WIDTH / LEGEND_COLUMNS
    return [
        format_html(
            '<rect class="series-{}" x="{}" y="{}" width="12" height="12"/><text class="axis-label" x="{}" y="{}">{}</text>',
            n % SERIES_COLOURS + 1, _px(n % LEGEND_COLUMNS * width), n // LEGEND_COLUMNS * LEGEND_ROW + 2,
            _px(n % LEGEND_COLUMNS * width + 18), n // LEGEND_COLUMNS * LEGEND_ROW + 12, _shorten(one["name"]),
        )
        for n, one in enumerate(series)
    ]  # fmt: skip


def outline_map(
    features: Sequence[Mapping[str, Any]], metric: str, points: Sequence[tuple[float, float]], title: str
) -> SafeString:
    """Areas coloured in nine steps by a metric, with facilities as dots: the map where there is no script.

    Longitude is shrunk by the cosine of the middle latitude, so that shapes look right at this scale.
    """
    rings = [(f, ring) for f in features for ring in _outer_rings(f["geometry"])]
    if not rings:
        return SafeString("")
    project, height = _projection([point for _, ring in rings for point in ring])
    highest = max((f["properties"].get(metric) or 0 for f in features), default=0) or 1
    areas = [
        format_html(
            '<path class="map-area {}" d="{}"><title>{}: {}</title></path>',
            _step(f["properties"].get(metric), highest), _path(ring, project),
            f["properties"]["name"], format_figure(f["properties"].get(metric)),
        )
        for f, ring in rings
    ]  # fmt: skip
    dots = [format_html('<circle class="map-dot" cx="{}" cy="{}" r="2.5"/>', *map(_px, project(p))) for p in points]
    return _svg({"title": title}, height, [*areas, *dots])


def _outer_rings(geometry: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}.get(geometry["type"], [])
    return [polygon[0] for polygon in polygons]


def _projection(points: Sequence[Sequence[float]]) -> tuple[Callable[[Sequence[float]], tuple[float, float]], float]:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 10) / max((east - west) * shrink, 1e-9)
    return lambda p: (5 + (p[0] - west) * shrink * scale, 5 + (north - p[1]) * scale), 10 + (north - south) * scale


def _path(ring: Sequence[Sequence[float]], project: Callable[[Sequence[float]], tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(project, ring)) + "Z"


def _step(value: float | None, highest: float) -> str:
    return "map-area--none" if value is None else f"seq-{min(8, int(9 * value / highest))}"


def _svg(chart: Chart, height: float, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart-svg" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH, _px(height), chart["title"], _join(parts),
    )  # fmt: skip


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _shorten(text: str, width: int = 26) -> str:
    """The text cut to about `width` half-width characters; Chinese characters count two."""
    used = 0
    for index, letter in enumerate(text):
        used += 2 if ord(letter) > 0x2E7F else 1
        if used > width:
            return text[:index] + "…"
    return text
