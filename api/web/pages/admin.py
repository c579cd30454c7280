"""Admin: people and what they may do, keys, the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import AdminPage, AuditPage, AuditRow, KeyRow, PersonForm, PersonRow
from api.web.format import day, short_id, words
from api.web.framing import make_frame
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access import repo
from synth.access.actions import add_person, change_person, create_key, revoke_key
from synth.access.policy import POLICY, Action, require
from synth.access.types import Member, MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import Conflict, InputError
from synth.review.sealing import seal
from synth.services import Services

router = APIRouter()

ABOVE = (("Admin", "/admin"),)
PAGE = 100


@router.get("/admin")
def show_admin(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show who works here, and to an admin the keys."""
    return _admin(request, visitor, services)


@router.post("/admin/people")
def add(
    request: Request,
    sender: Sending,
    services: Serving,
    name: Annotated[str, Form()] = "",
    role: Annotated[list[MemberRole] | None, Form()] = None,
) -> Response:
    """Add somebody who works here and show their key this once."""
    require(sender.actor, Action.MANAGE_KEYS)
    try:
        with services.writing(sender.workspace_id) as uow:
            who = sender.actor.member.id
            added, key = add_person(services, uow, name=name, roles=role or (), actor_id=who)
    except (InputError, Conflict) as error:
        wrong = PersonForm(name=name, roles=role or (), problem=error.message)
        return _admin(request, sender, services, wrong=wrong)
    return _admin(request, sender, services, new_key=key, new_owner=added.name)


@router.post("/admin/people/{member_id}")
def change(
    request: Request,
    sender: Sending,
    services: Serving,
    member_id: str,
    name: Annotated[str, Form()] = "",
    role: Annotated[list[MemberRole] | None, Form()] = None,
) -> Response:
    """Change what somebody is called and may do."""
    require(sender.actor, Action.MANAGE_KEYS)
    who, roles = sender.actor.member.id, role or ()
    try:
        with services.writing(sender.workspace_id) as uow:
            change_person(services, uow, member_id=member_id, name=name, roles=roles, actor_id=who)
    except (InputError, Conflict) as error:
        wrong = PersonForm(name=name, roles=roles, problem=error.message, member_id=member_id)
        return _admin(request, sender, services, wrong=wrong)
    return RedirectResponse("/admin?done=person-changed", status_code=303)


@router.post("/admin/keys")
def make_key(
    request: Request, sender: Sending, services: Serving, member_id: Annotated[str, Form()]
) -> Response:
    """Create a key and show it this once."""
    require(sender.actor, Action.MANAGE_KEYS)
    with services.writing(sender.workspace_id) as uow:
        key = create_key(services, uow, member_id=member_id, actor_id=sender.actor.member.id)
        owner = repo.load_members(uow)[member_id].name
    return _admin(request, sender, services, new_key=key, new_owner=owner)


@router.post("/admin/keys/{key_id}/revoke")
def end_key(sender: Sending, services: Serving, key_id: str) -> Response:
    """Revoke a key."""
    require(sender.actor, Action.MANAGE_KEYS)
    with services.writing(sender.workspace_id) as uow:
        revoke_key(services, uow, key_id=key_id, actor_id=sender.actor.member.id)
    return RedirectResponse("/admin?done=key-revoked", status_code=303)


@router.get("/audit")
def show_audit(request: Request, visitor: Visiting, services: Serving, before: int = 0) -> Response:
    """Show whether the chain is intact, and the acts, newest first."""
    require(visitor.actor, Action.READ_AUDIT)
    with services.reading(visitor.workspace_id) as uow:
        total = audit.count(uow)
        broken = find_break(services.secret, audit.events(uow))
        last = before - 1 if 0 < before <= total else total
        first = max(0, last - PAGE)
        events = seal(uow, visitor.actor, audit.events(uow, after=first, limit=last - first))
        members = repo.load_members(uow)
        frame = make_frame(request, uow, visitor, title="Audit", section="admin", crumbs=ABOVE)
    page = AuditPage(
        broken=broken or "",
        total=total,
        rows=[
            AuditRow(
                seq=event.seq,
                at=event.at,
                who=members[event.actor_id].name if event.actor_id in members else "the machine",
                action=words(event.action.replace(".", ": ")),
                subject=f"{words(event.subject_kind)} {short_id(event.subject_id)}",
                data=", ".join(
                    f"{words(key)} {_fact(value)}" for key, value in sorted(event.data.items())
                ),
                full=" ".join([event.subject_id, *(str(value) for value in event.data.values())]),
            )
            for event in reversed(events)
        ],
        older=f"/audit?before={first + 1}" if first else "",
    )
    return render(request, "audit.html", page, frame)


def _admin(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    new_key: str = "",
    new_owner: str = "",
    wrong: PersonForm | None = None,
) -> Response:
    manages = visitor.may(Action.MANAGE_KEYS)
    with services.reading(visitor.workspace_id) as uow:
        members = repo.load_members(uow)
        keys = repo.keys(uow) if manages else []
        frame = make_frame(request, uow, visitor, title="Admin", section="admin")
    page = AdminPage(
        people=[
            PersonRow(id=each.id, name=each.name, roles=sorted(each.roles), may=may_do(each))
            for each in members.values()
        ],
        keys=[
            KeyRow(
                id=row["id"],
                prefix=row["prefix"],
                owner=row["name"],
                created=day(row["created_at"], year=True),
                last_used=day(row["last_used_at"], year=True) if row["last_used_at"] else "never",
                is_revoked=row["revoked_at"] is not None,
            )
            for row in keys
        ],
        may_manage=manages,
        new_key=new_key,
        new_owner=new_owner,
        wrong=wrong,
    )
    return render(request, "admin.html", page, frame, status=422 if wrong else 200)


def may_do(member: Member) -> str:
    """Return what somebody's roles allow, in words."""
    return ", ".join(words(action.value) for action in Action if member.roles & POLICY[action])


def _fact(value: object) -> str:
    """Return a fact of an event in words: several values with commas, ids cut short."""
    if isinstance(value, dict):
        return ", ".join(f"{words(str(key))} {_fact(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_fact(one) for one in value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    return short_id(str(value))
