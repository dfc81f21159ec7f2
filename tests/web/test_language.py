from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from django.test import Client
from django.urls import reverse

from cocontrol_web.translations import (
    compile_catalogues,
    first,
    found_messages,
    messages_of_templates,
    read_catalogue,
    untranslated,
)  # fmt: skip

from .conftest import World

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_message_in_use_is_translated() -> None:
    assert untranslated("en") == []


def test_no_translation_is_left_in_chinese() -> None:
    catalogue = read_catalogue("en")
    left = [m.id for m in catalogue if m.id and any(HAN.search(text) for text in _texts(m.string))]
    assert left == []


def test_translations_keep_every_field_of_the_message() -> None:
    field = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
    wrong = []
    for message in read_catalogue("en"):
        wanted = (
            set(field.findall(message.id if isinstance(message.id, str) else message.id[0])) if message.id else set()
        )
        wrong += [message.id for text in _texts(message.string) if wanted != set(field.findall(text)) and message.id]
    assert wrong == []


def test_the_catalogue_holds_nothing_that_is_no_longer_used() -> None:
    used = {first(message) for message in found_messages()}
    kept = {
        message.id if isinstance(message.id, str) else message.id[0] for message in read_catalogue("en") if message.id
    }
    assert kept - used == set()


def test_every_chinese_word_of_a_template_is_marked_for_translation(repository: Path) -> None:
    """Text between the tags that is not inside a translate tag would stay Chinese on English pages."""
    allowed = {"中文", "切换为中文"}
    found = []
    for file in sorted((repository / "src/cocontrol_web/templates").rglob("*.html")):
        text = re.sub(
            r"{% blocktranslate.*?{% endblocktranslate %}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.DOTALL)
        found += [f"{file.name}: {run}" for run in re.findall(r"[\u4e00-\u9fff]+", text) if run not in allowed]
    assert found == []


def test_compiled_catalogues_read_back(tmp_path: Path) -> None:
    (path,) = compile_catalogues(tmp_path)
    with path.open("rb") as stream:
        catalogue = read_mo(stream)
    assert catalogue["总览"].string == "Overview"


def test_messages_of_templates_find_trimmed_blocks_and_plurals() -> None:
    found = dict(messages_of_templates())
    assert "%(place)s的设施" in found
    assert any(isinstance(message, tuple) for message in found)


@pytest.mark.parametrize(
    "name", ["overview", "inventory", "energy", "map", "targets", "tables", "checks", "runs", "about"]
)
def test_the_switch_changes_the_page_and_is_remembered(
    world: World, client_of: Callable[[str], Client], name: str
) -> None:
    client = client_of("province")
    assert '<html lang="zh-Hans">' in client.get(reverse(name)).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": reverse(name)})
    page = client.get(reverse(name)).content.decode()
    assert '<html lang="en">' in page
    frame = page[: page.index('<main class="page')]
    assert set(HAN.findall(re.sub(r"<option.*?</option>", "", frame))) <= set("中文切换为")


def test_the_language_of_the_browser_is_not_asked(client: Client, db: None) -> None:
    response = client.get(reverse("login"), headers={"accept-language": "en-GB"})
    assert response.headers["Content-Language"] == "zh-hans"


def _texts(string: object) -> list[str]:
    if isinstance(string, str):
        return [string]
    return [text for text in string if isinstance(text, str)] if isinstance(string, list | tuple) else []
