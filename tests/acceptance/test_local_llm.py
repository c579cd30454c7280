"""The packaged language model drafts through the same path as any endpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.backends.openai_chat import OpenAIChat
from synth.hypotheses import repo
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import State
from tests.acceptance.local_llm import serve_gemma
from tests.factories import (
    add_actor,
    add_anomaly,
    add_document,
    add_link,
    add_participant,
    add_theme,
)

SAID = (
    "At step three it wanted an administrator to connect our calendar. I am none, so I left it.",
    "I had to open a ticket with our IT desk for the rights and waited until Thursday.",
    "Nobody in my team may install the connector, so the trial just sat there.",
    "It was easy for us, our administrator did it in a minute.",
    "The page told me to ask an owner, and I did not know who that is.",
)
ATTEMPTS = 3  # of one linked pair, each with other passages and another seed


@pytest.mark.timeout(600)
def test_a_small_model_reaches_the_queue_with_proved_quotes(services, tmp_path: Path):
    pytest.importorskip("xllamacpp", reason="the local model is a development extra")
    workspace = start_workspace(services, "Local").workspace_id
    author = add_actor(services, workspace, MemberRole.RESEARCHER).member.id
    with services.writing(workspace) as uow:
        persons = [add_participant(uow) for _ in SAID]
        turns = list(zip(persons, SAID, strict=True))
        _, chunks = add_document(uow, turns, created_by=author)
        theme = add_theme(uow, chunks, created_by=author, title="administrator rights, connector")
        add_link(uow, add_anomaly(uow, affected=persons), theme)
    with serve_gemma(tmp_path) as url:
        model = OpenAIChat(base_url=url, model="", api_key="", timeout=400)
        counts = draft_hypotheses(
            replace(services, chat_model=model), workspace, started_by=author, attempts=ATTEMPTS
        )
    with services.reading(workspace) as uow:
        queued = repo.list_hypotheses(uow, state=State.IN_REVIEW)
        held = repo.list_hypotheses(uow, state=State.HELD)
    assert (len(queued), len(held)) == (counts.drafts, counts.held)
    assert len(queued) + len(held) == ATTEMPTS
    assert all(one.held_reasons for one in held)
    assert all(one.provenance.drafter != "template v1" for one in (*queued, *held))
    speakers = [{quote.speaker for quote in one.content.citations} for one in queued]
    assert any(len(people) >= 2 for people in speakers)
