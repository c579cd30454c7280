"""Whom an investigation may ask, and why it may not ask the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from api.schemas.base import Shown
from synth.investigations.progress import left_out_words
from synth.investigations.types import Askable, Person


class AskableShown(Shown):
    """Of the people hit and not talked to: who may be asked, and why the others are left out."""

    to_ask: int
    not_asked: int
    refused: int
    silent: int
    left_out: str  #: the same in words

    @classmethod
    def of(cls, askable: Askable) -> Self:
        """Return the counts with their words."""
        return cls(**vars(askable), left_out=left_out_words(askable))


class RecruitShown(Shown):
    """Somebody of the slice to ask: hit, consenting, not talked to yet."""

    participant_id: str
    pseudonym: str
    external_id: str
    segments: Mapping[str, str]

    @classmethod
    def of(cls, person: Person) -> RecruitShown:
        """Return a person without what does not matter for asking."""
        return cls(**{name: getattr(person, name) for name in cls.model_fields})
