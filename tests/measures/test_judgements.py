"""Judgement matrices as people type them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.readers import read_raw
from cocontrol.measures.judgements import read_matrix
from cocontrol.measures.weighting import ahp

FULL = [[1, 3, 2], [1 / 3, 1, 1 / 2], [1 / 2, 2, 1]]


def matrix(folder: Path, text: str) -> tuple[tuple[str, ...], np.ndarray, int]:
    (folder / "m.csv").write_text(text, encoding="utf-8")
    names, values, remarks = read_matrix(read_raw(folder / "m.csv"))
    return names, values, len(remarks)


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("a,b,c\n1,3,2\n1/3,1,1/2\n1/2,2,1\n", 0),
        ("x,a,b,c\na,1,3,2\nb,,1,1/2\nc,,,1\n", 0),
        ("x,a,b,c\na,,3,2\nb,,,１／２\nc,½,,\n", 0),
        ("x,a,b,c\nb,1/3,1,1/2\na,1,3,2\nc,1/2,2,1\n", 0),
        ("a,b,c\n1,3,2\n0.33,1,0.5\n0.5,2,1\n", 1),
    ],
    ids=["whole", "upper half", "signs", "rows in another order", "rounded"],
)
def test_ways_of_typing_give_the_same_matrix(tmp_path: Path, text: str, remarks: int) -> None:
    names, values, told = matrix(tmp_path, text)
    assert names == ("a", "b", "c")
    assert values == pytest.approx(np.array(FULL))
    assert told == remarks
    assert ahp(values).consistent


@pytest.mark.parametrize(
    ("text", "rule", "cell"),
    [
        ("a,b\n1,2\n2,1\n", "ahp.matrix", "A3"),
        ("a,b\n2,2\n1/2,1\n", "ahp.matrix", "A2"),
        ("x,a,b\na,1,\nb,,1\n", "ahp.matrix", "C2"),
        ("x,a,b\na,1,-3\nb,,1\n", "ahp.cell", "C2"),
        ("x,a,b\na,1,2020-02-01\nb,,1\n", "ahp.cell", "C2"),
        ("x,a,b\na,1,3\nc,1/3,1\n", "ahp.names", None),
        ("a,b\n1,3\n", "ahp.matrix", None),
    ],
)
def test_what_cannot_be_put_right_names_its_cell(tmp_path: Path, text: str, rule: str, cell: str | None) -> None:
    with pytest.raises(InvalidInput) as raised:
        matrix(tmp_path, text)
    assert [(fault.rule, fault.location.cell) for fault in raised.value.faults] == [(rule, cell)]
