"""What codes of a plan are called on its pages: kinds, checks, relations. Rules and metrics have their names in the library."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.registers import TARGET_KINDS, TARGET_OPERATORS
from cocontrol.core.text import Text, same
from cocontrol.plans.labels import CHECK, CLAUSE_TYPE
from cocontrol.plans.vocabulary import metrics
from cocontrol.reference.metrics import metric_name
from cocontrol.rules.labels import MODALITY
from cocontrol_web.planning.corrections import Action, Reason
from cocontrol_web.planning.objects import State

KIND: Mapping[str, Text] = {
    "task": Text("任务", "task"),
    "clause": Text("条款", "clause"),
    "target": Text("目标", "target"),
    "responsibility": Text("责任单位", "department"),
    "rule": Text("规则", "rule"),
    "notice": Text("提示与缺字", "notices and gaps"),
}
TAB: Mapping[str, Text] = {
    "task": Text("任务", "tasks"),
    "clause": Text("条款", "clauses"),
    "target": Text("目标", "targets"),
    "responsibility": Text("责任单位", "departments"),
    "rule": Text("规则", "rules"),
    "notice": Text("提示与缺字", "notices and gaps"),
}
STATE: Mapping[str, Text] = {
    State.PROPOSED: Text("待确认", "to confirm"),
    State.CONFIRMED: Text("已确认", "confirmed"),
    State.CORRECTED: Text("已更正", "corrected"),
    State.ADDED: Text("人工添加", "added by hand"),
    State.REJECTED: Text("已否定", "rejected"),
}
ACTION: Mapping[str, Text] = {
    Action.CONFIRM: Text("确认", "confirmed"),
    Action.SET: Text("更正", "corrected"),
    Action.REJECT: Text("否定", "rejected"),
    Action.ADD: Text("添加", "added"),
}
REASON: Mapping[str, Text] = {
    Reason.TEXT_CHANGED: Text("原文中已没有这段文字", "these words are no longer in the text"),
    Reason.AMBIGUOUS: Text("原文中这段文字出现多次，位置不能确定", "these words now stand in several places"),
    Reason.CODE_UNKNOWN: Text("更正所用的代码已不在词表中", "the code set here is no longer in the vocabulary"),
}
ROLE: Mapping[str, Text] = {
    "lead": Text("牵头", "lead"),
    "responsible": Text("负责", "responsible"),
    "cooperate": Text("配合", "cooperate"),
}
ROLE_LETTER: Mapping[str, Text] = {
    "lead": Text("牵", "L"),
    "responsible": Text("责", "R"),
    "cooperate": Text("配", "C"),
}
SECTION: Mapping[str, Text] = {
    "tasks": Text("任务", "tasks"),
    "assurance": Text("保障措施", "assurance"),
    "goals": Text("目标", "aims"),
    "general": Text("总体要求", "general"),
}
LEVEL: Mapping[str, Text] = {
    "national": Text("国家", "national"),
    "province": Text("省级", "province"),
    "city": Text("市级", "city"),
    "county": Text("县级", "county"),
}
SCOPE: Mapping[str, Text] = {
    "modality": Text("约束力", "strength"),
    "consequence": Text("后果", "consequence"),
    "value": Text("数值", "figure"),
    "item": Text("清单", "list"),
    "exemption": Text("豁免", "exemption"),
    "clause": Text("条款", "clause"),
    "wording": Text("措辞", "wording"),
}
_FIELD: Mapping[tuple[str, str], Text] = {
    ("task", "number"): Text("序号", "number"),
    ("task", "title"): Text("标题", "title"),
    ("task", "section_kind"): Text("所属部分", "part of the plan"),
    ("clause", "type"): Text("条款类型", "type"),
    ("clause", "modality"): Text("约束力", "strength"),
    ("clause", "check_class"): Text("核查程度", "checkability"),
    ("clause", "undefined"): Text("未定义用语", "words without a value"),
    ("target", "kind"): Text("目标类型", "kind"),
    ("target", "metric"): Text("指标", "metric"),
    ("target", "subject"): Text("对象", "subject"),
    ("target", "operator"): Text("关系", "operator"),
    ("target", "value"): Text("目标值", "value"),
    ("target", "unit"): Text("单位", "unit"),
    ("target", "base_year"): Text("基准年", "base year"),
    ("target", "target_year"): Text("目标年", "target year"),
    ("target", "qualifier"): Text("限定语", "qualifier"),
    ("responsibility", "department"): Text("单位名称", "department"),
    ("responsibility", "role"): Text("职责", "role"),
    ("responsibility", "open_list"): Text("名单后有“等”", "the list is open (等)"),
}
_CODED: Mapping[tuple[str, str], Mapping[str, Text]] = {
    ("task", "section_kind"): SECTION,
    ("clause", "type"): CLAUSE_TYPE,
    ("clause", "modality"): MODALITY,
    ("clause", "check_class"): CHECK,
    ("target", "kind"): TARGET_KINDS,
    ("target", "operator"): TARGET_OPERATORS,
    ("responsibility", "role"): ROLE,
}


def field(kind: str, name: str) -> Text:
    """What a field of an object is called."""
    return _FIELD.get((kind, name)) or same(name)


def codes(kind: str, name: str) -> Mapping[str, Text]:
    """The codes that a field may hold with what they are called; none for a free field."""
    if (kind, name) == ("target", "metric"):
        return {code: metric_name(code) for code in metrics()}
    return _CODED.get((kind, name), {})


def code(table: Mapping[str, Text], value: str | None) -> Text | str:
    """What a code is called; the code itself where the table does not know it."""
    return table.get(value or "") or (value or "")
