"""Every page, in both languages, on a desk and on a phone: drawn, quiet, and asking nobody else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

DESK = (1440, 900)
PHONE = (390, 844)
FURTHER_PAGES = ("/tables/emission/", "/tables/facility/?region=410900", "/map/?region=410300", "/no-such-page/")


def pages_of(visitor: Visitor) -> list[str]:
    """What the navigation leads to, the page of a run, and pages that it does not name."""
    visitor.open("/overview/")
    links = [link.get_attribute("href") or "" for link in visitor.all(".sidenav a")]
    own = [urlsplit(link).path for link in links if link.startswith(visitor.site.address)]
    return [*dict.fromkeys(own), *FURTHER_PAGES]


def expected_trouble(page: str, line: str) -> bool:
    """The browser itself reports the missing page; nothing else is expected anywhere."""
    return page == "/no-such-page/" and "404" in line


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("language", "dark"), [("zh", False), ("en", True)], ids=["zh-light", "en-dark"])
def test_every_page_is_drawn_and_quiet(
    visitor: Visitor, pictures: Path, language: str, dark: bool, size: tuple[int, int]
) -> None:
    visitor.see_at(*size, dark=dark)
    visitor.enter("province", language)
    visitor.console()
    visitor.outside_requests()
    pages = pages_of(visitor)
    assert len(pages) >= 8
    problems = []
    for page in pages:
        visitor.open(page)
        problems += [line for line in visitor.look_for_trouble(page) if not expected_trouble(page, line)]
        name = page.strip("/").replace("/", "-").replace("?", "-") or "home"
        visitor.keep_picture(pictures / f"{name}-{language}-{'dark' if dark else 'light'}-{size[0]}.png")
    assert problems == []


def test_pages_say_the_same_without_script(visitor: Visitor) -> None:
    visitor.see_at(*DESK)
    visitor.enter("province", "zh")
    visitor.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visitor.browser.get(f"{visitor.site.address}/overview/")
        assert visitor.all(".chart__fallback svg rect")
        assert visitor.all(".stat .figure[href*='explain']")
        assert not visitor.all(".chart__canvas")
        visitor.browser.get(f"{visitor.site.address}/map/")
        assert visitor.all(".map__fallback svg path")
    finally:
        visitor.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
