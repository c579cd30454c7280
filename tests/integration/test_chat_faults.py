"""What a bad endpoint does to the chat backend: an answer, or an error that says what to do."""

from __future__ import annotations

import json

import pytest

from prompts.contracts import DraftAnswer
from synth.backends.openai_chat import MAX_ANSWER_BYTES, OpenAIChat
from synth.errors import BackendError
from tests.faults.llm_server import Reply, completion, serve_chat

GOOD = json.dumps({"quotes": [], "because": "x", "solution": "x", "title": "x"})


def ask(server, **values):
    model = OpenAIChat(base_url=server.url, model="m", api_key="", **values)
    return model.answer(system="s", user="u", schema=DraftAnswer, seed=3)


@pytest.mark.parametrize(
    ("reply", "said", "calls"),
    [
        (Reply(status=429), "over its limit", 3),
        (Reply(status=500), "status 500", 3),
        (Reply(status=401), "SYNTH_LLM_API_KEY", 1),
        (Reply(status=403), "status 403", 1),
        (Reply(status=400), "status 400", 3),
        (Reply(body=b""), "no chat completion", 1),
        (Reply(body=b"<html>busy</html>"), "no chat completion", 1),
        (Reply(body=b"[" * 100_000), "no chat completion", 1),
        (Reply(body=b'{"choices": []}'), "without any choice", 1),
        (Reply(body=completion("")), "answered nothing", 1),
        (Reply(body=completion(None, refusal="I will not")), "refused", 1),
        (Reply(body=completion(GOOD, finish="content_filter")), "refused", 1),
        (Reply(body=completion(GOOD[:20], finish="length")), "did not finish", 1),
        (Reply(body=completion("x" * (MAX_ANSWER_BYTES + 1))), "more than", 1),
        (Reply(body=completion(GOOD), cut_at=30), "broke off", 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failure_says_what_and_is_bounded(reply, said, calls):
    with serve_chat(lambda _: reply) as server:
        with pytest.raises(BackendError, match=said) as caught:
            ask(server)
        assert len(server.requests) == calls
    assert "draft again" in caught.value.message


def test_time_is_bounded():
    slow = Reply(body=completion(GOOD), delay=0.6)
    with serve_chat(lambda _: slow) as server, pytest.raises(BackendError, match="in time"):
        ask(server, timeout=0.1)


@pytest.mark.parametrize(
    ("understood", "rung"),
    [("json_schema", "json_schema"), ("json_object", "json_object"), (None, "text")],
)
def test_the_ladder_goes_down_to_what_is_understood_and_stays(understood, rung):
    def script(request):
        kind = request.get("response_format", {}).get("type")
        return GOOD if kind in (understood, None) else Reply(status=400)

    with serve_chat(script) as server:
        model = OpenAIChat(base_url=server.url, model="", api_key="")
        for _ in range(2):
            answer = model.answer(system="s", user="u", schema=DraftAnswer, seed=3)
            assert (answer.text, answer.rung) == (GOOD, rung)
        kinds = [one.get("response_format", {}).get("type") for one in server.requests]
    assert kinds[-1] == (understood or None)
    assert {(one["temperature"], one["seed"], one["model"]) for one in server.requests} == {
        (0, 3, "scripted")
    }
    assert all("tools" not in one for one in server.requests)


@pytest.mark.parametrize(
    "text", [f"```json\n{GOOD}\n```", f"Here you are: {GOOD} Anything else?"], ids=["fence", "talk"]
)
def test_json_in_prose_is_found(text):
    with serve_chat(lambda _: text) as server:
        assert ask(server).text == GOOD


def test_prose_comes_back_as_it_is_for_the_caller_to_hold():
    with serve_chat(lambda _: "I cannot do that.") as server:
        assert ask(server).rung == "text"
        assert len(server.requests) == 3


def test_a_parameter_it_does_not_know_is_left_out():
    def script(request):
        if "temperature" in request:
            error = {"error": {"message": "no", "param": "temperature", "code": "unsupported"}}
            return Reply(status=400, body=json.dumps(error).encode())
        return GOOD

    with serve_chat(script) as server:
        assert ask(server).rung == "json_schema"
        assert len(server.requests) == 2


def test_nobody_there():
    model = OpenAIChat(base_url="http://127.0.0.1:9/v1", model="", api_key="")
    with pytest.raises(BackendError, match="cannot be reached"):
        _ = model.name
