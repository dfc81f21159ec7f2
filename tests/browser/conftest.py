"""The site and a browser, once for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.site import Site, running_site
from tests.browser.visitor import Visitor, open_browser


@pytest.fixture(scope="session")
def programs(repository: Path) -> tuple[str, str]:
    """Browser and driver; the tests skip where one of them, or the built front end, is missing."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("needs chromium and chromedriver")
    if not (repository / "src" / "cocontrol_web" / "static" / "build" / "manifest.json").is_file():
        pytest.skip("the front end is not built: npm ci && npm run build")
    return binary, driver


@pytest.fixture(scope="session")
def site(
    repository: Path, example_with_run: Path, programs: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with running_site(repository, example_with_run, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def visitor(site: Site, programs: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    browser = open_browser(*programs, tmp_path_factory.mktemp("profile"))
    try:
        yield Visitor(browser, site)
    finally:
        browser.quit()


@pytest.fixture(scope="session")
def pictures(repository: Path) -> Path:
    """Where pictures of the pages are kept to be looked at, if ``COCONTROL_PICTURES=1``; not part of the repository."""
    return repository / "var" / "screenshots"
