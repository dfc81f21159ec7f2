"""What a measure costs in a year: capital recovery, operation, cost per tonne removed, and energy; unknown is never zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cocontrol.core.text import Text
from cocontrol.measures.catalogue import ELECTRICITY, CatalogueMeasure, Price, cost_is_known
from cocontrol.measures.streams import INDIRECT, Stream, with_electricity


@dataclass(frozen=True, slots=True)
class Cost:
    """Parts of the yearly cost in CNY (negative: money saved); a part is None where it is unknown, for the reasons given."""

    capital: float | None
    operating: float | None
    energy: float | None
    unknown: tuple[Text, ...] = ()

    @property
    def total(self) -> float | None:
        """The sum of the parts, None where one is unknown."""
        if self.capital is None or self.operating is None or self.energy is None:
            return None
        return self.capital + self.operating + self.energy


def capital_recovery(rate: float, years: float) -> float:
    """Yearly payment per unit invested: r / (1 − (1 + r)^−n), 1/n at r = 0; ``ValueError`` for a lifetime of 0."""
    if years <= 0:
        raise ValueError("a lifetime must be above 0")
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


def cost_of(
    measure: CatalogueMeasure,
    before: Sequence[Stream],
    after: Sequence[Stream],
    prices: Mapping[str, Price],
    rate: float,
) -> Cost:
    """The yearly cost of a measure on streams, `before` it and `after` it.

    capital = investment × activity × capital recovery; operating = cost per unit × activity + Σ cost per tonne ×
    tonnes removed; energy = Σ price × change of the amounts of fuel and electricity. A measure with a whole cost
    (`all_in_cost`) has cost × activity as its operation: capital and energy are inside it.
    """
    activity = sum(stream.amount or 0.0 for stream in before)
    whole = measure.number("all_in_cost")
    if whole is not None:
        return Cost(0.0, whole * activity, 0.0)
    unknown: list[Text] = []
    own = cost_is_known(measure)
    if not own:
        unknown.append(Text("投资、运行费用或寿命未给出", "investment, operating cost or lifetime is not given"))
    capital = operating = None
    if own:
        years, invested = measure.number("lifetime"), measure.number("investment")
        capital = 0.0 if not invested or not years else invested * activity * capital_recovery(rate, years)
        removed = _removal_cost(measure, before, after, unknown)
        operating = None if removed is None else measure.value("operating_cost", 0.0) * activity + removed
    return Cost(capital, operating, _energy(before, after, prices, unknown), tuple(unknown))


def _removal_cost(
    measure: CatalogueMeasure, before: Sequence[Stream], after: Sequence[Stream], unknown: list[Text]
) -> float | None:
    total = 0.0
    for pollutant, price in measure.by_subject("removal_cost").items():
        amounts = [_tonnes(streams, pollutant) for streams in (before, after)]
        if amounts[0] is None or amounts[1] is None:
            unknown.append(Text("{p} 去除量未知", "the tonnes of {p} removed are unknown").format(p=pollutant))
            return None
        total += price * (amounts[0] - amounts[1])
    return total


def _tonnes(streams: Sequence[Stream], pollutant: str) -> float | None:
    total = 0.0
    for stream in streams:
        if stream.boundary == INDIRECT:
            continue
        coefficient = stream.coefficient(pollutant)
        if coefficient is None or stream.amount is None:
            return None
        total += coefficient * stream.amount
    return total


def _energy(
    before: Sequence[Stream], after: Sequence[Stream], prices: Mapping[str, Price], unknown: list[Text]
) -> float | None:
    """Σ price × change of amount over fuels and electricity; streams without fuel have no energy cost."""
    change: dict[str, float] = {}
    for sign, streams in ((-1.0, before), (1.0, after)):
        for stream in with_electricity(streams):
            if stream.fuel is not None:
                change[stream.fuel] = change.get(stream.fuel, 0.0) + sign * (stream.amount or 0.0)
    scale = sum(abs(stream.amount or 0.0) for stream in before)
    moved = {fuel: amount for fuel, amount in change.items() if abs(amount) > 1e-12 * scale}
    lacking = sorted(set(moved) - set(prices))
    for fuel in lacking:
        name = Text("电力", "electricity") if fuel == ELECTRICITY else Text(fuel, fuel)
        unknown.append(Text("没有 {f} 的价格", "there is no price of {f}").format(f=name))
    return None if lacking else sum(prices[fuel].value * amount for fuel, amount in moved.items())
