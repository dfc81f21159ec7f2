"""Reports as a Word document that an office can edit: real headings, real tables, Chinese fonts."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from cocontrol.reports.model import Block, ChartBlock, FigureBlock, Paragraph, Report, TableBlock

EAST_ASIAN_FONT, LATIN_FONT = "宋体", "Times New Roman"
HEADING_FONT = "黑体"

WIDE_TABLE = 8
"""From this many columns on, a table goes onto a landscape page."""


def render_docx(report: Report, *, created: datetime | None = None) -> bytes:
    """The report as a ``.docx`` file. Charts are left out: the tables hold the same figures."""
    document = Document()
    document.core_properties.title = report.title
    document.core_properties.author = "Cocontrol"
    document.core_properties.created = created or datetime(2000, 1, 1, tzinfo=UTC)
    _set_styles(document)
    document.add_heading(report.title, level=0)
    document.add_paragraph(report.subtitle)
    if report.banner:
        _shaded(document.add_paragraph(report.banner), "FDF3E1")
    for label, value in report.facts:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(value)
    for section in report.sections:
        _orient(document, landscape=False)
        document.add_heading(section.title, level=1)
        for block in section.blocks:
            _orient(document, landscape=isinstance(block, TableBlock) and len(block.columns) >= WIDE_TABLE)
            _add_block(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_styles(document: Any) -> None:
    for name, size in (("Normal", 10.5), ("Heading 1", 15), ("Title", 20), ("List Bullet", 10)):
        style = document.styles[name]
        style.font.name = LATIN_FONT
        style.font.size = Pt(size)
        font = EAST_ASIAN_FONT if name in {"Normal", "List Bullet"} else HEADING_FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if name in {"Heading 1", "Title"}:
            style.font.color.rgb = RGBColor(0x1F, 0x4F, 0x73)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)


def _add_block(document: Any, block: Block) -> None:
    if isinstance(block, Paragraph):
        paragraph = document.add_paragraph(block.text)
        fills = {"warning": "FDF3E1", "note": "EEF4F8", "good": "EAF5EF"}
        if block.tone in fills:
            _shaded(paragraph, fills[block.tone])
    elif isinstance(block, FigureBlock):
        _add_figures(document, block)
    elif isinstance(block, TableBlock):
        _add_table(document, block)
    elif isinstance(block, ChartBlock):
        return


def _add_figures(document: Any, block: FigureBlock) -> None:
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    for figure in block.figures:
        cells = table.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = figure.label, f"{figure.value} {figure.unit}", figure.note
        cells[1].paragraphs[0].runs[0].bold = True
    document.add_paragraph()


def _add_table(document: Any, block: TableBlock) -> None:
    wide = len(block.columns) >= WIDE_TABLE
    caption = document.add_paragraph()
    caption.add_run(block.caption).bold = True
    caption.paragraph_format.keep_with_next = True
    size = Pt(7 if wide else 8.5)
    table = document.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    _repeat_on_each_page(table.rows[0])
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        unit = f"\n{column.unit}" if column.unit else ""
        _fill(cell, column.label + unit, size, bold=True, right=column.numeric)
        _shade_cell(cell, "E6EEF2")
    for position, row in enumerate(block.rows):
        for cell, text, column in zip(table.add_row().cells, row, block.columns, strict=True):
            _fill(cell, text, size, bold=position in block.emphasis, right=column.numeric)
    if block.note:
        document.add_paragraph(block.note).runs[0].font.size = Pt(8)
    document.add_paragraph()


def _fill(cell: Any, text: str, size: Any, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.font.size = size
    run.bold = bold
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _orient(document: Any, *, landscape: bool) -> None:
    """Begin a new page of the wanted orientation, unless the present one has it."""
    wanted = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if document.sections[-1].orientation == wanted:
        return
    section = document.add_section()
    section.orientation = wanted
    long, short = Cm(29.7), Cm(21)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)


def _repeat_on_each_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - no public way to repeat a heading row


def _shaded(paragraph: Any, fill: str) -> None:
    paragraph._p.get_or_add_pPr().append(_shading(fill))  # noqa: SLF001 - no public way to shade


def _shade_cell(cell: Any, fill: str) -> None:
    cell._tc.get_or_add_tcPr().append(_shading(fill))  # noqa: SLF001 - no public way to shade


def _shading(fill: str) -> Any:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), fill)
    return shading
