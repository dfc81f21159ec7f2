"""The tree that opens a figure: what it is, where it comes from, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node. `value` None means missing: then `status` is the notation key and `detail` says why.

    `status` is ``verified``, ``recalled``, a notation key or None; `cell` names the result cell of the
    node where it is one, so that it can be asked for by itself. Words are in the language asked for.
    """

    label: str
    value: float | None = None
    unit: str = ""
    detail: str = ""
    status: str | None = None
    cell: str | None = None
    children: tuple[Explanation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON, children nested."""
        return {
            "label": self.label,
            "value": self.value,
            "unit": self.unit,
            "detail": self.detail,
            "status": self.status,
            "cell": self.cell,
            "children": [child.as_dict() for child in self.children],
        }

    def as_rows(self) -> list[dict[str, Any]]:
        """The tree as rows from the top down, each with its depth."""
        return [{"depth": depth, **{k: getattr(node, k) for k in _ROW_FIELDS}} for depth, node in self.walk()]

    def as_text(self) -> str:
        """The tree as indented lines with box-drawing branches."""
        return "\n".join(self.lines())

    def line(self) -> str:
        """The node without its children in one line."""
        figure = "" if self.value is None else f" = {number_text(self.value)}"
        unit = f" {self.unit.replace('*', ' ')}" if self.unit not in {"", "1"} and self.value is not None else ""
        status = f" [{self.status}]" if self.status else ""
        detail = f" — {self.detail}" if self.detail else ""
        return f"{self.label}{figure}{unit}{status}{detail}"

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Every node with its depth, parents before children."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def cut(self, depth: int) -> Explanation:
        """The same tree with at most `depth` levels below this node."""
        if depth <= 0:
            return replace(self, children=())
        return replace(self, children=tuple(child.cut(depth - 1) for child in self.children))

    def lines(self, first: str = "", rest: str = "") -> Iterator[str]:
        """The tree line by line; `first` leads the first line, `rest` those below it."""
        yield first + self.line()
        for child in self.children:
            last = child is self.children[-1]
            yield from child.lines(rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))


_ROW_FIELDS = ("label", "value", "unit", "detail", "status", "cell")


def number_text(value: float) -> str:
    """A number for display: thousands separators, eight significant digits, no exponent in the common range.

    >>> number_text(82959160.2), number_text(0.0258), number_text(1.0)
    ('82,959,160', '0.0258', '1')
    """
    if value == 0:
        return "0"
    if abs(value) >= 1e8:
        return f"{value:,.0f}"
    if abs(value) < 1e-6:
        return f"{value:.6g}"
    digits = f"{value:,.8g}"
    return digits if "e" not in digits else f"{value:,.12f}".rstrip("0")
