"""Plans as workbooks: sheets of plain rows, and the matrix with its coloured letters."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import xlsxwriter

from cocontrol.core.text import Text
from cocontrol.plans.compare import Comparison
from cocontrol.plans.labels import RELATION
from cocontrol.plans.model import Role
from cocontrol.reference.metrics import metric_name
from cocontrol_web.language import say
from cocontrol_web.planning import labels
from cocontrol_web.planning.corrections import Review
from cocontrol_web.planning.matrix import Matrix
from cocontrol_web.planning.objects import EDITABLE, KINDS

Rows = Sequence[Sequence[Any]]
WIDEST = 60
FILLS = {Role.LEAD: "#1f6f8f", Role.RESPONSIBLE: "#a5e1eb", Role.COOPERATE: "#ecf1f2"}
"""Fill of a cell by role; the first is dark and takes white letters."""


def workbook(sheets: Sequence[tuple[str, Sequence[str], Rows]], notes: Sequence[tuple[str, str]]) -> bytes:
    """A workbook with one sheet of rows under headings for each entry, and a sheet of notes."""
    stream = io.BytesIO()
    book = _book(stream)
    for name, headings, rows in sheets:
        _sheet(book, name, headings, rows)
    _notes(book, notes)
    book.close()
    return stream.getvalue()


def matrix_workbook(matrix: Matrix, notes: Sequence[tuple[str, str]]) -> bytes:
    """The matrix as people print it, and the same as a list that can be filtered."""
    stream = io.BytesIO()
    book = _book(stream)
    _matrix_sheet(book, matrix)
    titles = {task.id: (task.number, task.title) for task in matrix.tasks}
    rows = [
        [row.department, *titles[task_id], say(labels.ROLE[duty.role]), _tick(duty.inherited), _tick(duty.open_list)]
        for row in matrix.rows
        for task_id, duty in row.duties.items()
        if task_id in titles
    ]
    headings = [
        say(Text("单位", "department")), say(Text("序号", "number")), say(Text("任务", "task")), say(Text("职责", "role")),
        say(Text("统一写明", "named once for all")), say(Text("名单后有“等”", "open list")),
    ]  # fmt: skip
    _sheet(book, say(Text("清单", "list")), headings, rows)
    _notes(book, notes)
    book.close()
    return stream.getvalue()


def _matrix_sheet(book: Any, matrix: Matrix) -> None:
    page = book.add_worksheet(say(Text("责任矩阵", "matrix")))
    head = book.add_format({"bold": True, "bottom": 1, "rotation": 90, "text_wrap": True, "valign": "bottom"})
    plain = book.add_format({"bold": True, "bottom": 1, "valign": "bottom"})
    formats = {
        (role, inherited): book.add_format(_cell_format(role, inherited))
        for role in FILLS
        for inherited in (False, True)
    }
    first = [say(Text("单位", "department")), *(say(labels.ROLE[role]) for role in FILLS)]
    page.write_row(0, 0, first, plain)
    for column, task in enumerate(matrix.tasks, len(first)):
        page.write_string(0, column, f"{task.number} {task.title}".strip(), head)
    for line, row in enumerate(matrix.rows, 1):
        page.write_string(line, 0, row.department)
        page.write_row(line, 1, row.counts)
        for column, task in enumerate(matrix.tasks, len(first)):
            if (duty := row.duties.get(task.id)) is not None:
                letter = say(labels.ROLE_LETTER[duty.role])
                page.write_string(
                    line, column, f"({letter})" if duty.inherited else letter, formats[duty.role, duty.inherited]
                )
    page.set_row(0, 150)
    page.set_column(0, 0, 30)
    page.set_column(1, len(first) - 1, 6)
    page.set_column(len(first), len(first) + len(matrix.tasks), 4)
    page.freeze_panes(1, len(first))
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _cell_format(role: Role, inherited: bool) -> dict[str, Any]:
    if inherited:
        return {"align": "center", "italic": True, "font_color": "#5d6b71"}
    dark = role is Role.LEAD
    return {"align": "center", "bg_color": FILLS[role], "bold": dark, "font_color": "#ffffff" if dark else "#172429"}


def comparison_workbook(comparison: Comparison, notes: Sequence[tuple[str, str]]) -> bytes:
    """Every difference on one row; departments and targets on sheets of their own."""
    changes = [
        [
            "、".join(f"{t.number} {t.title}".strip() for t in pair.parents),
            "、".join(f"{t.number} {t.title}".strip() for t in pair.children),
            say(labels.code(RELATION, pair.relation)),
            say(labels.code(RELATION, change.kind)) if change else "",
            say(labels.code(labels.SCOPE, change.scope)) if change else "",
            change.parent_text if change else None,
            change.child_text if change else None,
            say(change.reason) if change else "",
        ]
        for pair in comparison.pairs
        for change in (pair.changes or (None,))
    ]
    targets = [
        [
            say(metric_name(t["metric"])),
            t["target_year"],
            t["parent"],
            t["child"],
            say(labels.code(RELATION, t["relation"])),
        ]
        for t in comparison.targets
    ]
    parent, child, relation = (
        say(Text("上级方案", "parent plan")), say(Text("下级方案", "child plan")), say(Text("关系", "relation")),
    )  # fmt: skip
    return workbook(
        [
            (
                say(Text("差异", "differences")),
                [
                    say(Text("上级任务", "parent task")), say(Text("下级任务", "child task")), relation,
                    say(Text("变化", "change")), say(Text("方面", "aspect")), parent, child, say(Text("说明", "reason")),
                ],
                changes,
            ),
            (say(Text("单位对应", "departments")), [parent, child], [list(pair) for pair in comparison.departments]),
            (
                say(Text("目标分解", "targets")),
                [say(Text("指标", "metric")), say(Text("目标年", "target year")), parent, child, relation],
                targets,
            ),
        ],
        notes,
    )  # fmt: skip


def plan_workbook(review: Review, notes: Sequence[tuple[str, str]]) -> bytes:
    """Every object of a plan with its state, one sheet a kind."""
    sheets = []
    numbers = {task.id: f"{task.number} {task.title}".strip() for task in review.plan.tasks}
    for kind in KINDS:
        coded = {name: labels.codes(kind, name) for name in EDITABLE[kind]}
        headings = [
            say(Text("状态", "state")), say(Text("任务", "task")), *(say(labels.field(kind, n)) for n in EDITABLE[kind]),
            say(Text("起", "start")), say(Text("止", "end")), say(Text("原文", "words")),
        ]  # fmt: skip
        rows = [
            [
                say(labels.STATE[item.state]),
                numbers.get(item.task or "", ""),
                *(_shown(item.values[name], coded[name]) for name in EDITABLE[kind]),
                item.start,
                item.end,
                asdict(item.object).get("text", ""),
            ]
            for item in review.of_kind(kind)
        ]
        sheets.append((say(labels.KIND[kind]), headings, rows))
    return workbook(sheets, notes)


def _shown(value: Any, codes: Any) -> Any:
    if isinstance(value, bool):
        return _tick(value)
    if isinstance(value, list):
        return "、".join(map(str, value))
    return say(codes[value]) if value in codes else value


def _tick(value: bool) -> str:
    return "✓" if value else ""


def _book(stream: io.BytesIO) -> Any:
    return xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def _sheet(book: Any, name: str, headings: Sequence[str], rows: Rows) -> None:
    page = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    page.write_row(0, 0, list(headings), head)
    for line, row in enumerate(rows, 1):
        page.write_row(line, 0, list(row), body)
    for column, heading in enumerate(headings):
        longest = max((len(str(row[column] or "")) for row in rows), default=0)
        page.set_column(column, column, min(WIDEST, max(8, len(heading) * 2, longest * 1.6)))
    page.freeze_panes(1, 0)
    if rows:
        page.autofilter(0, 0, len(rows), len(headings) - 1)


def _notes(book: Any, notes: Sequence[tuple[str, str]]) -> None:
    page = book.add_worksheet(say(Text("说明", "notes")))
    for line, (label, text) in enumerate(notes):
        page.write_string(line, 0, label)
        page.write_string(line, 1, text)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, WIDEST)
