"""Targets of plans held against indicators."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cocontrol.assessment.comparison import Wording
from cocontrol.assessment.judgement import Judgement, judge_series, terms_of
from cocontrol.assessment.observations import Observations, read_observations
from cocontrol.assessment.peaks import NO_TOTALS, is_peak, judge_peak
from cocontrol.assessment.target import (
    Choices,
    Target,
    choices_for,
    target_from_row,
    unset_value,
    with_external_value,
)
from cocontrol.assessment.trajectory import Path
from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.parameters import ParameterSet
from cocontrol.core.text import Text
from cocontrol.core.verdicts import Verdict, VerdictValue, verdict_table
from cocontrol.indicators.catalogue import DEFINITIONS, boundary_label
from cocontrol.reference.metrics import metric_name

MEASURED_KINDS = ("quantitative_target", "external_value_goal", "threshold", "count")
"""Kinds that a number of an indicator can decide."""

NOT_MEASURED: dict[str, Text] = {
    "directional_goal": Text(
        "方案只写方向（{q}），没有写数值和判定办法", "the plan states a direction ({q}) without a number or a test"
    ),
    "relative_goal": Text(
        "目标比较两个指标的变化，须两者都有基准年和目标年数值",
        "the goal compares the change of two metrics and needs base and target year of both",
    ),
    "zero_rule": Text(
        "清零要求须逐一核对台账；没有发现不等于为零",
        "a zero rule needs a register inspected one by one; no finding is not zero",
    ),
    "stage_grade": Text("阶段或等级要求须有台账或证据", "a stage or grade needs a register or evidence"),
}
"""Why the other kinds are undetermined here; ``{q}`` is the qualifier."""

PART_OF_REGION = Text(
    "目标只说“{s}”，现有指标是全地区的，不能代替",
    "the target is about “{s}” only; an indicator of the whole region does not stand in for it",
)
FICTITIOUS = Text("目标没有对应的行政区（虚构或未注明）", "the target has no region (fictitious or not stated)")


def judge_targets(
    targets: pl.DataFrame,
    indicators: pl.DataFrame,
    *,
    as_of: date,
    parameters: ParameterSet | None = None,
) -> pl.DataFrame:
    """A verdict for every target: table ``verdict``, one row a target, in the order given.

    ``met`` / ``not_met`` once the target year has ended and its value is known; ``on_track`` /
    ``off_track`` before that, by the newest value against the path from the base year (linear and
    geometric: where they differ the verdict is open until ``progress.path`` is set); else
    ``undetermined`` with every reason. Missing is never met. A change of a figure per GDP is judged at
    constant prices only. Where boundary or vintage decide the outcome, the verdict is open until
    ``metric.<metric>.boundary`` and ``metric.<metric>.variant`` are set.

    Parameters
    ----------
    targets : table ``target``.
    indicators : table ``indicator``.
    as_of : the day by whose knowledge it is judged.
    parameters : what people have set: ``target.<id>.value``, ``target.<id>.base_year``,
        ``target.<id>.tolerance``, ``qualifier.<word>.tolerance`` (unit of the target),
        ``qualifier.<word>.inclusive`` (yes or no), ``progress.path`` (linear or geometric),
        ``metric.<metric>.boundary``, ``metric.<metric>.variant``.

    Raises
    ------
    Ambiguous
        Two values of one parameter hold at once.
    InvalidInput
        A parameter has a value that it cannot have.
    """
    given = parameters or ParameterSet(())
    rows = targets.iter_rows(named=True)
    return verdict_table(judge_target(target_from_row(row), indicators, as_of=as_of, parameters=given) for row in rows)


def judge_target(target: Target, indicators: pl.DataFrame, *, as_of: date, parameters: ParameterSet) -> Verdict:
    """The verdict of one target; as `judge_targets`."""
    choices = choices_for(target, parameters, as_of)
    judged = _judge(target, indicators, choices)
    notes = _notes(target) if judged.value is not VerdictValue.UNDETERMINED else ()
    return Verdict(
        target.target_id,
        target.adcode or target.subject,
        as_of.isoformat(),
        judged.value,
        (*judged.reasons, *notes),
        judged.facts,
        {**target.terms(), **choices.used},
        target.clause,
    )


def _notes(target: Target) -> tuple[Text, ...]:
    if not Wording(target.qualifier).is_striving:
        return ()
    return (Text("「{q}」：努力方向，不具约束力", "「{q}」: to strive for, not binding").format(q=target.qualifier),)


def _open(*reasons: Text) -> Judgement:
    return Judgement(VerdictValue.UNDETERMINED, reasons)


def _judge(target: Target, indicators: pl.DataFrame, choices: Choices) -> Judgement:
    if is_peak(target) and target.adcode and target.is_about_whole_region:
        return judge_peak(target, _options(target, indicators, target.adcode, choices), as_of=choices.on)
    if target.kind not in MEASURED_KINDS:
        return Judgement(
            VerdictValue.UNDETERMINED, (_why_not_measured(target),), _known_so_far(target, indicators, choices)
        )
    known = with_external_value(target, choices)
    options = _options(known, indicators, target.adcode, choices) if target.adcode else []
    if known.value is None or known.operator is None:
        return _open(unset_value(target), *_why_unknown(target, options))
    if not options:
        return _open(*_why_unknown(target, options))
    terms = terms_of(known, known.value, known.operator, _wording(target, choices), _paths(choices))
    judged = [(option, judge_series(terms, option, as_of=choices.on)) for option in options]
    return _combine(target, judged, choices.on)


def _known_so_far(target: Target, indicators: pl.DataFrame, choices: Choices) -> dict[str, Any]:
    """What is known of the metric, for a person who has to judge what no number decides."""
    options = _options(target, indicators, target.adcode, choices) if target.adcode else []
    known = [(option, option.known_years(as_of=choices.on)) for option in options]
    listed = [
        {"boundary": option.boundary, "variant": option.variant, "values": [option.fact(year) for year in years]}
        for option, years in known
        if years
    ]
    return {"options": listed} if listed else {}


def _why_unknown(target: Target, options: list[Observations]) -> tuple[Text, ...]:
    """Why the metric of the target is not known for its year; empty where it is."""
    if target.adcode is None:
        return (FICTITIOUS,)
    if not options:
        return (_no_indicator(target),)
    year = target.target_year
    missing = [o.why_missing(year) for o in options if year is not None and o.value(year) is None]
    return tuple(dict.fromkeys(missing))


def _why_not_measured(target: Target) -> Text:
    if is_peak(target):
        return NO_TOTALS
    return NOT_MEASURED[target.kind].format(q=target.qualifier or target.operator or "-")


def _no_indicator(target: Target) -> Text:
    if not target.is_about_whole_region:
        return PART_OF_REGION.format(s=target.subject)
    return Text("没有“{m}”（{s}）的数据", "there is no data on “{m}” ({s})").format(
        m=metric_name(target.metric), s=target.subject
    )


def _options(target: Target, indicators: pl.DataFrame, adcode: str, choices: Choices) -> list[Observations]:
    """The series the target may be held against: all, less those that prices or somebody's choice rule out."""
    options = [option for option in series_of(target, indicators, adcode) if why_ruled_out(target, option) is None]
    boundary = choices.ask(f"metric.{target.metric}.boundary")
    variant = choices.ask(f"metric.{target.metric}.variant")
    return [o for o in options if boundary in (None, o.boundary) and variant in (None, o.variant)]


def series_of(target: Target, indicators: pl.DataFrame, adcode: str) -> list[Observations]:
    """Every series of the metric of a target, before prices or anybody's choice rule one out.

    A year of a peak is judged by the totals of every year. A target about a part of the region has none.
    """
    if not target.is_about_whole_region:
        return []
    return read_observations(indicators, TOTALS if is_peak(target) else target.metric, adcode)


TOTALS = "co2_emission"


def why_ruled_out(target: Target, option: Observations) -> Text | None:
    """Why a series cannot decide the target: a change per GDP at current prices; None where it can."""
    definition = DEFINITIONS.get(target.metric)
    if target.operator != "change_pct" or not definition or not definition.change_price_basis:
        return None
    return None if option.variant.startswith(definition.change_price_basis) else CURRENT_PRICES


CURRENT_PRICES = Text(
    "考核降幅只用不变价，当年价仅供参考",
    "a reduction is assessed at constant prices; current prices are for information",
)


def judge_options(
    target: Target, indicators: pl.DataFrame, *, as_of: date, parameters: ParameterSet
) -> list[tuple[Observations, Judgement]]:
    """What the target comes to under each boundary and variant for which the table has a series.

    A series that prices rule out is there too, undetermined with that reason. Nothing that somebody chose
    leaves an option out. Arguments and raises as `judge_targets`.
    """
    if not target.adcode:
        return []
    choices = choices_for(target, parameters, as_of)
    known = with_external_value(target, choices)
    return [(option, _judge_option(known, option, choices)) for option in series_of(target, indicators, target.adcode)]


def _judge_option(target: Target, option: Observations, choices: Choices) -> Judgement:
    if reason := why_ruled_out(target, option):
        return Judgement(VerdictValue.UNDETERMINED, (reason,))
    if is_peak(target):
        return judge_peak(target, [option], as_of=choices.on)
    if target.kind not in MEASURED_KINDS:
        return _open(_why_not_measured(target))
    if target.value is None or target.operator is None:
        return _open(unset_value(target))
    terms = terms_of(target, target.value, target.operator, _wording(target, choices), _paths(choices))
    return judge_series(terms, option, as_of=choices.on)


def _wording(target: Target, choices: Choices) -> Wording:
    tolerance = choices.ask(f"target.{target.target_id}.tolerance")
    if tolerance is None and target.qualifier:
        tolerance = choices.ask(f"qualifier.{target.qualifier}.tolerance")
    inclusive = choices.ask(f"qualifier.{target.qualifier}.inclusive") if target.qualifier else None
    return Wording(
        target.qualifier,
        None if tolerance is None else float(tolerance),
        None if inclusive is None else _yes_or_no(target.qualifier, inclusive),
    )


def _yes_or_no(qualifier: str, value: Any) -> bool:
    known = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
    text = str(value).lower()
    if text not in known:
        raise InvalidInput(_bad_parameter(f"qualifier.{qualifier}.inclusive", value, "yes, no"))
    return known[text]


def _paths(choices: Choices) -> tuple[Path, ...]:
    chosen = choices.ask("progress.path")
    if chosen is None:
        return tuple(Path)
    if chosen not in tuple(Path):
        raise InvalidInput(_bad_parameter("progress.path", chosen, ", ".join(Path)))
    return (Path(chosen),)


def _bad_parameter(parameter_id: str, value: Any, allowed: str) -> Fault:
    return Fault(
        "parameter.value",
        Text("参数 {p} 的取值无效", "parameter {p} cannot have this value").format(p=parameter_id),
        value=str(value),
        allowed=Text("{a}", "{a}").format(a=allowed),
    )


def _combine(target: Target, judged: list[tuple[Observations, Judgement]], as_of: date) -> Judgement:
    """One judgement over all options: theirs where they agree, else open with what each comes to.

    An option without a value in any year has no say where another has values; it is named in the reasons.
    """
    facts = {
        "options": [
            {"boundary": option.boundary, "variant": option.variant, "verdict": one.value.value, **one.facts}
            for option, one in judged
        ]
    }
    heard = [(option, one) for option, one in judged if option.known_years(as_of=as_of)] or judged
    values = {one.value for _, one in heard}
    reasons = tuple(dict.fromkeys(reason for _, one in heard for reason in one.reasons))
    if len(values) == 1:
        return Judgement(values.pop(), (*reasons, *_unheard(judged, heard)), facts)
    listed = [(f"{option.boundary}/{option.variant}", one.value.label) for option, one in heard]
    depends = Text(
        "取决于口径或版次（{l}；参数 metric.{m}.boundary、metric.{m}.variant）",
        "depends on boundary or vintage ({l}; parameters metric.{m}.boundary, metric.{m}.variant)",
    ).format(
        l=Text(
            "、".join(f"{name}：{label.zh}" for name, label in listed),
            ", ".join(f"{name}: {label.en}" for name, label in listed),
        ),
        m=target.metric,
    )
    return Judgement(VerdictValue.UNDETERMINED, (depends, *reasons), facts)


def _unheard(
    judged: list[tuple[Observations, Judgement]], heard: list[tuple[Observations, Judgement]]
) -> tuple[Text, ...]:
    """The boundaries that have no value and so no say; empty where there is none."""
    spoken = {option.boundary for option, _ in heard}
    silent = [name for name in dict.fromkeys(option.boundary for option, _ in judged) if name not in spoken]
    if not silent:
        return ()
    labels = [boundary_label(name) for name in silent]
    return (
        Text(
            f"没有数据、未参与判定的口径：{'、'.join(label.zh for label in labels)}",
            f"boundaries without data, which have no say: {', '.join(label.en for label in labels)}",
        ),
    )
