"""Broad themes and sub-themes: counted in people at their own level, split off and put back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth.errors import Conflict
from synth.segments.repo import eligible_chunks
from synth.themes import actions, repo, stage
from synth.themes.assigning import assign_new
from synth.themes.cluster import Labels
from synth.themes.planning import finish, list_before, name_themes, place_passages
from synth.themes.types import Level, Origin, ThemeRun, UnthemedReason
from synth.themes.writing import write_labels
from tests.integration.passages import START, Said, plant
from tests.integration.test_theme_edits import history, passages_of, planted
from tests.integration.test_themes import CORPUS

__all__ = ["planted"]


def test_sub_themes_and_broad_themes_count_people_and_can_be_split_off(planted):
    services, actor, _ = planted
    run = store_levels(services, actor)
    by_level = {}
    with services.reading(actor.workspace_id) as uow:
        for level in Level:
            by_level[level] = repo.list_themes(uow, level=level)
    # Six people speak about both dashboards and roles: in the broad theme they count once.
    # A theme alone is no broad one: it stands for itself, under its own name.
    assert [(t.level, t.people, t.mentions) for t in by_level[Level.BROAD]] == [
        (Level.BROAD, 15, 21),
        (Level.THEME, 7, 7),
    ]
    assert [(t.level, t.mentions) for t in by_level[Level.SUB]] == [
        (Level.THEME, 9),
        (Level.SUB, 8),
        (Level.THEME, 7),
        (Level.SUB, 4),
    ]
    titles = [one.title for level, each in by_level.items() for one in each if one.level is level]
    assert len({title.casefold() for title in titles}) == len(titles) == 6
    sub = next(theme for theme in by_level[Level.SUB] if theme.mentions == 4)
    assert len(passages_of(services, actor, sub.id)) == 4
    assert len(passages_of(services, actor, by_level[Level.BROAD][0].id)) == 21
    with pytest.raises(Conflict, match="sub-theme"):
        actions.merge(services, actor, sub.id, into=by_level[Level.THEME][0].id)
    made = actions.split(services, actor, sub.parent_id, sub_theme_ids=[sub.id])
    assert (made.title, made.mentions, made.parent_id) == (
        sub.title,
        4,
        by_level[Level.BROAD][0].id,
    )
    with services.reading(actor.workspace_id) as uow:
        assert repo.list_themes(uow, level=Level.BROAD)[0].mentions == 21
        assert repo.current_run(uow).id == run.id
    actions.undo(services, actor)
    with services.reading(actor.workspace_id) as uow:
        assert {level: repo.list_themes(uow, level=level) for level in Level} == by_level


def test_a_theme_is_split_by_all_its_sub_themes_at_once_and_put_back(planted):
    services, actor, _ = planted
    store_levels(services, actor)
    with services.reading(actor.workspace_id) as uow:
        before = {level: repo.list_themes(uow, level=level) for level in Level}
    subs = {one.mentions: one for one in before[Level.SUB] if one.level is Level.SUB}
    whole = before[Level.THEME][0]
    with pytest.raises(Conflict, match="no two sub-themes"):
        actions.split_by_sub_themes(services, actor, before[Level.THEME][1].id)
    [made] = actions.split_by_sub_themes(services, actor, whole.id)
    assert (made.title, made.mentions, made.origin) == (subs[4].title, 4, Origin.SPLIT)
    with services.reading(actor.workspace_id) as uow:
        left = repo.load_theme(uow, whole.id)
        assert (left.title, left.mentions) == (whole.title, 8)
        assert set(passages_of(services, actor, left.id)) == set(
            passages_of(services, actor, subs[8].id)
        )
    actions.hide(services, actor, made.id)
    hidden, parted, *_ = history(services, actor)
    assert (bool(hidden.act), bool(parted.act)) == (False, True)
    actions.undo(services, actor)
    actions.undo(services, actor)
    with services.reading(actor.workspace_id) as uow:
        assert {level: repo.list_themes(uow, level=level) for level in Level} == before


def test_new_passages_join_a_sub_theme_too(planted):
    services, actor, _ = planted
    store_levels(services, actor)
    new = [
        Said(text=CORPUS[9].text, who="u90", external_id="equal"),
        Said(text=f"{CORPUS[3].text} again", who="u91", external_id="near"),
        Said(text=CORPUS[13].text, who="u92", external_id="in a theme without sub-themes"),
    ]
    plant(services, actor, new)
    assert assign_new(services, actor.workspace_id) == {"assigned": 3, "left": 0}
    with services.reading(actor.workspace_id) as uow:
        found = {one.chunk_id: one.found for one in repo.load_members(uow)}
    equal, near, whole = (found[one.chunk_id] for one in new)
    assert equal == replace(found[CORPUS[9].chunk_id], exemplar_rank=None)
    assert near.theme_id == equal.theme_id
    assert near.sub_theme_id in {found[CORPUS[3].chunk_id].sub_theme_id, equal.sub_theme_id}
    assert (whole.theme_id, whole.sub_theme_id) == (found[CORPUS[13].chunk_id].theme_id, None)


def store_levels(services, actor):
    """Store a run whose first theme has two sub-themes, and whose first two have a broad one."""
    keys = [item.chunk_id for item in CORPUS[:28]]
    labels = Labels(
        labels=np.repeat([0, 1, 2], [12, 9, 7]),
        strengths=np.ones(28),
        method="small",
        fine=np.repeat([0, 1, -1], [8, 4, 16]),
        broad=np.asarray([0, 0, 1]),
    )
    with services.reading(actor.workspace_id) as uow:
        previous, backgrounds = stage.read_previous(uow), repo.backgrounds(uow)
        chunks = eligible_chunks(uow)
    named = name_themes(previous, keys, labels)
    reasons = {item.chunk_id: UnthemedReason.NO_NEIGHBOURS for item in CORPUS}
    members = place_passages(named, {}, reasons)
    before = list_before(named, [])
    written = write_labels(before, members, chunks, backgrounds, [])
    plan = finish(previous, before, members, written=written, staying=[])
    run = ThemeRun(
        id="levels", seed=7, method="small", manifest={}, chunks=len(CORPUS), unthemed=2,
        created_at=START,
    )  # fmt: skip
    with services.writing(actor.workspace_id) as uow:
        repo.save_run(uow, run, created_by=actor.member.id, found=plan.themes, members=plan.members)
    return run
