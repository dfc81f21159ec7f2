import pytest

from cocontrol.core.errors import (
    CocontrolError,
    Fault,
    FaultCollector,
    InvalidInput,
    Level,
    Location,
    NotFound,
)
from cocontrol.core.text import Text

FAULT = Fault(
    "demo.rule",
    Text("数值过大", "too large"),
    Location("a.xlsx", "表1", 5, "份额", "C5"),
    value="120",
    allowed=Text("≤ 100", "≤ 100"),
    remedy=Text("改正", "mend it"),
)


def test_a_fault_says_place_value_allowed_and_remedy_in_one_line() -> None:
    assert FAULT.describe("en") == (
        "a.xlsx · sheet 表1 · C5 · column 份额: too large; value: '120'; allowed: ≤ 100; remedy: mend it"
    )
    assert FAULT.describe("zh") == "a.xlsx · 表 表1 · C5 · 列 份额: 数值过大；值: '120'；允许: ≤ 100；处理: 改正"


def test_a_fault_without_a_place_is_only_its_message() -> None:
    assert Fault("demo.rule", Text("错", "wrong")).describe("en") == "wrong"


def test_a_row_is_named_where_no_cell_is_known() -> None:
    assert Location("a.csv", row=3).describe("en") == "a.csv · row 3"
    assert Location("a.csv", row=3).describe("zh") == "a.csv · 第3行"


def test_a_fault_as_plain_values_keeps_both_languages() -> None:
    plain = FAULT.as_dict()
    assert (plain["rule"], plain["level"], plain["cell"]) == ("demo.rule", "error", "C5")
    assert (plain["message_zh"], plain["message_en"], plain["remedy_en"]) == ("数值过大", "too large", "mend it")


def test_an_error_carries_all_its_faults_one_a_line() -> None:
    error = InvalidInput(FAULT, Fault("demo.other", Text("错", "wrong")))
    assert len(error.faults) == 2
    assert error.describe("en").count("\n") == 1
    assert str(error) == error.describe("zh")


def test_an_error_without_a_fault_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one"):
        CocontrolError()


def test_a_collector_raises_every_error_at_once_in_order() -> None:
    faults = FaultCollector()
    faults.extend([FAULT, Fault("note", Text("注", "note"), level=Level.LOW), Fault("demo.two", Text("二", "two"))])
    with pytest.raises(NotFound) as caught:
        faults.raise_if_any(NotFound)
    assert [fault.rule for fault in caught.value.faults] == ["demo.rule", "demo.two"]
    assert len(faults) == 3


@pytest.mark.parametrize("level", [Level.HIGH, Level.MEDIUM, Level.LOW])
def test_only_errors_stop_a_run(level: Level) -> None:
    faults = FaultCollector()
    faults.add(Fault("lead", Text("线索", "lead"), level=level))
    faults.raise_if_any()
    assert [fault.rule for fault in faults] == ["lead"]
