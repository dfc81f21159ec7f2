"""The answer of a least-cost plan in sentences for somebody who is no economist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cocontrol.core.text import Text
from cocontrol.measures.savings import savings_words
from cocontrol_web.analysis import labels
from cocontrol_web.analysis.figures import format_figure
from cocontrol_web.language import say
from cocontrol_web.scenarios.answers import Answer, limit_name, measure_rows, source_name

MOST = 3
MONEY = 1e8


def summary(answer: Answer) -> list[str]:
    """What is done, where, what it costs and whom, what drives it, and what joint planning saves: one sentence each."""
    if answer["cost"] is None:
        return []
    found = [_doing(answer), *_costing(answer), _saving(answer), _paying(answer), _driving(answer), *_joint(answer)]
    return [say(one) for one in found if one is not None]


def money(yuan: float) -> Text:
    """A sum in words: 亿元, or 万元 where it is small."""
    if abs(yuan) >= MONEY / 10:
        shown = format_figure(yuan / MONEY)
        return Text(f"{shown} 亿元", f"{shown} ×10⁸ CNY")
    shown = format_figure(yuan / 1e4)
    return Text(f"{shown} 万元", f"{shown} ×10⁴ CNY")


def _doing(answer: Answer) -> Text | None:
    rows = answer["plan"]
    if not rows:
        return Text("不采取任何措施就能满足全部上限。", "All ceilings are met without any measure.")
    measures = measure_rows(answer, by="sources")
    sources = {row["source_id"] for row in rows}
    plants = {row["source_id"] for row in rows if row.get("plant_zh") or row.get("plant_en")}
    names = Text("、".join(m["names"].zh for m in measures[:MOST]), ", ".join(m["names"].en for m in measures[:MOST]))
    return _DOING.format(s=len(sources), p=len(plants), n=len(measures), m=names)


_DOING = Text(
    "方案在 {s} 个源（其中 {p} 台机组）采取 {n} 种措施，用得最多的是{m}。",
    "The plan takes {n} kinds of measures at {s} sources ({p} of them power units), most often {m}.",
)


def _costing(answer: Answer) -> list[Text]:
    yearly = answer.get("yearly") or [{"period": None, "cost": answer["cost"]}]
    last = yearly[-1]
    made = []
    if len(yearly) > 1:
        parts = Text(
            "，".join(f"{row['period']} 年 {money(row['cost']).zh}" for row in yearly),
            ", ".join(f"{money(row['cost']).en} in {row['period']}" for row in yearly),
        )
        made.append(_YEARLY.format(p=parts, v=money(answer["cost"]), n=sum(row["years"] for row in yearly)))
    else:
        made.append((_COST if answer["cost"] >= 0 else _SAVES).format(v=money(abs(answer["cost"]))))
    made += _compared(answer.get("scale") or {}, last)
    return made


_COST = Text(
    "每年净费用约 {v}（投资按寿命和折现率摊到每年，加运行费，减去省下的能源和物料）。",
    "It costs about {v} a year net: investment spread over its life, plus operation, less the energy and material saved.",
)
_SAVES = Text(
    "每年净省约 {v}：省下的能源多于投资和运行费。",
    "It saves about {v} a year net: the energy saved is worth more than investment and operation.",
)
_YEARLY = Text(
    "每年净费用：{p}；{n} 年合计现值（折到第一个目标年）{v}。",
    "Net cost of one year: {p}; present value of {n} years in the first target year: {v}.",
)


def _compared(scale: Mapping[str, Any], last: Mapping[str, Any]) -> list[Text]:
    """The cost per head and against GDP, where the run knows both."""
    made = []
    if scale.get("population"):
        per_head = format_figure(last["cost"] / scale["population"])
        made.append(_PER_HEAD.format(v=per_head, y=scale["population_year"]))
    if scale.get("gdp"):
        share = 100 * last["cost"] / scale["gdp"]
        made.append(_OF_GDP.format(v=f"{share:.3g}".replace("-", "−"), y=scale["gdp_year"]))
    return made


_PER_HEAD = Text(
    "相当于每位常住人口每年 {v} 元（{y} 年人口）。", "That is {v} CNY a year for each resident (population of {y})."
)
_OF_GDP = Text("相当于地区生产总值的 {v} %（{y} 年现价）。", "That is {v} % of GDP (current prices of {y}).")


def _saving(answer: Answer) -> Text | None:
    """Which measures of the last target year save money, and what such savings leave out."""
    rows = [row for row in measure_rows(answer) if row["cost"] < 0] if answer["plan"] else []
    if not rows:
        return None
    return savings_words([row["names"] for row in reversed(rows)], money(-sum(row["cost"] for row in rows)))


def _paying(answer: Answer) -> Text | None:
    """Which sector and which single source bear most of the cost, of the last target year."""
    last = max((row["period"] for row in answer["plan"]), default=None)
    rows = [row for row in answer["plan"] if row["period"] == last and row["cost"] > 0]
    paid = sum(row["cost"] for row in rows)
    if not rows or paid <= 0:
        return None
    by_sector: dict[str, float] = {}
    by_source: dict[str, float] = {}
    for row in rows:
        by_sector[row["category"]] = by_sector.get(row["category"], 0.0) + row["cost"]
        by_source[row["source_id"]] = by_source.get(row["source_id"], 0.0) + row["cost"]
    sector = max(by_sector, key=lambda one: by_sector[one])
    source = max(by_source, key=lambda one: by_source[one])
    row = next(one for one in rows if one["source_id"] == source)
    return _PAYING.format(
        k=labels.category(sector), s=f"{by_sector[sector] / paid:.0%}", n=source_name(row),
        v=money(by_source[source]),
    )  # fmt: skip


_PAYING = Text(
    "出钱最多的是{k}，占要花钱部分的 {s}；单个源中「{n}」最多，每年 {v}。",
    "{k} pays most, {s} of what is spent; of the single sources “{n}” pays most, {v} a year.",
)


def _driving(answer: Answer) -> Text | None:
    """The limit without which the plan would be cheapest."""
    found = next((row for row in answer.get("drivers") or [] if row["saved"]), None)
    if found is None:
        return (
            Text("没有哪一个上限单独抬高费用。", "No single ceiling makes the plan dearer.")
            if answer.get("drivers")
            else None
        )
    share = found["saved"] / answer["cost"] if answer["cost"] > 0 else None
    words = _DRIVING_SAVING if share is None else _DRIVING if share <= 1 else _DRIVING_ALONE
    return words.format(c=limit_name(found), v=money(found["saved"]), s="" if share is None else f"{share:.0%}")


_DRIVING = Text(
    "费用主要由「{c}」决定：去掉它，费用少 {v}（{s}）。",
    "“{c}” drives the cost: without it the plan costs {v} less ({s}).",
)
_DRIVING_SAVING = Text(
    "最费钱的上限是「{c}」：没有它，还能多省 {v}。", "“{c}” is the dearest ceiling: without it {v} more would be saved."
)
_DRIVING_ALONE = Text(
    "费用主要由「{c}」决定：去掉它，费用少 {v}，方案反而省钱。",
    "“{c}” drives the cost: without it the plan costs {v} less and saves money.",
)


def _joint(answer: Answer) -> list[Text]:
    """What is saved by meeting air and carbon ceilings with one plan instead of two."""
    cases = {row["case"]: row for row in answer.get("dividend") or []}
    joint = cases.get("joint")
    if joint is None or joint["cost"] is None or joint["dividend"] is None:
        return []
    base = (cases.get("none") or {}).get("cost") or 0.0
    parts = [cases[name]["cost"] - base for name in ("air", "carbon")]
    made = [
        _JOINT.format(a=money(parts[0]), c=money(parts[1]), j=money(joint["cost"] - base), d=money(joint["dividend"]))
        if joint["dividend"] > 1.0
        else _NO_SYNERGY
    ]
    orders = {name: cases[name]["dividend"] for name in ("air>carbon", "carbon>air") if cases.get(name)}
    if all(value is not None for value in orders.values()):
        made.append(_ORDERS.format(a=money(orders["air>carbon"]), c=money(orders["carbon>air"])))
    years = answer["years"]
    return made if len(years) == 1 else [_ONLY_LAST.format(y=years[-1]["period"], w=one) for one in made]


_ONLY_LAST = Text("（只看 {y} 年）{w}", "({y} by itself) {w}")
_JOINT = Text(
    "减污与降碳一起规划更省：只减污要多花 {a}，只降碳要多花 {c}，一起做多花 {j}，省下 {d}（都相对于不设上限时的最省方案）。",
    "Planning air and carbon together is cheaper: air alone adds {a}, carbon alone {c}, both together {j}; {d} are saved, all "
    "against the cheapest plan without ceilings.",
)
_NO_SYNERGY = Text(
    "这组上限下，减污与降碳一起规划并不比分开做省钱。",
    "Under these ceilings one plan for air and carbon saves nothing over two.",
)
_ORDERS = Text(
    "若分两步走：先减污后降碳比一起规划多花 {a}，先降碳后减污多花 {c}。",
    "In two steps: air first and carbon after costs {a} more than the joint plan, carbon first and air after {c} more.",
)
