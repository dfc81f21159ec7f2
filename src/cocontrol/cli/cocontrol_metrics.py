"""The command ``cocontrol-metrics``: what measures do to pollutants and carbon together, and at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import NO, Session, add_command, argument_missing
from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    from cocontrol.measures.equivalents import WeightSet
    from cocontrol.measures.metrics import Baseline, Elasticity, Evaluation
    from cocontrol.measures.metrics_tables import MeasureTable

ORDER = 55


_TABLE_HELP = Text(
    "每行一项措施（CSV 或 Excel）：measure、每种污染物一列年减排量（吨，增加为负，如 SO2、NOx、CO2）、cost 净年费用（元，"
    "节约为负）；名为 baseline 的一行是基准排放",
    "a row per measure (CSV or Excel): measure, a column of yearly reductions per pollutant (t, negative for an "
    "increase: SO2, NOx, CO2 …), cost (net, CNY per year, negative where it saves); a row named baseline holds "
    "the emissions before",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``cocontrol-metrics``."""
    add_command(
        app,
        language,
        "cocontrol-metrics",
        Text(
            "措施的协同控制评价：象限、交叉弹性、污染当量、单位成本和次序",
            "co-control metrics of measures: quadrant, cross-elasticity, equivalents, unit cost and order",
        ),
    )(cocontrol_metrics)


def cocontrol_metrics(
    session: Session,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="TABLE"),
        _TABLE_HELP,
    ] = None,
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
    tax_rate: Annotated[
        float | None,
        typer.Option(),
        Text("环保税额（元/当量，1.2–12）", "environmental tax (CNY per equivalent, 1.2–12)"),
    ] = None,
    carbon_price: Annotated[float | None, typer.Option(), Text("碳价（元/吨）", "carbon price (CNY/t)")] = None,
    gwp_set: Annotated[
        str | None,
        typer.Option(),
        Text(
            "GWP 集，如 AR5GWP100；有 CO2 以外的气体时要给", "GWP set such as AR5GWP100, where there are gases but CO2"
        ),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example"), Text("打印一份样表后退出", "print an example table and exit")
    ] = NO,
) -> None:
    """Print quadrant, elasticities, equivalents, unit cost, net benefit and layer of every measure."""
    if example:
        _print_example(session)
        return
    if table is None:
        raise InvalidInput(argument_missing("TABLE", same("cocontrol cocontrol-metrics --example > measures.csv")))
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.metrics import evaluate
    from cocontrol.measures.metrics_tables import read_measures

    found = read_measures(read_raw(table), gwp=gwp_set)
    for remark in found.remarks:
        session.output.fault_line(remark)
    _require_measures(found, table)
    base = _baseline(found, baseline, gwp_set)
    sets = _weight_sets(weights, price, tax_rate, carbon_price)
    results = {chosen.name: evaluate(found.measures, chosen, base) for chosen in sets}
    if session.output.form == "json":
        session.output.json(_as_json(session, sets, results))
    elif session.output.form == "csv":
        _show_csv(session, sets[0], results[sets[0].name])
    else:
        _show_tables(session, sets, results)


def _print_example(session: Session) -> None:
    from cocontrol.measures import examples

    session.output.line(examples.example(examples.MEASURES).rstrip())


def _show_csv(session: Session, shown: WeightSet, found: list[Evaluation]) -> None:
    """One row per measure under the first set, with its elasticities as further columns."""
    session.output.note(Text("权重：{l}", "weights: {l}").format(l=shown.label))
    rows = [
        {
            **_row(session, item),
            **{f"cross_elasticity_{e.numerator}": e.value for e in item.elasticities},
            **{f"quadrant_{e.numerator}": None if e.quadrant is None else e.quadrant.value for e in item.elasticities},
            "weight_set": shown.name,
        }
        for item in found
    ]
    session.output.rows(rows, {**HEADINGS, **{key: same(key) for row in rows for key in row if key not in HEADINGS}})


def _show_tables(session: Session, sets: list[WeightSet], results: dict[str, list[Evaluation]]) -> None:
    """The measures under the first set, their elasticities where there is a baseline, and their order under every set."""
    shown = sets[0]
    output = session.output
    output.line(session.say(Text("权重：{l}", "weights: {l}").format(l=shown.label)))
    output.rows([_row(session, item) for item in results[shown.name]], HEADINGS)
    elasticities = [
        {"measure": item.measure, "pair": f"{e.numerator} / {e.denominator}", **_elasticity(session, e)}
        for item in results[shown.name]
        for e in item.elasticities
        if e.value is not None or e.quadrant is not None
    ]
    if any(row["value"] is not None for row in elasticities):
        output.line()
        output.rows(elasticities, ELASTICITIES)
    if len(sets) > 1:
        output.line()
        output.rows([_order(session, chosen, results[chosen.name]) for chosen in sets], ORDERS)


def _order(session: Session, chosen: WeightSet, found: list[Evaluation]) -> dict[str, Any]:
    ranked = sorted((item for item in found if item.rank is not None), key=lambda item: item.rank or 0)
    return {
        "weights": session.say(chosen.label),
        "order": " > ".join(item.measure for item in ranked) or None,
        "not_ranked": ", ".join(item.measure for item in found if item.rank is None) or None,
    }


def _require_measures(found: MeasureTable, path: Path) -> None:
    if not found.measures:
        raise InvalidInput(
            Fault(
                "metrics.no_measures",
                Text("表中只有基准行，没有措施", "the table holds a baseline alone and no measure"),
                Location(file=path.name),
                remedy=Text("每项措施填一行", "enter a row for each measure"),
            )
        )


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
                Location(file=path.name),
                allowed=same("measure,SO2,NOx,CO2 / baseline,1000,1500,2000000"),
                remedy=Text("在 measure 列写 baseline", "write baseline in the column measure"),
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

    if path is not None and (tax_rate is not None or carbon_price is not None):
        raise InvalidInput(_both_scales())
    if path is None and price is not None:
        raise InvalidInput(_price_alone())
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


def _both_scales() -> Fault:
    return Fault(
        "weights.two_scales",
        Text("自己的权重与税额、碳价只能用一种", "either a table of weights or a tax rate and carbon price"),
        remedy=Text(
            "去掉 --weights，或去掉 --tax-rate 和 --carbon-price",
            "leave out --weights, or --tax-rate and --carbon-price",
        ),
    )


def _price_alone() -> Fault:
    return Fault(
        "weights.price",
        Text("--price 是自己那套权重的价格，要与 --weights 一起给", "--price belongs to a table of weights"),
        remedy=Text("加上 --weights 文件；环保税用 --tax-rate", "add --weights FILE; for the tax give --tax-rate"),
    )


ELASTICITIES = {
    "measure": Text("措施", "measure"),
    "pair": Text("交叉弹性", "cross-elasticity"),
    "value": Text("数值", "value"),
    "quadrant": Text("象限", "quadrant"),
    "reason": Text("说明", "notes"),
}

ORDERS = {
    "weights": Text("权重", "weights"),
    "order": Text("次序", "order"),
    "not_ranked": Text("不排序", "not ranked"),
}

HEADINGS = {
    "measure": Text("措施", "measure"),
    "quadrant": Text("象限", "quadrant"),
    "GHG": Text("温室气体减排（吨）", "GHG reduction (t)"),
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
        "GHG": found.greenhouse,
        "LAPeq": found.air_equivalent,
        "GHGeq": found.greenhouse_equivalent,
        "IAPeq": found.equivalent,
        "unit_cost": found.unit_cost,
        "net_benefit": found.net_benefit,
        "pareto_layer": found.pareto_layer,
        "rank": found.rank,
        "notes": "; ".join(session.say(reason) for reason in found.reasons) or None,
    }


def _elasticity(session: Session, item: Elasticity) -> dict[str, Any]:
    return {
        "value": item.value,
        "quadrant": None if item.quadrant is None else item.quadrant.value,
        "reason": None if item.reason is None else session.say(item.reason),
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
                "coordinates": {"air": found.air_equivalent, "greenhouse": found.greenhouse},
                "cross_elasticities": [
                    {"numerator": item.numerator, "denominator": item.denominator, **_elasticity(session, item)}
                    for item in found.elasticities
                ],
                "pollutant_costs": [
                    {
                        "pollutant": item.pollutant,
                        "value": item.value,
                        "reason": None if item.reason is None else session.say(item.reason),
                    }
                    for item in found.pollutant_costs
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
