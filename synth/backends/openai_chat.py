"""Any OpenAI-compatible chat endpoint; the only file that imports `openai` for chat."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from synth.backends import openai_forms as forms
from synth.backends.chat_model import MAX_REQUESTS, ChatAnswer, Endpoint, Gate, OpenGate
from synth.backends.openai_forms import LADDER, BadAnswer, Rung
from synth.errors import BackendError

#: A larger answer is not read to its end.
MAX_ANSWER_BYTES = 1 << 20
#: Seconds for one attempt, from request to last byte.
TIMEOUT = 180.0
#: Attempts after the first on 429, 5xx, lost connections and time-outs.
RETRIES = 2
#: Longest wait for an endpoint that says when to come back, in seconds.
LONGEST_WAIT = 60.0

#: With these an endpoint says that it does not know what was asked for.
NOT_UNDERSTOOD = frozenset({400, 404, 405, 415, 422, 501})
TRANSIENT = frozenset({408, 409, 425, 429})


class _Refused(Exception):
    """The endpoint does not understand this rung."""


class _Transient(Exception):
    """Worth another attempt; `wait` is what the endpoint asked for, in seconds."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


@dataclass
class _Tally:
    """What one question has used so far."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, said: forms.Said | BadAnswer) -> None:
        self.input_tokens += max(0, said.input_tokens)
        self.output_tokens += max(0, said.output_tokens)


class OpenAIChat:
    """Asks for JSON by the strongest means the endpoint understands, and records which."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str,
        timeout: float = TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Talk to `base_url`; an empty `model` means the first one the endpoint lists."""
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._timeout = timeout
        self._sleep = sleep
        self._own_gate = OpenGate()

    @property
    def name(self) -> str:
        """Return the model's name; the first use may ask the endpoint."""
        return self._model or self._first_model

    def answer(
        self,
        *,
        system: str,
        user: str,
        schema: type[BaseModel],
        seed: int,
        gate: Gate | None = None,
    ) -> ChatAnswer:
        """Return JSON that fits `schema`, or the last text said; raises BackendError.

        An endpoint nobody asked before is led down the ladder until an answer fits, which is
        recorded; after that only that rung is asked, and once again where an answer does not fit.
        """
        gate, endpoint_id = gate or self._own_gate, self._endpoint_id
        endpoint = gate.known(endpoint_id) or Endpoint(id=endpoint_id, model=self.name)
        talk = _Talk(self, gate, endpoint, (system, user, schema, seed))
        start = LADDER.index(endpoint.rung) if endpoint.rung in LADDER else 0
        said: ChatAnswer | None = None
        for rung in LADDER[start:]:
            answer = talk.ask(rung, user)
            if answer is None:
                continue
            said = answer
            if forms.fits(answer.text, schema):
                talk.record(rung)
                return answer
            if endpoint.rung is not None:
                break
        if said is None:
            raise self.failed("refuses every form of the request; check the model's name")
        return talk.repaired(said)

    def close(self) -> None:
        """Let go of the connections; the next question opens them again."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    def receive(self, rung: Rung, request: dict[str, Any]) -> bytes:
        """Return the body of one answer; raises _Refused, _Transient or BackendError."""
        import openai

        try:
            return self._receive(rung, request)
        except openai.APIStatusError as error:
            raise self._of_status(rung, error) from error
        except openai.APITimeoutError as error:
            raise _Transient("does not answer in time") from error
        except (openai.OpenAIError, TimeoutError) as error:
            raise _Transient("cannot be reached") from error

    def failed(self, what: str) -> BackendError:
        """Return the error for people: what the endpoint does, and what to do."""
        return BackendError(
            f"the language model at {self._base_url} {what}; "
            "check it and draft again, or unset SYNTH_LLM_BASE_URL for the template drafter"
        )

    def rest(self, seconds: float) -> None:
        """Wait before another attempt."""
        self._sleep(seconds)

    @property
    def _endpoint_id(self) -> str:
        return hashlib.sha256(f"{self._base_url}\0{self.name}".encode()).hexdigest()

    @cached_property
    def _client(self) -> Any:
        from openai import OpenAI

        return OpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            timeout=self._timeout,
            max_retries=0,
        )

    @cached_property
    def _first_model(self) -> str:
        import openai

        try:
            models = self._client.models.list().data
        except openai.OpenAIError as error:
            raise self.failed(_reason(error)) from error
        except ValueError as error:
            raise self.failed("lists its models in a form nobody can read") from error
        if not models:
            raise self.failed("lists no model; set SYNTH_LLM_MODEL")
        return str(models[0].id)

    def _of_status(self, rung: Rung, error: Any) -> Exception:
        status = error.status_code
        if status == 400 and error.param and error.param in {"temperature", "seed", "max_tokens"}:
            return _LeftOut(str(error.param))
        if status in NOT_UNDERSTOOD and rung != "text":
            return _Refused(str(status))
        if status in TRANSIENT or status >= 500:
            return _Transient(_reason(error), _retry_after(error))
        return self.failed(_reason(error))

    def _receive(self, rung: Rung, request: dict[str, Any]) -> bytes:
        import httpx2

        deadline, body = time.monotonic() + self._timeout, bytearray()
        api = self._client.responses if rung == "responses" else self._client.chat.completions
        try:
            with api.with_streaming_response.create(**request) as response:
                for part in response.iter_bytes(64 * 1024):
                    body += part
                    if len(body) > MAX_ANSWER_BYTES:
                        raise self.failed(f"answered more than {MAX_ANSWER_BYTES} bytes")
                    if time.monotonic() > deadline:
                        raise self.failed(f"took longer than {self._timeout:g} s")
        except httpx2.HTTPError as error:
            raise _Transient("broke off its answer") from error
        return bytes(body)


class _LeftOut(Exception):
    """The endpoint does not take this parameter."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _Talk:
    """One question: its requests, counted and bounded."""

    def __init__(
        self,
        chat: OpenAIChat,
        gate: Gate,
        endpoint: Endpoint,
        question: tuple[str, str, type[BaseModel], int],
    ) -> None:
        self._chat, self._gate, self._endpoint = chat, gate, endpoint
        self._system, self._user, self._schema, self._seed = question
        self._tally = _Tally()

    def ask(self, rung: Rung, user: str) -> ChatAnswer | None:
        """Return the answer, or None where the endpoint does not understand this rung."""
        request = forms.build(rung, self._system, user, self._schema, self._seed)
        probing = self._endpoint.rung is None and rung == "responses"
        try:
            said = forms.read(rung, self._send(rung, {"model": self._chat.name, **request}))
        except _Refused:
            return None
        except BadAnswer as error:
            self._tally.add(error)
            if probing and error.input_tokens == 0:
                return None  # whatever answers under this address knows no responses
            raise self._failed(str(error)) from error
        except _Transient as error:
            if probing:
                return None
            raise self._failed(str(error)) from error
        self._tally.add(said)
        return ChatAnswer(
            text=said.text,
            input_tokens=self._tally.input_tokens,
            output_tokens=self._tally.output_tokens,
            rung=rung,
            requests=self._tally.requests,
        )

    def repaired(self, said: ChatAnswer) -> ChatAnswer:
        """Return a second answer if one request more gives one that fits, else the first."""
        if self._tally.requests >= MAX_REQUESTS:
            return said
        rung = next(one for one in LADDER if one == said.rung)
        try:
            again = self.ask(rung, forms.repair_words(self._user, said.text))
        except BackendError:
            again = None
        if again is not None and forms.fits(again.text, self._schema):
            self.record(rung)
            return again
        return replace(said, **vars(self._tally))

    def record(self, rung: Rung) -> None:
        """Keep what was found out about the endpoint."""
        self._endpoint = replace(self._endpoint, rung=rung)
        if self._gate.known(self._endpoint.id) != self._endpoint:
            self._gate.record(self._endpoint)

    def _send(self, rung: Rung, request: dict[str, Any]) -> bytes:
        retries = 0 if rung == "responses" and self._endpoint.rung is None else RETRIES
        while True:
            wanted = {k: v for k, v in request.items() if k not in self._endpoint.left_out}
            if self._tally.requests >= MAX_REQUESTS:
                raise self._failed(f"gave no usable answer to {MAX_REQUESTS} requests")
            self._gate.pass_through(self._endpoint)
            self._tally.requests += 1
            try:
                return self._chat.receive(rung, wanted)
            except BackendError as error:
                error.data.update(vars(self._tally))
                raise
            except _LeftOut as error:
                if error.name not in wanted:
                    raise self._failed("answered with status 400") from error
                left_out = (*self._endpoint.left_out, error.name)
                self._endpoint = replace(self._endpoint, left_out=left_out)
            except _Transient as error:
                if retries == 0:
                    raise
                retries -= 1
                self._wait(error, RETRIES - retries)

    def _wait(self, error: _Transient, attempt: int) -> None:
        if error.wait is not None:
            self._gate.hold(self._endpoint, error.wait)
            if error.wait > LONGEST_WAIT:
                raise self._failed(f"asks to come back in {error.wait:.0f} s") from error
        self._chat.rest(error.wait if error.wait is not None else 0.5 * 2**attempt)

    def _failed(self, what: str) -> BackendError:
        error = self._chat.failed(what)
        error.data.update(vars(self._tally))
        return error


def _retry_after(error: Any) -> float | None:
    """Return the seconds an endpoint asks to wait; a date or nonsense gives None."""
    value = error.response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


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
