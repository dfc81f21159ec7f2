"""Reports as a Word document that an office can edit: real headings, real tables, Chinese fonts."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length, Pt, RGBColor

from cocontrol.reports.model import Block, ChartBlock, FigureBlock, Paragraph, Report, TableBlock

EAST_ASIAN_FONT, LATIN_FONT = "宋体", "Times New Roman"
HEADING_FONT = "黑体"
HEADING_FILL = "E6EEF2"
"""Colour behind the headings of a table."""

WIDE_TABLE = 8
"""From this many columns on, a table goes onto a landscape page."""

PORTRAIT_CM, LANDSCAPE_CM = 17.0, 25.7
"""Width of the text on an A4 page."""

SIZE_PT, WIDE_SIZE_PT = 8.5, 7
"""Type size of tables."""

CM_PER_PT, PADDING_CM, SLACK = 2.54 / 72, 0.4, 1.1
"""A narrow character is half its size wide; cells have margins, and figures are a little wider than half."""

NARROWEST, WIDEST, LABEL_AT_LEAST = 6, 80, 12
"""Limits of a column in narrow characters, and how much of its heading it holds in one line at least."""


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
        tables = [block for block in section.blocks if isinstance(block, TableBlock)]
        _orient(document, landscape=bool(tables) and _is_wide(tables[0]))
        document.add_heading(section.title, level=1)
        for block in section.blocks:
            if isinstance(block, TableBlock):
                _orient(document, landscape=_is_wide(block))
            _add_block(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _without_times(buffer)


def _without_times(archive: io.BytesIO) -> bytes:
    """The same archive with one fixed time for every part, so that the same report gives the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(archive) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for part in parts.infolist():
            target.writestr(zipfile.ZipInfo(part.filename), parts.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _is_wide(block: TableBlock) -> bool:
    return len(block.columns) >= WIDE_TABLE


def _set_styles(document: Any) -> None:
    for name, size in (("Normal", 10.5), ("Heading 1", 15), ("Title", 20), ("List Bullet", 10)):
        style = document.styles[name]
        style.font.name = LATIN_FONT
        style.font.size = Pt(size)
        font = EAST_ASIAN_FONT if name in {"Normal", "List Bullet"} else HEADING_FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        style.element.get_or_add_rPr().append(_element("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}))
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
    _set_widths(table, (3.5, 3.5, 10.0))
    _lighten(table)
    document.add_paragraph()


def _add_table(document: Any, block: TableBlock) -> None:
    wide = _is_wide(block)
    caption = document.add_paragraph()
    caption.add_run(block.caption).bold = True
    caption.paragraph_format.keep_with_next = True
    size = Pt(WIDE_SIZE_PT if wide else SIZE_PT)
    table = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    widths = [Cm(width).twips for width in _widths(block, LANDSCAPE_CM if wide else PORTRAIT_CM)]
    for grid, width in zip(table._tbl.tblGrid, widths, strict=True):  # noqa: SLF001 - no public way
        grid.set(qn("w:w"), str(width))
    heads = [column.label + (f"\n{column.unit}" if column.unit else "") for column in block.columns]
    rows = [_row(block, heads, widths, size, heading=True, bold=True)]
    rows += [
        _row(block, row, widths, size, heading=False, bold=position in block.emphasis)
        for position, row in enumerate(block.rows)
    ]
    for row in parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>"):
        table._tbl.append(row)  # noqa: SLF001 - cell by cell through the library takes ten times as long
    _lighten(table)
    if block.note:
        document.add_paragraph(block.note).runs[0].font.size = Pt(8)
    document.add_paragraph()


def _widths(block: TableBlock, total: float) -> tuple[float, ...]:
    """Widths of the columns in cm that fill `total`: short columns get what they ask for, long ones share the rest."""
    size = WIDE_SIZE_PT if _is_wide(block) else SIZE_PT
    wanted = []
    for position, column in enumerate(block.columns):
        longest = max([*(_columns_of(row[position]) for row in block.rows), _columns_of(column.unit)], default=0)
        asked = min(max(longest, min(_columns_of(column.label), LABEL_AT_LEAST), NARROWEST), WIDEST)
        wanted.append(asked * size / 2 * CM_PER_PT * SLACK + PADDING_CM)
    return _shared(wanted, total)


def _shared(wanted: Sequence[float], total: float) -> tuple[float, ...]:
    """`total` divided: who asks for less than an equal part gets it, the others share what is left by what they ask."""
    if sum(wanted) <= total:
        return tuple(total * one / sum(wanted) for one in wanted)
    short: set[int] = set()
    while True:
        left = total - sum(wanted[i] for i in short)
        others = [i for i in range(len(wanted)) if i not in short]
        found = {i for i in others if wanted[i] <= left / len(others)}
        if not found:
            asked = sum(wanted[i] for i in others)
            return tuple(one if i in short else left * one / asked for i, one in enumerate(wanted))
        short |= found


def _columns_of(text: str) -> int:
    """Width of a text in narrow characters; a Chinese character is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _set_widths(table: Any, widths: Sequence[float]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)


def _lighten(table: Any) -> None:
    """Thin grey lines in place of the black ones of the style."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:color": "C3CCD3"}))
    table._tbl.tblPr.append(borders)  # noqa: SLF001 - no public way to colour borders


def _element(name: str, attributes: Mapping[str, str]) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made


def _row(
    block: TableBlock, texts: Sequence[str], widths: Sequence[int], size: Length, *, heading: bool, bold: bool
) -> str:
    """A row as markup: kept whole on a page, a heading repeated on each page and shaded."""
    kind = '<w:tblHeader w:val="true"/>' if heading else '<w:cantSplit w:val="true"/>'
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{HEADING_FILL}"/>' if heading else ""
    letters = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{round(size.pt * 2)}"/></w:rPr>'
    cells = []
    for text, width, column in zip(texts, widths, block.columns, strict=True):
        side = '<w:jc w:val="right"/>' if column.numeric else ""
        words = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(_printable(line))}</w:t>' for line in text.split("\n")
        )
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:after="0"/>{side}</w:pPr><w:r>{letters}{words}</w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr>{kind}</w:trPr>{''.join(cells)}</w:tr>"


def _printable(text: str) -> str:
    """The text without control characters, which markup cannot hold."""
    return "".join(character for character in text if character == "\t" or character >= " ")


def _orient(document: Any, *, landscape: bool) -> None:
    """Begin a new page of the wanted orientation, unless the present one has it."""
    wanted = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    if document.sections[-1].orientation == wanted:
        return
    section = document.add_section()
    section.orientation = wanted
    long, short = Cm(29.7), Cm(21)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)


def _shaded(paragraph: Any, fill: str) -> None:
    paragraph._p.get_or_add_pPr().append(_shading(fill))  # noqa: SLF001 - no public way to shade


def _shading(fill: str) -> Any:
    return _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": fill})
