"""Translations without gettext tools: find every message in templates and code, compile catalogues with Babel.

Chinese is the language of the source: a message id is the Chinese text itself.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from cocontrol_web.configuration import PACKAGE

SOURCE = PACKAGE / "locale"
DOMAIN = "django"
FUNCTIONS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2}
"""Functions that mark a message, and how many of their arguments are message ids."""

_CALL = re.compile(r"""\b(n?gettext)\(((?:u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?\s*)+)""")
_STRING = re.compile(r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")

Message = str | tuple[str, str]


def messages_of_templates(folder: Path = PACKAGE / "templates") -> Iterator[tuple[Message, str]]:
    """Every message of the templates with the file it stands in."""
    for file in sorted(folder.rglob("*.html")):
        marked = templatize(file.read_text(encoding="utf-8"))
        for name, arguments in _CALL.findall(marked):
            strings = [ast.literal_eval(one) for one in _STRING.findall(arguments)]
            message: Message = (strings[0], strings[1]) if name == "ngettext" else strings[0]
            yield message, file.relative_to(PACKAGE).as_posix()


def messages_of_code(folder: Path = PACKAGE) -> Iterator[tuple[Message, str]]:
    """Every message marked in Python code with the file it stands in."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                yield from (
                    (m, file.relative_to(PACKAGE).as_posix()) for m in _message_of(node, FUNCTIONS[node.func.id])
                )


def _message_of(call: ast.Call, count: int) -> Iterable[Message]:
    texts = [a.value for a in call.args[:count] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if len(texts) != count:
        return []
    return [(texts[0], texts[1])] if count == 2 else [texts[0]]


def found_messages() -> dict[Message, list[str]]:
    """All messages, each with the files that use it."""
    found: dict[Message, list[str]] = {}
    for message, file in (*messages_of_templates(), *messages_of_code()):
        places = found.setdefault(message, [])
        if file not in places:
            places.append(file)
    return found


def read_catalogue(language: str, source: Path = SOURCE) -> Catalog:
    """The catalogue of a language; an empty one where there is no file yet."""
    path = source / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.is_file():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def untranslated(language: str) -> list[str]:
    """Messages in use that the catalogue of the language does not translate."""
    catalogue = read_catalogue(language)
    return [first(m) for m in found_messages() if not _is_translated(catalogue, first(m))]


def first(message: Message) -> str:
    """The id under which a catalogue knows the message."""
    return message if isinstance(message, str) else message[0]


def _is_translated(catalogue: Catalog, message_id: str) -> bool:
    known = catalogue.get(message_id)
    if known is None:
        return False
    texts = [known.string] if isinstance(known.string, str) else list(known.string or ())
    return bool(texts) and all(texts)


def update_catalogue(language: str, translations: dict[str, str] | None = None, source: Path = SOURCE) -> int:
    """Write the catalogue anew: messages in use, old translations kept, new ones added; how many lack one."""
    old, given = read_catalogue(language, source), translations or {}
    made = Catalog(
        locale=language, project="Cocontrol", domain=DOMAIN, fuzzy=False, header_comment="# Cocontrol, Apache-2.0."
    )
    for message, files in sorted(found_messages().items(), key=lambda pair: first(pair[0])):
        known = old.get(first(message))
        text = given.get(first(message)) or (known.string if known else "")
        if isinstance(message, tuple):
            text = (text, text) if isinstance(text, str) else text
        elif not isinstance(text, str):
            text = text[0] if text else ""
        made.add(
            message,
            text,
            locations=[(file, 0) for file in files],
            flags=("python-format",) if "%(" in first(message) else (),
        )
    path = source / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    write_po(stream, made, width=120, omit_header=False, include_lineno=False, sort_output=False)
    path.write_bytes(stream.getvalue())
    return sum(not _is_translated(made, first(message)) for message in found_messages())


def compile_catalogues(target: Path, source: Path = SOURCE) -> list[Path]:
    """Compile every catalogue into `target`, where Django looks; the files written."""
    written = []
    for file in sorted(source.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        path = target / file.relative_to(source).with_suffix(".mo")
        path.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=file.parts[-3])
        with path.open("wb") as out:
            write_mo(out, catalogue)
        written.append(path)
    return written
