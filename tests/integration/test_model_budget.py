"""What workers share about a language model: turns, budget, what its endpoint understands."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from evals.worlds.bad_answers import answer, shown_in
from evals.worlds.chat_server import Reply, completion, serve_chat
from synth.access.actions import start_workspace
from synth.backends import calls_repo
from synth.backends.chat_model import Endpoint
from synth.backends.llm_gate import LONGEST_QUEUE, DatabaseGate
from synth.backends.openai_chat import OpenAIChat
from synth.errors import BackendError
from synth.hypotheses.types import DraftCounts, State
from tests.integration.test_drafts_stage import Study

BUDGET = 40_000
ENDPOINT = Endpoint(id="e", model="m")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self):
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.lock = threading.Lock()

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        with self.lock:
            self.now += timedelta(seconds=seconds)


@pytest.fixture
def gates(shared_services):
    """Return a function that makes another worker's gate of one workspace."""
    clock, workspace = Clock(), start_workspace(shared_services, "Gate").workspace_id

    def make(per_minute=30):
        return DatabaseGate(
            engine=shared_services.engine,
            workspace_id=workspace,
            per_minute=per_minute,
            clock=clock,
            sleep=clock.sleep,
        )

    make.clock = clock
    return make


def test_all_workers_together_keep_the_rate(gates):
    begun, workers = gates.clock(), [gates() for _ in range(3)]
    for turn in range(65):
        workers[turn % 3].pass_through(ENDPOINT)
    # 5 at once, then one every two seconds.
    assert (gates.clock() - begun).total_seconds() == pytest.approx(120, abs=1)


def test_workers_at_the_same_time_take_no_token_twice(gates):
    done = []

    def work(gate):
        for _ in range(5):
            gate.pass_through(ENDPOINT)
            done.append(gates.clock())

    threads = [threading.Thread(target=work, args=(gates(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waited = (gates.clock() - datetime(2026, 3, 2, 9, 0, tzinfo=UTC)).total_seconds()
    assert len(done) == 20
    assert waited >= 29  # 5 at once; fifteen more at one in two seconds


def test_what_one_worker_was_asked_to_wait_all_wait(gates):
    first, second = gates(), gates()
    first.pass_through(ENDPOINT)
    first.hold(ENDPOINT, 40)
    second.pass_through(ENDPOINT)
    assert (gates.clock() - datetime(2026, 3, 2, 9, 0, tzinfo=UTC)).total_seconds() >= 40
    first.hold(ENDPOINT, LONGEST_QUEUE + 1)
    with pytest.raises(BackendError, match="SYNTH_LLM_PER_MINUTE"):
        second.pass_through(ENDPOINT)


def test_an_endpoint_is_probed_once_whoever_asks(shared_services):
    study = Study(shared_services)

    def script(request):
        kind = request.get("response_format", {}).get("type")
        return Reply(status=400) if kind == "json_schema" else answer(shown_in(request))

    with serve_chat(script) as server:
        for attempts in (1, 2, 3):  # each time with a fresh client, as another worker has
            model = OpenAIChat(base_url=server.url, model="m", api_key="")
            study.draft(replace(shared_services, chat_model=model), attempts=attempts)
        kinds = [one["response_format"]["type"] for one in server.requests]
        assert server.probes == 1
    assert kinds == ["json_schema", *["json_object"] * 3]
    assert {one.provenance.rung for one in study.all()} == {"json_object"}


def test_a_spent_budget_stops_before_asking_and_says_so(make_services):
    services = make_services(llm_daily_tokens=BUDGET)
    study = Study(services)

    def dear(request):
        body = completion(answer(shown_in(request)))
        return Reply(body=body.replace(b'"prompt_tokens": 11', b'"prompt_tokens": 4000'))

    with serve_chat(dear) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        poor = replace(services, chat_model=model)
        done = study.draft(poor, attempts=12)
        asked = len(server.requests)
        assert study.draft(poor, attempts=12) == done
        assert len(server.requests) == asked
    assert done == DraftCounts(drafts=asked, held=0, incomplete=12 - asked)
    assert 0 < asked < 12
    with services.reading(study.workspace) as uow:
        spent = calls_repo.spent_since(uow, calls_repo.day_of(services.clock()))
    assert 4000 * asked < spent <= BUDGET


def test_a_draft_says_what_it_cost_and_how_it_was_asked(make_services):
    services = make_services(llm_price_input=2.0, llm_price_output=10.0)
    study = Study(services)
    with serve_chat(lambda r: answer(shown_in(r))) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        study.draft(replace(services, chat_model=model))
    [one] = study.all()
    told = one.provenance
    assert one.state is State.IN_REVIEW
    assert (told.seed, told.temperature, told.requests) == (7, 0.0, 2)
    assert (told.input_tokens, told.output_tokens) == (11, 7)
    assert told.cost_usd == pytest.approx((11 * 2 + 7 * 10) / 1e6)
    with services.reading(study.workspace) as uow:
        call = calls_repo.load_call(uow, told.call_key)
    assert (call["seed"], call["cost_usd"], call["state"]) == (7, told.cost_usd, "answered")
    assert call["ended_at"] >= call["created_at"]
