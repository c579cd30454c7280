"""The backlog: items, what they rest on, where they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Given, Shown
from api.schemas.outcomes import Id, Text
from synth.insights.types import ItemKind, ItemState, Ranked


class GateShown(Shown):
    """What an item of the backlog rests on."""

    quant: int
    qual: int
    missing: Sequence[str]


class ItemShown(Shown):
    """An item of the backlog with its evidence gate."""

    id: str
    title: str
    kind: ItemKind
    state: ItemState
    owner_id: str
    found_in: str | None
    override: str
    created_by: str
    created_at: datetime
    shipped_on: date | None
    insight_ids: Sequence[str]
    gate: GateShown

    @classmethod
    def of(cls, ranked: Ranked) -> Self:
        """Return an item with its gate."""
        gate = GateShown.model_validate(ranked.gate)
        return cls.model_validate({**vars(ranked.item), "gate": gate})


class ItemBody(Given):
    """A new item of the backlog."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    kind: ItemKind = ItemKind.FEATURE
    insight_ids: Annotated[list[Id], Field(default_factory=list, max_length=50)]
    owner_id: Id | None = None


class ItemMove(Given):
    """Where an item goes, and what it then rests on too."""

    state: ItemState
    insight_ids: Annotated[list[Id], Field(default_factory=list, max_length=50)]
    override: Text = ""
    shipped_on: date | None = None
