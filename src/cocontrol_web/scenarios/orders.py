"""Measures one after another on a page: which ones, how the person moves them, the waterfall, and what the order does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cocontrol.core.text import Text
from cocontrol.measures.effects import Step
from cocontrol.measures.ordering import Order, Place, unit_cost
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.charts import Chart
from cocontrol_web.analysis.figures import MassUnit, fitting_unit, format_figure
from cocontrol_web.language import say
from cocontrol_web.scenarios.cobenefits import MONEY, About
from cocontrol_web.scenarios.effects import MOST, Alone

UP, DOWN = "up", "down"

SUGGESTED = 3


def moved(names: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """The names after what a button of the form asks: ``move`` is ``NAME.up`` or ``NAME.down``, ``drop`` and ``add`` a name."""
    made = [name for name in names if name != values.get("drop")]
    name, _, way = values.get("move", "").rpartition(".")
    if name in made and way in {UP, DOWN}:
        at = made.index(name)
        made.insert(max(at + (-1 if way == UP else 1), 0), made.pop(at))
    added = values.get("add", "")
    return [*made, added] if added and added not in made and len(made) < MOST else made


def suggestion(alone: Alone, pollutant: str) -> list[str]:
    """Measures to begin with: of each kind that which reduces the pollutant most, at most three."""
    best: dict[str, Step] = {}
    for step in alone.steps:
        kind, reduction = step.measure.kind.value, step.change.net.get(pollutant) or 0.0
        if reduction > 0 and reduction > (best[kind].change.net.get(pollutant) or 0.0 if kind in best else 0.0):
            best[kind] = step
    return [step.name for step in best.values()][:SUGGESTED] or [step.name for step in alone.steps[:SUGGESTED]]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One measure in its place: reduction and unit cost of the chosen pollutant here, first of all and last of all."""

    key: str
    about: About
    reductions: tuple[float | None, ...]
    cost: float | None
    unit_costs: tuple[float | None, ...]


def order_lines(order: Order, about: Mapping[str, About], pollutant: str) -> list[OrderLine]:
    """The lines of the table, in the order of the measures; cost in the unit of money of the pages."""
    return [_order_line(place, about[place.here.name], pollutant) for place in order.places]


def _order_line(place: Place, about: About, pollutant: str) -> OrderLine:
    steps, cost = (place.here, place.first, place.last), place.here.cost.total
    return OrderLine(
        place.here.name, about, tuple(step.change.net.get(pollutant) for step in steps),
        None if cost is None else cost / MONEY, tuple(unit_cost(step, pollutant) for step in steps),
    )  # fmt: skip


def order_unit(order: Order, base: float, pollutant: str) -> MassUnit:
    """The unit in which the waterfall is drawn."""
    return fitting_unit(max([base, *(abs(step.change.net.get(pollutant) or 0.0) for step in order.effects.steps)]))


def waterfall(order: Order, about: Mapping[str, About], base: float, pollutant: str) -> Chart:
    """From the emission before to that after every measure; a step without figure changes nothing and says so."""
    unit, level = order_unit(order, base, pollutant), base
    steps = [_bar(say(Text("现在", "now")), 0.0, base, "total", unit)]
    for step in order.effects.steps:
        reduction = step.change.net.get(pollutant)
        words = about[step.name].name if reduction is not None else say(_NO_FIGURE.format(m=about[step.name].name))
        steps.append(_bar(words, level, level - (reduction or 0.0), "change", unit))
        level -= reduction or 0.0
    steps.append(_bar(say(Text("全部实施后", "after all")), 0.0, level, "total", unit))
    title = Text("{p}：按次序实施，每一步减多少", "{p}: what each step reduces").format(p=labels.symbol(pollutant))
    return {"type": "waterfall", "title": say(title), "unit": say(unit.label), "steps": steps}


_NO_FIGURE = Text("{m}（数值未知）", "{m} (not known)")


def _bar(name: str, low: float, high: float, kind: str, unit: MassUnit) -> dict[str, object]:
    return {"name": name, "from": low / unit.tonnes, "to": high / unit.tonnes, "kind": kind}


_LESS = Text(
    "合起来减 {j}，比各自单独之和 {a} 少 {d}（{s}）：它们减的有一部分是同一批排放",
    "together {j} less, {d} ({s}) below the sum {a} of each alone: in part they act on the same emissions",
)
_MORE = Text(
    "合起来减 {j}，比各自单独之和 {a} 多 {d}：后面的措施补上了前面措施增加的部分",
    "together {j} less, {d} above the sum {a} of each alone: later measures make up for what earlier ones add",
)
_EQUAL = Text(
    "合起来减 {j}，等于各自单独之和：它们作用在不同的排放上",
    "together {j} less, the sum of each alone: they act on different emissions",
)
_RISE = Text(
    "合起来的减排是 {j}（负数是增加），各自单独之和是 {a}",
    "all together reduce by {j} (negative: a rise), the sum of each alone is {a}",
)
_SMALL = 1e-6


def joint_words(order: Order, pollutant: str) -> str:
    """Together against the sum of each alone, in one sentence; empty where a figure is missing."""
    joint, apart, more = (one[pollutant] for one in (order.joint, order.apart, order.interaction))
    if joint is None or apart is None or more is None:
        return ""
    unit = fitting_unit(max(abs(joint), abs(apart)))
    is_equal = abs(more) <= _SMALL * max(abs(joint), abs(apart))
    form = _RISE if joint < 0 or apart < 0 else _EQUAL if is_equal else _LESS if more < 0 else _MORE

    def shown(value: float) -> str:
        return f"{format_figure(value / unit.tonnes)} {say(unit.label)}"

    share = f"{abs(more) / abs(apart):.1%}" if apart else "—"
    return say(form.format(j=shown(joint), a=shown(apart), d=shown(abs(more)), s=share))
