import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from cocontrol.core.provenance import SourceCell, Status, column_letter, sha256_of, weakest


@given(st.integers(0, 16_383))
def test_column_letters_are_those_of_the_spreadsheet(index: int) -> None:
    assert column_letter(index) == get_column_letter(index + 1)


@given(st.binary(max_size=5000), st.integers(1, 700))
def test_the_checksum_does_not_depend_on_the_block(content: bytes, block: int) -> None:
    assert sha256_of(io.BytesIO(content), block) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((Status.VERIFIED, Status.VERIFIED), Status.VERIFIED),
        ((Status.VERIFIED, Status.RECALLED), Status.RECALLED),
        ((), Status.VERIFIED),
    ],
)
def test_recalled_follows_a_figure(statuses: tuple[Status, ...], expected: Status) -> None:
    assert weakest(*statuses) is expected


def test_a_source_cell_is_described_by_file_sheet_and_address() -> None:
    assert SourceCell("a.xlsx", "0" * 64, 5, "煤炭", "C5", "表1").describe() == "a.xlsx!表1!C5"
    assert SourceCell("a.csv", "0" * 64, 5, "煤炭", "C5").describe() == "a.csv!C5"
