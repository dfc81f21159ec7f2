"""Precision and recall of the plan parser on a folder of labelled texts that its authors did not tune it to.

A folder holds `*.txt`, `labels.csv` (one row per target) and `expected.json` (head, tasks, responsibilities).
A found target answers a label when their spans overlap and their figures agree; three readings of "agree":

strict   kind, metric (where labelled), operator, value, unit, base year and target year;
agree    operator, value, unit and target year (the headline figure);
lenient  value alone, strict and non-strict comparison taken as one, the year not asked for.

A threshold says what a rule covers, so its year is not asked for; a number of things to be done (count) is met by
more, so `==` and `>=` are one operator for it except in the strict reading. Labels marked optional are statements on which readers differ (a figure repeated in a news preface, a threshold
inside a ban): finding them is neither rewarded nor punished.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from opencc import OpenCC

from cocontrol.plans import Plan, Target, parse

HELDBACK = Path(__file__).parent / "heldback"
LEVELS = ("strict", "agree", "lenient")
HEAD_FIELDS = ("title", "document_number", "issuers", "issued_on", "region", "level", "is_plan")
_WITHOUT_UNIT = {"zero_rule", "stage_grade", "directional_goal", "external_value_goal", "relative_goal"}
_SAME_OPERATOR = {"<": "<=", ">": ">=", "==": ">="}
_UNITS = {
    "微克每立方米": "微克/立方米",
    "μg/m3": "微克/立方米",
    "ug/m3": "微克/立方米",
    "万吨标煤": "万吨标准煤",
    "吨标煤": "吨标准煤",
    "克标煤/千瓦时": "克标准煤/千瓦时",
    "蒸吨": "蒸吨/小时",
    "蒸吨/时": "蒸吨/小时",
    "百分点": "个百分点",
    "台套": "台",
}


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def plain(text: str | None) -> str:
    """Simplified characters, half width, without blanks: how texts are compared here."""
    narrow = unicodedata.normalize("NFKC", _to_simplified().convert(text or ""))
    return re.sub(r"\s+", "", narrow)


@dataclass(frozen=True)
class Label:
    """One target as a reader sees it."""

    file: str
    start: int
    end: int
    kind: str
    metric: str
    operator: str
    value: float | None
    unit: str
    base_year: int | None
    target_year: int | None
    qualifier: str
    optional: bool


@dataclass(frozen=True)
class Score:
    """Hits against what was expected and what was found."""

    hits: int = 0
    expected: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.hits / self.expected if self.expected else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.hits + other.hits, self.expected + other.expected, self.found + other.found)

    def __str__(self) -> str:
        return f"precision {self.precision:.3f}  recall {self.recall:.3f}  ({self.hits}/{self.expected}, {self.found} found)"


@dataclass
class Measure:
    """Every score of a folder, with what was missed and what was found beyond the labels."""

    targets: dict[str, Score] = field(default_factory=lambda: {level: Score() for level in LEVELS})
    tasks: Score = field(default_factory=Score)
    task_titles: Score = field(default_factory=Score)
    responsibilities: Score = field(default_factory=Score)
    open_lists: Score = field(default_factory=Score)
    heads: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in HEAD_FIELDS})
    kinds: dict[str, Score] = field(default_factory=dict)
    fields: dict[str, Score] = field(default_factory=dict)
    missed: list[tuple[str, str]] = field(default_factory=list)
    extra: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)


def read_labels(folder: Path) -> dict[str, list[Label]]:
    """Labels by file name, in the order of the text."""
    found: dict[str, list[Label]] = {}
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            label = Label(
                row["file"], int(row["start"]), int(row["end"]), row["kind"], row["metric"], row["operator"],
                float(row["value"]) if row["value"] else None, row["unit"],
                int(row["base_year"]) if row["base_year"] else None,
                int(row["target_year"]) if row["target_year"] else None,
                row["qualifier"], row["optional"] == "yes",
            )  # fmt: skip
            found.setdefault(label.file, []).append(label)
    return found


def read_expected(folder: Path) -> dict[str, dict[str, Any]]:
    """Head, tasks and responsibilities by file name."""
    return dict(json.loads((folder / "expected.json").read_text(encoding="utf-8")))


def _unit(text: str | None) -> str:
    narrow = plain(text)
    return _UNITS.get(narrow, narrow)


def _same_value(left: float | None, right: float | None) -> bool:
    return left == right if left is None or right is None else abs(left - right) <= 1e-6 * max(1.0, abs(right))


def _overlap(label: Label, target: Target) -> bool:
    return target.start < label.end and label.start < target.end


def agrees(label: Label, target: Target, level: str) -> bool:
    """Whether `target` answers `label` at the given level."""
    if not _overlap(label, target) or not _same_value(label.value, target.value):
        return False
    found = target.operator or ""
    if level == "lenient":
        return _SAME_OPERATOR.get(label.operator, label.operator) == _SAME_OPERATOR.get(found, found)
    same = label.kind in _WITHOUT_UNIT or _unit(label.unit) == _unit(target.unit)
    same = same and (label.kind == "threshold" or label.target_year == target.target_year)
    if level == "agree":
        both_counts = label.kind == "count" and {label.operator, found} <= {"==", ">="}
        return same and (both_counts or label.operator == found)
    same = same and label.operator == found and label.base_year == target.base_year
    return same and label.kind == target.kind.value and (not label.metric or label.metric == target.metric)


def pair(labels: list[Label], targets: list[Target], level: str) -> list[tuple[Label, Target]]:
    """Each label with at most one target and each target with at most one label, in reading order."""
    left = list(targets)
    pairs = []
    for label in labels:
        answer = next((target for target in left if agrees(label, target, level)), None)
        if answer is not None:
            left.remove(answer)
            pairs.append((label, answer))
    return pairs


def _score_targets(measure: Measure, name: str, labels: list[Label], targets: list[Target]) -> None:
    wanted = [label for label in labels if not label.optional]
    optional = [label for label in labels if label.optional]
    for level in LEVELS:
        pairs = pair(wanted, targets, level)
        answers = [target for _, target in pairs]
        extra = [t for t in targets if t not in answers and not any(_overlap(label, t) for label in optional)]
        measure.targets[level] += Score(len(pairs), len(wanted), len(pairs) + len(extra))
        if level == "agree":
            _note(measure, name, wanted, pairs, extra)


def _note(
    measure: Measure, name: str, wanted: list[Label], pairs: list[tuple[Label, Target]], extra: list[Target]
) -> None:
    answered = [label for label, _ in pairs]
    for label in wanted:
        hit = label in answered
        measure.kinds[label.kind] = measure.kinds.get(label.kind, Score()) + Score(int(hit), 1, 0)
        if not hit:
            measure.missed.append((name, _describe_label(label)))
    for target in extra:
        measure.extra.append((name, _describe_target(target)))
    for label, target in pairs:
        for key, same in {
            "kind": label.kind == target.kind.value,
            "metric": not label.metric or label.metric == target.metric,
            "base_year": label.base_year == target.base_year,
            "qualifier": (label.qualifier or "") == (target.qualifier or ""),
        }.items():
            measure.fields[key] = measure.fields.get(key, Score()) + Score(int(same), 1, 1)


def _describe_label(label: Label) -> str:
    return f"{label.start}:{label.end} {label.kind} {label.metric} {label.operator} {label.value} {label.unit} base={label.base_year} year={label.target_year}"


def _describe_target(target: Target) -> str:
    return f"{target.start}:{target.end} {target.kind.value} {target.metric} {target.operator} {target.value} {target.unit} base={target.base_year} year={target.target_year}"


def _count(expected: Iterable[str], found: Iterable[str]) -> Score:
    left, right = Counter(expected), Counter(found)
    return Score((left & right).total(), left.total(), right.total())


def _number(text: str) -> str:
    return (
        re.sub(r"[()（）【】\[\]、.．,，]", "", plain(text))
        if not re.search(r"\d\.\d", text)
        else plain(text).strip(".、")
    )


def _score_tasks(measure: Measure, name: str, expected: list[dict[str, Any]], plan: Plan) -> None:
    numbers = _count([_number(task["number"]) for task in expected], [_number(task.number) for task in plan.tasks])
    titles = _count(
        [plain(task["title"]) for task in expected], [plain(task.title).rstrip("。.") for task in plan.tasks]
    )
    measure.tasks += numbers
    measure.task_titles += titles
    wanted = [f"{i}|{plain(duty)}" for i, task in enumerate(expected, 1) for duty in task["responsibilities"]]
    found = [
        f"{i}|{duty.role.value}|{plain(duty.department)}|{'open' if duty.open_list else 'closed'}"
        for i, task in enumerate(plan.tasks, 1)
        for duty in task.responsibilities
    ]
    without_list: Callable[[str], str] = lambda key: key.rsplit("|", 1)[0]  # noqa: E731 - one line, used twice
    measure.responsibilities += _count(map(without_list, wanted), map(without_list, found))
    measure.open_lists += _count(wanted, found)
    if numbers.hits < max(numbers.expected, numbers.found):
        measure.wrong.append((name, f"tasks {[t['number'] for t in expected]} found {[t.number for t in plan.tasks]}"))
    for key in sorted(set(wanted) ^ set(found)):
        measure.wrong.append((name, f"duty {'missed' if key in wanted else 'extra'} {key}"))


def _score_head(measure: Measure, name: str, expected: dict[str, Any], plan: Plan) -> None:
    for key in HEAD_FIELDS:
        want = expected[key]
        if key == "is_plan" and want is None:
            continue
        if key != "is_plan" and expected["is_plan"] is not True:
            continue
        if key == "issuers":
            score = _count(map(plain, want), map(plain, plan.issuers))
        else:
            have = getattr(plan, key)
            same = want == have if key == "is_plan" else plain(want) == plain(have)
            score = Score(int(same), 1, 1)
        measure.heads[key] += score
        if score.hits < max(score.expected, score.found):
            measure.wrong.append((name, f"head {key}: want {want!r}, found {getattr(plan, key)!r}"))


def measure_folder(folder: Path, *, reader: Callable[[str], Plan] = parse) -> Measure:
    """Every score of the texts in `folder`."""
    labels = read_labels(folder)
    measure = Measure()
    for name, expected in read_expected(folder).items():
        plan = reader((folder / name).read_text(encoding="utf-8"))
        _score_head(measure, name, expected, plan)
        _score_targets(measure, name, labels.get(name, []), list(plan.targets))
        if expected["score_tasks"] and expected["is_plan"] is not False:
            _score_tasks(measure, name, expected["tasks"], plan)
    return measure


def report(measure: Measure, *, detail: bool = False) -> str:
    """The scores as lines of text, with every miss where `detail` is asked for."""
    lines = [f"targets {level:8} {score}" for level, score in measure.targets.items()]
    lines += [f"tasks            {measure.tasks}", f"task titles      {measure.task_titles}"]
    lines += [f"responsibilities {measure.responsibilities}", f"with open lists  {measure.open_lists}"]
    lines += [f"head {key:12} {score}" for key, score in measure.heads.items()]
    lines += [f"recall by kind {key:22} {score.recall:.3f} of {score.expected}" for key, score in measure.kinds.items()]
    lines += [f"of answered: {key:10} {score.recall:.3f} of {score.expected}" for key, score in measure.fields.items()]
    if detail:
        for title, items in (("missed", measure.missed), ("extra", measure.extra), ("wrong", measure.wrong)):
            lines += [f"{title:7}{name}  {item}" for name, item in items]
    return "\n".join(lines)
