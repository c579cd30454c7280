"""Whatever people do to themes: it can be undone exactly, and it survives every run."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.errors import Conflict
from synth.store.tables.segments import chunks
from synth.store.tables.themes import theme_members
from synth.themes import actions, repo, stage
from synth.themes.types import Level
from tests.integration.passages import plant
from tests.integration.test_themes import CORPUS

EXAMPLES = settings(max_examples=12, deadline=None)


class World:
    """A workspace with built themes, and a person who edits them."""

    def __init__(self, services):
        self.services = services
        started = start_workspace(services, f"Edits {uuid.uuid4()}")
        self.actor = authenticate(services, started.keys[MemberRole.RESEARCHER])
        plant(services, self.actor, CORPUS)
        self.runs = 0
        self.build()

    def build(self):
        self.runs += 1
        stage.build_themes(
            self.services,
            self.actor.workspace_id,
            run_id=f"run-{self.runs}",
            seed=7,
            created_by=self.actor.member.id,
        )

    def read(self, function):
        with self.services.reading(self.actor.workspace_id) as uow:
            return function(uow)

    def themes(self):
        return self.read(lambda uow: repo.list_themes(uow, hidden=True))

    def shown(self):
        """Return everything a person sees: each theme, and where each passage is."""
        members = self.read(repo.load_members)
        return self.themes(), sorted((one.chunk_id, one.shown, one.placed_by) for one in members)

    def decided(self):
        """Return what people decide about: not the words a machine calls a theme by."""
        themes, places = self.shown()
        flags = {
            theme.id: (theme.title if theme.titled_by else None, theme.is_hidden, theme.is_pinned)
            for theme in themes
            if theme.mentions or theme.is_pinned
        }
        return flags, [(chunk, place.theme_id, by) for chunk, place, by in places]

    def edit(self, draw):
        """Do something at random; return whether anything was done."""
        themes = [theme for theme in self.themes() if theme.mentions]
        passages = [one.chunk_id for one in self.read(repo.load_members)]
        theme, other = draw(st.sampled_from(themes)), draw(st.sampled_from(themes))
        some = draw(st.lists(st.sampled_from(passages), min_size=1, max_size=6, unique=True))
        own = [one.chunk_id for one in self.read(repo.load_members)
               if one.shown.theme_id == theme.id]  # fmt: skip
        services, actor = self.services, self.actor
        ways = {
            "rename": lambda: actions.rename(services, actor, theme.id, f"Title {uuid.uuid4()}"),
            "hide": lambda: actions.hide(services, actor, theme.id, hidden=not theme.is_hidden),
            "pin": lambda: actions.pin(services, actor, theme.id, pinned=not theme.is_pinned),
            "merge": lambda: actions.merge(services, actor, theme.id, into=other.id),
            "split": lambda: actions.split(
                services, actor, theme.id, chunk_ids=own[: 1 + len(some)]
            ),
            "move": lambda: actions.move(services, actor, some, to=theme.id),
            "out": lambda: actions.move(services, actor, some, to=None),
        }
        try:
            ways[draw(st.sampled_from(sorted(ways)))]()
        except Conflict:
            return False
        return True


@given(data=st.data())
@EXAMPLES
def test_undo_restores_exactly_what_was_there(shared_services, data):
    world = World(shared_services)
    story = [world.shown()]
    for _ in range(data.draw(st.integers(1, 4))):
        if world.edit(data.draw):
            story.append(world.shown())
    while len(story) > 1:
        story.pop()
        actions.undo(world.services, world.actor)
        assert world.shown() == story[-1]
    with pytest.raises(Conflict, match="nothing to undo"):
        actions.undo(world.services, world.actor)


@given(data=st.data())
@EXAMPLES
def test_any_edits_survive_a_run_and_can_be_undone_after_it(shared_services, data):
    world = World(shared_services)
    untouched = world.decided()
    done = sum(world.edit(data.draw) for _ in range(data.draw(st.integers(1, 5))))
    before = world.decided()
    world.build()
    assert world.decided() == before
    for _ in range(done):
        actions.undo(world.services, world.actor)
    assert world.decided() == untouched


@given(data=st.data())
@EXAMPLES
def test_every_passage_is_somewhere_once_and_counts_are_those_of_the_rows(shared_services, data):
    world = World(shared_services)
    for _ in range(data.draw(st.integers(0, 4))):
        world.edit(data.draw)
    if data.draw(st.booleans()):
        world.build()
    run = world.read(repo.current_run)
    rows = world.read(lambda uow: raw_members(uow, run.id))
    assert len(rows) == len({row["chunk_id"] for row in rows}) == run.chunks == len(CORPUS)
    assert sum(row["theme_id"] is None for row in rows) == run.unthemed
    assert all((row["theme_id"] is None) == bool(row["unthemed_reason"]) for row in rows)
    themes = {theme.id: theme for theme in world.themes()}
    mentions = Counter(row["theme_id"] for row in rows if row["theme_id"])
    assert mentions.keys() <= themes.keys()
    for theme in themes.values():
        people = {row["participant_id"] for row in rows if row["theme_id"] == theme.id}
        assert (theme.mentions, theme.people) == (mentions[theme.id], len(people - {None}))
    for level in Level:
        listed = world.read(
            lambda uow, level=level: repo.list_themes(uow, hidden=True, level=level)
        )
        # What people moved into a theme with sub-themes is in none of them.
        parted = {theme.parent_id for theme in listed} if level is Level.SUB else set()
        placed = [
            row for row in rows if row["theme_id"] not in parted or row["sub_theme_id"] is not None
        ]
        assert sum(theme.mentions for theme in listed) == sum(
            row["theme_id"] is not None for row in placed
        )


def raw_members(uow, run_id):
    return uow.rows(
        select(theme_members, chunks.c.participant_id)
        .join(
            chunks,
            (chunks.c.workspace_id == theme_members.c.workspace_id)
            & (chunks.c.id == theme_members.c.chunk_id),
        )
        .where(theme_members.c.workspace_id == uow.workspace_id, theme_members.c.run_id == run_id)
    )
