"""The rule templates: what each means on a register, read from the package's data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.text import Text

Condition = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Template:
    """One template: whom it concerns (`scope`), when it is broken (`breach`), over which register.

    `scope_if` conditions count where the parameter is true; `scope_where` are alternatives that count
    where the parameter is set. `kind` other than ``row`` is a test over several rows. A `standing` rule holds at all
    times (nothing new may be built); the others may be done until the deadline that the plan writes.
    """

    id: str
    label: Text
    register: str
    kind: str
    scope: tuple[Condition, ...]
    breach: tuple[Condition, ...]
    any_of: tuple[Condition, ...] = ()
    scope_if: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    scope_where: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    on_match: str | None = None
    exempt: str | None = None
    standing: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """All templates by identifier."""
    text = resources.files("cocontrol.rules").joinpath("data", "templates.toml").read_text(encoding="utf-8")
    return {name: _template(name, entry) for name, entry in tomllib.loads(text).items()}


def template(identifier: str) -> Template:
    """The template of that name; `NotFound` lists what there is."""
    found = templates().get(identifier)
    if found is None:
        raise NotFound(
            Fault(
                "rule.template_unknown",
                Text("没有这个规则模板：{n}", "no such rule template: {n}").format(n=identifier),
                value=identifier,
                allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(sorted(templates()))),
            )
        )
    return found


def _template(name: str, entry: dict[str, Any]) -> Template:
    def conditions(key: str) -> tuple[Condition, ...]:
        """The conditions under that key."""
        return tuple((c[0], c[1], c[2]) for c in entry.get(key, []))

    def grouped(key: str) -> dict[str, tuple[Condition, ...]]:
        """The conditions under that key, in their groups."""
        return {p: tuple((c[0], c[1], c[2]) for c in listed) for p, listed in entry.get(key, {}).items()}

    return Template(
        name,
        Text(entry["label_zh"], entry["label_en"]),
        entry["register"],
        entry.get("kind", "row"),
        conditions("scope"),
        conditions("breach"),
        conditions("any"),
        grouped("scope_if"),
        grouped("scope_where"),
        entry.get("on_match"),
        entry.get("exempt"),
        entry.get("standing", False),
        {k: entry[k] for k in ("select", "group", "numerator", "denominator") if k in entry},
    )
