"""Whether one wording asks for more than another: by modality, figures, lists, exemptions and consequences."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cocontrol.core.text import Text
from cocontrol.plans.alignment import levelled
from cocontrol.plans.brackets import split_outside
from cocontrol.plans.model import Modality, Target, TargetKind

_RANK = {
    Modality.PROHIBIT: 6.0, Modality.BINDING: 5.0, Modality.IN_PRINCIPLE: 4.0, Modality.GOAL: 4.0, Modality.STRIVE: 3.0,
    Modality.PROMOTE: 2.0, Modality.ENCOURAGE: 1.0, Modality.PILOT: 0.5, Modality.PERMIT: 0.0,
}  # fmt: skip
_STRENGTHS = {
    Modality.PROHIBIT: Text("禁止", "prohibits"), Modality.BINDING: Text("强制", "binding"),
    Modality.IN_PRINCIPLE: Text("原则上", "in principle"), Modality.GOAL: Text("目标", "goal"),
    Modality.STRIVE: Text("力争", "strives"), Modality.PROMOTE: Text("推动", "promotes"),
    Modality.ENCOURAGE: Text("鼓励", "encourages"), Modality.PILOT: Text("试点", "pilot"), Modality.PERMIT: Text("允许", "permits"),
}  # fmt: skip
_CONSEQUENCES = (("通报", 1), ("约谈", 2), ("问责", 3), ("追责", 3), ("一票否决", 4))
_EXCEPT = re.compile(r"（(?P<before>不含[^）]*|[^）]*除外)）")


_LIST_TAIL = re.compile(r"等?(?:重点)?(?:行业|领域|产业|车辆)?(?:产能|新增产能)?$|等$")


PUBLISHED = frozenset({"kept", "tightened", "loosened", "dropped", "added", "merged"})
"""The words of the published interface for how clauses and tasks of two plans relate."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: its kind, the words on both sides, and why it is judged so."""

    kind: str
    parent_text: str | None
    child_text: str | None
    reason: Text
    scope: str

    @property
    def published_kind(self) -> str:
        """The kind in the words of the published interface: what is only worded differently is kept."""
        return self.kind if self.kind in PUBLISHED else "kept"

    def as_dict(self) -> dict[str, str | None]:
        """Plain values for JSON; `nuance` is our finer word, where there is one."""
        return {
            "kind": self.published_kind,
            "nuance": None if self.kind in PUBLISHED else self.kind,
            "parent_text": self.parent_text,
            "child_text": self.child_text,
            "scope": self.scope,
            "reason_zh": self.reason.zh,
            "reason_en": self.reason.en,
        }


def by_modality(one: Modality, other: Modality, parent_text: str, child_text: str) -> list[Change]:
    """A change of the binding word, where it crosses from not binding to binding or back, or bans outright."""
    if one is other or _RANK[one] == _RANK[other] or not (one.binds or other.binds):
        return []
    if {one, other} == {Modality.BINDING, Modality.GOAL} or {one, other} <= {Modality.IN_PRINCIPLE, Modality.GOAL}:
        return []
    kind = "tightened" if _RANK[other] > _RANK[one] else "loosened"
    reason = Text("约束力由“{a}”变为“{b}”", "from {a} to {b}").format(a=_STRENGTHS[one], b=_STRENGTHS[other])
    return [Change(kind, parent_text, child_text, reason, "modality")]


def by_consequence(parent_text: str, child_text: str) -> list[Change]:
    """What happens to those who fail: 通报 < 约谈 < 问责."""
    one = max((rank for word, rank in _CONSEQUENCES if word in parent_text), default=0)
    other = max((rank for word, rank in _CONSEQUENCES if word in child_text), default=0)
    if one == other or not (one and other):
        return []
    names = {rank: word for word, rank in _CONSEQUENCES if word in parent_text + child_text}
    reason = Text("后果由“{a}”变为“{b}”", "the consequence changes from {a} to {b}").format(
        a=names[one], b=names[other]
    )
    return [Change("tightened" if other > one else "loosened", parent_text, child_text, reason, "consequence")]


def by_value(one: Target, other: Target) -> Change | None:
    """A figure that moved; None where the two are equal or cannot be compared."""
    if one.metric != other.metric or one.normalised_value is None or other.normalised_value is None:
        return None
    if one.normalised_value == other.normalised_value and one.operator == other.operator:
        return None
    if one.normalised_unit != other.normalised_unit:
        return None
    stricter = _stricter(one, other)
    if stricter is None:
        return None
    reason = Text("数值由{a}变为{b}", "the figure changes from {a} to {b}").format(a=_shown(one), b=_shown(other))
    return Change("tightened" if stricter else "loosened", one.text, other.text, reason, "value")


def _stricter(one: Target, other: Target) -> bool | None:
    """Whether the second figure asks for more, by what the operator demands."""
    a, b = one.normalised_value, other.normalised_value
    if a is None or b is None:
        return None
    if one.operator == "change_pct" and other.operator == "change_pct":
        return abs(b) > abs(a) if (a < 0) == (b < 0) else None
    if one.kind in {TargetKind.THRESHOLD, TargetKind.STAGE} and one.kind is other.kind:
        wider = b > a if one.operator in {"<", "<="} else b < a
        return wider if a != b else None
    if one.operator in {"<", "<="} or other.operator in {"<", "<="}:
        return b < a if a != b else None
    return b > a if a != b else other.operator == "==" or one.operator == ">="


def _shown(target: Target) -> str:
    """The figure as people write it: a change with its sign, any other with its bound."""
    if target.value is None:
        return target.text
    if target.operator == "change_pct":
        return f"{target.value:+g}{target.unit or ''}"
    bound = "" if target.operator in {None, "=="} else target.operator
    return f"{bound}{target.value:g}{target.unit or ''}"


@dataclass(frozen=True, slots=True)
class Item:
    """One member of a list, with the exemption written behind it."""

    name: str
    exempt: str | None


def items(text: str) -> list[Item]:
    """The members of a list joined by 、, exemptions in brackets kept apart."""
    readable = plain_list(text)
    made = [item for a, b in split_outside(readable, "、") for item in _members(readable[a:b])]
    return [item for item in made if item.name]


def _members(piece: str) -> list[Item]:
    """The members of one piece: the last of a list may join two by 和."""
    exempt = _EXCEPT.search(piece)
    name = re.sub(r"（[^）]*）", "", piece).strip()
    parts = re.split(r"(?<=[一-鿿]{2})和(?=[一-鿿]{2})", name) if len(name) > 10 else [name]
    return [Item(_LIST_TAIL.sub("", part).strip(), exempt["before"] if exempt else None) for part in parts]


def plain_list(text: str) -> str:
    """Text of a list without blanks, variants of one character made alike."""
    return re.sub(r"\s+", "", text).replace("炭素", "碳素")


def by_items(parent: str, child: str) -> list[Change]:
    """Members dropped, added, widened (传统煤化工 → 煤化工) and exemptions that came or went."""
    left, right = items(parent), items(child)
    if len(left) < 3 or len(right) < 2:
        return []
    made = []
    for item in left:
        twin = next((other for other in right if _alike(item.name, other.name)), None)
        if twin is None:
            made.append(
                Change(
                    "dropped",
                    item.name,
                    None,
                    Text("清单中去掉“{n}”", "{n} left out of the list").format(n=item.name),
                    "item",
                )
            )
            continue
        made += _by_exemption(item, twin)
        if item.name != twin.name and item.name.endswith(twin.name):
            reason = Text("范围由“{a}”放宽为“{b}”，约束更广", "widened from {a} to {b}").format(
                a=item.name, b=twin.name
            )
            made.append(Change("tightened", item.name, twin.name, reason, "item"))
    for item in right:
        if not any(_alike(other.name, item.name) for other in left):
            made.append(
                Change(
                    "added", None, item.name, Text("清单中增加“{n}”", "{n} put on the list").format(n=item.name), "item"
                )
            )
    return made


def _by_exemption(one: Item, other: Item) -> list[Change]:
    if (one.exempt is None) == (other.exempt is None):
        return []
    if one.exempt:
        reason = Text("“{n}”的豁免（{e}）被去掉", "the exemption of {n} is gone: {e}").format(n=one.name, e=one.exempt)
        return [Change("tightened", f"{one.name}（{one.exempt}）", other.name, reason, "exemption")]
    reason = Text("“{n}”增加豁免（{e}）", "an exemption of {n} is new: {e}").format(n=other.name, e=other.exempt)
    return [Change("loosened", one.name, f"{other.name}（{other.exempt}）", reason, "exemption")]


def _alike(one: str, other: str) -> bool:
    """Whether two names mean the same member: equal, one inside the other, or its letters in order inside it."""
    a, b = levelled(one), levelled(other)
    if a == b or (len(a) >= 2 and a in b) or (len(b) >= 2 and b in a):
        return True
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return len(short) >= 3 and len(long) <= 4 * len(short) and all(c in rest for c in short)
