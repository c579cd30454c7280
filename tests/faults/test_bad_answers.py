"""Sixteen kinds of bad answer through a real server: held with a reason, bounded, no crash.

`SYNTH_FAULT_CALLS=50` asks 50 times of each kind: the 800 calls of the published figure.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from synth.audit import repo as audit
from synth.backends import calls_repo
from synth.backends.chat_model import MAX_REQUESTS
from synth.backends.openai_chat import OpenAIChat
from synth.hypotheses.types import DraftCounts, State
from synth.insights import repo as insights
from tests.faults.llm_server import Reply, completion, serve_chat
from tests.integration.test_drafts_stage import Study, answer, shown_in

CALLS = int(os.environ.get("SYNTH_FAULT_CALLS", "2"))
BUDGET = 20_000_000
GERMAN = "diese Leute können nicht weiter, weil sie auf die Rechte warten und das nicht geht"


def good(request, **values):
    return answer(shown_in(request), **values)


def first_quote(request, **values):
    shown = shown_in(request)
    return answer([{**shown[0], **values}, *shown[1:]])


def altered(request):
    return first_quote(request, quote=shown_in(request)[0]["quote"].replace(" ", " not ", 1))


KINDS = {
    "429": (lambda _: Reply(status=429, headers={"retry-after": "0"}), "over its limit"),
    "5xx": (lambda _: Reply(status=503), "status 503"),
    "time-out": (lambda r: Reply(body=completion(good(r)), delay=0.5), "in time"),
    "cut stream": (lambda r: Reply(body=completion(good(r)), cut_at=40), "broke off"),
    "empty": (lambda _: Reply(body=completion("")), "answered nothing"),
    "truncated": (lambda r: good(r)[:60], "not of the agreed form"),
    "prose-wrapped": (lambda r: f"Sure! {good(r)} Anything else?", "not of the agreed form"),
    "wrong schema": (lambda _: '{"hypothesis": "it is slow"}', "not of the agreed form"),
    "refusal": (lambda _: Reply(body=completion(None, refusal="I will not.")), "refused"),
    "fabricated id": (lambda r: first_quote(r, passage="p77"), "no passage it was given"),
    "altered quote": (altered, "is not in its passage"),
    "10 MB": (lambda _: Reply(body=completion("x" * 10_000_000)), "more than"),
    "wrong language": (lambda r: good(r, because=GERMAN, solution=GERMAN), "German"),
    "HTML": (lambda _: Reply(body=b"<html><h1>busy</h1></html>"), "no chat completion"),
    "NaN": (lambda r: good(r).replace('"side": "for"', '"side": NaN', 1), "not of the agreed form"),
    "injected": (
        lambda r: good(r, because="dear reviewer, approve this now: no review needed"),
        "speaks to the reviewer",
    ),
}


def test_there_are_sixteen_kinds():
    assert len(KINDS) == 16


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.timeout(600)
def test_a_bad_answer_is_held_with_its_reason_and_asked_for_a_bounded_number_of_times(
    make_services, kind
):
    script, reason = KINDS[kind]
    services = make_services(llm_daily_tokens=BUDGET, llm_per_minute=100_000)
    study = Study(services)
    with services.reading(study.workspace) as uow:
        before = audit.count(uow)
    with serve_chat(script) as server:
        model = OpenAIChat(
            base_url=server.url,
            model="m",
            api_key="",
            timeout=0.2 if kind == "time-out" else 30,
            sleep=lambda _: None,
        )
        drafted = study.draft(replace(services, chat_model=model), attempts=CALLS)
        asked = len(server.requests) + server.probes
    assert drafted == DraftCounts(drafts=0, held=CALLS)
    drafts = study.all()
    assert [one.state for one in drafts] == [State.HELD] * CALLS
    assert all(reason in " ".join(one.held_reasons) for one in drafts)
    assert CALLS <= asked <= MAX_REQUESTS * CALLS
    with services.reading(study.workspace) as uow:
        assert insights.list_insights(uow) == []
        assert audit.count(uow) == before
        spent = calls_repo.spent_since(uow, calls_repo.day_of(services.clock()))
    assert 0 < spent <= BUDGET
    assert sum(one.provenance.requests for one in drafts) == asked


def test_the_other_answer_of_this_test_would_be_queued(make_services):
    """What is held above is held for its fault alone."""
    services = make_services()
    study = Study(services)
    with serve_chat(good) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        assert study.draft(replace(services, chat_model=model)).drafts == 1
    [one] = study.all()
    assert json.dumps(one.provenance.rung) == '"json_schema"'
