"""People of the workspace, their keys, and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from api.schemas.base import Given, Shown
from synth.access.types import MemberRole

#: Roles in the order of the alphabet, whatever order they are kept in.
Roles = Annotated[list[str], BeforeValidator(sorted)]


class MemberShown(Shown):
    """A person of the workspace."""

    id: str
    name: str
    roles: Roles


class MemberWanted(Given):
    """Somebody who works here: a name nobody else has, and one role or several."""

    name: str
    roles: list[MemberRole]


class MemberAdded(Shown):
    """Who was added, and the only answer that ever holds their key."""

    member: MemberShown
    key: str


class Me(Shown):
    """Who asks, and what they may do."""

    workspace_id: str
    member: MemberShown
    may: list[str]


class KeyShown(Shown):
    """A key, without the key."""

    id: str
    prefix: str
    name: str
    roles: Roles
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyWanted(Given):
    """For whom a key is made."""

    member_id: str


class NewKey(Shown):
    """The only answer that ever holds the key itself."""

    key: str


class AuditEventShown(Shown):
    """One act; ids and codes only."""

    seq: int
    at: datetime
    actor_id: str
    action: str
    subject_kind: str
    subject_id: str
    data: dict[str, Any]
    hash: str


class AuditVerdict(Shown):
    """Whether the trail proves itself."""

    intact: bool
    events: int
    problem: str | None
