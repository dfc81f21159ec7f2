"""Targets, thresholds and counts that carry a number."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from cocontrol.plans.candidates import Candidate, Named, bare_end, lead_in, named_metrics
from cocontrol.plans.carrying import (
    YEAR_ALONE,
    YEAR_BEHIND,
    building,
    following,
    hourly,
    in_own_year,
    in_unit_of,
    listed,
    lists_on,
    with_far_bound,
)
from cocontrol.plans.context import BASE, Chunk, base_in, years_in
from cocontrol.plans.model import TargetKind
from cocontrol.plans.operators import FALL, POST_OPERATOR, RISE, Verb, comparison, operator_of, verb_before
from cocontrol.plans.quantities import Group, Value, groups
from cocontrol.plans.vocabulary import any_of, metric_in, metrics, words

_METRIC_OF_DIMENSION = {
    "power": "installed_capacity", "steam_rate": "boiler_capacity", "mass_rate": "furnace_capacity",
    "emission": "annual_emission", "energy_coal": "annual_energy_use", "temperature": "temperature", "area": "area",
    "area_mu": "area", "length": "distance", "length_m": "size", "energy_electric": "electricity_use", "duration_year": "age", "volume": "water_use", "concentration": "concentration",
    "money": "investment", "annual_mass": "production_capacity", "daily_mass": "production_capacity",
    "daily_volume": "production_capacity", "mass": "mass", "share": "share", "count": "project_count",
}  # fmt: skip
_GENERIC = {
    "daily_mass": "production_capacity",
    "daily_volume": "production_capacity",
    "share": "share",
    "area": "area",
    "area_mu": "area",
    "money": "investment",
    "length": "mileage",
}
_PREDICATE_END = re.compile(
    r"^(?:[）”]?$|[、）](?!且)|和|及(?!以[上下])|以及|或|的?(?:目标|要求|水平|比例|标准|规模|目标任务|任务|能力)(?:$|[，、。]))"
)
_DONE = re.compile(
    r"完成|建成|达到|实现|开展|使用|建立|消除|执行|配备|覆盖|纳入|接入|退出|安装|采用|满足|符合|通过|淘汰|更新"
)
_ACTS_ON = re.compile(r"(?:实现|完成|开展|实施)对(?:全[省市县区])?(?:约|超过|不少于)?$")
"""A verb whose thing is counted before it is named: 实现对1.5亿平方米公共建筑的监测."""
_PLACE = re.compile(r"[^，。；]{0,24}(?:[省市区县州盟旗]|平原|地区|三角|[县新主]?城区?|城市群?|流域|大湾区)$")
_ORIGIN = re.compile(r"[由从](?:20\d\d年的?)?\d[\d.]*[^，。；\d]{1,8}$")
_ANNUAL = re.compile(r"年(?:处理|利用|消纳|节约|减少|减排|生产|供应|回收|替代|产)[^，。；\d]{0,14}$")
_MODIFIER = re.compile(
    r"(?:年?用[电水]量|总?投资(?:额)?|营业收入|使用|年度?(?:温室气体|二氧化碳|碳)?排放(?:总?量)?|年(?:综合)?(?:能源)?(?:消耗|消费|能耗|耗能|用能)(?:总?量)?|综合能源(?:消费|消耗)(?:总?量)?|综合能耗|单机容量|装机容量|装机"
    r"|设计(?:规模|能力)|日?处理(?:规模|能力)|年产能?|产能|供热半径|半径|距离|占地面积|建筑面积|时长|容量|规模)(?:（[^）]*）)?(?:达到?|在|为|约|超过|大于|不低于)?$"
)


@lru_cache(maxsize=1)
def _adverbs_at_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words()['targets']['adverbs'])}|[，、 ])+$")


@lru_cache(maxsize=1)
def _build_opening() -> re.Pattern[str]:
    return re.compile(rf"^{any_of(words()['targets']['build'])}+(?=[一-鿿]{{2}})")


def figures(found: list[Chunk]) -> list[Candidate]:
    """Every numeric candidate of a run of chunks, in order.

    A chunk that names no metric goes on with that of the chunk before it in the same sentence
    (……达到20%，到2030年达到25%).
    """
    made: list[Candidate] = []
    carried: list[Named] = []
    sentence = -1
    pending = ""
    for chunk in found:
        if chunk.sentence != sentence:
            carried, sentence, pending = [], chunk.sentence, ""
        if chunk.past:
            continue
        done = 0
        for group in (with_far_bound(chunk.text, hourly(chunk.text, g)) for g in groups(chunk.text)):
            left = chunk.text[done : group.start]
            goes_on = YEAR_ALONE.fullmatch(left) or YEAR_BEHIND.fullmatch(left)
            if done and made and goes_on and made[-1].end == chunk.start + done:
                made.append(in_own_year(following(made[-1], chunk, group, left), chunk, group))
                done = group.end
                continue
            if done and made and made[-1].end == chunk.start + done and lists_on(made[-1], left, group):
                made.append(listed(made[-1], chunk, group, done, left))
                done = group.end
                continue
            candidates, carried = _read(chunk, group, done, carried, pending)
            made += [in_own_year(item, chunk, group) for item in candidates]
            done = group.end if candidates else done
        pending = chunk.text if not groups(chunk.text) else ""
    return _with_shared_base(made) if found and found[0].goals else made


_NEAR = 300
"""Characters within which the change of another place goes on with the base year of the same indicator before it."""


def _with_shared_base(made: list[Candidate]) -> list[Candidate]:
    """PM2.5浓度比2020年下降10%。甲、乙两地PM2.5浓度分别下降20%、15%: one base year for one indicator and target year."""
    last: dict[tuple[str, int | None], Candidate] = {}
    shared: list[Candidate] = []
    for item in made:
        key = (item.metric, item.target_year)
        shared.append(_with_base_of(last.get(key), item))
        if item.operator == "change_pct" and item.metric != "other" and shared[-1].base_year is not None:
            last[key] = shared[-1]
    return shared


def _with_base_of(before: Candidate | None, item: Candidate) -> Candidate:
    if before is None or item.operator != "change_pct" or item.base_year is not None:
        return item
    near = item.start - before.end < _NEAR and _PLACE.fullmatch(item.subject) is not None
    return replace(item, base_year=before.base_year) if near else item


def _read(
    chunk: Chunk, group: Group, done: int, carried: list[Named], pending: str
) -> tuple[list[Candidate], list[Named]]:
    """The candidates of one group of numbers, and the metrics to go on with."""
    left, right = chunk.text[done : group.start], chunk.text[group.end :]
    value = group.values[-1]
    attributive = _PREDICATE_END.match(_behind_brackets(left, right)) is None
    in_bracket = left.endswith("（") and right.startswith("）")
    verb = verb_before(left)
    if value.unit.dimension == "count":
        return _count(chunk, group, left, right, verb), carried
    if (
        in_bracket
        or (attributive and _qualifies_noun(right, value, verb, group))
        or (attributive and _MODIFIER.search(left))
    ):
        return _threshold(chunk, group, done, left, right, in_bracket=in_bracket), carried
    if attributive and (verb is None or left[verb.start :] in {"完成", "实现", "形成"}):
        return _construction(chunk, group, done, left, right), carried
    return _target(chunk, group, done, left, verb, carried, pending)


def _behind_brackets(left: str, right: str) -> str:
    """What follows a number once remarks in brackets, and the bracket it stands in, are left out."""
    if left.count("（") > left.count("）"):
        right = right.partition("）")[2]
    return re.sub(r"^（[^）]*）", "", right)


def _qualifies_noun(right: str, value: Value, verb: Verb | None, group: Group) -> bool:
    """Whether the number describes a noun behind it (35蒸吨/小时以下的锅炉), and is no aim of its own."""
    if group.bare and verb is None:
        return True
    if value.unit.dimension in {"share", "share_change", "duration", "duration_day"}:
        return False
    if verb is not None and verb.kind in {FALL, RISE}:
        return False
    if value.post in POST_OPERATOR:
        return re.match(r"[、，]", right) is None
    return verb is not None and re.match(r"(?:且[^，]{2,20})?的(?!目标|要求|水平)", right) is not None


def _threshold(chunk: Chunk, group: Group, done: int, left: str, right: str, *, in_bracket: bool) -> list[Candidate]:
    value = group.values[-1]
    modifier = _MODIFIER.search(left)
    if value.post not in POST_OPERATOR and not modifier and not group.bare:
        return []
    if value.unit.dimension in {"share", "price"} or (value.unit.dimension.startswith("duration") and not modifier):
        return []
    metric = _METRIC_OF_DIMENSION.get(value.unit.dimension, "other")
    subject = _subject_before(left) if in_bracket else _subject_after(right)
    if metric == "furnace_capacity" and "锅炉" in subject:
        metric = "boiler_capacity"
    written = value.post in POST_OPERATOR or re.search(r"超过|大于|不低于|达到?$", left) is not None
    written = written or (metric == "distance" and re.match(r"(?:的)?(?:范围)?(?:以?内|范围)", right) is not None)
    if value.unit.dimension == "mass" and modifier and re.search(r"处理|产能|设计|规模|能力", modifier.group()):
        metric = "production_capacity"
    elif value.unit.dimension == "mass" and "排放" in left:
        metric = "annual_emission"
    custom = "<=" if metric == "distance" else ">" if re.search(r"(?:超过|大于)$", left) else ">="
    operator = POST_OPERATOR.get(value.post or "", custom)
    start = modifier.start() if modifier else group.start - done
    return [
        Candidate(
            chunk.start + done + start,
            chunk.start + group.end,
            TargetKind.THRESHOLD,
            metric,
            subject,
            operator,
            value.value,
            value.unit.written,
            None,
            chunk.years[-1] if chunk.years else None,
            value.post,
            "level",
            "written" if written else "recalled",
        )
    ]


def _subject_after(right: str) -> str:
    """The noun that a number describes: behind the last 的 before a verb, else up to the next stop."""
    plain = re.sub(r"^（[^（）]*）(?:及以上|及以下|以上|以下)?|^[^（）]{0,12}）(?:及以上|及以下|以上|以下)", "", right)
    noun = re.split(
        r"[，。；（）]|以及|进行|建设|纳入|予以|参与|开展|安装|改造|整合|退出|完成|实施|供热|应当|须|不得|全部|淘汰",
        plain,
    )[0]
    _, sep, tail = noun.rpartition("的")
    return (tail if sep and len(tail) >= 2 else noun).strip("的、且和及 ")[:40]


def _subject_before(left: str) -> str:
    before = re.split(r"[，。；、（）]", left.rstrip("（"))[-1]
    return before[lead_in(before) :].strip("的 ")[-30:] or before[-30:]


@lru_cache(maxsize=1)
def _not_counted() -> re.Pattern[str]:
    """Nouns that are counted in plans without being things to build (8项主要任务)."""
    return re.compile("(?:主要|重点|重大|具体|专项)?" + any_of(words()["targets"]["not_counted"]))


def _count(chunk: Chunk, group: Group, left: str, right: str, verb: Verb | None) -> list[Candidate]:
    """A number of things to be built, named or founded; figures about months, aspects and offices are none."""
    value = group.values[-1]
    noun = (
        ""
        if right.startswith("、")
        else re.split(r"[，。；）]|以上$", right)[0].removeprefix("的").removeprefix("以上")
    )
    spoken = chunk.text[: group.start]
    if _not_counted().match(noun) or (not noun and verb is None and len(left.strip(" 、，和")) < 2):
        return []
    if not (building().search(spoken) or verb is not None or _ACTS_ON.search(left)):
        return []
    before = left[: verb.start] if verb else left
    subject = noun.strip() or before[lead_in(before) :].strip(" 、，和")
    subject = _build_opening().sub("", subject) or subject
    kind, known = TargetKind.COUNT, None
    if not noun and value.unit.canonical in {"vehicle", "household", "person", "TEU"} and (known := metric_in(subject)):
        fits = metrics()[known[0]].unit == value.unit.canonical
        known = known if fits else None
    if known is not None:
        kind = TargetKind.QUANTITATIVE
    done = verb is not None and chunk.text[: group.start].endswith(("完成", "实现", "形成"))
    told = None if done else operator_of(verb)
    operator = POST_OPERATOR.get(value.post or "") or told or (">=" if value.upper is not None else "==")
    metric = _count_metric(subject)
    return [
        Candidate(
            chunk.start + item.start,
            chunk.start + (group.end + len(noun) if item is value else item.end),
            kind,
            known[0] if kind is TargetKind.QUANTITATIVE and known else metric,
            _shortened(subject),
            operator,
            item.value,
            item.unit.written,
            None,
            _year(chunk, index, len(group.values)),
            _qualifier(chunk, left, item),
        )
        for index, item in enumerate(group.values)
    ]


def _count_metric(subject: str) -> str:
    found = metric_in(subject)
    return found[0] if found and found[0] in {"charging_facilities", "nev_stock"} else "project_count"


def _shortened(subject: str) -> str:
    return re.split(r"(?:和|、|及)[^，]*\d|建设$", subject)[0][:40] or subject[:40]


def _construction(chunk: Chunk, group: Group, done: int, left: str, right: str) -> list[Candidate]:
    """新增风电1000万千瓦 said the other way round: 新增1000万千瓦风电装机."""
    value = group.values[-1]
    verb = _ACTS_ON.search(left) or next(reversed(list(building().finditer(left))), None)
    noun = _subject_after(right)
    if verb is None and value.unit.dimension == "share" and _DONE.search(right):
        return [_share_of(chunk, group, right, value)]
    if verb is None or len(left) - verb.end() > 4 or not noun or value.unit.dimension in {"duration", "duration_day"}:
        return []
    known = metric_in(noun)
    metric = known[0] if known else _METRIC_OF_DIMENSION.get(value.unit.dimension, "other")
    return [
        Candidate(
            chunk.start + done + verb.start(),
            chunk.start + group.end,
            TargetKind.QUANTITATIVE,
            metric,
            noun,
            POST_OPERATOR.get(value.post or "", "==" if value.unit.dimension == "money" else ">="),
            value.value,
            value.unit.written,
            None,
            _year(chunk, 0, 1),
            _qualifier(chunk, left, value),
            "change",
        )
    ]


def _share_of(chunk: Chunk, group: Group, right: str, value: Value) -> Candidate:
    """六成以上企业完成改造: a share said before the things it is of."""
    return Candidate(
        chunk.start + group.start,
        chunk.start + group.end + len(re.split(r"[，。；]", right)[0]),
        TargetKind.QUANTITATIVE,
        "ultra_low_emission_share" if "超低排放" in right else "share",
        _subject_after(right),
        POST_OPERATOR.get(value.post or "", "==" if value.value == 100 else ">="),
        value.value,
        value.unit.written or "%",
        None,
        _year(chunk, 0, 1),
        value.post,
    )


def _target(
    chunk: Chunk, group: Group, done: int, left: str, verb: Verb | None, carried: list[Named], pending: str
) -> tuple[list[Candidate], list[Named]]:
    """The quantitative targets of one group: metrics × values, paired by 分别, years or subjects."""
    phrase = left[: verb.start] if verb else left
    phrase_end = _phrase_end(phrase)
    named, phrase_start = _named(phrase[:phrase_end], carried, pending, group.values[-1])
    if verb is None and not (
        (named and _ends_with_metric(phrase[:phrase_end]))
        or _orders_building(left)
        or _ANNUAL.search(left)
        or (carried and re.fullmatch(r"[，、]?(?:力争|争取|挑战)", left))
        or (done and re.match(r"[、和]", left) and _orders_building(chunk.text[:done]))
    ):
        return [], carried
    if not named:
        return [], carried
    own = phrase[:phrase_end].strip(" ，、的") != "" and named is not carried
    start = chunk.start + done + (phrase_start if own else _first_word(left))
    made = [
        _one(chunk, item, metric, verb, left, start if index == 0 or len(named) > 1 else chunk.start + item.start, year)
        for index, (metric, item, year) in enumerate(_pairs(chunk, named, group, left))
    ]
    return made, named


def _orders_building(left: str) -> bool:
    """Whether a piece opens with a verb of making or clearing (建设, 改造, 取缔), behind adverbs and times."""
    plain = re.sub(r"^[ ，、—–•·①-⑳]+", "", left)
    lead = lead_in(left)
    done = re.search(r"(?:完成|建成|新增|落实)$", left[:lead]) is not None
    return done or building().match(plain) is not None or building().match(left[lead:]) is not None


def _phrase_end(phrase: str) -> int:
    """Where the noun phrase ends, left of adverbs and of a comparison with a base year."""
    end = len(phrase)
    while True:
        match = _adverbs_at_end().search(phrase[:end])
        shorter = match.start() if match else end
        for base in BASE.finditer(phrase[:shorter]):
            if base.end() >= shorter:
                shorter = base.start()
        shorter = bare_end(phrase[:shorter])
        if origin := _ORIGIN.search(phrase[:shorter]):
            shorter = origin.start()
        if shorter == end:
            return end
        end = shorter


def _named(phrase: str, carried: list[Named], pending: str, value: Value) -> tuple[list[Named], int]:
    """The metrics a phrase names; those carried on where it names nothing or only another place; else the phrase
    itself, as ``other``."""
    lead = lead_in(phrase)
    base = BASE.search(phrase)
    if base is not None and base.start() <= lead + 1:
        lead = base.end() + lead_in(phrase[base.end() :])
    words_left = phrase[lead:].strip(" ，、的")
    if not words_left:
        if carried:
            return carried, 0
        earlier = named_metrics(pending)
        return earlier, 0
    found = named_metrics(phrase[lead:])
    if found:
        return found, lead + found[0].start
    if (other := _elsewhere(words_left, carried, pending, value)) is not None:
        return [replace(other, start=lead)], lead
    if (
        len(words_left) < 2
        or building().fullmatch(words_left)
        or re.fullmatch(r"(?:比例|占比|比重|总量|规模|数量|产能|目标|水平)+", words_left)
    ):
        return carried, lead
    return [Named("other", words_left[-40:], lead)], lead


def _elsewhere(words_left: str, carried: list[Named], pending: str, value: Value) -> Named | None:
    """The metric carried on to another place (北京市控制在32微克/立方米), or what was just spoken of (淘汰占自有总量的30%)."""
    if len(carried) == 1 and _PLACE.fullmatch(words_left) and _measures(carried[0].metric, value):
        return replace(carried[0], subject=words_left)
    if not carried and building().fullmatch(words_left) and lead_in(pending) < len(pending) - 1:
        return Named("other", pending[lead_in(pending) :].strip(" ，、的")[-40:], 0)
    return None


def _measures(metric: str, value: Value) -> bool:
    """Whether a figure is written in the metric's own unit, or is a change of it in per cent."""
    known = metrics().get(metric)
    return known is not None and value.unit.canonical in {known.unit, "%"}


def _ends_with_metric(phrase: str) -> bool:
    return metric_in(phrase, at_end=True) is not None or phrase.endswith(("比例", "占比", "比重", "率"))


def _first_word(left: str) -> int:
    return min(lead_in(left), len(left))


def _pairs(chunk: Chunk, named: list[Named], group: Group, left: str) -> list[tuple[Named, Value, int | None]]:
    values = group.values
    own_years = years_in(left + chunk.text[group.start : group.end]) if len(values) == 1 else ()
    one_year = (own_years or chunk.years or (None,))[-1]
    if len(values) == 1:
        return [(metric, values[0], one_year) for metric in named]
    if len(chunk.years) == len(values) and len(named) == 1:
        return [(named[0], value, year) for value, year in zip(values, chunk.years, strict=True)]
    if len(named) > 1 and len(chunk.years) > 1 and len(named) * len(chunk.years) == len(values):
        size = len(named)
        return [(named[i % size], value, chunk.years[i // size]) for i, value in enumerate(values)]
    if len(named) == len(values):
        return [(metric, value, one_year) for metric, value in zip(named, values, strict=True)]
    subjects = [s for s in re.split(r"、|和|及|以及", named[-1].subject) if s]
    if len(subjects) == len(values):
        return [(replace(named[-1], subject=s), v, one_year) for s, v in zip(subjects, values, strict=True)]
    last = replace(named[-1], metric="other") if len(named) > 1 else named[-1]
    return [(last, value, one_year) for value in values]


def _one(
    chunk: Chunk, value: Value, named: Named, verb: Verb | None, left: str, start: int, year: int | None
) -> Candidate:
    known = metrics().get(named.metric)
    operator, number, basis = comparison(value, verb, left, known.good if known else "")
    points = basis == "change" and value.unit.dimension == "share_change"
    fits = operator == "change_pct" or points or (known is not None and in_unit_of(known.unit, value))
    if not fits:
        operator, number, basis = comparison(value, verb, left, "")
    generic = "other" if operator == "change_pct" else _GENERIC.get(value.unit.dimension, "other")
    metric = named.metric if fits and named.metric != "other" else generic
    return Candidate(
        start,
        chunk.start + value.end,
        TargetKind.QUANTITATIVE,
        metric,
        named.subject,
        operator,
        number,
        value.unit.written,
        _base_of(chunk, basis, value, left),
        year,
        _qualifier(chunk, left, value),
        basis,
    )


def _base_of(chunk: Chunk, basis: str, value: Value, left: str) -> int | None:
    """The base year of a change or multiple; that of an amount saved must stand in its own phrase."""
    if basis == "reduction":
        return base_in(left)
    return chunk.base if basis == "change" or value.unit.dimension == "multiplier" else None


def _year(chunk: Chunk, index: int, size: int) -> int | None:
    if not chunk.years:
        return None
    return chunk.years[index] if size > 1 and len(chunk.years) == size else chunk.years[-1]


def _qualifier(chunk: Chunk, left: str, value: Value) -> str | None:
    """The tempering words of a number: 力争, 原则上, 约, and what stands behind it."""
    lead = "" if re.search(r"\d", re.sub(r"20\d\d年|十[一-鿿]五", "", chunk.before)) else chunk.before
    before = lead + chunk.text[: value.start]
    found = [word for word in ("力争", "争取", "原则上") if word in before] + (["约"] if left.endswith("约") else [])
    if value.post:
        found.append(value.post)
    return "、".join(dict.fromkeys(found)) or None
