"""The two languages of the library on a page: which one is active, and how a `Text` is said in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from cocontrol.core.text import Language, Text


def active_language() -> Language:
    """``en`` where the page is in English, else ``zh``."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def say(text: Text | str | None) -> str:
    """A `Text` in the active language; a plain string as it is; nothing as an empty string."""
    return text.in_language(active_language()) if isinstance(text, Text) else (text or "")


def pick(row: Mapping[str, Any] | None, stem: str) -> str:
    """The ``<stem>_zh`` or ``<stem>_en`` of a table row in the active language, else the other one."""
    if row is None:
        return ""
    first, second = (f"{stem}_zh", f"{stem}_en") if active_language() == "zh" else (f"{stem}_en", f"{stem}_zh")
    return str(row.get(first) or row.get(second) or "")


_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def one_side(text: str | None) -> str:
    """The side of a remark kept as ``中文 / English`` that fits the page; any other text as it is."""
    zh, slash, en = (text or "").partition(" / ")
    return say(Text(zh, en)) if slash and _CHINESE.search(zh) and not _CHINESE.search(en) else text or ""
