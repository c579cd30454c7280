"""A run is saved bit by bit beside the one shown, and seen by nobody before it is complete."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.themes import actions, repo, saving
from synth.themes.edits import unedited
from synth.themes.planning import Plan
from synth.themes.stage import read_previous
from synth.themes.types import Level
from tests.integration.passages import plant
from tests.integration.test_theme_edits import run_problems
from tests.integration.test_themes import CORPUS, build

TABLES = (theme_members, theme_runs, themes)


@pytest.fixture
def built(both_services):
    start = start_workspace(both_services, "Saving")
    actor = authenticate(both_services, start.keys[MemberRole.RESEARCHER])
    plant(both_services, actor, CORPUS)
    return both_services, actor, build(both_services, actor)


def seen(services, actor):
    """Return what anybody sees of themes."""
    with services.reading(actor.workspace_id) as uow:
        lists = [repo.list_themes(uow, hidden=True, level=level) for level in Level]
        run = repo.current_run(uow)
        passages = [[e.chunk_id for e in repo.evidence(uow, one.id)] for one in lists[1]]
        return run, lists, passages, repo.unthemed(uow, limit=99)


def stored(services, actor):
    with services.reading(actor.workspace_id) as uow:
        counts = [
            uow.scalar(select(func.count()).where(one.c.workspace_id == uow.workspace_id))
            for one in TABLES
        ]
        return counts, repo.unfinished_runs(uow)


def next_run(services, actor, run, run_id="run-2"):
    """Return a run with one theme of its own, all passages in it, and what it starts from."""
    with services.reading(actor.workspace_id) as uow:
        previous = read_previous(uow)
    first = previous.themes[0]
    before = replace(first.before, id=f"theme-of-{run_id}", title=f"Of {run_id}")
    found = replace(first, before=before, after=unedited(before))
    members = []
    for member in previous.members:
        place = replace(member.found, theme_id=before.id, sub_theme_id=None, reason=None)
        members.append(replace(member, found=place, shown=place, kept_theme_id=None))
    plan = Plan(themes=[found], members=members, steps=[])
    again = replace(run, id=run_id, previous_id=run.id, chunks=len(members), unthemed=0)
    return again, plan, previous


def save(services, actor, made, **options):
    run, plan, previous = made
    return saving.save(
        services, actor.workspace_id, run, plan, previous, created_by=actor.member.id, **options
    )


def begin(services, actor, made, passages):
    """Store the beginning of a run, as one that was killed then leaves it."""
    run, plan, _ = made
    with services.writing(actor.workspace_id) as uow:
        repo.begin_run(uow, run, created_by=actor.member.id, found=plan.themes)
        return repo.add_members(uow, run.id, plan.members[:passages])


def test_what_is_saved_of_a_run_is_unseen_until_it_is_published(built):
    services, actor, run = built
    before, rows = seen(services, actor), stored(services, actor)
    made = next_run(services, actor, run)
    assert begin(services, actor, made, passages=20)
    assert seen(services, actor) == before
    assert stored(services, actor)[1] == ["run-2"]
    assert run_problems(services) == []
    with services.writing(actor.workspace_id) as uow:
        assert not repo.publish_run(uow, made[0], made[1].themes)  # some passages are missing
    assert seen(services, actor) == before
    assert save(services, actor, made, at_once=7)
    run_now, lists, passages, loose = seen(services, actor)
    assert (run_now.id, [one.title for one in lists[1]], loose) == ("run-2", ["Of run-2"], [])
    assert len(passages[0]) == len(CORPUS) == lists[1][0].mentions
    assert run_problems(services) == []
    (members, runs, _), unfinished = stored(services, actor)
    assert (members, runs, unfinished) == (2 * rows[0][0], rows[0][1] + 1, [])


def test_what_a_killed_run_left_is_removed_by_the_next_one_and_nothing_else(built):
    services, actor, run = built
    rows = stored(services, actor)
    killed = next_run(services, actor, run, "killed")
    begin(services, actor, killed, passages=9)
    saving.discard_unfinished(services, actor.workspace_id)
    assert stored(services, actor) == rows
    begin(services, actor, killed, passages=9)
    build(services, actor, run_id="run-3")
    (members, runs, _), unfinished = stored(services, actor)
    assert (members, runs, unfinished) == (2 * rows[0][0], rows[0][1] + 1, [])
    saving.discard(services, actor.workspace_id, "run-3")  # a complete one stays
    assert stored(services, actor)[0][:2] == [members, runs]


def test_an_edit_or_another_run_meanwhile_is_not_overwritten(built):
    services, actor, run = built
    late = next_run(services, actor, run, "late")
    with services.reading(actor.workspace_id) as uow:
        theme = repo.list_themes(uow)[0]
    actions.rename(services, actor, theme.id, "By a person")
    after_edit = seen(services, actor)
    assert not save(services, actor, late)
    assert seen(services, actor) == after_edit
    slow, fast = (next_run(services, actor, run, name) for name in ("slow", "fast"))
    begin(services, actor, slow, passages=9)
    assert save(services, actor, fast)
    with services.writing(actor.workspace_id) as uow:
        assert not repo.add_members(uow, "slow", slow[1].members[9:])  # planned on an older run
    assert not save(services, actor, slow)
    assert seen(services, actor)[0].id == "fast"
    saving.discard_unfinished(services, actor.workspace_id)
    assert stored(services, actor)[1] == []
