"""Numbers and small texts as reports print them."""

from __future__ import annotations

from cocontrol.core.text import Language, Text

MISSING = "–"

TEN_THOUSAND_TONNES = Text("万吨", "10⁴ t")
TONNES = Text("吨", "t")

LARGE = ("CO2", "CO2e")
"""Substances printed in 10⁴ t, as Chinese statistics print them; the others in tonnes."""


def mass_unit(column: str) -> tuple[Text, float]:
    """The unit in which a substance is printed, and how many tonnes it has."""
    return (TEN_THOUSAND_TONNES, 1e4) if column.startswith(LARGE) else (TONNES, 1.0)


def number(value: float | None) -> str:
    """A number for print: a dash for missing, no decimals from 1 000 up, else four significant digits.

    >>> number(None), number(48213.55), number(12.3456), number(0.0), number(0.00012)
    ('–', '48,214', '12.35', '0', '0.00012')
    """
    if value is None:
        return MISSING
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = f"{value:.4g}"
    return digits if "e" not in digits else f"{value:.3g}"


def mass(column: str, tonnes: float | None) -> str:
    """A mass in the printed unit of its substance."""
    return number(None if tonnes is None else tonnes / mass_unit(column)[1])


def percent(share: float | None) -> str:
    """A share in percent with one decimal."""
    return MISSING if share is None else f"{share:.1%}"


def choose(language: Language, zh: str, en: str) -> str:
    """One of two words."""
    return zh if language == "zh" else en
