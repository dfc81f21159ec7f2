"""Factors of agriculture, land use and waste: which document answers, under which region of its tables.

A document profile names for each sector its own document first and then, in declared order and with the reason,
documents that stand in (`factor_documents.csv`). A factor from a stand-in carries the reason with it. The tables
of the Chinese documents divide the provinces differently (`factor_regions.csv`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from cocontrol.core.errors import Ambiguous, Fault, NotFound
from cocontrol.core.text import Text
from cocontrol.reference._data import read_text_table
from cocontrol.reference.factors import FLAGS, Factor, Question, select_factor
from cocontrol.reference.profiles import get_profile
from cocontrol.reference.regions import province

ANY = "any"
"""Region of values that hold in the whole country, and profile of document orders that hold for every profile."""


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """One document that may answer for a sector, and why it does; `stands_in` where it is not the profile's own."""

    document: str
    reason: Text
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Under which document profile, for which day and place a factor is asked.

    `choices` names for single sectors another profile than that of the inventory (``{"rice_cultivation": "IPCC_2006"}``).
    """

    profile: str
    on: date
    jurisdiction: str
    choices: Mapping[str, str] = field(default_factory=dict)

    def profile_of(self, sector: str) -> str:
        """The profile under which a sector is asked."""
        return self.choices.get(sector, self.profile)

    def chain(self, sector: str) -> tuple[DocumentChoice, ...]:
        """The documents that answer for a sector, in order."""
        return documents(self.profile_of(sector), sector)

    def first_document(self, sector: str) -> str | None:
        """The document whose method a sector follows; None where none is declared."""
        chain = self.chain(sector)
        return chain[0].document if chain else None


def documents(profile: str, sector: str) -> tuple[DocumentChoice, ...]:
    """The documents that answer for a sector under a profile, in order; empty where none is declared.

    The first row is the document itself or, where the profile has no values of its own at hand, a stand-in. Rows of
    profile ``any`` (air pollutants, which no profile of greenhouse gases covers) hold where a profile has no own.
    """
    rows = [row for row in read_text_table("factor_documents.csv").iter_rows(named=True) if row["sector"] == sector]
    own = [row for row in rows if row["profile"] == profile] or [row for row in rows if row["profile"] == ANY]
    return tuple(
        DocumentChoice(
            row["document_profile"], Text(row["reason_zh"], row["reason_en"]), row["document_profile"] != profile
        )
        for row in own
    )


@lru_cache(maxsize=1)
def _region_rows() -> Mapping[str, Mapping[str, str]]:
    return {row["adcode"]: row for row in read_text_table("factor_regions.csv").iter_rows(named=True)}


def factor_region(adcode: str, sector: str) -> str:
    """The region of the tables of `sector` that holds the area; ``any`` where they divide no provinces."""
    row = _region_rows().get(province(adcode) or "", {})
    return row.get(sector) or ANY


def find_factor(ask: Ask, sector: str, parameter: str, /, *, topic: str, **criteria: str | None) -> Factor:
    """The factor of the first declared document that has one; a stand-in is named in `Factor.proxy`.

    `criteria` are `factors.CRITERIA`; `region` follows from the jurisdiction.

    Raises
    ------
    NotFound
        No declared document has the factor; the message names them.
    Ambiguous
        The first document that has one has several different ones.
    """
    region = factor_region(ask.jurisdiction, sector)
    refused = False
    for choice in ask.chain(sector):
        wanted = {"topic": topic, "sector": sector, "parameter": parameter, "region": region, **criteria}
        try:
            factor = select_factor(Question(wanted, choice.document, ask.on, ask.jurisdiction))
        except NotFound:
            refused = refused or _is_doubtful(Question(wanted, choice.document, ask.on, ask.jurisdiction))
            continue
        return replace(factor, proxy=choice.reason) if choice.stands_in else factor
    raise NotFound(_nothing(ask, sector, parameter, criteria, doubtful=refused))


def _is_doubtful(question: Question) -> bool:
    """Whether the document has a value that is not taken because it is suspect."""
    try:
        return select_factor(replace(question, accept_flagged=True)).flag is not None
    except (NotFound, Ambiguous):
        return False


def _nothing(ask: Ask, sector: str, parameter: str, criteria: Mapping[str, str | None], *, doubtful: bool) -> Fault:
    told = ", ".join(f"{name}={value}" for name, value in criteria.items() if value is not None)
    message = Text("{p} 及其声明的替代文件没有这个因子", "{p} and its declared stand-ins have no such factor")
    if doubtful:
        message = Text("{p} 的取值不取：{r}", "the value of {p} is not taken: {r}")
    return Fault(
        "factor.no_document",
        message.format(p=get_profile(ask.profile_of(sector)).label, r=FLAGS["suspect"]),
        value=f"{sector}.{parameter} [{told}]",
        allowed=Text("查过：{d}", "asked: {d}").format(d=", ".join(c.document for c in ask.chain(sector)) or "-"),
        remedy=Text("换用文件口径，或在输入表中给出本地取值", "change the profile, or give a local value in the table"),
    )


@lru_cache(maxsize=1)
def livestock_classes() -> Mapping[str, LivestockClass]:
    """The classes of animals by code, in printed order."""
    return {
        row["animal"]: LivestockClass(
            row["animal"], Text(row["name_zh"], row["name_en"]), row["stands_in"], row["ammonia_item"]
        )
        for row in read_text_table("livestock_classes.csv").iter_rows(named=True)
    }


@dataclass(frozen=True, slots=True)
class LivestockClass:
    """A class of animals. `stands_in` is the class whose factor is taken, and said so, where a table lacks this one.

    `ammonia_item` is its row in the tables of ammonia; None where they have none, or only one for its sub-classes.
    """

    animal: str
    label: Text
    stands_in: str | None
    ammonia_item: str | None
