"""Targets without a number of their own: bans, zero, all, grades, directions, outside values, comparisons."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from cocontrol.plans import numerals
from cocontrol.plans.candidates import Candidate, Named, lead_in, named_metrics
from cocontrol.plans.context import Chunk, years_in
from cocontrol.plans.model import TargetKind
from cocontrol.plans.peaks import doublings, from_lead, make, ordinals, peaks
from cocontrol.plans.vocabulary import any_of, metric_in, metrics, words

_BAN = re.compile(
    r"(?P<q>原则上)?(?:一律)?(?P<ban>严格禁止|全面禁止|坚决禁止|严禁|禁止|不允许|不得|不再|不予|不)(?P<where>(?:以任何(?:名义|方式|形式|理由)[、，]?)+|(?:在|对)[^，。；]{2,40}?)??"
    r"(?P<verb>新建、?(?:改建、?)?扩建|新建|新增|新上|扩建|保留|引进|引入|转入|上马|落地|投放|购置|采购|掺烧|批准|审批|核准|备案|使用|燃用|燃烧|销售|露天焚烧|焚烧|生产|进口|实施|(?<!高)排放|倾倒|填埋|建设|增加)"
    r"(?P<object>(?:[^，。；◇（]|（[^）]*）)+)"
)
_AIM_BEFORE = re.compile(r"(?<!\d)(?!20\d\d年)\d[\d.]*(?:%|[万亿]|个百分点)")
"""A figure that a year earlier in the sentence belongs to: 到2025年占比提升至18%，严禁新增产能."""
_NO_OBJECT = re.compile(r"(?:[、和或及]?(?:审批|核准|备案|批准|通过|建设|投产|手续))*")
"""What only goes on with the verb of a ban: 一律不予审批、核准、备案 says nothing of what is banned."""
_BAN_NOUN = re.compile(r"(?P<ban>严禁|禁止)(?P<object>[^，。；]{0,12}(?:散烧|露天焚烧|焚烧秸秆|直排|偷排|新增产能))")
_ABSTRACT = re.compile(r"擅自|违规|违法|弄虚作假|干扰|影响|地方保护|变相")
_ZERO = re.compile(
    r"(?P<subject>[^，。；“]{2,60}?)(?:实现|保持|达到|完成)?“?(?P<q>基本|全部|动态|全面|彻底)?(?:实现|保持|达到|完成)?(?P<q2>基本|全部|动态|全面)?“?(?:清零|归零)”?"
)
_ELIMINATE = re.compile(r"(?P<q>基本|全面|彻底|全部)消除(?P<object>[^，。；]{2,40})")
_ELIMINATED = re.compile(r"(?P<subject>[^，。；]{2,40}?)(?P<q>基本|全面|彻底|全部|总体)(?:得到)?消除(?=$|[，。；])")
_RETIRE = re.compile(
    r"(?P<q>全面|彻底|基本|依法|坚决|按期|全部)*(?P<verb>淘汰|取缔|关停)(?P<object>(?:[^，。；（]|（[^）]*）){3,60})"
)
_RETIRED = re.compile(
    r"(?P<subject>[^，。；]{3,60}?)(?:要|应|须)?(?P<q>全部|一律|基本|全面)(?:淘汰|退出|关停|取缔|关闭|拆除|停用)(?:$|[，。；、]|到位|完毕)"
)
_NO_GROWTH = re.compile(r"(?P<subject>[^，。；]{2,60}?)(?:要|须|确保|实现)?(?:只减不增|零增长|不增加|不再增加)")
_NOUGHT = re.compile(
    r"(?P<subject>[^，。；]{2,30}?)(?:实现|达到|保持)?(?<![近净])零(?P<what>填埋|直排|排放|新增|弃风|弃光|进口)(?=$|[，。；])"
)
_NOUGHT_WORD = "零(?:销售|使用|燃用|排放|直排|填埋|新增|进口|开采|燃放|入网|上市)"
_NOUGHT_LIST = re.compile(
    rf"(?P<subject>[^，。；“]{{2,30}}?)(?:“{_NOUGHT_WORD}(?:[、和]{_NOUGHT_WORD})*”|{_NOUGHT_WORD}(?:[、和]{_NOUGHT_WORD})+)(?=$|[，。；])"
)
_IS_NOUGHT = re.compile(r"(?P<subject>[^，。；\d]{2,30}?)(?:保持|实现|达到|控制)?(?:为|在|到|至)(?:零|0)(?=$|[，。；])")
_NEVER_SEEN = re.compile(
    r"(?:不|杜绝|避免|防止)(?:再)?(?:出现|发生)(?P<object>[^，。；]{2,24}?(?:天数|天气|污染天|水体|断面|事件))(?=$|[，。；])"
)
_SHUN = re.compile(r"杜绝(?:使用|新增|新建|燃用)?(?P<object>[^，。；]{2,30})")
_SOFT_OBJECT = re.compile(
    r"^(?:落后|低效|过剩|低端|老旧|不达标|不符合|一批|和|机制|成效|工作|力度|政策|任务|产品|计划|方案)"
)
_ALL = re.compile(
    r"(?P<subject>[^，。；]{2,120}?)(?P<q>原则上)?(?P<all>全部|100%)(?P<verb>使用|采用|更换为|替换为|更新为|落实|达到|执行|完成|实现|配备|符合|按照|推广|安装|建成|纳入|接入|满足|取得|为)"
    r"(?P<object>[^，。；]{2,40})"
)
_ALL_OF = re.compile(
    r"(?P<subject>全部[^，。；]{2,24}?)(?P<verb>完成|达到|实现|建成|纳入|采用|使用|配备|符合)(?P<object>[^，。；]{2,40})"
)
_ALL_TURNED = re.compile(
    r"(?P<subject>[^，。；]{2,60}?)(?P<all>全部|100%)(?P<object>(?:实现)?(?:电动化|新能源化|清洁化|达标排放|达标|联网|密闭运输))"
)
_ALL_DONE = re.compile(r"(?:全面|全部)完成(?P<subject>[^，。；]{2,30}?)(?P<object>超低排放改造)(?=$|[，。；])")
_COVER = re.compile(r"(?P<subject>[^，。；]{2,40}?)(?:基本)?(?:实现)?(?:\S{0,4})全覆盖")
_GREEN = re.compile(
    r"(?P<subject>[^，。；]{2,30}?)(?:100%|全面)(?:执行|达到|建成|按照|推行|实施)(?P<object>(?:绿色建筑|节能)[^，。；]{0,10})"
)
_STAGE = re.compile(
    r"(?P<stage>(?<![全中本我外美德各祖强建爱])国(?P<n>[一二三四五六ⅠⅡⅢⅣⅤⅥ])(?![一-鿿](?<![及以排标阶车柴汽燃和或、的老营重中轻机货非及]))(?:[abAB])?(?P<post>及以上|及以下|以上|以下)?|第(?P<m>[一二三四五])阶段(?P<post2>及以上|及以下|以上|以下)?)"
    r"(?P<rest>(?:机动车|车用|污染物)?排放标准|标准|排放)?"
)
_STAGE_VERB = re.compile(r"实施|执行|淘汰|推广|使用|采用|达到|鼓励|更新|限制|推动|加快|提前|全面|基本|及|和|的|车辆")
_EXTERNAL = re.compile(
    r"(?:(?:降低|下降|削减|减排)(?:指标|率|幅度|比例)?|指标)?(?:均|要|应|全面|稳定|基本|力争|确保)*(?:达到或优于|达到或好于|达到|完成|满足|控制在|优于|达)(?P<value>{words}|{general})(?:以内|以上)?"
)
_SET_ELSEWHERE = (
    r"(?:国家|省|自治区|市|县|上级|省级|国家级|国家和省|国家、省|国家及省|省、市|中省|中央和省)(?:政府|厅|级)?(?:下达|确定|规定|考核|要求|分解)的?[^，。；]{0,14}?(?:目标|任务|指标|要求)(?:任务|要求|目标)?"
    r"|国家(?:空气质量|环境空气质量|空气环境质量)?[一二]级标准(?:限值)?"
)
_EXTERNAL_FIRST = re.compile(
    r"完成(?P<value>(?:国家|省委、?省政府|省政府|国家和省|国家、省|上级|省级|自治区|省|市)(?:级|政府)?(?:下达|确定|分解|考核))(?:我[省市县区]|全[省市县区])?的?(?P<object>[^，。；]{3,40}?)(?:目标|任务|指标)"
)
_RELATIVE = re.compile(
    r"(?:下降幅度|降低幅度|下降率|降幅|增速|增幅|增长速度|提高幅度)?(?:力争)?(?P<op>不低于|不高于|不少于|不超过|不大于|不劣于|大于|高于|快于|超过|低于|优于|小于)"
    r"(?P<ref>20\d\d年(?:同期)?水平|[^\d，。；]{2,24}?(?:幅度|增速|平均水平|平均值|降幅|增幅|来水水质|上年水平|同期水平|水平)|[^\d，。；]{2,12}平均)(?:的(?P<times>[\d.]+)倍)?"
)


def goals(chunk: Chunk) -> list[Candidate]:
    """Every candidate of a chunk that carries no number on a scale."""
    if chunk.past:
        return []
    made: list[Candidate] = []
    for reader in (
        _bans,
        _zeros,
        _everything,
        _stages,
        _directions,
        _external,
        _relative,
        peaks,
        doublings,
        ordinals,
    ):
        made += reader(chunk)
    own = chunk.stated and (years_in(chunk.text) or not _AIM_BEFORE.search(chunk.before))
    return made if own else [_without_carried_year(item) for item in made]


def _without_carried_year(item: Candidate) -> Candidate:
    """A ban holds from now on: a year that an earlier sentence named is not its own."""
    banned = item.kind is TargetKind.ZERO and item.metric in {"new_capacity", "new_construction"}
    return replace(item, target_year=None) if banned else item


def _bans(chunk: Chunk) -> list[Candidate]:
    text = chunk.text
    made = []
    for match in _BAN.finditer(text):
        weak = match["ban"] in {"不得", "不再", "不", "不予", "不允许"} and match["verb"] in {
            "实施",
            "建设",
            "生产",
            "排放",
            "增加",
        }
        if (
            weak
            or _NO_OBJECT.fullmatch(match["object"])
            or _ABSTRACT.search(match.group())
            or (match["ban"] == "不" and match["verb"] not in {"新增", "新建", "新上"})
        ):
            continue
        metric = _ban_metric(match["verb"], match["object"])
        subject = match["object"] if metric != "preferential_tariff" else (match["where"] or "").removeprefix("对")
        made.append(make(chunk, match.span(), TargetKind.ZERO, metric, subject, "==", 0.0, None, match["q"]))
    if not made:
        for match in _BAN_NOUN.finditer(text):
            qualifier = "逐步" if "逐步" in text[: match.start()] else None
            made.append(
                make(chunk, match.span(), TargetKind.ZERO, "stock", match["object"], "==", 0.0, None, qualifier)
            )
    for match in _NO_GROWTH.finditer(text):
        start = from_lead(text, match.start())
        metric = "new_capacity" if "产能" in match["subject"] else _metric_or(match["subject"], "new_capacity")
        made.append(
            make(chunk, (start, match.end()), TargetKind.ZERO, metric, text[start : match.end("subject")], "==", 0.0)
        )
    return made


def _ban_metric(verb: str, target: str) -> str:
    if "电价优惠" in target or "优惠电价" in target:
        return "preferential_tariff"
    if "产能" in target and verb.startswith("新"):
        return "new_capacity"
    return "new_construction" if verb.startswith(("新", "扩", "审", "核", "备", "建")) else "stock"


def _metric_or(phrase: str, default: str) -> str:
    found = metric_in(phrase, at_end=True)
    return found[0] if found else default


def _zeros(chunk: Chunk) -> list[Candidate]:
    text = chunk.text
    made = []
    for match in _ZERO.finditer(text):
        start = from_lead(text, match.start())
        subject = text[start : match.end("subject")]
        item = make(
            chunk, (start, match.end()), TargetKind.ZERO, "stock", subject, "==", 0.0, None, match["q"] or match["q2"]
        )
        made.append(replace(item, clears=True))
    for match in _ELIMINATE.finditer(text):
        metric = _metric_or(match["object"], "stock")
        made.append(make(chunk, match.span(), TargetKind.ZERO, metric, match["object"], "==", 0.0, None, match["q"]))
    for match in _ELIMINATED.finditer(text):
        start = from_lead(text, match.start())
        subject = text[start : match.end("subject")]
        made.append(
            make(
                chunk,
                (start, match.end()),
                TargetKind.ZERO,
                _metric_or(subject, "stock"),
                subject,
                "==",
                0.0,
                None,
                match["q"],
            )
        )
    for match in _RETIRED.finditer(text):
        if not re.search(r"\d[^，]*以[上下]", match["subject"]):
            start = from_lead(text, match.start())
            subject = text[start : match.end("subject")]
            made.append(
                make(chunk, (start, match.end("q") + 2), TargetKind.ZERO, "stock", subject, "==", 0.0, None, match["q"])
            )
    for match in _NOUGHT.finditer(text):
        start = from_lead(text, match.start())
        subject = text[start : match.end("subject")] + match["what"]
        made.append(make(chunk, (start, match.end()), TargetKind.ZERO, "stock", subject, "==", 0.0))
    made += _noughts(chunk)
    for match in _SHUN.finditer(text):
        if not match["object"].endswith(("行动", "浪费", "现象", "行为")) and "浪费" not in match["object"]:
            start = from_lead(text, 0)
            made.append(make(chunk, (start, match.end()), TargetKind.ZERO, "stock", match["object"], "==", 0.0))
    return made or _retirements(chunk)


def _noughts(chunk: Chunk) -> list[Candidate]:
    """火点数为零, “零销售、零使用”, 不出现重污染天气."""
    text = chunk.text
    made = []
    for pattern in (_NOUGHT_LIST, _IS_NOUGHT):
        for match in pattern.finditer(text):
            start = from_lead(text, match.start())
            subject = text[start : match.end("subject")]
            if subject:
                metric = _metric_or(subject, "stock")
                made.append(make(chunk, (start, match.end()), TargetKind.ZERO, metric, subject, "==", 0.0))
    for match in _NEVER_SEEN.finditer(text):
        metric = _metric_or(match["object"], "stock")
        made.append(make(chunk, match.span(), TargetKind.ZERO, metric, match["object"], "==", 0.0))
    return made


def _retirements(chunk: Chunk) -> list[Candidate]:
    """淘汰 … with a defined object: not 落后产能, not gradually, and not what a size or grade already says."""
    text = chunk.text
    match = _RETIRE.search(text)
    if (
        match is None
        or match.start() > 8
        or re.search(r"逐步|加快|推动|推进|巩固|鼓励|支持|引导|加大|有序|落实|争取", text[: match.end("verb")])
    ):
        return []
    everything = match["q"] in {"全面", "全部", "彻底"}
    if (_SOFT_OBJECT.match(match["object"]) and not everything) or re.search(
        r"\d|国[一二三四五六]|成效|任务", match["object"]
    ):
        return []
    if re.match(r"落后产能|落后工艺|一批", match["object"]):
        return []
    return [make(chunk, match.span(), TargetKind.ZERO, "stock", match["object"], "==", 0.0, None, match["q"])]


def _everything(chunk: Chunk) -> list[Candidate]:
    """全部 …: a share of 100 %."""
    text = chunk.text
    for pattern in (_ALL, _ALL_TURNED, _ALL_OF, _ALL_DONE, _GREEN, _COVER):
        match = pattern.search(text)
        if match is None:
            continue
        target = match.groupdict().get("object") or ""
        if target and re.match(r"(?:退出|清零|淘汰|关停)", target):
            return []
        start = from_lead(text, match.start())
        found = match.groupdict()
        qualifier = found.get("q") or ("全部" if found.get("all") == "全部" else None)
        subject = text[start : match.end("subject")]
        return [
            make(chunk, (start, match.end()), TargetKind.QUANTITATIVE, _share_metric(subject, target), subject, "==", 100.0,
                  "%", qualifier)
        ]  # fmt: skip
    return []


def _share_metric(subject: str, target: str) -> str:
    for word, metric in (
        ("新能源", "nev_share"), ("电动", "nev_share"), ("海绵城市", "sponge_city_share"), ("绿色建筑", "green_building_share"),
        ("超低排放", "ultra_low_emission_share"), ("清洁能源", "nev_share"),
    ):  # fmt: skip
        if word in target:
            return metric
    return "ultra_low_emission_share" if "超低排放" in subject else "share"


def _stages(chunk: Chunk) -> list[Candidate]:
    """Emission stages: 国六, 第四阶段."""
    text = chunk.text
    made = []
    for match in _STAGE.finditer(text):
        if match["m"] and not re.search(r"排放标准|机械|船舶", text):
            continue
        before = text[: match.start()]
        cut = max([before.rfind(c) for c in "、，（◇"] + [m.end() - 1 for m in _STAGE_VERB.finditer(before)])
        subject = before[cut + 1 :] or _after_stage(text[match.end() :])
        post = match["post"] or match["post2"]
        operator = {"及以上": ">=", "以上": ">=", "及以下": "<=", "以下": "<="}.get(post or "", "==")
        grade = numerals.ordinal(match["n"] or match["m"])
        if grade is None:
            continue
        end = match.end()
        made.append(
            make(
                chunk,
                (cut + 1, end),
                TargetKind.STAGE,
                "emission_stage",
                subject,
                operator,
                float(grade),
                "stage",
                post,
            )
        )
    return made


def _after_stage(right: str) -> str:
    return re.split(r"[，。；、\d]", right)[0].strip("的")[:24]


@lru_cache(maxsize=1)
def _direction_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    w = words()["targets"]
    adverb, verbs = (
        any_of(w["direction_adverbs"]),
        any_of([*w["direction_down"], *w["direction_up"], *w["direction_better"]]),
    )
    tempo = r"持续|显著|明显|进一步|稳步|逐步|不断|大幅度?|有效|切实"
    after = re.compile(
        rf"(?P<np>[^，。；]{{2,60}}?)(?P<adv>(?:{adverb}|(?:较|比)(?:上年|去年|20\d\d年)(?:同期)?|得到|实现|基本|(?=负增长))+)(?P<verb>{verbs})(?=$|[，。；、的（]|趋势|态势)"
    )
    before = re.compile(rf"(?P<adv>(?:{tempo})?)(?:推动|促进)?(?P<verb>{verbs})(?P<np>[^，。；\d]{{2,50}})$")
    return after, before


def _directions(chunk: Chunk) -> list[Candidate]:
    """Metrics that shall fall, rise or improve, without a number. The guiding thought without a year sets no goal."""
    if chunk.guiding and not chunk.years:
        return []
    after, before = _direction_patterns()
    text = chunk.text
    made: list[Candidate] = []
    for match in after.finditer(text):
        phrase = match["np"]
        named = [n for n in named_metrics(phrase) if _measurable(n.metric, aims=chunk.goals)]
        found = metric_in(phrase)
        if named and found and found[2] >= len(phrase) - 4 and not re.search(r"\d", phrase[found[2] :]):
            made += [
                make(
                    chunk,
                    (match.start("np") + n.start, match.end()),
                    TargetKind.DIRECTIONAL,
                    n.metric,
                    n.subject,
                    _way(match["verb"]),
                )
                for n in named
            ]
    if made or re.search(r"\d+(?:\.\d+)?%|\d个百分点", text):
        return made
    ordered = before.search(text)
    if ordered is None or not _opens(text[: ordered.start()]):
        return []
    found = metric_in(ordered["np"])
    if found is None or found[2] < len(ordered["np"]) - 1:
        return []
    named = [
        n
        for n in named_metrics(ordered["np"])
        if _measurable(n.metric) and (ordered["adv"] or metrics()[n.metric].headline)
    ]
    return [
        make(
            chunk, (ordered.start(), ordered.end()), TargetKind.DIRECTIONAL, n.metric, n.subject, _way(ordered["verb"])
        )
        for n in named
    ]


def _opens(before: str) -> bool:
    """Whether a verb opens its chunk, behind nothing but orders and adverbs."""
    return lead_in(before) == len(before) or before.endswith(("，", "、", "并", "推动", "促进", "逐步"))


def _measurable(metric: str, *, aims: bool = False) -> bool:
    """Whether a direction of the metric is a goal; in the aims the state of an indicator without a unit is one too."""
    entry = metrics()[metric]
    return entry.headline or bool((entry.unit or aims) and entry.good)


def _way(verb: str) -> str:
    w = words()["targets"]
    if verb in w["direction_better"]:
        return "improving"
    return "decreasing" if verb in w["direction_down"] else "increasing"


@lru_cache(maxsize=1)
def _external_pattern() -> re.Pattern[str]:
    return re.compile(
        _EXTERNAL.pattern.replace("{words}", any_of(words()["targets"]["external"])).replace(
            "{general}", _SET_ELSEWHERE
        )
    )


_LISTED_INDICATORS = re.compile(r"等(?:\d项|[一二三四五六七八九]项)?(?:主要|约束性|考核)?指标$")


def _external(chunk: Chunk) -> list[Candidate]:
    """Values that stand in another document: 达到国家要求, 完成省下达目标, 国内先进水平."""
    text = chunk.text
    made = []
    for match in _external_pattern().finditer(text):
        phrase = _LISTED_INDICATORS.sub("", text[: match.start()])
        named = named_metrics(phrase)
        found = metric_in(phrase)
        if named and found and found[2] >= len(phrase) - 6:
            made += [
                make(
                    chunk,
                    (n.start, match.end()),
                    TargetKind.EXTERNAL,
                    n.metric,
                    n.subject,
                    None,
                    qualifier=match["value"],
                )
                for n in named
            ]
    for match in _EXTERNAL_FIRST.finditer(text):
        made += [
            make(chunk, match.span(), TargetKind.EXTERNAL, n.metric, n.subject, None, qualifier=match["value"])
            for n in named_metrics(match["object"]) or _set_elsewhere(match["object"], aims=chunk.goals)
        ]
    return made


def _set_elsewhere(thing: str, *, aims: bool) -> list[Named]:
    """In the aims, also what the vocabulary lacks: 完成国家下达的大气约束性指标."""
    told = aims and re.search(r"质量|环境|约束性|节能|减排|排放|能耗", thing) is not None
    return [Named("other", thing.strip("的 "), 0)] if told else []


def _relative(chunk: Chunk) -> list[Candidate]:
    """One change held against another: 下降幅度大于全社会下降幅度."""
    text = chunk.text
    made = []
    for match in _RELATIVE.finditer(text):
        phrase = text[: match.start()]
        if text.startswith("的", match.end()):
            continue
        named = named_metrics(phrase) or _unlisted(phrase)
        operator = {
            "低于": "<",
            "小于": "<",
            "不低于": ">=",
            "不少于": ">=",
            "不高于": "<=",
            "不超过": "<=",
            "不大于": "<=",
            "不劣于": ">=",
        }.get(match["op"], ">")
        made += [
            make(
                chunk,
                (n.start, match.end()),
                TargetKind.RELATIVE,
                n.metric,
                n.subject,
                operator,
                qualifier=match["ref"],
            )
            for n in named[:1]
        ]
    return made


def _unlisted(phrase: str) -> list[Named]:
    """A short subject that the vocabulary lacks: 出境水质不低于上游来水水质."""
    lead = lead_in(phrase)
    subject = phrase[lead:].strip(" ，、的")
    return [Named("other", subject, lead)] if 2 <= len(subject) <= 16 else []
