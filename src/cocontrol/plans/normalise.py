"""From the text as found to text that can be read by rule, without losing a single offset.

Full and half width, Traditional script, inserted pinyin, marks of Markdown and LaTeX, spaces inside
words and numbers, page furniture and page breaks inside sentences are undone. Lost characters are
replaced by one mark and listed; nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cocontrol.plans.cleaning import parted, without_debris
from cocontrol.plans.headings import marker_at
from cocontrol.plans.mapped import Mapped, delete, substitute
from cocontrol.plans.model import Gap
from cocontrol.plans.script import simplified

LOST = "〓"
"""Stands for characters that cannot be recovered (下落不明字, the printer's geta)."""

_HAN = "㐀-䶿一-鿿豈-﫿"
_WIDTH: dict[int, int | str | None] = {
    **{c: c - 0xFEE0 for c in range(0xFF10, 0xFF1A)},
    **{c: c - 0xFEE0 for c in range(0xFF21, 0xFF3B)},
    **{c: c - 0xFEE0 for c in range(0xFF41, 0xFF5B)},
    **str.maketrans("％／＋－＝＜＞＃＊＿＾（）［］[]｛｝()．", "%/+-=<>#*_^（）〔〕〔〕（）（）."),
    **str.maketrans("\u00a0\u2002\u2003\u2009\u202f\u3000\t\u000b\u000c\u0085\u2028\u2029", "       \n\n\n\n\n"),
    **str.maketrans("「」『』﹙﹚﹝﹞{}〖〗〈〉«»", "“”“”（）〔〕（）【】〈〉《》"),
    **str.maketrans("～∼﹣−‐‑", "~~----"),
    ord("µ"): "μ",
    ord("㎡"): "㎡",
}

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\ufe00-\ufe0f]")
_PUNCTUATION = re.compile(
    rf"(?<=[{_HAN}）”》〕】%\d])\s*[,;:!](?=\s*[{_HAN}（“《〔【\n]|$)|(?<=[{_HAN}）”》])[,;:!](?=\d)"
)
_FULL_STOP = re.compile(
    rf"(?<=[{_HAN}%）”³])\.(?=[ ]*(?:\n|$))|(?<=[{_HAN}%）”])(?<![零〇一二三四五六七八九十百])\.(?=[{_HAN}（“])|(?<=[{_HAN}])\.(?=20\d\d ?年)"
)
_CN_YEAR = re.compile("二[〇○零Oo][一二三四五][〇○零一二三四五六七八九](?=年)")
_CN_YEAR_TO = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_BROKEN_NUMBER = re.compile(
    rf"(?<=[{_HAN}])\d+(?: \d+)+(?=(?:\.\d+)?[ ]?(?:%|年|[万亿]?(?:吨|千瓦|立方米|平方米|元|辆|户|个|亩|台)|微克|个百分点))"
)
_PUNCTUATION_TO = str.maketrans(",;:!", "，；：！")
_TONED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹḿ"
_PINYIN = re.compile(rf"[（【〔](?=[a-züɡ{_TONED}]*[{_TONED}])[a-züɡ{_TONED}]{{1,6}}[）】〕]")
_PINYIN_BARE = re.compile(rf"(?<=[{_HAN}])[（【〔][a-zü]{{1,6}}[）】〕]")
_MARKS = re.compile(
    r"(?m)^[ ]{0,3}#{1,6}[ ]+|^[ ]{0,3}>(?:[ ]+|(?![\d=]))|\*{2,3}|(?<![A-Za-z])__(?=\S)|(?<=\S)__(?![A-Za-z])|`+|\$(?=[A-Z\\])|(?<=[\w}])\$"
)
_SUBSCRIPT = re.compile(r"_\{([^{}（）]*)\}|_（([\d.x]+)）|(?<=[A-Z])_(?=[\dx])")
_PAGE_NUMBER = re.compile(
    r"(?m)^[ ]*(?:[-—–·.]{1,3}[ ]*\d{1,4}[ ]*[-—–·.]{1,3}|第[ ]*\d{1,4}[ ]*页(?:[ /，,]*共[ ]*\d+[ ]*页)?|\d{1,3}[ ]*/[ ]*\d{1,3})[ ]*$\n?"
    r"|^[^\n]{2,60}[.…·]{4,}[ ]*\d{1,3}[ ]*$\n?"
)
_LONE_NUMBER = re.compile(r"(?m)(?<=\n)\n[ ]*\d{1,3}[ ]*\n(?=\n|\Z)")
_SPACES = re.compile(
    rf"(?<=[{_HAN}，。；：！、（）〔〕【】“”《》%℃〓])[ ]+(?=\S)|(?<=\S)[ ]+(?=[{_HAN}，。；：！、（）〔〕【】“”《》%℃〓])"
)
_HEADING_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}|第[一二三四五六七八九十百\d]+[章节条篇]")
_DIGIT_SPACES = re.compile(
    r"(?<=\d)[ ]+(?=\.\d)|(?<=\d\.)[ ]+(?=\d)|(?<![\d.])(?<=\d)[ ](?=\d{3}年)|(?<=\b\d{2})[ ](?=\d{2}年)|(?<=\b\d{3})[ ](?=\d年)"
    r"|(?<=\d)[ ](?=\d{3}(?:[ ]\d{3})*(?:[吨万个辆]|千瓦))"
)

_TERMINAL = "。！？：；）〕】”…!?:;.》"
_NO_JOIN = re.compile(r"^\s*(?:附件|附表|抄送|主送|目录|[—–•●◆■▪·]{1,2}\s*\S|\|)")
_TIED = re.compile(r"\s*(?:年|个百分点|[万亿]?(?:吨|千瓦|立方米|平方米|元)|微克|及?以[上下内])")
_LABEL_LINE = re.compile(r"^\s*(?:责任|牵头|配合|负责|完成|参与|实施)(?:单位|部门|时限|时间)")
_DEBRIS = re.compile(rf"[A-Z](?=[一-鿿])|[？！]|[a-zü{_TONED}]{{1,6}}）[A-Z^]?")
_TITLE_LINE = re.compile(
    r"^[^。；！？]{4,60}(?:方案|规划|计划|意见|通知|办法|细则|要点|决定|行动)(?:（[^）]{1,20}）)?$"
)
LONG_LINE = 40
"""Characters of a line that cannot be the second half of a broken title."""

_COMPLETE = re.compile(r"(?:方案|规划|计划|意见|通知|办法|细则|要点|决定|\d{1,2}:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d)$")
_AFTER_TITLE = re.compile(
    r"^\s*(?:为|根据|各[^。]{2,60}：$|发布时间|来源|作者|日期|字号|时间|索引号|文号|[一-鿿]{1,10}[〔（]20\d\d[〕）]\d{1,4}号\s*$)"
)
_SURELY_LOST = re.compile("[\ufffd\ue000-\uf8ff]|[一-鿿][\u0400-\u04ff^]")
_MAYBE_LOST = re.compile("[?\ufffd\ue000-\uf8ff\u0400-\u04ff^]")


@dataclass(frozen=True, slots=True)
class Normalised:
    """Readable text with its map to the original and the spots that are lost."""

    mapped: Mapped
    gaps: tuple[Gap, ...]

    @property
    def text(self) -> str:
        """The readable text; one paragraph a line."""
        return self.mapped.text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of ``text[start:end]``."""
        return self.mapped.span(start, end)


def normalise(original: str) -> Normalised:
    """`original` made readable by rule. Never raises; the map of offsets never decreases.

    >>> normalise("到 2025 年底，減排２０％").text
    '到2025年底，减排20%'
    """
    made = Mapped.of(original)
    made = made.translated(made.text.translate(_WIDTH))
    made = substitute(made, re.compile("\r\n?"), lambda _: "\n")
    made = delete(made, _INVISIBLE)
    made = parted(without_debris(simplified(made)))
    made = substitute(made, _PUNCTUATION, lambda m: m.group().translate(_PUNCTUATION_TO))
    made = substitute(made, _FULL_STOP, lambda _: "。")
    made = substitute(made, _CN_YEAR, lambda m: m.group().translate(_CN_YEAR_TO))
    annotated = _PINYIN.search(made.text) is not None
    made = _without_pinyin(made)
    made = delete(made, _MARKS)
    made = substitute(made, _SUBSCRIPT, lambda m: m[1] or m[2] or "")
    made, gaps = _marked_gaps(made, original, damaged=annotated)
    made = delete(delete(made, _PAGE_NUMBER), _LONE_NUMBER)
    made = delete(_without_spaces(made), _DIGIT_SPACES)
    made = substitute(made, _BROKEN_NUMBER, lambda m: m.group().replace(" ", ""))
    return Normalised(_joined(made), gaps)


def _without_spaces(source: Mapped) -> Mapped:
    """Blanks beside Chinese characters taken out; the one behind a heading's number stays."""

    def kept(match: re.Match[str]) -> str:
        """What stays of the match."""
        before = source.text[source.text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        return match.group() if _HEADING_NUMBER.fullmatch(before) else ""

    return substitute(source, _SPACES, kept)


def _without_pinyin(source: Mapped) -> Mapped:
    """Readings such as 协(xié) or 【hé】 taken out; toneless ones only in a text that also has toned ones."""
    made = delete(source, _PINYIN)
    return made if made is source else delete(made, _PINYIN_BARE)


def _marked_gaps(source: Mapped, original: str, *, damaged: bool) -> tuple[Mapped, tuple[Gap, ...]]:
    """Runs of broken characters replaced by `LOST`, and the list of them."""
    spans = _lost_spans(source.text, damaged=damaged)
    if not spans:
        return source, ()
    gaps = []
    for start, end in spans:
        begin, finish = source.span(start, end)
        gaps.append(
            Gap(
                begin,
                finish,
                original[begin:finish],
                source.text[max(0, start - 6) : start],
                source.text[end : end + 6],
            )
        )
    by_start = dict(spans)
    pattern = re.compile("|".join(re.escape(source.text[a:b]) for a, b in sorted(spans, key=lambda s: s[0] - s[1])))
    made = substitute(source, pattern, lambda m: LOST if by_start.get(m.start()) == m.end() else m.group())
    return made, tuple(gaps)


def _lost_spans(text: str, *, damaged: bool) -> list[tuple[int, int]]:
    """Where bytes went missing: a stray sign inside Chinese text, with the debris around it.

    A question mark alone proves nothing: only a text that also shows surer damage is searched.
    A run starts and ends at signs of loss (``?``, U+FFFD, private-use or Cyrillic characters, characters
    outside GB 2312 beside one of these) that stand at most three characters apart.
    """
    if not _MAYBE_LOST.search(text):
        return []
    if not (damaged or _SURELY_LOST.search(text)):
        return []
    signs = [i for i, c in enumerate(text) if _is_sign_of_loss(text, i, c)]
    spans: list[tuple[int, int]] = []
    for i in signs:
        if spans and i - spans[-1][1] <= 3 and "\n" not in text[spans[-1][1] : i]:
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    grown = [_grown(text, span) for span in spans if _MAYBE_LOST.search(text[span[0] : span[1]])]
    return [span for i, span in enumerate(grown) if i == 0 or span[0] >= grown[i - 1][1]]


def _is_sign_of_loss(text: str, i: int, c: str) -> bool:
    if c == "?":
        around = text[max(0, i - 2) : i] + text[i + 1 : i + 3]
        return i + 1 < len(text) and text[i + 1] not in "\n " and sum("一" <= x <= "鿿" for x in around) >= 1
    if c == "^":
        return i > 0 and "一" <= text[i - 1] <= "鿿"
    if _MAYBE_LOST.match(c):
        return True
    return "㐀" <= c <= "鿿" and not _common(c)


def _grown(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Debris directly behind the last sign: a Latin letter glued to Chinese, a doubled stop."""
    start, end = span
    debris = _DEBRIS.match(text, end)
    if start > 0 and text[start - 1] in "！？":
        start -= 1
    return start, debris.end() if debris else end


@lru_cache(maxsize=30000)
def _common(character: str) -> bool:
    """Whether GB 2312 knows the character."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


_WHOLE_LINE = re.compile(
    r"[^，。；：]{6,50}(?:方案|计划|规划|要点|意见|办法|清单)(?:（[^）]*）)?|关于[^，。；]{4,70}的(?:通知|函)|[一-鿿]{4,60}(?:厅|局|委员会|人民政府)"
)
_NEXT_LINE = re.compile(
    r"现将|为(?:深入|全面|认真|切实|贯彻|落实|进一步|加快|推动|做好|打好|持续)|根据《|各[县市区乡镇街]"
    r"|20\d\d年\d{1,2}月\d{1,2}日$|[一-鿿]{4,60}(?:厅|局|委员会|人民政府)$"
)
"""What stands behind a title, a notice or a signature: the first paragraph, a signature or a date."""


def _joined(source: Mapped) -> Mapped:
    """Lines broken inside a sentence put together; one paragraph a line, no blank lines."""
    breaks = list(re.finditer(r"[ ]*\n\s*", source.text))
    if not breaks:
        return source
    width = _wrap_width(source.text)
    kept: set[int] = set()
    paragraph = 0
    for index, match in enumerate(breaks):
        following = breaks[index + 1].start() if index + 1 < len(breaks) else len(source.text)
        line_start = breaks[index - 1].end() if index else 0
        before = source.text[line_start : match.start()]
        indented = match.group().rpartition("\n")[2]
        whole = source.text[paragraph : match.start()]
        after = source.text[match.end() : following]
        short = width is None or len(before) < width - 3
        titled = short and _WHOLE_LINE.fullmatch(before.strip()) and _NEXT_LINE.match(after)
        if titled or not _continues(
            before,
            whole,
            after,
            width,
            len(indented) >= 2,
            match.group().count("\n") > 1,
        ):
            kept.add(match.start())
            paragraph = match.end()
    return substitute(source, re.compile(r"[ ]*\n\s*"), lambda m: "\n" if m.start() in kept else "")


def _wrap_width(text: str) -> int | None:
    """The column at which lines are broken, where the text is hard-wrapped; None where it is not."""
    lengths = sorted(len(line.strip()) for line in text.split("\n") if len(line.strip()) > 8)
    if len(lengths) < 8:
        return None
    top = lengths[int(0.95 * (len(lengths) - 1))]
    near = sum(1 for n in lengths if top - 3 <= n <= top + 1)
    return top if top <= 80 and near >= 0.3 * len(lengths) else None


def _continues(  # noqa: PLR0911 - one return a sign, in order
    before: str, paragraph: str, after: str, width: int | None, indented: bool, blank_line: bool
) -> bool:
    """Whether `after` goes on with the sentence that `before` left open."""
    last = before.rstrip()
    if not last or not after.strip():
        return False
    if last[-1] == "、":
        return marker_at(after) is None
    if _COMPLETE.search(last) and (blank_line or len(after) > LONG_LINE):
        return False
    open_bracket = _open_brackets(paragraph) > 0
    if not open_bracket and (
        (indented and width) or marker_at(after) or _NO_JOIN.match(after) or _LABEL_LINE.match(after)
    ):
        return False
    if open_bracket and len(paragraph) < 2000 and not re.match(r"[一二三四五六七八九十]+、", after):
        return True
    if _AFTER_TITLE.match(after) and (_TITLE_LINE.match(paragraph) or not after.startswith(("为", "根据"))):
        return False
    if last[-1] in _TERMINAL:
        return last[-1] in "；：）”》" and width is not None and len(last) >= width - 1 and last[-1] != "："
    if after[0] in "，。；、）〕】”%‰℃" or (last[-1].isdigit() and _TIED.match(after)):
        return True
    heading = marker_at(paragraph) is not None and "。" not in paragraph
    if width is not None:
        return len(last) >= width - (2 if heading else 4)
    return len(last) >= 20 and not heading


def _open_brackets(text: str) -> int:
    tail = text[-400:]
    return sum(c in "（〔【" for c in tail) - sum(c in "）〕】" for c in tail)
