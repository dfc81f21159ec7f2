"""Quotients of two series, year by year, option by option, with every gap named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cocontrol.core.provenance import Status, weakest
from cocontrol.core.text import Text
from cocontrol.core.units import convert
from cocontrol.indicators.catalogue import Definition
from cocontrol.indicators.quantities import Quantity, Series
from cocontrol.indicators.table import IndicatorRow

NO_CONSTANT_PRICE = Text(
    "没有不变价地区生产总值，也没有平减指数；不以当年价代替",
    "there is neither GDP at constant prices nor a deflator; current prices do not stand in for it",
)


def ratio_rows(
    definition: Definition,
    numerators: Series,
    denominators: Series,
    *,
    adcode: str,
    years: Iterable[int],
    missing_numerator: Text,
    missing_denominator: Text,
) -> Iterator[IndicatorRow]:
    """One row for every boundary × variant × year: numerator / denominator in the units of the definition.

    A year without numerator or denominator gives a row without value whose note names what is missing.
    `missing_numerator` and `missing_denominator` have the field ``{y}`` for the year.
    """
    for boundary, top in numerators.items():
        for variant, bottom in _with_constant(definition, denominators).items():
            for year in years:
                yield _row(
                    definition,
                    (adcode, year, boundary, variant),
                    top.get(year) or _absent(definition.numerator_unit, missing_numerator, year),
                    bottom.get(year) or _absent(definition.denominator_unit, _why(variant, missing_denominator), year),
                )


def _with_constant(definition: Definition, denominators: Series) -> Mapping[str, Mapping[int, Quantity]]:
    """The variants, plus an empty one at constant prices where the definition asks for it and none is there."""
    basis = definition.change_price_basis
    if basis is None or any(variant.startswith(basis) for variant in denominators):
        return denominators
    return {**denominators, basis: {}}


def _why(variant: str, missing: Text) -> Text:
    return NO_CONSTANT_PRICE if variant == "constant" else missing


def _absent(unit: str, reason: Text, year: int) -> Quantity:
    return Quantity(None, unit, (), None, (reason.format(y=year),))


def _row(definition: Definition, place: tuple[str, int, str, str], top: Quantity, bottom: Quantity) -> IndicatorRow:
    adcode, year, boundary, variant = place
    value, notes = _quotient(definition, top, bottom)
    return IndicatorRow(
        definition.indicator_id,
        adcode,
        str(year),
        boundary,
        variant,
        value,
        definition.unit,
        _status(top, bottom) if value is not None else None,
        definition.formula,
        (*top.inputs, *bottom.inputs),
        notes,
    )


def _quotient(definition: Definition, top: Quantity, bottom: Quantity) -> tuple[float | None, tuple[Text, ...]]:
    notes = (*top.notes, *bottom.notes)
    if top.value is None or bottom.value is None:
        return None, notes
    divisor = convert(bottom.value, bottom.unit, definition.denominator_unit)
    if divisor == 0:
        return None, (*notes, Text("分母为零", "the denominator is zero"))
    return convert(top.value, top.unit, definition.numerator_unit) / divisor, notes


def _status(top: Quantity, bottom: Quantity) -> Status | None:
    known = [quantity.status for quantity in (top, bottom) if quantity.status is not None]
    return weakest(*known) if known else None
