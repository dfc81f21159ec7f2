"""Which place a plan is for, and at which level of government it stands."""

from __future__ import annotations

import re
from functools import lru_cache

from cocontrol.reference.regions import regions

_PROVINCE_LEVEL_CITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})
_SHORT = {
    "内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区", "宁夏": "宁夏回族自治区", "新疆": "新疆维吾尔自治区",
}  # fmt: skip
_LEVELS = ("province", "city", "county")
_UNKNOWN = re.compile(
    r"(?P<province>[一-鿿]{2,3}省)?(?P<city>(?:(?![省市])[一-鿿]){1,8}?(?:自治州|市|地区|盟|州(?!市)))?"
    r"(?P<county>(?![一-鿿]*(?:示范|城|园|地|片|景|灾|社|自贸|开发|保护|控制|重点|美丽|管理|建成|禁燃|全|各)区)(?:(?![省市])[一-鿿]){1,8}?(?:自治县|县|区|旗))?"
)
"""Names of places that the tables do not hold; 城区, 园区, 示范区 and the like are no counties."""

_SEVERAL = re.compile(
    r"长三角|京津冀|粤港澳|珠三角|汾渭平原|成渝|长江经济带|黄河流域|[^市县]{2,8}等[\d一二三四五六七八九十]*[省市]"
)
_NO_PLACE = re.compile(r"^(?:各|全|本|我|有关|相关|市|省|县|区|城市|地区|关于|推进|加快)")
_OPENING = re.compile(r"^(?:中共|关于)?(?:印发|转发|发布)?[《〈“]?")


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Level by official name; where a name stands at two levels, the higher one."""
    made: dict[str, str] = dict.fromkeys(_SHORT, "province")
    rows = regions().iter_rows(named=True)
    for row in sorted(rows, key=lambda r: _LEVELS.index(r["level"]) if r["level"] in _LEVELS else 9):
        if row["level"] in _LEVELS and row["name_zh"] != "市辖区":
            made.setdefault(row["name_zh"], row["level"])
    return made


def _official(name: str) -> tuple[list[str], str] | None:
    """The places at the head of a name (重庆市黔江区) and the level of the last; None where none is known."""
    parts: list[str] = []
    level = ""
    rest = name
    while rest:
        found = next((rest[:n] for n in range(min(12, len(rest)), 1, -1) if rest[:n] in _known()), None)
        if found is None or (level and _LEVELS.index(_known()[found]) <= _LEVELS.index(level)):
            break
        parts.append(_SHORT.get(found, found))
        level = _known()[found]
        rest = rest[len(found) :]
    if not parts:
        return None
    return parts, level


def _guessed(name: str) -> tuple[list[str], str] | None:
    """A place by the look of its name, for names that the table lacks."""
    if _NO_PLACE.match(name):
        return None
    match = _UNKNOWN.match(name)
    if match is None or not any(match.groupdict().values()):
        return None
    level = next(key for key in ("county", "city", "province") if match[key])
    return [part for part in match.groups() if part], level


def place(title: str, issuers: tuple[str, ...], text: str) -> tuple[str | None, str | None]:
    """Region and level: the official name in the title or the issuers, else what looks like one.

    A plan of several provinces has neither. Without a name, the level is that of whom the text addresses.
    """
    names = [_OPENING.sub("", title), *issuers]
    provinces = {found[0][0] for name in issuers if (found := _official(name)) and found[1] == "province"}
    if _SEVERAL.match(names[0]) or len(provinces - {"全国"}) > 1:
        return None, None
    for reader in (_official, _guessed):
        for name in names:
            found = reader(name)
            if found is not None:
                return "".join(found[0]), found[1]
    if title.startswith(("国家", "全国", "国务院")):
        return "全国", "national"
    if any(name.startswith(("国务院", "中共中央")) or name in _NATIONAL for name in issuers):
        return None, "national"
    return None, _addressed(text)


_NATIONAL = frozenset({
    "生态环境部", "发展改革委", "国家发展改革委", "工业和信息化部", "公安部", "财政部", "住房城乡建设部", "交通运输部", "农业农村部", "商务部",
    "自然资源部", "水利部", "国家能源局", "能源局", "市场监管总局", "科技部",
})  # fmt: skip


def _addressed(text: str) -> str | None:
    """The level whose own departments and area a text speaks of most."""
    offices = "生态环境|发展改革|发改|经信|工信|经济和信息化|工业和信息化|财政|交通|住房|住建|农业|自然资源|政府"
    counts = {
        level: len(re.findall(rf"[全我本]{sign}(?![域级])|(?<![一-鿿]){sign}(?:{offices})", text))
        + 2 * len(re.findall(rf"(?<![一-鿿]){sign}(?:{offices})[厅局委]", text))
        for level, sign in (("province", "省"), ("city", "市"), ("county", "[县区]"))
    }
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] else None
