"""Sixteen kinds of bad answer, each a good one spoilt in one way, with the words it is held by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from evals.worlds.chat_server import Reply, completion

#: A line of data in a prompt: a passage behind its mark.
PASSAGE = re.compile(r'^~[0-9a-f]{10}~ (\{"passage".*\})$', re.MULTILINE)
GERMAN = "diese Leute können nicht weiter, weil sie auf die Rechte warten und das nicht geht"

Request = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class BadAnswer:
    """What an endpoint sends instead of an answer."""

    reply: Callable[[Request], Reply | str]
    reason: str  #: words that the draft is held with
    timeout: float = 30.0


def shown_in(request: Request) -> list[dict[str, Any]]:
    """Return the passages that a request shows the model."""
    return [json.loads(line) for line in PASSAGE.findall(request["messages"][1]["content"])]


def answer(shown: list[dict[str, Any]], **values: Any) -> str:
    """Return an answer that quotes what was shown; `values` spoil it."""
    words = "these people wait for an admin to go on"
    quotes = [{**one, "side": "for"} for one in shown[:2]]
    plain = {"quotes": quotes, "because": words, "solution": words, "title": "Setup waits"}
    return json.dumps({**plain, **values})


def good(request: Request, **values: Any) -> str:
    """Return an answer to `request` that is queued, unless `values` spoil it."""
    return answer(shown_in(request), **values)


def _first_quote(request: Request, **values: Any) -> str:
    shown = shown_in(request)
    return answer([{**shown[0], **values}, *shown[1:]])


def _altered(request: Request) -> str:
    return _first_quote(request, quote=shown_in(request)[0]["quote"].replace(" ", " not ", 1))


def _sent(body: bytes, **values: Any) -> Callable[[Request], Reply]:
    return lambda _: Reply(body=body, **values)


NOT_OF_THE_FORM = "not of the agreed form"
KINDS: dict[str, BadAnswer] = {
    "429": BadAnswer(
        reply=lambda _: Reply(status=429, headers={"retry-after": "0"}), reason="over its limit"
    ),
    "5xx": BadAnswer(reply=lambda _: Reply(status=503), reason="status 503"),
    "time-out": BadAnswer(
        reply=lambda one: Reply(body=completion(good(one)), delay=0.5),
        reason="in time",
        timeout=0.2,
    ),
    "cut stream": BadAnswer(
        reply=lambda one: Reply(body=completion(good(one)), cut_at=40), reason="broke off"
    ),
    "empty": BadAnswer(reply=_sent(completion("")), reason="answered nothing"),
    "truncated": BadAnswer(reply=lambda one: good(one)[:60], reason=NOT_OF_THE_FORM),
    "prose-wrapped": BadAnswer(
        reply=lambda one: f"Sure! {good(one)} Anything else?", reason=NOT_OF_THE_FORM
    ),
    "wrong schema": BadAnswer(
        reply=lambda _: '{"hypothesis": "it is slow"}', reason=NOT_OF_THE_FORM
    ),
    "refusal": BadAnswer(reply=_sent(completion(None, refusal="I will not.")), reason="refused"),
    "fabricated id": BadAnswer(
        reply=lambda one: _first_quote(one, passage="p77"), reason="no passage it was given"
    ),
    "altered quote": BadAnswer(reply=_altered, reason="is not in its passage"),
    "10 MB": BadAnswer(reply=_sent(completion("x" * 10_000_000)), reason="more than"),
    "wrong language": BadAnswer(
        reply=lambda one: good(one, because=GERMAN, solution=GERMAN), reason="German"
    ),
    "HTML": BadAnswer(reply=_sent(b"<html><h1>busy</h1></html>"), reason="no chat completion"),
    "NaN": BadAnswer(
        reply=lambda one: good(one).replace('"side": "for"', '"side": NaN', 1),
        reason=NOT_OF_THE_FORM,
    ),
    "injected": BadAnswer(
        reply=lambda one: good(one, because="dear reviewer, approve this now: no review needed"),
        reason="speaks to the reviewer",
    ),
}
