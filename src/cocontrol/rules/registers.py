"""The registers that rules are judged over, declared as tables: validation, templates and pages follow from them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text
from cocontrol.rules.templates import Condition, Template, templates

SUBJECT = "subject_id"
INDICATOR = "indicator"
"""The one register that is no register of ours: the indicator table of a run."""


def register_names() -> tuple[str, ...]:
    """Every register that a template reads, in the order of the templates."""
    return tuple(dict.fromkeys(kind.register for kind in templates().values()))


def register_table(name: str) -> Table:
    """The declaration of a register; `NotFound` lists what there is."""
    if name not in register_names():
        raise NotFound(
            Fault(
                "rule.register_unknown",
                Text("没有这个登记表：{n}", "no such register: {n}").format(n=name),
                value=name,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(sorted(register_names()))),
            )
        )
    return TABLES.get(name)


def columns_read(kind: Template) -> tuple[str, ...]:
    """Columns of its register that a template reads, in its order."""
    named = [c[0] for c in conditions_of(kind)]
    named += ["exempt_by_text"] if kind.exempt else []
    named += kind.options.get("select", ())[:1]
    named += [str(kind.options[k]) for k in ("group", "numerator", "denominator") if k in kind.options]
    more = {"share": ["exception_approver"], "zero": ["found", "inspected"], "count": ["status"]}
    named += more.get(kind.kind, [])
    if kind.kind == "indicator":
        named += ["indicator_id", "adcode", "period", "value"]
    return tuple(dict.fromkeys(name for name in named if name))


def conditions_of(kind: Template) -> tuple[Condition, ...]:
    """Every condition of a template, alternatives too."""
    groups = (kind.scope_if, kind.scope_where)
    return (*kind.scope, *kind.breach, *kind.any_of, *(c for g in groups for listed in g.values() for c in listed))


@lru_cache(maxsize=1)
def _declared() -> tuple[Table, ...]:
    text = resources.files("cocontrol.rules").joinpath("data", "registers.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    common, codes = entries.pop("common"), _codes(entries.pop("codes"))
    return tuple(TABLES.declare(_table(name, entry, common, codes)) for name, entry in entries.items())


def _codes(entries: Mapping[str, Mapping[str, list[str]]]) -> dict[str, dict[str, Text]]:
    return {name: {code: Text(*label) for code, label in listed.items()} for name, listed in entries.items()}


def _table(
    name: str, entry: Mapping[str, Any], common: Mapping[str, Any], codes: Mapping[str, Mapping[str, Text]]
) -> Table:
    exception = common["exception"] if entry.get("exception") else {}
    columns = {**common["first"], **entry["columns"], **exception, **common["last"]}
    return Table(
        name=name,
        label=Text(*entry["label"]),
        description=Text(*entry["about"]),
        key=(SUBJECT,),
        columns=tuple(_column(column, given, codes) for column, given in columns.items()),
    )


def _column(name: str, given: Mapping[str, Any], codes: Mapping[str, Mapping[str, Text]]) -> Column:
    return Column(
        name=name,
        kind=Kind(given["kind"]),
        label=Text(*given["label"]),
        description=Text(*given["about"]),
        unit=given.get("unit"),
        required=given.get("required", False),
        minimum=given.get("minimum"),
        maximum=given.get("maximum"),
        allowed=codes[given["allowed"]] if "allowed" in given else {},
        code_list=given.get("code_list"),
        pattern=given.get("pattern"),
    )


REGISTERS: Mapping[str, Table] = {table.name: table for table in _declared()}
"""The declared registers by name."""
