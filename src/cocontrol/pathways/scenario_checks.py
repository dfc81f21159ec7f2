"""What a scenario may not say although every key of it is readable: names, years and shares that do not fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from cocontrol.core.errors import Fault, Location
from cocontrol.core.pollutants import printed
from cocontrol.core.text import Text, same
from cocontrol.pathways.scenario_model import Change, Effect, Fuel, Rate, Scenario, Sector, Uncertain
from cocontrol.reference.fuels import fuel_name, fuels


def meaning_faults(given: Scenario, file: str) -> Iterable[Fault]:
    """Every fault, located by key."""
    yield from _form_faults(given, file)
    yield from _sector_faults(given, file)
    yield from _reference_faults(given, file)
    yield from _time_faults(given, file)
    yield from _result_faults(given, file)


def variables(given: Scenario) -> tuple[str, ...]:
    """Names of the series that the scenario gives: emissions, energy, activity, drivers, concentration."""
    found: list[str] = []
    if given.base is not None:
        found += [f"Emissions|{given.base.pollutant}", *(f"Driver|{driver.name}" for driver in given.driver)]
    for sector in given.sector:
        found.append(f"Activity|{sector.id}")
        for fuel in sector.fuel:
            found += [f"Emissions|{p}" for p in fuel.factors] + [f"Emissions|{p}|{sector.id}" for p in fuel.factors]
            found.append(f"Energy|{fuel.id}")
    if given.concentration is not None:
        found.append(f"Concentration|{given.concentration.name}")
    return tuple(dict.fromkeys(found))


VARIABLES = {
    "activity": Text("活动水平", "activity"),
    "intensity": Text("强度", "intensity"),
    "share": Text("占比", "share"),
    "factor": Text("排放因子", "factor"),
    "removal": Text("去除率", "removal"),
}


def part_name(given: Scenario, part: Change | Effect, *more: str | None) -> Text:
    """``钢铁 · 占比 · 电力 · 2060``: sector, variable, fuel, pollutant and what else is named."""
    sector = next(one for one in given.sector if one.id == part.sector)
    fuel = [] if part.fuel is None else [_fuel_name(sector, part.fuel)]
    pollutant = [] if part.pollutant is None else [same(printed(part.pollutant))]
    titled = Text(sector.title_zh or sector.id, sector.title_en or sector.id)
    words = [titled, VARIABLES[part.variable], *fuel, *pollutant, *(same(word) for word in more if word)]
    return Text(" · ".join(word.zh for word in words), " · ".join(word.en for word in words))


def fuel_names(given: Scenario) -> dict[str, Text]:
    """What the fuels of a scenario are called, by identifier."""
    return {fuel.id: _fuel_name(sector, fuel.id) for sector in given.sector for fuel in sector.fuel}


def _fuel_name(sector: Sector, fuel_id: str) -> Text:
    """The title of a fuel, its name among our fuels, or its identifier."""
    given = next((fuel for fuel in sector.fuel if fuel.id == fuel_id), None)
    known = fuel_name(fuel_id) if fuel_id in fuels()["fuel_code"] else same(fuel_id)
    return known if given is None else Text(given.title_zh or known.zh, given.title_en or known.en)


def growth_gaps(given: Scenario) -> list[Text]:
    """Remarks on years that no stated growth covers, which count as no growth."""
    named: list[tuple[Text, list[Rate] | list[Change]]] = [(same(driver.name), driver.rate) for driver in given.driver]
    growing: dict[object, list[Change]] = {}
    for change in given.change:
        if change.year is None:
            growing.setdefault(change.target, []).append(change)
    named += [(part_name(given, changes[0]), changes) for changes in growing.values()]
    words = Text("{n}：{y} 年未给增速，按不变计", "{n}: no growth is given for {y}, taken as none")
    return [words.format(n=name, y=gap) for name, parts in named if (gap := _uncovered(given, parts))]


def _uncovered(given: Scenario, parts: Iterable[Rate | Change]) -> str:
    covered = {year for part in parts for year in range(part.from_year or 0, (part.to_year or 0) + 1)}
    spans: list[list[int]] = []
    for year in given.years[1:]:
        if year in covered:
            continue
        if spans and spans[-1][1] == year - 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in spans)


def _fault(
    file: str, column: str, rule: str, message: Text, value: object = None, allowed: Iterable[str] | Text | None = None
) -> Fault:
    names = allowed if isinstance(allowed, Text) or allowed is None else same(", ".join(allowed) or "–")
    place = Location(file=file, column=column)
    return Fault(f"scenario.{rule}", message, place, value=None if value is None else str(value), allowed=names)


def _form_faults(given: Scenario, file: str) -> Iterator[Fault]:
    if given.scenario.end_year <= given.scenario.base_year:
        words = Text("末年须晚于基年", "the end year must come after the base year")
        yield _fault(file, "scenario.end_year", "years", words, given.scenario.end_year)
    if (given.base is None) == (not given.sector) or (given.base is None) != (not given.driver):
        words = Text("要么给 [base] 与 [[driver]]，要么给 [[sector]]", "give [base] with [[driver]], or [[sector]]")
        yield _fault(file, "base", "form", words)
    uncertain: list[Uncertain] = [rate for driver in given.driver for rate in driver.rate]
    uncertain += [*given.change, *(effect for policy in given.policy for effect in policy.effect)]
    if given.sampling is None and any(part.value is None for part in uncertain):
        words = Text(
            "有不确定的取值时须写明 [sampling] 的 draws 与 design",
            "uncertain values need [sampling] with draws and design",
        )
        yield _fault(file, "sampling", "sampling", words, allowed=("per_period", "per_year"))


def _sector_faults(given: Scenario, file: str) -> Iterator[Fault]:
    for kind, names in (
        ("sector", [sector.id for sector in given.sector]),
        ("driver", [driver.name for driver in given.driver]),
        ("policy", [policy.id for policy in given.policy]),
        ("target", [target.id for target in given.target]),
        *((f"sector[{i}].fuel", [fuel.id for fuel in sector.fuel]) for i, sector in enumerate(given.sector)),
    ):
        for name in (name for name, count in Counter(names).items() if count > 1):
            yield _fault(file, kind, "twice", Text("名称重复", "the name is used twice"), name)
    for index, sector in enumerate(given.sector):
        yield from _one_sector(sector, file, f"sector[{index}]")


def _one_sector(sector: Sector, file: str, place: str) -> Iterator[Fault]:
    if (sector.activity is None) == (sector.produces is None):
        words = Text(
            "终端部门给 activity，转换部门给 produces", "a final sector gives activity, a transformation gives produces"
        )
        yield _fault(file, place, "activity", words, sector.id)
    total = sum(fuel.share for fuel in sector.fuel)
    if abs(total - 1) > 1e-6:
        words = Text("各燃料占比合计须为 1", "the shares must sum to 1")
        yield _fault(file, f"{place}.fuel", "shares", words, total)
    if sector.balance is not None and sector.balance not in {fuel.id for fuel in sector.fuel}:
        allowed = [fuel.id for fuel in sector.fuel]
        yield _fault(file, f"{place}.balance", "balance", Text("没有这种燃料", "no such fuel"), sector.balance, allowed)


def _reference_faults(given: Scenario, file: str) -> Iterator[Fault]:
    sectors = {sector.id: sector for sector in given.sector}
    for place, part in _parts(given):
        sector = sectors.get(part.sector)
        if sector is None:
            words = Text("没有这个部门", "no such sector")
            yield _fault(file, f"{place}.sector", "sector", words, part.sector, sectors)
        elif part.variable == "activity" and sector.produces is not None:
            words = Text(
                "转换部门的活动水平由用量决定，不能改动", "the activity of a transformation follows from what is used"
            )
            yield _fault(
                file,
                f"{place}.variable",
                "activity",
                words,
                part.sector,
                [s for s in sectors if sectors[s].produces is None],
            )
        elif part.variable in {"share", "factor", "removal"}:
            yield from _fuel_faults(sector, part, file, place)


def _parts(given: Scenario) -> Iterator[tuple[str, Change | Effect]]:
    for index, change in enumerate(given.change):
        yield f"change[{index}]", change
    for number, policy in enumerate(given.policy):
        for index, effect in enumerate(policy.effect):
            yield f"policy[{number}].effect[{index}]", effect


def _fuel_faults(sector: Sector, part: Change | Effect, file: str, place: str) -> Iterator[Fault]:
    """Faults of what a share, a factor or a removal names."""
    fuels: dict[str, Fuel] = {fuel.id: fuel for fuel in sector.fuel}
    fuel = None if part.fuel is None else fuels.get(part.fuel)
    if fuel is None:
        words = Text("该部门没有这种燃料", "the sector has no such fuel")
        yield _fault(file, f"{place}.fuel", "fuel", words, part.fuel, fuels)
    if part.variable == "share":
        return
    if part.pollutant is None:
        words = Text("须写明污染物", "the pollutant must be named")
        yield _fault(file, f"{place}.pollutant", "pollutant", words, None, fuel.factors if fuel else None)
    elif fuel is not None and part.pollutant not in fuel.factors:
        words = Text(
            "该燃料没有这种污染物的排放因子，改动不起作用", "the fuel has no factor of it: nothing would change"
        )
        yield _fault(file, f"{place}.pollutant", "pollutant", words, part.pollutant, fuel.factors)


def _time_faults(given: Scenario, file: str) -> Iterator[Fault]:
    for index, driver in enumerate(given.driver):
        yield from _spans(given, driver.rate, file, f"driver[{index}].rate")
    by_target: dict[object, list[Change]] = {}
    for change in given.change:
        by_target.setdefault(change.target, []).append(change)
    for target, changes in by_target.items():
        growing = [change for change in changes if change.year is None]
        if growing and len(growing) != len(changes):
            words = Text("同一变量不能既给增速又给年份取值", "growth and milestones of one variable do not mix")
            yield _fault(file, "change", "mixed", words, target)
        yield from _spans(given, growing, file, "change")
        yield from _milestones(given, changes, file)
    for number, policy in enumerate(given.policy):
        for index, effect in enumerate(policy.effect):
            if effect.full < effect.from_year:
                words = Text("全部生效的年份早于开始的年份", "full effect comes before its start")
                yield _fault(file, f"policy[{number}].effect[{index}].full", "period", words, effect.full)


def _milestones(given: Scenario, changes: Iterable[Change], file: str) -> Iterator[Fault]:
    years = [change.year for change in changes if change.year is not None]
    for year, count in Counter(years).items():
        if count > 1:
            words = Text("同一变量同一年给了两个值", "two values of one variable in one year")
            yield _fault(file, "change.year", "overlap", words, year)
        if year <= given.scenario.base_year:
            words = Text("取值的年份须晚于基年", "the year of the value must come after the base year")
            yield _fault(
                file, "change.year", "period", words, year, Text("> {b}", "> {b}").format(b=given.scenario.base_year)
            )


def _spans(given: Scenario, parts: Iterable[Rate | Change], file: str, column: str) -> Iterator[Fault]:
    """Faults of periods of growth: overlaps, none at all, before the base year; a fall by all there is."""
    listed = list(parts)
    spans = sorted((part.from_year or 0, part.to_year or 0) for part in listed)
    for (first, last), (start, _) in pairwise(spans):
        if start <= last:
            yield _fault(file, column, "overlap", Text("时段重叠", "the periods overlap"), f"{first}–{last}, {start}")
    for first, last in spans:
        if last < first:
            words = Text("时段的起年晚于止年", "the period ends before it starts")
            yield _fault(file, column, "period", words, f"{first}–{last}")
        elif last <= given.scenario.base_year:
            words = Text("时段在基年或之前，不起作用", "the period lies not after the base year: it changes nothing")
            yield _fault(
                file,
                column,
                "period",
                words,
                f"{first}–{last}",
                Text("{b} 之后", "after {b}").format(b=given.scenario.base_year),
            )
    for part in listed:
        if part.corners[0] <= -100:
            words = Text("每年下降不能达到 100 %", "nothing can fall by 100 per cent a year")
            yield _fault(file, column, "growth", words, part.corners[0], same("> −100"))


def _result_faults(given: Scenario, file: str) -> Iterator[Fault]:
    """Faults of targets, concentration and budget: series that are not there, years outside the scenario."""
    known = variables(given)
    years = Text("{a}–{b}", "{a}–{b}").format(a=given.scenario.base_year, b=given.scenario.end_year)
    for index, target in enumerate(given.target):
        if target.variable not in known:
            words = Text("没有这个变量", "there is no such variable")
            yield _fault(file, f"target[{index}].variable", "variable", words, target.variable, known)
        if target.kind != "peak" and target.by not in given.years:
            words = Text("目标年不在情景年份内", "the year of the target is outside")
            yield _fault(file, f"target[{index}].by", "target_year", words, target.by, years)
    emitted = [name.partition("|")[2] for name in known if name.startswith("Emissions|") and name.count("|") == 1]
    if given.concentration is not None:
        for name in given.concentration.coefficients:
            if name not in emitted:
                words = Text("受体系数中的污染物没有排放序列", "the receptor row names a pollutant without emissions")
                yield _fault(file, f"concentration.coefficients.{name}", "concentration", words, name, emitted)
    if given.budget is not None:
        if given.budget.pollutant not in emitted:
            words = Text("预算的污染物没有排放序列", "the budget names a pollutant without emissions")
            yield _fault(file, "budget.pollutant", "budget", words, given.budget.pollutant, emitted)
        if not given.scenario.base_year <= given.budget.from_year <= given.budget.to_year <= given.scenario.end_year:
            words = Text("预算的年份须在情景年份内", "the years of the budget must lie within the scenario")
            yield _fault(file, "budget", "budget", words, f"{given.budget.from_year}–{given.budget.to_year}", years)
