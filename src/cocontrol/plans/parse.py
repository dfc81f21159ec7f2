"""From the text of a plan to its objects."""

from __future__ import annotations

import re
from dataclasses import replace

from cocontrol.core.text import Text
from cocontrol.plans import metadata
from cocontrol.plans.clauses import clause_spans, clauses_of
from cocontrol.plans.context import Setting
from cocontrol.plans.judging import Evidence, evidence, judge, judge_piece, may_be_piece
from cocontrol.plans.model import Gap, Notice, Plan, Responsibility, Target, TargetKind, Task
from cocontrol.plans.normalise import LOST, Normalised, normalise
from cocontrol.plans.outline import Line, Node, body_start, lines_of, outline, tail_start, task_nodes
from cocontrol.plans.periods import annual_year, final_year, years_in
from cocontrol.plans.place_tables import is_place_table, place_targets
from cocontrol.plans.quoting import quoted_aims, quoted_notice, speaks_of_the_field
from cocontrol.plans.responsibilities import Found, find_responsibilities, first_named_leads
from cocontrol.plans.tabled_tasks import joined, tabled_tasks, without_tables
from cocontrol.plans.tables import Table, is_indicator_table, looks_numeric, table_targets, tables_in, unread_head
from cocontrol.plans.targets import Scope, find_targets
from cocontrol.plans.task_tables import TaskTable, task_tables

LONGEST = 600_000
"""Characters beyond which a text is not read as a plan; the longest provincial plans have about 60 000."""


def parse(text: str) -> Plan:
    """The plan in `text`: head, tasks with departments and clauses, targets, gaps and warnings.

    Every object carries offsets into `text`, and its ``text`` is ``text[start:end]``. A text that is no
    plan comes back with `is_plan` false, the reason in `warnings`, no tasks, and only the aims that it quotes for
    named years (`plan.quoted_aims`). Never raises.
    """
    if len(text) > LONGEST:
        notice = Text(
            "文本有{n}个字符，超过{m}，不按方案读取；请拆分或只取方案正文",
            "the text has {n} characters, more than {m}: split it or give the plan alone",
        ).format(n=len(text), m=LONGEST)
        return Plan(None, None, (), None, None, None, is_plan=False, warnings=(Notice("plan.too_long", notice),))
    listed = task_tables(text)
    source = normalise(without_tables(text, listed))
    begin = body_start(source.text)
    head = metadata.read_metadata(source.text, begin)
    root = outline(source.text, begin, tail_start(source.text, _last_heading(source.text, begin), len(source.text)))
    found = _departments(source, root)
    nodes = task_nodes(root, {start: bool(item.own) for start, item in found.items()})
    nodes = [node for node in nodes if not _only_holds_table(source, node, listed)]
    rows = sum(len(table.rows) for table in listed)
    named = sum(1 for item in found.values() if item.own) + rows
    whole = "\n".join([source.text, *(text[table.start : table.end] for table in listed)])
    seen = evidence(head.title, whole, len(nodes) + rows, named, sum(1 for _ in root.walk()) + rows)
    is_plan, why = judge(seen)
    bare = Plan(
        head.title, head.document_number, head.issuers, head.issued_on, head.region, head.level, is_plan,
        gaps=source.gaps, warnings=(*why, *_gap_notices(source.gaps)),
    )  # fmt: skip
    if is_plan:
        made = _filled(bare, source, root, nodes, text, listed)
        return made if _sets_aims(made) else _with_digest(made, source, begin, text)
    if not may_be_piece(seen):
        return _with_quoted(bare, source, seen, text)
    piece = _filled(replace(bare, warnings=()), source, root, nodes, text, listed)
    taken, reason = judge_piece(seen, sum(1 for target in piece.targets if target.target_year))
    if not taken or not speaks_of_the_field(piece.targets):
        return _with_quoted(bare, source, seen, text)
    return replace(piece, warnings=(*reason, *_gap_notices(source.gaps), *piece.warnings))


def _with_quoted(plan: Plan, source: Normalised, seen: Evidence, original: str) -> Plan:
    """A text that is no plan with the aims it quotes, and a warning that it only quotes them."""
    found = quoted_aims(source, plan.title, seen, tables_in(original), original)
    if not found:
        return plan
    return replace(plan, targets=_numbered(found, []), warnings=(*plan.warnings, quoted_notice()))


def _with_digest(plan: Plan, source: Normalised, begin: int, original: str) -> Plan:
    """A plan whose given part sets no targets, with those of the report that stands before its title."""
    if not years_in(source.text[:begin]) and not re.search(r"20\d\d年", source.text[:begin]):
        return plan
    found = find_targets(source, [Scope(0, begin, None, goals=True)], original)
    return replace(plan, targets=_numbered([*found, *plan.targets], []))


def _sets_aims(plan: Plan) -> bool:
    """Whether a plan's own words set anything but thresholds and bans."""
    return any(target.kind not in {TargetKind.THRESHOLD, TargetKind.ZERO, TargetKind.STAGE} for target in plan.targets)


def _only_holds_table(source: Normalised, node: Node, listed: list[TaskTable]) -> bool:
    """Whether a heading has no words of its own but a table of tasks behind it: its rows are the tasks."""
    if not listed or source.text[node.words_from + len(node.title) : node.extent].strip(" 。：\n" + LOST):
        return False
    start = source.span(node.start, node.words_from)[0]
    behind = source.span(node.extent, node.extent)[0] if node.extent < len(source.text) else len(source.text) + start
    return any(start < table.start and (table.start < behind or behind <= start) for table in listed)


def _last_heading(text: str, begin: int) -> int:
    """Where the last heading begins: what follows it may be signatures and annex lists."""
    nodes = list(outline(text, begin).walk())
    return nodes[-1].start


def _departments(source: Normalised, root: Node) -> dict[int, Found]:
    """Responsibilities of every heading's own stretch, by where it begins."""
    leads = first_named_leads(source.text)
    return {
        node.start: find_responsibilities(source, node.start, node.end, first_leads=leads)
        for node in root.walk()
        if node.marker is not None
    }


def _filled(
    plan: Plan, source: Normalised, root: Node, nodes: list[Node], original: str, listed: list[TaskTable]
) -> Plan:
    """The plan with the tasks and targets of its prose, its tables of tasks and its tables of indicators."""
    setting = Setting(
        annual_year(plan.title),
        int(plan.issued_on[:4]) if plan.issued_on else None,
        final_year(plan.title) or _period(plan.title),
    )
    prose, scopes = _prose_tasks(source, root, nodes, original)
    tasks, of_rows = joined(prose, tabled_tasks(original, listed, setting), _headings_above(source, root, listed))
    scopes = [replace(scope, setting=setting, task_id=_task_of(scope, tasks, source)) for scope in scopes]
    tables = [t for t in tables_in(original) if not any(t.start < x.end and x.start < t.end for x in listed)]
    period = _period(plan.title)
    of_places = place_targets(tables, original, period=period)
    read = [t for t in tables if is_indicator_table(t, period) or is_place_table(t, original, period)]
    targets = _numbered(
        [*(t for t in find_targets(source, scopes, original) if not _inside(t, read)), *of_rows],
        _placed([*table_targets(tables, original, period=period, issued=setting.issued), *of_places], tasks),
    )
    return Plan(
        plan.title, plan.document_number, plan.issuers, plan.issued_on, plan.region, plan.level, is_plan=True,
        tasks=tuple(tasks), targets=targets, gaps=plan.gaps,
        warnings=(*plan.warnings, *_task_notices(tasks), *_operator_notice(targets), *table_notices(tables, read, source)),
    )  # fmt: skip


def _prose_tasks(source: Normalised, root: Node, nodes: list[Node], original: str) -> tuple[list[Task], list[Scope]]:
    """The tasks of the outline, and the stretches in which targets are looked for; a task's scope carries its id."""
    tasks: list[Task] = []
    scopes: list[Scope] = []
    inherited: tuple[Responsibility, ...] = ()
    leads = first_named_leads(source.text)
    for index, node in enumerate(nodes, 1):
        found = find_responsibilities(source, node.start, node.extent, first_leads=leads)
        task = _task(f"T{index}", node, found, inherited, source, original)
        tasks.append(task)
        scopes.append(Scope(_behind_title(source.text, node), node.extent, task.id, goals=False, hidden=found.spans))
        inherited = found.inherited or inherited
    return tasks, scopes + _aims(source, root, nodes)


def _task_of(scope: Scope, tasks: list[Task], source: Normalised) -> str | None:
    """The final identifier of the task to which a stretch belongs."""
    if scope.task_id is None:
        return None
    start = source.span(scope.start, scope.end)[0]
    return next((task.id for task in reversed(tasks) if task.start <= start < task.end), scope.task_id)


def _headings_above(source: Normalised, root: Node, listed: list[TaskTable]) -> dict[int, tuple[str, ...]]:
    """The headings under which each row of a table of tasks stands, by where the row begins."""
    if not listed:
        return {}
    heads = [(source.span(n.start, n.end)[0], (*n.path(), n.heading)) for n in root.walk() if n.marker is not None]
    return {
        row.start: next((path for start, path in reversed(heads) if start < table.start), ())
        for table in listed
        for row in table.rows
    }


def _inside(target: Target, tables: list[Table]) -> bool:
    """Whether prose was read out of the rows of a table that is read as such."""
    return any(t.start < target.end and target.start < t.end for t in tables)


def _placed(found: list[Target], tasks: list[Task]) -> list[Target]:
    """Targets of tables with the task in which the table stands."""
    return [
        replace(item, task_id=next((task.id for task in tasks if task.start <= item.start < task.end), None))
        for item in found
    ]


def _numbered(prose: list[Target], tabled: list[Target]) -> tuple[Target, ...]:
    """All targets in the order of the text, numbered ``G1`` …"""
    ordered = sorted([*prose, *tabled], key=lambda target: (target.start, target.end))
    return tuple(replace(target, id=f"G{index}") for index, target in enumerate(ordered, 1))


def _period(title: str | None) -> int | None:
    """The last year of a plan period named in the title (“十四五” → 2025)."""
    return next(iter(years_in(title or "")), None)


def _task(
    identifier: str, node: Node, found: Found, inherited: tuple[Responsibility, ...], source: Normalised, original: str
) -> Task:
    end = _trimmed(source.text, node.extent)
    start, finish = source.span(node.start, end)
    spans = _clause_spans(source.text, node, end, found.spans)
    return Task(
        identifier,
        node.number,
        node.path(),
        node.title,
        start,
        finish,
        node.kind,
        found.own,
        inherited,
        clauses_of(source, identifier, spans, original),
    )


def _clause_spans(text: str, node: Node, end: int, hidden: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """The clauses of a task: its words without the heading's title and without the departments."""
    begin = node.words_from
    if text.startswith(node.title, begin):
        after = begin + len(node.title)
        rest = text[after:end].strip(" 。：\n" + LOST)
        begin = after if len(rest) > 4 and not any(a <= end - len(rest) < b for a, b in hidden) else begin
    pieces: list[tuple[int, int]] = []
    for a, b in [*hidden, (end, end)]:
        if begin < min(a, end):
            pieces += clause_spans(text, begin, min(a, end))
        begin = max(begin, b)
    return pieces


def _behind_title(text: str, node: Node) -> int:
    """Where the words of a task begin: behind its title, unless the title is all there is or holds a figure."""
    after = node.words_from + len(node.title)
    has_figure = any(c.isdigit() for c in node.title)
    return node.words_from if has_figure or not text[after : node.extent].strip(" 。：\n" + LOST) else after


def _trimmed(text: str, end: int) -> int:
    while end > 0 and text[end - 1] in " \n":
        end -= 1
    return end


def _aims(source: Normalised, root: Node, tasks: list[Node]) -> list[Scope]:
    """The stretches outside tasks that may hold targets: sections of aims, and opening lines of task sections."""
    inside = [(node.start, node.extent) for node in tasks]
    scopes = []
    for node in root.walk():
        if node.marker is None or node.kind in {"principles", "background", "appendix"}:
            continue
        if any(a <= node.start < b for a, b in inside):
            continue
        aims = node.kind in {"goals", "general"}
        years = _years_of_list(source.text, node) if aims else ()
        scopes.append(Scope(node.start, node.end, None, goals=aims, years=years))
    scopes += _preface(source.text, root)
    return [scope for scope in scopes if source.text[scope.start : scope.end].strip()]


def _years_of_list(text: str, node: Node) -> tuple[int, ...]:
    """The years of the words above a numbered list of aims that end in a colon."""
    above = node.parent
    if above is None or above.marker is None:
        return ()
    last = text[above.start : above.end].rstrip().rpartition("\n")[2]
    return years_in(last) if last.endswith(("：", ":")) else ()


_PURPOSE = re.compile(
    r"制[定订](?:本|以下|如下)|提出如下|编制本|现(?:将|印发)|印发给|^(?:为|根据|按照)(?![^。]{0,200}到20\d\d年)|^各[^。]{2,}[：:]$"
)


def _preface(text: str, root: Node) -> list[Scope]:
    """Paragraphs before the first number that set aims with a year: a plan without numbers is all preface."""
    first = root.children[0].start if root.children else root.end
    lines = lines_of(text, root.start, first)
    above = _years_above(lines)
    return [
        Scope(line.start, line.end, None, goals=True, years=above.get(line.start, ()))
        for line in (
            lines if len(lines) == 1 or not root.children else lines[0 if lines and _tells(lines[0].text) else 1 :]
        )
        if not _PURPOSE.search(line.text) and (years_in(line.text) or not root.children)
    ]


def _years_above(lines: list[Line]) -> dict[int, tuple[int, ...]]:
    """The years that govern paragraphs opened by dashes (——水环境质量改善。), by where each begins: those of the
    paragraph before the first dash."""
    found: dict[int, tuple[int, ...]] = {}
    years: tuple[int, ...] = ()
    for line in lines:
        if _DASHED.match(line.text):
            found[line.start] = years
        else:
            years = years_in(line.text[:_OPENING])
    return found


_DASHED = re.compile(r"[—–\-]{1,4}[一-鿿]")
_OPENING = 20
"""Characters in which the paragraph above a list names the year of the list."""


def _tells(line: str) -> bool:
    """Whether the first line of a text is a paragraph (a report before the plan), not its title."""
    return len(line) > 60 and "。" in line


def _gap_notices(gaps: tuple[Gap, ...]) -> tuple[Notice, ...]:
    message = Text(
        "“{b}”与“{a}”之间的字符已丢失，无法恢复，以〓标出",
        "characters lost between {b} and {a}: marked 〓, not guessed",
    )
    return tuple(Notice("plan.lost_characters", message.format(b=g.before, a=g.after), g.start, g.end) for g in gaps)


def _task_notices(tasks: list[Task]) -> tuple[Notice, ...]:
    without = [task for task in tasks if not task.responsibilities and task.section_kind == "tasks"]
    if not without or len(without) == len(tasks):
        return ()
    message = Text("任务“{n} {t}”没有写明责任单位", "no department is named for task {n} {t}")
    return tuple(Notice("plan.no_department", message.format(n=t.number, t=t.title), t.start, t.end) for t in without)


def table_notices(tables: list[Table], read: list[Table], source: Normalised) -> tuple[Notice, ...]:
    """Which tables were `read` as indicators, by what custom, and which were not."""
    left = [table for table in tables if table not in read and looks_numeric(table)]
    made = []
    if read:
        message = Text(
            "{n}张指标表按行读取；表中没有写明方向的，按指标含义取“≥”或“≤”",
            "{n} tables of indicators read row by row: where no sign is written, the indicator decides between ≥ and ≤",
        )
        made.append(Notice("plan.table_read", message.format(n=len(read)), read[0].start, read[0].end))
    unread = Text(
        "表格没有识别出指标列，未读取：请核对原表", "a table without recognised columns was not read: check it"
    )
    made += [Notice("plan.table_not_read", unread, table.start, table.end) for table in left]
    if not tables and (place := unread_head(source.text)) is not None:
        start, end = source.span(place, place + 1)
        made.append(Notice("plan.table_not_read", unread, start, end))
    return tuple(made)


def _operator_notice(targets: tuple[Target, ...]) -> tuple[Notice, ...]:
    silent = [t for t in targets if t.operator_status == "recalled" and t.kind is TargetKind.THRESHOLD]
    if not silent:
        return ()
    message = Text(
        "{n}个门槛没有写明“以上”或“以下”，按通行做法取“≥”",
        "{n} thresholds are written without an operator: ≥ is taken by custom",
    )
    return (Notice("plan.operator_recalled", message.format(n=len(silent))),)
