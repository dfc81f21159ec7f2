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


@pytest.mark.parametrize(
    ("language", "dark", "sizes"),
    [("zh", False, (DESK, PHONE)), ("en", True, (PHONE, DESK))],
    ids=["zh-light-opened-on-a-desk", "en-dark-opened-on-a-phone"],
)
def test_every_page_is_drawn_and_quiet(
    visitor: Visitor, pictures: Path, language: str, dark: bool, sizes: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    """Each page is opened at one size and then seen at the other, as when a window is pulled or a tablet turned."""
    visitor.see_at(*sizes[0], dark=dark)
    visitor.enter("province", language)
    visitor.console()
    visitor.outside_requests()
    pages = pages_of(visitor)
    assert len(pages) >= 8
    problems = []
    for page in pages:
        visitor.see_at(*sizes[0], dark=dark)
        visitor.open(page)
        name = page.strip("/").replace("/", "-").replace("?", "-") or "home"
        suffix = f"{language}-{'dark' if dark else 'light'}"
        problems += [line for line in visitor.look_at_sizes(page, sizes, pictures / f"{name}-{suffix}", dark=dark)
                     if not expected_trouble(page, line)]  # fmt: skip
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
