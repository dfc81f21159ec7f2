"""The command group ``plan``: JSON in the names of the published interface, faults in one line."""

from __future__ import annotations

import json
import zipfile

import pytest

from cocontrol.plans import reading
from tests.plans.test_compare import CHILD, PARENT


@pytest.fixture
def files(tmp_path):
    (tmp_path / "parent.txt").write_text(PARENT, encoding="utf-8")
    (tmp_path / "child.md").write_text(CHILD, encoding="utf-8")
    return tmp_path / "parent.txt", tmp_path / "child.md"


def test_parse_prints_one_object_with_the_published_names(call, files):
    code, out, _ = call("plan", "parse", files[0], "--format", "json")
    made = json.loads(out)
    assert code == 0
    assert {
        "title",
        "document_number",
        "issuers",
        "issued_on",
        "region",
        "level",
        "is_plan",
        "tasks",
        "targets",
        "warnings",
    } <= made.keys()
    task, target = made["tasks"][0], made["targets"][0]
    assert {"id", "number", "path", "title", "start", "end", "responsibilities", "clauses"} <= task.keys()
    assert {"department", "role", "open_list"} <= task["responsibilities"][0].keys()
    assert {"id", "text", "start", "end", "type", "modality", "check_class", "undefined"} <= task["clauses"][0].keys()
    assert {
        "task_id",
        "kind",
        "metric",
        "subject",
        "operator",
        "value",
        "unit",
        "normalised_value",
        "normalised_unit",
        "base_year",
        "target_year",
        "qualifier",
    } <= target.keys()
    assert target["text"] == PARENT[target["start"] : target["end"]]


def test_compare_prints_pairs_and_departments(call, files):
    code, out, _ = call("plan", "compare", *files, "--format", "json")
    made = json.loads(out)
    assert code == 0
    assert {"parent", "child", "relation", "changes"} <= made["pairs"][0].keys()
    assert {"parent": "省生态环境厅", "child": "市生态环境局"} in made["departments"]


def test_rules_print_their_instances(call, files):
    code, out, _ = call("plan", "rules", files[0], "--format", "json")
    made = json.loads(out)["rules"]
    assert code == 0
    assert {"id", "template", "parameters", "clause_id", "modality", "status"} <= made[0].keys()
    assert "retire_small_boilers" in {rule["template"] for rule in made}


def test_coverage_prints_a_row_a_clause(call, files):
    code, out, _ = call("plan", "coverage", *files, "--format", "csv")
    assert code == 0
    assert out.splitlines()[0].startswith("plan,task_id,")
    assert {line.split(",")[0] for line in out.splitlines()[1:]} == {"parent", "child"}


def test_plans_with_one_name_in_two_folders_are_both_covered(call, files, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "parent.txt").write_text(CHILD, encoding="utf-8")
    code, out, _ = call("plan", "coverage", files[0], tmp_path / "old" / "parent.txt", "--format", "json")
    assert code == 0
    assert {row["plan"] for row in json.loads(out)} == {str(files[0]), str(tmp_path / "old" / "parent.txt")}


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("可执行", "强制", "门槛", "淘汰小型燃煤锅炉")), ("en", ("executable", "binding", "threshold"))],
)
def test_tables_of_coverage_and_comparison_say_words_and_no_codes(call, files, language, words):
    _, covered, _ = call("plan", "coverage", *files, "--language", language)
    assert [word for word in words if word not in covered] == []
    _, compared, _ = call("plan", "compare", *files, "--language", language)
    codes = {"retire_small_boilers", "not_compiled", "needs_parameter", "evidence_only", "threshold_rule"}
    assert {code for code in codes if code in covered + compared} == set()
    assert {"zh": "加严", "en": "tightened"}[language] in compared
    assert "杜绝使用冲天炉" in compared


def test_evaluate_reads_a_register(call, files, tmp_path):
    register = tmp_path / "boilers.csv"
    register.write_text(
        "subject_id,fuel,capacity_tph,status\nA,coal,34.9,operating\nB,coal,35.0,operating\n", encoding="utf-8"
    )
    code, out, _ = call(
        "plan", "evaluate", files[0], "--register", f"boiler={register}", "--as-of", "2025-12-31", "--format", "json"
    )
    found = {v["subject_id"]: v["value"] for v in json.loads(out) if v["template"] == "retire_small_boilers"}
    assert code == 0
    assert found == {"A": "violation", "B": "clear"}


def test_a_table_is_printed_for_people_in_either_language(call, files):
    assert "责任单位" in call("plan", "parse", files[0])[1]
    assert "departments" in call("plan", "parse", files[0], "--language", "en")[1]


def test_an_empty_file_ends_with_one_line_and_a_code(call, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    code, out, err = call("plan", "parse", tmp_path / "empty.txt")
    assert (code, out) == (1, "")
    assert "empty.txt" in err
    assert "文件是空的" in err


def test_a_novel_is_said_to_be_no_plan(call, tmp_path):
    (tmp_path / "novel.txt").write_text("他在雨夜里走着，想起许多年前的事情。" * 20, encoding="utf-8")
    code, out, err = call("plan", "parse", tmp_path / "novel.txt", "--format", "json")
    assert code == 0
    assert json.loads(out)["is_plan"] is False
    assert "没有方案的结构" in err


def test_a_wrong_date_is_told(call, files, tmp_path):
    code, _, err = call("plan", "evaluate", files[0], "--register", "boiler=x.csv", "--as-of", "tomorrow")
    assert code == 1
    assert err


def test_a_word_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(call, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "UNPACKED_LARGEST", 1024)
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(4096))
    code, out, err = call("plan", "parse", tmp_path / "bomb.docx")
    assert (code, out) == (1, "")
    assert "解压后过大" in err
    assert "bomb.docx" in err
