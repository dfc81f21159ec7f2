"""What codes of a plan are called: kinds, strengths, checks, templates, relations. The codes are the library's."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol.core.registers import TARGET_KINDS, TARGET_OPERATORS
from cocontrol.core.text import Text, same
from cocontrol.plans.vocabulary import metrics
from cocontrol.rules.parameters import STATUSES
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
MODALITY: Mapping[str, Text] = {
    "prohibit": Text("禁止", "prohibits"),
    "binding": Text("强制", "binding"),
    "in_principle": Text("原则上", "in principle"),
    "permit": Text("允许", "permits"),
    "goal": Text("目标", "goal"),
    "strive": Text("力争", "strives"),
    "encourage": Text("鼓励", "encourages"),
    "pilot": Text("试点", "pilot"),
    "promote": Text("推动", "promotes"),
}
CHECK: Mapping[str, Text] = {
    "full": Text("可完整核查", "fully checkable"),
    "partly": Text("可部分核查", "partly checkable"),
    "evidence_only": Text("仅可存证", "evidence only"),
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
SECTION: Mapping[str, Text] = {
    "tasks": Text("任务", "tasks"),
    "assurance": Text("保障措施", "assurance"),
    "goals": Text("目标", "aims"),
    "general": Text("总体要求", "general"),
}
COVERAGE: Mapping[str, Text] = {
    "executable": Text("可执行", "executable"),
    "needs_parameter": Text("缺参数", "needs a parameter"),
    "evidence_only": Text("仅可存证", "evidence only"),
    "not_compiled": Text("尚无模板", "no template yet"),
}
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
LEVEL: Mapping[str, Text] = {
    "national": Text("国家", "national"),
    "province": Text("省级", "province"),
    "city": Text("市级", "city"),
    "county": Text("县级", "county"),
}
TEMPLATE: Mapping[str, Text] = {
    "retire_condensing_coal_units": Text("纯凝煤电机组淘汰", "retire condensing coal units"),
    "ban_new_captive_coal_units": Text("禁止新建自备燃煤机组", "ban new captive coal units"),
    "control_capacity": Text("控制产能规模", "control capacity"),
    "retire_small_boilers": Text("小锅炉淘汰", "retire small boilers"),
    "retire_boilers_in_heat_network": Text("热网覆盖范围内锅炉淘汰", "retire boilers inside heat networks"),
    "heat_radius_consolidation": Text("供热半径内整合", "consolidate within the heat radius"),
    "retire_cupolas": Text("冲天炉淘汰", "retire cupolas"),
    "ban_new_in_zone": Text("区域内禁止新建", "ban new projects in a zone"),
    "ban_new_capacity": Text("禁止新增产能", "ban new capacity"),
    "ban_new_projects": Text("禁止新建项目", "ban new projects"),
    "key_emitter": Text("重点排放单位认定", "key emitters"),
    "report_duty": Text("报告义务", "duty to report"),
    "market_duty": Text("市场义务", "market duty"),
    "required_procedure": Text("必经程序", "required procedure"),
    "benchmark_level": Text("能效标杆水平", "benchmark level"),
    "zoning_constraint": Text("分区管控约束", "zoning constraint"),
    "control_high_energy_projects": Text("“两高”项目管控", "control energy-intensive projects"),
    "retire_backward_capacity": Text("落后产能淘汰", "retire outdated capacity"),
    "staggered_production": Text("错峰生产", "staggered production"),
    "clean_transport": Text("清洁运输", "clean transport"),
    "ultra_low_emission": Text("超低排放", "ultra-low emission"),
    "differentiated_tariff": Text("差别化电价", "differentiated tariff"),
    "ban_preferential_tariff": Text("禁止优惠电价", "ban preferential tariffs"),
    "grade_self_decided": Text("按绩效等级自主采取措施", "own measures by grade"),
    "grade_reduction": Text("按绩效等级减排", "cuts by grade"),
    "filing_duty": Text("备案义务", "duty to file"),
    "phase_out_substance": Text("物质淘汰", "phase out a substance"),
    "no_burn_zone": Text("禁燃区", "no-burn zone"),
    "green_building_standard": Text("绿色建筑标准", "green building standard"),
    "inventory_published": Text("编制清单", "inventory compiled"),
    "statistics_return": Text("统计报送", "statistics returned"),
    "assessment_inclusion": Text("纳入考核", "part of the assessment"),
    "unmet_target_case": Text("未达标处置", "case on unmet targets"),
    "fraud_case": Text("弄虚作假查处", "case on false data"),
    "enforcement_duty": Text("执法监管", "enforcement"),
    "unified_data_record": Text("统一数据台账", "one data record"),
    "ban_reburn": Text("防止散煤复燃", "no return to loose coal"),
    "policy_continued": Text("政策延续", "policy continued"),
    "indicator_target": Text("指标目标", "indicator target"),
    "min_share": Text("最低占比", "minimum share"),
    "min_count": Text("最低数量", "minimum count"),
    "emission_stage": Text("排放阶段", "emission stage"),
    "zero_stock": Text("存量清零", "none left"),
}
PARAMETER: Mapping[str, Text] = {
    "base_year": Text("基准年", "base year"),
    "benchmark_version": Text("标杆水平版本", "benchmark version"),
    "boundary_version": Text("边界版本", "boundary version"),
    "catalogue_version": Text("目录版本", "catalogue version"),
    "classes": Text("项目类别", "classes"),
    "consequence": Text("后果", "consequence"),
    "cut_pct": Text("减排比例（%）", "cut (%)"),
    "distance_km": Text("距离（km）", "distance (km)"),
    "duties": Text("义务", "duties"),
    "duty": Text("义务", "duty"),
    "e_t": Text("排放量", "emissions"),
    "energy_tce": Text("能源消费量（tce）", "energy use (tce)"),
    "except": Text("豁免", "except"),
    "fuel": Text("燃料", "fuel"),
    "fuel_catalogue": Text("燃料目录", "fuel catalogue"),
    "grades": Text("绩效等级", "grades"),
    "layers": Text("管控图层", "layers"),
    "level": Text("水平", "level"),
    "life_expired": Text("设计寿命期满", "design life expired"),
    "limits_version": Text("限值版本", "limits version"),
    "max_mw": Text("容量上限（MW）", "largest capacity (MW)"),
    "max_tph": Text("容量上限（t/h）", "largest capacity (t/h)"),
    "metric": Text("指标", "metric"),
    "min_mw": Text("容量下限（MW）", "smallest capacity (MW)"),
    "operator": Text("关系", "operator"),
    "procedure": Text("程序", "procedure"),
    "quota_version": Text("配额版本", "quota version"),
    "radius_km": Text("半径（km）", "radius (km)"),
    "sectors": Text("行业", "sectors"),
    "stage": Text("阶段", "stage"),
    "standard_version": Text("标准版本", "standard version"),
    "subject": Text("对象", "subject"),
    "subject_class": Text("对象类别", "class of subject"),
    "substances": Text("物质", "substances"),
    "target_year": Text("目标年", "target year"),
    "tariff_version": Text("电价版本", "tariff version"),
    "unit": Text("单位", "unit"),
    "value": Text("数值", "value"),
    "window": Text("时段", "window"),
    "zone": Text("区域", "zone"),
    "zone_version": Text("区域版本", "zone version"),
}
PARAMETER_STATUS: Mapping[str, Text] = STATUSES
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
        return {code: metric.label for code, metric in metrics().items()}
    return _CODED.get((kind, name), {})


def code(table: Mapping[str, Text], value: str | None) -> Text | str:
    """What a code is called; the code itself where the table does not know it."""
    return table.get(value or "") or (value or "")


def parameter(name: str) -> Text | str:
    """What a parameter of a rule is called; the operator beside a figure is named after it."""
    if name.endswith("_operator") and (figure := PARAMETER.get(name.removesuffix("_operator"))):
        return Text("{f}的关系", "operator of {f}").format(f=figure)
    return PARAMETER.get(name) or name


def metric(identifier: str) -> Text | str:
    """What a metric is called; its identifier where the vocabulary has no entry."""
    known = metrics().get(identifier)
    return known.label if known else identifier


def full_parameter(identifier: str) -> Text | str:
    """What ``clause:template.parameter`` is called: 供热半径内整合：半径（km）; a word of a plan stays as it is."""
    clause, _, rest = identifier.rpartition(":")
    stem, _, name = rest.rpartition(".")
    template, _, measured = stem.partition(".")
    if template not in TEMPLATE:
        return identifier
    subject = metric(measured) if measured else TEMPLATE[template]
    zh, en = (f"（条款 {clause}）", f" (clause {clause})") if clause else ("", "")
    pieces = [same(piece) if isinstance(piece, str) else piece for piece in (subject, parameter(name))]
    return Text(f"{pieces[0].zh}：{pieces[1].zh}{zh}", f"{pieces[0].en}: {pieces[1].en}{en}")
