"""The command ``weights``: weights of indicators by entropy, CRITIC or AHP, and ranking by TOPSIS."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cocontrol.cli.framework import FULL_WIDTH, Session, add_command, argument_missing
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    from cocontrol.core.raw import RawTable
    from cocontrol.measures.weighting import Hierarchy
    from cocontrol.measures.weighting_tables import Alternatives

ORDER = 56


class Example(StrEnum):
    """The inputs that an example is printed of."""

    ALTERNATIVES = "alternatives"
    AHP = "ahp"
    POLLUTANTS = "pollutants"


METHODS = ("entropy", "critic", "ahp", "topsis")
NORMALISATIONS = ("vector", "min-max")


_TABLE_HELP = Text(
    "每行一个方案（CSV 或 Excel）：name 加各指标一列数；AHP 为判断矩阵：首列和标题行写指标名，可写 1/7，下三角可空",
    "a row per alternative (CSV or Excel): name and a number column per indicator; for AHP a judgement matrix with "
    "the names in the first column and above, 1/7 allowed, the lower half may be empty",
)


_DIRECTIONS_HELP = Text(
    "指标方向，如 SO2=-,GDP=+（+ 越大越好）；熵权和 CRITIC 给出后先按样本极差换算到 0–1",
    "directions such as SO2=-,GDP=+ (+ more is better); for entropy and critic values are then scaled to 0–1",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``weights``."""
    add_command(
        app,
        language,
        "weights",
        Text("指标权重（熵权、CRITIC、AHP）与 TOPSIS 排序", "weights of indicators and TOPSIS"),
    )(weights)


def weights(
    session: Session,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="TABLE"),
        _TABLE_HELP,
    ] = None,
    *,
    method: Annotated[str | None, typer.Option(metavar="|".join(METHODS)), Text("方法，必给", "method, needed")] = None,
    directions: Annotated[
        str | None,
        typer.Option(metavar="NAME=+|-,…"),
        _DIRECTIONS_HELP,
    ] = None,
    given: Annotated[
        str | None,
        typer.Option("--weights", metavar="NAME=W,…"),
        Text("TOPSIS 的权重，缺省相等", "weights for TOPSIS, equal by default"),
    ] = None,
    normalisation: Annotated[
        str, typer.Option(metavar="|".join(NORMALISATIONS)), Text("TOPSIS 的归一化方法", "normalisation of TOPSIS")
    ] = "vector",
    example: Annotated[
        Example | None, typer.Option(), Text("打印一份样表后退出", "print an example table and exit")
    ] = None,
) -> None:
    """Print weights, or the closeness and rank of every alternative."""
    if example is not None:
        _print_example(session, example)
        return
    if table is None or method is None:
        name = "TABLE" if table is None else "--method"
        remedy = "cocontrol weights --example alternatives > t.csv; cocontrol weights t.csv --method entropy"
        raise InvalidInput(argument_missing(name, same(remedy)))
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.weighting_tables import read_alternatives

    method, normalisation = method.strip().lower(), normalisation.strip().lower().replace("_", "-")
    _require(method, METHODS, "weights.method", Text("没有这种方法", "there is no such method"))
    _require(normalisation, NORMALISATIONS, "weights.normalisation", Text("没有这种归一化", "no such normalisation"))
    _tell_unused(session, method, directions, given)
    raw = read_raw(table)
    if method == "ahp":
        _show_hierarchy(session, raw)
        return
    found, remarks = read_alternatives(raw)
    for remark in remarks:
        session.output.fault_line(remark)
    chosen = _directions(directions, found.indicators)
    if method == "topsis" or directions:
        _tell_assumed(session, [name for name in found.indicators if name not in _pairs(directions, found.indicators)])
    if method == "critic" and not directions:
        _tell_raw_critic(session)
    if method == "topsis":
        _show_ranking(session, found, chosen, _weights(given, found.indicators), normalisation)
    else:
        _show_weights(session, found, method, chosen if directions else None)


def _print_example(session: Session, wanted: Example) -> None:
    from cocontrol.measures import examples

    session.output.line(examples.example(examples.WEIGHTS[wanted]).rstrip())


def _tell_raw_critic(session: Session) -> None:
    session.output.note(
        Text(
            "CRITIC 用的是原始数值，权重随单位变；给出 --directions 先换算到 0–1",
            "CRITIC on raw values: the weights depend on units; give --directions to scale them to 0–1 first",
        )
    )


def _tell_unused(session: Session, method: str, directions: str | None, given: str | None) -> None:
    if method == "ahp" and directions:
        session.output.note(Text("AHP 不用 --directions，未采用", "AHP takes no --directions: not used"))
    if method != "topsis" and given:
        session.output.note(Text("--weights 只用于 TOPSIS，未采用", "--weights is for TOPSIS alone: not used"))


def _tell_assumed(session: Session, names: list[str]) -> None:
    if names:
        session.output.note(
            Text(
                "未给方向，按越大越好计：{n}（排放、能耗等写 {m}=-）",
                "no direction given, taken as more is better: {n} (for emissions write {m}=-)",
            ).format(n=", ".join(names), m=names[0])
        )


def _require(value: str, allowed: tuple[str, ...], rule: str, message: Text) -> None:
    if value not in allowed:
        raise InvalidInput(Fault(rule, message, value=value, allowed=same(", ".join(allowed))))


WEIGHTS = {"indicator": Text("指标", "indicator"), "weight": Text("权重", "weight"), "method": Text("方法", "method")}


def _show_weights(session: Session, found: Alternatives, method: str, directions: dict[str, int] | None) -> None:
    from cocontrol.measures.weighting import critic_weights, entropy_weights
    from cocontrol.measures.weighting_tables import oriented

    values = found.values if directions is None else oriented(found, directions)
    made = entropy_weights(values) if method == "entropy" else critic_weights(values)
    rows = [
        {"indicator": name, "weight": float(weight), "method": method}
        for name, weight in zip(found.indicators, made, strict=True)
    ]
    session.output.rows(rows, WEIGHTS)


CONSISTENCY = {
    "lambda": Text("最大特征值 λ", "lambda"),
    "CI": Text("一致性指标 CI", "CI"),
    "CR": Text("一致性比率 CR", "CR"),
    "consistent": Text("是否一致", "consistent"),
}


def _show_hierarchy(session: Session, raw: RawTable) -> None:
    from cocontrol.measures.judgements import read_matrix
    from cocontrol.measures.weighting import ahp

    names, matrix, remarks = read_matrix(raw)
    for remark in remarks:
        session.output.fault_line(remark)
    made = ahp(matrix)
    rows = [
        {"indicator": name, "weight": float(weight), "method": "ahp"}
        for name, weight in zip(names, made.weights, strict=True)
    ]
    facts = {"lambda": made.eigenvalue, "CI": made.index, "CR": made.ratio, "consistent": made.consistent}
    if session.output.form == "json":
        session.output.json({"weights": rows, **facts})
    elif session.output.form == "csv":
        columns = {**WEIGHTS, **CONSISTENCY}
        session.output.rows([{**row, **facts} for row in rows], columns)
    else:
        session.output.rows(rows, WEIGHTS)
        session.output.line()
        session.output.facts(facts, CONSISTENCY)
    if note := _consistency_note(made):
        session.output.note(note)


def _consistency_note(made: Hierarchy) -> Text | None:
    from cocontrol.measures.weighting import ACCEPTED_RATIO, RANDOM_INDEX

    if made.consistent is None:
        return Text(
            "{n} 阶以上没有随机一致性指标，CR 不作判断", "no random index above order {n}: CR is not judged"
        ).format(n=max(RANDOM_INDEX))
    if made.consistent:
        return None
    return Text(
        "CR 不低于 {r}，判断矩阵不一致，权重不宜使用", "CR is not below {r}: the judgements are inconsistent"
    ).format(r=ACCEPTED_RATIO)


_TIE = 1e-12
"""Closeness that differs by no more than this is equal; equal alternatives share a rank."""


def _show_ranking(
    session: Session, found: Alternatives, directions: dict[str, int], shares: list[float], normalisation: str
) -> None:
    import numpy as np

    from cocontrol.measures.weighting import topsis

    signs = [directions[name] for name in found.indicators]
    closeness = topsis(found.values, signs, shares, normalisation="vector" if normalisation == "vector" else "min-max")
    known = not np.isnan(closeness).any()
    if not known:
        session.output.note(Text("各方案完全相同，无法排序", "the alternatives are all alike: there is no order"))
    rows = [
        {
            "name": name,
            "closeness": float(value) if known else None,
            "rank": 1 + int((closeness > value + _TIE).sum()) if known else None,
            "normalisation": normalisation,
        }
        for name, value in zip(found.names, closeness, strict=True)
    ]
    session.output.rows(
        rows,
        {
            "name": Text("名称", "name"),
            "closeness": Text("贴近度", "closeness"),
            "rank": Text("次序", "rank"),
            "normalisation": Text("归一化", "normalisation"),
        },
    )


def _pairs(given: str | None, known: tuple[str, ...]) -> dict[str, str]:
    """``NAME=VALUE`` parts; a name that is no indicator is a fault."""
    made = {}
    for part in (given or "").translate(FULL_WIDTH).split(","):
        name, _, value = part.partition("=")
        if part.strip():
            made[name.strip()] = value.strip()
    if unknown := sorted(set(made) - set(known)):
        raise InvalidInput(
            Fault(
                "weights.indicator",
                Text("表中没有这个指标", "the table has no such indicator"),
                value=", ".join(unknown),
                allowed=same(", ".join(known)),
            )
        )
    return made


def _directions(given: str | None, known: tuple[str, ...]) -> dict[str, int]:
    pairs = _pairs(given, known)
    for value in pairs.values():
        _require(value, ("+", "-"), "weights.direction", Text("方向写 + 或 -", "a direction is + or -"))
    return {name: -1 if pairs.get(name) == "-" else 1 for name in known}


def _weights(given: str | None, known: tuple[str, ...]) -> list[float]:
    """Equal weights, or those given; every indicator needs one where any has."""
    pairs = _pairs(given, known)
    if not pairs:
        return [1.0 / len(known)] * len(known)
    try:
        return [float(pairs[name]) for name in known]
    except ValueError as error:
        raise InvalidInput(_weight_form("weights.number", Text("不是数字", "this is no number"), given)) from error
    except KeyError as error:
        words = Text("指标 {n} 没有权重", "the indicator {n} has no weight").format(n=error.args[0])
        raise InvalidInput(_weight_form("weights.absent", words, given)) from error


def _weight_form(rule: str, message: Text, given: str | None) -> Fault:
    return Fault(
        rule,
        message,
        value=given,
        allowed=Text("NAME=数，以逗号分隔；不用的指标写 0", "NAME=number, separated by commas; 0 for one not used"),
    )
