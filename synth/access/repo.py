"""SQL of workspaces, members, keys and sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select, update

from synth.access.types import Actor, Member, MemberRole, RepeatedRequest
from synth.store.tables.access import (
    api_keys,
    idempotent_requests,
    members,
    sessions,
    workspaces,
)
from synth.store.unit_of_work import UnitOfWork


def workspace_ids(connection: Connection) -> list[str]:
    """Return every workspace, oldest first."""
    statement = select(workspaces.c.id).order_by(workspaces.c.created_at, workspaces.c.id)
    return list(connection.execute(statement).scalars())


def stewards(connection: Connection) -> list[tuple[str, datetime, str]]:
    """Return (workspace, since when, its first admin) of every workspace that has one."""
    statement = (
        select(
            workspaces.c.id,
            workspaces.c.created_at,
            members.c.id.label("member_id"),
            members.c.roles,
        )
        .join(members, members.c.workspace_id == workspaces.c.id)
        .order_by(workspaces.c.created_at, workspaces.c.id, members.c.created_at, members.c.id)
    )
    found: dict[str, tuple[str, datetime, str]] = {}
    for row in connection.execute(statement).mappings():
        if MemberRole.ADMIN in row["roles"]:
            found.setdefault(row["id"], (row["id"], row["created_at"], row["member_id"]))
    return list(found.values())


def add_workspace(connection: Connection, workspace_id: str, name: str, now: datetime) -> None:
    """Add a workspace."""
    row = {"id": workspace_id, "name": name, "created_at": now}
    connection.execute(workspaces.insert(), [row])


def workspace_name(uow: UnitOfWork) -> str:
    """Return the name of the workspace."""
    return str(uow.scalar(select(workspaces.c.name).where(workspaces.c.id == uow.workspace_id)))


def add_member(uow: UnitOfWork, member: Member, now: datetime) -> None:
    """Add a person to the workspace."""
    row = {"id": member.id, "name": member.name, "roles": sorted(member.roles), "created_at": now}
    uow.insert(members, [row])


def change_member(uow: UnitOfWork, member: Member) -> None:
    """Replace the name and the roles of a person of the workspace."""
    here = (members.c.workspace_id == uow.workspace_id) & (members.c.id == member.id)
    uow.execute(update(members).where(here).values(name=member.name, roles=sorted(member.roles)))


def country(uow: UnitOfWork) -> str | None:
    """Return whose public holidays count for the workspace's metrics; None: nobody's."""
    statement = select(workspaces.c.country).where(workspaces.c.id == uow.workspace_id)
    found: str | None = uow.scalar(statement)
    return found


def set_country(uow: UnitOfWork, country: str | None) -> None:
    """Say whose public holidays count from now on."""
    this = workspaces.c.id == uow.workspace_id
    uow.execute(workspaces.update().where(this).values(country=country))


def load_members(uow: UnitOfWork) -> dict[str, Member]:
    """Return the people of the workspace by id."""
    statement = select(members).where(members.c.workspace_id == uow.workspace_id)
    return {row["id"]: _member(row) for row in uow.rows(statement)}


def member_names(uow: UnitOfWork) -> dict[str, str]:
    """Return the names of the workspace's people by id."""
    return {key: member.name for key, member in load_members(uow).items()}


def add_key(
    uow: UnitOfWork, *, key_id: str, member_id: str, prefix: str, digest: str, now: datetime
) -> None:
    """Store the hash of a key."""
    row = {"id": key_id, "member_id": member_id, "prefix": prefix, "hash": digest}
    uow.insert(api_keys, [{**row, "created_at": now}])


def find_actor(connection: Connection, digest: str) -> tuple[Actor, datetime | None] | None:
    """Return who owns the unrevoked key with this hash, wherever, and its last noted use."""
    statement = (
        select(api_keys.c.id.label("key_id"), api_keys.c.last_used_at, members)
        .join(
            members,
            (members.c.workspace_id == api_keys.c.workspace_id)
            & (members.c.id == api_keys.c.member_id),
        )
        .where(api_keys.c.hash == digest, api_keys.c.revoked_at.is_(None))
    )
    row = connection.execute(statement).mappings().first()
    return (_actor(row), row["last_used_at"]) if row else None


def note_use(uow: UnitOfWork, key_id: str, now: datetime) -> None:
    """Note that a key is in use."""
    here = (api_keys.c.workspace_id == uow.workspace_id) & (api_keys.c.id == key_id)
    uow.execute(update(api_keys).where(here).values(last_used_at=now))


def keys(uow: UnitOfWork) -> list[RowMapping]:
    """Return all keys with their owners, newest first; hashes left out."""
    statement = (
        select(
            api_keys.c.id,
            api_keys.c.prefix,
            api_keys.c.created_at,
            api_keys.c.last_used_at,
            api_keys.c.revoked_at,
            members.c.name,
            members.c.roles,
        )
        .join(
            members,
            (members.c.workspace_id == api_keys.c.workspace_id)
            & (members.c.id == api_keys.c.member_id),
        )
        .where(api_keys.c.workspace_id == uow.workspace_id)
        .order_by(api_keys.c.created_at.desc())
    )
    return list(uow.rows(statement))


def revoke_key(uow: UnitOfWork, key_id: str, now: datetime) -> bool:
    """Revoke a key and end its sessions; return whether there was such a key in use."""
    changed = uow.execute(
        update(api_keys)
        .where(
            api_keys.c.workspace_id == uow.workspace_id,
            api_keys.c.id == key_id,
            api_keys.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    uow.execute(
        delete(sessions).where(
            sessions.c.workspace_id == uow.workspace_id, sessions.c.key_id == key_id
        )
    )
    return changed == 1


def add_session(
    uow: UnitOfWork,
    *,
    session_id: str,
    actor: Actor,
    token_hash: str,
    csrf_token: str,
    period: tuple[datetime, datetime],
) -> None:
    """Store a browser session."""
    row = {
        "id": session_id,
        "key_id": actor.key_id,
        "member_id": actor.member.id,
        "token_hash": token_hash,
        "csrf_token": csrf_token,
        "created_at": period[0],
        "expires_at": period[1],
    }
    uow.insert(sessions, [row])


def find_session(
    connection: Connection, token_hash: str, now: datetime
) -> tuple[Actor, str] | None:
    """Return who holds the unexpired session with this token, and its CSRF token.

    The key it began with must still be in use: one revoked while the session was being opened
    leaves no session behind.
    """
    statement = (
        select(sessions.c.key_id, sessions.c.csrf_token, members)
        .join(
            members,
            (members.c.workspace_id == sessions.c.workspace_id)
            & (members.c.id == sessions.c.member_id),
        )
        .join(
            api_keys,
            (api_keys.c.workspace_id == sessions.c.workspace_id)
            & (api_keys.c.id == sessions.c.key_id),
        )
        .where(
            sessions.c.token_hash == token_hash,
            sessions.c.expires_at > now,
            api_keys.c.revoked_at.is_(None),
        )
    )
    row = connection.execute(statement).mappings().first()
    return (_actor(row), row["csrf_token"]) if row else None


def end_session(connection: Connection, token_hash: str) -> None:
    """Forget a session."""
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def claim_request(
    uow: UnitOfWork, *, key: str, member_id: str, digest: str, claim: str, now: datetime
) -> RepeatedRequest | None:
    """Take `key` for the request with this hash; return the request that had it, if one did."""
    row = {"key": key, "member_id": member_id, "request_sha256": digest, "created_at": now}
    # Status 0 is "not answered yet"; the claim tells two requests of the same moment apart.
    open_row = {**row, "status": 0, "headers": {"claim": claim}, "body": ""}
    uow.insert_missing(idempotent_requests, [open_row])
    found = uow.row(select(idempotent_requests).where(*_request(uow, key, member_id)))
    if found is None or found["headers"].get("claim") == claim:
        return None
    return RepeatedRequest(
        digest=found["request_sha256"],
        status=found["status"] or None,
        headers=found["headers"],
        body=found["body"],
    )


def remember_answer(
    uow: UnitOfWork,
    *,
    key: str,
    member_id: str,
    status: int,
    headers: Mapping[str, str],
    body: str,
) -> None:
    """Keep the answer a claimed request got."""
    values = {"status": status, "headers": dict(headers), "body": body}
    uow.execute(update(idempotent_requests).where(*_request(uow, key, member_id)).values(**values))


def release_request(uow: UnitOfWork, *, key: str, member_id: str) -> None:
    """Give a claimed key back: its request changed nothing."""
    uow.execute(delete(idempotent_requests).where(*_request(uow, key, member_id)))


def forget_requests(uow: UnitOfWork, *, answered_before: datetime, begun_before: datetime) -> None:
    """Drop answers kept long enough, and requests that never answered."""
    stored = idempotent_requests.c
    uow.execute(
        delete(idempotent_requests).where(
            stored.workspace_id == uow.workspace_id,
            (stored.created_at < answered_before)
            | ((stored.status == 0) & (stored.created_at < begun_before)),
        )
    )


def _request(uow: UnitOfWork, key: str, member_id: str) -> tuple[ColumnElement[bool], ...]:
    stored = idempotent_requests.c
    return (
        stored.workspace_id == uow.workspace_id,
        stored.key == key,
        stored.member_id == member_id,
    )


def _member(row: RowMapping) -> Member:
    roles = frozenset(MemberRole(role) for role in row["roles"])
    return Member(id=row["id"], name=row["name"], roles=roles)


def _actor(row: RowMapping) -> Actor:
    return Actor(workspace_id=row["workspace_id"], member=_member(row), key_id=row["key_id"])
