"""How large a file may be before it is refused: generous for real tables, firm against archives that swell."""

from __future__ import annotations

from dataclasses import dataclass

from cocontrol.core.errors import Fault, Location
from cocontrol.core.text import Text

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what the readers accept. Bytes unless said otherwise.

    `workbook_ratio` is how many times larger than the file its contents may be: honest workbooks reach
    about 30, an archive made to swell reaches thousands. `workbook_cells` bounds the rectangle that a
    sheet spans, because a single far-off cell makes the whole rectangle take memory.
    """

    workbook_bytes: int = 100 * MEBIBYTE
    workbook_inflated: int = GIBIBYTE
    workbook_ratio: int = 200
    workbook_parts: int = 5_000
    workbook_cells: int = 20_000_000
    text_bytes: int = 4 * GIBIBYTE
    parquet_bytes: int = 8 * GIBIBYTE


DEFAULT_LIMITS = Limits()


def too_large(file: str, size: int, limit: int) -> Fault:
    """The file has more bytes than the reader takes."""
    return Fault(
        "file.too_large",
        Text("文件过大：{s} MB", "the file is too large: {s} MB").format(s=f"{size / MEBIBYTE:.0f}"),
        Location(file=file),
        value=str(size),
        allowed=Text("不超过 {m} MB", "at most {m} MB").format(m=f"{limit / MEBIBYTE:g}"),
        remedy=Text("拆分文件，或改存为 CSV 或 Parquet", "split the file, or save it as CSV or Parquet"),
    )
