"""A person at a headless browser: opens pages, and remembers what went wrong on the way."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from cocontrol_web.configuration import flag
from tests.browser.site import Site

LANGUAGE_COOKIE = "django_language"
PATIENCE_SECONDS = 20
OWN_SCHEMES = ("data", "blob", "about")
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing", "--disable-gpu-rasterization",
    "about:blank",
)  # fmt: skip
WATCH_POLICY = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""
COUNT_COLOURS = """
const source = arguments[0];
const copy = document.createElement('canvas');
copy.width = 200; copy.height = 200;
const context = copy.getContext('2d');
context.drawImage(source, 0, 0, 200, 200);
const bytes = new Uint32Array(context.getImageData(0, 0, 200, 200).data.buffer);
return new Set(bytes).size;
"""
NEXT_FRAME = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
"""Waits until the page was laid out anew."""


def open_browser(binary: str, driver: str, profile: Path) -> Chrome:
    """A browser with software WebGL, its own profile, and logs of console and network."""
    options = ChromeOptions()
    options.binary_location = binary
    for argument in (*ARGUMENTS[:-1], f"--user-data-dir={profile}", ARGUMENTS[-1]):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
    browser = Chrome(options=options, service=Service(driver))
    browser.set_page_load_timeout(60)
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH_POLICY})
    return browser


def _holds(is_so: Callable[[], bool]) -> bool:
    """Whether it is so now; while a page is being exchanged for the next one it is not."""
    try:
        return is_so()
    except StaleElementReferenceException:
        return False


@dataclass
class Visitor:
    """Drives one browser on one site."""

    browser: Chrome
    site: Site
    width: int = 1440
    problems: list[str] = field(default_factory=list)

    def see_at(self, width: int, height: int, *, dark: bool = False) -> None:
        """The size of the window and the colour scheme of the system; without movement, which would only blur."""
        self.width = width
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        wishes = {"prefers-color-scheme": "dark" if dark else "light", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wishes.items()]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, path: str) -> None:
        """Opens a page and waits until its charts and maps are drawn."""
        self.browser.get(self.site.address + path)
        self.wait_for(self.is_drawn, f"{path}: charts and maps are drawn")

    def is_drawn(self) -> bool:
        """Whether every chart and map of the page has been drawn."""
        waiting = "[data-chart]:not(.is-drawn), [data-map]:not([data-map-state='idle'])"
        return not self.browser.find_elements(By.CSS_SELECTOR, waiting)

    def enter(self, username: str, language: str) -> None:
        """Comes as somebody logged in who reads that language, having chosen nothing on the pages yet."""
        # An answer under way to the page before could bring its session back: leave that page first.
        self.browser.get("about:blank")
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        cookies = self.site.session_of(username) | {LANGUAGE_COOKIE: {"zh": "zh-hans"}.get(language, language)}
        for name, value in cookies.items():
            self.browser.execute_cdp_cmd(
                "Network.setCookie", {"name": name, "value": value, "url": self.site.address, "sameSite": "Lax"}
            )

    def log_in_by_hand(self, username: str) -> None:
        """Fills in the log-in form."""
        self.browser.get("about:blank")
        self.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.browser.get(f"{self.site.address}/accounts/login/")
        self.one("[name=username]").send_keys(username)
        self.one("[name=password]").send_keys(self.site.passwords[username])
        self.one("main form button").click()
        self.wait_for(lambda: bool(self.all(".sidenav")), "logged in")

    def troubles_of(self, pages: Iterable[str], pictures: Path, suffix: str) -> list[str]:
        """What is wrong with the pages, one after another; a picture of each is kept."""
        self.console()
        self.outside_requests()
        troubles: list[str] = []
        for page in pages:
            self.open(page)
            troubles += self.look_for_trouble(page)
            name = page.strip("/").replace("/", "-").replace("?", "-").replace("&", "-")
            self.keep_picture(pictures / f"{name}-{suffix}.png")
        return troubles

    def one(self, selector: str) -> WebElement:
        """The first such element, once it is there."""
        self.wait_for(lambda: bool(self.all(selector)), f"{selector} is on the page")
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def attribute(self, selector: str, name: str) -> str | None:
        return self.one(selector).get_attribute(name)

    def words(self, selector: str) -> str:
        """The text of an element, also while it is moving in."""
        return (self.one(selector).get_attribute("textContent") or "").strip()

    def run(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def wait_for(self, is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits a bounded time; says what it waited for."""
        end = time.monotonic() + seconds
        while not _holds(is_so):
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain until {what}; console: {self.console()}")
            time.sleep(0.03)

    def console(self) -> list[str]:
        """Errors and warnings that the console got since the last look, without those of the drawing software.

        It warns that a map drawn without a graphics card is slow to read back: true of the test machine, not the page.
        """
        lines = [e["message"] for e in self.browser.get_log("browser") if e["level"] in {"SEVERE", "WARNING"}]
        return [line for line in lines if "GL Driver Message (OpenGL, Performance" not in line]

    def outside_requests(self) -> list[str]:
        """Addresses asked for since the last look that are not the site's own."""
        own = urlsplit(self.site.address).netloc
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if urlsplit(url).scheme not in OWN_SCHEMES and urlsplit(url).netloc != own]

    def look_for_trouble(self, page: str) -> list[str]:
        """What is wrong with the page that is open, each thing in one line."""
        found = [f"{page}: console: {line}" for line in self.console()]
        found += [f"{page}: asked outside: {url}" for url in self.outside_requests()]
        found += [f"{page}: policy: {line}" for line in self.run("return window.__violations")]
        if (wide := self.run("return document.documentElement.scrollWidth")) > self.width:
            found.append(f"{page}: {wide} px wide in a window of {self.width}")
        for canvas in self.all(".chart__canvas canvas, .maplibregl-canvas"):
            if (colours := self.run(COUNT_COLOURS, canvas)) < 4:
                found.append(f"{page}: a drawing has only {colours} colours")
        return found

    def look_at_sizes(
        self, page: str, sizes: Iterable[tuple[int, int]], picture: Path, *, dark: bool = False
    ) -> list[str]:
        """What is wrong with the page that is open, at each size in turn; a picture at each."""
        found: list[str] = []
        for width, height in sizes:
            if width != self.width:
                self.see_at(width, height, dark=dark)
                self.run(NEXT_FRAME)
                self.wait_for(self.is_drawn, f"{page}: charts and maps are drawn at {width}")
            found += self.look_for_trouble(page)
            self.keep_picture(picture.with_name(f"{picture.name}-{width}.png"))
        return found

    def keep_picture(self, file: Path) -> None:
        """Saves the whole page as PNG, without its very long tail, where somebody wants to look at it."""
        if not flag("COCONTROL_PICTURES"):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        height = min(3000, self.run("return document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": self.width, "height": height, "scale": 1}
        shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
        file.write_bytes(base64.b64decode(shot["data"]))
