"""What the codes of plans are called: types and checks of clauses, coverage, relations and changes of a comparison."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.text import Text

CHECK: Mapping[str, Text] = {
    "full": Text("可完整核查", "fully checkable"),
    "partly": Text("可部分核查", "partly checkable"),
    "evidence_only": Text("仅可存证", "evidence only"),
}
"""How far data can tell whether a clause is kept."""

CLAUSE_TYPE: Mapping[str, Text] = {
    "threshold_rule": Text("门槛", "threshold"),
    "target": Text("指标", "target"),
    "prohibition": Text("禁限", "prohibition"),
    "market": Text("市场与财税", "market and finance"),
    "accounting": Text("核算统计", "accounting"),
    "monitoring": Text("监测", "monitoring"),
    "disclosure": Text("信息公开", "disclosure"),
    "assessment": Text("考核督察", "assessment"),
    "spatial": Text("空间管控", "spatial control"),
    "registry": Text("名录与淘汰", "registers and retirement"),
    "workflow": Text("审批与制度", "procedures"),
    "construction": Text("工程建设", "construction"),
    "analysis": Text("研究摸底", "studies"),
    "campaign": Text("推广倡导", "campaign"),
}
"""What a clause is about."""

COVERAGE: Mapping[str, Text] = {
    "executable": Text("可执行", "executable"),
    "needs_parameter": Text("缺参数", "needs a parameter"),
    "evidence_only": Text("仅可存证", "evidence only"),
    "not_compiled": Text("尚无模板", "no template yet"),
}
"""How far a clause can be executed."""

RELATION: Mapping[str, Text] = {
    "kept": Text("保留", "kept"),
    "tightened": Text("加严", "tightened"),
    "loosened": Text("放宽", "loosened"),
    "mixed": Text("有严有宽", "mixed"),
    "dropped": Text("去掉", "dropped"),
    "added": Text("新增", "added"),
    "merged": Text("合并", "merged"),
    "split": Text("拆分", "split"),
    "reworded": Text("改写", "reworded"),
    "quantified": Text("量化", "made exact"),
}
"""How tasks of two plans relate, and the changes between them."""

NOTICE: Mapping[str, Text] = {
    "plan.bulletin": Text("文种", "kind of document"),
    "plan.digest": Text("文种", "kind of document"),
    "plan.excerpt": Text("文种", "kind of document"),
    "plan.news": Text("文种", "kind of document"),
    "plan.not_a_plan": Text("文种", "kind of document"),
    "plan.quoted_aims": Text("文种", "kind of document"),
    "plan.too_little_text": Text("文本长度", "length of the text"),
    "plan.too_long": Text("文本长度", "length of the text"),
    "plan.no_tasks": Text("任务", "tasks"),
    "plan.no_department": Text("责任单位", "departments"),
    "plan.operator_recalled": Text("关系按惯例取", "operator by custom"),
    "plan.table_read": Text("表格已读取", "table read"),
    "plan.table_not_read": Text("表格未读取", "table not read"),
    "plan.lost_characters": Text("缺字", "lost characters"),
}
"""What a notice about a plan is about, by its rule."""
