"""Who has to do what: departments and their roles, in every form in which plans write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from cocontrol.plans.brackets import Bracket, outermost, split_outside
from cocontrol.plans.context import LONGEST_SENTENCE
from cocontrol.plans.model import Responsibility, Role
from cocontrol.plans.normalise import Normalised
from cocontrol.plans.vocabulary import any_of, body_of, words


@dataclass(frozen=True, slots=True)
class Found:
    """The responsibilities of a stretch of text, those it hands on, and the spans that name them."""

    own: tuple[Responsibility, ...]
    inherited: tuple[Responsibility, ...]
    spans: tuple[tuple[int, int], ...]


_INHERITED = re.compile(
    r"[，。；、]?\s*(?:[〔（]\s*)?(?:以下|下同|上述|以上)(?:各项|各)?(?:重点)?(?:工作|任务)*[，、]?(?:均|都|皆)(?:需|须|由|需要)?"
    r"(?P<who>(?:[^，。；〕）（]|（[^）]{1,6}）){2,60}?)(?:具体|分别|共同|认真|抓好|组织|全力|予以|按(?:照)?职责(?:分工)?|按要求|结合实际)*(?:负责|落实|贯彻|参与|配合|实施)[^）〕]*"
)
_REMARK = re.compile(
    r"[〔（（][^〕）]*(?:以下|下同)[^〕）]*[〕）]|[，。；、]?\s*(?:以下)?(?:均需|均由|不再|下同|以下)[^）〕]*$"
    r"|[，。；]?\s*(?:列|排)[^，。；）]*牵头[^，。；）]*(?:[，]\s*下同)?|[，；。]?\s*(?:完成|办理)?(?:时限|时间|期限|进度|年限)[:：][^，；）〕]*|[，；]?\s*(?:持续推进|长期坚持|\d{4}年(?:\d{1,2}月)?(?:底)?前?完成)\s*$"
)
_FIRST_LEADS = re.compile(r"(?:列|排)(?:在)?(?:名)?第?(?:一|首)(?:位|个)?的?(?:单位|部门)?(?:为|是|负责)牵头")


@lru_cache(maxsize=1)
def _roles() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, Role]]:
    w = words()["responsibility"]
    kinds = {
        **dict.fromkeys(w["responsible"], Role.RESPONSIBLE),
        **dict.fromkeys(w["cooperate"], Role.COOPERATE),
        **dict.fromkeys(w["lead"], Role.LEAD),
    }
    labels = {
        **dict.fromkeys(w["label_responsible"], Role.RESPONSIBLE),
        **dict.fromkeys(w["label_cooperate"], Role.COOPERATE),
        **dict.fromkeys(w["label_lead"], Role.LEAD),
    }
    label = re.compile(rf"^\s*(?P<label>{any_of(labels)})\s*(?:及[^:：]{{0,10}})?[:：]\s*")
    role = re.compile(
        rf"^(?P<names>.*?)(?P<open>等(?:有关|相关)?(?:单位|部门)?)?(?:共同|具体|按要求)?(?P<role>{any_of(kinds)})?$"
    )
    return label, role, {**labels, **kinds}


def find_responsibilities(source: Normalised, start: int, end: int, *, first_leads: bool = False) -> Found:
    """The departments named between two offsets of the readable text.

    Brackets of any kind that speak of roles or list departments, and lines such as 责任单位：… .
    """
    text = source.text
    own: list[Responsibility] = []
    handed: list[Responsibility] = []
    spans: list[tuple[int, int]] = []
    for bracket in outermost(text, start, end):
        inner = bracket.inner(text)
        if not _speaks_of_roles(inner, text, bracket):
            continue
        spans.append((bracket.start, bracket.end))
        groups, inherited = _read(source, bracket.start + 1, bracket.end - 1)
        own += groups
        handed += inherited
    for line in _labelled().finditer(text[start:end]):
        if any(a <= start + line.start() < b for a, b in spans):
            continue
        begin = start + line.start()
        finish = start + line.end()
        spans.append((begin, finish))
        own += _read(source, begin, finish)[0]
    for begin, finish in _spoken(text, start, end, spans):
        spans.append((begin, finish))
        own += _read(source, begin, finish)[0]
    return Found(_unique(_led(own) if first_leads else own), _unique(handed), tuple(sorted(spans)))


_BY_WHOM = re.compile(r"^(?:[^，。；：由]{0,12})?由(?=[省市县区州盟旗各国])")
_WHEN = re.compile(
    r"^(?:力争|确保)?(?:于|在|到)?20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:前)?(?:完成|落实|实施)?$|^(?:长期坚持|持续推进|不再列出)$"
)


def _spoken(text: str, start: int, end: int, taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Duties said without brackets: the last pieces of a sentence, each a list of departments with its role.

    由市能源局牵头，市财政局配合。 They are the whole sentence, or 由 opens them.
    """
    made = []
    for sentence in re.finditer(r"[^。\n]+", text[start:end]):
        a, b = start + sentence.start(), start + sentence.end()
        if b - a > LONGEST_SENTENCE or not _ends_with_duty().search(text[max(a, b - 60) : b]):
            continue
        if any(x < b and a < y for x, y in taken):
            continue
        pieces = [(a + i, a + j) for i, j in split_outside(text[a:b], "，；")]
        kept = len(pieces)
        while kept and _is_duty(text[pieces[kept - 1][0] : pieces[kept - 1][1]]):
            kept -= 1
        named = [i for i in range(kept, len(pieces)) if not _WHEN.match(text[pieces[i][0] : pieces[i][1]].strip())]
        opened = next((i for i in named if _BY_WHOM.match(text[pieces[i][0] : pieces[i][1]].strip())), None)
        first = named[0] if named and kept == 0 else opened
        if first is not None:
            begin = pieces[first][0]
            by = _BY_WHOM.match(text[begin : pieces[first][1]])
            made.append((begin + (by.end() if by else 0), b))
    return made


@lru_cache(maxsize=1)
def _ends_with_duty() -> re.Pattern[str]:
    """A role that closes a sentence, or stands before the time that closes it."""
    return re.compile(rf"{_role_words()}[；， ]*(?:[，；][^，；]{{4,20}})?$")


def _is_duty(piece: str) -> bool:
    """Whether a piece of a sentence is nothing but departments and their role, or the time that closes such a list."""
    plain = _BY_WHOM.sub("", piece.strip())
    if _WHEN.match(plain):
        return True
    match = _roles()[1].match(plain)
    if match is None or not match["role"]:
        return False
    names = [name for name, _, _ in _names(match["names"])]
    return bool(names) and all(_is_department(name) for name in names)


@lru_cache(maxsize=1)
def _labelled() -> re.Pattern[str]:
    """A stretch outside brackets that a label opens: to the stop, and on through further labels."""
    label = rf"{any_of(_label_words())}[:：]"
    return re.compile(rf"(?m)(?:^|(?<=[。；\n ]))[ ]*{label}[^\n。]*(?:[。\n](?=[ ]*{label})[^\n。]*)*")


def first_named_leads(text: str) -> bool:
    """Whether the plan says once that the first department of each list leads."""
    return _FIRST_LEADS.search(text) is not None


def _led(found: list[Responsibility]) -> list[Responsibility]:
    if not found or any(r.role is Role.LEAD for r in found):
        return found
    return [replace(found[0], role=Role.LEAD), *found[1:]]


def _label_at(line: str) -> bool:
    return _roles()[0].match(line) is not None


def _speaks_of_roles(inner: str, text: str, bracket: Bracket) -> bool:
    """Whether a bracket names departments: by a label, by a role at its end, or by names alone at a line's end."""
    if len(inner) < 3 or len(inner) > 900:
        return False
    plain = _REMARK.sub("", inner).rstrip("。；， ")
    if _label_at(plain):
        return True
    names = [piece for a, b in split_outside(plain, "、，；") if (piece := plain[a:b])]
    known = sum(1 for name in names if _is_department(name))
    ends_with_role = re.search(_role_words() + "$", plain) is not None
    if ends_with_role:
        return known >= 1 or (len(names) <= 3 and re.search(r"部门|单位|政府|州|市|县", plain) is not None)
    closes_line = (
        bracket.end >= len(text)
        or text[bracket.end : bracket.end + 2].strip(" 。；") in {"", "\n"}
        or (text[bracket.end : bracket.end + 1] in "\n。")
    )
    return closes_line and known >= 1 and known >= 0.6 * len(names)


@lru_cache(maxsize=1)
def _role_words() -> str:
    w = words()["responsibility"]
    return any_of([*w["responsible"], *w["cooperate"], *w["lead"]])


def _is_department(name: str) -> bool:
    plain = re.sub(r"等.*$", "", re.sub(_role_words() + "$", "", name.strip())).strip()
    ending = re.sub(r"（[^）]*）", "", plain).endswith(tuple(words()["responsibility"]["name_endings"]))
    return 2 <= len(plain) <= 30 and ending and (body_of(plain) is not None or plain[0] in "省市县区各州盟国")


def listed(source: Normalised, role: Role) -> tuple[Responsibility, ...]:
    """The departments of a cell whose column says `role`; a role or label written in the cell goes before."""
    return _unique(_read(source, 0, len(source.text), default=role)[0])


def _read(
    source: Normalised, start: int, end: int, *, default: Role = Role.RESPONSIBLE
) -> tuple[list[Responsibility], list[Responsibility]]:
    """Departments of one bracket or line: groups between ， and ； each with the role that closes or heads it."""
    text = source.text[start:end]
    inherited = [r for match in _INHERITED.finditer(text) for r in _inherited(source, start, match)]
    for remark in [*_INHERITED.finditer(text), *_REMARK.finditer(text)]:
        text = text[: remark.start()] + " " * (remark.end() - remark.start()) + text[remark.end() :]
    label_pattern, role_pattern, roles = _roles()
    made: list[Responsibility] = []
    pending: list[tuple[str, int, int]] = []
    labelled: Role | None = None
    open_list = False
    for a, b in _groups(text):
        begin, piece = a, text[a:b]
        if label := label_pattern.match(piece):
            made += _closed(source, pending, labelled or default, open_list)
            pending, open_list, labelled = [], False, roles[label["label"]]
            begin += label.end()
            piece = text[begin:b]
        body = piece.rstrip(" 。；，")
        match = role_pattern.match(body)
        names = match["names"] if match else body
        open_list = open_list or bool(match and match["open"])
        pending += [(name, start + begin + i, start + begin + j) for name, i, j in _names(names)]
        if match and match["role"]:
            made += _closed(source, pending, roles[match["role"]], open_list)
            pending, open_list = [], False
    made += _closed(source, pending, labelled or default, open_list)
    return made, inherited


def _groups(text: str) -> list[tuple[int, int]]:
    """Pieces of a list of departments; a label in the middle (… 配合单位：…) also begins a piece."""
    marked = re.sub(rf"[ 。](?=\s*{any_of(_label_words())}[:：])", "；", text)
    marked = re.sub(rf"({_role_words()})、", r"\1；", marked)
    return split_outside(marked, "，；。\n")


@lru_cache(maxsize=1)
def _label_words() -> tuple[str, ...]:
    w = words()["responsibility"]
    return (*w["label_lead"], *w["label_cooperate"], *w["label_responsible"])


def _names(text: str) -> list[tuple[str, int, int]]:
    """Single names of a list, with their offsets."""
    made = []
    for a, b in _whole_governments(text, split_outside(text, "、 ")):
        for i, j in _conjoined(text, a, b):
            name = text[i:j].strip()
            lead = len(text[i:j]) - len(text[i:j].lstrip())
            if name and name not in {"等", "由", "及", "和", "以及"}:
                skip = 1 if name[0] == "由" and len(name) > 3 else 0
                made.append((name[skip:], i + lead + skip, i + lead + len(name)))
    return made


_GOVERNMENTS = re.compile(r"各?(?:[市县区州旗盟]|地市|县市)(?:（[^）]*）)?")


def _whole_governments(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """各县、区人民政府 is one name: a bare kind of area goes with the government that follows it."""
    made: list[tuple[int, int]] = []
    for a, b in pieces:
        if (
            made
            and _GOVERNMENTS.fullmatch(text[made[-1][0] : made[-1][1]].strip())
            and re.match(r"[市县区州旗盟](?:（[^）]*）)?(?:人民)?政府", text[a:b])
        ):
            made[-1] = (made[-1][0], b)
        else:
            made.append((a, b))
    return made


def _conjoined(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Names joined by 和, 及 or 以及, where both sides are names by themselves."""
    for match in re.finditer(r"以及|会同|及|和|与", text[start:end]):
        left, right = text[start : start + match.start()], text[start + match.end() : end]
        named = re.match(r"[省市县区各州盟国有相]", right) is not None or (
            body_of(left) is not None and _is_known(right)
        )
        if left.endswith(tuple(words()["responsibility"]["name_endings"])) and named:
            return [(start, start + match.start()), *_conjoined(text, start + match.end(), end)]
    return [(start, end)]


def _is_known(name: str) -> bool:
    """Whether a name without the sign of its level is a department by itself (和生态环境厅)."""
    return body_of(name) is not None and name.endswith(("厅", "局", "委", "办", "部", "委员会"))


def _closed(
    source: Normalised, pending: list[tuple[str, int, int]], role: Role, open_list: bool
) -> list[Responsibility]:
    made = []
    for name, start, end in pending:
        begin, finish = source.span(start, end)
        made.append(Responsibility(name, role, open_list, begin, finish, body_of(name)))
    return made


def _inherited(source: Normalised, start: int, match: re.Match[str]) -> list[Responsibility]:
    begin = start + match.start("who")
    pending = [(name, begin + i, begin + j) for name, i, j in _names(match["who"])]
    return _closed(source, pending, Role.RESPONSIBLE, open_list=False)


def _unique(found: list[Responsibility]) -> tuple[Responsibility, ...]:
    """Each department and role once, in order; an open list anywhere keeps it open."""
    made: dict[tuple[str, Role], Responsibility] = {}
    for item in found:
        key = (item.department, item.role)
        if key not in made:
            made[key] = item
        elif item.open_list and not made[key].open_list:
            made[key] = replace(made[key], open_list=True)
    return tuple(made.values())
