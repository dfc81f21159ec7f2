"""Notation keys: values that say why a number is absent (UNFCCC reporting guidelines, decision 18/CMA.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cocontrol.core.text import Text


class NotationKey(StrEnum):
    """Why a cell holds no number. A blank is not a notation key, and neither is zero."""

    NE = "NE"
    NO = "NO"
    IE = "IE"
    NA = "NA"
    C = "C"

    @property
    def label(self) -> Text:
        """What the key means."""
        return _LABELS[self]


_LABELS = {
    NotationKey.NE: Text("未估算", "not estimated"),
    NotationKey.NO: Text("未发生", "not occurring"),
    NotationKey.IE: Text("计入他处", "included elsewhere"),
    NotationKey.NA: Text("不适用", "not applicable"),
    NotationKey.C: Text("保密", "confidential"),
}


@dataclass(frozen=True, slots=True)
class Notation:
    """A notation key with its reason; NE and IE are never given without one."""

    key: NotationKey
    reason: Text
