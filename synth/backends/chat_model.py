"""Port: a prompt to a JSON answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel


@dataclass(frozen=True, kw_only=True)
class ChatAnswer:
    """What a model said; hostile until it is validated."""

    text: str
    input_tokens: int
    output_tokens: int
    rung: str  #: "json_schema", "json_object" or "text": what the endpoint understood


class ChatModel(Protocol):
    """Answers one prompt with JSON; has no tools and keeps no state."""

    @property
    def name(self) -> str:
        """Return the model's name, as recorded with every draft."""
        ...

    def answer(self, *, system: str, user: str, schema: type[BaseModel], seed: int) -> ChatAnswer:
        """Return the answer at temperature 0; raises BackendError, bounded retries inside."""
        ...
