"""The command ``synergy``: degrees of synergy by named methods, side by side unless one is asked for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cocontrol.cli.framework import FULL_WIDTH, NO, Session, add_command, argument_missing
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Language, Text, same

if TYPE_CHECKING:
    from cocontrol.measures.synergy_methods import Degree
    from cocontrol.measures.synergy_tables import Scored

ORDER = 56


class Example(StrEnum):
    """The inputs that an example is printed of."""

    SCORES = "scores"
    VALUES = "values"
    INDICATORS = "indicators"
    TAPIO = "tapio"


METHODS = ("coupling", "coupling-corrected", "composite-system", "tapio")
ALIASES = {
    "coupling-coordination": "coupling",
    "ccd": "coupling",
    "corrected": "coupling-corrected",
    "coupling-coordination-corrected": "coupling-corrected",
    "composite": "composite-system",
    "decoupling": "tapio",
    "耦合协调度": "coupling",
    "复合系统协同度": "composite-system",
    "脱钩": "tapio",
}


_TABLE_HELP = Text(
    "每行一个对象的一个时期（CSV 或 Excel）：subject、period 加各子系统得分一列（0–1，越大越好），或原始指标列并用 "
    "--indicators；脱钩用 subject,C0,C1,G0,G1 或 subject,period,C,G（C 排放，G 不变价总量）",
    "a row per subject and period (CSV or Excel): subject, period and a column of scores per system (0–1, more is "
    "better), or raw values with --indicators; for tapio subject,C0,C1,G0,G1 or subject,period,C,G (C emissions, G "
    "output at constant prices)",
)


_INDICATORS_HELP = Text(
    "指标表：indicator, system, direction（+ 或 -）, lower, upper, weight",
    "table of indicators: indicator, system, direction (+ or -), lower, upper, weight",
)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command ``synergy``."""
    add_command(
        app,
        language,
        "synergy",
        Text(
            "减污降碳协同度（多种方法并列，附权重敏感性）",
            "degree of synergy by several methods, with its range under other weights",
        ),
    )(synergy)


def synergy(
    session: Session,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="TABLE"),
        _TABLE_HELP,
    ] = None,
    *,
    method: Annotated[
        str | None,
        typer.Option(metavar="|".join(METHODS)),
        Text("方法；不给时几种并列", "method; several side by side without it"),
    ] = None,
    indicators: Annotated[
        Path | None,
        typer.Option(),
        _INDICATORS_HELP,
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(),
        Text("子系统权重，如 pollution=0.5,carbon=0.5", "weights of systems, such as pollution=0.5,carbon=0.5"),
    ] = None,
    geometric: Annotated[
        bool, typer.Option("--geometric"), Text("指标按几何平均合成", "combine indicators by geometric mean")
    ] = NO,
    chained: Annotated[bool, typer.Option("--chained"), Text("复合系统逐年相比", "composite system year on year")] = NO,
    example: Annotated[
        Example | None, typer.Option(), Text("打印一份样表后退出", "print an example table and exit")
    ] = None,
) -> None:
    """Print a degree per row and method, its range under shifted weights, and where methods disagree."""
    if example is not None:
        _print_example(session, example)
        return
    if table is None:
        raise InvalidInput(argument_missing("TABLE", same("cocontrol synergy --example scores > scores.csv")))
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.synergy_tables import read_indicators, read_scores

    chosen = _method(method)
    if chosen == "tapio":
        if indicators or weights or geometric or chained:
            session.output.note(_NOT_FOR_TAPIO)
        _tapio(session, table)
        return
    known = read_indicators(read_raw(indicators)) if indicators else ()
    scored, remarks = read_scores(read_raw(table), known, geometric=geometric)
    for remark in remarks:
        session.output.fault_line(remark)
    results = _degrees(scored, chosen, _weights(weights), chained=chained)
    if session.output.form == "json":
        session.output.json(_as_json(session, results))
        return
    session.output.rows([_row(session, item) for found in results.values() for item in found], HEADINGS)
    for line in _disagreements(results):
        session.output.note(line)


def _print_example(session: Session, wanted: Example) -> None:
    from cocontrol.measures.examples import SYNERGY, example

    session.output.line(example(SYNERGY[wanted]).rstrip())


def _method(given: str | None) -> str | None:
    """The method by any of its names; `InvalidInput` lists them."""
    if given is None:
        return None
    name = ALIASES.get(given.replace("_", "-").lower(), given.replace("_", "-").lower())
    if name not in METHODS:
        raise InvalidInput(
            Fault(
                "synergy.method",
                Text("没有这种方法", "there is no such method"),
                value=given,
                allowed=Text("{m}", "{m}").format(m=", ".join(METHODS)),
            )
        )
    return name


def _weights(given: str | None) -> dict[str, float] | None:
    if given is None:
        return None
    made: dict[str, float] = {}
    for part in filter(str.strip, given.translate(FULL_WIDTH).split(",")):
        name, sign, number = part.partition("=")
        if name.strip() in made:
            raise InvalidInput(_twice(name.strip()))
        try:
            made[name.strip()] = float(number)
        except ValueError as error:
            raise InvalidInput(
                Fault(
                    "synergy.weights_form",
                    Text("权重写法不可用", "the weights cannot be read"),
                    value=part if sign else given,
                    allowed=Text("子系统=数，以逗号分隔", "system=number, separated by commas"),
                )
            ) from error
    return made


def _twice(name: str) -> Fault:
    return Fault(
        "synergy.weights_form",
        Text("同一子系统给了两次权重", "a system has two weights"),
        value=name,
        remedy=Text("只留一个", "keep one of them"),
    )


def _degrees(
    scored: tuple[Scored, ...], method: str | None, weights: dict[str, float] | None, *, chained: bool
) -> dict[str, list[Degree]]:
    """The degrees of the chosen method, or of both coupling forms and, where there are periods, the composite."""
    from cocontrol.measures.synergy_methods import composite_degrees, coupling_degrees

    periods: dict[str, set[str | None]] = {}
    for row in scored:
        periods.setdefault(row.subject, set()).add(row.period)
    several = any(len(found) > 1 for found in periods.values())
    wanted = [method] if method else ["coupling", "coupling-corrected", *(["composite-system"] if several else [])]
    made = {}
    for name in wanted:
        if name == "composite-system":
            made[name] = composite_degrees(scored, chained=chained)
        else:
            made[name] = coupling_degrees(scored, weights, corrected=name == "coupling-corrected")
    return made


_NOT_FOR_TAPIO = Text(
    "脱钩只用排放和经济总量：--indicators、--weights、--geometric、--chained 未采用",
    "decoupling takes emissions and output alone: --indicators, --weights, --geometric and --chained were not used",
)

HEADINGS = {
    "method": Text("方法", "method"),
    "subject": Text("对象", "subject"),
    "period": Text("时期", "period"),
    "C": Text("耦合度 C", "coupling C"),
    "T": Text("水平 T", "level T"),
    "D": Text("协同度", "degree"),
    "grade": Text("等级", "class"),
    "D_low": Text("权重变动下限", "lowest under shifted weights"),
    "D_high": Text("权重变动上限", "highest under shifted weights"),
    "notes": Text("说明", "notes"),
}


def _row(session: Session, item: Degree) -> dict[str, Any]:
    return {
        "method": item.method,
        "subject": item.subject,
        "period": item.period,
        "C": item.coupling,
        "T": item.level,
        "D": item.degree,
        "grade": None if item.grade is None else session.say(item.grade),
        "D_low": item.lowest,
        "D_high": item.highest,
        "notes": "; ".join(session.say(note) for note in item.notes) or None,
    }


def _as_json(session: Session, results: dict[str, list[Degree]]) -> dict[str, Any]:
    rows = [
        {**_row(session, item), "notes": [session.say(note) for note in item.notes]}
        for found in results.values()
        for item in found
    ]
    return {
        "methods": list(results),
        "rows": rows,
        "disagreements": [session.say(line) for line in _disagreements(results)],
    }


def _disagreements(results: dict[str, list[Degree]]) -> list[Text]:
    """Where two methods order two rows differently, in words."""
    from itertools import combinations

    from cocontrol.measures.synergy_methods import disagreements

    return [
        Text("{m1} 认为 {a} 与 {b} 的次序，{m2} 相反", "{m1} and {m2} order {a} and {b} differently").format(
            m1=one,
            m2=two,
            a=" ".join(filter(None, (a.subject, a.period))),
            b=" ".join(filter(None, (b.subject, b.period))),
        )
        for one, two in combinations(results, 2)
        for a, b in disagreements(results[one], results[two])
    ]


DECOUPLING_HEADINGS = {
    "subject": Text("对象", "subject"),
    "period": Text("时期", "period"),
    "elasticity": Text("弹性", "elasticity"),
    "state": Text("状态", "state"),
}


def _tapio(session: Session, path: Path) -> None:
    from cocontrol.io.readers import read_raw
    from cocontrol.measures.synergy import tapio
    from cocontrol.measures.synergy_tables import read_decoupling

    pairs, remarks = read_decoupling(read_raw(path))
    for remark in remarks:
        session.output.fault_line(remark)
    rows = []
    for subject, period, values in pairs:
        found = tapio(*values)
        rows.append(
            {
                "method": "tapio",
                "subject": subject,
                "period": period,
                "elasticity": found.elasticity,
                "state": session.say(found.state),
            }
        )
    if session.output.form == "json":
        session.output.json({"methods": ["tapio"], "rows": rows, "disagreements": []})
        return
    session.output.rows(rows, DECOUPLING_HEADINGS)
