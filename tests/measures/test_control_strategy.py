"""Control-measure files of the US EPA Control Strategy Tool as a catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from cocontrol.core.errors import InvalidInput
from cocontrol.io.measure_catalogue import cost_tool_left_out, read_cost_tool
from cocontrol.measures.catalogue import cost_is_known, make_catalogue

# Two invented measures in the layout of the files.
SUMMARY = """CMName,CMAbbreviation,MajorPoll,ControlTechnology,SourceGroup,Sector,Class,EquipLife,NEIDeviceCode,DateReviewed,DataSource,Months,Description
Example scrubber,EXSCR,SO2,Scrubber,Boilers - Coal,ptnonipm,Known,15,119,2010,invented,,for a test
Example burner,EXLNB,NOX,Burner,Boilers - Coal,ptnonipm,Known,10,205,2010,invented,,for a test
"""
EFFICIENCIES = """CMAbbreviation,Pollutant,Locale,EffectiveDate,ExistingMeasureAbbr,NEIExistingDevCode,MinEmissions,MaxEmissions,ControlEfficiency,CostYear,CostPerTon,RuleEff,RulePen,EquationType,CapRecFactor,DiscountRate,CapAnnRatio,IncrementalCPT,Details
EXSCR,SO2,,,,,,,90,1999,2000,80,100,cpton,,7,,,
EXSCR,PM25-PRI,,,,,,,40,1999,,80,100,cpton,,7,,,
EXSCR,SO2,06,,,,,,95,1999,9000,100,100,cpton,,7,,,
EXLNB,NOX,,,,,,,50,1999,,100,100,cpton,,7,,,
"""
GROUPS = "SourceGroup,categories,fuels,activity_unit,stage,cny_per_usd\n{group},1A2,raw_coal,TJ,desulphurisation,8.0\n"


def files(folder: Path, group: str = "Boilers - Coal") -> tuple[Path, Path, Path]:
    made = (folder / "Summary.csv", folder / "Efficiencies.csv", folder / "source_groups.csv")
    for path, text in zip(made, (SUMMARY, EFFICIENCIES, GROUPS.format(group=group)), strict=True):
        path.write_text(text, encoding="utf-8")
    return made


def test_removal_is_efficiency_times_effectiveness_times_penetration(tmp_path: Path) -> None:
    made = make_catalogue(*read_cost_tool(*files(tmp_path)))
    scrubber = made.get("EXSCR")
    assert scrubber.by_subject("removal") == pytest.approx({"SO2": 0.72, "PM25": 0.32})
    assert scrubber.number("lifetime") == 15
    assert scrubber.applies_to("1A2m", "raw_coal", "TJ")


def test_a_cost_by_short_ton_becomes_one_by_tonne_in_yuan(tmp_path: Path) -> None:
    made = make_catalogue(*read_cost_tool(*files(tmp_path)))
    assert made.get("EXSCR").number("removal_cost", "SO2") == pytest.approx(2000 * 8 / 0.90718474)
    assert cost_is_known(made.get("EXSCR"))
    assert not cost_is_known(made.get("EXLNB"))


def test_without_a_stage_devices_stand_where_their_pollutant_says(tmp_path: Path) -> None:
    """A scrubber and a burner of one source group do not shut each other out; both heads of the rule columns are read."""
    paths = files(tmp_path)
    paths[2].write_text(GROUPS.format(group="Boilers - Coal").replace("desulphurisation", ""), encoding="utf-8")
    parted = EFFICIENCIES.replace("RuleEff,RulePen", "Rule Effectiveness,Rule Penetration")
    paths[1].write_text(parted, encoding="utf-8")
    made = make_catalogue(*read_cost_tool(*paths))
    assert (made.get("EXSCR").stage, made.get("EXLNB").stage) == ("desulphurisation", "denitrification")
    assert made.get("EXSCR").number("removal", "SO2") == pytest.approx(0.72)


def test_a_source_group_without_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_cost_tool(*files(tmp_path, group="Kilns"))
    assert {fault.rule for fault in caught.value.faults} == {"measures.source_group"}
    assert len(caught.value.faults) == 2


# The heads of an exported database: words parted, percentages, dollars, size limits, no Months.
EXPORTED = """CMAbbreviation,Pollutant,Locale,Effective Date,ExistingMeasureAbbr,NEIExistingDevCode,MinEmissions,MaxEmissions,ControlEfficiency,CostYear,CostPerTon,RuleEff,RulePen,EquationType,CapRecFactor,DiscountRate,CapAnnRatio,IncrementalCPT,MinCapacity,MaxCapacity,Details
EXSCR,SO2,,,,,0,,90.00%,1999,"$2,000",80%,100,cpton,0.1098,7.00%,,,,,
EXSCR,SO2,,,,,365,,95.00%,1999,900,100,100,cpton,0.1098,7.00%,,,,,
EXLNB,NOX,,,,,,,50.00%,1999,0,100,100,,,7.00%,,,,,
"""


def exported(folder: Path) -> tuple[Path, Path, Path]:
    made = files(folder)
    made[1].write_text(EXPORTED, encoding="utf-8")
    return made


def test_an_exported_database_reads_with_its_own_heads_and_written_numbers(tmp_path: Path) -> None:
    made = make_catalogue(*read_cost_tool(*exported(tmp_path)))
    assert made.get("EXSCR").number("removal", "SO2") == pytest.approx(0.72)
    assert made.get("EXSCR").number("removal_cost", "SO2") == pytest.approx(2000 * 8 / 0.90718474)


def test_a_cost_of_nothing_stands_for_an_equation_and_is_no_cost(tmp_path: Path) -> None:
    made = make_catalogue(*read_cost_tool(*exported(tmp_path)))
    assert made.get("EXLNB").number("removal", "NOx") == 0.5
    assert not cost_is_known(made.get("EXLNB"))


def test_rows_of_one_size_and_measures_of_other_groups_are_left_out_and_counted(tmp_path: Path) -> None:
    paths = exported(tmp_path)
    paths[0].write_text(SUMMARY.replace("Burner,Boilers - Coal", "Burner,Boilers - Wood"), encoding="utf-8")
    made = make_catalogue(*read_cost_tool(*paths))
    assert set(made.measures) == {"EXSCR"}
    missed = cost_tool_left_out(*paths)
    assert (missed.rows, missed.groups, missed.measures) == (1, ("Boilers - Wood",), 1)


def test_the_heads_of_the_summary_may_lack_what_is_not_used(tmp_path: Path) -> None:
    paths = exported(tmp_path)
    head, *rows = SUMMARY.splitlines()
    short = [head.replace(",Months", ""), *(row.replace(",,for a test", ",for a test") for row in rows)]
    paths[0].write_text("\n".join(short) + "\n", encoding="utf-8")
    assert make_catalogue(*read_cost_tool(*paths)).get("EXSCR").source.startswith("US EPA CoST")
