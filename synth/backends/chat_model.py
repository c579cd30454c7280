"""Port: a prompt to a JSON answer, and the gate that every request of it passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

#: HTTP requests for one question at most: probing, retries and the repair together.
MAX_REQUESTS = 6
#: Longest answer asked for, in tokens.
MAX_TOKENS = 1200
TEMPERATURE = 0.0


@dataclass(frozen=True, kw_only=True)
class ChatAnswer:
    """What a model said; hostile until it is validated."""

    text: str
    input_tokens: int  #: of all requests made for it
    output_tokens: int
    rung: str  #: "responses", "json_schema", "json_object" or "text": what the endpoint understood
    requests: int = 1


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """What is known of an endpoint: found out with its first question, then kept."""

    id: str  #: of address and model
    model: str
    rung: str | None = None  #: the strongest that gave a valid answer; None: not known yet
    left_out: tuple[str, ...] = ()  #: parameters it refuses


class Gate(Protocol):
    """What all workers share about an endpoint."""

    def known(self, endpoint_id: str) -> Endpoint | None:
        """Return what was found out before."""
        ...

    def record(self, endpoint: Endpoint) -> None:
        """Keep what was found out."""
        ...

    def pass_through(self, endpoint: Endpoint) -> None:
        """Wait for this request's turn; raises BackendError where that would take too long."""
        ...

    def hold(self, endpoint: Endpoint, seconds: float) -> None:
        """Let nobody through for `seconds`, as the endpoint asked."""
        ...


class OpenGate:
    """A gate of one process that lets every request through and remembers endpoints."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, Endpoint] = {}

    def known(self, endpoint_id: str) -> Endpoint | None:
        """Return what was found out before."""
        return self._known.get(endpoint_id)

    def record(self, endpoint: Endpoint) -> None:
        """Keep what was found out."""
        self._known[endpoint.id] = endpoint

    def pass_through(self, endpoint: Endpoint) -> None:
        """Let the request through."""

    def hold(self, endpoint: Endpoint, seconds: float) -> None:
        """Hold nobody: the one who asked waits by itself."""


class ChatModel(Protocol):
    """Answers one prompt with JSON; has no tools and keeps no state."""

    @property
    def name(self) -> str:
        """Return the model's name, as recorded with every draft."""
        ...

    def answer(
        self,
        *,
        system: str,
        user: str,
        schema: type[BaseModel],
        seed: int,
        gate: Gate | None = None,
    ) -> ChatAnswer:
        """Return the answer at temperature 0; raises BackendError, bounded retries inside."""
        ...
