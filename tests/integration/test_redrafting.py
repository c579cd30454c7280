"""A rejection reaches the next draft of the same pair: other passages, a step, or nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from evals.worlds.chat_server import serve_chat
from synth.access.types import MemberRole
from synth.backends.openai_chat import OpenAIChat
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.replaying import is_reproduced
from synth.hypotheses.types import DraftCounts, State
from synth.review import repo as review
from synth.review.actions import reject
from synth.review.releasing import release
from synth.store.tables.links import tags
from tests.factories import add_actor
from tests.integration.test_drafts_stage import Study, answer, shown_in


class Desk(Study):
    """A workspace with one linked pair, and a reviewer."""

    def __init__(self, services, **values) -> None:
        super().__init__(services, **values)
        self.reviewer = add_actor(services, self.workspace, MemberRole.REVIEWER)

    def draft_again(self, services=None):
        """Draft as the pipeline does: with what was rejected."""
        with self.services.reading(self.workspace) as uow:
            rejected = review.rejections(uow)
        return self.draft(services, rejected=rejected)

    def reject(self, *codes):
        [one] = [each for each in self.all() if each.state is State.IN_REVIEW]
        reject(self.services, self.reviewer, one.id, seen=one.etag, reason_codes=codes)
        return one

    def of(self, state):
        return [each for each in self.all() if each.state is state]


@pytest.mark.parametrize("code", ["wrong_cause", "weak_evidence", "too_few_people"])
def test_what_was_rejected_is_held_and_says_why(shared_services, code):
    desk = Desk(shared_services)
    desk.draft()
    desk.reject(code)
    assert desk.draft_again() == DraftCounts(drafts=0, held=1)
    assert desk.draft_again() == DraftCounts(drafts=0, held=1)
    [held] = desk.of(State.HELD)
    assert held.held_reasons[0].startswith(f"rejected before because {code.replace('_', ' ')}")
    with shared_services.reading(desk.workspace) as uow:
        assert review.list_held(uow, suppressed=True) == [held.id]
    # A person may hold it to be right all the same; somebody else then decides.
    released = release(shared_services, desk.reviewer, held.id, seen=held.etag)
    assert (released.state, released.revision) == (State.IN_REVIEW, 2)


def test_a_quote_that_was_misread_is_not_cited_again(shared_services):
    desk = Desk(shared_services)
    desk.draft()
    first = desk.reject("misread_quote")
    desk.draft_again()
    again = [one for one in desk.all() if one.id != first.id]
    cited = {citation.chunk_id for citation in first.content.citations}
    for one in again:
        assert cited.isdisjoint(citation.chunk_id for citation in one.content.citations)


def test_after_not_actionable_comes_a_step_and_its_pack_gives_it_again(shared_services):
    desk = Desk(shared_services)
    desk.draft()
    first = desk.reject("not_actionable")
    assert desk.draft_again() == DraftCounts(drafts=1, held=0)
    [again] = desk.of(State.IN_REVIEW)
    assert again.id != first.id
    assert again.content.solution.startswith("a trial, with an owner and a date, of ")
    with shared_services.reading(desk.workspace) as uow:
        assert is_reproduced(uow, again.id)
    # While it waits, nothing more is drafted of the pair.
    assert desk.draft_again() == DraftCounts(drafts=1, held=0)
    assert len(desk.all()) == 2


def test_a_model_is_told_why_and_its_same_words_are_held(shared_services):
    asked = []

    def script(request):
        asked.append(request["messages"][0]["content"])
        return answer(shown_in(request))

    desk = Desk(shared_services)
    with serve_chat(script) as server:
        model = replace(
            shared_services, chat_model=OpenAIChat(base_url=server.url, model="", api_key="")
        )
        desk.draft(model)
        desk.reject("not_actionable", "other")
        desk.draft_again(model)
    assert not re.search("rejected an earlier draft", asked[0])
    assert "Why: not actionable, other." in asked[-1]
    [first] = desk.of(State.REJECTED)
    again = [one for one in desk.all() if one.id != first.id]
    assert again[0].provenance.prompt == "draft_hypothesis/v6"
    assert first.provenance.prompt == "draft_hypothesis/v5"


def test_a_tag_rejected_meanwhile_stops_the_release(shared_services):
    desk = Desk(shared_services)
    desk.draft()
    desk.reject("wrong_cause")
    desk.draft_again()
    [held] = desk.of(State.HELD)
    with shared_services.writing(desk.workspace) as uow:
        change = tags.update().where(tags.c.workspace_id == desk.workspace)
        uow.execute(change.values(state="rejected", decided_by=desk.author))
    with pytest.raises(Exception, match="rejected the tag"):
        release(shared_services, desk.reviewer, held.id, seen=held.etag)
    with shared_services.reading(desk.workspace) as uow:
        assert hypotheses.load_hypothesis(uow, held.id).state is State.HELD
