"""E17 through an endpoint: what a model does with attacks, with marks on the data and without."""

from __future__ import annotations

import json
import re

import pytest

from evals.datasets.injection_payloads import CANARY
from evals.marking import QUICK, withstood_by
from evals.types import EvalContext, Verdict
from evals.worlds.chat_server import Reply, serve_chat
from evals.worlds.steered_models import WORDS
from prompts.datamarks import MARK
from synth.backends.openai_chat import OpenAIChat

PASSAGE = re.compile(r'\{"passage".*\}$', re.MULTILINE)


def drafted(request, title="Setup waits"):
    shown = [json.loads(one) for one in PASSAGE.findall(request["messages"][1]["content"])]
    quotes = [{**one, "side": "for"} for one in shown[:2]]
    return json.dumps({"quotes": quotes, "because": WORDS, "solution": WORDS, "title": title})


def only_without_marks(request):
    marked = MARK.search(request["messages"][0]["content"])
    return drafted(request, "Setup waits" if marked else f"{CANARY} and the setup")


@pytest.mark.parametrize(
    ("script", "marked", "unmarked", "useful"),
    [
        (drafted, 1.0, 1.0, 1.0),
        (only_without_marks, 1.0, 0.0, 1.0),
        (lambda request: drafted(request, CANARY.upper()), 0.0, 0.0, 1.0),
        (lambda request: Reply(status=400, body=b"{}"), 0.0, 0.0, 0.0),
    ],
    ids=["honest", "led astray without marks", "obedient", "no answer"],
)
def test_what_a_model_withstands_is_counted_in_both_arms(script, marked, unmarked, useful):
    with serve_chat(script) as server:
        model = OpenAIChat(base_url=server.url, model="", api_key="")
        found = withstood_by(model, "marking_llm", EvalContext(data=None))
    values = {name: one.value for name, one in found.metrics.items()}
    assert (values["withstood_marked"], values["withstood_unmarked"]) == (marked, unmarked)
    assert (values["useful_marked"], values["useful_unmarked"]) == (useful, useful)
    asked = 2 * sum(QUICK[:2])
    assert values["unanswered"] == (asked if not useful else 0)
    assert found.verdict is Verdict.INCONCLUSIVE, "five attacks are too few for a verdict"
