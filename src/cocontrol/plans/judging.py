"""Whether a text is a plan, part of one, or something else that looks like it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cocontrol.core.text import Text
from cocontrol.plans.model import Notice
from cocontrol.plans.vocabulary import any_of, pattern, words

FEWEST_CHARACTERS = 30
"""Chinese characters below which a text says too little to be judged."""
FEWEST_AIMS = 2
"""Aims with a year, or tasks with departments, below which a piece without title or structure proves nothing."""

_ORDERS = re.compile(r"到20[2-9]\d年|推进|推动|加快|加强|鼓励|支持|严禁|力争|强化|完善|建立|实施|开展")
_RESULTS = re.compile(
    r"同比|比上年|较上年|比去年|已(?:完成|建成|达|累计|实现)|同期|共(?:完成|建成)|达标天数|完成了|取得了"
    r"|截至(?:20\d\d年|目前|去年)|超额完成|圆满完成|居全[省国]|排名(?:全[省国])?第|[由从][\d.]+[^，。\d]{1,8}(?:提[高升]|下?降|增长?|上升)[至到]"
)
_YEAR_AIM = r"(?:到|至|力争)?(?:20[1-9]\d年|“?十[一二三四五]五”?(?:期间|时期|末))(?:底|末)?[前，,：]?"
_AIMS = re.compile(
    rf"(?:到|力争){_YEAR_AIM}|20[1-9]\d年(?:底|末)?前|“?十[一二三四五]五”?(?:期间|时期|末)"
    rf"|20[1-9]\d年内|20[1-9]\d年(?:度)?[，,][^。]{{0,60}}(?:降低|下降|达到|控制在|保持|不低于|不高于)|力争|确保"
)
_HANDED_OUT = re.compile(
    r"现(?:将|把)?[^。\n]{0,80}(?:印发|转发|下发)(?:给|，|。|你)|(?:印发|转发)给你们|现予(?:印发|发布)|关于(?:印发|转发)[^。\n]{4,100}的(?:通知|函|公告)"
)
_PURPOSE = re.compile(
    r"(?:制[定订]|编制|研究制定|提出)(?:了)?(?:本|以?如下|以下)(?:实施|行动|工作)?(?:方案|规划|计划|意见|办法|措施|细则|要点)|特制[定订]本"
)
_NEWS = re.compile(
    r"记者|据悉|据了解|据介绍|获悉|[）)讯]讯|\d日讯|电讯|日电[ 　（]|本报(?:讯|记者|编辑)|责任编辑|小编|(?m:^[ 　]*(?:近日|日前)[，,]?)|(?m:^\s*\d{1,2}日，)"
    r"|(?m:^[ 　]*[问答][:：])|政策解读|投标|招标公告|采购公告"
)
_DIGEST = re.compile(
    r"(?:印发|发布|公布|出台|通过|审议通过)[^。]{0,12}《[^《》]*?(?:方案|规划|计划|意见)(?:（[^）]*）)?》|《(?:实施|行动)?(?:方案|规划|计划|意见)》(?:提出|要求|明确)"
    r"|(?:印发|发布|公布|出台)(?:了)?[^。《》，]{2,40}(?:方案|规划|计划|意见)[，。][^。，]{0,6}(?:提出|明确|要求)"
)
_OTHER_PAPERS = re.compile(r"(?:通报表扬|予以表扬|招标|采购|中标|公示|征求意见的公告)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the judgement rests on."""

    orders: int
    results: int
    aims: int
    characters: int
    named: bool
    bulletin: bool
    handed_out: bool
    purpose: bool
    news: bool
    digest: bool
    tasks: int
    departments: int
    headings: int

    @property
    def density(self) -> float:
        """Orders in a hundred characters."""
        return self.orders / max(1.0, self.characters / 100)

    @property
    def backward(self) -> bool:
        """Whether the text tells results rather than aims."""
        sure = self.handed_out or self.purpose or (self.named and self.departments > 0)
        return self.results >= 3 and self.results > 2 * self.aims and not sure


def evidence(title: str | None, text: str, tasks: int, departments: int, headings: int) -> Evidence:
    """Count what speaks for a plan and what against."""
    w = words()["titles"]
    name = re.sub(r"（[^）]*）$", "", title or "")
    return Evidence(
        len(_ORDERS.findall(text)), len(_RESULTS.findall(text)), len(_AIMS.findall(text)),
        sum("一" <= c <= "鿿" for c in text),
        pattern("titles", "suffixes").search(name) is not None,
        re.search(rf"{any_of(w['bulletins'])}(?:的(?:通知|通报|公告|函|报告))?$", name) is not None or _OTHER_PAPERS.search(text[:2000]) is not None,
        _HANDED_OUT.search(text) is not None, _PURPOSE.search(text) is not None, _NEWS.search(text[:600]) is not None,
        _DIGEST.search(text[:600]) is not None, tasks, departments, headings,
    )  # fmt: skip


def judge(e: Evidence) -> tuple[bool, tuple[Notice, ...]]:
    """Whether the text is a plan, and if not, what it looks like instead.

    A named text that is handed out (现将…印发给你们), says its purpose (制定本方案) or is built of tasks is one, however
    short the piece that was given.
    """
    if e.characters < FEWEST_CHARACTERS:
        return False, (_notice("plan.too_little_text", "没有足够的中文文字", "there is too little Chinese text"),)
    if tells_results(e):
        return False, (
            _notice("plan.bulletin", "这是成果通报、公报或总结，不是方案", "a report of results, not a plan"),
        )
    if _is_built(e):
        return True, () if e.tasks else (_no_tasks(),)
    if (e.handed_out or e.purpose) and (e.named or e.headings or e.aims) and not e.bulletin:
        return True, () if e.tasks else (_no_tasks(),)
    if e.named and not e.news and (e.aims >= 1 and e.density >= 0.5 and e.headings >= 1):
        return True, () if e.tasks else (_no_tasks(),)
    return False, (_no_plan(e),)


def tells_results(e: Evidence) -> bool:
    """Whether a text reports what has been reached: a bulletin, a review, a list."""
    told = e.bulletin and (e.departments < FEWEST_AIMS or e.results >= 2)
    return told or e.backward or (e.results > 8 and e.results > e.orders and e.departments < 3)


def _is_built(e: Evidence) -> bool:
    if e.tasks < 1 or e.headings < 2 or (e.news and not (e.named or e.handed_out or e.purpose)):
        return False
    return (e.named and (e.departments > 0 or e.density >= 0.8)) or e.departments >= 2 or e.density >= 1.5


def may_be_piece(e: Evidence) -> bool:
    """Whether it is worth looking for aims in a text that is not built like a plan."""
    if e.characters < FEWEST_CHARACTERS or e.bulletin or tells_results(e):
        return False
    return e.aims > 0 and (e.digest or not e.news)


def judge_piece(e: Evidence, aims: int) -> tuple[bool, tuple[Notice, ...]]:
    """Whether a text that is not built like a plan is a piece of one; `aims` are the targets with a year found in it.

    A piece without a title is read as an excerpt; a report on a named plan as a digest. Both say so.
    """
    if not may_be_piece(e) or aims < FEWEST_AIMS or e.results > max(e.aims, aims):
        return False, (_no_plan(e),)
    if e.news:
        return True, (
            _notice(
                "plan.digest",
                "这是对方案的摘要或报道，按节选读取；数字以方案正文为准",
                "a digest of a plan, read as an excerpt: the plan itself decides",
            ),
        )
    return True, (
        _notice(
            "plan.excerpt",
            "没有标题或编号任务，按方案节选读取；请连同标题一起提供",
            "no title or numbered tasks: read as an excerpt of a plan; give the title too",
        ),
    )


def _no_tasks() -> Notice:
    return _notice("plan.no_tasks", "方案中没有识别出任务", "no tasks were recognised in the plan")


def _no_plan(e: Evidence) -> Notice:
    if e.news and e.aims >= 1:
        return _notice(
            "plan.news",
            "这是关于方案的报道或解读，不是方案本身；请提供方案正文",
            "a report about a plan, not the plan itself: give the plan",
        )
    return _notice(
        "plan.not_a_plan",
        "没有方案的结构：标题、编号的任务和部署性语句",
        "not built like a plan: title, numbered tasks, orders",
    )


def _notice(rule: str, zh: str, en: str) -> Notice:
    return Notice(rule, Text(zh, en))
