"""Several workspaces on one site: the switch in the bar, what it remembers, and who sees which."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cocontrol_web.registry.models import Workspace
from cocontrol_web.scene import Scene

from .conftest import World

ClientOf = Callable[[str], Client]


@pytest.fixture
def second(world: World, tmp_path: Path) -> Workspace:
    """Another workspace of the same province, with no run yet."""
    folder = shutil.copytree(world.folder, tmp_path / "second", ignore=shutil.ignore_patterns("runs"))
    return Workspace.objects.create(
        name="second", title_zh="第二个工作区", title_en="Second", region="410000", path=str(folder)
    )


def scene(client: Client, query: str = "") -> Scene:
    made = client.get(reverse("runs") + query).context["scene"]
    assert isinstance(made.gwp_set, str)
    return made


def test_with_one_workspace_there_is_no_switch(world: World, client_of: ClientOf) -> None:
    assert 'class="workspace-switch"' not in client_of("province").get(reverse("overview")).content.decode()


def test_the_switch_offers_every_workspace_that_the_person_sees(
    world: World, second: Workspace, client_of: ClientOf
) -> None:
    page = client_of("province").get(reverse("overview")).content.decode()
    assert f'<form class="workspace-switch" method="get" action="{reverse("overview")}"' in page
    assert '<option value="henan" selected>' in page
    assert '<option value="second">第二个工作区</option>' in page
    assert 'class="workspace-switch"' not in client_of("public").get(reverse("overview")).content.decode()


def test_a_chosen_workspace_stays_and_shows_its_own_run_or_how_to_get_one(
    world: World, second: Workspace, client_of: ClientOf
) -> None:
    client = client_of("province")
    assert scene(client).record == world.record
    assert scene(client, "?workspace=second").record is None
    assert scene(client).workspace == second
    assert client.get(reverse("overview")).status_code == 200
    assert scene(client, "?workspace=henan").record == world.record


def test_naming_a_run_chooses_its_workspace(world: World, second: Workspace, client_of: ClientOf) -> None:
    client = client_of("province")
    scene(client, "?workspace=second")
    assert scene(client, f"?run={world.record.run_id}").workspace == world.workspace
    assert scene(client).workspace == world.workspace


def test_a_workspace_that_one_may_not_see_is_not_found(world: World, second: Workspace, client_of: ClientOf) -> None:
    assert client_of("public").get(reverse("runs") + "?workspace=second").status_code == 404
    assert client_of("province").get(reverse("runs") + "?workspace=nowhere").status_code == 404
