"""What a bad endpoint does to the chat backend: an answer, or an error that says what to do."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest

from evals.worlds.chat_server import Reply, completion, response, serve_chat
from prompts.contracts import DraftAnswer
from synth.backends.openai_chat import MAX_ANSWER_BYTES, OpenAIChat
from synth.errors import BackendError

GOOD = json.dumps({"quotes": [], "because": "x", "solution": "x", "title": "x"})


def chat(server, **values):
    slept = []
    model = OpenAIChat(base_url=server.url, model="m", api_key="", sleep=slept.append, **values)
    return model, slept


def ask(server, **values):
    model, _ = chat(server, **values)
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
        (Reply(body=completion(GOOD), cut_at=30), "broke off", 3),
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


def test_json_in_a_code_fence_is_found():
    with serve_chat(lambda _: f"```json\n{GOOD}\n```\n") as server:
        assert ask(server).text == GOOD


def test_prose_comes_back_as_it_is_after_one_repair_for_the_caller_to_hold():
    with serve_chat(lambda _: "I cannot do that.") as server:
        assert ask(server).rung == "text"
        assert len(server.requests) == 4
        assert "I cannot do that." in server.requests[-1]["messages"][1]["content"]


def test_a_repaired_answer_is_taken():
    def script(request):
        again = "You answered this before" in request["messages"][1]["content"]
        return GOOD if again else "Well, let me think."

    with serve_chat(script) as server:
        model, _ = chat(server)
        answers = [model.answer(system="s", user="u", schema=DraftAnswer, seed=3) for _ in "12"]
        assert [(one.text, one.rung) for one in answers] == [(GOOD, "text")] * 2
        # The ladder is walked down once; after that its last rung and one repair.
        assert [one.requests for one in answers] == [5, 2]
    assert (answers[0].input_tokens, answers[0].output_tokens) == (4 * 11, 4 * 7)


def test_responses_come_first_and_keep_nothing_at_the_endpoint():
    with serve_chat(lambda _: Reply(body=response(GOOD)), responses=True) as server:
        answer = ask(server)
        [request] = server.requests
    assert (answer.rung, answer.text, answer.requests) == ("responses", GOOD, 1)
    assert (answer.input_tokens, answer.output_tokens) == (13, 5)
    assert request["store"] is False
    assert request["text"]["format"]["strict"] is True
    assert "tools" not in request


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (response("no", kind="refusal"), "refused"),
        (response(GOOD[:9], status="incomplete"), "did not finish"),
        (response(""), "answered nothing"),
    ],
)
def test_responses_that_are_no_answer_are_named(body, said):
    with (
        serve_chat(lambda _: Reply(body=body), responses=True) as server,
        pytest.raises(BackendError, match=said),
    ):
        ask(server)


@pytest.mark.parametrize(
    ("after", "slept"), [("2", [2.0, 2.0]), ("soon", [1.0, 2.0]), ("-1", [1.0, 2.0])]
)
def test_it_waits_as_long_as_the_endpoint_asks(after, slept):
    busy = Reply(status=429, headers={"retry-after": after})
    with serve_chat(lambda _: busy) as server:
        model, waited = chat(server)
        with pytest.raises(BackendError, match="over its limit"):
            model.answer(system="s", user="u", schema=DraftAnswer, seed=3)
    assert waited == slept


def test_it_does_not_wait_for_hours():
    busy = Reply(status=503, headers={"retry-after": "7200"})
    with serve_chat(lambda _: busy) as server:
        model, waited = chat(server)
        with pytest.raises(BackendError, match="come back in 7200 s"):
            model.answer(system="s", user="u", schema=DraftAnswer, seed=3)
        assert (len(server.requests), waited) == (1, [])


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


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=completion(GOOD)),
        Reply(status=500),
        Reply(body=completion(GOOD), cut_at=30),
        Reply(body=completion("x" * (MAX_ANSWER_BYTES + 1))),
    ],
    ids=["an answer", "an error", "a cut answer", "an endless answer"],
)
def test_closing_lets_go_of_every_connection_and_the_next_question_opens_one(reply):
    with serve_chat(lambda _: reply) as server:
        model, _ = chat(server)
        for _ in range(2):
            for _ in range(3):
                with suppress(BackendError):
                    model.answer(system="s", user="u", schema=DraftAnswer, seed=3)
            assert server.connections <= 1
            model.close()
            until = time.monotonic() + 5
            while server.connections and time.monotonic() < until:
                time.sleep(0.01)
            assert server.connections == 0
        asked = len(server.requests)
        model.close()
        assert len(server.requests) == asked
