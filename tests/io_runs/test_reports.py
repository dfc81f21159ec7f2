from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from docx import Document

from cocontrol.io.runs import Run
from cocontrol.reports.assessment_sections import requirement
from cocontrol.reports.build import build_report
from cocontrol.reports.docx import render_docx
from cocontrol.reports.html import render_html
from cocontrol.reports.model import Bar, ChartBlock, Paragraph, Report, Section, TableBlock
from cocontrol.reports.svg import axis_ticks, stacked_bars
from cocontrol.reports.words import number


class Page(HTMLParser):
    """Collects tags and addresses, and checks that tags close in order."""

    EMPTY = frozenset({"meta", "line", "rect", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["report.html", "report.en.html"])
def test_the_page_is_whole_and_needs_nothing_from_elsewhere(small_run: Run, name: str) -> None:
    text = (small_run.folder / "report" / name).read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert all(address.startswith(("#", "report")) for address in page.addresses)
    assert "url(" not in text
    assert "@import" not in text


def test_every_section_is_there_in_both_languages(small_run: Run) -> None:
    chinese, english = (build_report(small_run, language) for language in ("zh", "en"))
    anchors = [section.anchor for section in chinese.sections]
    assert anchors == [section.anchor for section in english.sections]
    assert {"summary", "inventory", "findings", "indicators", "verdicts", "missing", "recalled", "ledger"} <= set(
        anchors
    )
    assert all(one.title != other.title for one, other in zip(chinese.sections, english.sections, strict=True))


def texts(report: Report) -> str:
    parts = [report.title, report.subtitle, report.banner]
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                parts.append(block.text)
            if isinstance(block, TableBlock):
                parts += [block.caption, block.note, *(heading.label for heading in block.columns)]
                parts += [cell for row in block.rows for cell in row]
    return "\n".join(parts)


def test_the_english_report_has_no_chinese_of_our_own(small_run: Run) -> None:
    report = build_report(small_run, "en")
    own = "\n".join([report.title, report.subtitle, *(s.title for s in report.sections)])
    own += "\n".join(b.text for s in report.sections for b in s.blocks if isinstance(b, Paragraph))
    assert not re.search(r"[\u4e00-\u9fff]", own)


def test_what_is_weak_or_missing_or_fictitious_is_said(small_run: Run) -> None:
    text = texts(build_report(small_run, "en"))
    assert "generation" in text
    assert "entered from memory" in text
    assert "Missing is not zero" in text
    assert "synthetic" in text
    assert "undetermined" in text


def test_tables_are_rectangular_and_totals_match_the_inventory(small_run: Run) -> None:
    report = build_report(small_run, "en")
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, TableBlock):
                assert {len(row) for row in block.rows} <= {len(block.columns)}, block.caption
    inventory = next(section for section in report.sections if section.anchor == "inventory")
    by_sector = next(block for block in inventory.blocks if isinstance(block, TableBlock))
    total = small_run.result("emission").get_column("CO2").sum() / 1e4
    assert by_sector.rows[-1][1] == f"{number(total)}*"


def test_the_document_holds_the_same_tables_as_the_page(small_run: Run) -> None:
    report = build_report(small_run, "zh")
    document = Document(io.BytesIO(render_docx(report)))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == [section.title for section in report.sections]
    blocks = [b for s in report.sections for b in s.blocks if isinstance(b, TableBlock)]
    cells = [[[c.text for c in row.cells] for row in table.rows[1:]] for table in document.tables]
    for block in blocks:
        assert [list(row) for row in block.rows] in cells, block.caption


def test_hostile_text_is_printed_not_run() -> None:
    evil = "<script>alert(1)</script>"
    chart = ChartBlock(evil, evil, (Bar(evil, ((evil, 1.0),)),), (evil,))
    report = Report("en", evil, evil, (Section("a", evil, (Paragraph(evil), chart)),), evil, ((evil, evil),))
    assert "<script" not in render_html(report)


def test_a_chart_without_values_is_still_a_chart() -> None:
    drawn = stacked_bars(ChartBlock("nothing", "t", (), ()))
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn


@pytest.mark.parametrize(
    ("longest", "last"), [(0.0, 1.0), (1.0, 1.0), (237.0, 250.0), (23_871.0, 25_000.0), (0.004, 0.004)]
)
def test_axes_end_on_a_round_number_not_below_the_longest_bar(longest: float, last: float) -> None:
    ticks = axis_ticks(longest)
    assert ticks[0] == 0
    assert ticks[-1] == pytest.approx(last)
    assert ticks[-1] >= longest
    assert 2 <= len(ticks) <= 7


def test_long_labels_of_a_chart_are_parted_and_never_leave_the_drawing() -> None:
    label = "Wholesale, retail, accommodation and catering services of every kind and size " * 3
    drawn = stacked_bars(ChartBlock("t", "t", (Bar(label, (("a", 1.0),)), Bar("短", (("a", 2.0),))), ("a",)))
    ends = [(float(x), text) for x, text in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end">([^<]*)<', drawn)]
    assert len([text for _, text in ends if text.endswith("…") or text == "短"]) == 3
    assert all(x - 0.56 * 12.5 * len(text) >= 0 for x, text in ends)


def test_a_change_without_a_value_has_no_direction() -> None:
    target = {"operator": "change_pct", "value": None, "target_year": 2025, "metric": "co2_per_gdp", "unit": "%"}
    assert requirement(target, "en") == "a change not stated by 2025"
    assert requirement({**target, "value": -18.0}, "en") == "a fall of 18 % by 2025"
    peak = {"operator": "<", "value": 2030.0, "target_year": 2030, "metric": "co2_peak_year", "unit": None}
    assert requirement(peak, "en") == "< 2030"


def test_columns_of_the_document_fill_the_page_and_none_is_squeezed(small_run: Run) -> None:
    document = Document(io.BytesIO(render_docx(build_report(small_run, "zh"))))
    tables = [table for table in document.tables if len(table.columns) > 3]
    assert tables
    for table in tables:
        widths = [column.width.cm for column in table.columns if column.width is not None]
        assert len(widths) == len(table.columns)
        assert min(widths) >= 0.9
        assert sum(widths) == pytest.approx(25.7 if len(widths) >= 8 else 17.0, abs=0.1)


def test_no_page_of_the_document_holds_a_heading_alone(small_run: Run) -> None:
    document = Document(io.BytesIO(render_docx(build_report(small_run, "zh"))))
    kinds = [child.tag.rpartition("}")[2] for child in document.element.body]
    for position, child in enumerate(document.element.body):
        ends_section = child.find(".//{http://schemas.openxmlformats.org/wordprocessingml/2006/main}sectPr") is not None
        is_last = position == len(kinds) - 1
        if ends_section and not is_last:
            assert "tbl" in kinds[max(0, position - 4) : position + 1]


def test_generation_and_what_has_no_column_are_named_below_the_table(small_run: Run) -> None:
    inventory = next(s for s in build_report(small_run, "en").sections if s.anchor == "inventory")
    by_sector = next(block for block in inventory.blocks if isinstance(block, TableBlock))
    assert "NH₃" in by_sector.note
    assert "NH₃" not in [heading.label for heading in by_sector.columns]
    assert [heading.label for heading in by_sector.columns][1:5] == ["CO₂", "CH₄", "N₂O", "CO₂e (AR2GWP100)"]
    assert "generation" in by_sector.note
