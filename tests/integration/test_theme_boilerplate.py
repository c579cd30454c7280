"""Signatures under messages change no theme, title or new passage's place, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.core.fingerprints import sha256_text
from synth.privacy.erasing import erase_words
from synth.store.tables.indexing import embeddings
from synth.store.tables.themes import passage_stances
from synth.themes import repo
from synth.themes.assigning import assign_new
from synth.themes.map_stage import draw_map, read_stances
from synth.themes.repo import places
from synth.themes.stance import Stance
from tests.integration.passages import Said, plant
from tests.integration.test_themes import CORPUS, DARK, ROLE, UPLOAD, about, build, shown

NOTICE = (
    "Kind regards,\nThe Larkfield Reading Circle, Harbour Street\n"
    "This letter is meant for its reader alone; burn it when a stranger hands it to you."
)


@pytest.fixture
def researcher(both_services):
    start = start_workspace(both_services, "Test")
    return both_services, authenticate(both_services, start.keys[MemberRole.RESEARCHER])


def signed(said, every):
    """Return the passages with the notice under each so many of them."""
    return [
        replace(one, text=f"{one.text}.\n\n{NOTICE}") if n % every == 0 else one
        for n, one in enumerate(said)
    ]


def homes(services, actor):
    """Return which planted passages lie together, by the name each was planted under."""
    with services.reading(actor.workspace_id) as uow:
        found = {one.chunk_id: one.shown.theme_id for one in repo.load_members(uow)}
    together = {}
    for said in CORPUS:
        together.setdefault(found[said.chunk_id], set()).add(said.external_id)
    return {frozenset(names) for names in together.values()}


def test_themes_of_signed_messages_are_those_of_the_messages(researcher):
    services, actor = researcher
    plant(services, actor, CORPUS)
    plain = build(services, actor)
    before = homes(services, actor), {(one.title, one.people) for one in shown(services, actor)}
    plant(services, actor, signed(CORPUS, every=2))
    run = build(services, actor, run_id="run-2")
    after = homes(services, actor), {(one.title, one.people) for one in shown(services, actor)}
    assert after == before
    assert (len(plain.boilerplate), len(run.boilerplate)) == (0, 3)
    with services.reading(actor.workspace_id) as uow:
        assert repo.current_run(uow) == run
        assert any(NOTICE in one.quote for one in repo.evidence(uow, shown(services, actor)[0].id))


def test_a_new_signed_message_goes_where_its_own_words_belong(researcher):
    services, actor = researcher
    plant(services, actor, signed(CORPUS, every=2))
    build(services, actor)
    new = [
        Said(text=f"{' '.join(words[1:])} today.\n{NOTICE}", who="new", external_id=words[0])
        for words in (UPLOAD, ROLE, DARK)
    ]
    ids = plant(services, actor, new)
    assert assign_new(services, actor.workspace_id) == {"assigned": 3, "left": 0}
    themes = shown(services, actor)
    with services.reading(actor.workspace_id) as uow:
        where = repo.themes_of(uow, ids)
    assert [where[one] for one in ids] == [
        about(themes, word).id for word in ("charts", "dropdown", "night")
    ]


def test_how_a_passage_reads_and_where_it_is_drawn_are_told_by_its_own_words(researcher):
    services, actor = researcher
    cheer = "I hope you have a lovely time and a happy summer ahead of you."
    plain = [replace(one, text=f"{one.text} and nothing works") for one in CORPUS[:28]]
    seen = []
    for said, run_id in (([_under(one, cheer) for one in plain], "run-1"), (plain, "run-2")):
        plant(services, actor, said)
        build(services, actor, run_id=run_id)
        read_stances(services, actor.workspace_id)
        draw_map(services, actor.workspace_id, run_id=run_id, seed=7)
        with services.reading(actor.workspace_id) as uow:
            rows = uow.rows(select(passage_stances.c.chunk_id, passage_stances.c.stance))
            read = {row["chunk_id"]: row["stance"] for row in rows}
            dots = {one.chunk_id: (one.x, one.y) for one in places.dots(uow)}
        seen.append((read, dots))
    assert seen[0] == seen[1]
    assert list(seen[0][0].values()).count(Stance.TROUBLE) > 14


def _under(said, line):
    return replace(said, text=f"{said.text}\n{line}")


def test_the_vector_of_somebodys_own_words_goes_with_them(researcher):
    services, actor = researcher
    said = signed(CORPUS, every=2)
    plant(services, actor, said)
    build(services, actor)
    mine = sha256_text(f"{CORPUS[0].text}.")
    assert kept(services, actor, mine) == 1
    with services.writing(actor.workspace_id) as uow:
        leaving = repo.backgrounds(uow)[said[0].chunk_id].participant_id
        erase_words(uow, [leaving])
    assert kept(services, actor, mine) == 0


def kept(services, actor, digest):
    with services.reading(actor.workspace_id) as uow:
        row = uow.row(
            select(func.count().label("n")).where(
                embeddings.c.workspace_id == actor.workspace_id, embeddings.c.text_sha256 == digest
            )
        )
    return row["n"]
