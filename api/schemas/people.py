"""People who are one: joins, suggestions, crosswalks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Given, Shown, only
from synth.people.types import Merge

Named = Annotated[str, Field(min_length=1, max_length=320, examples=["P12", "user:u1"])]


class MergeGiven(Given):
    """Two people who are one, each by pseudonym, id, `user:ID` or `email:ADDRESS`."""

    people: Annotated[list[Named], Field(min_length=2, max_length=2)]
    note: Annotated[str, Field(max_length=500)] = ""


class MergeShown(Shown):
    """Two people said to be one, who says so and why."""

    id: str
    people: tuple[str, str]
    state: str
    ground: str
    detail: str
    made_by: str
    made_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    @classmethod
    def of(cls, merge: Merge, names: Mapping[str, str]) -> Self:
        """Return `merge` with pseudonyms instead of ids."""
        people = {"people": (names[merge.kept_id], names[merge.merged_id])}
        return cls.model_validate(only(cls.model_fields, {**vars(merge), **people}))


class Merged(Shown):
    """What joining two people did; `join` is null where they were one already."""

    join: MergeShown | None
    job_id: str | None


class CrosswalkImported(Shown):
    """What a crosswalk did; each row not used is named in `problems`."""

    rows: int
    joined: int
    problems: tuple[str, ...]
    job_id: str | None


class WithdrawnShown(Shown):
    """What went when a person withdrew; the pseudonym stays."""

    participant: str
    ids: int
    joins: int
    events: int
    values: int
    anomalies: int
    sessions: int
    documents: int
    passages: int
    quotes: int
    texts: int
    originals: int
    erasure_job_id: str  #: cleans files, database and index
    job_id: str | None  #: counts anomalies and links anew


class CoverageShown(Shown):
    """How many people were heard, were measured, and are known to be both."""

    heard: int
    measured: int
    both: int
