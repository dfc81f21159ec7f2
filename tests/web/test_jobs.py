from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from cocontrol.core.errors import Fault, InvalidInput
from cocontrol.core.text import Text
from cocontrol.io.runs import Run, open_run
from cocontrol.io.workspace import load_workspace
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis import jobs
from cocontrol_web.analysis.models import Job, RunRecord
from cocontrol_web.analysis.store import index_runs
from cocontrol_web.demonstration import register_workspace
from cocontrol_web.registry.models import Workspace

from .conftest import World

Person = Callable[[str], User]


def test_a_second_start_finds_the_open_job(world: World, person: Person) -> None:
    first = jobs.queue_run(world.workspace, person("province"))
    assert jobs.queue_run(world.workspace, person("analyst")) == first


def test_a_job_is_claimed_once(world: World, person: Person) -> None:
    queued = jobs.queue_run(world.workspace, person("province"))
    assert jobs.claim_next() == queued
    assert jobs.claim_next() is None


def test_progress_is_written_while_the_job_runs_and_the_run_is_linked_at_the_end(world: World, person: Person) -> None:
    job = jobs.queue_run(world.workspace, person("analyst"))
    seen: list[tuple[str, int, int]] = []

    def runner(_workspace: Workspace, progress: jobs.Progress) -> Run:
        for done in range(3):
            progress("step", Text("第{n}步", "step {n}").format(n=done), done, 3)
            now = Job.objects.get(pk=job.pk)
            seen.append((now.step_en, now.done, now.total))
        return open_run(world.record.path)

    finished = jobs.work_on(job, runner)
    assert seen == [("step 0", 0, 3), ("step 1", 1, 3), ("step 2", 2, 3)]
    assert finished.state == Job.State.DONE
    assert finished.run == world.record
    assert RunRecord.objects.get(pk=world.record.pk).started_by == person("analyst")


def test_faults_of_the_input_end_the_job_and_are_kept_for_the_page(
    world: World, person: Person, client_of: Callable[[str], Client]
) -> None:
    job = jobs.queue_run(world.workspace, person("province"))

    def runner(_workspace: Workspace, _progress: jobs.Progress) -> Run:
        raise InvalidInput(Fault("a.rule", Text("缺少列", "a column is missing"), value="amount"))

    failed = jobs.work_on(job, runner)
    assert failed.state == Job.State.FAILED
    assert failed.faults[0]["rule"] == "a.rule"
    page = client_of("province").get(reverse("job", args=[job.job_id])).content.decode()
    assert "缺少列" in page
    assert "已有的运行不受影响" in page


def test_an_error_of_the_program_is_raised_and_the_job_says_that_it_failed(world: World, person: Person) -> None:
    job = jobs.queue_run(world.workspace, person("province"))

    def runner(_workspace: Workspace, _progress: jobs.Progress) -> Run:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        jobs.work_on(job, runner)
    job.refresh_from_db()
    assert (job.state, job.faults[0]["rule"]) == (Job.State.FAILED, "job.program_error")


def test_a_job_whose_worker_is_gone_is_closed(world: World, person: Person) -> None:
    job = jobs.queue_run(world.workspace, person("province"))
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, heartbeat_at=timezone.now() - 2 * jobs.STALE_AFTER)
    fresh = Job.objects.create(
        workspace=world.workspace, state=Job.State.RUNNING, heartbeat_at=timezone.now() - timedelta(seconds=5)
    )
    assert jobs.fail_stale() == 1
    job.refresh_from_db()
    fresh.refresh_from_db()
    assert (job.state, fresh.state) == (Job.State.FAILED, Job.State.RUNNING)


def test_the_api_tells_the_progress_in_the_words_of_the_front_end(
    world: World, person: Person, client_of: Callable[[str], Client]
) -> None:
    client = client_of("analyst")
    started = client.post(reverse("api:run-start"), {"workspace": "henan"}, content_type="application/json")
    assert started.status_code == 202
    url = reverse("api:job", args=[started.json()["job_id"]])
    assert client.get(url).json()["state"] == "queued"
    Job.objects.update(state=Job.State.RUNNING, done=2, total=8, step_zh="汇总", step_en="sums")
    running = client.get(url).json()
    assert (running["state"], running["fraction"], running["message"]) == ("running", 0.25, "汇总")
    Job.objects.update(state=Job.State.DONE, run=world.record)
    assert client.get(url).json()["url"] == reverse("run", args=[world.record.run_id])


def test_a_job_is_seen_only_by_those_who_may_start_runs_there(
    world: World, person: Person, client_of: Callable[[str], Client]
) -> None:
    job = jobs.queue_run(world.workspace, person("province"))
    url = reverse("api:job", args=[job.job_id])
    assert [client_of(name).get(url).status_code for name in ("province", "analyst", "city", "public")] == [
        200,
        200,
        404,
        403,
    ]


def test_a_run_that_breaks_conservation_cannot_be_published(world: World, client_of: Callable[[str], Client]) -> None:
    world.publish(published=False)
    RunRecord.objects.filter(pk=world.record.pk).update(conservation_ok=False)
    client = client_of("province")
    client.post(reverse("run-publish", args=[world.record.run_id]))
    assert not RunRecord.objects.get(pk=world.record.pk).is_published
    assert client.post(reverse("api:run-publish", args=[world.record.run_id])).status_code == 409


def test_a_run_can_be_published_and_withdrawn(world: World, client_of: Callable[[str], Client]) -> None:
    client, url = client_of("province"), reverse("run-publish", args=[world.record.run_id])
    client.post(url, {"withdraw": "1"})
    assert not RunRecord.objects.get(pk=world.record.pk).is_published
    client.post(url)
    record = RunRecord.objects.get(pk=world.record.pk)
    assert record.is_published
    assert record.published_by is not None


def test_a_workspace_that_moved_is_followed_and_a_run_that_is_gone_is_dropped(world: World, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(world.folder, moved)
    register_workspace(load_workspace(moved))
    workspace = Workspace.objects.get()
    assert index_runs(workspace) == []
    assert RunRecord.objects.get().folder.is_relative_to(moved)
    workspace.path = str(tmp_path)
    assert index_runs(workspace) == []
    assert not RunRecord.objects.exists()


def test_set_up_can_be_repeated_and_changes_nothing_the_second_time(db: None, example: Path, tmp_path: Path) -> None:
    with override_settings(VAR=tmp_path, LOCALE_PATHS=[tmp_path / "locale"]):
        outputs = []
        for _ in range(2):
            stream = StringIO()
            call_command("setup_demo", workspace=str(example), stdout=stream)
            outputs.append(stream.getvalue())
    assert outputs[0] == outputs[1]
    assert "published" in outputs[0]
    assert User.objects.count() == 5
    assert RunRecord.objects.count() == 1


def test_set_up_makes_passwords_that_work(db: None, example: Path, tmp_path: Path, client: Client) -> None:
    import json

    with override_settings(VAR=tmp_path, LOCALE_PATHS=[tmp_path / "locale"]):
        call_command("setup_demo", workspace=str(example), stdout=StringIO())
    accounts: list[dict[str, Any]] = json.loads((tmp_path / "demo_accounts.json").read_text())
    assert {a["username"] for a in accounts} == {"province", "city", "analyst", "public", "administrator"}
    assert all(client.login(request=None, username=a["username"], password=a["password"]) for a in accounts)
