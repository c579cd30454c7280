"""Power cuts while somebody's words are erased: the job goes on, and nothing of them is left."""

import signal
from pathlib import Path

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.doctor.checks import examine
from synth.jobs.repo import list_jobs
from synth.jobs.types import JobState
from synth.pipeline import PIPELINES
from synth.privacy.actions import withdraw
from synth.segments.repo import eligible_chunks
from tests.faults.test_kill_matrix import send

#: Before anything was done, and after each step, before it is recorded.
POINTS = ["erasure.forget.before"]
POINTS += [f"erasure.{step.name}.after" for step in PIPELINES["erasure"]]
WORDS = "waited for the table to load"


def holding(services, number):
    """Return the files that hold what somebody said; those of Postgres are not looked at."""
    words = f"I opened the import page for case {number} and {WORDS}".encode()
    files = (path for path in Path(services.settings.data_dir).rglob("*") if path.is_file())
    return [path.name for path in files if words in path.read_bytes()]


@pytest.mark.timeout(600)
def test_a_kill_at_any_step_of_an_erasure_leaves_nothing_in_the_end(both_services, run_worker):
    services = both_services
    started = start_workspace(services, "Kill")
    researcher = authenticate(services, started.keys[MemberRole.RESEARCHER])
    for number in range(len(POINTS) + 1):
        send(services, researcher, number)
    assert run_worker() == 0
    with services.reading(researcher.workspace_id) as uow:
        speakers = {one.text: one.participant_id for one in eligible_chunks(uow)}
    said = {
        number: next(who for text, who in speakers.items() if f"case {number} and" in text)
        for number in range(len(POINTS) + 1)
    }
    for number, point in enumerate(POINTS):
        assert holding(services, number), point
        withdraw(services, researcher, said[number])
        assert run_worker(point) == -signal.SIGKILL, point
        assert run_worker() == 0, point
        assert holding(services, number) == [], point
    assert holding(services, len(POINTS))
    with services.reading(researcher.workspace_id) as uow:
        jobs = [job.state for job in list_jobs(uow, limit=1000) if job.kind == "erasure"]
    assert jobs == [JobState.DONE] * len(POINTS)
    assert [finding.line for finding in examine(services) if finding.problems] == []
