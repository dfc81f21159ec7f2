"""The same facility in two registers: pairs, the evidence for each, and which are safe to take.

Probabilistic record linkage after Fellegi and Sunter (1969): each kind of evidence falls in a level; a level's
share among true pairs (m) and among other pairs (u) gives its weight; weights multiply, and with the share of true
pairs they give the probability that two records are one facility. m and u come from `estimate_weights`
(expectation maximisation, Winkler 1988), not from labelled pairs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz

from cocontrol.core.text import Text

EVIDENCE: Mapping[str, tuple[float, ...]] = {
    "name_similarity": (0.35, 0.6, 0.8, 0.95),
    "owner_similarity": (0.3, 0.7),
    "latitude_gap_deg": (0.002, 0.02, 0.1),
    "capacity_ratio": (1.05, 2.0),
}
"""Kinds of evidence and the limits between their levels. 0.01 degree of latitude is 1.1 km."""

THRESHOLD = 0.95
"""Least probability at which a pair is taken without a person; declared before any pair was labelled."""

REVIEW = 0.05
"""Least probability at which a pair is worth a person's look."""

FAR_DEG = 0.1
"""Latitudes that differ by more (11 km) contradict the pair, whatever the names say."""

PAIR_SCHEMA: dict[str, Any] = {
    "left_id": pl.String,
    "right_id": pl.String,
    "left_name": pl.String,
    "right_name": pl.String,
    "name_similarity": pl.Float64,
    "owner_similarity": pl.Float64,
    "latitude_gap_deg": pl.Float64,
    "capacity_ratio": pl.Float64,
}
"""Columns of `candidate_pairs`."""

MATCH_SCHEMA: dict[str, Any] = {
    **PAIR_SCHEMA,
    "probability": pl.Float64,
    "decision": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
}
"""Columns of `match_facilities`; one row a left facility that has a candidate."""

DECISIONS = {
    "accepted": Text("采用", "taken"),
    "review": Text("待人工核对", "for a person to look at"),
    "none": Text("无匹配", "no match"),
}

FAR = Text("纬度相差 {gap:.3f} 度，与同一设施矛盾", "latitudes {gap:.3f} degrees apart contradict one facility")
TAKEN = Text("对方设施已与 {name} 匹配", "the other facility is already matched with {name}")
WEAK = Text("概率 {p:.3f} 低于阈值 {limit}", "probability {p:.3f} is below the threshold {limit}")
NOTHING = Text("没有概率达到 {limit} 的候选", "no candidate reaches a probability of {limit}")
SAFE = Text("概率 {p:.3f}，不低于阈值 {limit}", "probability {p:.3f}, at or above the threshold {limit}")

_GENERAL = frozenset(
    re.findall(
        r"\w+",
        "power station plant coal cogen cogeneration thermal heat generation unit the new co "
        "ltd company group corp corporation limited inc",
    )
)
_GENERAL_ZH = re.compile("(股份|有限|责任|公司|集团|发电厂|热电厂|电厂|热电|发电|电力)")
_PSEUDO_COUNT = 0.5
"""Added to each level so that one never seen among few pairs is rare, not impossible."""
_UNIT = re.compile(r"\s+unit\s+\S+$|\s*[#＃]?\d+\s*号?机组$", re.IGNORECASE)
_SHARE = re.compile(r"\[[\d.]+%\]")


@dataclass(frozen=True, slots=True)
class Weights:
    """Share of true pairs, and for each kind of evidence the share of its levels among true and other pairs."""

    share: float
    among_true: Mapping[str, tuple[float, ...]]
    among_other: Mapping[str, tuple[float, ...]]


COAL_PLANTS = Weights(
    share=0.0126,
    among_true={
        "name_similarity": (0.0439, 0.215, 0.171, 0.0636, 0.507),
        "owner_similarity": (0.636, 0.283, 0.0809),
        "latitude_gap_deg": (0.699, 0.132, 0.137, 0.0315),
        "capacity_ratio": (0.586, 0.198, 0.217),
    },
    among_other={
        "name_similarity": (0.981, 0.0172, 0.00189, 7.66e-05, 1.81e-05),
        "owner_similarity": (0.94, 0.0542, 0.0054),
        "latitude_gap_deg": (0.00172, 0.0136, 0.0535, 0.931),
        "capacity_ratio": (0.0586, 0.308, 0.634),
    },
)
"""For English names of Chinese coal plants. `estimate_weights` over the pairs of one province of the Global Coal Plant
Tracker copy and the WRI list of coal plants (both CC BY 4.0), Henan left out: 64,982 pairs, 816 of them true."""


def plant_name(facility_name: str) -> str:
    """The plant of a unit: ``Anyang Power Station Unit 7`` → ``Anyang Power Station``."""
    return _UNIT.sub("", facility_name).strip()


def words(name: str) -> frozenset[str]:
    """What tells one name from another: words without general ones; pairs of characters of Chinese text."""
    plain = _SHARE.sub(" ", name).casefold().replace("'", "").replace("’", "")
    found = {word for word in re.findall(r"[a-z0-9]+", plain) if word not in _GENERAL}
    for run in re.findall(r"[\u4e00-\u9fff]+", _GENERAL_ZH.sub(" ", plain)):
        found |= {a + b for a, b in pairwise(run)} or {run}
    return frozenset(found)


def rarity(names: Iterable[str]) -> dict[str, float]:
    """Inverse document frequency of every word: ln(names / names that hold it)."""
    documents = [words(name) for name in names]
    counts = Counter(word for document in documents for word in document)
    return {word: log(len(documents) / count) for word, count in counts.items()}


def similarity(left: str, right: str, weight: Mapping[str, float]) -> float | None:
    """Share (0 to 1) of the rarity of both names' words that they have in common; None where a name has no word.

    Words of letters that differ by a slip (ratio at least 85 of 100) count by that ratio; figures must be equal.
    """
    mine, theirs = words(left), words(right)
    whole = fsum(weight.get(word, 0.0) for word in (*mine, *theirs))
    if not mine or not theirs or whole <= 0:
        return None
    return 2 * fsum(_shared(word, theirs, weight) for word in mine) / whole


def _shared(word: str, others: Collection[str], weight: Mapping[str, float]) -> float:
    if word in others:
        return weight.get(word, 0.0)
    nearest = max(sorted(others), key=lambda other: fuzz.ratio(word, other))
    ratio = fuzz.ratio(word, nearest)
    if ratio < 85 or word.isdigit():
        return 0.0
    return min(weight.get(word, 0.0), weight.get(nearest, 0.0)) * ratio / 100


def candidate_pairs(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Every pair of facilities of one province, with the evidence for it (`PAIR_SCHEMA`).

    Parameters
    ----------
    left, right : tables with `facility_id, name, owner, province_adcode, latitude` and `capacities`: a list of sums
        that the other register may mean (operating units, with retired ones, all), or one capacity. The ratio is
        that of the nearest sum, larger over smaller.
    """
    names = rarity([*left["name"], *right["name"]])
    owners = rarity([owner for owner in (*left["owner"], *right["owner"]) if owner])
    rows = [
        _pair(one, other, names, owners)
        for (province,), group in left.group_by("province_adcode", maintain_order=True)
        for other_group in [right.filter(pl.col("province_adcode") == province).to_dicts()]
        for one in group.iter_rows(named=True)
        for other in other_group
    ]
    return pl.DataFrame(rows, schema=PAIR_SCHEMA, orient="row")


def _pair(
    one: Mapping[str, Any], other: Mapping[str, Any], names: Mapping[str, float], owners: Mapping[str, float]
) -> tuple[Any, ...]:
    known = one["latitude"] is not None and other["latitude"] is not None
    return (
        one["facility_id"],
        other["facility_id"],
        one["name"],
        other["name"],
        similarity(one["name"], other["name"], names),
        similarity(one["owner"] or "", other["owner"] or "", owners),
        abs(one["latitude"] - other["latitude"]) if known else None,
        _ratio(one["capacities"], other["capacities"]),
    )


def _ratio(left: Iterable[float | None], right: Iterable[float | None]) -> float | None:
    ours, theirs = [value for value in left if value], [value for value in right if value]
    return min((max(a, b) / min(a, b) for a in ours for b in theirs), default=None)


def _levels(pairs: pl.DataFrame) -> dict[str, npt.NDArray[np.int64]]:
    """The level of each pair by kind of evidence; −1 where a side says nothing."""
    found = {}
    for kind, limits in EVIDENCE.items():
        values = pairs[kind].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        found[kind] = np.where(np.isnan(values), -1, np.digitize(values, limits)).astype(np.int64)
    return found


def estimate_weights(pairs: pl.DataFrame, start: Weights, *, rounds: int = 200) -> Weights:
    """m, u and the share of true pairs by expectation maximisation from `start`, evidence taken as independent."""
    levels, now = _levels(pairs), start
    for _ in range(rounds):
        true = _probability(levels, now, pairs.height)
        now = Weights(
            float(true.mean()),
            {kind: _shares(found, true, len(EVIDENCE[kind]) + 1) for kind, found in levels.items()},
            {kind: _shares(found, 1 - true, len(EVIDENCE[kind]) + 1) for kind, found in levels.items()},
        )
    return now


def _shares(found: npt.NDArray[np.int64], mass: npt.NDArray[np.float64], size: int) -> tuple[float, ...]:
    known = found >= 0
    sums = np.bincount(found[known], weights=mass[known], minlength=size) + _PSEUDO_COUNT
    return tuple(float(value) for value in sums / sums.sum())


def _probability(levels: Mapping[str, npt.NDArray[np.int64]], weights: Weights, height: int) -> npt.NDArray[np.float64]:
    true, other = np.full(height, weights.share), np.full(height, 1 - weights.share)
    for kind, found in levels.items():
        known = found >= 0
        true[known] *= np.asarray(weights.among_true[kind])[found[known]]
        other[known] *= np.asarray(weights.among_other[kind])[found[known]]
    probability: npt.NDArray[np.float64] = true / (true + other)
    return probability


def match_facilities(pairs: pl.DataFrame, weights: Weights, *, threshold: float = THRESHOLD) -> pl.DataFrame:
    """The best pair of each left facility with its probability and what to do with it.

    From the most probable pair down: a pair is accepted at `threshold` or above, unless latitudes contradict it
    (`FAR_DEG`) or a better pair has taken the right facility; then the next pair of the left one is tried. What is
    not accepted goes to a person from `REVIEW` on.

    Returns
    -------
    Table of `MATCH_SCHEMA`; `decision` is a key of `DECISIONS`.
    """
    probability = pl.Series("probability", _probability(_levels(pairs), weights, pairs.height), pl.Float64)
    scored = pairs.with_columns(probability).sort(
        ["probability", "name_similarity", "left_id", "right_id"], descending=[True, True, False, False]
    )
    best: dict[str, dict[str, Any]] = {}
    taken: dict[str, str] = {}
    for row in scored.iter_rows(named=True):
        known = best.get(row["left_id"])
        if known is not None and (known["decision"] == "accepted" or row["probability"] < threshold):
            continue
        decision, reason = _decide(row, taken, threshold)
        if known is None or decision == "accepted":
            best[row["left_id"]] = {**row, "decision": decision, "reason_zh": reason.zh, "reason_en": reason.en}
        if decision == "accepted":
            taken[row["right_id"]] = row["left_name"]
    return pl.DataFrame(list(best.values()), schema=MATCH_SCHEMA)


def _decide(row: Mapping[str, Any], taken: Mapping[str, str], threshold: float) -> tuple[str, Text]:
    probability, gap = row["probability"], row["latitude_gap_deg"]
    if probability < REVIEW:
        return "none", NOTHING.format(limit=REVIEW)
    if probability < threshold:
        return "review", WEAK.format(p=probability, limit=threshold)
    if gap is not None and gap > FAR_DEG:
        return "review", FAR.format(gap=gap)
    if row["right_id"] in taken:
        return "review", TAKEN.format(name=taken[row["right_id"]])
    return "accepted", SAFE.format(p=probability, limit=threshold)
