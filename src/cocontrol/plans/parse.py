"""From the text of a plan to its objects."""

from __future__ import annotations

from cocontrol.core.text import Text
from cocontrol.plans import metadata
from cocontrol.plans.clauses import clause_spans, clauses_of
from cocontrol.plans.judging import judge
from cocontrol.plans.model import Gap, Notice, Plan, Responsibility, Target, Task
from cocontrol.plans.normalise import LOST, Normalised, normalise
from cocontrol.plans.outline import Node, body_start, outline, tail_start, task_nodes
from cocontrol.plans.responsibilities import Found, find_responsibilities, first_named_leads
from cocontrol.plans.targets import Scope, find_targets

LONGEST = 600_000
"""Characters beyond which a text is not read as a plan; the longest provincial plans have about 60 000."""


def parse(text: str) -> Plan:
    """The plan in `text`: head, tasks with departments and clauses, targets, gaps and warnings.

    Every object carries offsets into `text`, and its ``text`` is ``text[start:end]``. A text that is no
    plan comes back with `is_plan` false, the reason in `warnings`, and no tasks or targets. Never raises.
    """
    if len(text) > LONGEST:
        notice = Text(
            "文本有{n}个字符，超过{m}，不按方案读取；请拆分或只取方案正文",
            "the text has {n} characters, more than {m}: split it or give the plan alone",
        ).format(n=len(text), m=LONGEST)
        return Plan(None, None, (), None, None, None, is_plan=False, warnings=(Notice("plan.too_long", notice),))
    source = normalise(text)
    begin = body_start(source.text)
    head = metadata.read_metadata(source.text, begin)
    root = outline(source.text, begin, tail_start(source.text, _last_heading(source.text, begin), len(source.text)))
    found = _departments(source, root)
    nodes = task_nodes(root, {start: bool(item.own) for start, item in found.items()})
    named = sum(1 for item in found.values() if item.own)
    is_plan, why = judge(head.title, source.text, len(nodes), named, sum(1 for _ in root.walk()))
    plan = Plan(
        head.title, head.document_number, head.issuers, head.issued_on, head.region, head.level, is_plan,
        gaps=source.gaps, warnings=(*why, *_gap_notices(source.gaps)),
    )  # fmt: skip
    return _filled(plan, source, root, nodes, text) if is_plan else plan


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


def _filled(plan: Plan, source: Normalised, root: Node, nodes: list[Node], original: str) -> Plan:
    tasks: list[Task] = []
    scopes: list[Scope] = []
    inherited: tuple[Responsibility, ...] = ()
    for index, node in enumerate(nodes, 1):
        found = find_responsibilities(source, node.start, node.extent, first_leads=first_named_leads(source.text))
        task = _task(f"T{index}", node, found, inherited, source, original)
        tasks.append(task)
        scopes.append(Scope(_behind_title(source.text, node), node.extent, task.id, goals=False, hidden=found.spans))
        inherited = found.inherited or inherited
    scopes += _aims(source, root, nodes)
    targets = find_targets(source, scopes, original)
    return Plan(
        plan.title, plan.document_number, plan.issuers, plan.issued_on, plan.region, plan.level, is_plan=True,
        tasks=tuple(tasks), targets=targets, gaps=plan.gaps,
        warnings=(*plan.warnings, *_task_notices(tasks), *_operator_notice(targets)),
    )  # fmt: skip


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
    return node.start if has_figure or not text[after : node.extent].strip(" 。：\n" + LOST) else after


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
        scopes.append(Scope(node.start, node.end, None, goals=node.kind in {"goals", "general"}))
    return [scope for scope in scopes if source.text[scope.start : scope.end].strip()]


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


def _operator_notice(targets: tuple[Target, ...]) -> tuple[Notice, ...]:
    silent = [t for t in targets if t.operator_status == "recalled"]
    if not silent:
        return ()
    message = Text(
        "{n}个门槛没有写明“以上”或“以下”，按通行做法取“≥”",
        "{n} thresholds are written without an operator: ≥ is taken by custom",
    )
    return (Notice("plan.operator_recalled", message.format(n=len(silent))),)
