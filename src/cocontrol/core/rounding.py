"""Rounding rules, one function per rule. Nothing in the library rounds except through these.

Rounding order is part of a method: round where the standard says so and nowhere else. Decimal
arithmetic is used, so that 2.675 rounds as it is printed and not as its binary neighbour.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

Number = int | float | str | Decimal


def _quantize(value: Number, decimals: int, rounding: str) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def round_half_up(value: Number, decimals: int = 0) -> Decimal:
    """Half away from zero (四舍五入), the rule of the carbon-market accounting guides.

    >>> round_half_up("2.675", 2)
    Decimal('2.68')
    """
    return _quantize(value, decimals, ROUND_HALF_UP)


def round_half_even(value: Number, decimals: int = 0) -> Decimal:
    """Half to the even digit (四舍六入五成双), GB/T 8170-2008 clause 3.2.

    >>> round_half_even("2.5"), round_half_even("3.5")
    (Decimal('2'), Decimal('4'))
    """
    return _quantize(value, decimals, ROUND_HALF_EVEN)


def truncate(value: Number, decimals: int = 0) -> Decimal:
    """Digits cut off, never rounded up; for whole allowances that may not exceed what was earned.

    >>> truncate("1999.99")
    Decimal('1999')
    """
    return _quantize(value, decimals, ROUND_DOWN)
