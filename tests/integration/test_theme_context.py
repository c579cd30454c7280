"""A short answer is grouped by the question it answers, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.segments.repo import lines_before
from synth.store.tables.segments import chunks
from synth.themes import repo
from synth.themes.assigning import assign_new
from synth.themes.map_stage import draw_map
from synth.themes.repo import places
from synth.themes.types import UnthemedReason
from tests.integration.passages import Said, plant
from tests.integration.test_themes import CORPUS, about, build, shown

ANSWER = "Yes, exactly that"
QUESTION = CORPUS[0].text


@pytest.fixture
def researcher(both_services):
    start = start_workspace(both_services, "Test")
    return both_services, authenticate(both_services, start.keys[MemberRole.RESEARCHER])


def ask(services, actor, chunk_id, question):
    """Put a line of an interviewer before a passage."""
    with services.writing(actor.workspace_id) as uow:
        [answer] = uow.rows(select(chunks).where(chunks.c.id == chunk_id))
        line = {"id": f"q-{chunk_id}", "ordinal": answer["ordinal"] - 1, "text": question}
        uow.insert_missing(
            chunks, [{**answer, **line, "is_evidence": False, "participant_id": None}]
        )


def test_an_answer_is_where_its_question_is_and_no_question_is_evidence(researcher):
    services, actor = researcher
    answered, alone, long = plant(
        services,
        actor,
        [
            Said(text=ANSWER, who="u80", external_id="answered"),
            Said(text=ANSWER, who="u81", external_id="unasked"),
            Said(text=f"{ANSWER} " * 20, who="u82", external_id="a long answer"),
        ],
    )
    plant(services, actor, CORPUS)
    for chunk_id in (answered, long):
        ask(services, actor, chunk_id, QUESTION)
    with services.reading(actor.workspace_id) as uow:
        assert lines_before(uow, longest=200) == {answered: QUESTION}
    build(services, actor)
    upload = about(shown(services, actor), "dashboard")
    with services.reading(actor.workspace_id) as uow:
        members = {one.chunk_id: one for one in repo.load_members(uow)}
        told = {one.chunk_id for one in repo.evidence(uow, upload.id, limit=50)}
    assert members[answered].shown.theme_id == upload.id
    assert members[alone].shown.reason is UnthemedReason.TOO_SHORT
    assert f"q-{answered}" not in members
    assert answered in told
    assert members[answered].shown.exemplar_rank is None
    draw_map(services, actor.workspace_id, run_id=upload.run_id, seed=7)
    with services.reading(actor.workspace_id) as uow:
        drawn = {dot.chunk_id: dot for dot in places.dots(uow)}
    short = {one for one in members if members[one].shown.reason is UnthemedReason.TOO_SHORT}
    assert drawn.keys() == members.keys() - short
    assert drawn[answered].theme_id == upload.id


def test_a_new_answer_joins_the_theme_of_its_question(researcher):
    services, actor = researcher
    plant(services, actor, CORPUS)
    build(services, actor)
    [answered, alone] = plant(
        services,
        actor,
        [
            Said(text=ANSWER, who="u80", external_id="answered"),
            Said(text=ANSWER, who="u81", external_id="unasked"),
        ],
    )
    ask(services, actor, answered, QUESTION)
    assert assign_new(services, actor.workspace_id) == {"assigned": 1, "left": 1}
    with services.reading(actor.workspace_id) as uow:
        where = repo.themes_of(uow, [answered, alone])
    assert where == {answered: about(shown(services, actor), "dashboard").id, alone: None}
