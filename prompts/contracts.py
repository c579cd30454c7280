"""What the answers to our prompts must look like; everything a model says is checked here first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

Sentence = Annotated[str, Field(min_length=3, max_length=400)]
#: What we ask for; what we accept is wider, and is checked by words, not by length.
AskedSentence = Annotated[str, Field(min_length=30, max_length=200)]
AskedQuote = Annotated[str, Field(min_length=12, max_length=300)]


class QuoteAnswer(BaseModel):
    """Words a model says it copied."""

    model_config = ConfigDict(extra="forbid")

    side: Literal["for", "against"] = "for"
    passage: Annotated[str, Field(max_length=64)]
    speaker: Annotated[str, Field(max_length=64)]
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

    It only guides a model: each passage with its own speaker. What comes back is validated by
    `DraftAnswer` and proved quote by quote.
    """
    choices = [_quote_of(passage, speaker) for passage, speaker in speakers.items()]
    quote: Any = reduce(or_, choices)
    wanted = min(2, len(choices))
    fields: dict[str, Any] = {
        "quotes": (Annotated[list[quote], Field(min_length=wanted, max_length=wanted + 1)], ...),
        "because": (AskedSentence, ...),
        "solution": (AskedSentence, ...),
        "title": (Annotated[str, Field(min_length=10, max_length=90)], ...),
    }
    return create_model("Draft", __base__=DraftAnswer, **fields)


def _quote_of(passage: str, speaker: str) -> type[QuoteAnswer]:
    # Called with a name made of the passage's own id: ids come from us, never from a source.
    fields: dict[str, Any] = {
        "side": (Literal["for", "against"], ...),
        "passage": (Literal[passage], ...),
        "speaker": (Literal[speaker], ...),
        "quote": (AskedQuote, ...),
    }
    return create_model(f"Quote_{passage}", __base__=QuoteAnswer, **fields)


class LabelAnswer(BaseModel):
    """What a model calls a theme, and the passages its title rests on."""

    model_config = ConfigDict(extra="forbid")

    passages: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1)]
    title: Annotated[str, Field(min_length=3, max_length=120)]
    description: Annotated[str, Field(min_length=10, max_length=400)]
    not_this: Annotated[str, Field(max_length=400)]


def label_answer_for(passages: Sequence[str]) -> type[LabelAnswer]:
    """Return the answer model narrowed to these passage ids: the schema we send.

    It only guides a model; what comes back is validated by `LabelAnswer` and proved by its words.
    """
    choices: Any = Literal[tuple(passages)]
    wanted = min(2, len(passages))
    fields: dict[str, Any] = {
        "passages": (
            Annotated[list[choices], Field(min_length=wanted, max_length=wanted + 1)],
            ...,
        ),
        "title": (Annotated[str, Field(min_length=6, max_length=60)], ...),
        "description": (Annotated[str, Field(min_length=30, max_length=200)], ...),
        "not_this": (Annotated[str, Field(max_length=200)], ...),
    }
    return create_model("Label", __base__=LabelAnswer, **fields)


class JudgeAnswer(BaseModel):
    """Which of two summaries a judge says its source bears out."""

    model_config = ConfigDict(extra="forbid")

    because: Annotated[str, Field(max_length=400)]
    verdict: Literal["A", "B", "tie"]
