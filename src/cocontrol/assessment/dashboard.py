"""Targets as a dashboard shows them: verdict, trajectory, and what each boundary would make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from cocontrol.assessment.judgement import Judgement
from cocontrol.assessment.observations import Observations
from cocontrol.assessment.pace import trajectory
from cocontrol.assessment.peaks import is_peak, peak_of
from cocontrol.assessment.target import Target, choices_for, target_from_row, with_external_value
from cocontrol.assessment.targets import FICTITIOUS, PART_OF_REGION, judge_options, judge_target, why_ruled_out
from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.parameters import ParameterSet
from cocontrol.core.registers import TARGET_KINDS
from cocontrol.core.text import Text
from cocontrol.core.verdicts import VerdictValue
from cocontrol.indicators.catalogue import BOUNDARIES, boundary_label, variant_label
from cocontrol.indicators.choices import METRIC_BOUNDARIES, choices_of, left_open
from cocontrol.reference.metrics import metric_name

NO_SERIES = Text("该运行没有这一口径的数据", "the run holds no data under this boundary")


def target_rows(
    tables: Mapping[str, pl.DataFrame],
    *,
    as_of: date,
    parameters: ParameterSet | None = None,
    boundary: str | None = None,
    words: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Every target of a run with its verdict, as plain values ready for JSON, in the order of the table.

    Each row: the terms of the target, ``verdict`` with ``because`` (list of zh/en), ``indicator`` (newest
    value under the leading boundary), ``trajectory`` (`assessment.pace.trajectory`), ``boundaries`` (one entry
    for each boundary and variant: verdict, value, because, trajectory, what it includes, and
    ``answers_open``: the questions it answers that the plan leaves open), ``left_open`` (those questions),
    ``depends_on_boundary`` (whether boundaries that count disagree).

    Parameters
    ----------
    tables : the run's tables; ``target`` and ``indicator`` are read. Without them there is no row.
    as_of : the day by whose knowledge the targets are judged.
    parameters : what people have set, as `judge_targets` takes it.
    boundary : judge metrics that have this boundary under it alone (``direct``; with or without the kind of
        grid factor); others are judged as ever. All boundaries stay listed.
    words : the words of the plan by target id, in which an answer to an open question is looked for.

    Raises
    ------
    NotFound
        No metric has that boundary.
    """
    if "target" not in tables:
        return []
    indicators = tables.get("indicator", _no_indicators())
    if boundary is not None:
        _require_boundary(boundary, indicators)
    given = parameters or ParameterSet(())
    said = words or {}
    return [
        _row(target_from_row(row), indicators, as_of, given, boundary, said.get(row["target_id"], ""))
        for row in tables["target"].iter_rows(named=True)
    ]


def _no_indicators() -> pl.DataFrame:
    columns = ("indicator_id", "adcode", "period", "boundary", "variant", "unit", "note_zh", "note_en")
    return pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "value": pl.Float64})


def _require_boundary(boundary: str, indicators: pl.DataFrame) -> None:
    known = {*BOUNDARIES, *indicators["boundary"].unique()}
    if boundary not in known:
        raise NotFound(
            Fault(
                "target.boundary_unknown",
                Text("没有这个口径", "no such boundary"),
                value=boundary,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(sorted(known))),
            )
        )


def _row(
    target: Target,
    indicators: pl.DataFrame,
    as_of: date,
    parameters: ParameterSet,
    boundary: str | None,
    words: str,
) -> dict[str, Any]:
    seen = under_boundary(target, indicators, boundary)
    verdict = judge_target(target, seen, as_of=as_of, parameters=parameters)
    known = with_external_value(target, choices_for(target, parameters, as_of))
    judged = judge_options(target, indicators, as_of=as_of, parameters=parameters)
    open_questions = left_open(target.metric, f"{words}{target.qualifier}{target.subject}")
    ids = {choice.choice_id for choice in open_questions}
    entries = [_entry(known, option, one, ids, as_of) for option, one in judged]
    leading = _leading(known, [option for option, _ in judged], boundary, as_of)
    way = trajectory(known, leading, as_of=as_of) if leading else None
    return {
        **_terms(known),
        "verdict": verdict.value.value,
        "verdict_label": asdict(verdict.value.label),
        "because": [asdict(reason) for reason in verdict.reasons],
        "as_of": as_of.isoformat(),
        "parameters": verdict.parameters,
        "indicator": _newest(leading, as_of),
        "trajectory": way,
        "boundaries": [*entries, *_without_data(known, judged, ids)],
        "left_open": [{"choice": choice.choice_id, "label": asdict(choice.label)} for choice in open_questions],
        "depends_on_boundary": len({e["verdict"] for e in entries if e["counts"]}) > 1,
    }


def under_boundary(target: Target, indicators: pl.DataFrame, boundary: str | None) -> pl.DataFrame:
    """The indicators with only that boundary for a metric that has it; a grid factor may follow after a colon."""
    if boundary is None or boundary.partition(":")[0] not in METRIC_BOUNDARIES.get(target.metric, ()):
        return indicators
    named = pl.col("boundary") == boundary
    return indicators.filter(named | pl.col("boundary").str.starts_with(f"{boundary}:"))


def _terms(target: Target) -> dict[str, Any]:
    return {
        "target_id": target.target_id,
        "task_id": target.task_id,
        "adcode": target.adcode,
        "kind": target.kind,
        "kind_label": asdict(TARGET_KINDS[target.kind]) if target.kind in TARGET_KINDS else None,
        "metric": target.metric,
        "metric_label": asdict(metric_name(target.metric)),
        "subject": target.subject,
        "operator": target.operator,
        "value": target.value,
        "unit": target.unit,
        "base_year": target.base_year,
        "target_year": target.target_year,
        "qualifier": target.qualifier,
        "clause": target.clause,
    }


def _entry(target: Target, option: Observations, one: Judgement, open_ids: set[str], as_of: date) -> dict[str, Any]:
    made = _named(option.boundary, option.variant, open_ids)
    return {
        **made,
        "verdict": one.value.value,
        "verdict_label": asdict(one.value.label),
        "because": [asdict(reason) for reason in one.reasons],
        "counts": why_ruled_out(target, option) is None,
        **(_newest(option, as_of) or {"period": None, "value": None, "unit": option.unit}),
        "change_pct": one.facts.get(
            "change_pct", one.facts.get("reached") if target.operator == "change_pct" else None
        ),
        "trajectory": trajectory(target, option, as_of=as_of),
        **({"peak": peak_of(option, as_of=as_of).as_dict()} if is_peak(target) else {}),
    }


def _named(boundary: str, variant: str | None, open_ids: set[str]) -> dict[str, Any]:
    includes = choices_of(boundary, variant)
    return {
        "boundary": boundary,
        "boundary_label": asdict(boundary_label(boundary)),
        "variant": variant,
        "variant_label": asdict(variant_label(variant)) if variant else None,
        "includes": includes,
        "answers_open": sorted(open_ids & set(includes)),
    }


def _newest(option: Observations | None, as_of: date) -> dict[str, Any] | None:
    years = option.known_years(as_of=as_of) if option else []
    return option.fact(years[-1]) if option and years else None


def _leading(target: Target, options: Sequence[Observations], boundary: str | None, as_of: date) -> Observations | None:
    """The series that the row shows: of the boundary asked for, one that counts, one that has values; in that order."""

    def rank(option: Observations) -> tuple[bool, bool, bool]:
        """Where the option stands in the order."""
        asked = boundary is None or option.boundary.partition(":")[0] == boundary.partition(":")[0]
        return (not asked, why_ruled_out(target, option) is not None, not option.known_years(as_of=as_of))

    return min(options, key=rank, default=None)


def _without_data(
    target: Target, judged: Sequence[tuple[Observations, Judgement]], open_ids: set[str]
) -> list[dict[str, Any]]:
    """Boundaries of the metric that the run has no series for: named, and undetermined because of that."""
    there = {option.boundary.partition(":")[0] for option, _ in judged}
    absent = [name for name in METRIC_BOUNDARIES.get(target.metric, ()) if name not in there]
    reason = NO_SERIES if target.is_about_whole_region else PART_OF_REGION.format(s=target.subject)
    reason = reason if target.adcode else FICTITIOUS
    undetermined = VerdictValue.UNDETERMINED
    return [
        {
            **_named(name, None, open_ids),
            "verdict": undetermined.value,
            "verdict_label": asdict(undetermined.label),
            "because": [asdict(reason)],
            "counts": False,
            "period": None,
            "value": None,
            "unit": None,
            "change_pct": None,
            "trajectory": None,
        }
        for name in absent
    ]
