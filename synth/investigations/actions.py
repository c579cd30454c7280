"""What people do with an investigation: open it, change its brief, decide, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.errors import InputError, NotFound
from synth.investigations import repo
from synth.investigations.changing import change_case, clean
from synth.investigations.opening import open_anomaly
from synth.investigations.transitions import DECIDE, Act, follow, heard
from synth.investigations.types import Decision, Investigation
from synth.metrics import repo as metrics
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: A decision is due within a quarter at most.
MOST_DAYS = 92

#: Days that somebody who reopens an investigation has at least.
DAYS_AGAIN = 7

#: People to talk to and sessions to watch that a brief may ask for.
MOST_TARGET = 200


def open_investigation(services: Services, actor: Actor, anomaly_id: str) -> Investigation:
    """Open the investigation of an anomaly; the one it has already is returned as it is.

    Raises:
        NotFound: no such anomaly.
    """
    require(actor, Action.INVESTIGATE)
    me = actor.member.id
    with services.writing(actor.workspace_id) as uow:
        anomaly = metrics.load_anomaly(uow, anomaly_id)
        return open_anomaly(services, uow, anomaly, opened_by=me, owner_id=me)


def change_brief(
    services: Services, actor: Actor, investigation_id: str, **changes: Any
) -> Investigation:
    """Change question, method, owner_id, deadline, talks_target or replays_target.

    Raises:
        InputError: a value that cannot be.
        NotFound: no such investigation, or no such owner.
        Conflict: it is decided.
    """
    require(actor, Action.INVESTIGATE)
    given = {name: value for name, value in changes.items() if value is not None}

    def change(uow: UnitOfWork, case: Investigation) -> Investigation:
        if not case.state.is_open:
            follow(case.state, Act.DECIDE)
        checked = _checked(services, uow, given)
        later = checked.get("deadline", case.deadline) > services.clock()
        return replace(case, **checked, escalated_at=None if later else case.escalated_at)

    data = {"changed": sorted(given)}
    return change_case(services, actor, investigation_id, "investigation.brief", data, change)


def decide(
    services: Services,
    actor: Actor,
    investigation_id: str,
    decision: Decision | str,
    note: str = "",
) -> Investigation:
    """End an investigation: build or test need both sides; drop and no cause need a reason.

    Raises:
        InputError: no such decision, or no reason.
        Conflict: a side is missing, or it is decided.
    """
    require(actor, Action.INVESTIGATE)
    if decision not in set(Decision):
        expected = ", ".join(Decision)
        raise InputError("decision", found=str(decision)[:40], expected=expected)
    chosen = Decision(decision)
    reason = clean(note, "reason", needed=chosen in (Decision.DROP, Decision.NO_CAUSE))

    def change(_uow: UnitOfWork, case: Investigation) -> Investigation:
        return replace(
            case,
            state=follow(case.state, DECIDE[chosen]),
            decision=chosen,
            decision_note=reason,
            decided_by=actor.member.id,
            decided_at=services.clock(),
        )

    data = {"decision": str(chosen)}
    return change_case(services, actor, investigation_id, "investigation.decide", data, change)


def reopen(services: Services, actor: Actor, investigation_id: str) -> Investigation:
    """Open an ended investigation again, as far as its standing findings take it.

    Raises:
        Conflict: it is open.
    """
    require(actor, Action.INVESTIGATE)

    def change(uow: UnitOfWork, case: Investigation) -> Investigation:
        sides = [one.side for one in repo.list_findings(uow, case.id).get(case.id, [])]
        return replace(
            case,
            state=heard(follow(case.state, Act.REOPEN), sides),
            decision=None,
            decision_note="",
            decided_by=None,
            decided_at=None,
            escalated_at=None,
            deadline=max(case.deadline, services.clock() + timedelta(days=DAYS_AGAIN)),
        )

    return change_case(services, actor, investigation_id, "investigation.reopen", {}, change)


def _checked(services: Services, uow: UnitOfWork, given: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("question", "method"):
            checked[name] = clean(str(value), name, needed=True)
        elif name == "owner_id":
            checked[name] = _owner(uow, str(value))
        elif name == "deadline":
            checked[name] = _deadline(services.clock(), value)
        else:
            checked[name] = _target(name, value)
    return checked


def _owner(uow: UnitOfWork, member_id: str) -> str:
    if member_id not in access.load_members(uow):
        raise NotFound(f"no member {member_id} in this workspace")
    return member_id


def _deadline(now: datetime, given: datetime) -> datetime:
    deadline = given.astimezone(UTC)
    if not now < deadline <= now + timedelta(days=MOST_DAYS):
        raise InputError(
            "deadline",
            found=given.isoformat(),
            expected=f"a time within {MOST_DAYS} days from now",
        )
    return deadline


def _target(name: str, value: object) -> int:
    if not isinstance(value, int) or not 1 <= value <= MOST_TARGET:
        raise InputError(name, found=str(value)[:40], expected=f"1 to {MOST_TARGET}")
    return value
