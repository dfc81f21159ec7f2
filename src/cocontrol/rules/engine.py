"""Rule instances evaluated over registers: one verdict a subject, with reasons, facts, parameters and clause."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from cocontrol.core.text import Text
from cocontrol.core.verdicts import Verdict, VerdictValue
from cocontrol.rules.aggregates import AGGREGATES, NO_YEAR_VALUE, Judged
from cocontrol.rules.conditions import Outcome, all_of, any_of, check
from cocontrol.rules.deadlines import deferred, postponement
from cocontrol.rules.labels import Words, words_of
from cocontrol.rules.registers import SUBJECT
from cocontrol.rules.templates import Condition, Template, template

VERDICT_SCHEMA = {
    "rule_id": pl.String, "template": pl.String, "subject_id": pl.String, "as_of": pl.String, "value": pl.String,
    "reasons_zh": pl.String, "reasons_en": pl.String, "facts": pl.String, "parameters": pl.String, "clause": pl.String,
}  # fmt: skip

_BINDING = {"prohibit", "binding", "in_principle", "goal"}


def evaluate(
    rules: Iterable[Mapping[str, Any]],
    registers: Mapping[str, IntoFrame],
    *,
    as_of: date,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
) -> pl.DataFrame:
    """Verdicts of every rule over its register, keyed (rule_id, subject_id).

    Parameters
    ----------
    rules : instances as `cocontrol.plans.compiling` makes them (`as_dict`): id, template, parameters, modality, clause_id
    registers : tables by register name, any frame Narwhals knows; each has a column `subject_id`
    as_of : the day the verdicts hold for
    parameters : values that somebody set for parameters the plan leaves open, by rule id or by template

    Returns
    -------
    Verdict table. A rule without its register gives one undetermined verdict that says so. Rules of
    encouraging modality give candidates and never violations; a rule with a deadline gives ``not_yet_due`` in place of
    a violation on every day before it, and violations from the day of the deadline on.
    """
    rows = {name: _rows(frame) for name, frame in registers.items()}
    made: list[tuple[str, Verdict]] = []
    for rule in rules:
        given = {**(parameters or {}).get(rule["template"], {}), **(parameters or {}).get(rule["id"], {})}
        made += [
            (rule["template"], v)
            for v in evaluate_rule(rule, rows.get(template(rule["template"]).register), as_of=as_of, given=given)
        ]
    return verdict_table(made)


def evaluate_rule(
    rule: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]] | None,
    *,
    as_of: date,
    given: Mapping[str, Any] | None = None,
) -> list[Verdict]:
    """The verdicts of one rule over the rows of its register; see `evaluate`."""
    kind = template(rule["template"])
    known = {**rule["parameters"], **(given or {}), "as_of_year": as_of.year}
    if rows is None:
        name = Text("{r}（{n}）", "{r} ({n})").format(r=words_of(kind.register).register, n=kind.register)
        reason = Text("没有{r}", "there is no {r}").format(r=name)
        return [_verdict(rule, "*", as_of, VerdictValue.UNDETERMINED, (reason,), {}, known)]
    early = postponement(kind, known, as_of)
    if kind.kind != "row":
        judged = AGGREGATES[kind.kind](kind, rule, rows, known)
        return [_of_group(rule, one, as_of, known, early) for one in judged]
    return [_of_row(kind, rule, row, as_of, known, early) for row in rows]


def _of_group(
    rule: Mapping[str, Any], judged: Judged, as_of: date, known: Mapping[str, Any], early: Text | None
) -> Verdict:
    """A verdict over several rows, deferred where the rule is not due; a target year to come lacks no data."""
    subject, value, reasons, facts = judged
    found = _tempered(rule, value)
    if early is not None and NO_YEAR_VALUE in reasons:
        return _verdict(rule, subject, as_of, VerdictValue.NOT_YET_DUE, (early,), facts, known)
    final = deferred(found, early)
    why = (early,) if early is not None and final is not found else _note(rule, value)
    return _verdict(rule, subject, as_of, final, (*why, *reasons), facts, known)


def _of_row(
    kind: Template, rule: Mapping[str, Any], row: Mapping[str, Any], as_of: date, known: Mapping[str, Any],
    early: Text | None,
) -> Verdict:  # fmt: skip
    value, reasons = _judged_row(kind, rule, row, known, early)
    facts = {name: row.get(name) for name in _columns(kind)}
    return _verdict(rule, str(row.get(SUBJECT)), as_of, value, reasons, facts, known)


def _judged_row(
    kind: Template, rule: Mapping[str, Any], row: Mapping[str, Any], known: Mapping[str, Any], early: Text | None
) -> tuple[VerdictValue, tuple[Text, ...]]:
    """The value of one row and its reasons: scope, exemption, breach, then what the modality and the date make of it."""
    words = words_of(kind.register)
    scope = _scope(kind, row, known, words)
    if scope.truth is False:
        return VerdictValue.CLEAR, (Text("不在适用范围内", "not within its scope"), *scope.reasons)
    if (exempt := _exemption(kind, row, known)) is not None:
        return exempt[0], (exempt[1],)
    whole = all_of([scope, *(check(c, row, known, words) for c in kind.breach)])
    if whole.truth is None and scope.truth and early is not None:
        return VerdictValue.NOT_YET_DUE, (early, *whole.reasons)
    if whole.truth is None:
        return VerdictValue.UNDETERMINED, whole.reasons
    return (VerdictValue.CLEAR, whole.reasons) if whole.truth is False else _breached(kind, rule, row, early)


def _breached(
    kind: Template, rule: Mapping[str, Any], row: Mapping[str, Any], early: Text | None
) -> tuple[VerdictValue, tuple[Text, ...]]:
    """What a row that fits the template comes to: an approved exception, something not yet due, else the template's value."""
    value = VerdictValue(kind.on_match) if kind.on_match else VerdictValue.VIOLATION
    if value is VerdictValue.VIOLATION and rule["modality"] == "in_principle" and row.get("exception_approved") is True:
        return VerdictValue.CLEAR, (Text("有经批准的例外", "an approved exception is on record"),)
    found = _tempered(rule, value)
    if early is not None and deferred(found, early) is not found:
        return VerdictValue.NOT_YET_DUE, (kind.label, early)
    return found, (kind.label, *_note(rule, value))


def _scope(kind: Template, row: Mapping[str, Any], known: Mapping[str, Any], words: Words) -> Outcome:
    parts = [check(c, row, known, words) for c in kind.scope]
    for parameter, conditions in kind.scope_if.items():
        if known.get(parameter):
            parts += [check(c, row, known, words) for c in conditions]
    for parameter, conditions in kind.scope_where.items():
        if known.get(parameter) is not None:
            parts.append(any_of(check(c, row, known, words) for c in conditions))
    if kind.any_of:
        parts.append(any_of(check(c, row, known, words) for c in kind.any_of if _is_set(c, known)))
    return all_of(parts)


def _is_set(condition: Condition, known: Mapping[str, Any]) -> bool:
    return not (isinstance(condition[2], str) and condition[2].startswith("$") and known.get(condition[2][1:]) is None)


def _exemption(kind: Template, row: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[VerdictValue, Text] | None:
    """A written exemption of the row's sector: clear where the row is known to fall under it, unknown where not said."""
    written: Mapping[str, str] = known.get(kind.exempt or "") or {}
    sector = str(row.get("sector"))
    text = next((t for name, t in written.items() if name in sector or sector in name), None)
    if text is None:
        return None
    if row.get("exempt_by_text") is None:
        return VerdictValue.UNDETERMINED, Text(
            "条款有例外“{t}”，未登记该项目是否属于例外", "the clause exempts {t}: not on record whether this is one"
        ).format(t=text)
    if row["exempt_by_text"] is True:
        return VerdictValue.CLEAR, Text("属于条款写明的例外“{t}”", "exempted by the clause: {t}").format(t=text)
    return None


def _tempered(rule: Mapping[str, Any], value: VerdictValue) -> VerdictValue:
    """Encouraged, promoted, permitted and explored things are candidates, never violations."""
    return VerdictValue.CANDIDATE if value is VerdictValue.VIOLATION and rule["modality"] not in _BINDING else value


def _note(rule: Mapping[str, Any], value: VerdictValue) -> tuple[Text, ...]:
    if value is not VerdictValue.VIOLATION:
        return ()
    if rule["modality"] == "in_principle":
        return (
            Text(
                "条款用语为“原则上”，例外须有批准记录",
                "the clause says 原则上: an exception needs an approval on record",
            ),
        )
    if rule["modality"] not in _BINDING:
        return (Text("条款为鼓励、支持或推动，只列为候选", "the clause encourages or promotes: a candidate only"),)
    return ()


def _columns(kind: Template) -> list[str]:
    conditions = [*kind.scope, *kind.breach, *kind.any_of]
    conditions += [c for group in (kind.scope_if, kind.scope_where) for listed in group.values() for c in listed]
    return list(dict.fromkeys(c[0] for c in conditions))


def _verdict(
    rule: Mapping[str, Any], subject: str, as_of: date, value: VerdictValue, reasons: tuple[Text, ...],
    facts: Mapping[str, Any], known: Mapping[str, Any],
) -> Verdict:  # fmt: skip
    shown = {k: v for k, v in known.items() if k != "as_of_year"}
    return Verdict(rule["id"], subject, as_of.isoformat(), value, reasons, dict(facts), shown, rule["clause_id"])


def _rows(frame: IntoFrame) -> list[dict[str, Any]]:
    wrapped = nw.from_native(frame)
    collected = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return collected.rows(named=True)


def verdict_table(verdicts: Iterable[tuple[str, Verdict]]) -> pl.DataFrame:
    """Verdicts with the name of their template as a table; facts and parameters as JSON."""
    rows = [
        (
            v.rule_id, name, v.subject_id, v.as_of, v.value.value, "；".join(r.zh for r in v.reasons), "; ".join(r.en for r in v.reasons),
            json.dumps(v.facts, ensure_ascii=False, default=str), json.dumps(v.parameters, ensure_ascii=False, default=str), v.clause,
        )
        for name, v in verdicts
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=VERDICT_SCHEMA, orient="row")


def by_rule(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    """How many verdicts of each value a rule gave."""
    made: dict[str, dict[str, int]] = defaultdict(dict)
    for rule_id, value, count in table.group_by("rule_id", "value").agg(pl.len()).sort("rule_id", "value").iter_rows():
        made[rule_id][value] = count
    return dict(made)
