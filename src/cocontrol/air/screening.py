"""Screening without a matrix of one's own: the national TM5-FASST response, and a rollback. Both are labelled.

Neither is a concentration of a province or a city: the first is one receptor for all of China with the
chemistry of its base year, the second assumes that concentrations follow emissions in proportion.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text

PERTURBATION = 0.2
"""The responses are those to a fall of all China's emissions by a fifth."""

VALID_CHANGE = 0.5
"""Share of the base beyond which the straight line is not trusted."""

LABEL = Text(
    "全国筛查（TM5-FASST，非省市浓度）", "national screening (TM5-FASST), no concentration of a province or city"
)
ROLLBACK_LABEL = Text("等比例回推（仅供参考）", "rollback (indicative only)")


@dataclass(frozen=True, slots=True)
class Screening:
    """Change of PM2.5 (µg/m³) by species and in all, and what must be said beside it."""

    label: Text
    species: dict[str, float]
    total: float
    remarks: tuple[Text, ...]


@cache
def _responses() -> tuple[tuple[str, str, float], ...]:
    text = files("cocontrol.air").joinpath("data", "fasst_china.csv").read_text(encoding="utf-8")
    return tuple(
        (row["species"], row["pollutant"], float(row["response_ug_m3"])) for row in csv.DictReader(text.splitlines())
    )


def precursors() -> tuple[str, ...]:
    """The pollutants that the national response knows."""
    return tuple(dict.fromkeys(pollutant for _, pollutant, _ in _responses()))


def fasst_china(changes: Mapping[str, float]) -> Screening:
    """ΔC = Σ 5 · response · ΔE/E_base for relative changes of China's emissions (−0.5: half as much).

    No urban increment is added. A pollutant that is not named does not change. NO3 may rise where SO2
    falls: more ammonia is left for it.

    Raises
    ------
    InvalidInput
        A pollutant that the response does not know (ozone cannot be put in a line), or a change below −1.
    """
    known = precursors()
    faults = [
        Fault(
            "screening.pollutant",
            Text("筛查响应没有这种污染物", "the response does not know this pollutant"),
            value=name,
            allowed=Text("{k}", "{k}").format(k=", ".join(known)),
            remedy=Text("臭氧不能线性化，须用模型结果", "ozone cannot be put in a line: use a model")
            if name in {"O3", "VOCs"}
            else None,
        )
        for name in changes
        if name not in known
    ]
    faults += [
        Fault(
            "screening.change",
            Text("相对变化不能小于 −1", "a relative change is not below −1"),
            value=f"{name}: {change}",
        )
        for name, change in changes.items()
        if change < -1
    ]
    if faults:
        raise InvalidInput(*faults)
    species: dict[str, float] = {}
    for name, pollutant, response in _responses():
        species[name] = species.get(name, 0.0) + response / PERTURBATION * changes.get(pollutant, 0.0)
    beyond = sorted(name for name, change in changes.items() if abs(change) > VALID_CHANGE)
    remarks = [LABEL]
    if beyond:
        remarks.append(
            Text(
                "{n} 的变化超过 ±50%，线性外推不可靠", "{n} change by more than ±50 %: the line is not trusted there"
            ).format(n=", ".join(beyond))
        )
    return Screening(LABEL, species, sum(species.values()), tuple(remarks))


def rollback(
    concentration: float, background: float, shares: Mapping[str, float], ratios: Mapping[str, float]
) -> float:
    """C = bg + (C0 − bg) Σ share_p E_p/E0_p, indicative only; what no share names stays as it is.

    Raises
    ------
    InvalidInput
        A background above the concentration, shares that exceed 1, or a share without a ratio.
    """
    faults = []
    if not 0 <= background <= concentration:
        faults.append(
            Fault(
                "rollback.background",
                Text("背景值须在 0 与浓度之间", "the background lies between 0 and the concentration"),
                value=str(background),
            )
        )
    total = sum(shares.values())
    if total > 1 + 1e-9 or min(shares.values(), default=0.0) < 0:
        faults.append(
            Fault(
                "rollback.shares",
                Text("份额不为负且合计不超过 1", "shares are not negative and sum to 1 at most"),
                value=str(total),
            )
        )
    if absent := sorted(set(shares) - set(ratios)):
        faults.append(
            Fault("rollback.ratio", Text("缺少排放比", "an emission ratio is missing"), value=", ".join(absent))
        )
    if faults:
        raise InvalidInput(*faults)
    moved = sum(share * ratios[name] for name, share in shares.items()) + max(1 - total, 0.0)
    return background + (concentration - background) * moved
