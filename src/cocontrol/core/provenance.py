"""Where a figure comes from: the source cell, the factor, the method, and the chain between them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO


class Status(StrEnum):
    """How well a parameter is known; ``recalled`` follows a figure wherever it goes.

    ``verified``: seen in the document named. ``declared``: given by the user's own tables, as they say.
    ``recalled``: from memory, still to be checked.
    """

    VERIFIED = "verified"
    DECLARED = "declared"
    RECALLED = "recalled"


def weakest(*statuses: Status) -> Status:
    """The weakest of the parts: ``recalled`` before ``declared`` before ``verified``; ``verified`` of none."""
    order = list(Status)
    return max(statuses, key=order.index, default=Status.VERIFIED)


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One cell of an input file, pinned by the checksum of the file.

    `row` counts as the user's program does (1 is the heading of a CSV); `column` is the heading;
    `cell` the A1 address.
    """

    file: str
    sha256: str
    row: int
    column: str
    cell: str
    sheet: str | None = None

    def describe(self) -> str:
        """``file!sheet!A1``, short enough for a page."""
        return "!".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True)
class Source:
    """A document, with the place in it and how well the value is known."""

    document: str
    clause: str
    status: Status
    note: str = ""


def sha256_of(stream: BinaryIO, block: int = 1 << 20) -> str:
    """Hex digest of a stream, read block by block so that size does not matter."""
    digest = hashlib.sha256()
    while chunk := stream.read(block):
        digest.update(chunk)
    return digest.hexdigest()


def column_letter(index: int) -> str:
    """Spreadsheet letter of a column counted from zero.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
