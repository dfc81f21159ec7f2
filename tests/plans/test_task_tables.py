"""Tables of tasks: each row is a task with its departments, in whatever file they came."""

from __future__ import annotations

import io

import docx
import pytest

from cocontrol.plans import Plan, parse
from cocontrol.plans.reading import html_text, read_document

TITLE = "茂河县大气污染防治重点任务分工方案\n现将任务分工印发给你们，请抓好落实。\n"
TABBED = (
    TITLE
    + "类别\t序号\t重点任务\t牵头单位\t配合单位\t完成时限\n"
    + "产业\t1\t完成2家水泥企业超低排放改造\t县生态环境分局\t县工信局、县财政局\t2024年12月底前\n"
    + "\t2\t退出4条烧结砖生产线\t县工信局\t\t2024年9月\n"
    + "交通\t3\t淘汰老旧柴油货车120辆\t县公安局\t县交通运输局\t2025年\n"
)
EXPECTED = [
    ("1", [("lead", "县生态环境分局"), ("cooperate", "县工信局"), ("cooperate", "县财政局")]),
    ("2", [("lead", "县工信局")]),
    ("3", [("lead", "县公安局"), ("cooperate", "县交通运输局")]),
]


def duties(plan: Plan) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(t.number, [(r.role.value, r.department) for r in t.responsibilities]) for t in plan.tasks]


def test_rows_of_a_tabbed_table_are_tasks_and_merged_cells_go_on() -> None:
    plan = parse(TABBED)
    assert duties(plan) == EXPECTED
    assert [task.path for task in plan.tasks] == [("产业",), ("产业",), ("交通",)]
    assert [(t.task_id, t.value, t.target_year) for t in plan.targets] == [
        ("T1", 2.0, 2024), ("T2", 4.0, 2024), ("T3", 120.0, 2025),
    ]  # fmt: skip


def test_every_object_of_a_row_holds_its_characters() -> None:
    plan = parse(TABBED)
    for clause in plan.clauses:
        assert TABBED[clause.start : clause.end] == clause.text
    for task in plan.tasks:
        assert all(TABBED[r.start : r.end] == r.department for r in task.responsibilities)
    assert [clause.id for clause in plan.clauses] == ["T1.1", "T2.1", "T3.1"]


def test_markdown_pipes_with_and_without_outer_bars_read_alike() -> None:
    rows = TABBED.splitlines()[2:]
    rule = "|".join(["---"] * 6)
    for fence in ("|", ""):
        lines = [fence + " | ".join(row.split("\t")) + fence for row in rows]
        text = TITLE + "\n".join([lines[0], fence + rule + fence, *lines[1:]]) + "\n"
        assert [n for n, _ in duties(parse(text))] == ["1", "2", "3"]


def test_a_head_of_two_rows_names_the_roles_in_its_second_row() -> None:
    text = (
        TITLE
        + "| 领域 | 编号 | 任务 | 责任分工 | | 时限 |\n| | | | 牵头部门 | 责任部门 | |\n|---|---|---|---|---|---|\n"
        + "| 源头 | 1 | 严控高耗能项目 | 市发展改革委 | 市生态环境局 | 持续推进 |\n"
    )
    assert duties(parse(text)) == [("1", [("lead", "市发展改革委"), ("responsible", "市生态环境局")])]


def test_a_page_with_cells_over_several_rows_keeps_its_columns() -> None:
    page = (
        "<h1>茂河县大气污染防治重点任务分工方案</h1><p>现将任务分工印发给你们，请抓好落实。</p><table>"
        "<tr><td rowspan=2>类别</td><td rowspan=2>序号</td><td rowspan=2>重点任务</td><td colspan=2>责任分工</td><td rowspan=2>完成时限</td></tr>"
        "<tr><td>牵头单位</td><td>配合单位</td></tr>"
        "<tr><td rowspan=2>产业</td><td>1</td><td><p>完成2家水泥企业</p><p>超低排放改造</p></td><td>县生态环境分局</td><td>县工信局、县财政局</td><td>2024年底</td></tr>"
        "<tr><td>2</td><td>退出4条烧结砖生产线</td><td>县工信局</td><td></td><td>2024年9月</td></tr>"
        "<tr><td>交通</td><td>3</td><td>淘汰老旧柴油货车120辆</td><td>县公安局</td><td>县交通运输局</td><td>2025年</td></tr></table>"
    )
    plan = parse(html_text(page))
    assert duties(plan) == EXPECTED
    assert [t.target_year for t in plan.targets] == [2024, 2024, 2025]


def test_a_word_file_with_merged_cells_gives_a_task_a_row() -> None:
    document = docx.Document()
    for line in TITLE.strip().split("\n"):
        document.add_paragraph(line)
    rows = [
        ["类别", "重点任务", "工作措施", "责任单位"],
        ["产业", "钢铁治理", "完成2家企业超低排放改造", "县生态环境分局"],
        ["", "", "关停1座高炉", "县工信局"],
        ["交通", "车辆淘汰", "淘汰柴油货车50辆", "县公安局牵头，县交通运输局配合"],
    ]
    table = document.add_table(rows=4, cols=4)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 1).merge(table.cell(2, 1))
    buffer = io.BytesIO()
    document.save(buffer)
    plan = parse(read_document(buffer.getvalue(), "plan.docx").text)
    assert [(task.title, task.path) for task in plan.tasks] == [
        ("钢铁治理", ("产业",)), ("关停1座高炉", ("产业",)), ("车辆淘汰", ("交通",)),
    ]  # fmt: skip
    assert duties(plan)[2][1] == [("lead", "县公安局"), ("cooperate", "县交通运输局")]


def test_an_annex_that_repeats_the_tasks_of_the_prose_adds_departments_and_no_tasks() -> None:
    text = (
        "茂河县空气质量改善方案\n一、主要任务\n（一）治理散煤。2025年底前完成散煤替代1万户。\n（二）整治扬尘。施工工地落实覆盖。\n"
        "附件：任务分工表\n序号\t任务\t牵头单位\t责任单位\n1\t治理散煤\t县发改局\t各乡镇人民政府\n2\t整治扬尘\t县住建局\t县城管局\n"
    )
    assert duties(parse(text)) == [
        ("（一）", [("lead", "县发改局"), ("responsible", "各乡镇人民政府")]),
        ("（二）", [("lead", "县住建局"), ("responsible", "县城管局")]),
    ]


@pytest.mark.parametrize("lines", ["任务\t数量\n甲\t1\n", "姓名  责任单位\n张  县工信局\n", "牵头" * 50])
def test_what_has_no_head_of_tasks_and_departments_is_no_table_of_tasks(lines: str) -> None:
    assert parse(TITLE + lines).tasks == ()
