"""What people decide about objects: written down as corrections, never over the parse."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cocontrol.core.errors import Fault, FaultCollector, InvalidInput, Location
from cocontrol.core.text import Text
from cocontrol_web.accounts.models import User
from cocontrol_web.planning import labels
from cocontrol_web.planning.corrections import Action, quote_of
from cocontrol_web.planning.models import PlanCorrection, PlanDocument
from cocontrol_web.planning.objects import EDITABLE, KINDS, Item, blank, plain_values, with_values
from cocontrol_web.planning.parsing import review_of

NUMBERS = {"value"}
YEARS = {"base_year", "target_year"}
FLAGS = {"open_list"}
LISTS = {"undefined"}
NEEDED = {"title", "department", "metric"}
NEVER_NULL = {"number", "title", "subject", "department"}
OPTIONAL_CODES = {"operator"}
LONGEST_FIELD, LONGEST_NOTE = 300, 500


def confirm(document: PlanDocument, item: Item, person: User, note: str = "") -> list[PlanCorrection]:
    """Write down that the object is right as it stands."""
    return [_write(document, item, person, Action.CONFIRM, note=note)]


def reject(document: PlanDocument, item: Item, person: User, note: str = "") -> list[PlanCorrection]:
    """Write down that there is no such object."""
    return [_write(document, item, person, Action.REJECT, note=note)]


@transaction.atomic
def confirm_all(document: PlanDocument, items: list[Item], person: User) -> uuid.UUID:
    """Write down that several objects are right as they stand; one batch, taken back at once."""
    batch = uuid.uuid4()
    for item in items:
        _write(document, item, person, Action.CONFIRM, batch=batch)
    return batch


@transaction.atomic
def correct(
    document: PlanDocument, item: Item, given: Mapping[str, Any], person: User, note: str = ""
) -> list[PlanCorrection]:
    """Write down the fields that differ from what stands; nothing different is a confirmation.

    Raises
    ------
    InvalidInput
        Values that no object of the kind may have, all of them named.
    """
    values = checked(item.kind, given)
    changed = {name: value for name, value in values.items() if item.values[name] != value}
    if not changed:
        return confirm(document, item, person, note)
    batch = uuid.uuid4()
    return [
        _write(document, item, person, Action.SET, field=name, value=value, note=note, batch=batch)
        for name, value in changed.items()
    ]


def add(
    document: PlanDocument, kind: str, place: tuple[int, int], given: Mapping[str, Any], person: User, note: str = ""
) -> list[PlanCorrection]:
    """Write down an object that the parser did not propose.

    Raises
    ------
    InvalidInput
        Unknown kind, a place outside the text, or values that no object of the kind may have.
    """
    start, end = place
    if kind not in KINDS:
        raise InvalidInput(_fault("kind", kind, Text("{k}", "{k}").format(k=" ".join(KINDS))))
    if not 0 <= start < end <= len(document.text) or not document.text[start:end].strip():
        size = Text("原文之内、非空的一段：0–{n}", "words inside the text: 0–{n}").format(n=len(document.text))
        raise InvalidInput(_fault("start", f"{start}–{end}", size))
    same = [i for i in review_of(document).of_kind(kind) if (i.start, i.end) == (start, end)]
    ordinal = 1 + max((item.ordinal for item in same), default=-1)
    made = with_values(
        kind, blank(kind, document.text, start, end, ordinal, None), checked(kind, given, partial=kind != "target")
    )
    item = Item(kind, start, end, ordinal, made, None, None)
    return [_write(document, item, person, Action.ADD, note=note)]


def find_words(document: PlanDocument, words: str, near: int | None = None) -> tuple[int, int]:
    """Where the words stand in the text: the only place, or the one that begins at `near`.

    Raises
    ------
    InvalidInput
        The words do not stand in the text, or in several places.
    """
    wanted = words.replace("\r\n", "\n")
    if near is not None and wanted and document.text.startswith(wanted, near):
        return near, near + len(wanted)
    wanted = wanted.strip()
    times = document.text.count(wanted) if wanted else 0
    if times == 1:
        start = document.text.index(wanted)
        return start, start + len(wanted)
    allowed = (
        Text(
            "原文中只出现一次的文字；现有 {n} 处，请多取几个字",
            "words that stand once; these stand {n} times: take more of them",
        ).format(n=times)
        if times
        else Text("与原文逐字相同的一段文字", "words exactly as they stand in the text")
    )
    raise InvalidInput(_fault("quote", wanted[:80], allowed))


@transaction.atomic
def withdraw(batch: list[PlanCorrection], person: User) -> None:
    """Take back corrections that were made together; they stay in the history."""
    for row in batch:
        row.withdrawn_at, row.withdrawn_by = timezone.now(), person.username
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def reinstate(batch: list[PlanCorrection]) -> None:
    """Let withdrawn corrections hold again."""
    for row in batch:
        row.withdrawn_at, row.withdrawn_by = None, ""
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])


def checked(kind: str, given: Mapping[str, Any], *, partial: bool = True) -> dict[str, Any]:
    """The given fields as values of the object; unknown names are left out, `partial` allows missing ones.

    Raises
    ------
    InvalidInput
        Every value that is not allowed, with what is.
    """
    names = [name for name in EDITABLE[kind] if name in given or not partial]
    faults, made = FaultCollector(), {}
    for name in names:
        try:
            made[name] = _checked_field(kind, name, given.get(name))
        except InvalidInput as error:
            faults.extend(error.faults)
    faults.raise_if_any()
    return made


def _checked_field(kind: str, name: str, raw: Any) -> Any:
    if name in FLAGS:
        return raw in {True, "on", "1", "true", "yes"}
    if name in LISTS:
        pieces = raw if isinstance(raw, list) else str(raw or "").replace("，", "、").replace(",", "、").split("、")
        return [str(piece).strip() for piece in pieces if str(piece).strip()]
    text = "" if raw is None else str(raw).strip()
    if name in NUMBERS or name in YEARS:
        return _number(kind, name, text)
    known = labels.codes(kind, name)
    if known:
        return _code(kind, name, text, known)
    if len(text) > LONGEST_FIELD or (name in NEEDED and not text):
        raise InvalidInput(
            _fault(_called(kind, name), text[:80], Text("1–{n} 个字符", "1–{n} characters").format(n=LONGEST_FIELD))
        )
    return text if text or name in NEVER_NULL else None


def _number(kind: str, name: str, text: str) -> float | int | None:
    if not text:
        return None
    is_year = name in YEARS
    allowed = Text("1949–2100 的年份", "a year from 1949 to 2100") if is_year else Text("数字", "a number")
    try:
        number = float(text.replace("−", "-"))
    except ValueError as error:
        raise InvalidInput(_fault(_called(kind, name), text[:80], allowed)) from error
    if not math.isfinite(number) or (is_year and not (number.is_integer() and 1949 <= number <= 2100)):
        raise InvalidInput(_fault(_called(kind, name), text[:80], allowed))
    return int(number) if is_year else number


def _code(kind: str, name: str, text: str, known: Mapping[str, Text]) -> str | None:
    if not text and name in OPTIONAL_CODES:
        return None
    if text in known:
        return text
    listed = list(known)
    shown = " ".join(listed[:24]) + (" …" if len(listed) > 24 else "")
    raise InvalidInput(_fault(_called(kind, name), text[:80], Text("{c}", "{c}").format(c=shown)))


def _called(kind: str, name: str) -> Text:
    return labels.field(kind, name)


def _fault(name: str | Text, value: str, allowed: Text) -> Fault:
    message = Text("“{n}”的值不可用", "this value of {n} cannot be used").format(n=name)
    return Fault("correction.value", message, Location(), value=value, allowed=allowed)


def _write(
    document: PlanDocument,
    item: Item,
    person: User,
    action: Action,
    *,
    field: str = "",
    value: Any = None,
    note: str = "",
    batch: uuid.UUID | None = None,
) -> PlanCorrection:
    return PlanCorrection.objects.create(
        plan=document,
        text_digest=document.text_digest,
        kind=item.kind,
        start=item.start,
        end=item.end,
        ordinal=item.ordinal,
        quote=quote_of(item.kind, document.text, item.start, item.end),
        action=action.value,
        field=field,
        value=value,
        snapshot=plain_values(item.kind, item.object),
        note=note.strip()[:LONGEST_NOTE],
        batch=batch or uuid.uuid4(),
        person=person,
        person_name=person.username,
    )
