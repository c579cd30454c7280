"""Writes down each deadline of an insight that passed without an answer, once."""

from __future__ import annotations

from synth.audit import repo as audit
from synth.audit.chain import MACHINE
from synth.insights import repo
from synth.insights.flags import due_on
from synth.insights.standing import state_of
from synth.services import Services


def escalate_insights(services: Services, workspace_id: str) -> int:
    """Write down every decision that is late, or was never taken; return how many are new.

    A deadline that is moved and passes again is written down again.
    """
    now = services.clock()
    new = 0
    with services.writing(workspace_id) as uow:
        known = repo.escalated(uow)
        steps, decisions = repo.all_steps(uow), repo.all_decisions(uow)
        for insight in repo.list_insights(uow):
            own, decided = steps.get(insight.id, ()), decisions.get(insight.id, ())
            decision = decided[-1] if decided else None
            due = due_on(insight, state_of(own), own, decision)
            if due is None or now.date() <= due or (insight.id, due) in known:
                continue
            repo.note_escalation(uow, insight.id, due, now)
            audit.append(
                uow,
                services.secret,
                at=now,
                actor_id=MACHINE,
                action="insight.overdue",
                subject=("insight", insight.id),
                data={
                    "owner": decision.owner_id if decision else None,
                    "due_on": due.isoformat(),
                    "days": (now.date() - due).days,
                },
            )
            new += 1
    return new
