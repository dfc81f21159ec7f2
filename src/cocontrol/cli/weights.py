"""The command ``weights``: weights of indicators by entropy, CRITIC or AHP, and ranking by TOPSIS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cocontrol.cli.framework import Session, add_command
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    from cocontrol.measures.weighting import Floats
    from cocontrol.measures.weighting_tables import Alternatives

ORDER = 56

METHODS = ("entropy", "critic", "ahp", "topsis")
NORMALISATIONS = ("vector", "min-max")


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
        Path,
        typer.Argument(metavar="TABLE"),
        Text(
            "name 加各指标列；AHP 为判断矩阵，可写 1/7",
            "name and indicator columns; for AHP a judgement matrix, 1/7 allowed",
        ),
    ],
    *,
    method: Annotated[str, typer.Option(metavar="|".join(METHODS)), Text("方法", "method")],
    directions: Annotated[
        str | None,
        typer.Option(metavar="NAME=+|-,…"),
        Text("指标方向，+ 越大越好；给出后先按样本极差换算", "direction of indicators; values are then scaled"),
    ] = None,
    given: Annotated[
        str | None, typer.Option("--weights", metavar="NAME=W,…"), Text("TOPSIS 的权重，缺省相等", "weights for TOPSIS")
    ] = None,
    normalisation: Annotated[
        str, typer.Option(metavar="|".join(NORMALISATIONS)), Text("TOPSIS 的归一化方法", "normalisation of TOPSIS")
    ] = "vector",
) -> None:
    """Print weights, or the closeness and rank of every alternative."""
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.weighting_tables import read_alternatives

    _require(method, METHODS, "weights.method")
    _require(normalisation, NORMALISATIONS, "weights.normalisation")
    raw = read_raw(table)
    if method == "ahp":
        from cocontrol.measures.weighting_tables import read_matrix

        _show_hierarchy(session, *read_matrix(raw))
        return
    found = read_alternatives(raw)
    chosen = _directions(directions, found.indicators)
    if method == "topsis":
        _show_ranking(session, found, chosen, _weights(given, found.indicators), normalisation)
    else:
        _show_weights(session, found, method, chosen if directions else None)


def _require(value: str, allowed: tuple[str, ...], rule: str) -> None:
    if value not in allowed:
        raise InvalidInput(
            Fault(rule, Text("没有这种方法", "there is no such method"), value=value, allowed=same(", ".join(allowed)))
        )


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


def _show_hierarchy(session: Session, names: tuple[str, ...], matrix: Floats) -> None:
    from cocontrol.measures.weighting import ACCEPTED_RATIO, ahp

    made = ahp(matrix)
    rows = [
        {"indicator": name, "weight": float(weight), "method": "ahp"}
        for name, weight in zip(names, made.weights, strict=True)
    ]
    facts = {"lambda": made.eigenvalue, "CI": made.index, "CR": made.ratio, "consistent": made.consistent}
    if session.output.form == "json":
        session.output.json({"weights": rows, **facts})
        return
    session.output.rows(rows, WEIGHTS)
    if session.output.form == "table":
        session.output.line()
        session.output.facts(facts, {name: same(name) for name in facts})
    if made.consistent is False:
        session.output.note(
            Text(
                "CR 不低于 {r}，判断矩阵不一致，权重不宜使用", "CR is not below {r}: the judgements are inconsistent"
            ).format(r=ACCEPTED_RATIO)
        )


def _show_ranking(
    session: Session, found: Alternatives, directions: dict[str, int], shares: list[float], normalisation: str
) -> None:
    import numpy as np

    from cocontrol.measures.weighting import topsis

    signs = [directions[name] for name in found.indicators]
    closeness = topsis(found.values, signs, shares, normalisation="vector" if normalisation == "vector" else "min-max")
    order = {int(place): rank for rank, place in enumerate(np.argsort(-closeness, kind="stable"), start=1)}
    rows = [
        {"name": name, "closeness": float(closeness[place]), "rank": order[place], "normalisation": normalisation}
        for place, name in enumerate(found.names)
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
    for part in (given or "").split(","):
        name, _, value = part.partition("=")
        if part.strip():
            made[name.strip()] = value.strip()
    unknown = sorted(set(made) - set(known))
    if unknown:
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
        _require(value, ("+", "-"), "weights.direction")
    return {name: -1 if pairs.get(name) == "-" else 1 for name in known}


def _weights(given: str | None, known: tuple[str, ...]) -> list[float]:
    pairs = _pairs(given, known)
    if not pairs:
        return [1.0 / len(known)] * len(known)
    try:
        return [float(pairs.get(name, "0")) for name in known]
    except ValueError as error:
        raise InvalidInput(Fault("weights.number", Text("不是数字", "this is no number"), value=given)) from error
