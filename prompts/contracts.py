"""What the answers to our prompts must look like; everything a model says is checked here first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

Sentence = Annotated[str, Field(min_length=3, max_length=400)]


class QuoteAnswer(BaseModel):
    """Words a model says it copied."""

    model_config = ConfigDict(extra="forbid")

    passage: Annotated[str, Field(max_length=64)]
    speaker: Annotated[str, Field(max_length=64)]
    side: Literal["for", "against"] = "for"
    quote: Annotated[str, Field(max_length=1200)]


class DraftAnswer(BaseModel):
    """A drafted hypothesis; its numbers never come from the model."""

    model_config = ConfigDict(extra="forbid")

    quotes: Annotated[list[QuoteAnswer], Field(min_length=1, max_length=8)]
    because: Sentence
    solution: Sentence
    title: Sentence


def draft_answer_for(speakers: Mapping[str, str]) -> type[DraftAnswer]:
    """Return the answer model narrowed to these passages (id -> speaker): the schema we send.

    It only guides a model. What comes back is validated by `DraftAnswer` and proved quote by quote.
    """
    passages, names = tuple(speakers), tuple(dict.fromkeys(speakers.values()))
    wanted = min(2, len(passages))
    quote = create_model(
        "PassageQuote",
        __base__=QuoteAnswer,
        passage=(Literal[passages], ...),
        speaker=(Literal[names], ...),
        side=(Literal["for", "against"], ...),
        quote=(Annotated[str, Field(min_length=12, max_length=300)], ...),
    )
    narrowed = create_model(
        "Draft",
        __base__=DraftAnswer,
        quotes=(Annotated[list[quote], Field(min_length=wanted, max_length=4)], ...),  # type: ignore[valid-type]
    )
    return cast("type[DraftAnswer]", narrowed)
