import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocontrol.core.errors import NotFound
from cocontrol.core.tables import Column, ForeignKey, Kind, Table, TableRegistry, split_heading
from cocontrol.core.text import Text, same

FUEL = Column("fuel", Kind.TEXT, Text("燃料", "fuel"), same("d"), required=True, allowed={"coal": Text("煤", "coal")})
AMOUNT = Column(
    "amount",
    Kind.NUMBER,
    Text("燃料消费量", "fuel amount"),
    same("d"),
    unit="t",
    minimum=0,
    maximum=9,
    exclusive_minimum=True,
    aliases=("用量",),
)
NOTE = Column("note", Kind.TEXT, Text("理由（英文）", "reason (English)"), same("d"), pattern=r"\w+")
TABLE = Table(
    "demo",
    Text("示例", "demo"),
    same("d"),
    ("fuel",),
    (FUEL, AMOUNT, NOTE),
    (ForeignKey(("fuel",), "fuels", ("code",)),),
)


@pytest.mark.parametrize(
    ("heading", "column", "unit"),
    [
        ("燃料", FUEL, None),
        ("fuel", FUEL, None),
        (" Fuel ", FUEL, None),
        ("ｆｕｅｌ", FUEL, None),
        ("燃料消费量（万吨）", AMOUNT, "万吨"),
        ("燃料消费量(万吨)", AMOUNT, "万吨"),
        ("燃料 消费量【t】", AMOUNT, "t"),
        ("Fuel_Amount [kt]", AMOUNT, "kt"),
        ("用量", AMOUNT, None),
        ("amount", AMOUNT, None),
        ("理由（英文）", NOTE, None),
        ("理由(英文)", NOTE, None),
        ("Reason (English)", NOTE, None),
    ],
)
def test_a_heading_is_known_in_either_language_with_or_without_its_unit(
    heading: str, column: Column, unit: str | None
) -> None:
    assert TABLE.match_heading(heading) == (column, unit)


@pytest.mark.parametrize("heading", ["煤", "amounts", "（t）", ""])
def test_an_unknown_heading_matches_nothing(heading: str) -> None:
    assert TABLE.match_heading(heading) is None


def test_many_headings_are_matched_as_one_by_one() -> None:
    assert TABLE.match_headings(["fuel", None, "x"]) == [(FUEL, None), None, None]


@given(st.sampled_from(TABLE.columns), st.sampled_from(["zh", "en"]))
def test_the_heading_of_a_template_is_read_back(column: Column, language: str) -> None:
    assert TABLE.match_heading(column.heading_with_unit(language)) == (column, column.unit)


@pytest.mark.parametrize(
    ("heading", "parts"),
    [("煤炭 (万吨)", ("煤炭", "万吨")), ("煤炭", ("煤炭", None)), ("a (b) [c]", ("a (b)", "c")), ("x（）", ("x", ""))],
)
def test_a_heading_splits_into_label_and_unit(heading: str, parts: tuple[str, str | None]) -> None:
    assert split_heading(heading) == parts


def test_a_column_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Table("demo", same("d"), same("d"), (), (FUEL, FUEL))


def test_a_key_that_is_no_column_is_refused() -> None:
    with pytest.raises(ValueError, match="not declared"):
        Table("demo", same("d"), same("d"), ("nothing",), (FUEL,))


def test_asking_for_an_unknown_column_lists_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        TABLE.column("x")
    allowed = caught.value.faults[0].allowed
    assert allowed is not None
    assert "fuel, amount, note" in allowed.en


def test_the_schema_is_a_frictionless_table_schema() -> None:
    schema = TABLE.schema()
    assert [field["name"] for field in schema["fields"]] == ["fuel", "amount", "note"]
    assert schema["primaryKey"] == ["fuel"]
    assert schema["fields"][0]["constraints"] == {"required": True, "enum": ["coal"]}
    assert schema["fields"][1]["constraints"] == {"exclusiveMinimum": 0, "maximum": 9}
    assert schema["fields"][1]["unit"] == "t"
    assert schema["foreignKeys"] == [{"fields": ["fuel"], "reference": {"resource": "fuels", "fields": ["code"]}}]


def test_a_registry_gives_tables_by_name_and_refuses_a_second_of_the_same_name() -> None:
    tables = TableRegistry()
    assert tables.declare(TABLE) is TABLE
    assert tables.declare(TABLE) is TABLE
    assert (tables.names(), tables.get("demo")) == (("demo",), TABLE)
    with pytest.raises(ValueError, match="declared twice"):
        tables.declare(Table("demo", same("other"), same("d"), (), (FUEL,)))
    with pytest.raises(NotFound):
        tables.get("nothing")


def test_a_heading_that_is_a_unit_names_the_column_and_its_unit() -> None:
    column = Column("amount", Kind.NUMBER, Text("数量", "amount"), Text("数量", "amount"), unit_headings=("Mtce", "TJ"))
    table = Table("t", Text("表", "table"), Text("表", "table"), (), (column,))
    assert table.match_heading(" mtce ") == (column, "Mtce")
    assert table.match_heading("数量（TJ）") == (column, "TJ")
    assert table.match_heading("PJ") is None
