"""Shapes every request and answer is made of."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")


class Given(BaseModel):
    """What a client sends: an unknown field is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000, allow_inf_nan=False)


class Shown(BaseModel):
    """What a client gets, read from a slice's value."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Page(BaseModel, Generic[T]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


class Share(Shown):
    """k of n people with the Wilson 95 % interval."""

    k: int
    n: int
    low: float
    high: float


class IntervalShown(Shown):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


class PeriodShown(Shown):
    """From `start` up to but without `end`, UTC."""

    start: datetime
    end: datetime


class Problem(BaseModel):
    """An error, as in RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str | None
    errors: list[dict[str, Any]]


def only(names: Container[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `values` that are named."""
    return {name: value for name, value in values.items() if name in names}
