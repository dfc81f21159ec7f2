"""Tables of tasks (序号 | 重点任务 | 牵头单位 | 配合单位 | 完成时限): each row is a task.

The head says which columns hold tasks, departments and times; it may take two rows, one above the other. Cells merged
down (empty, or repeated) go on with what stood above. Offsets count in the original text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from cocontrol.plans.model import Role
from cocontrol.plans.tables import Cell, cells_of
from cocontrol.plans.vocabulary import words

_ROWS_OF_HEAD = 3
_FEWEST_CELLS = 2
_LONGEST_LABEL = 14
_LONGEST_CATEGORY = 40
_LONGEST_TITLE = 60
_RULE = re.compile(r"^[|:\-\s—+=]+$")
_TASK = re.compile(
    r"^(?:[一-鿿]{0,6})(?:任务|措施|内容|举措|事项|工作|要求|项目|目标|要点)(?:名称|内容|清单|分解|措施|要求|目标|（[^）]*）)?$"
)
_DUTY = re.compile(
    r"^[一-鿿]{0,4}?(?P<word>牵头|主办|主责|总牵头|责任|负责|配合|协办|参与|参加|协同|协助|实施|落实|承办)(?:责任|落实|实施|负责)?"
    r"(?:单位|部门|主体|分工|区县|地区|处室|科室)(?:和[^。]{1,8}|及[^。]{1,8}|（[^）]*）)?$|^(?P<alone>牵头|主办|配合|协办|责任)$"
)
_TIME = re.compile(
    r"^(?:计划|要求|预计)?(?:完成|办结|推进|实施|起止|整改|落实)?(?:时限|时间|期限|时间节点|时间要求|进度|进度安排|进度要求|时序|年限)(?:要求)?$"
)
_SERIAL = re.compile(r"^(?:序号|编号|项次|任务编号|序|No\.?)$")
_CATEGORY = re.compile(r"^(?:[一-鿿]{0,4})(?:类别|领域|板块|分类|大类|方面|类型|专项)$")
_OTHER = re.compile(r"^(?:备注|说明|[一-鿿]{0,4}(?:领导|责任人|联系人|资金|投资|指标|单位|属性|依据|来源|电话))$")
_ROLES = {
    **dict.fromkeys(("牵头", "主办", "主责", "总牵头"), Role.LEAD),
    **dict.fromkeys(("配合", "协办", "参与", "参加", "协同", "协助"), Role.COOPERATE),
}
_ROWS_THAT_TELL = 3
_LONGEST_NAME = 20
_WHEN = re.compile(
    r"(?!$)(?:20\d\d年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底前?|末前?|年底前?|前)?|全年|长期(?:坚持)?|持续(?:推进)?|常态化"
)
_NUMBER = re.compile(r"^[（(]?[\d一二三四五六七八九十.．-]{1,6}[）)]?[、.．]?$")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a table: `said` holds its words (title and measures), `duties` the cells that name departments,
    `time` the words of the column of times and `due` the year in them."""

    number: str
    title: str
    category: str
    said: tuple[Cell, ...]
    duties: tuple[tuple[Role, Cell], ...]
    due: int | None
    time: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table of tasks with its span in the original, head included."""

    rows: tuple[TaskRow, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Head:
    """Which column is what; `height` counts the rows of the head."""

    tasks: tuple[int, ...]
    duties: tuple[tuple[int, Role], ...]
    serial: int | None
    category: int | None
    time: int | None
    width: int
    height: int


@dataclass(slots=True)
class _Reading:
    """What goes down from row to row while a table is read."""

    head: _Head
    rows: list[TaskRow] = field(default_factory=list)
    category: str = ""
    title: str = ""
    time: str = ""
    duties: tuple[tuple[Role, Cell], ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the original with its cells."""

    cells: tuple[Cell, ...]
    text: str
    start: int
    end: int

    @property
    def ruled(self) -> bool:
        """Whether the line only parts the head from the rows."""
        return _RULE.match(self.text) is not None


def task_tables(original: str) -> list[TaskTable]:
    """The tables of tasks of a text, in order. A text without a head that names tasks and departments has none."""
    if not re.search(r"\t|\||[ ]{2,}|\u3000", original) or not re.search(r"[局委厅办部府]", original):
        return []
    lines = [
        _Line(cells_of(m.group(), m.start()), m.group().strip(), m.start(), m.end())
        for m in re.finditer(r"[^\n]*\S[^\n]*\n?", original)
    ]
    made: list[TaskTable] = []
    at = 0
    while at < len(lines):
        head = _head([line for line in lines[at : at + _ROWS_OF_HEAD + 1] if not line.ruled]) or _told_by_rows(
            lines, at
        )
        if head is None:
            at += 1
            continue
        table, behind = _table(lines, at, head)
        made += [table] if table.rows else []
        at = max(behind, at + 1)
    return made


def _head(lines: list[_Line]) -> _Head | None:
    """The head that begins with the first of `lines`; None where it names no tasks or no departments."""
    if not lines or len(lines[0].cells) < _FEWEST_CELLS or any(len(c.text) > _LONGEST_LABEL for c in lines[0].cells):
        return None
    labels = [cell.text for cell in lines[0].cells]
    height = 1
    for line in lines[1:]:
        names = [cell.text for cell in line.cells]
        if len(names) != len(labels) or not any(names) or not all(_is_label(name) for name in names if name):
            break
        labels = [below or above for above, below in zip(labels, names, strict=True)]
        height += 1
    duties = tuple((i, role) for i, label in enumerate(labels) if (role := _role(label)) is not None)
    tasks = tuple(i for i, label in enumerate(labels) if _TASK.match(label) and _role(label) is None)
    if not duties or not tasks:
        return None
    return _Head(
        tasks, duties, _first(labels, _SERIAL), _first(labels, _CATEGORY), _first(labels, _TIME), len(labels), height
    )


def _told_by_rows(lines: list[_Line], at: int) -> _Head | None:
    """The columns of a table without a head, by what its rows hold: numbers or tasks, then departments, then times.

    Nothing says who leads, so every department is responsible.
    """
    width = len(lines[at].cells)
    rows = [line.cells for line in lines[at : at + _ROWS_THAT_TELL] if len(line.cells) == width]
    if len(rows) < _ROWS_THAT_TELL or width < _ROWS_THAT_TELL:
        return None
    columns = [[row[i].text for row in rows] for i in range(width)]
    duties = tuple((i, Role.RESPONSIBLE) for i, cells in enumerate(columns) if all(map(_names_bodies, cells)))
    times = [i for i, cells in enumerate(columns) if all(_WHEN.fullmatch(cell) for cell in cells)]
    serial = 0 if all(_NUMBER.match(cell) for cell in columns[0]) else None
    numbered = serial == 0 or all(re.match(r"\d{1,3}[、.． ]", cell) for cell in columns[0])
    first = duties[0][0] if duties else 0
    tasks = tuple(i for i in range(first) if i != serial and i not in times)
    if not tasks or not numbered:
        return None
    return _Head(tasks, duties, serial, None, times[-1] if times else None, width, 0)


def _names_bodies(cell: str) -> bool:
    """Whether a cell holds nothing but names of departments."""
    ends = tuple(words()["responsibility"]["name_endings"])
    parts = [part for part in re.split(r"[、，；]|等$", re.sub(r"（[^）]*）", "", cell)) if part]
    return bool(parts) and all(2 <= len(part) <= _LONGEST_NAME and part.endswith(ends) for part in parts)


def _is_label(text: str) -> bool:
    return any(pattern.match(text) for pattern in (_TASK, _DUTY, _TIME, _SERIAL, _CATEGORY, _OTHER))


def _first(labels: list[str], wanted: re.Pattern[str]) -> int | None:
    return next((i for i, label in enumerate(labels) if wanted.match(label)), None)


def _role(label: str) -> Role | None:
    match = _DUTY.match(label)
    return _ROLES.get(match["word"] or match["alone"], Role.RESPONSIBLE) if match else None


def _table(lines: list[_Line], at: int, head: _Head) -> tuple[TaskTable, int]:
    """The table whose head begins at line `at`, and the line behind it."""
    reading = _Reading(head)
    begin, end = lines[at].start, lines[at].end
    left = head.height
    i = at
    while i < len(lines):
        line = lines[i]
        i += 1
        if line.ruled and reading.rows == []:
            continue
        if left:
            left -= 1
            continue
        if _is_head_again(line, head):
            continue
        cells = _placed(line.cells, head)
        if cells is not None:
            _take(reading, cells, line)
        elif _is_category(lines, i - 1, head):
            reading.category = line.text.strip("| ")
        elif not line.ruled:
            i -= 1
            break
        end = line.end
    return TaskTable(tuple(reading.rows), begin, end), i


def _is_head_again(line: _Line, head: _Head) -> bool:
    """Whether a row repeats the head, as on the next page."""
    names = [cell.text for cell in line.cells if cell.text]
    return len(line.cells) == head.width and len(names) > 1 and all(_is_label(name) for name in names)


def _is_category(lines: list[_Line], at: int, head: _Head) -> bool:
    """Whether a line of one short cell heads the rows behind it."""
    filled = [cell for cell in lines[at].cells if cell.text]
    follows = at + 1 < len(lines) and _placed(lines[at + 1].cells, head) is not None
    return len(filled) == 1 and len(filled[0].text) <= _LONGEST_CATEGORY and follows and "。" not in filled[0].text


def _placed(cells: tuple[Cell, ...], head: _Head) -> tuple[Cell, ...] | None:
    """The cells of a row in their columns; None for a line that is no row. Cells merged away on the left are put back."""
    filled = [cell for cell in cells if cell.text]
    if len(cells) < _FEWEST_CELLS or len(filled) < _FEWEST_CELLS or len(cells) > head.width + 1:
        return None
    missing = head.width - len(cells)
    if missing <= 0:
        return cells[: head.width]
    blank = Cell("", cells[0].start, cells[0].start)
    numbered = head.serial == 0 and _NUMBER.match(cells[0].text) is not None
    ahead = 0 if numbered else min(missing, head.tasks[0])
    return (*(blank for _ in range(ahead)), *cells, *(blank for _ in range(missing - ahead)))


def _take(reading: _Reading, cells: tuple[Cell, ...], line: _Line) -> None:
    """Add the row, or what it adds to the row above."""
    head = reading.head
    said = tuple(cells[i] for i in head.tasks if cells[i].text)
    duties = tuple((role, cells[i]) for i, role in head.duties if cells[i].text)
    if head.category is not None and cells[head.category].text:
        reading.category = cells[head.category].text
    if not said:
        if reading.rows and duties:
            last = reading.rows[-1]
            reading.rows[-1] = replace(last, duties=(*last.duties, *duties), end=line.end)
        return
    reading.duties = duties or reading.duties
    own = [cell for cell in said if cell.text != reading.title] or list(said)
    goes_on = not cells[head.tasks[0]].text
    reading.time = "" if head.time is None else cells[head.time].text or (reading.time if goes_on else "")
    if cells[head.tasks[0]].text:
        reading.title = cells[head.tasks[0]].text
    number = cells[head.serial].text.rstrip("、.．") if head.serial is not None else ""
    due = re.findall(r"20\d\d", reading.time)
    reading.rows.append(
        TaskRow(
            number or str(len(reading.rows) + 1), _title(own[0].text), reading.category, tuple(own), reading.duties,
            int(due[-1]) if due else None, reading.time, min(cell.start for cell in cells if cell.text), _end(line),
        )
    )  # fmt: skip


def _end(line: _Line) -> int:
    return max(cell.end for cell in line.cells)


def _title(text: str) -> str:
    """The words of a task up to the first stop."""
    plain = re.sub(
        r"^(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)]?[、.．]|\d{1,3}[ ]|[（(][\d一二三四五六七八九十]{1,3}[）)])\s*",
        "",
        text,
    )
    return re.split(r"[。；]", plain)[0].strip()[:_LONGEST_TITLE]
