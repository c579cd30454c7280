"""E23 through an endpoint: judges that are none are found out, and one that knows is trusted."""

from __future__ import annotations

import gzip
import json
import random
import re

import pytest

from evals.suites import e23_judges
from evals.suites.e23_judges import calibrate, draw_pairs, knows, mutants
from evals.types import EvalContext, Verdict
from evals.worlds.chat_server import Reply, serve_chat
from synth.backends.openai_chat import OpenAIChat

PASSAGE = re.compile(r"^~[0-9a-f]{10}~ (\{.*\})$", re.MULTILINE)
CONTEXT = EvalContext(data=None, seed=3)


def claims():
    return list(e23_judges._made_claims())


def shown_in(request):
    source, a, b = (json.loads(one) for one in PASSAGE.findall(request["messages"][1]["content"]))
    assert (a["summary"], b["summary"]) == ("A", "B")
    return source["source"], a["text"], b["text"]


def server_of(judge):
    def script(request):
        verdict = judge(*shown_in(request))
        return json.dumps({"because": "it says so", "verdict": verdict})

    return script


def measured(script):
    with serve_chat(script) as server:
        model = OpenAIChat(base_url=server.url, model="", api_key="")
        found = calibrate(model, claims(), CONTEXT)
    return found, {name: one.value for name, one in found.metrics.items()}, len(server.requests)


def test_who_knows_the_truth_is_trusted():
    found, values, asked = measured(server_of(knows))
    assert (values["kappa"], values["agreement"]) == (1, 1)
    assert (values["order_flips"], values["length_flips"], values["unanswered"]) == (0, 0, 0)
    assert (found.verdict, found.n, asked) == (Verdict.PASS, 24, 72)
    assert values["input_tokens"] == 11 * asked


def test_a_constant_answer_agrees_no_better_than_chance_and_follows_the_order():
    found, values, _ = measured(server_of(lambda *_: "A"))
    assert values["kappa"] == pytest.approx(0)
    assert values["order_flips"] == 1
    assert found.verdict is Verdict.FAIL
    found, values, _ = measured(server_of(lambda *_: "tie"))
    assert values["kappa"] == pytest.approx(0)
    assert (values["order_flips"], values["length_flips"]) == (0, 0)
    assert values["agreement"] == pytest.approx(0.5, abs=0.15)  # ties count
    assert found.verdict is Verdict.FAIL


def test_a_coin_agrees_by_chance_and_flips_in_two_of_three():
    rng = random.Random(5)
    found, values, _ = measured(server_of(lambda *_: rng.choice(("A", "B", "tie"))))
    assert abs(values["kappa"]) < 0.4
    assert 0.45 < values["order_flips"] < 0.85
    assert found.metrics["kappa"].low < 0.3
    assert found.verdict is Verdict.FAIL


def test_who_is_won_by_length_is_seen():
    def longest(source, a, b):
        return "A" if len(a) > 2 * len(b) else "B" if len(b) > 2 * len(a) else knows(source, a, b)

    _, values, _ = measured(server_of(longest))
    assert (values["kappa"], values["order_flips"], values["length_flips"]) == (1, 0, 1)


@pytest.mark.parametrize(
    "script",
    [
        lambda request: Reply(status=400, body=b"{}"),
        lambda request: json.dumps({"because": "x", "verdict": "C"}),
    ],
    ids=["refused", "another form"],
)
def test_no_verdict_agrees_with_nothing_and_counts(script):
    found, values, _ = measured(script)
    assert (values["agreement"], values["order_flips"], values["unanswered"]) == (0, 1, 72)
    assert found.verdict is Verdict.FAIL


def test_pairs_are_of_one_document_and_of_every_kind():
    pairs = draw_pairs(claims(), 80, seed=1)
    assert len(set(pairs)) == 80
    assert all(knows(one.source, one.a, one.b) == one.truth for one in pairs)
    truths = [one.truth for one in pairs]
    assert [truths.count(one) for one in ("A", "B", "tie")] == pytest.approx([20, 20, 40], abs=2)
    assert len({one.document for one in pairs}) == 30
    assert draw_pairs(claims(), 80, seed=1) == pairs


def test_without_an_endpoint_or_a_set_it_is_skipped_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.delenv("SYNTH_LLM_BASE_URL", raising=False)
    [found] = e23_judges.run(EvalContext(data=None))
    assert (found.verdict, found.n) == (Verdict.SKIPPED, 0)
    assert "SYNTH_LLM_BASE_URL" in found.reason


def test_it_reads_the_set_and_asks_the_endpoint_that_is_set_up(tmp_path, monkeypatch):
    folder = tmp_path / "summedits"
    folder.mkdir()
    rows = [
        {"doc": one.source, "summary": one.claim, "label": int(one.is_supported), "edit_types": []}
        for one in claims()
    ]
    for domain, part in (("podcast", rows[:90]), ("sales_call", rows[90:])):
        path = folder / f"summedits_{domain}.json.gz"
        path.write_bytes(gzip.compress(json.dumps(part).encode()))
    with serve_chat(server_of(knows)) as server:
        monkeypatch.setenv("SYNTH_LLM_BASE_URL", server.url)
        [found] = e23_judges.run(EvalContext(data=tmp_path))
    assert (found.verdict, found.set) == (Verdict.PASS, "summedits_pairs")
    assert len(server.requests) == 72


def test_every_bad_judge_is_found_out():
    assert [one.name for one in mutants(CONTEXT) if not one.killed] == []
