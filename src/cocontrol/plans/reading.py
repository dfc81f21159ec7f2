"""The words of a document from its bytes: text, Markdown, HTML, Word, PDF or a sheet saved as CSV or TSV.

Offsets count in these words, not in the bytes: without a byte order mark, every line end one character (a file
with CRLF read as text), a page of a PDF, a cell of a Word table or a CSV in the place it takes in `Document.text`.

Nothing here opens a file; `io` and the command line hand over bytes and a name for the messages.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol.plans.sheets import sheet_text

_ENCODINGS = ("utf-8-sig", "gb18030", "big5")
LARGEST = 50_000_000
"""Bytes beyond which a document is refused; a scanned plan of 100 pages has about 20 MB."""

UNPACKED_LARGEST = 300 * 1024**2
"""Bytes that a Word file may have when unpacked; a small file can hide a very large one."""


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a document and the format they came in. Offsets of all objects count in `text`."""

    text: str
    format: str


def read_document(content: bytes, name: str = "") -> Document:
    """The words of a document; the format is found from its bytes, not from its name.

    Raises
    ------
    InvalidInput
        The file is empty, too large, a spreadsheet, an old Word file, an image, a PDF without a text
        layer, or broken. The message says which and what to do.
    """
    if not content.strip():
        raise InvalidInput(
            _fault(
                "document.empty", "文件是空的", "the file is empty", "检查是否上传了正确的文件", "check the file", name
            )
        )
    if len(content) > LARGEST:
        raise InvalidInput(
            _fault(
                "document.too_large",
                "文件超过50 MB",
                "the file has more than 50 MB",
                "只保留方案正文",
                "keep the plan alone",
                name,
            )
        )
    if content.startswith(b"%PDF"):
        return Document(_pdf(content, name), "pdf")
    if content.startswith(b"PK\x03\x04"):
        return Document(_docx(content, name), "docx")
    refuse_binary(content, name)
    text = _decoded(content, name)
    if re.search(r"<(?:!doctype html|html|body|div|p|table)[\s>]", text[:4000], re.IGNORECASE):
        return Document(html_text(text), "html")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = sheet_text(text)
    return Document(text, "text") if rows is None else Document(rows, "sheet")


def refuse_binary(content: bytes, name: str) -> None:
    """Raise for formats that hold no words we can read, each with its own way out."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(
            _fault(
                "document.ole",
                "旧版Word（.doc）或Excel（.xls）文件",
                "an old Word or Excel file",
                "另存为.docx、.pdf或.txt",
                "save it as .docx, .pdf or .txt",
                name,
            )
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")):
        raise InvalidInput(
            _fault(
                "document.image",
                "这是图片，没有文字",
                "an image without words",
                "先做文字识别（OCR）",
                "run text recognition first",
                name,
            )
        )


def _decoded(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InvalidInput(
        _fault(
            "document.encoding",
            "不是文本文件，或编码无法识别",
            "not text, or in an unknown encoding",
            "另存为UTF-8文本",
            "save it as UTF-8 text",
            name,
        )
    )


def _pdf(content: bytes, name: str) -> str:
    """The text layer, page by page."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - loads a native library, wanted for PDF only

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise InvalidInput(
            _fault(
                "document.broken_pdf",
                "PDF损坏或加密",
                "the PDF is broken or encrypted",
                "重新导出PDF",
                "export it again",
                name,
            )
        ) from error
    pages = []
    try:
        for page in document:
            words = page.get_textpage()
            pages.append(words.get_text_range().replace("\r\n", "\n").replace("\r", "\n"))
            words.close()
            page.close()
    finally:
        document.close()
    text = "\n".join(pages)
    if len(text.strip()) < 10 * max(1, len(pages)):
        raise InvalidInput(
            _fault(
                "document.scanned_pdf",
                "PDF没有文字层（扫描件）",
                "the PDF has no text layer (a scan)",
                "先做文字识别（OCR），或提供文字版",
                "run text recognition first, or give a text version",
                name,
            )
        )
    return text


def _docx(content: bytes, name: str) -> str:
    """Paragraphs and table rows in order; a row is one line, its cells parted by tabs."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise InvalidInput(
            _fault("document.broken_zip", "文件损坏", "the file is broken", "重新保存", "save it again", name)
        ) from error
    _refuse_bomb(sum(entry.file_size for entry in entries), name)
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names:
        raise InvalidInput(
            _fault(
                "document.spreadsheet",
                "这是电子表格，不是方案文本",
                "a spreadsheet, not the text of a plan",
                "任务分解表请另存为CSV；数据表用数据导入功能上传；方案正文请提供docx、pdf或txt",
                "save a list of tasks as CSV; upload data tables through data import; give the text of a plan as docx, pdf or txt",
                name,
            )
        )
    if "word/document.xml" not in names:
        raise InvalidInput(
            _fault(
                "document.unknown_zip",
                "不是Word文档",
                "not a Word document",
                "提供docx、pdf、html或txt",
                "give docx, pdf, html or txt",
                name,
            )
        )
    import docx  # noqa: PLC0415 - wanted for Word files only

    document = docx.Document(io.BytesIO(content))
    return "\n".join(line for block in document.iter_inner_content() for line in _block_lines(block))


def _refuse_bomb(unpacked: int, name: str) -> None:
    """Raise before anything is unpacked that would not fit in memory."""
    if unpacked > UNPACKED_LARGEST:
        raise InvalidInput(
            Fault(
                "document.unpacked_too_large",
                Text("文件解压后过大", "the file is too large when unpacked"),
                Location(file=name or None),
                value=f"{unpacked / 1024**2:.0f} MB",
                allowed=Text("不超过 {n} MB", "at most {n} MB").format(n=UNPACKED_LARGEST // 1024**2),
                remedy=Text("只保留方案正文，另存后再试", "keep the plan alone, save it again and retry"),
            )
        )


def _block_lines(block: Any) -> list[str]:
    if hasattr(block, "rows"):
        return ["\t".join(_cell_texts(row)) for row in block.rows]
    return [block.text]


def _cell_texts(row: Any) -> list[str]:
    """The words of the cells of a row; a cell merged across columns once, empty cells kept for their place."""
    seen: dict[int, str] = {}
    for cell in row.cells:
        seen.setdefault(id(cell._tc), re.sub(r"\s+", " ", cell.text.strip()))  # noqa: SLF001 - tells merged cells apart
    texts = list(seen.values())
    filled = [text for text in texts if text]
    return texts if len(filled) > 1 else filled


_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "section",
    "article",
    "title",
    "ul",
    "ol",
}
_SILENT = {"script", "style", "noscript", "head"}


_CELLS = {"td", "th"}
_WIDEST = 60
"""Rows or columns that one cell may span; more is a fault of the page."""


class _Words(HTMLParser):
    """Collects the words of a page, a line for each block and for each row of a table, cells parted by tabs.

    A cell that spans columns or rows leaves the places it covers empty, so that every row keeps its columns.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.silent = 0
        self.in_cell = 0
        self.column = 0
        self.wide = 1
        self.covered: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a row or a cell; what a page does not show is skipped until its end."""
        if tag in _SILENT:
            self.silent += 1
        if tag in {"table", "tr"}:
            self._close_row()
            self.covered = self.covered if tag == "tr" else {}
        if tag in _CELLS:
            self._close_cell()
            self._open_cell(dict(attrs))
        elif tag in _BLOCKS:
            self.pieces.append(" " if self.in_cell else "\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a block, a row or a cell."""
        if tag in _SILENT and self.silent:
            self.silent -= 1
        if tag in _CELLS:
            self._close_cell()
        if tag in {"tr", "table"}:
            self._close_row()
        if tag in _BLOCKS and not self.in_cell:
            self.pieces.append("\n")

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        self._skip_covered()
        if self.column:
            self.pieces.append("\t")
        self.wide = _spans(attrs.get("colspan"))
        down = _spans(attrs.get("rowspan")) - 1
        for place in range(self.column, self.column + self.wide):
            if down:
                self.covered[place] = down
        self.in_cell = 1

    def _skip_covered(self) -> None:
        while self.covered.get(self.column, 0):
            self.covered[self.column] -= 1
            self.pieces.append("\t" if self.column else "")
            self.column += 1

    def _close_cell(self) -> None:
        if self.in_cell:
            self.pieces.append("\t" * (self.wide - 1))
            self.column += self.wide
            self.in_cell = 0

    def _close_row(self) -> None:
        self._close_cell()
        if self.column:
            self._skip_covered()
        self.column = 0

    def handle_data(self, data: str) -> None:
        """Keep what the page shows, its blanks as one."""
        if not self.silent:
            self.pieces.append(re.sub(r"[ \t\r\n]+", " ", data))


def _spans(written: str | None) -> int:
    """How many rows or columns a cell takes; one where the page says nothing sensible."""
    return min(int(written), _WIDEST) if written and written.strip().isdigit() and int(written) > 0 else 1


def html_text(markup: str) -> str:
    """The words of an HTML page, scripts and styles left out, one block a line."""
    words = _Words()
    words.feed(markup)
    words.close()
    return re.sub(r"\n\s*\n+", "\n", "".join(words.pieces)).strip() + "\n"


def _fault(rule: str, zh: str, en: str, remedy_zh: str, remedy_en: str, name: str) -> Fault:
    return Fault(rule, Text(zh, en), Location(file=name or None), remedy=Text(remedy_zh, remedy_en))
