"""Comma-, semicolon- or tab-separated text: encoding and separator found, every cell kept as text."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Level, Location
from cocontrol.core.raw import HEADER_SEARCH_ROWS, RawTable, raw_table
from cocontrol.core.text import Text
from cocontrol.io.file_kinds import damaged
from cocontrol.io.limits import Limits, too_large

_BLOCK = 1 << 20
_SAMPLE = 1 << 18
_SEPARATORS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NEVER = "\x1f"
_SAMPLE_ROWS = HEADER_SEARCH_ROWS + 30


def read_delimited(path: Path, file: str, sha256: str, limits: Limits, notes: tuple[Fault, ...] = ()) -> RawTable:
    """The raw table of a text file; raises `InvalidInput` where it is too large, cut off or in no known encoding."""
    if (size := path.stat().st_size) > limits.text_bytes:
        raise InvalidInput(too_large(file, size, limits.text_bytes))
    encoding = _encoding(path, file)
    with _as_utf8(path, encoding) as plain:
        separator, width = _layout(_sample(plain), file)
        grid = _grid(plain, file, separator, width)
        widths = _widths(plain, separator, grid.height)
    found = [*notes]
    if encoding not in {"utf-8", "utf-8-sig"}:
        found.append(_encoding_note(file, encoding))
    return raw_table(grid, file=file, sha256=sha256, notes=tuple(found), widths=widths)


def read_compressed(path: Path, file: str, sha256: str, limits: Limits, notes: tuple[Fault, ...] = ()) -> RawTable:
    """The raw table of a text file compressed with gzip; inflation stops at the limit."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        _inflate(path, plain, file, limits.text_bytes)
        return read_delimited(plain, file, sha256, limits, notes)


def _inflate(path: Path, target: Path, file: str, limit: int) -> None:
    written = 0
    try:
        with gzip.open(path, "rb") as stream, target.open("wb") as out:
            while block := stream.read(_BLOCK):
                written += len(block)
                if written > limit:
                    raise InvalidInput(too_large(file, written, limit))
                out.write(block)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(damaged(file, str(error))) from error


def _encoding(path: Path, file: str) -> str:
    """UTF-8 where every byte fits, else GB 18030 (with GBK and GB 2312) where every byte fits."""
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = [name for mark, name in _MARKS if head.startswith(mark)]
    misfit: int | None = None
    for candidate in marked[:1] or ("utf-8", "gb18030"):
        line = _first_misfit(path, candidate)
        if line is None:
            return candidate
        misfit = misfit or line
    raise InvalidInput(
        Fault(
            "file.encoding",
            Text("文字编码无法识别", "the text encoding is not known"),
            Location(file=file, row=misfit),
            allowed=Text("UTF-8、GBK 或 GB 18030", "UTF-8, GBK or GB 18030"),
            remedy=Text("另存为 UTF-8 编码的 CSV", "save it as CSV in UTF-8"),
        )
    )


def _first_misfit(path: Path, encoding: str) -> int | None:
    """The line of the first byte that the encoding does not know; None where all fit."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return lines + block[: error.start].count(b"\n")
            lines += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines
    return None


@contextmanager
def _as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """The file itself where it is UTF-8 with ordinary line ends, else a temporary copy that is."""
    if encoding in {"utf-8", "utf-8-sig"} and not _has_old_line_ends(path):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "plain.csv"
        with path.open(encoding=encoding, newline=None) as stream, copy.open("w", encoding="utf-8", newline="") as out:
            while block := stream.read(_BLOCK):
                out.write(block)
        yield copy


def _has_old_line_ends(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    return b"\r" in head and b"\n" not in head


def _sample(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    return codecs.getincrementaldecoder("utf-8-sig")("strict").decode(head)


def _records(sample: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    return [record for _, record in zip(range(_SAMPLE_ROWS), reader, strict=False)]


def _layout(sample: str, file: str) -> tuple[str, int]:
    """The separator under which most of the first rows have the same number of cells, and the widest row."""

    def agreement(records: list[list[str]]) -> tuple[int, int]:
        """How many records have the commonest width, and that width."""
        widths = [len(record) for record in records if len(record) > 1]
        commonest = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return widths.count(commonest), commonest

    try:
        found = {separator: _records(sample, separator) for separator in _SEPARATORS}
    except csv.Error as error:
        raise InvalidInput(_malformed(file, str(error))) from error
    best = max(_SEPARATORS, key=lambda separator: agreement(found[separator]))
    return best, max((len(record) for record in found[best]), default=1)


def _grid(path: Path, file: str, separator: str, width: int) -> pl.DataFrame:
    """Every row as text, blank ones too, so that row numbers hold.

    One column more than expected is asked for: where it is filled, a row is overlong.
    """
    schema = {f"column {index}": pl.String() for index in range(width + 1)}
    try:
        grid = pl.read_csv(
            path,
            has_header=False,
            separator=separator,
            schema=schema,
            truncate_ragged_lines=True,
            missing_columns="insert",
            extra_columns="ignore",
            raise_if_empty=False,
        )
    except pl.exceptions.ComputeError as error:
        raise InvalidInput(_malformed(file, str(error))) from error
    overflow = grid.columns[-1]
    return grid if grid[overflow].is_not_null().any() else grid.drop(overflow)


def _widths(path: Path, separator: str, height: int) -> pl.Series | None:
    """The number of cells of each row, empty ones counted; None where line ends inside quotes hide it."""
    lines = pl.read_csv(
        path,
        has_header=False,
        separator=_NEVER,
        quote_char=None,
        schema={"line": pl.String()},
        truncate_ragged_lines=True,
        extra_columns="ignore",
        raise_if_empty=False,
    )
    if lines.height != height:
        return None
    unquoted = pl.col("line").str.replace_all(r'"[^"]*"', "")
    quoted = pl.col("line").str.contains('"', literal=True)
    plain = pl.when(quoted).then(unquoted).otherwise(pl.col("line"))
    return lines.select(plain.str.count_matches(separator, literal=True).fill_null(0) + 1)["line"]


def _malformed(file: str, reason: str) -> Fault:
    return Fault(
        "file.quotes",
        Text(
            "引号不成对，或某个单元格过长，无法分列",
            "a quotation mark is not closed, or a cell is too long; the cells cannot be told apart",
        ),
        Location(file=file),
        value=reason.splitlines()[0][:200],
        remedy=Text(
            "检查值首尾的双引号；值中的双引号写两遍",
            "check the double quotes around values; double those inside a value",
        ),
    )


def _encoding_note(file: str, encoding: str) -> Fault:
    return Fault(
        "file.encoding_found",
        Text("按 {e} 编码读入", "read as {e}").format(e=encoding.upper()),
        Location(file=file),
        value=encoding,
        level=Level.LOW,
    )
