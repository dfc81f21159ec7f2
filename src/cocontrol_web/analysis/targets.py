"""Targets with their verdicts, in words: what was promised, what came of it, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cocontrol.core.registers import TARGET
from cocontrol.core.text import Text, same
from cocontrol.io.runs import Run
from cocontrol.reference.metrics import metric_name
from cocontrol_web.analysis.models import RunRecord
from cocontrol_web.analysis.store import optional_table, run_of

COMPARISONS = {
    "==": Text("等于 {v}", "equal to {v}"),
    ">=": Text("不低于 {v}", "at least {v}"),
    ">": Text("高于 {v}", "more than {v}"),
    "<=": Text("不高于 {v}", "at most {v}"),
    "<": Text("低于 {v}", "less than {v}"),
}


def judged_targets(record: RunRecord) -> list[dict[str, Any]]:
    """Every verdict of the run with the target it judges.

    Beside the columns of both tables (``value`` is the verdict's, ``target_value`` the target's): `title`
    (`Text`), `quote` (the words of the plan where the run holds the document, else None), `synthetic`,
    and facts and parameters as mappings.
    """
    verdicts, targets = optional_table(record, "verdict"), optional_table(record, "target")
    if verdicts is None:
        return []
    by_id = {row["target_id"]: row for row in targets.iter_rows(named=True)} if targets is not None else {}
    run = run_of(record)
    return [_judged(run, row, by_id.get(row["rule_id"], {})) for row in verdicts.iter_rows(named=True)]


def _judged(run: Run, verdict: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **target,
        **verdict,
        "target_value": target.get("value"),
        "title": target_title(target) if target else same(str(verdict["rule_id"])),
        "quote": quote(run, target),
        "synthetic": target.get("document") in run.manifest.get("synthetic", []),
        "facts": opened(verdict["facts"]),
        "parameters": opened(verdict["parameters"]),
    }


def target_title(target: Mapping[str, Any]) -> Text:
    """The target in words made from its columns: subject, metric, relation and value."""
    head = Text("{s}：{m}", "{m} ({s})").format(s=target["subject"], m=metric_name(target["metric"]))
    relation = relation_text(target)
    return Text("{h}{r}", "{h}: {r}").format(h=head, r=relation) if relation else head


def relation_text(target: Mapping[str, Any]) -> Text | None:
    """How metric and value relate, in words; None where the target says neither."""
    operator, value = target.get("operator"), target.get("value")
    unit = target.get("unit") or ""
    if operator == "change_pct" and value is not None:
        base = target.get("base_year")
        direction = Text("下降", "falls by") if value < 0 else Text("上升", "rises by")
        since = Text("较 {b} 年", " against {b}").format(b=base) if base else None
        words = Text("{d} {v}{u}", "{d} {v}{u}").format(d=direction, v=f"{abs(value):g}", u=unit)
        return Text("{s}{w}", "{w}{s}").format(s=since, w=words) if since else words
    if operator in COMPARISONS and value is not None:
        return COMPARISONS[operator].format(v=f"{value:g} {unit}".strip())
    return TARGET.column("operator").allowed.get(operator or "")


def quote(run: Run, target: Mapping[str, Any]) -> str | None:
    """The words of the plan at the target's offsets; None where they are not given or the run holds no copy."""
    start, end = target.get("start"), target.get("end")
    if start is None or end is None:
        return None
    copies = {entry["path"]: entry["copy"] for entry in run.manifest["inputs"] if "copy" in entry}
    path = copies.get(target["document"])
    return _document(str(run.folder / path))[start:end] if path else None


@lru_cache(maxsize=16)
def _document(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as stream:  # noqa: PTH123 - offsets count characters as written
        return stream.read()


def opened(text: str | None) -> dict[str, Any]:
    """JSON of a verdict column as a mapping; a list becomes numbered entries."""
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {str(i + 1): entry for i, entry in enumerate(value)}
