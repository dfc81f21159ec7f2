"""The command ``cocontrol-metrics``: what measures do to pollutants and carbon together, and at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text

if TYPE_CHECKING:
    from cocontrol.measures.equivalents import WeightSet
    from cocontrol.measures.metrics import Baseline, Evaluation
    from cocontrol.measures.metrics_tables import MeasureTable

ORDER = 55


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``cocontrol-metrics``."""
    add_command(app, language, "cocontrol-metrics", Text("措施的协同控制评价", "co-control metrics of measures"))(
        cocontrol_metrics
    )


def cocontrol_metrics(
    session: Session,
    table: Annotated[
        Path,
        typer.Argument(metavar="TABLE"),
        Text(
            "每行一项措施：measure、各污染物减排量、cost；可含 baseline 一行",
            "a row per measure: measure, a reduction per pollutant, cost; may hold a row baseline",
        ),
    ],
    *,
    baseline: Annotated[
        Path | None, typer.Option(), Text("基准排放表（另一份文件）", "baseline emissions in a file of their own")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(), Text("权重表 pollutant, weight", "table of weights: pollutant, weight")
    ] = None,
    price: Annotated[
        float | None, typer.Option(min=0), Text("权重表的每吨当量价格（元）", "price of a tonne of equivalent (CNY)")
    ] = None,
    tax_rate: Annotated[float | None, typer.Option(), Text("税额（元/当量）", "tax rate (CNY per equivalent)")] = None,
    carbon_price: Annotated[float | None, typer.Option(), Text("碳价（元/吨）", "carbon price (CNY/t)")] = None,
    gwp_set: Annotated[str | None, typer.Option(), Text("GWP 集", "GWP set")] = None,
) -> None:
    """Print quadrant, elasticities, equivalents, unit cost, net benefit and layer of every measure."""
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.metrics import evaluate
    from cocontrol.measures.metrics_tables import read_measures

    found = read_measures(read_raw(table), gwp=gwp_set)
    for remark in found.remarks:
        session.output.fault_line(remark)
    base = _baseline(found, baseline, gwp_set)
    sets = _weight_sets(weights, price, tax_rate, carbon_price)
    results = {chosen.name: evaluate(found.measures, chosen, base) for chosen in sets}
    if session.output.form == "json":
        session.output.json(_as_json(session, sets, results))
        return
    shown = sets[0]
    session.output.note(Text("权重：{l}", "weights: {l}").format(l=shown.label))
    session.output.rows([_row(session, item) for item in results[shown.name]], HEADINGS)


def _baseline(found: MeasureTable, path: Path | None, gwp: str | None) -> Baseline | None:
    """The baseline of its own file, else of the table."""
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.metrics_tables import read_measures

    if path is None:
        return found.baseline
    other = read_measures(read_raw(path), gwp=gwp)
    if other.baseline is None:
        raise InvalidInput(
            Fault(
                "metrics.baseline_row",
                Text("基准文件中没有名为 baseline 的一行", "the file has no row named baseline"),
                value=path.name,
            )
        )
    return other.baseline


def _weight_sets(
    path: Path | None, price: float | None, tax_rate: float | None, carbon_price: float | None
) -> list[WeightSet]:
    """The user's set alone, or the tax form with a rate and a price, or every set that ships."""
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.equivalents import own_weight_set, presets, tax_weight_set
    from cocontrol.measures.metrics_tables import read_weights

    if path is not None:
        return [own_weight_set(read_weights(read_raw(path)), price=price)]
    if tax_rate is None and carbon_price is None:
        return list(presets().values())
    if tax_rate is None or carbon_price is None:
        raise InvalidInput(
            Fault(
                "weights.pair",
                Text("税额与碳价要一起给出", "the tax rate and the carbon price go together"),
                remedy=Text("--tax-rate 1.2 --carbon-price 97.49", "--tax-rate 1.2 --carbon-price 97.49"),
            )
        )
    return [tax_weight_set(tax_rate, carbon_price)]


HEADINGS = {
    "measure": Text("措施", "measure"),
    "quadrant": Text("象限", "quadrant"),
    "LAPeq": Text("LAPeq（吨）", "LAPeq (t)"),
    "GHGeq": Text("GHGeq（吨）", "GHGeq (t)"),
    "IAPeq": Text("IAPeq（吨）", "IAPeq (t)"),
    "unit_cost": Text("单位成本（元/吨）", "unit cost (CNY/t)"),
    "net_benefit": Text("净效益（元）", "net benefit (CNY)"),
    "pareto_layer": Text("帕累托层", "Pareto layer"),
    "rank": Text("次序", "rank"),
    "notes": Text("说明", "notes"),
}


def _row(session: Session, found: Evaluation) -> dict[str, Any]:
    return {
        "measure": found.measure,
        "quadrant": None if found.quadrant is None else found.quadrant.value,
        "LAPeq": found.air_equivalent,
        "GHGeq": found.greenhouse_equivalent,
        "IAPeq": found.equivalent,
        "unit_cost": found.unit_cost,
        "net_benefit": found.net_benefit,
        "pareto_layer": found.pareto_layer,
        "rank": found.rank,
        "notes": "; ".join(session.say(reason) for reason in found.reasons) or None,
    }


def _as_json(session: Session, sets: list[WeightSet], results: dict[str, list[Evaluation]]) -> dict[str, Any]:
    """The first set in full; every set with its weights and the order of the measures under it."""
    first = sets[0]
    return {
        "weight_set": first.name,
        "measures": [
            {
                **_row(session, found),
                "quadrant_meaning": None if found.quadrant is None else session.say(found.quadrant.label),
                "group": found.group,
                "cross_elasticities": [
                    {
                        "numerator": item.numerator,
                        "denominator": item.denominator,
                        "value": item.value,
                        "quadrant": None if item.quadrant is None else item.quadrant.value,
                        "reason": None if item.reason is None else session.say(item.reason),
                    }
                    for item in found.elasticities
                ],
                "notes": [session.say(reason) for reason in found.reasons],
            }
            for found in results[first.name]
        ],
        "weight_sets": [
            {
                "name": chosen.name,
                "label": session.say(chosen.label),
                "weights": {**chosen.weights, "CO2": chosen.carbon},
                "price": chosen.price,
                "status": chosen.status,
                "source": session.say(chosen.source),
                "order": [
                    found.measure
                    for found in sorted(
                        (item for item in results[chosen.name] if item.rank is not None),
                        key=lambda item: item.rank or 0,
                    )
                ],
                "not_ranked": [found.measure for found in results[chosen.name] if found.rank is None],
            }
            for chosen in sets
        ],
    }
