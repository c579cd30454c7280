"""Power cuts around recurring work: nothing due is lost, and nothing is done twice."""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.doctor.checks import examine
from synth.investigations.actions import open_investigation
from synth.jobs.repo import list_jobs
from synth.jobs.types import JobState
from tests.factories import add_actor, add_anomaly, add_participant

#: The others of a job's steps are in the kill matrix.
POINTS = ["deadlines.due", "check_ins.due", "deadlines.escalate.after"]


def late_workspace(services):
    """Add a workspace of some weeks ago with one decision that is late."""
    then = datetime.now(UTC) - timedelta(days=20)
    past = replace(services, clock=lambda: then)
    workspace = start_workspace(past, "Late").workspace_id
    pm = add_actor(past, workspace, MemberRole.PM)
    with past.writing(workspace) as uow:
        anomaly = add_anomaly(uow, affected=[add_participant(uow)])
    open_investigation(past, pm, anomaly)
    return workspace


@pytest.mark.timeout(300)
def test_a_kill_at_any_point_starts_each_due_moment_once_and_writes_each_delay_once(
    both_services, run_worker
):
    services, workspaces = both_services, []
    for point in POINTS:
        workspaces.append(late_workspace(services))
        assert run_worker(point, schedules=True) == -signal.SIGKILL, point
        assert run_worker(schedules=True) == 0, point
    for workspace in workspaces:
        with services.reading(workspace) as uow:
            jobs, events = list_jobs(uow, limit=1000), audit.events(uow)
        moments = Counter((job.kind, job.arguments["due_at"]) for job in jobs)
        assert {kind for kind, _ in moments} == {"deadlines", "check_ins"}
        assert set(moments.values()) == {1}
        assert {job.state for job in jobs} == {JobState.DONE}
        assert [one.action for one in events].count("investigation.overdue") == 1
    assert [finding.line for finding in examine(services) if finding.problems] == []
