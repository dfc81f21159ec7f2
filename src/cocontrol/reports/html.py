"""Reports as one HTML file: no script, no font, no picture and no style from elsewhere; printable."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from cocontrol.reports.model import ChartBlock, Report
from cocontrol.reports.svg import stacked_bars


def render_html(report: Report, *, other_language_path: str | None = None) -> str:
    """The report as a self-contained page; `other_language_path` links to its twin in the other language."""
    other = None
    if other_language_path:
        to_english = report.language == "zh"
        other = {
            "path": other_language_path,
            "lang": "en" if to_english else "zh-Hans",
            "label": "English" if to_english else "中文",
        }
    css = Markup(_resource("report.css"))  # noqa: S704 - our own style sheet, not user input
    return _template().render(report=report, css=css, other=other, draw=_draw)


def _draw(chart: ChartBlock) -> Markup:
    return Markup(stacked_bars(chart))  # noqa: S704 - its texts were escaped when it was drawn


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_resource("report.html.j2"))


def _resource(name: str) -> str:
    return files("cocontrol.reports").joinpath("templates", name).read_text(encoding="utf-8")
