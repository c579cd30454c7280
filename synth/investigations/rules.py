"""Adding and changing the rules by which anomalies open an investigation by themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from enum import StrEnum

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import new_id
from synth.errors import InputError, NotFound
from synth.investigations import repo
from synth.investigations.actions import MOST_DAYS
from synth.investigations.changing import clean
from synth.investigations.types import Trigger, TriggerTerms
from synth.metrics import repo as metrics
from synth.metrics.types import AnomalyKind, Mark
from synth.services import Services


def put_trigger(
    services: Services,
    actor: Actor,
    terms: TriggerTerms,
    *,
    owner_id: str | None = None,
    trigger_id: str | None = None,
) -> Trigger:
    """Add a trigger, or change the one named; without `owner_id` its owner stays, or is who adds.

    Raises:
        InputError: an unknown kind, a negative number, a deadline out of range.
        NotFound: no such trigger, metric or member.
    """
    require(actor, Action.INVESTIGATE)
    _check(terms)
    given = {one.name: getattr(terms, one.name) for one in fields(TriggerTerms)}
    name = clean(terms.name, "name of a trigger", needed=True)
    with services.writing(actor.workspace_id) as uow:
        known = repo.load_trigger(uow, trigger_id) if trigger_id else None
        owner = owner_id or (known.owner_id if known else actor.member.id)
        _require_known("metric", terms.metrics, {one.name for one in metrics.list_metrics(uow)})
        _require_known("member", [owner], set(access.load_members(uow)))
        trigger = Trigger(
            **{**given, "name": name},
            id=known.id if known else new_id(),
            owner_id=owner,
            created_by=known.created_by if known else actor.member.id,
            created_at=known.created_at if known else services.clock(),
        )
        repo.save_trigger(uow, trigger)
        record_act(
            services,
            uow,
            actor,
            action="trigger.change" if known else "trigger.add",
            subject=("trigger", trigger.id),
            data={
                "active": terms.is_active,
                "min_affected": terms.min_affected,
                "min_change": terms.min_change,
            },
        )
    return trigger


def _check(terms: TriggerTerms) -> None:
    _require_one_of("anomaly kind", terms.kinds, AnomalyKind)
    _require_one_of("mark", terms.marks, Mark)
    if terms.min_affected < 0 or not 0 <= terms.min_change <= 1_000:
        raise InputError("trigger", found="a negative or endless size", expected="0 or more")
    if not 1 <= terms.deadline_days <= MOST_DAYS:
        found, expected = str(terms.deadline_days), f"1 to {MOST_DAYS}"
        raise InputError("deadline_days", found=found, expected=expected)


def _require_one_of(what: str, wanted: Sequence[str], known: type[StrEnum]) -> None:
    unknown = [one for one in wanted if one not in set(known)]
    if unknown:
        raise InputError(what, found=unknown[0][:40], expected=", ".join(known))


def _require_known(what: str, wanted: Sequence[str], known: Collection[str]) -> None:
    missing = [one for one in wanted if one not in known]
    if missing:
        raise NotFound(f"no {what} {missing[0][:80]} in this workspace")
