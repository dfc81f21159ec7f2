"""Jobs: put in the queue by a page, taken by a worker, watched while they run, found again afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from cocontrol.core.errors import CocontrolError, Fault, Location
from cocontrol.core.text import Text
from cocontrol.io.pipeline import run as run_workspace
from cocontrol.io.runs import Run
from cocontrol.io.workspace import load_workspace
from cocontrol_web.accounts.models import User
from cocontrol_web.analysis.models import RUN, Job, RunRecord
from cocontrol_web.analysis.store import index_runs
from cocontrol_web.registry.models import Workspace

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=10)
"""A running job that has said nothing for so long belongs to a worker that is gone."""

Progress = Callable[[str, Text, int, int], None]
Runner = Callable[[Workspace, Progress], Run]
Work = Callable[[Job, Progress], None]

_WORKS: dict[str, Work] = {}
_PAGES: dict[str, str] = {}


def register_work(kind: str, work: Work, page: str) -> None:
    """Tell the queue how jobs of a kind are done, and the name of the page (of the subject) that shows the result."""
    _WORKS[kind], _PAGES[kind] = work, page


def result_page(job: Job) -> str | None:
    """The address of the page that shows what a job of a registered kind made; None for a run."""
    return reverse(_PAGES[job.kind], args=[job.subject]) if job.kind in _PAGES else None


def queue_run(workspace: Workspace, started_by: User) -> Job:
    """A new job for the workspace, or the one that is still open: two equal runs at once help nobody."""
    with transaction.atomic():
        waiting = Job.objects.filter(workspace=workspace, kind=RUN, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        return waiting.first() or Job.objects.create(workspace=workspace, started_by=started_by)


def queue_work(workspace: Workspace, started_by: User, kind: str, subject: str) -> Job:
    """A new job of a registered kind for the object `subject`."""
    if kind not in _WORKS:
        raise KeyError(kind)
    return Job.objects.create(workspace=workspace, started_by=started_by, kind=kind, subject=subject)


def claim_next() -> Job | None:
    """Take the oldest queued job, so that no other worker takes it too."""
    with transaction.atomic():
        job = Job.objects.filter(state=Job.State.QUEUED).order_by("created_at").first()
        if job is None:
            return None
        now = timezone.now()
        taken = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, started_at=now, heartbeat_at=now
        )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def fail_stale() -> int:
    """Close running jobs whose worker is gone; how many there were."""
    fault = Fault(
        "job.worker_gone",
        Text("执行任务的进程已停止", "the worker that ran this job has stopped"),
        remedy=Text("重新启动该运行；已有运行不受影响", "start the run again; earlier runs are untouched"),
    )
    stale = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=timezone.now() - STALE_AFTER)
    return stale.update(state=Job.State.FAILED, finished_at=timezone.now(), faults=[fault.as_dict()])


def run_pipeline(workspace: Workspace, progress: Progress) -> Run:
    """Run the workspace with the library's pipeline."""
    return run_workspace(load_workspace(workspace.folder), progress=progress)


def work_on(job: Job, runner: Runner = run_pipeline) -> Job:
    """Do the job and write down how it ended.

    Faults in the input end the job as failed, each fault kept for the page. An error of the program
    itself is logged with its traceback, ends the job as failed, and is raised.
    """

    def progress(_step_id: str, label: Text, done: int, total: int) -> None:
        Job.objects.filter(pk=job.pk).update(
            step_zh=label.zh, step_en=label.en, done=done, total=total, heartbeat_at=timezone.now()
        )

    finished = False
    try:
        if job.kind == RUN:
            _close(job, Job.State.DONE, run=_made_run(job, runner, progress))
        else:
            _WORKS[job.kind](job, progress)
            _close(job, Job.State.DONE)
        finished = True
    except CocontrolError as error:
        _close(job, Job.State.FAILED, faults=list(error.faults))
        finished = True
    finally:
        if not finished:
            _close(job, Job.State.FAILED, faults=[_program_fault()])
    job.refresh_from_db()
    return job


def _made_run(job: Job, runner: Runner, progress: Progress) -> RunRecord:
    run = runner(job.workspace, progress)
    index_runs(job.workspace)
    record = RunRecord.objects.get(run_id=run.run_id)
    RunRecord.objects.filter(pk=record.pk, started_by=None).update(started_by=job.started_by)
    return record


def _close(job: Job, state: str, *, run: RunRecord | None = None, faults: list[Fault] | None = None) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, run=run, faults=[fault.as_dict() for fault in faults or []], finished_at=timezone.now()
    )


def _program_fault() -> Fault:
    return Fault(
        "job.program_error",
        Text("程序出错，没有结果", "an error of the program; there is no result"),
        Location(),
        remedy=Text("请把服务器日志交给管理员", "give the server's log to the administrator"),
    )


@dataclass
class Worker:
    """A thread that works off the queue until it is told to stop."""

    idle_seconds: float = 1.0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="cocontrol-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand and end."""
        self._stop.set()
        self._thread.join()

    def _loop(self) -> None:
        fail_stale()
        while not self._stop.is_set():
            if not work_once():
                connection.close()
                self._stop.wait(self.idle_seconds)


def work_once() -> bool:
    """Take one job and do it in a thread of its own; whether there was one.

    An error of the program ends that thread with its traceback in the log; the queue goes on.
    """
    job = claim_next()
    if job is None:
        return False
    log.info("job %s: %s of %s", job.job_id, job.kind, job.workspace.name)
    thread = threading.Thread(target=_work_and_disconnect, args=(job,), name=f"job-{job.job_id}", daemon=True)
    thread.start()
    thread.join()
    return True


def _work_and_disconnect(job: Job) -> None:
    try:
        work_on(job)
    finally:
        connection.close()
