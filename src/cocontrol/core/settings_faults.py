"""Faults of a settings file (TOML) in the words of the house: its syntax, its keys, its values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from cocontrol.core.errors import Fault, Location
from cocontrol.core.text import Text, same


def syntax_fault(message: str, file: str, *, prefix: str, remedy: Text | None = None) -> Fault:
    """The fault of a file that is not TOML; `message` is the parser's, which names the line."""
    line = re.search(r"at line (\d+)", message)
    return Fault(
        f"{prefix}.syntax",
        Text("不是有效的 TOML", "not valid TOML"),
        Location(file=file, row=int(line[1]) if line else None),
        value=message,
        remedy=remedy,
    )


_KEY_RULES: dict[str, tuple[str, Text]] = {
    "missing": ("key_missing", Text("缺少必填的键", "a required key is missing")),
    "extra_forbidden": ("key_unknown", Text("没有这个键", "there is no such key")),
}


def key_faults(error: ValidationError, file: str, *, prefix: str) -> list[Fault]:
    """One fault per key that is missing, unknown or holds what it may not."""
    return [_key_fault(one, file, prefix) for one in error.errors()]


def _key_fault(error: Any, file: str, prefix: str) -> Fault:
    rule, message = _KEY_RULES.get(error["type"], ("value", Text("值不符合要求", "the value does not fit")))
    known = error["type"] in _KEY_RULES
    return Fault(
        f"{prefix}.{rule}",
        message,
        Location(file=file, column=_key_path(error["loc"])),
        value=None if error["type"] == "missing" else str(error["input"]),
        allowed=None if known else _allowed(error),
    )


def _allowed(error: Any) -> Text:
    """What would do: both languages where the check speaks them, else the words of the type."""
    said = error.get("ctx", {})
    return Text(said["zh"], said["en"]) if {"zh", "en"} <= said.keys() else same(error["msg"])


def bilingual_error(zh: str, en: str) -> PydanticCustomError:
    """The error that a validator of a settings model raises so that both languages reach the fault."""
    return PydanticCustomError("rule", "{en}", {"zh": zh, "en": en})


def _key_path(parts: Iterable[str | int]) -> str:
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
