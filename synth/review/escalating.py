"""Writes down each draft that still waits after its deadline, once."""

from __future__ import annotations

from synth.audit import repo as audit
from synth.audit.chain import MACHINE
from synth.review import repo
from synth.services import Services


def escalate_drafts(services: Services, workspace_id: str) -> int:
    """Write down every draft whose review is late; return how many are new.

    A deadline that is set anew and passes again is written down again.
    """
    now = services.clock()
    with services.writing(workspace_id) as uow:
        late = repo.passed_deadlines(uow, now=now)
        for hypothesis_id, due_at in late.items():
            repo.note_escalation(uow, hypothesis_id, now)
            audit.append(
                uow,
                services.secret,
                at=now,
                actor_id=MACHINE,
                action="hypothesis.overdue",
                subject=("hypothesis", hypothesis_id),
                data={"due_at": due_at.isoformat(), "days": (now - due_at).days},
            )
    return len(late)
