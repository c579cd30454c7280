"""Saves a run in short transactions beside the one shown, and publishes it by a small one."""

from __future__ import annotations

from synth.indexing.batching import batches
from synth.jobs.faults import fault_point
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.planning import Plan, Previous
from synth.themes.types import ThemeRun

#: Passages written by one transaction: others wait for a fraction of a second at most.
PASSAGES = 5_000


def save(
    services: Services,
    workspace_id: str,
    run: ThemeRun,
    plan: Plan,
    previous: Previous,
    *,
    created_by: str,
    at_once: int = PASSAGES,
) -> bool:
    """Store a run and show it in place of the one before; what an earlier try left is replaced.

    Returns False, and shows nothing new, where somebody edited a theme or another run came since
    `previous` was read. Of a process killed meanwhile the next run removes what is left.
    """
    discard(services, workspace_id, run.id, at_once=at_once)
    with services.writing(workspace_id) as uow:
        repo.begin_run(uow, run, created_by=created_by, found=plan.themes)
    fault_point(services.settings, "themes.build.begun")
    for batch in batches(plan.members, at_once):
        with services.writing(workspace_id) as uow:
            if not repo.add_members(uow, run.id, batch):
                return False
        fault_point(services.settings, "themes.build.adding")
    with services.writing(workspace_id) as uow:
        if not _publish(uow, run, plan, previous):
            return False
        fault_point(services.settings, "themes.build.saving")
    discard_unfinished(services, workspace_id)
    return True


def discard_unfinished(services: Services, workspace_id: str) -> None:
    """Remove what killed runs left, and runs still being saved: those are planned anew."""
    with services.reading(workspace_id) as uow:
        left = repo.unfinished_runs(uow)
    for run_id in left:
        discard(services, workspace_id, run_id)


def discard(services: Services, workspace_id: str, run_id: str, *, at_once: int = PASSAGES) -> None:
    """Remove an unfinished run in short transactions; a complete one stays."""
    dropped = at_once
    while dropped:
        with services.writing(workspace_id) as uow:
            dropped = repo.drop_members(uow, run_id, most=at_once)
    with services.writing(workspace_id) as uow:
        repo.drop_run(uow, run_id)


def _publish(uow: UnitOfWork, run: ThemeRun, plan: Plan, previous: Previous) -> bool:
    repo.lock_themes(uow)
    if not _is_newest(uow, previous) or not repo.publish_run(uow, run, plan.themes):
        return False
    titles = {theme.before.id: theme.after.title for theme in (*previous.themes, *plan.themes)}
    repo.save_steps(uow, run.id, plan.steps, titles)
    return True


def _is_newest(uow: UnitOfWork, previous: Previous) -> bool:
    """Return whether nobody edited a theme, and no other run came, since `previous` was read."""
    run = repo.current_run(uow)
    newest = max((edit.seq for edit in previous.edits), default=0)
    return (run.id if run else None) == previous.run_id and repo.last_seq(uow) == newest
