"""Any OpenAI-compatible chat endpoint; the only file that imports `openai` for chat."""

from __future__ import annotations

import json
import re
import time
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from synth.backends.chat_model import ChatAnswer
from synth.errors import BackendError

#: A larger answer is not read to its end.
MAX_ANSWER_BYTES = 1 << 20
#: Seconds for one attempt, from request to last byte.
TIMEOUT = 180.0
#: Attempts after the first on 429, 5xx, lost connections and time-outs; `Retry-After` is honoured.
RETRIES = 2
MAX_TOKENS = 1200

Rung = Literal["json_schema", "json_object", "text"]
LADDER: tuple[Rung, ...] = ("json_schema", "json_object", "text")
#: With these an endpoint says that it does not know what was asked for.
NOT_UNDERSTOOD = frozenset({400, 404, 415, 422, 501})
JSON_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


class OpenAIChat:
    """Asks for JSON by the strongest means the endpoint understands, and remembers which."""

    def __init__(
        self, *, base_url: str, model: str, api_key: str, timeout: float = TIMEOUT
    ) -> None:
        """Talk to `base_url`; an empty `model` means the first one the endpoint lists."""
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._timeout = timeout
        self._lowest = 0  # rungs before this one were refused by the endpoint
        self._unknown: set[str] = set()  # parameters it refused

    @property
    def name(self) -> str:
        """Return the model's name; the first use may ask the endpoint."""
        return self._model or self._first_model

    def answer(self, *, system: str, user: str, schema: type[BaseModel], seed: int) -> ChatAnswer:
        """Return JSON that fits `schema`, or the last rung's text; raises BackendError."""
        answer = None
        for position in range(self._lowest, len(LADDER)):
            rung = LADDER[position]
            answer = self._ask(rung, system, user, schema, seed)
            if answer is None:
                self._lowest = position + 1
            elif _fits(answer.text, schema):
                return answer
        if answer is None:
            raise self._failed("refuses every form of the request; check the model's name")
        return answer

    @cached_property
    def _client(self) -> Any:
        from openai import OpenAI

        return OpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            timeout=self._timeout,
            max_retries=RETRIES,
        )

    @cached_property
    def _first_model(self) -> str:
        import openai

        try:
            models = self._client.models.list().data
        except openai.OpenAIError as error:
            raise self._failed(_reason(error)) from error
        except ValueError as error:
            raise self._failed("lists its models in a form nobody can read") from error
        if not models:
            raise self._failed("lists no model; set SYNTH_LLM_MODEL")
        return str(models[0].id)

    def _ask(
        self, rung: Rung, system: str, user: str, schema: type[BaseModel], seed: int
    ) -> ChatAnswer | None:
        """Return the answer, or None where the endpoint does not understand this rung."""
        request = _request(rung, system, user, schema)
        request |= {"model": self.name, "temperature": 0, "seed": seed, "max_tokens": MAX_TOKENS}
        import openai

        try:
            body = self._send(request)
        except openai.APIStatusError as error:
            if error.status_code in NOT_UNDERSTOOD and rung != "text":
                return None
            raise self._failed(_reason(error)) from error
        except (openai.OpenAIError, TimeoutError) as error:
            raise self._failed(_reason(error)) from error
        return self._read(body, rung)

    def _send(self, request: dict[str, Any]) -> bytes:
        import openai

        wanted = {key: value for key, value in request.items() if key not in self._unknown}
        try:
            return self._receive(wanted)
        except openai.BadRequestError as error:
            # Some models take no temperature, seed or max_tokens; the answer says which.
            if error.param not in {"temperature", "seed", "max_tokens"} & set(wanted):
                raise
            self._unknown.add(str(error.param))
            return self._send(request)

    def _receive(self, request: dict[str, Any]) -> bytes:
        import httpx2

        deadline, body = time.monotonic() + self._timeout, bytearray()
        create = self._client.chat.completions.with_streaming_response.create
        try:
            with create(**request) as response:
                for part in response.iter_bytes(64 * 1024):
                    body += part
                    if len(body) > MAX_ANSWER_BYTES:
                        raise self._failed(f"answered more than {MAX_ANSWER_BYTES} bytes")
                    if time.monotonic() > deadline:
                        raise self._failed(f"took longer than {self._timeout:g} s")
        except httpx2.HTTPError as error:
            raise self._failed("broke off its answer") from error
        return bytes(body)

    def _read(self, body: bytes, rung: Rung) -> ChatAnswer:
        try:
            completion = _Completion.model_validate_json(body)
        except ValidationError as error:
            raise self._failed("answered something that is no chat completion") from error
        if not completion.choices:
            raise self._failed("answered without any choice")
        choice, usage = completion.choices[0], completion.usage or _Usage()
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise self._failed("refused to answer")
        if choice.finish_reason == "length":
            raise self._failed(f"did not finish within {MAX_TOKENS} tokens")
        if not (choice.message.content or "").strip():
            raise self._failed("answered nothing")
        return ChatAnswer(
            text=_json_part(choice.message.content or ""),
            input_tokens=max(0, usage.prompt_tokens),
            output_tokens=max(0, usage.completion_tokens),
            rung=rung,
        )

    def _failed(self, what: str) -> BackendError:
        return BackendError(
            f"the language model at {self._base_url} {what}; "
            "check it and draft again, or unset SYNTH_LLM_BASE_URL for the template drafter"
        )


def _request(rung: Rung, system: str, user: str, schema: type[BaseModel]) -> dict[str, Any]:
    shape = schema.model_json_schema()
    if rung != "json_schema":
        system = f"{system}\n\nAnswer with one JSON object of this schema:\n{json.dumps(shape)}"
    request: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
    }
    if rung == "json_schema":
        named = {"name": schema.__name__, "schema": shape, "strict": True}
        request["response_format"] = {"type": "json_schema", "json_schema": named}
    elif rung == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request


def _fits(text: str, schema: type[BaseModel]) -> bool:
    """Return whether `text` is an object of the asked form; what is in it is the caller's to judge.

    Some endpoints take a schema and ignore it: only then is the next rung worth asking.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    required = {name for name, field in schema.model_fields.items() if field.is_required()}
    return isinstance(found, dict) and required <= set(found)


def _json_part(text: str) -> str:
    """Return the outermost JSON object in `text`, or `text` where there is none."""
    found = JSON_OBJECT.search(text)
    return found.group() if found else text


def _reason(error: Exception) -> str:
    """Return what went wrong without the endpoint's own words, which may repeat the prompt."""
    status = getattr(error, "status_code", None)
    if status == 401:
        return "does not accept the key; set SYNTH_LLM_API_KEY"
    if status == 429:
        return "is over its limit (429)"
    if status:
        return f"answered with status {status}"
    return "does not answer in time" if "timed out" in str(error) else "cannot be reached"
