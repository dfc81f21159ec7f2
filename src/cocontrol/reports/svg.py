"""Charts drawn as SVG by ourselves: no script, no font, no other file; legible on screen and on paper."""

from __future__ import annotations

import math
import unicodedata
from html import escape

from cocontrol.reports.model import Bar, ChartBlock
from cocontrol.reports.words import number

PALETTE = ("#1f5f8b", "#d98c21", "#3f8f6b", "#b0475a", "#7a6aa8", "#5aa9c9", "#8a7340", "#c77fa5", "#6f7d86")
"""Nine colours that differ in lightness as well as hue; the last is for what remains."""

WIDTH, BAR, GAP, TOP, FONT = 860, 22, 10, 8, 12.5

LABEL_WIDTH, LINE = 226.0, 13.5
"""Widest line of a label, and the distance of its lines."""


def stacked_bars(chart: ChartBlock) -> str:
    """The chart as an ``<svg>`` element with title and description for those who cannot see it."""
    lines = [line for bar in chart.bars for line in _label_lines(bar.label)]
    label_width = max(map(text_width, lines), default=0.0) + 14
    longest = max((sum(value for _, value in bar.parts) for bar in chart.bars), default=0.0)
    ticks = axis_ticks(longest)
    scale = (WIDTH - label_width - 90) / (ticks[-1] or 1.0)
    height = TOP + len(chart.bars) * (BAR + GAP)
    legend = _legend(chart.series, label_width, height + 38)
    total_height = height + 46 + legend[1]
    body = [_axis(ticks, scale, label_width, height, chart.unit)]
    for position, bar in enumerate(chart.bars):
        body.append(_bar(bar, chart.series, label_width, TOP + position * (BAR + GAP), scale))
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {total_height:.0f}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(chart.title)}</title><desc>{escape(_description(chart))}</desc>"
        f"{''.join(body)}{legend[0]}</svg>"
    )


def axis_ticks(longest: float) -> list[float]:
    """Round values from zero to just above `longest`, four to six of them.

    >>> axis_ticks(237.0)
    [0.0, 50.0, 100.0, 150.0, 200.0, 250.0]
    """
    if longest <= 0:
        return [0.0, 1.0]
    raw = longest / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(multiple * power for multiple in (1, 2, 2.5, 5, 10) if multiple * power >= raw * 0.999)
    return [round(step * count, 12) for count in range(math.ceil(longest / step - 1e-9) + 1)]


def _axis(ticks: list[float], scale: float, left: float, height: float, unit: str) -> str:
    lines = []
    for tick in ticks:
        x = left + tick * scale
        lines.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height:.1f}"/>')
        lines.append(f'<text class="tick" x="{x:.1f}" y="{height + 16:.1f}" text-anchor="middle">{tick:,.10g}</text>')
    lines.append(f'<text class="tick" x="{WIDTH - 4}" y="{height + 16:.1f}" text-anchor="end">{escape(unit)}</text>')
    return "".join(lines)


def _bar(bar: Bar, series: tuple[str, ...], left: float, top: float, scale: float) -> str:
    middle = top + BAR / 2 + FONT * 0.36
    lines = _label_lines(bar.label)
    first = middle - (len(lines) - 1) * LINE / 2
    drawn = [
        f'<text x="{left - 8:.1f}" y="{first + position * LINE:.1f}" text-anchor="end">{escape(line)}</text>'
        for position, line in enumerate(lines)
    ]
    x = left
    for name, value in bar.parts:
        width = value * scale
        colour = PALETTE[series.index(name) % len(PALETTE)]
        drawn.append(
            f'<rect x="{x:.2f}" y="{top}" width="{max(width, 0):.2f}" height="{BAR}" fill="{colour}">'
            f"<title>{escape(f'{bar.label} · {name}: {number(value)}')}</title></rect>"
        )
        x += width
    total = sum(value for _, value in bar.parts)
    drawn.append(f'<text class="value" x="{x + 6:.1f}" y="{middle:.1f}">{number(total)}</text>')
    return "".join(drawn)


def _label_lines(label: str) -> list[str]:
    """A label in one line, or in two where it is too long: parted between words, or in the middle of Chinese."""
    if text_width(label) <= LABEL_WIDTH:
        return [label]
    places = [i for i, character in enumerate(label) if character == " "] or [len(label) // 2]
    place = min(places, key=lambda i: abs(text_width(label[:i]) - text_width(label) / 2))
    return [_cut(label[:place].strip()), _cut(label[place:].strip())]


def _cut(line: str) -> str:
    while text_width(line) > LABEL_WIDTH:
        line = line.removesuffix("…")[:-1] + "…"
    return line


def _legend(series: tuple[str, ...], left: float, top: float) -> tuple[str, float]:
    """Swatches and names, wrapped to the width; the drawing and its height."""
    x, y, drawn = left, top, []
    for position, name in enumerate(series):
        width = text_width(name) + 34
        if x + width > WIDTH and x > left:
            x, y = left, y + 20
        colour = PALETTE[position % len(PALETTE)]
        drawn.append(f'<rect x="{x:.1f}" y="{y - 10:.1f}" width="12" height="12" fill="{colour}"/>')
        drawn.append(f'<text x="{x + 17:.1f}" y="{y:.1f}">{escape(name)}</text>')
        x += width
    return "".join(drawn), y - top + 12


def text_width(text: str) -> float:
    """Estimated width in the units of the drawing; a Chinese character is as wide as the font is high."""
    return sum(FONT if unicodedata.east_asian_width(c) in "WF" else FONT * 0.56 for c in text)


def _description(chart: ChartBlock) -> str:
    bars = "; ".join(f"{bar.label} {number(sum(value for _, value in bar.parts))}" for bar in chart.bars)
    return f"{chart.title} ({chart.unit}): {bars}"
