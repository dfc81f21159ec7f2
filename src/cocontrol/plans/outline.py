"""The section tree of a plan, for every numbering habit, and the tasks at its leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cocontrol.plans.headings import INLINE, Marker, marker_at
from cocontrol.plans.vocabulary import pattern, words

_NESTED = {"chapter": 0, "part": 1, "article": 2}
_LONGEST_TITLE = 160
_MINOR = {"num_paren", "circle", "roman"}
_BOX = re.compile(r"[【\[（]?专栏[ ]?[\d一二三四五六七八九十]{0,3}[^。]{0,40}$")
_CLOSES_BOX = {"chapter", "part", "article", "cn_dot", "cn_paren"}
_TAIL = re.compile(
    r"^(?:附件|附表|附\s*[:：]|抄送|（此件|此件|主办[:：]|信息公开|责任编辑|打印|分享|相关(?:附件|文档|链接)|上一篇|下一篇"
    r"|本(?:方案|办法|意见|细则|计划)自.{0,20}(?:施行|实施)|\d{4}年\d{1,2}月\d{1,2}日\s*$|(?!责任|牵头|配合|负责|参与)[^：:、]{2,20}(?:办公室|厅|局|人民政府|委员会)\s*$)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the readable text."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Node:
    """A heading with everything under it; `end` is where the next heading of any rank begins.

    `boxed` headings number the projects of a box (专栏) and are no tasks of their own.
    """

    marker: Marker | None
    title: str
    start: int
    end: int
    words_from: int
    kind: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    boxed: bool = False

    @property
    def number(self) -> str:
        """The number as the plan writes it."""
        return self.marker.written if self.marker else ""

    @property
    def heading(self) -> str:
        """Number and title."""
        glue = "、" if self.marker and self.marker.style == "cn_dot" else ""
        return f"{self.number}{glue}{self.title}"

    def path(self) -> tuple[str, ...]:
        """Headings from the top down to the parent."""
        made: list[str] = []
        node = self.parent
        while node is not None and node.marker is not None:
            made.append(node.heading)
            node = node.parent
        return tuple(reversed(made))

    def walk(self) -> Iterator[Node]:
        """The node and everything under it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def extent(self) -> int:
        """Where the last thing under the node ends."""
        return self.children[-1].extent if self.children else self.end


def lines_of(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The paragraphs between two offsets, without blank ones."""
    stop = len(text) if end is None else end
    made = []
    for match in re.finditer(r"[^\n]+", text[start:stop]):
        stripped = match.group()
        lead = len(stripped) - len(stripped.lstrip())
        body = stripped.strip()
        if body:
            made.append(Line(start + match.start() + lead, start + match.start() + lead + len(body), body))
    return made


def outline(text: str, start: int = 0, end: int | None = None) -> Node:
    """The section tree of ``text[start:end]``; the root has no marker.

    A marker of a habit already open closes everything down to it; a new habit opens a level below.
    Numbers that run through the sections are therefore no difficulty.
    """
    stop = len(text) if end is None else end
    root = Node(None, "", start, stop, start, "root")
    stack = [root]
    last: dict[str, int] = {}
    box = False
    for line in _headed(text, start, stop):
        marker = marker_at(line.text)
        box = (box and (marker is None or marker.style not in _CLOSES_BOX)) or _BOX.match(line.text) is not None
        if marker is None or not _plausible(marker, line.text, last, stack):
            continue
        while len(stack) > 1 and _closes(stack, marker):
            last = _forget(last, stack.pop(), marker)
        parent = stack[-1]
        title, words_from = _title(line, marker)
        node = Node(marker, title, line.start, stop, words_from, _kind(title, parent.kind), parent, boxed=box)
        parent.children.append(node)
        stack.append(node)
        last[marker.style] = marker.value
    _set_ends(root, stop)
    return root


def _headed(text: str, start: int, stop: int) -> list[Line]:
    """Lines that may open with a number: paragraphs, and what follows a stop inside one where a number goes on."""
    made: list[Line] = []
    seen: dict[str, int] = {}
    for line in lines_of(text, start, stop):
        begin = 0
        if (opening := marker_at(line.text)) is not None:
            seen[opening.style] = opening.value
        for match in [*INLINE.finditer(line.text), None]:
            piece_end = match.end() if match else len(line.text)
            if match is not None:
                marker = marker_at(line.text[match.end() :])
                if marker is None or not _goes_on(line.text, match.start(), marker, seen):
                    continue
                seen[marker.style] = marker.value
            piece = line.text[begin:piece_end].rstrip()
            if piece:
                made.append(Line(line.start + begin, line.start + begin + len(piece), piece))
            begin = piece_end
    return made


def _goes_on(line: str, place: int, marker: Marker, seen: dict[str, int]) -> bool:
    """Whether a number inside a paragraph heads a part of it: the next of its habit, or a first with a second behind.

    Whole plans stand in one paragraph: ……制定本方案。一、工作目标：……二、工作任务：（一）……
    """
    if marker.value == 1 and marker.style in {"cn_dot", "cn_paren"} and line[place - 1] in "）〕】。：":
        second = re.escape(marker.written.replace("一", "二")) + ("、" if marker.style == "cn_dot" else "")
        return re.search(rf"[。；）：]\s*{second}", line[place:]) is not None
    closing = line[place - 1] in "）〕】。"
    return closing and marker.value >= 2 and seen.get(marker.style, 0) + 1 == marker.value


def _plausible(marker: Marker, line: str, last: dict[str, int], stack: list[Node]) -> bool:
    """Whether the number belongs to a sequence: it starts one, or goes on from the last of its habit."""
    rest = line[marker.end :]
    if not rest:
        return False
    before = last.get(marker.style)
    if marker.style.startswith("multi"):
        return True
    if marker.style == "num_space":
        return (before is None and marker.value == 1) or (before is not None and marker.value == before + 1)
    if marker.value in {0, 1}:
        return True
    if before is not None:
        return before < marker.value <= before + 3 or any(n.marker and n.marker.style == marker.style for n in stack)
    return marker.value <= 3


def _closes(stack: list[Node], marker: Marker) -> bool:
    """Whether the innermost open section ends where `marker` begins."""
    top = stack[-1].marker
    if top is None:
        return False
    if top.style.startswith("multi") and marker.style.startswith("multi"):
        return len(top.parts) >= len(marker.parts)
    styles = [n.marker.style for n in stack if n.marker]
    if marker.style in styles:
        return True
    if marker.style in _NESTED:
        return _NESTED.get(top.style, 9) > _NESTED[marker.style]
    return marker.style == "cn_dot" and not any(s in {"chapter", "part", "article", "cn_paren"} for s in styles)


def _forget(last: dict[str, int], closed: Node, marker: Marker) -> dict[str, int]:
    """Numbers remembered; those of closed levels are kept, because numbers may run through sections."""
    if closed.marker and closed.marker.style == marker.style:
        return {**last, marker.style: closed.marker.value}
    return last


def _title(line: Line, marker: Marker) -> tuple[str, int]:
    """The words of a heading: up to the first stop, mark of loss, colon or bracket; and where they begin."""
    rest = line.text[marker.end :]
    match = re.match(r"([^。〓]{1,60}?)(?:[。〓]|[:：](?=.)|$|(?=[（〔【][^）]{0,200}(?:负责|牵头|单位)))", rest)
    title = match[1] if match else rest[:40]
    return title.strip(), line.start + marker.end


def _kind(title: str, parent: str) -> str:  # noqa: PLR0911 - one return a kind, in order
    """What a section is: by its own words, else by its parent's."""
    if pattern("sections", "appendix").match(title):
        return "appendix"
    short = len(title) <= 24
    if short and pattern("sections", "principles").search(title):
        return "principles"
    if short and pattern("sections", "background").search(title) and not re.search(r"推进|加强|提升|应对", title):
        return "background"
    if short and re.search(r"指标(?:体系|表)?$", title):
        return "goals"
    goal = pattern("sections", "goals").search(title) and not pattern("sections", "goal_not").search(title)
    if short and goal and re.search(r"目标(?:指标|任务)?$|^(?:主要|总体|具体|工作|发展|阶段)?.{0,6}目标", title):
        return "goals"
    if short and pattern("sections", "general").search(title):
        return "general"
    if parent in {"goals", "principles", "background", "appendix"}:
        return parent
    if short and pattern("sections", "assurance").search(title):
        return "assurance"
    return parent if parent in {"assurance"} else "tasks"


def _set_ends(root: Node, stop: int) -> None:
    nodes = list(root.walk())
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        node.end = following.start if following else stop


def task_nodes(root: Node, has_departments: dict[int, bool]) -> list[Node]:
    """The nodes that are tasks, in order.

    A task is a leaf outside the aims, principles and annexes. Sub-items fold into their parent when
    none but the last of them names departments, or when they are numbered ①, (1) below a numbered item.
    """
    return [node for node in _leaves(root, has_departments) if node.kind in {"tasks", "assurance"}]


def _leaves(node: Node, has: dict[int, bool]) -> Iterator[Node]:
    if node.kind in {"goals", "principles", "background", "appendix"}:
        return
    if node.marker is not None and (not node.children or _folds(node, has)):
        if node.kind != "general":
            yield node
        return
    for child in node.children:
        yield from _leaves(child, has)


def _folds(node: Node, has: dict[int, bool]) -> bool:
    """Whether the children of a numbered item are parts of it and not tasks of their own."""
    children = node.children
    if any(child.children for child in children) or node.parent is None:
        return False
    if all(child.boxed for child in children):
        return True
    owners = [child for child in children if has.get(child.start, False)]
    minor = all(child.marker is not None and child.marker.style in _MINOR for child in children)
    if len(owners) >= 2 or (len(owners) == 1 and owners[0] is not children[-1]):
        return False
    if owners:
        return len(children) >= 2 and node.parent.marker is not None
    return has.get(node.start, False) or (minor and node.parent.marker is not None)


def tail_start(text: str, start: int, end: int) -> int:
    """Where annex lists, signatures and page furniture behind the last item begin."""
    for line in lines_of(text, start, end)[1:]:
        if _TAIL.match(line.text) and len(line.text) < 120:
            return line.start
    return end


def body_start(text: str) -> int:
    """Where the plan itself begins: at the title line above its first section of the first rank."""
    lines = lines_of(text)
    first = _first_section(lines)
    suffix = tuple(words()["titles"]["suffixes"])
    for index in range(len(lines) - 1 if first is None else first - 1, -1, -1):
        if len(lines[index].text) > _LONGEST_TITLE:
            continue
        candidate = re.sub(r"（[^）]*）$", "", lines[index].text)
        if candidate.endswith(suffix) and len(candidate) <= 80 and "。" not in candidate:
            return lines[index].start
    return lines[0].start if lines else 0


def _first_section(lines: list[Line]) -> int | None:
    """The line with the first heading of the first rank that has a second one after it."""
    for index, line in enumerate(lines):
        marker = marker_at(line.text)
        if (
            marker is not None
            and marker.value in {0, 1}
            and not line.text.endswith(("…", "......"))
            and len(line.text) > 3
        ):
            return index
    return None
