from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from cocontrol_web.configuration import secret_key, write_secret_key

from .conftest import World

PAGES = ["overview", "inventory", "energy", "map", "targets", "tables", "checks", "runs", "about", "api-docs"]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_inline_code_inline_style_or_an_address_elsewhere(
    world: World, client_of: Callable[[str], Client], name: str
) -> None:
    page = client_of("province").get(reverse(name)).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    for script in re.findall(r"<script([^>]*)>", page):
        assert "src=" in script or 'type="application/json"' in script
    without_data = re.sub(r"<script type=\"application/json\">.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href|action|poster|data-src)="(?:https?:)?//[^"]*"', without_data) == []


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline(client: Client, db: None) -> None:
    policy = client.get(reverse("login")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert word not in policy


def test_headers_keep_the_page_out_of_frames_and_caches(client: Client, db: None) -> None:
    headers = client.get(reverse("login")).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_five_wrong_passwords_pause_the_log_in(client: Client, person: Callable[[str], object]) -> None:
    person("province")
    with override_settings(AXES_ENABLED=True):
        statuses = [
            client.post(reverse("login"), {"username": "province", "password": "wrong"}).status_code for _ in range(6)
        ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_a_link_after_log_in_never_leaves_the_site(world: World, person: Callable[[str], object]) -> None:
    user = person("province")
    user.set_password("a long enough pass")  # type: ignore[attr-defined]
    user.save()  # type: ignore[attr-defined]
    response = Client().post(
        reverse("login"),
        {"username": "province", "password": "a long enough pass", "next": "https://elsewhere.example/"},
    )
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("overview")


def test_the_signing_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    assert write_secret_key(tmp_path)
    assert not write_secret_key(tmp_path)
    key = secret_key(tmp_path)
    assert len(key) >= 50
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "signing_key").stat().st_mode) == 0o600


def test_demo_passwords_are_shown_in_demo_mode_only(client: Client, db: None, tmp_path: Path) -> None:
    (tmp_path / "demo_accounts.json").write_text(
        '[{"username": "province", "password": "shown-only-in-demo", "role": "bureau", "region": "410000"}]'
    )
    with override_settings(VAR=tmp_path, DEMO=False):
        assert "shown-only-in-demo" not in client.get(reverse("login")).content.decode()
    with override_settings(VAR=tmp_path, DEMO=True):
        assert "shown-only-in-demo" in client.get(reverse("login")).content.decode()
