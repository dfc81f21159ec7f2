"""Two judgements of one plan side by side: which rules are the same, and what became of each verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import polars as pl

BEFORE = "value_before"
CHANGED = "changed"
_FIGURES = (int, float)


def same_rules(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The earlier rule of each later one, by identifier.

    Rules correspond where template and every parameter but figures and dates are alike, in the order of the plan; where
    only words changed, the template and the place between corresponding neighbours decide.
    """
    found: dict[str, str] = {}
    for key in (_signature, _template):
        old = [rule for rule in before if rule["id"] not in found.values()]
        new = [rule for rule in after if rule["id"] not in found]
        matcher = SequenceMatcher(None, [key(rule) for rule in old], [key(rule) for rule in new], autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            found |= {new[b + i]["id"]: old[a + i]["id"] for i in range(size)}
    return found


def beside(
    before: tuple[Iterable[Mapping[str, Any]], pl.DataFrame], after: tuple[Iterable[Mapping[str, Any]], pl.DataFrame]
) -> pl.DataFrame:
    """The later verdict table with the earlier verdict of the same rule and subject.

    Parameters
    ----------
    before, after : the rules and the verdict table of each judgement

    Returns
    -------
    The later table with `value_before` (null where the rule or the subject is new) and `changed` (whether the two
    verdicts differ; false where there is nothing to compare with).
    """
    (old_rules, old), (new_rules, new) = before, after
    pairs = same_rules(list(old_rules), list(new_rules))
    earlier = {(row[0], row[1]): row[2] for row in old.select("rule_id", "subject_id", "value").iter_rows()}
    values = [
        earlier.get((pairs.get(rule, ""), subject)) for rule, subject in new.select("rule_id", "subject_id").rows()
    ]
    table = new.with_columns(pl.Series(BEFORE, values, dtype=pl.String))
    return table.with_columns((pl.col(BEFORE).is_not_null() & (pl.col(BEFORE) != pl.col("value"))).alias(CHANGED))


def _template(rule: Mapping[str, Any]) -> str:
    return str(rule["template"])


def _signature(rule: Mapping[str, Any]) -> str:
    words = {
        name: value
        for name, value in rule["parameters"].items()
        if not isinstance(value, _FIGURES) or isinstance(value, bool)
    }
    kept = {name: value for name, value in words.items() if name not in {"deadline", "begins"} and value is not None}
    return f"{rule['template']} {sorted(map(repr, kept.items()))}"
