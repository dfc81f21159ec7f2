"""Choices about an inventory that only the place can make: declared notation keys, weights of pollutants."""

from __future__ import annotations

from cocontrol.core.notation import NotationKey
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text

NOTATION_DECLARED = TABLES.declare(
    Table(
        name="notation_declared",
        label=Text("标记声明", "declared notation keys"),
        description=Text(
            "本地确认的标记：某类源不发生（NO）、不适用（NA）、保密（C）或计入他处（IE）。类别可写上级类别。",
            "Notation keys that the place confirms: a source does not occur (NO), is not applicable (NA), confidential (C) or "
            "included elsewhere (IE). A category holds for those below it.",
        ),
        key=(),
        columns=(
            Column(
                "category", Kind.TEXT, Text("源类别", "category"), Text("源类别代码", "source category"),
                required=True, code_list="category",
            ),
            Column("pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("空为全部", "empty: all")),
            Column(
                "notation", Kind.TEXT, Text("标记", "notation key"), Text("NO、NA、C、IE 或 NE", "NO, NA, C, IE or NE"),
                required=True, allowed={key.value: key.label for key in NotationKey},
            ),
            Column("reason", Kind.TEXT, Text("理由", "reason"), Text("为什么", "why"), required=True),
            Column(
                "source", Kind.TEXT, Text("依据", "source"), Text("文件、台账或会议纪要", "document or register"),
                required=True,
            ),
        ),
    )
)  # fmt: skip

POLLUTANT_EQUIVALENT = TABLES.declare(
    Table(
        name="pollutant_equivalent",
        label=Text("污染物当量", "pollutant equivalents"),
        description=Text(
            "把多种大气污染物合为一个当量的权重。权重是政策选择，须注明来源；没有声明就逐项判定，从不假定。",
            "Weights that make one equivalent of several air pollutants. They are a choice of policy, so each names its source; "
            "without them every pollutant is judged alone.",
        ),
        key=("pollutant",),
        columns=(
            Column(
                "pollutant", Kind.TEXT, Text("污染物", "pollutant"), Text("污染物代码", "code of the pollutant"), required=True
            ),
            Column(
                "weight", Kind.NUMBER, Text("权重", "weight"), Text("每吨相当的当量", "equivalents per tonne"),
                required=True, minimum=0, exclusive_minimum=True,
            ),
            Column("source", Kind.TEXT, Text("来源", "source"), Text("文件和条款", "document and clause"), required=True),
        ),
    )
)  # fmt: skip
