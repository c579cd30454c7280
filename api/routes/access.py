"""Who I am, who else is here, and keys."""

from __future__ import annotations

from fastapi import Response

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.access import (
    KeyShown,
    KeyWanted,
    Me,
    MemberAdded,
    MemberShown,
    MemberWanted,
    NewKey,
)
from api.schemas.base import Page
from synth.access import actions, repo
from synth.access.policy import Action, may

router = guarded_router("access")


@router.get("/v1/me")
def show_me(context: ContextOf) -> Me:
    """Say who the key or the session belongs to, and what they may do."""
    return Me(
        workspace_id=context.actor.workspace_id,
        member=MemberShown.model_validate(context.actor.member),
        may=[action for action in Action if may(context.actor, action)],
    )


@router.get("/v1/members")
def list_members(context: ContextOf, paging: PagingOf) -> Page[MemberShown]:
    """List the people of the workspace."""
    with context.reading() as uow:
        members = sorted(repo.load_members(uow).values(), key=lambda member: member.id)
    return paging.cut([MemberShown.model_validate(each) for each in members], lambda each: each.id)


@router.post("/v1/members", status_code=201)
def add_member(wanted: MemberWanted, context: ContextOf) -> MemberAdded:
    """Add somebody who works here; this answer is the only time their key is seen."""
    with context.writing() as uow:
        member, key = actions.add_person(
            context.services,
            uow,
            name=wanted.name,
            roles=wanted.roles,
            actor_id=context.actor.member.id,
        )
    return MemberAdded(member=MemberShown.model_validate(member), key=key)


@router.put("/v1/members/{member_id}")
def change_member(member_id: str, wanted: MemberWanted, context: ContextOf) -> MemberShown:
    """Give somebody another name or other roles; their sessions go by them at once."""
    with context.writing() as uow:
        member = actions.change_person(
            context.services,
            uow,
            member_id=member_id,
            name=wanted.name,
            roles=wanted.roles,
            actor_id=context.actor.member.id,
        )
    return MemberShown.model_validate(member)


@router.get("/v1/keys")
def list_keys(context: ContextOf, paging: PagingOf) -> Page[KeyShown]:
    """List all keys with their owners; never the keys themselves."""
    with context.reading() as uow:
        keys = [KeyShown.model_validate(dict(row)) for row in repo.keys(uow)]
    return paging.cut(keys, lambda key: key.id)


@router.post("/v1/keys", status_code=201)
def create_key(wanted: KeyWanted, context: ContextOf) -> NewKey:
    """Make a key for a member; this answer is the only time it is seen."""
    with context.writing() as uow:
        key = actions.create_key(
            context.services,
            uow,
            member_id=wanted.member_id,
            actor_id=context.actor.member.id,
        )
    return NewKey(key=key)


@router.delete("/v1/keys/{key_id}", status_code=204, response_class=Response)
def revoke_key(key_id: str, context: ContextOf) -> None:
    """Revoke a key and end the sessions begun with it."""
    with context.writing() as uow:
        actions.revoke_key(context.services, uow, key_id=key_id, actor_id=context.actor.member.id)
