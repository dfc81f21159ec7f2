from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol_web.analysis.charts import MOST_SERIES, stacked_bars
from cocontrol_web.analysis.energy import Flow, energy_flows, without_circles
from cocontrol_web.analysis.figures import MASS_UNITS, fitting_unit, format_exact, format_figure
from cocontrol_web.analysis.pivot import pivot
from cocontrol_web.charts.svg import bars, line_plot, outline_map
from cocontrol_web.templatetags.figures import json_data

from .test_pivot import EMISSION, GAPS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (53412.71, "53\u2009413"),
        (0.0, "0"),
        (-18.0, "−18.00"),
        (0.00042, "0.0004200"),
        (2.675, "2.675"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_a_figure_is_shown_with_four_digits_that_mean_something(value: float | None, shown: str) -> None:
    assert format_figure(value) == shown


def test_the_exact_form_drops_zeros_that_say_nothing() -> None:
    assert format_exact(0.5) == "0.5"
    assert format_exact(410000.0) == "410\u2009000"


@given(st.floats(1e-6, 1e12))
def test_a_shown_figure_is_within_a_thousandth_of_the_value(value: float) -> None:
    read = float(format_figure(value).replace("\u2009", "").replace("−", "-"))
    assert read == pytest.approx(value, rel=1e-3)


def test_large_masses_are_shown_in_ten_thousand_tonnes() -> None:
    assert fitting_unit(5.2e8) is MASS_UNITS["10kt"]
    assert fitting_unit(99_999.0) is MASS_UNITS["t"]
    assert fitting_unit(None) is MASS_UNITS["t"]


def chart(**changes: Any) -> dict[str, Any]:
    table = pivot(EMISSION, GAPS, rows="category", columns="fuel", pollutants=["CO2"])
    made = stacked_bars(table, "category", "fuel", MASS_UNITS["t"], "CO2")
    assert made is not None
    return {**made, **changes}


def test_bars_put_the_largest_first_and_leave_out_what_has_no_figure() -> None:
    made = chart()
    assert made["category_keys"] == ["1A1ai", "1A2m"]
    assert [series["key"] for series in made["series"]] == ["raw_coal", "diesel"]
    assert made["series"][1]["values"] == [1500.0, None]
    assert made["series"][1]["cells"] == ["CO2@category=1A1ai,fuel=diesel", None]


def test_no_chart_is_made_where_no_figure_is_known() -> None:
    nothing = EMISSION.with_columns(pl.lit(None, dtype=pl.Float64).alias("CO2"))
    table = pivot(nothing, GAPS, rows="category", columns="fuel", pollutants=["CO2"])
    assert stacked_bars(table, "category", "fuel", MASS_UNITS["t"], "CO2") is None


def test_many_series_are_drawn_together_and_nothing_is_lost() -> None:
    frame = pl.DataFrame(
        {
            "category": ["1A1ai"] * 15, "fuel": [f"f{i:02}" for i in range(15)], "period": ["2013"] * 15,
            "adcode": ["410000"] * 15, "CO2": [float(100 - i) for i in range(15)],
        }
    )  # fmt: skip
    made = stacked_bars(
        pivot(frame, GAPS.clear(), rows="category", columns="fuel", pollutants=["CO2"]),
        "category",
        "fuel",
        MASS_UNITS["t"],
        "",
    )
    assert made is not None
    assert len(made["series"]) == MOST_SERIES + 1
    assert sum(series["values"][0] for series in made["series"]) == frame["CO2"].sum()


def parsed(svg: str) -> ET.Element:
    assert " style=" not in svg
    return ET.fromstring(svg)  # noqa: S314 - our own output


def test_the_server_draws_the_same_bars_without_style_or_script() -> None:
    root = parsed(bars(chart()))
    widths = [float(rect.get("width", "0")) for rect in root.iter("rect") if rect.find("title") is not None]
    assert len(widths) == 3
    assert widths[0] / widths[1] == pytest.approx(6.0, rel=1e-2)


def test_text_in_a_chart_cannot_break_out_of_the_svg() -> None:
    hostile = chart(title='"><script>', categories=["<b>", "&"])
    assert parsed(bars(hostile)).get("aria-label") == '"><script>'


def test_a_missing_year_is_a_gap_in_the_line() -> None:
    root = parsed(
        line_plot({"type": "line", "title": "t", "unit": "", "categories": ["2011", "2012", "2013", "2014"],
                   "series": [{"name": "a", "values": [1.0, 2.0, None, 4.0]}]})
    )  # fmt: skip
    assert len(list(root.iter("polyline"))) == 2
    assert len(list(root.iter("circle"))) == 3


def test_the_map_without_script_colours_areas_in_steps_and_marks_no_data() -> None:
    square = {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 35], [113, 34]]]}
    areas = [
        {"properties": {"name": "a", "n": 9.0}, "geometry": square},
        {
            "properties": {"name": "b", "n": None},
            "geometry": {"type": "MultiPolygon", "coordinates": [square["coordinates"]]},
        },
    ]
    classes = [path.get("class") for path in parsed(outline_map(areas, "n", [(113.5, 34.5)], "t")).iter("path")]
    assert classes == ["map-area seq-8", "map-area map-area--none"]


def test_a_json_block_cannot_be_ended_by_its_own_text() -> None:
    block = json_data({"a": "</script><script>alert(1)</script>"})
    assert block.count("</script>") == 1
    inner = re.sub(r"^<script[^>]*>|</script>$", "", block)
    assert json.loads(inner) == {"a": "</script><script>alert(1)</script>"}


ACTIVITY = pl.DataFrame(
    {
        "fuel": ["raw_coal", "raw_coal", "cleaned_coal", "cleaned_coal", "coke"],
        "process": ["coal_washing", "thermal_power", "coal_washing", "coking", "coking"],
        "use": ["transformation", "combusted", "transformation", "transformation", "transformation"],
        "amount": [100.0, 400.0, -80.0, 70.0, -60.0],
    }
)


def test_negative_amounts_flow_out_of_a_process() -> None:
    flows = energy_flows(ACTIVITY)
    assert Flow("process:coking", "fuel:coke", 60.0) in flows.drawn
    assert Flow("fuel:raw_coal", "process:thermal_power", 400.0) in flows.drawn
    assert flows.left_out == 0.0


def test_a_flow_that_would_close_a_circle_is_left_out_and_counted() -> None:
    flows = without_circles([Flow("a", "b", 3.0), Flow("b", "c", 2.0), Flow("c", "a", 1.0)])
    assert flows.drawn == (Flow("a", "b", 3.0), Flow("b", "c", 2.0))
    assert flows.left_out == 1.0


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.floats(0.1, 10)), max_size=30))
def test_drawn_flows_never_form_a_circle_and_none_is_lost(made: list[tuple[str, str, float]]) -> None:
    flows = without_circles([Flow(*one) for one in made])
    assert sum(f.amount for f in flows.drawn) + flows.left_out == pytest.approx(sum(a for *_, a in made))
    waiting = {f.source for f in flows.drawn} | {f.target for f in flows.drawn}
    while waiting:
        free = {node for node in waiting if not any(f.target == node and f.source in waiting for f in flows.drawn)}
        assert free, "a circle"
        waiting -= free
