"""The tables behind the degrees of synergy: scores or indicators by subject and period, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput, Location
from cocontrol.core.open_tables import NOTE, added_columns, with_number_columns
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text, same
from cocontrol.core.validation import ORIGIN, Validated, located, validate
from cocontrol.measures.synergy import Indicator, system_scores

SUBJECT, PERIOD = "subject", "period"

_SUBJECT = Column(
    SUBJECT,
    Kind.TEXT,
    Text("对象", "subject"),
    Text("地区、园区或企业", "region, park or enterprise"),
    aliases=("region", "city", "name", "id", "case", "地区", "城市", "名称"),
)
_PERIOD = Column(
    PERIOD, Kind.TEXT, Text("时期", "period"), Text("年份", "year"), aliases=("year", "年份", "年", "time")
)

SYNERGY_INPUT = Table(
    name="synergy_input",
    label=Text("协同度输入", "input of synergy degrees"),
    description=Text(
        "每行一个对象的一个时期；其余数字列是子系统得分（0–1，越大越好）或指标值。",
        "One row per subject and period; every other number column is a score of a system (0–1, more is better) or the "
        "value of an indicator.",
    ),
    key=(),
    columns=(_SUBJECT, _PERIOD, NOTE),
)

SYNERGY_INDICATORS = Table(
    name="synergy_indicators",
    label=Text("协同度指标", "indicators of synergy degrees"),
    description=Text(
        "每行一个指标：属于哪个子系统、方向、上下限和权重。上下限须给定，不取自样本。",
        "One row per indicator: its system, direction, bounds and weight. Bounds are given, never taken from the sample.",
    ),
    key=("indicator",),
    columns=(
        Column("indicator", Kind.TEXT, Text("指标", "indicator"), Text("列名", "name of the column"), required=True),
        Column(
            "system",
            Kind.TEXT,
            Text("子系统", "system"),
            Text("如 pollution、carbon", "such as pollution, carbon"),
            required=True,
            aliases=("subsystem",),
        ),
        Column(
            "direction",
            Kind.TEXT,
            Text("方向", "direction"),
            Text("+ 越大越好，- 越小越好", "+ more is better, - less is better"),
            required=True,
            allowed={
                "+": Text("越大越好", "more is better"),
                "-": Text("越小越好", "less is better"),
                "1": Text("正向", "positive"),
                "-1": Text("逆向", "negative"),
                "positive": Text("正向指标", "a positive indicator"),
                "negative": Text("逆向指标", "a negative indicator"),
                "正向": Text("越大越好", "more is better"),
                "负向": Text("越小越好", "less is better"),
                "逆向": Text("越小越好", "less is better"),
            },
        ),
        Column("lower", Kind.NUMBER, Text("下限", "lower bound"), Text("固定下限", "fixed bound"), required=True),
        Column("upper", Kind.NUMBER, Text("上限", "upper bound"), Text("固定上限", "fixed bound"), required=True),
        Column(
            "weight",
            Kind.NUMBER,
            Text("权重", "weight"),
            Text("子系统内权重，缺省相等", "weight within the system, equal by default"),
            minimum=0,
            exclusive_minimum=True,
        ),
    ),
)

DECOUPLING_INPUT = Table(
    name="decoupling_input",
    label=Text("脱钩输入", "input of decoupling"),
    description=Text(
        "每行一个对象：基期与末期的排放 C0、C1 和不变价经济总量 G0、G1；或每行一个时期的 C、G。",
        "One row per subject: emissions C0, C1 and constant-price output G0, G1; or one row per period with C and G.",
    ),
    key=(),
    columns=(
        _SUBJECT,
        _PERIOD,
        NOTE,
        *(
            Column(name, Kind.NUMBER, Text(zh, en), Text(zh, en), aliases=aliases)
            for name, zh, en, aliases in (
                ("C0", "基期排放", "emissions before", ()),
                ("C1", "末期排放", "emissions after", ()),
                ("G0", "基期总量", "output before", ()),
                ("G1", "末期总量", "output after", ()),
                ("C", "排放", "emissions", ("CO2", "CO2e", "emission", "排放量", "碳排放", "碳排放量")),
                ("G", "总量", "output", ("GDP", "地区生产总值", "生产总值", "不变价地区生产总值")),
            )
        ),
    ),
)


_LESS_IS_BETTER = ("-", "neg", "负", "逆")


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores by system of one subject in one period, and the remarks of their making."""

    subject: str
    period: str | None
    scores: Mapping[str, float]
    remarks: tuple[Text, ...] = ()


def read_indicators(raw: RawTable) -> tuple[Indicator, ...]:
    """The indicators of a file; `InvalidInput` with every fault, bounds the wrong way round among them."""
    found = validate(SYNERGY_INDICATORS, raw)
    found.raise_if_any()
    rows = found.frame.to_dicts()
    wrong = [
        Fault(
            "synergy.bounds",
            Text("上限须大于下限", "the upper bound must be above the lower"),
            located(found, str(row[ORIGIN]), "upper"),
            value=f"{row['indicator']}: {row['lower']}–{row['upper']}",
            remedy=Text(
                "方向写在 direction 列，上下限仍按大小填写", "direction says which is better; bounds go by size"
            ),
        )
        for row in rows
        if not row["upper"] > row["lower"]
    ]
    if wrong:
        raise InvalidInput(*wrong)
    return tuple(
        Indicator(
            row["indicator"],
            row["system"],
            -1 if str(row["direction"]).startswith(_LESS_IS_BETTER) else 1,
            row["lower"],
            row["upper"],
            1.0 if row["weight"] is None else row["weight"],
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Values:
    """The value of every indicator, or score of every system, of one subject in one period."""

    subject: str
    period: str | None
    values: Mapping[str, float]


def read_values(raw: RawTable, names: Sequence[str] = ()) -> tuple[tuple[Values, ...], tuple[Fault, ...]]:
    """The values of the named columns for every row of a file, in its order, and the remarks that stop nothing.

    Without `names` every number column is taken. A missing column or number stops: what is unknown is not zero.
    """
    return _read_values(raw, names)


def _read_values(
    raw: RawTable, names: Sequence[str], *, scores: bool = False
) -> tuple[tuple[Values, ...], tuple[Fault, ...]]:
    """What `read_values` gives; with `scores` every number must lie between 0 and 1, in two columns at least."""
    opened = with_number_columns(
        SYNERGY_INPUT,
        raw,
        Text("得分或指标值", "score or value of an indicator"),
        may_describe=lambda heading: heading not in names,
    )
    found = validate(opened, raw)
    found.raise_if_any()
    wanted = list(names) or list(added_columns(opened, SYNERGY_INPUT))
    _require(wanted, found, scores=scores)
    made = [
        Values(row[SUBJECT] or f"#{index}", row[PERIOD], {name: row[name] for name in wanted})
        for index, row in enumerate(found.frame.iter_rows(named=True), start=1)
    ]
    return tuple(made), tuple(found.faults)


def read_scores(
    raw: RawTable, indicators: Sequence[Indicator] = (), *, geometric: bool = False
) -> tuple[tuple[Scored, ...], tuple[Fault, ...]]:
    """Scores by system for every row of a file, in its order, and the remarks that stop nothing.

    Without `indicators` every number column is the score of one system. A missing number stops: an unknown
    score is not zero.
    """
    if indicators and len({item.system for item in indicators}) < 2:
        raise InvalidInput(_one_system(raw.location()))
    rows, remarks = _read_values(raw, [item.name for item in indicators], scores=not indicators)
    made = []
    for row in rows:
        scores, notes = system_scores(row.values, indicators, geometric=geometric) if indicators else (row.values, [])
        made.append(Scored(row.subject, row.period, scores, tuple(notes)))
    return tuple(made), remarks


def _require(names: Sequence[str], found: Validated, *, scores: bool) -> None:
    """Every column there and every cell filled; scores between 0 and 1; a subject and period once."""
    faults = []
    for name in names:
        if name not in found.frame.columns:
            faults.append(
                Fault(
                    "synergy.column",
                    Text("没有这一列", "there is no such column"),
                    Location(found.file, found.sheet, found.header_row or None, name),
                    value=name,
                    allowed=same(", ".join(c for c in found.frame.columns if c not in (ORIGIN, NOTE.name))),
                    remedy=Text("补上该列，或从指标表中删去", "add it, or remove it from the table of indicators"),
                )
            )
            continue
        for value, origin in found.frame.select(name, ORIGIN).iter_rows():
            place = located(found, origin, name)
            if value is None:
                faults.append(_gap(place))
            elif scores and not 0 <= value <= 1:
                faults.append(_outside(place, value))
    if scores and len(names) < 2:
        faults.append(_one_system(Location(found.file, found.sheet, found.header_row or None)))
    faults += repeated_periods(found)
    if faults:
        raise InvalidInput(*faults)


def _gap(place: Location) -> Fault:
    return Fault(
        "synergy.gap",
        Text("数值缺失；缺失不是零", "a value is missing; missing is not zero"),
        place,
        remedy=Text("填入数值或删除该行", "fill it in, or delete the row"),
    )


def _outside(place: Location, value: float) -> Fault:
    return Fault(
        "synergy.score",
        Text("得分须在 0 到 1 之间", "a score lies between 0 and 1"),
        place,
        value=f"{value:g}",
        allowed=same("0–1"),
        remedy=Text(
            "原始指标请用 --indicators 指标表给出方向和上下限，由程序换算",
            "for raw indicators give --indicators with direction and bounds, then they are scaled",
        ),
    )


def _one_system(place: Location) -> Fault:
    return Fault(
        "synergy.systems",
        Text("至少要有两个子系统", "two systems are needed at least"),
        place,
        remedy=Text(
            "每个子系统一列得分，如 pollution、carbon", "a column of scores for each, such as pollution and carbon"
        ),
    )


def repeated_periods(found: Validated) -> list[Fault]:
    """A fault for each row whose subject and period stand above already; rows without a period may repeat."""
    seen: set[tuple[str | None, str]] = set()
    made = []
    for subject, period, origin in found.frame.select(SUBJECT, PERIOD, ORIGIN).iter_rows():
        if period is not None and (subject, period) in seen:
            made.append(
                Fault(
                    "synergy.period_twice",
                    Text("同一对象的同一时期重复", "the same period of a subject stands twice"),
                    located(found, origin, PERIOD),
                    value=f"{subject or ''} {period}".strip(),
                    remedy=Text("删除或改正其中一行", "delete or mend one of the rows"),
                )
            )
        seen.add((subject, period or ""))
    return made


def period_order(period: str | None) -> tuple[float, str]:
    """Key by which periods follow each other: by their first number (9 before 10, 2015 before 2015Q2), then as text."""
    number = re.search(r"\d+(?:\.\d+)?", period or "")
    return (float(number[0]) if number else float("inf"), period or "")


def read_decoupling(
    raw: RawTable,
) -> tuple[list[tuple[str, str | None, tuple[float, float, float, float]]], tuple[Fault, ...]]:
    """(subject, periods, (C0, C1, G0, G1)) of every pair in a file, from either layout."""
    found = validate(DECOUPLING_INPUT, raw)
    found.raise_if_any()
    columns = ["C0", "C1", "G0", "G1"] if "C0" in found.letters else ["C", "G"]
    in_pairs = len(columns) > 2
    faults = _decoupling_faults(found, columns, [name for name in columns if name not in ("C1", "G1")])
    if not in_pairs and all(name in found.letters for name in columns):
        faults += [*repeated_periods(found), *_no_period(found)]
    if faults:
        raise InvalidInput(*faults)
    frame = found.frame.with_columns(pl.col(SUBJECT).fill_null("all"))
    if in_pairs:
        rows = [(row[SUBJECT], row[PERIOD], tuple(row[n] for n in columns)) for row in frame.iter_rows(named=True)]
        return rows, tuple(found.faults)
    rows = []
    for (subject,), part in frame.group_by([SUBJECT], maintain_order=True):
        ordered = sorted(part.iter_rows(named=True), key=lambda row: period_order(row[PERIOD]))
        for before, after in pairwise(ordered):
            label = f"{before[PERIOD]} → {after[PERIOD]}"
            rows.append((str(subject), label, (before["C"], after["C"], before["G"], after["G"])))
    if not rows:
        raise InvalidInput(_no_pair(found))
    return rows, tuple(found.faults)


def _decoupling_faults(found: Validated, columns: Sequence[str], positive: Sequence[str]) -> list[Fault]:
    """Columns that are not there, cells that are empty, and bases that are not above 0."""
    if absent := [name for name in columns if name not in found.letters]:
        return [
            Fault(
                "tapio.columns",
                Text(
                    "需要 C0、C1、G0、G1 四列，或 period、C、G 三列", "C0, C1, G0 and G1 are needed, or period, C and G"
                ),
                Location(found.file, found.sheet, found.header_row or None),
                value=", ".join(absent),
                remedy=Text("补上缺少的列", "add the missing columns"),
            )
        ]
    made = []
    for name in columns:
        for value, origin in found.frame.select(name, ORIGIN).iter_rows():
            if value is None:
                made.append(_gap(located(found, origin, name)))
            elif name in positive and not value > 0:
                made.append(
                    Fault(
                        "tapio.base",
                        Text("基期值须大于 0", "the values of the base period must be above 0"),
                        located(found, origin, name),
                        value=f"{value:g}",
                        allowed=same("> 0"),
                    )
                )
    return made


def _no_period(found: Validated) -> list[Fault]:
    return [
        Fault(
            "tapio.period",
            Text("逐期数据的每一行都要有时期", "every row of a series needs its period"),
            located(found, origin, PERIOD),
            remedy=Text("填入年份", "enter the year"),
        )
        for (origin,) in found.frame.filter(pl.col(PERIOD).is_null()).select(ORIGIN).iter_rows()
    ]


def _no_pair(found: Validated) -> Fault:
    return Fault(
        "tapio.periods",
        Text("每个对象至少要有两个时期", "two periods of a subject are needed at least"),
        Location(found.file, found.sheet),
        remedy=Text("补上另一年的行", "add the row of another year"),
    )
