"""People who work in a workspace, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class MemberRole(StrEnum):
    """What somebody does here; admin is no reviewer by right."""

    ADMIN = "admin"
    RESEARCHER = "researcher"
    PM = "pm"
    ANALYST = "analyst"
    REVIEWER = "reviewer"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of a workspace."""

    id: str
    name: str
    roles: frozenset[MemberRole]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is acting, proved by a key or a session, in which workspace."""

    workspace_id: str
    member: Member
    key_id: str


@dataclass(frozen=True, kw_only=True)
class RepeatedRequest:
    """A request seen before under the same `Idempotency-Key`, with the answer it got."""

    digest: str  #: SHA-256 of the request
    status: int | None  #: None: not answered yet
    headers: Mapping[str, str]
    body: str
