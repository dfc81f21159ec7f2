"""From clauses to rule instances: a template's name with parameters read from the text.

What an instance means when it meets a register is the business of `cocontrol.rules`; the two share names only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from cocontrol.plans.deadlines import year_end
from cocontrol.plans.model import Clause, Plan, Target, TargetKind
from cocontrol.plans.normalise import normalise
from cocontrol.plans.strictness import items

_ORDER = re.compile(r"^(?:持续|全面|积极|加快|大力)*(?:推进|推动|实施|加快|开展|促进)+")
_SHARES = {
    "nev_share",
    "sponge_city_share",
    "green_building_share",
    "ultra_low_emission_share",
    "share",
    "clean_transport_share",
}
_ZERO_IN_WORDS = {
    "ban_new_captive_coal_units",
    "ban_new_in_zone",
    "retire_cupolas",
    "ban_preferential_tariff",
    "retire_boilers_in_heat_network",
}
"""Templates that say by themselves that nothing of a kind may be left or come."""


@dataclass(frozen=True, slots=True)
class RuleInstance:
    """A template with its parameters, bound to the clause it came from.

    `missing` names parameters that the plan leaves open, with the plan's word; until somebody sets them
    the instance is ``needs_parameter`` and evaluates to undetermined.
    """

    id: str
    template: str
    parameters: dict[str, Any]
    clause_id: str
    task_id: str
    modality: str
    status: str
    missing: dict[str, str]
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values in the names of the published interface."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class _Recipe:
    template: str
    when: re.Pattern[str]
    needs_target: str | None
    parameters: dict[str, dict[str, Any]]


@lru_cache(maxsize=1)
def _recipes() -> tuple[_Recipe, ...]:
    text = resources.files("cocontrol.plans").joinpath("data", "compile.toml").read_text(encoding="utf-8")
    return tuple(
        _Recipe(r["template"], re.compile(r["when"]), r.get("needs_target"), r["parameters"])
        for r in tomllib.loads(text)["rule"]
    )


def recipe_parameters() -> frozenset[str]:
    """Names of every parameter that the wording of a clause can set."""
    return frozenset(name for recipe in _recipes() for name in recipe.parameters)


def compile_plan(plan: Plan) -> tuple[RuleInstance, ...]:
    """Every rule instance of a plan, in the order of its clauses, then those of its aims.

    Where the plan names a day, the parameters carry it: `deadline` (by when) and `begins` (from when), ISO 8601.
    """
    made: list[tuple[str, dict[str, Any], dict[str, str], Clause | Target]] = []
    for clause in plan.clauses:
        inside = [t for t in plan.targets if t.start < clause.end and clause.start < t.end]
        made += [(*found, clause) for found in _of_clause(clause, inside)]
    for target in plan.targets:
        if target.task_id is None and target.kind in {
            TargetKind.QUANTITATIVE,
            TargetKind.RELATIVE,
            TargetKind.EXTERNAL,
            TargetKind.DIRECTIONAL,
        }:
            made.append(("indicator_target", *_dated(_indicator(target), target, None), target))
    return tuple(_instance(f"R{index}", *found) for index, found in enumerate(made, 1))


def _instance(
    identifier: str, template: str, parameters: dict[str, Any], missing: dict[str, str], origin: Clause | Target
) -> RuleInstance:
    modality = (
        origin.modality.value
        if isinstance(origin, Clause)
        else ("strive" if "力争" in (origin.qualifier or "") else "goal")
    )
    task = origin.task_id or ""
    status = "needs_parameter" if missing else "executable"
    return RuleInstance(
        identifier, template, parameters, origin.id, task, modality, status, missing, origin.start, origin.end
    )


def _of_clause(clause: Clause, targets: list[Target]) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    """The instances of one clause: those of its wording, then those of its targets not yet used."""
    text = re.sub(r"\s", "", normalise(clause.text).text)
    made: list[tuple[str, dict[str, Any], dict[str, str]]] = []
    used: set[str] = set()
    for recipe in _recipes():
        match = recipe.when.search(text)
        if match is None or (recipe.needs_target and not any(t.metric == recipe.needs_target for t in targets)):
            continue
        target = next((t for t in targets if t.metric == recipe.needs_target), None)
        found = _parameters(recipe, match, text, targets, used)
        made.append((recipe.template, *_dated(found, target or _sole_year(targets), clause)))
    templates = {template for template, _, _ in made}
    left = [target for target in targets if target.id not in used and not _is_said(target, templates)]
    own = ((target, _of_target(target)) for target in left)
    return made + [(found[0], *_dated(found[1:], target, clause)) for target, found in own if found is not None]


def _sole_year(targets: list[Target]) -> Target | None:
    """A target whose year is that of every dated target of the clause; with several years none speaks for the clause."""
    dated = [target for target in targets if target.target_year]
    return dated[0] if len({target.target_year for target in dated}) == 1 else None


def _dated(
    found: tuple[dict[str, Any], dict[str, str]], target: Target | None, clause: Clause | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and missing ones with the dates of the target, else of the clause.

    The target's year decides where the two differ; the clause may give the day in that year.
    """
    written = clause.deadline if clause else None
    year = target.target_year if target else None
    deadline = written if written and (year is None or written.startswith(str(year))) else year and year_end(year)
    dates = {"deadline": str(deadline) if deadline else None, "begins": clause.begins if clause else None}
    return {**found[0], **{name: day for name, day in dates.items() if day}}, found[1]


def _parameters(
    recipe: _Recipe, match: re.Match[str], text: str, targets: list[Target], used: set[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The parameters of a recipe, and those that the plan leaves open."""
    made: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for name, source in recipe.parameters.items():
        if "target" in source:
            made.update(_from_target(name, source["target"], targets, used))
        elif "list" in source:
            made.update(_from_list(name, match[source["list"]] or ""))
        else:
            made[name] = _from_words(source, match, text)
        if "unset" in source and made[name] is None:
            missing[name] = source["unset"]
    return made, missing


def _from_target(name: str, metric: str, targets: list[Target], used: set[str]) -> dict[str, Any]:
    found = next((t for t in targets if t.metric == metric), None)
    if found is None:
        return {name: None, f"{name}_operator": None}
    used.add(found.id)
    return {name: found.normalised_value, f"{name}_operator": found.operator}


def _from_list(name: str, written: str) -> dict[str, Any]:
    members = items(_ORDER.sub("", written))
    exempt = {m.name: m.exempt for m in members if m.exempt}
    return {name: [m.name for m in members], **({"except": exempt} if exempt else {})}


def _from_words(source: dict[str, Any], match: re.Match[str], text: str) -> Any:
    """A value fixed by the wording; None where the plan leaves it open."""
    if "words" in source:
        return [word for word in source["words"] if word in text]
    if "group" in source:
        return match[source["group"]]
    if "kilometres" in source:
        written = re.search(r"(\d+(?:\.\d+)?)(公里|千米|米)", text)
        return float(written[1]) / (1000 if written[2] == "米" else 1) if written else None
    return any(word in text for word in source["flag"]) if "flag" in source else source.get("const")


def _is_said(target: Target, templates: set[str]) -> bool:
    """Whether a template of the clause's wording says what the target says.

    That emitters are all (全部) taken into a list says what happens to them, not how many of them there are to be.
    """
    if target.kind is TargetKind.ZERO:
        return bool(templates & _ZERO_IN_WORDS)
    return target.metric == "share" and "key_emitter" in templates


def _of_target(target: Target) -> tuple[str, dict[str, Any], dict[str, str]] | None:
    """The instance that a target makes by itself: bans, zero, shares, grades, counts, figures."""
    if target.kind is TargetKind.ZERO:
        return _of_zero(target)
    if target.kind is TargetKind.STAGE:
        return "emission_stage", {"subject": target.subject, "stage": target.value, "operator": target.operator}, {}
    if target.kind is TargetKind.COUNT:
        return (
            "min_count",
            {
                "subject": target.subject,
                "value": target.normalised_value,
                "operator": target.operator,
                "target_year": target.target_year,
            },
            {},
        )
    if target.kind is TargetKind.QUANTITATIVE and target.metric in _SHARES and target.basis == "level":
        return (
            "min_share",
            {"metric": target.metric, "subject": target.subject, "value": target.value, "operator": target.operator},
            {},
        )
    if target.kind in {TargetKind.QUANTITATIVE, TargetKind.RELATIVE, TargetKind.EXTERNAL}:
        return ("indicator_target", *_indicator(target))
    return None


def _of_zero(target: Target) -> tuple[str, dict[str, Any], dict[str, str]]:
    """A zero rule: new capacity by sector, new projects, or a stock that must be gone."""
    if target.metric == "new_capacity":
        members = items(target.subject)
        parameters: dict[str, Any] = {"sectors": [m.name for m in members]}
        parameters["except"] = {m.name: m.exempt for m in members if m.exempt}
        return "ban_new_capacity", parameters, {}
    if target.metric == "new_construction":
        return "ban_new_projects", {"subject": target.subject}, {}
    return "zero_stock", {"subject": target.subject, "target_year": target.target_year}, {}


def _indicator(target: Target) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters of a target on an indicator; an outside value and a missing base year must be set.

    An instance states the target over a register of indicators. Whether it is met or on track, with paths, boundaries
    and vintages, is for `cocontrol.assessment.judge_targets`; the template only compares the value of the year.
    """
    parameters: dict[str, Any] = {
        "metric": target.series,
        "subject": target.subject,
        "operator": target.operator,
        "value": target.value,
        "unit": target.unit,
        "base_year": target.base_year,
        "target_year": target.target_year,
    }
    missing: dict[str, str] = {}
    if target.kind is TargetKind.EXTERNAL:
        missing["value"] = target.qualifier or "外部数值"
    if target.operator == "change_pct" and target.base_year is None:
        missing["base_year"] = "基准年"
    if target.kind is TargetKind.RELATIVE:
        missing["value"] = target.qualifier or "比较对象"
    return parameters, missing
