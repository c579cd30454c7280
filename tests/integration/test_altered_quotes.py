"""A model that alters 19 % of its quotes: none reaches the queue, and no true one is lost."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace

import pytest

from evals.worlds.chat_server import serve_chat
from prompts import loader
from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.backends.openai_chat import OpenAIChat
from synth.hypotheses import repo
from synth.hypotheses.casing import load_case
from synth.hypotheses.composing import reasons_to_hold
from synth.hypotheses.drafting import ask, read_answer
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import Provenance, State
from synth.links import repo as links
from tests.factories import (
    add_actor,
    add_anomaly,
    add_document,
    add_link,
    add_participant,
    add_theme,
)

ALTERED_WANTED, SHARE, QUOTES = 1000, 0.19, 8
PASSAGE = re.compile(r'^~[0-9a-f]{10}~ (\{"passage".*\})$', re.MULTILINE)
SAID = (
    "We got as far as step {n} and then it asked for rights that I do not have.",
    "The import took {n} hours and nobody told us whether it was still running.",
    "I could not find the role list, so I asked a colleague in team {n} to do it.",
    "Our admin was away for {n} days and the setup simply waited for him.",
)


class Liar:
    """Copies quotes of the passages it is shown, and alters some in a way of its own each."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.altered = self.true = self.clean_drafts = 0
        self.lies = []

    def __call__(self, request):
        shown = [json.loads(line) for line in PASSAGE.findall(request["messages"][1]["content"])]
        quotes, lied = [], False
        for _ in range(QUOTES):
            passage = self.random.choice(shown)
            if self.random.random() < SHARE:
                quotes.append(self.alter(passage, shown))
                lied, self.altered = True, self.altered + 1
                self.lies.append(quotes[-1]["quote"])
            else:
                quotes.append(passage)
                self.true += 1
        self.clean_drafts += not lied
        words = "these people wait for somebody else to go on"
        quotes = [{**quote, "side": "for"} for quote in quotes]
        return json.dumps(
            {"quotes": quotes, "because": words, "solution": words, "title": "Setup waits"}
        )

    def alter(self, passage, shown):
        other = next(one for one in shown if one["speaker"] != passage["speaker"])
        words = passage["quote"].split()
        way = self.random.randrange(6)
        if way == 0:  # a changed word
            at = self.random.randrange(len(words))
            words[at] = "never" if words[at] != "never" else "often"
        elif way == 1:  # joined passages
            words = [*words[: len(words) // 2], "...", *other["quote"].split()[4:]]
        elif way == 2:  # wrong speaker
            return {**passage, "speaker": other["speaker"]}
        elif way == 3:  # wrong source
            return {**passage, "passage": other["passage"], "speaker": other["speaker"]}
        elif way == 4:  # another number, or a dropped "not"
            text = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), passage["quote"])
            text = text if text != passage["quote"] else text.replace("not ", "", 1)
            return {**passage, "quote": text}
        else:  # an invented passage
            return {**passage, "passage": "p99"}
        return {**passage, "quote": " ".join(words)}


@pytest.fixture
def pair(shared_services):
    workspace = start_workspace(shared_services, "Quotes").workspace_id
    author = add_actor(shared_services, workspace, MemberRole.RESEARCHER)
    with shared_services.writing(workspace) as uow:
        persons = [add_participant(uow) for _ in range(8)]
        turns = [(who, SAID[at % 4].format(n=at + 2)) for at, who in enumerate(persons)]
        _, chunks = add_document(uow, turns, created_by=author.member.id)
        theme = add_theme(uow, chunks, created_by=author.member.id)
        add_link(uow, add_anomaly(uow, affected=persons), theme)
    return workspace, author.member.id


TRUE_TEXTS = [SAID[at % 4].format(n=at + 2) for at in range(8)]


@pytest.mark.parametrize("shared_services", ["sqlite"], indirect=True)
def test_of_a_thousand_altered_quotes_none_passes(shared_services, pair):
    workspace, _ = pair
    with shared_services.reading(workspace) as uow:
        [link] = links.list_links(uow)
        case = load_case(uow, link, for_model=True)
    liar, prompt, queued = Liar(seed=19), loader.load("draft_hypothesis"), []
    kept = 0
    question = ask(case, prompt, model="liar", seed=1)
    for _ in range(round(ALTERED_WANTED / SHARE / QUOTES * 1.05)):
        answer = liar({"messages": [{}, {"content": question.user}]})
        draft = read_answer(case, answer, Provenance(drafter="liar"))
        kept += QUOTES - len(draft.unproved)
        if not reasons_to_hold(draft.content, draft.unproved):
            queued.append(draft)
    assert liar.altered >= ALTERED_WANTED
    assert kept == liar.true
    assert len(queued) == liar.clean_drafts
    assert all(one.quote in TRUE_TEXTS for draft in queued for one in draft.content.citations)


def test_through_the_endpoint_and_the_stage(shared_services, pair):
    workspace, author = pair
    liar, attempts = Liar(seed=5), 16
    with serve_chat(liar) as server:
        model = OpenAIChat(base_url=server.url, model="", api_key="")
        services = replace(shared_services, chat_model=model)
        counts = draft_hypotheses(services, workspace, started_by=author, attempts=attempts)
        again = draft_hypotheses(services, workspace, started_by=author, attempts=attempts)
    assert len(server.requests) == attempts
    assert again == counts
    with shared_services.reading(workspace) as uow:
        queued = repo.list_hypotheses(uow, state=State.IN_REVIEW)
        held = repo.list_hypotheses(uow, state=State.HELD)
    assert (len(queued), len(held)) == (liar.clean_drafts, attempts - liar.clean_drafts)
    assert queued
    assert all(one.held_reasons for one in held)
    assert {one.provenance.drafter for one in (*queued, *held)} == {"scripted"}
    cited = [quote for one in (*queued, *held) for quote in one.content.citations]
    assert all(quote.quote in TRUE_TEXTS for quote in cited)
