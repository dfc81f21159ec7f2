"""Does an energy balance add up? Every identity it must obey, and where it does not.

A finding names the printed figure, the figure that the rest of the table implies, and the cells of
both. Differences within the declared tolerance are rounding and are let pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Level
from cocontrol.core.text import Text, same
from cocontrol.inventory.balance_layout import Aggregate, BalanceLayout, Process, Role
from cocontrol.inventory.findings import Finding, finding_table

_TOTALS = ("total_supply", "total_transformation", "total_consumption")


def check_balance(balance: pl.DataFrame, layout: BalanceLayout) -> pl.DataFrame:
    """What is wrong with a balance, as a finding table (`findings.FINDING_SCHEMA`).

    Per region, year and fuel:

    - ``balance.total``: supply, transformation and consumption equal the sums of their rows;
    - ``balance.parts``: urban and rural make up residential use;
    - ``balance.part_exceeds``: an "of which" (non-energy use) is not more than its whole;
    - ``balance.difference``: Σ supply + Σ transformation − losses − Σ consumption is the printed
      statistical difference (from the rows, so that a wrong printed total is found once, not twice);
    - ``balance.sign``: imports are not negative, exports not positive …;
    - ``balance.aggregate``: an aggregate fuel is the weighted sum of its members;

    and across fuels: ``balance.transformation_gain`` (a process puts out more energy than goes in),
    ``balance.outside_aggregate`` (fuels that no aggregate holds), ``balance.layout`` (totals that would
    hold under the other place of recovered energy: the declared layout is likely wrong).

    Parameters
    ----------
    balance : table as `balance_reader.read_energy_balance` makes it
    layout : the layout it was read under
    """
    findings: list[Finding] = []
    for key, rows in balance.partition_by("adcode", "year", as_dict=True, maintain_order=True).items():
        cells = _cells(f"{key[0]}/{key[1]}", rows, layout)
        for check in _CHECKS:
            findings.extend(check(cells))
    return finding_table(findings)


@dataclass(frozen=True, slots=True)
class _Cells:
    """One balance as a grid: amount and origin by (fuel, process)."""

    where: str
    layout: BalanceLayout
    amounts: dict[tuple[str, str], float]
    origins: dict[tuple[str, str], str]
    fuel_names: dict[str, str]

    def get(self, fuel: str, process: str) -> float:
        """The amount; an empty cell of a balance adds nothing to a sum."""
        return self.amounts.get((fuel, process), 0.0)

    def has(self, fuel: str, process: str) -> bool:
        return (fuel, process) in self.amounts

    def total(self, fuel: str, processes: Iterable[Process]) -> float:
        return sum(self.get(fuel, process.code) for process in processes)

    def origin(self, fuel: str, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.origins[fuel, code] for code in codes if (fuel, code) in self.origins)

    def is_off(self, difference: float) -> bool:
        return abs(difference) > self.layout.tolerance

    def label(self, process: str) -> Text:
        return self.layout.processes[process].label

    def subject(self, fuel: str, process: str) -> str:
        return f"{self.where}/{fuel}/{process}"

    def fuels(self) -> list[str]:
        """Fuels in printed order, aggregates last so that what follows from a member is told after it."""
        return sorted(self.fuel_names, key=lambda fuel: fuel in self.layout.aggregate_fuels)


def _cells(where: str, rows: pl.DataFrame, layout: BalanceLayout) -> _Cells:
    known = rows.filter(pl.col("amount").is_not_null())
    keys = list(zip(known["fuel"], known["process"], strict=True))
    return _Cells(
        where=where,
        layout=layout,
        amounts=dict(zip(keys, known["amount"], strict=True)),
        origins=dict(zip(keys, known["origin"], strict=True)),
        fuel_names=dict(zip(rows["fuel"], rows["fuel_name"], strict=True)),
    )


def _check_totals(cells: _Cells) -> Iterator[Finding]:
    for total in _TOTALS:
        components = cells.layout.components_of(total)
        off: dict[str, float] = {}
        for fuel in cells.fuels():
            expected = cells.total(fuel, components)
            if not cells.has(fuel, total):
                if cells.is_off(expected):
                    yield _total_absent(cells, fuel, total, expected)
            elif cells.is_off(cells.get(fuel, total) - expected):
                off[fuel] = cells.get(fuel, total) - expected
                yield _total_wrong(cells, fuel, total, expected, off)


def _total_wrong(cells: _Cells, fuel: str, total: str, expected: float, off: dict[str, float]) -> Finding:
    inherited = _inherited(cells, fuel, off)
    message = Text(
        "{f}：{t} 印为 {v:.7g}，各分项之和为 {e:.7g}，相差 {d:+.7g} {u}。{h}",
        "{f}: {t} is printed {v:.7g}, its rows sum to {e:.7g}, off by {d:+.7g} {u}. {h}",
    ).format(
        f=cells.fuel_names[fuel],
        t=cells.label(total),
        v=cells.get(fuel, total),
        e=expected,
        d=off[fuel],
        u=cells.layout.unit,
        h=inherited or _which_closes(cells, fuel, total, expected),
    )
    codes = [total, *(process.code for process in cells.layout.components_of(total))]
    return Finding(
        "balance.total",
        Level.LOW if inherited else Level.HIGH,
        cells.subject(fuel, total),
        expected,
        cells.get(fuel, total),
        cells.layout.unit,
        message,
        cells.origin(fuel, codes),
    )


def _inherited(cells: _Cells, fuel: str, off: dict[str, float]) -> Text | None:
    """The members whose own difference makes the one of an aggregate; None where they do not."""
    for aggregate in cells.layout.aggregates:
        carried = {member: weight * off[member] for member, weight in aggregate.weights.items() if member in off}
        if aggregate.fuel == fuel and carried and not cells.is_off(off[fuel] - sum(carried.values())):
            names = ", ".join(cells.fuel_names[member] for member in carried)
            return Text("该差额由 {m} 带入。", "It is carried over from {m}.").format(m=names)
    return None


def _which_closes(cells: _Cells, fuel: str, total: str, expected: float) -> Text:
    """Whether the balance closes with the printed total or with the sum of its rows: which of them is wrong."""
    signs = dict(zip(_TOTALS, (1.0, 1.0, -1.0), strict=True))
    printed = sum(sign * cells.get(fuel, name) for name, sign in signs.items())
    printed -= cells.total(fuel, cells.layout.of_role(Role.LOSS)) + cells.get(fuel, "statistical_difference")
    summed = printed + signs[total] * (expected - cells.get(fuel, total))
    if cells.is_off(printed) and not cells.is_off(summed):
        return Text(
            "按分项之和平衡表成立，印出的合计有误。", "The balance closes with the sum: the printed total is wrong."
        )
    if cells.is_off(summed) and not cells.is_off(printed):
        return Text(
            "按印出的合计平衡表成立，分项有误或缺项。", "The balance closes with the total: a row is wrong or absent."
        )
    return Text("仅凭本表不能判断哪一个有误。", "The table alone does not tell which of them is wrong.")


def _total_absent(cells: _Cells, fuel: str, total: str, expected: float) -> Finding:
    components = [process.code for process in cells.layout.components_of(total)]
    return Finding(
        "balance.total_absent",
        Level.MEDIUM,
        cells.subject(fuel, total),
        expected,
        None,
        cells.layout.unit,
        Text(
            "{f}：没有印出 {t}，其分项之和为 {e:.7g} {u}。", "{f}: {t} is not printed; its rows sum to {e:.7g} {u}."
        ).format(f=cells.fuel_names[fuel], t=cells.label(total), e=expected, u=cells.layout.unit),
        cells.origin(fuel, components),
    )


def _check_parts(cells: _Cells) -> Iterator[Finding]:
    wholes = {process.part_of for process in cells.layout.of_role(Role.PART) if process.part_of}
    for fuel in cells.fuels():
        for whole in sorted(wholes):
            shares = [process for process in cells.layout.parts_of(whole) if process.is_share]
            expected = cells.total(fuel, shares)
            found = cells.get(fuel, whole)
            if any(cells.has(fuel, share.code) for share in shares) and cells.is_off(found - expected):
                words = Text(
                    "{f}：{t} {v:.7g} 不等于其各部分之和 {e:.7g} {u}。",
                    "{f}: {t} {v:.7g} is not the sum of its parts {e:.7g} {u}.",
                )
                yield _finding(
                    cells,
                    "balance.parts",
                    Level.HIGH,
                    fuel=fuel,
                    process=whole,
                    expected=expected,
                    words=words,
                    other=[s.code for s in shares],
                )
            for part in cells.layout.parts_of(whole):
                most = cells.get(fuel, part.code)
                if not part.is_share and most - found > cells.layout.tolerance:
                    words = Text(
                        "{f}：{t} {v:.7g} 小于其中项 {e:.7g} {u}。",
                        "{f}: {t} {v:.7g} is less than a part of it, {e:.7g} {u}.",
                    )
                    yield _finding(
                        cells,
                        "balance.part_exceeds",
                        Level.HIGH,
                        fuel=fuel,
                        process=whole,
                        expected=most,
                        words=words,
                        other=[part.code],
                    )


def _finding(
    cells: _Cells,
    rule: str,
    level: Level,
    *,
    fuel: str,
    process: str,
    expected: float | None,
    words: Text,
    other: Iterable[str] = (),
) -> Finding:
    """A finding about one printed cell; `words` may use {f} fuel, {t} row, {v} printed, {e} expected, {u} unit."""
    found = cells.get(fuel, process)
    message = words.format(
        f=cells.fuel_names[fuel], t=cells.label(process), v=found, e=expected or 0.0, u=cells.layout.unit
    )
    origin = cells.origin(fuel, [process, *other])
    return Finding(rule, level, cells.subject(fuel, process), expected, found, cells.layout.unit, message, origin)


def _check_difference(cells: _Cells) -> Iterator[Finding]:
    gains = [p for total in ("total_supply", "total_transformation") for p in cells.layout.components_of(total)]
    uses = [*cells.layout.of_role(Role.LOSS), *cells.layout.components_of("total_consumption")]
    for fuel in cells.fuels():
        expected = cells.total(fuel, gains) - cells.total(fuel, uses)
        if cells.is_off(expected - cells.get(fuel, "statistical_difference")):
            words = Text(
                "{f}：供应＋转换－损失－消费＝{e:.7g}，印出的{t}为 {v:.7g} {u}。",
                "{f}: supply + transformation − losses − consumption = {e:.7g}, the printed {t} is {v:.7g} {u}.",
            )
            codes = [process.code for process in (*gains, *uses)]
            yield _finding(
                cells,
                "balance.difference",
                Level.HIGH,
                fuel=fuel,
                process="statistical_difference",
                expected=expected,
                words=words,
                other=codes,
            )


def _check_signs(cells: _Cells) -> Iterator[Finding]:
    for process in cells.layout.processes.values():
        direction = {"+": 1.0, "-": -1.0, "±": 0.0}[process.sign]
        for fuel in cells.fuels():
            if direction * cells.get(fuel, process.code) < 0:
                words = Text("{f}：{t} {v:.7g} {u} 的符号不应如此。", "{f}: {t} {v:.7g} {u} has the wrong sign.")
                yield _finding(
                    cells, "balance.sign", Level.MEDIUM, fuel=fuel, process=process.code, expected=None, words=words
                )


def _check_aggregates(cells: _Cells) -> Iterator[Finding]:
    for aggregate in cells.layout.aggregates:
        if not aggregate.weights or aggregate.fuel not in cells.fuel_names:
            continue
        for process in cells.layout.processes:
            expected = sum(weight * cells.get(member, process) for member, weight in aggregate.weights.items())
            if cells.is_off(cells.get(aggregate.fuel, process) - expected):
                yield _aggregate_wrong(cells, aggregate, process, expected)


def _aggregate_wrong(cells: _Cells, aggregate: Aggregate, process: str, expected: float) -> Finding:
    words = Text("{f}：{t} {v:.7g}，按品种加总应为 {e:.7g} {u}。", "{f}: {t} {v:.7g}, its members give {e:.7g} {u}.")
    made = _finding(
        cells, "balance.aggregate", Level.HIGH, fuel=aggregate.fuel, process=process, expected=expected, words=words
    )
    members = tuple(cells.origins[m, process] for m in aggregate.weights if (m, process) in cells.origins)
    return Finding(
        made.rule, made.level, made.subject, expected, made.found, made.unit, made.message, made.origin + members
    )


def _check_gains(cells: _Cells) -> Iterator[Finding]:
    single = [fuel for fuel in cells.fuels() if fuel not in cells.layout.aggregate_fuels]
    for process in cells.layout.of_role(Role.TRANSFORMATION):
        net = sum(cells.get(fuel, process.code) for fuel in single)
        if process.creates_energy or net <= cells.layout.tolerance:
            continue
        taken = -sum(min(cells.get(fuel, process.code), 0.0) for fuel in single)
        yield Finding(
            "balance.transformation_gain",
            Level.LOW,
            f"{cells.where}//{process.code}",
            taken,
            taken + net,
            cells.layout.unit,
            Text(
                "{t}：产出 {v:.7g} 多于投入 {e:.7g} {u}，折标系数或投入品种可能有误。",
                "{t}: output {v:.7g} exceeds input {e:.7g} {u}; a conversion coefficient or an input may be wrong.",
            ).format(t=process.label, v=taken + net, e=taken, u=cells.layout.unit),
            tuple(origin for fuel in single for origin in cells.origin(fuel, [process.code])),
        )


def _check_outside(cells: _Cells) -> Iterator[Finding]:
    weighted = {aggregate.fuel: aggregate.weights for aggregate in cells.layout.aggregates}
    if not weighted.get("total_energy"):
        return
    held = set(weighted["total_energy"])
    held |= {member for fuel in held for member in weighted.get(fuel, {})}
    outside = [f for f in cells.fuels() if f not in held and f not in cells.layout.aggregate_fuels]
    used = {fuel: cells.get(fuel, "total_consumption") for fuel in outside}
    if any(used.values()):
        yield Finding(
            "balance.outside_aggregate",
            Level.LOW,
            f"{cells.where}/total_energy/total_consumption",
            None,
            sum(used.values()),
            cells.layout.unit,
            Text(
                "能源合计不含 {n}，其终端消费共 {v:.7g} {u}；按品种加总时会多出这一部分。",
                "total energy leaves out {n}, whose final use is {v:.7g} {u}; a sum over fuels has that much more.",
            ).format(n=", ".join(cells.fuel_names[f] for f in used), v=sum(used.values()), u=cells.layout.unit),
            tuple(origin for fuel in used for origin in cells.origin(fuel, ["total_consumption"])),
        )


def _check_layout(cells: _Cells) -> Iterator[Finding]:
    """Recovered energy in the other total than declared: both totals are off by just that amount."""
    layout = cells.layout
    other = "transformation" if layout.recovery_place == "supply" else "supply"
    moved = [fuel for fuel in cells.fuels() if cells.is_off(cells.get(fuel, layout.recovery))]
    if not moved:
        return
    for fuel in moved:
        amount = cells.get(fuel, layout.recovery)
        for place, change in ((layout.recovery_place, -amount), (other, amount)):
            total = f"total_{place}"
            expected = cells.total(fuel, layout.components_of(total)) + change
            if cells.is_off(cells.get(fuel, total) - expected):
                return
    yield Finding(
        "balance.layout",
        Level.HIGH,
        f"{cells.where}//{layout.recovery}",
        None,
        None,
        layout.unit,
        Text(
            "本表把{r}计入{o}，而声明的版式 {i} 计入{p}；请声明相应版式。",
            "the table counts {r} in {o}, the declared layout {i} in {p}: declare the other layout.",
        ).format(
            r=cells.label(layout.recovery),
            o=cells.label(f"total_{other}"),
            p=cells.label(f"total_{layout.recovery_place}"),
            i=same(layout.layout_id),
        ),
        tuple(origin for fuel in moved for origin in cells.origin(fuel, [layout.recovery])),
    )


_CHECKS: tuple[Callable[[_Cells], Iterator[Finding]], ...] = (
    _check_layout,
    _check_totals,
    _check_parts,
    _check_difference,
    _check_signs,
    _check_aggregates,
    _check_gains,
    _check_outside,
)
