"""The forms of a request to an OpenAI-compatible endpoint, strongest first, and their answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from synth.backends.chat_model import MAX_TOKENS, TEMPERATURE

Rung = Literal["responses", "json_schema", "json_object", "text"]
LADDER: tuple[Rung, ...] = ("responses", "json_schema", "json_object", "text")
FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
#: An answer that does not fit is shown to the model once more, up to so many characters.
SHOWN_AGAIN = 2000


class BadAnswer(Exception):
    """What came back is no usable answer; the text says why, in the endpoint's third person."""

    def __init__(self, what: str, *, input_tokens: int = 0, output_tokens: int = 0) -> None:
        """Keep what it cost all the same."""
        super().__init__(what)
        self.input_tokens, self.output_tokens = input_tokens, output_tokens


@dataclass(frozen=True, kw_only=True)
class Said:
    """The text of one answer and what it cost."""

    text: str
    input_tokens: int
    output_tokens: int


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Part(BaseModel):
    type: str = ""
    text: str = ""
    refusal: str = ""


class _Item(BaseModel):
    type: str = ""
    content: list[_Part] | None = None


class _Response(BaseModel):
    status: str
    output: list[_Item]
    usage: _Usage | None = None


def build(rung: Rung, system: str, user: str, schema: type[BaseModel], seed: int) -> dict[str, Any]:
    """Return the request of one rung, but for the model's name."""
    shape = schema.model_json_schema()
    if rung == "responses":
        form = {"type": "json_schema", "name": schema.__name__, "schema": shape, "strict": True}
        return {
            "instructions": system,
            "input": user,
            "text": {"format": form},
            "temperature": TEMPERATURE,
            "max_output_tokens": MAX_TOKENS,
            "store": False,  # nothing stays at the endpoint
        }
    if rung != "json_schema":
        system = f"{system}\n\nAnswer with one JSON object of this schema:\n{json.dumps(shape)}"
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    request: dict[str, Any] = {
        "messages": messages,
        "temperature": TEMPERATURE,
        "seed": seed,
        "max_tokens": MAX_TOKENS,
    }
    if rung == "json_schema":
        named = {"name": schema.__name__, "schema": shape, "strict": True}
        request["response_format"] = {"type": "json_schema", "json_schema": named}
    elif rung == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request


def repair_words(user: str, answer: str) -> str:
    """Return the question again with the answer that did not fit it."""
    return (
        f"{user}\n\nYou answered this before, which is not one JSON object of the form asked for. "
        f"Answer again with the JSON object alone:\n{json.dumps(answer[:SHOWN_AGAIN])}"
    )


def read(rung: Rung, body: bytes) -> Said:
    """Return what an answer's body says; raises BadAnswer."""
    return _read_response(body) if rung == "responses" else _read_completion(body)


def fits(text: str, schema: type[BaseModel]) -> bool:
    """Return whether `text` is an object of the asked form; what is in it is the caller's to judge.

    Some endpoints take a schema and ignore it: only then is another try worth asking for.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    required = {name for name, field in schema.model_fields.items() if field.is_required()}
    return isinstance(found, dict) and required <= set(found)


def _read_completion(body: bytes) -> Said:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise BadAnswer("answered something that is no chat completion") from error
    usage = completion.usage or _Usage()
    spent = {"input_tokens": usage.prompt_tokens, "output_tokens": usage.completion_tokens}
    if not completion.choices:
        raise BadAnswer("answered without any choice", **spent)
    choice = completion.choices[0]
    refused = bool(choice.message.refusal) or choice.finish_reason == "content_filter"
    text = choice.message.content or ""
    return _said(text, refused, choice.finish_reason == "length", spent)


def _read_response(body: bytes) -> Said:
    try:
        response = _Response.model_validate_json(body)
    except ValidationError as error:
        raise BadAnswer("answered something that is no response") from error
    usage = response.usage or _Usage()
    spent = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    parts = [
        part for item in response.output if item.type == "message" for part in item.content or []
    ]
    refused = any(part.type == "refusal" for part in parts)
    text = "".join(part.text for part in parts if part.type == "output_text")
    return _said(text, refused, response.status == "incomplete", spent)


def _said(text: str, refused: bool, cut: bool, spent: dict[str, int]) -> Said:
    spent = {name: max(0, value) for name, value in spent.items()}
    if refused:
        raise BadAnswer("refused to answer", **spent)
    if cut:
        raise BadAnswer(f"did not finish within {MAX_TOKENS} tokens", **spent)
    if not text.strip():
        raise BadAnswer("answered nothing", **spent)
    return Said(text=_json_part(text), **spent)


def _json_part(text: str) -> str:
    """Return what stands in a code fence, if the whole answer is one; prose stays prose."""
    found = FENCED.fullmatch(text.strip())
    return found[1] if found else text
