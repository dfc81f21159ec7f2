"""States of a job in the words of the API and the front end."""

from __future__ import annotations

from collections.abc import Mapping

from cocontrol_web.analysis.models import Job

JOB_STATES: Mapping[Job.State, str] = {
    Job.State.QUEUED: "queued",
    Job.State.RUNNING: "running",
    Job.State.DONE: "succeeded",
    Job.State.FAILED: "failed",
}
