"""Parsed plans, kept in memory: what is read from a text depends on the text, the parser and the corrections alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import polars as pl

import cocontrol.plans
from cocontrol.plans.compare import Comparison, compare
from cocontrol.plans.compiling import RuleInstance, compile_plan
from cocontrol.plans.coverage import coverage
from cocontrol.plans.model import Plan
from cocontrol.plans.parse import parse
from cocontrol_web.planning.corrections import Review, review
from cocontrol_web.planning.models import PlanDocument, PlanVersion, digest_of

Made = TypeVar("Made")
Key = tuple[Hashable, ...]


class Memory(Generic[Made]):
    """A bounded memory of results by key; the one made first leaves first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: dict[Hashable, Made] = {}
        self._lock = Lock()

    def recall(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made for the key, made now if it was not; two threads may make it twice."""
        with self._lock:
            if key in self._held:
                return self._held[key]
        made = make()
        with self._lock:
            while len(self._held) >= self._size:
                del self._held[next(iter(self._held))]
            self._held[key] = made
        return made


_PLANS: Memory[Plan] = Memory(64)
_REVIEWS: Memory[Review] = Memory(64)
_RULES: Memory[tuple[RuleInstance, ...]] = Memory(64)
_COMPARISONS: Memory[Comparison] = Memory(32)
_COVERAGES: Memory[pl.DataFrame] = Memory(64)


@lru_cache(maxsize=1)
def parser_version() -> str:
    """Twelve hex digits of a SHA-256 over the source and data files of the parser."""
    root = Path(str(files(cocontrol.plans)))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".csv", ".toml"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def parsed(text: str, digest: str | None = None) -> Plan:
    """The plan in a text as the parser alone sees it; kept by digest and parser version."""
    return _PLANS.recall((digest or digest_of(text), parser_version()), lambda: parse(text))


def review_of(document: PlanDocument) -> Review:
    """The plan of a document with every correction that holds."""
    return _review(document)[1]


def rules_of(document: PlanDocument) -> tuple[RuleInstance, ...]:
    """The rule instances of the corrected plan."""
    key, found = _review(document)
    return _RULES.recall(key, lambda: compile_plan(found.plan))


def coverage_of(document: PlanDocument) -> pl.DataFrame:
    """How far each clause of the corrected plan can be executed, keyed (plan, clause_id); `plan` is the plan's id."""
    key, found = _review(document)
    table = _COVERAGES.recall(key, lambda: coverage({"": found.plan}))
    words = [document.text[start:end] for start, end in table.select("start", "end").rows()]
    return table.with_columns(plan=pl.lit(str(document.plan_id)), words=pl.Series(words, dtype=pl.String))


def comparison_of(parent: PlanDocument | PlanVersion, child: PlanDocument | PlanVersion) -> Comparison:
    """The child held against the parent, both with their corrections; either may be an earlier text of a plan."""
    (one, mine), (other, theirs) = _review(parent), _review(child)
    return _COMPARISONS.recall((one, other), lambda: compare(mine.plan, theirs.plan))


def _review(document: PlanDocument | PlanVersion) -> tuple[Key, Review]:
    """The review and what it depends on: the text, the parser, and which corrections hold."""
    owner = document.plan if isinstance(document, PlanVersion) else document
    active = [row.as_correction() for row in owner.corrections.filter(withdrawn_at__isnull=True)]
    key = (document.text_digest, parser_version(), tuple(map(repr, active)))
    return key, _REVIEWS.recall(key, lambda: review(parsed(document.text, document.text_digest), document.text, active))


def facts_of(text: str) -> dict[str, Any]:
    """What a list of plans says about one, with the version of the parser that says it."""
    plan = parsed(text)
    return {
        "parser_version": parser_version(),
        "is_plan": plan.is_plan,
        "title": plan.title,
        "document_number": plan.document_number,
        "issued_on": plan.issued_on,
        "region": plan.region,
        "level": plan.level,
        "tasks": len(plan.tasks),
        "clauses": len(plan.clauses),
        "targets": len(plan.targets),
        "gaps": len(plan.gaps),
        "warnings": [notice.as_dict() for notice in plan.warnings],
    }


def refreshed(document: PlanDocument) -> PlanDocument:
    """The document with its facts from today's parser; written back only where they came from an older one."""
    if document.facts.get("parser_version") != parser_version():
        document.facts = facts_of(document.text)
        PlanDocument.objects.filter(pk=document.pk).update(facts=document.facts)
    return document
