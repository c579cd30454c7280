"""Sixteen kinds of bad answer through a real server: held with a reason, bounded, no crash.

`synth eval run E27 --full` asks 50 times of each kind: the 800 calls of the published figure.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from evals.scorers.bad_answers import problems
from evals.suites import e27_bad_answers
from evals.types import EvalContext
from evals.worlds.bad_answers import KINDS, good
from evals.worlds.chat_server import serve_chat
from synth.backends.openai_chat import OpenAIChat
from tests.integration.test_drafts_stage import Study

CALLS = 2


def test_there_are_sixteen_kinds():
    assert len(KINDS) == 16


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_answer_is_held_with_its_reason_and_asked_for_a_bounded_number_of_times(
    make_services, kind
):
    services = make_services(llm_daily_tokens=e27_bad_answers.BUDGET, llm_per_minute=100_000)
    assert problems(e27_bad_answers.aftermath(services, KINDS[kind], CALLS)) == []


def test_the_suite_notices_each_thing_that_must_not_be():
    found = e27_bad_answers.mutants(EvalContext(data=None))
    assert [one.name for one in found if not one.killed] == []


def test_the_other_answer_of_this_test_would_be_queued(make_services):
    """What is held above is held for its fault alone."""
    services = make_services()
    study = Study(services)
    with serve_chat(good) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        assert study.draft(replace(services, chat_model=model)).drafts == 1
    [one] = study.all()
    assert json.dumps(one.provenance.rung) == '"json_schema"'
