"""Tables that give each place its own figures (县区 | PM2.5浓度 | 优良天数比率) read as targets.

The head names the indicators, each row a place. The year stands in the head, or in the line above the table, or is the
last of the plan's period; a table without any year sets no targets.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cocontrol.plans.candidates import named_metrics
from cocontrol.plans.model import Target
from cocontrol.plans.periods import years_in
from cocontrol.plans.tables import Cell, Columns, Table, is_indicator_table, label_and_unit, target_of

_PLACE_HEAD = re.compile(
    r"(?:县区|县市区|县（市、?区）|区县|市县|市州|各?地区|城市|市|区域|行政区划?|镇街|街道|乡镇|单位|名称)$"
)
_PLACE = re.compile(
    r"[一-鿿（）、·]{1,14}(?:[省市区县州旗盟镇乡]|街道|管委会|全[省市县])(?:（[^）]*）)?|全[省市县区]|合计"
)
_ACTUAL = re.compile(r"现状|实际|基数|基准|完成情况|同期|20\d\d年值")
_ABOVE = 80
"""Characters above a table in which its year may stand."""
_FEWEST_ROWS = 2


def is_place_table(table: Table, original: str, period: int | None) -> bool:
    """Whether a table gives places figures of known indicators for a known year."""
    return bool(_read(table, original, period))


def place_targets(tables: list[Table], original: str, *, period: int | None = None) -> list[Target]:
    """The targets of all tables of places: one for each place and indicator, with the place as its subject."""
    return [target for table in tables for target in _read(table, original, period)]


def _read(table: Table, original: str, period: int | None) -> list[Target]:
    if is_indicator_table(table, period):
        return []
    head, *rows = table.rows
    place = next((i for i, cell in enumerate(head) if _PLACE_HEAD.search(cell.text)), None)
    named = [row for row in rows if place is not None and place < len(row) and _PLACE.fullmatch(row[place].text)]
    if place is None or len(named) < max(_FEWEST_ROWS, len(rows) - 1):
        return []
    year = _year_above(table, original) or period
    return [
        target
        for row in named
        for index in range(place + 1, min(len(head), len(row)))
        if (target := _one(head[index], row[place], row, index, year, original)) is not None
    ]


def _one(head: Cell, place: Cell, row: tuple[Cell, ...], index: int, year: int | None, original: str) -> Target | None:
    own = re.search(r"20\d\d(?=年)", head.text)
    label = re.sub(r"20\d\d年(?:度)?|(?:控制)?目标值?", "", head.text)
    due = int(own.group()) if own else year
    if due is None or _ACTUAL.search(head.text) or not named_metrics(label_and_unit(label, (), None)[0]):
        return None
    columns = Columns(0, None, None, ((index, due),), None, len(row))
    made = target_of(Cell(label, place.start, place.end), row, index, due, columns, original)
    return replace(made, subject=place.text) if made is not None else None


def _year_above(table: Table, original: str) -> int | None:
    """The year named in the lines directly above a table, the nearest first."""
    above = original[max(0, table.start - _ABOVE) : table.start].strip().split("\n")
    return next((years[-1] for line in reversed(above[-2:]) if (years := years_in(line.strip()))), None)
