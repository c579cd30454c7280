"""First start, keys, and proving who acts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from synth.access import repo
from synth.access.types import Actor, Member, MemberRole
from synth.audit import repo as audit
from synth.core.fingerprints import sha256_text
from synth.core.ids import new_id
from synth.errors import Conflict, InputError, NotFound, Unauthenticated
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

KEY_PREFIX = "synth_"
SESSION_LIFE = timedelta(hours=12)
#: How often it is noted that a key is in use: what is read is a day.
USE_NOTED = timedelta(days=1)
#: Longest name of a person who works here, in characters.
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class FirstStart:
    """What the first start made; the keys are shown once and stored only as hashes."""

    workspace_id: str
    keys: dict[MemberRole, str]


def start_workspace(services: Services, name: str) -> FirstStart:
    """Create a workspace with one person per role, each with a key."""
    workspace_id = new_id()
    with services.engine.begin() as connection:
        repo.add_workspace(connection, workspace_id, name, services.clock())
        uow = UnitOfWork(connection, workspace_id)
        keys = {role: _add_person(services, uow, role) for role in MemberRole}
    return FirstStart(workspace_id=workspace_id, keys=keys)


def _add_person(services: Services, uow: UnitOfWork, role: MemberRole) -> str:
    name = "PM" if role is MemberRole.PM else role.capitalize()
    member = Member(id=new_id(), name=name, roles=frozenset({role}))
    repo.add_member(uow, member, services.clock())
    return create_key(services, uow, member_id=member.id, actor_id=member.id)


def add_person(
    services: Services,
    uow: UnitOfWork,
    *,
    name: str,
    roles: Iterable[MemberRole],
    actor_id: str,
) -> tuple[Member, str]:
    """Add somebody who works here; return them and their first key, seen only this once.

    Raises InputError without a name or a role, Conflict if somebody has that name.
    """
    member = _checked(uow, Member(id=new_id(), name=name.strip(), roles=frozenset(roles)))
    repo.add_member(uow, member, services.clock())
    _note_person(services, uow, "member.add", member, actor_id)
    return member, create_key(services, uow, member_id=member.id, actor_id=actor_id)


def change_person(
    services: Services,
    uow: UnitOfWork,
    *,
    member_id: str,
    name: str,
    roles: Iterable[MemberRole],
    actor_id: str,
) -> Member:
    """Give somebody who works here another name or other roles, at once and on every session.

    Raises NotFound, InputError and Conflict as `add_person`, and Conflict where nobody would be
    left who manages keys.
    """
    if member_id not in repo.load_members(uow):
        raise NotFound(f"no member {member_id} in this workspace")
    member = _checked(uow, Member(id=member_id, name=name.strip(), roles=frozenset(roles)))
    repo.change_member(uow, member)
    _note_person(services, uow, "member.change", member, actor_id)
    return member


def _checked(uow: UnitOfWork, wanted: Member) -> Member:
    if not 0 < len(wanted.name) <= LONGEST_NAME:
        raise InputError(f"a name needs 1 to {LONGEST_NAME} characters")
    if not wanted.roles:
        raise InputError("choose at least one role: " + ", ".join(MemberRole))
    others = [member for key, member in repo.load_members(uow).items() if key != wanted.id]
    if any(other.name.casefold() == wanted.name.casefold() for other in others):
        raise Conflict(f"somebody here is called {wanted.name} already; choose another name")
    if not any(MemberRole.ADMIN in each.roles for each in [wanted, *others]):
        raise Conflict("nobody would be left as admin: make somebody else admin first")
    return wanted


def _note_person(
    services: Services, uow: UnitOfWork, action: str, member: Member, actor_id: str
) -> None:
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor_id,
        action=action,
        subject=("member", member.id),
        data={"roles": ", ".join(sorted(member.roles))},
    )


def create_key(services: Services, uow: UnitOfWork, *, member_id: str, actor_id: str) -> str:
    """Give a member a new key and return it; this is the only time it is seen."""
    if member_id not in repo.load_members(uow):
        raise NotFound(f"no member {member_id} in this workspace")
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    key_id = new_id()
    repo.add_key(
        uow,
        key_id=key_id,
        member_id=member_id,
        prefix=key[: len(KEY_PREFIX) + 6],
        digest=sha256_text(key),
        now=services.clock(),
    )
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor_id,
        action="key.create",
        subject=("key", key_id),
        data={"member": member_id},
    )
    return key


def revoke_key(services: Services, uow: UnitOfWork, *, key_id: str, actor_id: str) -> None:
    """Revoke a key; raises NotFound if it is not in use here."""
    if not repo.revoke_key(uow, key_id, services.clock()):
        raise NotFound(f"no key {key_id} in use in this workspace")
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor_id,
        action="key.revoke",
        subject=("key", key_id),
    )


def authenticate(services: Services, key: str) -> Actor:
    """Return who owns `key`; raises Unauthenticated."""
    with services.engine.connect() as connection:
        connection.execution_options(reading=True)
        found = repo.find_actor(connection, sha256_text(key)) if key else None
    if found is None:
        raise Unauthenticated("this needs a valid API key: send `Authorization: Bearer KEY`")
    (actor, last_used), now = found, services.clock()
    if last_used is None or now - last_used >= USE_NOTED:
        with services.writing(actor.workspace_id) as uow:
            repo.note_use(uow, actor.key_id, now)
    return actor


def open_session(services: Services, key: str) -> str:
    """Begin a browser session with an API key; return its token, which is not stored."""
    actor = authenticate(services, key)
    token, now = secrets.token_urlsafe(32), services.clock()
    with services.writing(actor.workspace_id) as uow:
        repo.add_session(
            uow,
            session_id=new_id(),
            actor=actor,
            token_hash=sha256_text(token),
            csrf_token=secrets.token_urlsafe(24),
            period=(now, now + SESSION_LIFE),
        )
    return token


def resume_session(services: Services, token: str) -> tuple[Actor, str] | None:
    """Return who holds this session and its CSRF token, or None if it ended."""
    with services.engine.connect() as connection:
        connection.execution_options(reading=True)
        return repo.find_session(connection, sha256_text(token), services.clock())


def close_session(services: Services, token: str) -> None:
    """End a browser session."""
    with services.engine.begin() as connection:
        repo.end_session(connection, sha256_text(token))


def first_start(services: Services, name: str = "My workspace") -> FirstStart | None:
    """Create the first workspace, unless there is one already."""
    with services.engine.connect() as connection:
        connection.execution_options(reading=True)
        if repo.workspace_ids(connection):
            return None
    return start_workspace(services, name)
