"""Document profiles: which guide, edition and reporting years a set of factors belongs to.

One fuel has up to four official default sets (LNG 37 % apart), so a factor is always asked for under
a profile, and the GWP set is a property of the profile, never global.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cocontrol.core.errors import Fault, NotFound
from cocontrol.core.provenance import Status
from cocontrol.core.text import Text
from cocontrol.reference._data import optional_date, read_text_table


@dataclass(frozen=True, slots=True)
class DocumentProfile:
    """One guide in one edition.

    `fuel_family` names the fuel table it uses; `gwp_set` the GWP set it prescribes; the two dates
    bound the data years it may be used for (inclusive, None is open). `status` is ``recalled`` where
    the dates or the GWP set were not seen in the document.
    """

    profile_id: str
    label: Text
    fuel_family: str
    gwp_set: str
    valid_from: date | None
    valid_to: date | None
    note: Text
    status: Status

    def holds_on(self, day: date) -> bool:
        """Whether the profile may be used for data of that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def describe(self) -> str:
        """Identifier and span of data years in one line."""
        return f"{self.profile_id} [{self.valid_from or '…'}–{self.valid_to or '…'}]"


@lru_cache(maxsize=1)
def list_profiles() -> tuple[DocumentProfile, ...]:
    """Every document profile, in the order of the reference file."""
    return tuple(
        DocumentProfile(
            profile_id=row["profile_id"],
            label=Text(row["label_zh"], row["label_en"]),
            fuel_family=row["fuel_family"],
            gwp_set=row["gwp_set"],
            valid_from=optional_date(row["valid_from"]),
            valid_to=optional_date(row["valid_to"]),
            note=Text(row["note_zh"], row["note_en"]),
            status=Status(row["status"]),
        )
        for row in read_text_table("profiles.csv").iter_rows(named=True)
    )


def get_profile(profile_id: str) -> DocumentProfile:
    """The profile of that identifier; `NotFound` lists what there is."""
    for profile in list_profiles():
        if profile.profile_id == profile_id:
            return profile
    raise NotFound(
        Fault(
            "profile.unknown",
            Text("没有这个文件口径", "no such document profile"),
            value=profile_id,
            allowed=Text("现有：{k}", "there are: {k}").format(k=", ".join(p.profile_id for p in list_profiles())),
            remedy=Text("在 cocontrol.toml 中改正 document_profile", "correct document_profile in cocontrol.toml"),
        )
    )


def require_valid_profile(profile_id: str, on: date) -> DocumentProfile:
    """The profile, provided that it holds for data of that day.

    Raises
    ------
    NotFound
        No such profile, or the day lies outside its span; the message lists the profiles that hold.
    """
    profile = get_profile(profile_id)
    if profile.holds_on(on):
        return profile
    holding = [p.describe() for p in list_profiles() if p.holds_on(on)]
    raise NotFound(
        Fault(
            "profile.not_valid",
            Text("{p} 不适用于 {d} 的数据", "{p} does not hold for data of {d}").format(p=profile.describe(), d=on),
            value=profile_id,
            allowed=Text("当日适用：{k}", "holding on that day: {k}").format(k=", ".join(holding) or "-"),
            remedy=Text("改用当日适用的文件口径", "choose a profile that holds on that day"),
        )
    )
