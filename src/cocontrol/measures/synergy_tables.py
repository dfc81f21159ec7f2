"""The tables behind the degrees of synergy: scores or indicators by subject and period, and what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.open_tables import added_columns, with_number_columns
from cocontrol.core.raw import RawTable
from cocontrol.core.tables import Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.core.validation import validate
from cocontrol.measures.synergy import Indicator, system_scores

SUBJECT, PERIOD = "subject", "period"

_SUBJECT = Column(
    SUBJECT,
    Kind.TEXT,
    Text("对象", "subject"),
    Text("地区、园区或企业", "region, park or enterprise"),
    aliases=("region", "city", "name", "地区", "城市", "名称"),
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
    columns=(_SUBJECT, _PERIOD),
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
        *(
            Column(name, Kind.NUMBER, Text(zh, en), Text(zh, en), aliases=aliases)
            for name, zh, en, aliases in (
                ("C0", "基期排放", "emissions before", ()),
                ("C1", "末期排放", "emissions after", ()),
                ("G0", "基期总量", "output before", ()),
                ("G1", "末期总量", "output after", ()),
                ("C", "排放", "emissions", ("CO2", "emission", "排放量")),
                ("G", "总量", "output", ("GDP", "gdp", "地区生产总值")),
            )
        ),
    ),
)


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
            raw.location(),
            value=f"{row['indicator']}: {row['lower']}–{row['upper']}",
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
            -1 if str(row["direction"]).startswith(("-", "neg")) else 1,
            row["lower"],
            row["upper"],
            1.0 if row["weight"] is None else row["weight"],
        )
        for row in rows
    )


def read_scores(
    raw: RawTable, indicators: Sequence[Indicator] = (), *, geometric: bool = False
) -> tuple[tuple[Scored, ...], tuple[Fault, ...]]:
    """Scores by system for every row of a file, in its order, and the remarks that stop nothing.

    Without `indicators` every number column is the score of one system. A missing number stops: an unknown
    score is not zero.
    """
    opened = with_number_columns(SYNERGY_INPUT, raw, Text("得分或指标值", "score or value of an indicator"))
    found = validate(opened, raw)
    found.raise_if_any()
    names = [item.name for item in indicators] or list(added_columns(opened, SYNERGY_INPUT))
    _require(names, found.frame, raw)
    made = []
    for index, row in enumerate(found.frame.iter_rows(named=True), start=1):
        values = {name: row[name] for name in names}
        scores, remarks = system_scores(values, indicators, geometric=geometric) if indicators else (values, [])
        made.append(Scored(row[SUBJECT] or f"#{index}", row[PERIOD], scores, tuple(remarks)))
    return tuple(made), tuple(found.faults)


def _require(names: Iterable[str], frame: pl.DataFrame, raw: RawTable) -> None:
    faults = []
    for name in names:
        if name not in frame.columns:
            faults.append(
                Fault("synergy.column", Text("没有这一列", "there is no such column"), raw.location(), value=name)
            )
            continue
        gaps = frame.with_row_index("n").filter(pl.col(name).is_null())["n"].to_list()
        faults += [
            Fault(
                "synergy.gap",
                Text("数值缺失；缺失不是零", "a value is missing; missing is not zero"),
                raw.location(int(raw.rows[gap]), column=name),
            )
            for gap in gaps
        ]
    if faults:
        raise InvalidInput(*faults)


def read_decoupling(
    raw: RawTable,
) -> tuple[list[tuple[str, str | None, tuple[float, float, float, float]]], tuple[Fault, ...]]:
    """(subject, periods, (C0, C1, G0, G1)) of every pair in a file, from either layout."""
    found = validate(DECOUPLING_INPUT, raw)
    found.raise_if_any()
    frame = found.frame.with_columns(pl.col(SUBJECT).fill_null("all"))
    pairs = ["C0", "C1", "G0", "G1"]
    if frame.select(pl.all_horizontal(pl.col(pairs).is_not_null().all()).all()).item():
        rows = [(row[SUBJECT], row[PERIOD], tuple(row[name] for name in pairs)) for row in frame.iter_rows(named=True)]
        return rows, tuple(found.faults)
    if frame["C"].null_count() or frame["G"].null_count():
        raise InvalidInput(
            Fault(
                "tapio.columns",
                Text(
                    "需要 C0、C1、G0、G1 四列，或 period、C、G 三列，且不缺数",
                    "C0, C1, G0 and G1 are needed, or period, C and G, with no gaps",
                ),
                raw.location(raw.header_row),
                value=", ".join(heading for heading in raw.headings if heading),
            )
        )
    rows = []
    for (subject,), part in frame.group_by([SUBJECT], maintain_order=True):
        ordered = part.sort(PERIOD)
        for before, after in zip(ordered.iter_rows(named=True), ordered[1:].iter_rows(named=True), strict=False):
            label = f"{before[PERIOD]} → {after[PERIOD]}"
            rows.append((str(subject), label, (before["C"], after["C"], before["G"], after["G"])))
    return rows, tuple(found.faults)
