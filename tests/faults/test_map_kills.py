"""Power cuts after the themes are found: they are served, and the map comes when it is drawn."""

from __future__ import annotations

import signal

from synth.jobs.queue import submit
from synth.jobs.repo import list_jobs
from synth.jobs.types import JobState
from synth.themes import repo
from synth.themes.repo import places
from tests.faults.test_kill_matrix import researcher, send

__all__ = ["researcher"]


def test_a_kill_at_the_map_leaves_the_themes_and_draws_it_later(
    both_services, researcher, run_worker
):
    services, workspace = both_services, researcher.workspace_id
    for number in range(1, 6):
        send(services, researcher, number)
    assert run_worker() == 0
    with services.writing(workspace) as uow:
        arguments = {"run_id": "only", "seed": 7}
        by = researcher.member.id
        submit(services, uow, kind="themes", arguments=arguments, created_by=by)
    assert run_worker("themes.map.before") == -signal.SIGKILL
    with services.reading(workspace) as uow:
        themes = repo.list_themes(uow)
        assert themes
        assert places.dots(uow) == []
    assert run_worker("themes.map.after") == -signal.SIGKILL
    assert run_worker() == 0
    with services.reading(workspace) as uow:
        assert repo.list_themes(uow) == themes
        drawn = places.dots(uow)
        jobs = list_jobs(uow, limit=100)
    assert len({dot.chunk_id for dot in drawn}) == len(drawn) > 0
    assert {job.state for job in jobs} == {JobState.DONE}
