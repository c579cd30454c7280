"""Sides, weeks, segments and the map as stored and counted, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.people import repo as people
from synth.people.types import Consent
from synth.store.tables import sources, themes
from synth.themes import map_stage, repo
from synth.themes.repo import places, voices
from synth.themes.stance import Stance
from synth.themes.trend import monday
from synth.themes.types import Level
from tests.factories import NOW, add_document, add_participant, add_theme, put

SAID = (
    "The setup failed and I was stuck for two days.",
    "It was a nightmare to set up, nothing worked.",
    "The setup is broken.",
    "We had no problem with the setup, it was easy.",
    "It was quick and simple for us.",
    "I clicked on the third step of the setup.",
)


@pytest.fixture
def told(both_services):
    """One theme of six people, one passage a week, half of them enterprise."""
    keys = start_workspace(both_services, "Test").keys
    actor = authenticate(both_services, keys[MemberRole.PM])
    who, chunks = [], []
    with both_services.writing(actor.workspace_id) as uow:
        for place, words in enumerate(SAID):
            person = add_participant(uow)
            people.describe(uow, person, segments={"plan": "pro" if place % 2 else "free"})
            document, found = add_document(uow, [(person, words)], created_by=actor.member.id)
            at = NOW + timedelta(weeks=place)
            uow.execute(
                sources.documents.update()
                .where(sources.documents.c.id == document)
                .values(occurred_at=at)
            )
            who.append(person)
            chunks += found
        theme = add_theme(uow, chunks, created_by=actor.member.id)
    map_stage.read_stances(both_services, actor.workspace_id)
    return both_services, actor.workspace_id, theme, who, chunks


def read(services, workspace, call):
    with services.reading(workspace) as uow:
        return call(uow)


def test_a_list_counts_people_by_side_week_and_last_word(told):
    services, workspace, theme, _, _ = told
    found, newest = read(services, workspace, lambda uow: voices.tallies(uow, Level.THEME))
    tally = found[theme]
    assert newest == NOW + timedelta(weeks=5)
    assert (tally.trouble, tally.fine) == (3, 2)
    assert tally.last_heard == NOW + timedelta(weeks=5)
    assert tally.weeks == {monday(NOW + timedelta(weeks=week)): 1 for week in range(6)}


def test_the_passages_of_a_theme_carry_who_when_and_how(told):
    services, workspace, theme, who, chunks = told
    said = read(services, workspace, lambda uow: voices.spoken(uow, theme))
    assert [one.chunk_id for one in said] == chunks
    assert [one.participant_id for one in said] == who
    assert [one.stance for one in said] == [
        *[Stance.TROUBLE] * 3,
        *[Stance.FINE] * 2,
        Stance.UNCLEAR,
    ]
    assert said[1].segments == {"plan": "pro"}


def test_everybody_heard_is_counted_once_by_week_segment_and_time(told):
    services, workspace, _, who, _ = told
    heard = read(services, workspace, voices.heard)
    assert heard.weeks == {monday(NOW + timedelta(weeks=week)): 1 for week in range(6)}
    assert sorted((own["plan"], n) for own, n in heard.segments) == [("free", 3), ("pro", 3)]
    assert (heard.recent, heard.before, heard.people) == (4, 2, len(who))
    assert heard.newest == NOW + timedelta(weeks=5)


def test_who_withdraws_is_in_no_count_from_then_on(told):
    services, workspace, theme, who, _ = told
    with services.writing(workspace) as uow:
        person = people.load(uow)[who[3]]
        people.save(uow, [replace(person, consent=Consent(analyse=False, quote=False, llm=False))])
    found, _ = read(services, workspace, lambda uow: voices.tallies(uow, Level.THEME))
    tally = found[theme]
    assert (tally.trouble, tally.fine, sum(tally.weeks.values())) == (3, 1, 5)
    assert read(services, workspace, voices.heard).people == 5


def test_what_was_read_is_read_again_only_in_another_way(told):
    services, workspace, _, _, chunks = told
    assert map_stage.read_stances(services, workspace) == 0
    left = read(services, workspace, lambda uow: voices.unread(uow, "words-2"))
    assert set(left) == set(chunks)


def test_without_a_run_nothing_was_heard(both_services):
    keys = start_workspace(both_services, "Test").keys
    actor = authenticate(both_services, keys[MemberRole.PM])
    heard = read(both_services, actor.workspace_id, voices.heard)
    assert (heard.weeks, heard.people, heard.newest) == ({}, 0, None)
    assert read(both_services, actor.workspace_id, places.dots) == []
    tallies = read(both_services, actor.workspace_id, lambda uow: voices.tallies(uow, Level.THEME))
    assert tallies == ({}, None)


def test_the_map_is_stored_with_its_run_and_drawn_twice_the_same(told):
    services, workspace, _, _, chunks = told
    run = read(services, workspace, repo.current_run)
    assert map_stage.draw_map(services, workspace, run_id=run.id, seed=7) == len(chunks)
    first = read(services, workspace, places.dots)
    map_stage.draw_map(services, workspace, run_id=run.id, seed=7)
    assert read(services, workspace, places.dots) == first
    assert {dot.chunk_id for dot in first} == set(chunks)


def test_a_passage_of_hardly_a_word_has_no_place(told):
    services, workspace, _, _, chunks = told
    run = read(services, workspace, repo.current_run)
    with services.writing(workspace) as uow:
        _, short = add_document(uow, [(None, "Yes, exactly")], created_by=run_author(uow, run))
        put(
            uow, themes.theme_members, run_id=run.id, chunk_id=short[0], unthemed_reason="too_short"
        )
    assert map_stage.draw_map(services, workspace, run_id=run.id, seed=7) == len(chunks)


def test_a_passage_is_borderline_by_its_whole_theme_whichever_others_are_asked_of(told):
    services, workspace, theme, _, chunks = told
    run = read(services, workspace, repo.current_run)
    with services.writing(workspace) as uow:
        words = [(None, f"Step {number} of the setup") for number in range(34)]
        _, more = add_document(uow, words, created_by=run_author(uow, run))
        for place, chunk in enumerate(more):
            strength = {32: 0.1, 33: 0.2}.get(place, 0.5)
            found = {"run_id": run.id, "theme_id": theme, "found_theme_id": theme}
            put(uow, themes.theme_members, **found, chunk_id=chunk, strength=strength)
    pages = [[*chunks, *more], chunks, more[:32], more[30:33], more[33:]]
    found = [read(services, workspace, lambda uow, p=p: repo.borderline(uow, p)) for p in pages]
    assert found == [set(more[32:]), set(), set(), {more[32]}, {more[33]}]
    with services.writing(workspace) as uow:
        members = themes.theme_members
        put_there = members.c.chunk_id == more[32]
        uow.execute(members.update().where(put_there).values(placed_by=run_author(uow, run)))
    assert read(services, workspace, lambda uow: repo.borderline(uow, more)) == {more[33]}


def test_of_a_small_theme_no_passage_is_borderline(told):
    services, workspace, _, _, chunks = told
    with services.writing(workspace) as uow:
        members = themes.theme_members
        uow.execute(members.update().where(members.c.chunk_id == chunks[0]).values(strength=0.01))
    assert read(services, workspace, lambda uow: repo.borderline(uow, chunks)) == set()


def run_author(uow, run):
    table = themes.theme_runs
    return uow.scalar(
        table.select().with_only_columns(table.c.created_by).where(table.c.id == run.id)
    )
