"""Indicator tables of a plan (指标 | 单位 | 2020年 | 2025年 | 属性) read as targets.

Rows are lines whose cells are parted by ``|`` (Markdown), tabs (Word, HTML, spreadsheets) or runs of blanks (PDF).
Offsets count in the original text; the prose reader leaves these lines alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cocontrol.plans.candidates import named_metrics
from cocontrol.plans.model import Target, TargetKind
from cocontrol.plans.normalise import normalise
from cocontrol.plans.numerals import number
from cocontrol.plans.periods import base_in, years_in
from cocontrol.plans.vocabulary import Unit, any_of, metrics, units

_FEWEST_CELLS = 3
_ROWS_OF_HEADER = 3
_RULE = re.compile(r"^[|:\-\s—]+$")
_NAME = re.compile(r"(?:指标名称|[一二三]级指标|主要指标|具体指标|指标内容|指标|名称)$")
_UNIT = re.compile(r"^(?:计量)?单位$")
_PROPERTY = re.compile(r"(?:属性|性质|类型)$")
_YEAR = re.compile(r"(?P<y>20\d\d)(?:年|$|[^\d])")
_PERIOD_AIM = re.compile(r"目标")
_BASE = re.compile(r"基期|基准|现状|实际|基础|完成值|完成情况")
_BINDING = re.compile("(?:约束|预期|引导|指导|参考)性?(?:指标)?")
_CHANGE = re.compile(r"增速|增长率|年均|累计|增幅")
_VALUE = re.compile(
    r"^(?P<sign>≥|≤|>=|<=|>|<|不低于|不少于|不高于|不超过|大于|小于|达到|约|控制在)?(?P<open>〔|（|\[|［|【)?(?P<minus>-)?(?P<num>\d[\d,]*(?:\.\d+)?)"
    r"(?P<unit>[^\d〕）\]］】左以]{0,12}?)(?P<close>〕|）|\]|］|】)?(?P<post>左右|及以上|及以下|以上|以下|以内)?$"
)
_SIGNS = {
    "≥": ">=", ">=": ">=", "不低于": ">=", "不少于": ">=", "≤": "<=", "<=": "<=", "不高于": "<=", "不超过": "<=", "控制在": "<=",
    ">": ">", "大于": ">", "<": "<", "小于": "<", "及以上": ">=", "以上": ">=", "及以下": "<=", "以下": "<", "以内": "<=",
}  # fmt: skip
_EXTERNAL = re.compile(r"下达|国家要求|上级要求|省定|完成(?:国家|省|上级|市)|国家标准")
_FALLS = re.compile(r"(?:下降|降低|削减|减少|降幅)(?:率|比例|幅度|累计)?$|(?:累计|年均)?(?:下降|降低)")
_RISES = re.compile(r"(?:增长|提高|提升|增加)(?:率|比例|幅度)?$")
_BRACKETED_UNIT = re.compile(r"[（(](?P<unit>[^（）()]{1,16})[）)]$|[，,](?P<tail>%|[一-鿿]{1,8}(?:/[一-鿿]{1,6})?)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its offsets in the original and its readable text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """Consecutive rows of cells; `start` and `end` are offsets in the original."""

    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what: target columns with their years, and the base year."""

    name: int
    unit: int | None
    quality: int | None
    aims: tuple[tuple[int, int | None], ...]
    base_year: int | None
    width: int
    total: int | None = None


_CATEGORY = re.compile(r"[^。；，：\n]{2,20}")
"""A line between two rows that only names a group of indicators (环境质量)."""


def tables_in(original: str) -> list[Table]:
    """The tables of a text: at least two consecutive rows of three cells or more."""
    found: list[Table] = []
    rows: list[tuple[Cell, ...]] = []
    begin = end = 0
    for line in [*re.finditer(r"[^\n]*\n|[^\n]+$", original), None]:
        cells = cells_of(line.group(), line.start()) if line else ()
        ruled = line is not None and rows and _RULE.match(line.group()) is not None and line.group().strip()
        if rows and line is not None and len(cells) == 1 and _goes_on(line, original):
            continue
        if len(cells) >= _FEWEST_CELLS or ruled:
            begin = begin if rows else (line.start() if line else begin)
            end = line.end() if line else end
            if not ruled:
                rows.append(cells)
            continue
        if len(rows) > 1:
            found.append(Table(tuple(rows), begin, end))
        rows = []
    return found


def _goes_on(line: re.Match[str], original: str) -> bool:
    """Whether a line of one cell names the group of the rows behind it, and the table goes on."""
    behind = original[line.end() : original.find("\n", line.end()) % (len(original) + 1)]
    group = line.group().strip(" |\t\n")
    cells = cells_of(behind, 0)
    new = re.search("专栏|附[件表]|表[ ]?\\d", group) is not None or any(_YEAR.match(cell.text) for cell in cells)
    return _CATEGORY.fullmatch(group) is not None and not new and len(cells) >= _FEWEST_CELLS


def cells_of(line: str, offset: int) -> tuple[Cell, ...]:
    """The cells of one line that begins at `offset`, parted by ``|``, tabs or runs of blanks; one cell for prose."""
    body = line.rstrip("\n")
    if body.lstrip().startswith("|") or body.count("|") >= _FEWEST_CELLS - 1:
        separator = r"\|"
    elif "\t" in body:
        separator = r"\t"
    else:
        separator = r"[ ]{2,}|\u3000+"
    made = []
    place = 0
    if re.search(separator, body.strip()) is None:
        start = offset + len(body) - len(body.lstrip())
        return (Cell(body.strip(), start, start + len(body.strip())),)
    for piece in re.split(f"({separator})", body):
        stripped = piece.strip()
        if re.fullmatch(separator, piece) is None:
            begin = offset + place + len(piece) - len(piece.lstrip())
            made.append(Cell(normalise(stripped).text if stripped else "", begin, begin + len(stripped)))
        place += len(piece)
    if separator != r"\t":
        made = [cell for cell in made if cell.text or separator == r"\|"]
    if separator == r"\|":
        made = made[1 if body.lstrip().startswith("|") else 0 : -1 if body.rstrip().endswith("|") else None]
    return tuple(made)


def is_indicator_table(table: Table, period: int | None = None) -> bool:
    """Whether a head of the table names indicators and years or aims, or its last cells say 约束性 and 预期性."""
    return _columns(table)[0] is not None or _without_head(table, period) is not None


def sets_aims(table: Table) -> bool:
    """Whether a table calls a column of years aims or its indicators binding or expected: one of results does not."""
    columns, head = _columns(table)
    if columns is None:
        return False
    called = any(_PERIOD_AIM.search(cell.text) for row in table.rows[:head] for cell in row)
    rated = [cell for row in table.rows[head:] for cell in row if cell.text and _BINDING.fullmatch(cell.text)]
    return called or bool(rated)


def looks_numeric(table: Table) -> bool:
    """Whether a table that could not be read holds figures all the same."""
    values = sum(1 for row in table.rows for cell in row if _VALUE.match(cell.text))
    return values >= len(table.rows)


def _columns(table: Table, period: int | None = None, issued: int | None = None) -> tuple[Columns | None, int]:
    """The columns by the first row that names indicators and a year, and how many rows the head takes."""
    for index, row in enumerate(table.rows[:_ROWS_OF_HEADER]):
        texts, taken = _head_texts(table, index)
        names = [i for i, text in enumerate(texts) if _NAME.search(text) and not _YEAR.search(text)]
        dated = [(i, _year_of(text)) for i, text in enumerate(texts) if i not in names and _is_dated(text)]
        if not names or not dated:
            continue
        aims, base_year = _aims(texts, dated, period, issued)
        if not aims:
            continue
        unit = next((i for i, text in enumerate(texts) if _UNIT.match(text)), None)
        quality = next((i for i, text in enumerate(texts) if _PROPERTY.search(text) and i not in names), None)
        total = next((i for i, text in enumerate(texts) if "累计" in text and i not in {i for i, _ in dated}), None)
        return Columns(names[-1], unit, quality, aims, base_year, len(row), total), index + taken
    return None, 0


def _head_texts(table: Table, index: int) -> tuple[list[str], int]:
    """The head's words column by column, and its rows: one, or two where the years stand below 现状值 and 目标值."""
    texts = [cell.text for cell in table.rows[index]]
    below = [cell.text for cell in table.rows[index + 1]] if index + 1 < len(table.rows) else []
    dated = [text for text in below if _YEAR.match(text)]
    rest = [text for text in below if text and text not in dated]
    if not dated or any(not re.search("现状|目标|值|年", text) for text in rest) or any(map(_YEAR.match, texts)):
        return texts, 1
    if len(below) < len(texts):
        return texts, 1
    spread = [*texts, *[""] * (len(below) - len(texts))]
    for i in range(1, len(spread)):
        spread[i] = spread[i] or (spread[i - 1] if below[i] in dated else "")
    return [a + b for a, b in zip(spread, below, strict=True)], 2


def _is_dated(text: str) -> bool:
    return _YEAR.search(text) is not None or (_PERIOD_AIM.search(text) is not None and "指标" not in text)


def _year_of(text: str) -> int | None:
    match = _YEAR.search(text)
    if match:
        return int(match["y"])
    return next(iter(years_in(text)), None)


def _aims(
    texts: list[str], dated: list[tuple[int, int | None]], period: int | None, issued: int | None
) -> tuple[tuple[tuple[int, int | None], ...], int | None]:
    """Target columns with years, and the base year: columns marked so, or the first of several years."""
    marked = [(i, year) for i, year in dated if _BASE.search(texts[i]) and not _PERIOD_AIM.search(texts[i])]
    rest = [(i, year or period) for i, year in dated if (i, year) not in marked and not _CHANGE.search(texts[i])]
    known = [year for _, year in rest if year]
    if not marked and len(known) > 1 and not _PERIOD_AIM.search(texts[rest[0][0]]):
        first = min(known)
        base = [(i, year) for i, year in rest if year == first]
        ahead = first >= (issued or period or max(known))
        if len(rest) > len(base) and first < max(known) and not ahead:
            return tuple(item for item in rest if item not in base), first
    return tuple(rest), next((year for _, year in marked if year), None)


def table_targets(
    tables: list[Table], original: str, *, period: int | None = None, issued: int | None = None
) -> list[Target]:
    """The targets of all indicator tables; `period` is the last year of the plan for columns that only say 目标, and
    `issued` the year in which it was issued: columns of that year and later ones set aims."""
    made: list[Target] = []
    for table in tables:
        columns, head = _columns(table, period, issued)
        if columns is None:
            columns, head = _without_head(table, period), 0
        if columns is None:
            continue
        for row in table.rows[head:]:
            made += _row_targets(_shifted(row, columns), columns, original)
    return made


def _without_head(table: Table, period: int | None) -> Columns | None:
    """The columns of a table whose head was lost, by its last cells 约束性 and 预期性: name, figures, property."""
    rows = table.rows
    width = len(rows[0])
    if period is None or any(len(row) != width or not _BINDING.fullmatch(row[-1].text) for row in rows):
        return None
    name = next((i for i, cell in enumerate(rows[0]) if named_metrics(label_and_unit(cell.text, (), None)[0])), None)
    if name is None or width - name < _FEWEST_CELLS:
        return None
    unit = name + 1 if all(row[name + 1].text in units() for row in rows) else None
    return Columns(name, unit, width - 1, ((width - 2, period),), None, width)


def _shifted(row: tuple[Cell, ...], columns: Columns) -> tuple[Cell, ...]:
    """A row that lacks leading cells (merged ones) moved to the right."""
    missing = columns.width - len(row)
    if missing < 0 and not any(cell.text for cell in row[columns.width :]):
        return row[: columns.width]
    if missing < 0:
        return row[-missing:]
    blank = Cell("", row[0].start, row[0].start)
    return (*(blank for _ in range(missing)), *row) if 0 < missing <= columns.name else row


def _row_targets(row: tuple[Cell, ...], columns: Columns, original: str) -> list[Target]:
    if len(row) <= columns.name or not re.search(r"[一-鿿A-Z]", row[columns.name].text):
        return []
    name = row[columns.name]
    made = []
    for index, year in columns.aims:
        if index < len(row) and row[index].text:
            target = target_of(name, row, index, year, columns, original)
            made += [target] if target is not None else []
    if not made and columns.total is not None and columns.total < len(row):
        last = columns.aims[-1][1]
        target = target_of(name, row, columns.total, last, columns, original)
        made += [target] if target is not None else []
    return made


def target_of(
    name: Cell, row: tuple[Cell, ...], index: int, year: int | None, columns: Columns, original: str
) -> Target | None:
    """The target of one cell: what its row is called, and the figure in column `index` for `year`."""
    cell = row[index]
    label, unit_text = label_and_unit(name.text, row, columns)
    named = named_metrics(label)
    metric, subject = (named[-1].metric, named[-1].subject) if named else ("other", label)
    quality = row[columns.quality].text if columns.quality is not None and columns.quality < len(row) else None
    start, end = min(name.start, cell.start), max(name.end, cell.end)
    bare = Target(
        id="", task_id=None, text=original[start:end], start=start, end=end, kind=TargetKind.EXTERNAL, metric=metric,
        subject=subject, operator=None, value=None, unit=None, normalised_value=None, normalised_unit=None,
        base_year=None, target_year=year, qualifier=cell.text,
    )  # fmt: skip
    if _EXTERNAL.search(cell.text):
        return bare
    match = _VALUE.match(cell.text)
    value = number(match["num"]) if match else None
    if match is None or value is None:
        return None
    unit = units().get(match["unit"] or unit_text) or units().get(unit_text)
    operator, value, basis, told = _comparison(match, label, metric, value, unit)
    return replace(
        bare, kind=TargetKind.QUANTITATIVE, operator=operator, value=value,
        unit=unit.written if unit else (unit_text or None),
        normalised_value=round(value * unit.factor, 9) if unit else value,
        normalised_unit=unit.canonical if unit else (unit_text or None),
        base_year=(base_in(name.text) or columns.base_year) if basis == "change" else None,
        qualifier=_qualifier(match["post"], quality), basis=basis, operator_status="written" if told else "recalled",
    )  # fmt: skip


def label_and_unit(name: str, row: tuple[Cell, ...], columns: Columns | None) -> tuple[str, str]:
    """The indicator's name without its number and unit, and the unit from its column or behind the name."""
    label = re.sub(r"^[（(]?[\d一二三四五六七八九十]+[）).、．]\s*|^其中[:：]?", "", name)
    match = _BRACKETED_UNIT.search(label)
    own = (match["unit"] or match["tail"] or "") if match else ""
    known = own in units() or re.fullmatch(r"%|[一-鿿]*(?:吨|千瓦|元|克|米|亩|个|家|天|亿|万)[^（）]*", own) is not None
    if match and known:
        label = label[: match.start()]
    told = columns is not None and columns.unit is not None and columns.unit < len(row)
    column = row[columns.unit].text if columns is not None and columns.unit is not None and told else ""
    return label, column or (own if known else "")


def _comparison(
    match: re.Match[str], label: str, metric: str, value: float, unit: Unit | None
) -> tuple[str, float, str, bool]:
    """Operator, signed value, basis and whether the table writes the operator itself."""
    share = unit is not None and unit.canonical == "%"
    sign = -1.0 if _FALLS.search(label) else 1.0
    if (sign < 0 or _RISES.search(label)) and not re.search(r"(?:减排|削减)(?:总)?量$", label):
        operator = "change_pct" if share else ("<=" if sign < 0 else ">=")
        return operator, sign * value, "change", True
    written = _SIGNS.get(match["sign"] or "") or _SIGNS.get(match["post"] or "")
    if written:
        return written, value, "level", True
    saved = re.search(r"减排|削减|节约|替代|利用|回收|治理|达标", label) is not None
    good = metrics()[metric].good
    basis = "reduction" if saved and good == "down" else "level"
    return ("<=" if good == "down" and not saved else ">="), value, basis, False


def _qualifier(post: str | None, quality: str | None) -> str | None:
    """What stands behind the number, and whether the indicator binds (约束性) or is expected (预期性)."""
    return "、".join(part for part in (post, quality) if part) or None


_HEAD_IN_PROSE = re.compile(
    rf"(?:指标|序号)[^。；，\n]{{0,40}}{any_of(['2020年', '2025年', '2030年', '目标值', '约束性', '预期性'])}"
)


def unread_head(text: str) -> int | None:
    """Where readable prose looks like the head of a table whose columns were lost; None where it does not."""
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        if (
            len(line) <= 80
            and "。" not in line
            and _HEAD_IN_PROSE.search(line)
            and len(re.findall(r"20\d\d年|目标值|单位|属性", line)) >= 2
        ):
            return match.start()
    return None
