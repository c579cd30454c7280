"""A conversation, ticket or note given as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from api.schemas.base import Given
from api.schemas.sources import Moment
from synth.sources.types import SourceKind

ExternalId = Annotated[str, Field(min_length=1, max_length=300)]
#: A long interview has about 2,000 turns.
MAX_TURNS = 100_000
LONGEST_TEXT = 10_000_000


class _Said(Given):
    model_config = ConfigDict(str_max_length=LONGEST_TEXT)

    speaker: Annotated[str, Field(max_length=300)] | None = None
    role: Literal["participant", "interviewer", "staff"] | None = None  #: None: by the label
    user_id: Annotated[str, Field(max_length=300)] | None = None


class TurnGiven(_Said):
    """One utterance; offsets are given back relative to the redacted document."""

    text: str
    start_ms: Annotated[int, Field(ge=0, le=2**53)] | None = None
    end_ms: Annotated[int, Field(ge=0, le=2**53)] | None = None


class DocumentPut(_Said):
    """One document: either its turns, or a text that one person wrote; default: transcript."""

    external_id: ExternalId | None = None
    kind: SourceKind | None = None
    title: Annotated[str, Field(max_length=500)] = ""
    turns: Annotated[list[TurnGiven], Field(max_length=MAX_TURNS)] | None = None
    text: str | None = None
    occurred_at: Moment = None
    url: Annotated[str, Field(max_length=2000)] | None = None
    metadata: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _turns_or_text(self) -> DocumentPut:
        if (self.turns is None) == (self.text is None):
            raise ValueError("send either `turns` or `text`")
        return self


class DocumentGiven(DocumentPut):
    """One document that says itself which one it is."""

    external_id: ExternalId
