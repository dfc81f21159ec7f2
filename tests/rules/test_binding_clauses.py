"""The binding clauses of two real plans, each on a small register made for it: a breach is found, what complies is clear."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cocontrol.plans import parse
from cocontrol.plans.compiling import compile_plan
from cocontrol.rules import evaluate, template

pytestmark = pytest.mark.shared
DAY = date(2026, 1, 1)
STEP = 0.1
OPEN_VALUES = {"radius_km": 15.0, "distance_km": 1.0, "cut_pct": 30.0}
"""Values for what the plans leave open; a version of a catalogue or boundary has the name below."""

VERSION = "2024年版"


@pytest.fixture(scope="module")
def compiled(shared):
    """Plan → its rules from binding clauses, as the engine takes them."""
    made = {}
    for name in ("henan_synergy", "puyang_synergy"):
        plan = parse((shared / "plans" / f"{name}.txt").read_text(encoding="utf-8"))
        binding = {clause.id for clause in plan.clauses if clause.modality.binds}
        made[name] = [rule.as_dict() for rule in compile_plan(plan) if rule.clause_id in binding]
    return made


def values_for(rule):
    return {name: OPEN_VALUES.get(name, VERSION) for name in rule["missing"]}


def resolved(condition, known):
    column, sign, wanted = condition
    value = known[wanted[1:]] if isinstance(wanted, str) and wanted.startswith("$") else wanted
    return column, known[sign[1:]] if sign.startswith("$") else sign, value


def holding(condition, known):
    """Column and a value that just meets the condition."""
    column, sign, value = resolved(condition, known)
    edges = {"<": -STEP, ">": STEP, "<=": 0.0, ">=": 0.0}
    if sign in edges:
        return column, value + edges[sign]
    if sign in {"in", "names_one_of"}:
        return column, value[0]
    return column, f"not {value}" if sign == "!=" else value


def failing(condition, known):
    """Column and a value that just misses the condition."""
    column, sign, value = resolved(condition, known)
    edges = {"<": 0.0, ">": 0.0, "<=": STEP, ">=": -STEP}
    if sign in edges:
        return column, value + edges[sign]
    if isinstance(value, bool):
        return column, not value
    return column, {"same_version": "无", "!=": value}.get(sign, "其他")


def rows_of(kind, rule, known):
    """A row that breaks the rule and one that does not; for a list of candidates one inside and one outside."""
    conditions = [*kind.scope, *(c for p, listed in kind.scope_if.items() if known.get(p) for c in listed)]
    conditions += [listed[-1] for p, listed in kind.scope_where.items() if known.get(p) is not None]
    inside = {"subject_id": "in", "exempt_by_text": False}
    inside |= dict(holding(c, known) for c in (*conditions, *kind.any_of, *kind.breach))
    missed = [kind.breach[0]] if kind.breach else [conditions[0]] if not kind.any_of else list(kind.any_of)
    return [inside, {**inside, "subject_id": "out", **dict(failing(c, known) for c in missed)}]


def group_rows(kind, rule):
    """Rows of the aggregate templates on either side of their figure."""
    p = rule["parameters"]
    if kind.kind == "share":
        total = 1000
        wanted = round(p["value"] * total / 100)
        row = {"subject_id": "1", "category": p["subject"], "total": total}
        return [
            {**row, "organisation": "in", "qualifying": wanted - 1},
            {**row, "organisation": "out", "qualifying": wanted},
        ]
    row = {"subject": p["subject"], "inspected": 9}
    return [{**row, "subject_id": "in", "found": 1}, {**row, "subject_id": "out", "found": 0}]


def verdicts(rule, rows):
    register = template(rule["template"]).register
    table = evaluate(
        [rule],
        {register: pl.DataFrame(rows, infer_schema_length=None)},
        as_of=DAY,
        parameters={rule["id"]: values_for(rule)},
    )
    return dict(table.select("subject_id", "value").rows())


def count_verdicts(rule):
    built = {"category": rule["parameters"]["subject"], "status": "built"}
    wanted = int(rule["parameters"]["value"])
    lists = ([{**built, "subject_id": str(i)} for i in range(n)] for n in (wanted, wanted + 1))
    short, enough = (
        [{**row, "status": "planned"} if row["subject_id"] == "0" else row for row in rows] for rows in lists
    )
    return {"in": verdicts(rule, short)["*"], "out": verdicts(rule, enough)["*"]}


def decided(rule):
    kind = template(rule["template"])
    if kind.kind == "count":
        return count_verdicts(rule)
    known = {**rule["parameters"], **values_for(rule), "as_of_year": DAY.year}
    return verdicts(rule, rows_of(kind, rule, known) if kind.kind == "row" else group_rows(kind, rule))


def test_every_binding_rule_of_both_plans_tells_a_breach_from_what_complies(compiled):
    clauses = set()
    for name, rules in compiled.items():
        for rule in rules:
            kind = template(rule["template"])
            found = decided(rule)
            assert found == {"in": kind.on_match or "violation", "out": "clear"}, (name, rule)
            clauses.add((name, rule["clause_id"]))
    assert len(clauses) >= 40


def one(compiled, plan, name, **parameters):
    return next(
        rule
        for rule in compiled[plan]
        if rule["template"] == name and all(rule["parameters"].get(k) == v for k, v in parameters.items())
    )


@pytest.mark.parametrize(("size", "value"), [(200.0, "violation"), (200.1, "clear")])
def test_condensing_units_of_the_province(compiled, size, value):
    unit = {
        "subject_id": "u",
        "fuel": "coal",
        "unit_type": "condensing",
        "status": "operating",
        "design_life_end_year": 2020,
    }
    rule = one(compiled, "henan_synergy", "retire_condensing_coal_units")
    assert verdicts(rule, [{**unit, "capacity_mw": size}]) == {"u": value}


@pytest.mark.parametrize("plan", ["henan_synergy", "puyang_synergy"])
@pytest.mark.parametrize(("size", "value"), [(34.9, "violation"), (35.0, "clear")])
def test_boilers_of_both(compiled, plan, size, value):
    boiler = {"subject_id": "b", "fuel": "coal", "status": "operating", "capacity_tph": size}
    assert verdicts(one(compiled, plan, "retire_small_boilers"), [boiler]) == {"b": value}


@pytest.mark.parametrize("plan", ["henan_synergy", "puyang_synergy"])
@pytest.mark.parametrize(
    ("tonnes", "energy", "value"),
    [(25_999.0, 9_999.0, "clear"), (26_000.0, 0.0, "candidate"), (0.0, 10_000.0, "candidate")],
)
def test_key_emitters_of_both(compiled, plan, tonnes, energy, value):
    emitter = {"subject_id": "e", "sector": "造纸", "co2e_t": tonnes, "energy_tce": energy}
    assert verdicts(one(compiled, plan, "key_emitter"), [emitter]) == {"e": value}


@pytest.mark.parametrize(("qualifying", "value"), [(500, "clear"), (499, "violation")])
def test_official_cars_of_the_city(compiled, qualifying, value):
    rule = one(compiled, "puyang_synergy", "min_share", value=50.0)
    cars = {"subject_id": "1", "organisation": "o", "category": "公务用车", "qualifying": qualifying, "total": 1000}
    assert verdicts(rule, [cars]) == {"o": value}
