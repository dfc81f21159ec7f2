"""HFC emissions from banks of equipment: Tier 1 (IPCC 2006) and Tier 2 with the lines of a national sheet (2019 Refinement)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput
from cocontrol.core.text import Text


@dataclass(frozen=True, slots=True)
class BankParameters:
    """What both tiers assume about one gas in one kind of equipment; shares from 0 to 1.

    `loss_share` leaves the bank each year in use, `lifetime_years` is the age at which equipment retires. Of a
    retired charge Tier 1 destroys `destroyed_share`. Tier 2 loses `fill_loss_share` when new equipment is filled.
    """

    loss_share: float
    lifetime_years: int
    destroyed_share: float = 0.0
    fill_loss_share: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.loss_share, self.destroyed_share, self.fill_loss_share)
        if self.lifetime_years < 1 or not all(0 <= share <= 1 for share in shares):
            raise InvalidInput(
                Fault(
                    "hfc_bank.parameters",
                    Text("制冷剂库参数不可用", "parameters of the bank cannot be used"),
                    value=str(self),
                    allowed=Text("份额 0–1，寿命至少 1 年", "shares from 0 to 1, a lifetime of at least 1 year"),
                )
            )


SERVICE_AFTER_YEARS = 3
"""Tier 1: equipment is first recharged in its third year, then every year (worksheet of the 2006 Guidelines)."""


def tier_1_bank(market: pl.DataFrame, parameters: BankParameters) -> pl.DataFrame:
    """Bank and emissions from the agent that reached the market, with a constant loss rate.

    IPCC 2006 Guidelines, Vol. 3, section 7.5.2.1 (Tier 1a/b) and its worksheet. With e the loss share, d the lifetime, A_t
    the agent put on the market and N_t what of it filled new equipment:

        servicing_t = N_{t−3} · (1 − (1 − e)³) + Σ_{v=t−d+1}^{t−4} N_v · e
        N_t         = max(0, A_t − servicing_t)
        retired_t   = min(N_{t−d} · (1 − e), bank_{t−1} · (1 − e) + A_t)
        bank_t      = bank_{t−1} · (1 − e) + A_t − retired_t
        emission_t  = bank_t · e + retired_t · (1 − destroyed share)

    Parameters
    ----------
    market : table keyed year, consecutive; new_agent_to_market_t

    Returns
    -------
    Table keyed year: new_agent_to_market_t, agent_in_retired_equipment_t, destroyed_t, released_at_retirement_t,
    bank_t, emission_t, for_servicing_t (the demand; the market may not meet it), for_new_equipment_t.

    Raises
    ------
    InvalidInput
        Years with gaps, missing or negative amounts.
    """
    rows = _series(market, ("new_agent_to_market_t",))
    loss, life = parameters.loss_share, parameters.lifetime_years
    filled: list[float] = []
    made = []
    bank = 0.0
    for place, (year, agent) in enumerate(rows.iter_rows()):
        serviced = _servicing(filled, place, loss, life)
        filled.append(max(0.0, agent - serviced))
        before = bank * (1.0 - loss) + agent
        due = filled[place - life] * (1.0 - loss) if place >= life else 0.0
        retired = min(due, before)
        bank = before - retired
        destroyed = retired * parameters.destroyed_share
        made.append(
            {
                "year": year,
                "new_agent_to_market_t": agent,
                "agent_in_retired_equipment_t": retired,
                "destroyed_t": destroyed,
                "released_at_retirement_t": retired - destroyed,
                "bank_t": bank,
                "emission_t": bank * loss + retired - destroyed,
                "for_servicing_t": serviced,
                "for_new_equipment_t": filled[place],
            }
        )
    return pl.DataFrame(made)


def _servicing(filled: list[float], place: int, loss: float, life: int) -> float:
    """What equipment that is still in use needs to be full again."""
    first = place - SERVICE_AFTER_YEARS
    three_years = filled[first] * (1.0 - (1.0 - loss) ** SERVICE_AFTER_YEARS) if 0 <= first < place else 0.0
    if life <= SERVICE_AFTER_YEARS:
        return 0.0
    older = filled[max(0, place - life + 1) : max(0, first)]
    return three_years + sum(older) * loss


TIER_2_FLOWS = (
    "produced", "imported_bulk", "exported_bulk", "imported_in_equipment", "exported_in_equipment",
    "recycled", "destroyed", "exported_used",
)  # fmt: skip
"""Flows of a year, in kg."""


def tier_2_bank(flows: pl.DataFrame, parameters: BankParameters) -> pl.DataFrame:
    """Bank and emissions of one gas from the flows of agent and equipment, stage by stage.

    2019 Refinement, Vol. 3, Ch. 7, Eq. 7.10 to 7.14 and its calculation example for mobile air conditioning:

        sales           = produced + imported in bulk − exported in bulk
        servicing_t     = min(sales_t, use emission_{t−1})          topping up what was lost the year before
        new fill        = sales − servicing;   fill emission = new fill · fill loss share
        to bank         = new fill − fill emission + imported in equipment − exported in equipment
        use emission    = bank on 1 January · loss share
        retired_t       = to bank_{t−d}                              serviced in the year before it is scrapped
        end-of-life emission = retired − recycled − destroyed − exported used
        bank on 31 December  = bank on 1 January + to bank − use emission + servicing − retired
        total emission       = fill + use + end of life

    Parameters
    ----------
    flows : table keyed year, consecutive, with the columns of `TIER_2_FLOWS` in kg

    Returns
    -------
    Table keyed year with every line above in kg: bank_1jan_kg, sales_kg, servicing_kg, new_fill_kg, fill_emission_kg,
    to_bank_kg, use_emission_kg, retired_kg, end_of_life_emission_kg, bank_31dec_kg, total_emission_kg.

    Raises
    ------
    InvalidInput
        Years with gaps, missing or negative amounts; more agent exported than there is, or more recovered from
        retired equipment than it holds.
    """
    rows = _series(flows, TIER_2_FLOWS)
    made: list[dict[str, float]] = []
    faults = FaultCollector()
    for row in rows.iter_rows(named=True):
        made.append(_tier_2_year(row, made, parameters))
        faults.extend(_impossible(made[-1]))
    faults.raise_if_any(InvalidInput)
    return pl.DataFrame(made)


def _tier_2_year(
    row: dict[str, float], earlier: list[dict[str, float]], parameters: BankParameters
) -> dict[str, float]:
    last = earlier[-1] if earlier else {"bank_31dec_kg": 0.0, "use_emission_kg": 0.0}
    start = last["bank_31dec_kg"]
    sales = row["produced"] + row["imported_bulk"] - row["exported_bulk"]
    servicing = min(sales, last["use_emission_kg"])
    new_fill = sales - servicing
    fill_emission = new_fill * parameters.fill_loss_share
    to_bank = new_fill - fill_emission + row["imported_in_equipment"] - row["exported_in_equipment"]
    used = start * parameters.loss_share
    place = len(earlier) - parameters.lifetime_years
    retired = earlier[place]["to_bank_kg"] if place >= 0 else 0.0
    end = retired - row["recycled"] - row["destroyed"] - row["exported_used"]
    return {
        "year": row["year"],
        "bank_1jan_kg": start,
        "sales_kg": sales,
        "servicing_kg": servicing,
        "new_fill_kg": new_fill,
        "fill_emission_kg": fill_emission,
        "to_bank_kg": to_bank,
        "use_emission_kg": used,
        "retired_kg": retired,
        "end_of_life_emission_kg": end,
        "bank_31dec_kg": start + to_bank - used + servicing - retired,
        "total_emission_kg": fill_emission + used + end,
    }


_NEVER_NEGATIVE = {
    "sales_kg": Text("{y} 年出口多于现有制冷剂", "more agent is exported in {y} than there is"),
    "end_of_life_emission_kg": Text(
        "{y} 年回收、销毁和出口多于报废设备所含", "more is recovered in {y} than retired equipment holds"
    ),
    "bank_31dec_kg": Text("{y} 年末制冷剂库为负", "the bank at the end of {y} is negative"),
}


def _impossible(row: dict[str, float]) -> list[Fault]:
    slack = -1e-9 * max(1.0, row["bank_1jan_kg"])
    return [
        Fault("hfc_bank.impossible", message.format(y=row["year"]), value=f"{name} = {row[name]:g}")
        for name, message in _NEVER_NEGATIVE.items()
        if row[name] < slack
    ]


def _series(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The named columns by year, checked: consecutive years, nothing missing, nothing negative."""
    faults = FaultCollector()
    rows = frame.select("year", *(pl.col(name).cast(pl.Float64) for name in columns)).sort("year")
    years = rows["year"].to_list()
    if years != list(range(years[0], years[0] + len(years))) if years else True:
        message = Text("年份须连续且不重复", "years must be consecutive, each once")
        faults.add(Fault("hfc_bank.years", message, value=str(years[:10])))
    for name in columns:
        wrong = rows.filter(pl.col(name).is_null() | (pl.col(name) < 0))
        for year in wrong["year"].head(20):
            message = Text("{y} 年的 {c} 缺失或为负", "{c} of {y} is missing or negative").format(y=year, c=name)
            remedy = Text("没有就填 0：缺失不是零", "write 0 where there is none: missing is not zero")
            faults.add(Fault("hfc_bank.amount", message, remedy=remedy))
    faults.raise_if_any(InvalidInput)
    return rows
