"""The rules of a plan judged over registers, for one day and one region, with the parameters in force there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from cocontrol.core.parameters import NATIONAL, jurisdictions_above
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.core.verdicts import Verdict, VerdictValue
from cocontrol.rules.engine import evaluate_rule, verdict_table
from cocontrol.rules.labels import parameter_label
from cocontrol.rules.parameters import (
    GivenParameter,
    Resolved,
    RuleParameters,
    as_written,
    open_parameters,
    parameter_ids,
    resolve,
)
from cocontrol.rules.registers import SUBJECT
from cocontrol.rules.templates import Template, template

Row = Mapping[str, Any]
ORIGIN = "origin"
ROWS_USED = "parameter_rows"


def judge(
    rules: Iterable[Mapping[str, Any]],
    registers: Mapping[str, IntoFrame],
    parameters: RuleParameters | None = None,
    *,
    as_of: date,
    region: str = NATIONAL,
) -> pl.DataFrame:
    """Verdicts of rule instances over registers, keyed (rule_id, subject_id).

    Open parameters are asked for on `as_of` in the county of each row (`adcode`), else in `region`, and from
    there outward; the rows used stand in the verdict's parameters and in the column `parameter_rows`. A subject
    outside `region` is none of the plan's. Shares, zeros and counts take the rows inside the region, targets on an
    indicator those of the region itself.

    Raises
    ------
    Ambiguous
        Two values of a parameter hold at once.
    """
    rows = {name: _rows(frame) for name, frame in registers.items()}
    made: list[tuple[str, Verdict]] = []
    for rule in rules:
        kind = template(rule["template"])
        listed = rows.get(kind.register)
        verdicts = _judge_rule(rule, kind, listed, parameters or RuleParameters(), as_of, region)
        made += [(kind.id, verdict) for verdict in verdicts]
    used = [_used(verdict) for _, verdict in made]
    return verdict_table(made).with_columns(pl.Series(ROWS_USED, used, dtype=pl.String))


def _judge_rule(
    rule: Row, kind: Template, rows: Sequence[Row] | None, parameters: RuleParameters, as_of: date, region: str
) -> list[Verdict]:
    if rows is None or kind.kind != "row":
        resolved = resolve(rule, parameters, on=as_of, jurisdiction=region)
        inside = None if rows is None else [row for row in rows if _belongs(row, kind, region)]
        return [
            _told(v, rule, resolved, region, "")
            for v in evaluate_rule(rule, inside, as_of=as_of, given=resolved.values)
        ]
    known: dict[str, Resolved] = {}
    made: list[Verdict] = []
    for row in rows:
        place = _place(row, region)
        if place is None:
            made.append(_elsewhere(rule, row, as_of, region))
            continue
        if place not in known:
            known[place] = resolve(rule, parameters, on=as_of, jurisdiction=place)
        (verdict,) = evaluate_rule(rule, [row], as_of=as_of, given=known[place].values)
        made.append(_told(verdict, rule, known[place], place, str(row.get(ORIGIN) or "")))
    return made


def _place(row: Row, region: str) -> str | None:
    """The county of the row where it lies in the region, the region where the row has none; None outside."""
    adcode = row.get("adcode")
    if not isinstance(adcode, str) or not adcode:
        return region
    return adcode if region in jurisdictions_above(adcode) else None


def _belongs(row: Row, kind: Template, region: str) -> bool:
    if region == NATIONAL:
        return True
    return row.get("adcode") == region if kind.kind == "indicator" else _place(row, region) is not None


def _elsewhere(rule: Row, row: Row, as_of: date, region: str) -> Verdict:
    reason = Text("不在方案地区（{r}）内", "outside the region of the plan ({r})").format(r=region)
    facts = {"adcode": row.get("adcode"), **({ORIGIN: row[ORIGIN]} if row.get(ORIGIN) else {})}
    subject = str(row.get(SUBJECT))
    return Verdict(rule["id"], subject, as_of.isoformat(), VerdictValue.CLEAR, (reason,), facts, {}, rule["clause_id"])


def _told(verdict: Verdict, rule: Row, resolved: Resolved, place: str, origin: str) -> Verdict:
    """The verdict with the parameter rows it used, what is still unset, and where its row stands."""
    reasons = [*verdict.reasons, *(_by_row(name, row) for name, row in resolved.rows.items())]
    if verdict.value is VerdictValue.UNDETERMINED:
        reasons += [_unset(rule, name, word, place) for name, word in resolved.unset.items()]
    parameters = dict(verdict.parameters)
    if resolved.rows:
        parameters["set"] = {name: row.as_dict() for name, row in resolved.rows.items()}
    if resolved.unset:
        parameters["unset"] = dict(resolved.unset)
    facts = {**verdict.facts, ORIGIN: origin} if origin else verdict.facts
    return replace(verdict, reasons=tuple(reasons), parameters=parameters, facts=facts)


def _by_row(name: str, row: GivenParameter) -> Text:
    p = row.parameter
    checked = p.status is Status.VERIFIED
    made = Text("参数“{n}”取 {v}（{j}，{s}{c}", "{n} is {v} ({j}, {s}{c}").format(
        n=parameter_label(name),
        v=f"{as_written(p.value)} {p.unit}".strip(),
        j=p.jurisdiction,
        s=p.source,
        c=f" {p.clause}" if p.clause else "",
    )
    tail = Text("，已核对", ", checked") if checked else Text("，未核对", ", not checked")
    return Text(f"{made.zh}{tail.zh}）", f"{made.en}{tail.en})")


def _unset(rule: Row, name: str, word: str, place: str) -> Text:
    return Text(
        "方案用语“{w}”没有取值：在参数表中为地区 {j} 设置 {i}",
        "the plan gives no value for {w}: set {i} for region {j} in the parameter table",
    ).format(w=word, j=place, i=parameter_ids(rule, name)[1])


def _used(verdict: Verdict) -> str | None:
    """The parameter rows of a verdict in one line."""
    rows = verdict.parameters.get("set") or {}
    return "；".join(_line(row) for row in rows.values()) or None


def _line(row: Mapping[str, Any]) -> str:
    span = f"{row['effective_from'] or '…'}–{row['effective_to'] or '…'}"
    value = f"{as_written(row['value'])} {row['unit']}".strip()
    place = f" {row['origin']}" if row["origin"] else ""
    return f"{row['parameter_id']} = {value} [{span}, {row['jurisdiction']}] {row['source']} {row['clause']} ({row['status']}){place}"


def unread(rules: Iterable[Mapping[str, Any]], parameters: RuleParameters) -> tuple[str, ...]:
    """Names of parameters that have a value and that none of the rules reads."""
    read = {i for rule in rules for name in open_parameters(rule) for i in parameter_ids(rule, name)}
    return tuple(sorted(parameters.names() - read))


def _rows(frame: IntoFrame) -> list[dict[str, Any]]:
    wrapped = nw.from_native(frame)
    collected = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return collected.rows(named=True)
