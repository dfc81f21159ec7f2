"""Figures as people read them: mass units to choose from and digits that fit the size of the number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cocontrol.core.rounding import round_half_up
from cocontrol.core.text import Text

THIN_SPACE = "\u2009"

EXACT_SIGNIFICANT = 8
SIGNIFICANT = 4
"""Digits shown at least; a figure on a page is for reading, the full one is in the export and the drawer."""


@dataclass(frozen=True, slots=True)
class MassUnit:
    """A unit to show tonnes in: its code in addresses, its name, and how many tonnes it holds."""

    code: str
    label: Text
    tonnes: float


MASS_UNITS: Mapping[str, MassUnit] = {
    unit.code: unit
    for unit in (
        MassUnit("t", Text("吨", "t"), 1.0),
        MassUnit("kt", Text("千吨", "kt"), 1e3),
        MassUnit("10kt", Text("万吨", "10⁴ t"), 1e4),
        MassUnit("Mt", Text("百万吨", "Mt"), 1e6),
    )
}


def fitting_unit(largest_tonnes: float | None) -> MassUnit:
    """万吨 from 100 000 t on, else tonnes: the two units in which the field writes annual totals."""
    return MASS_UNITS["10kt" if largest_tonnes is not None and abs(largest_tonnes) >= 1e5 else "t"]


def decimals_for(value: float, significant: int = SIGNIFICANT) -> int:
    """Digits after the point so that `significant` digits are shown, and none that say nothing.

    >>> decimals_for(53412.7), decimals_for(3.14159), decimals_for(0.00042)
    (0, 3, 7)
    """
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, significant - 1 - math.floor(math.log10(abs(value))))


def format_figure(value: float | None, decimals: int | None = None) -> str:
    """The number, digits grouped by a thin space (GB/T 15835); a dash where there is none.

    Rounded half up, for reading only.

    >>> format_figure(53412.71), format_figure(0.0), format_figure(-3.0), format_figure(None)
    ('53\u2009413', '0', '−3.000', '—')
    """
    if value is None or not math.isfinite(value):
        return "—"
    text = f"{round_half_up(value, decimals_for(value) if decimals is None else decimals):,}"
    return text.replace(",", THIN_SPACE).replace("-", "−")


def format_exact(value: float) -> str:
    """The number with eight significant digits at most, for provenance and for tables of data.

    >>> format_exact(82959160.23), format_exact(112.4046), format_exact(0.5)
    ('82\u2009959\u2009160', '112.4046', '0.5')
    """
    if not math.isfinite(value):
        return "—"
    decimals = decimals_for(value, EXACT_SIGNIFICANT)
    text = f"{round_half_up(value, decimals):,}"
    shown = text.rstrip("0").rstrip(".") if "." in text else text
    return shown.replace(",", THIN_SPACE).replace("-", "−")
