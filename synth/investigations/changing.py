"""One change of an investigation: its row is held, changed by the table, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import InputError
from synth.investigations import repo
from synth.investigations.types import Investigation
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

#: Longest note, question or reason.
LONGEST = 2_000

Change = Callable[[UnitOfWork, Investigation], Investigation]


def change_case(
    services: Services,
    actor: Actor,
    investigation_id: str,
    act: str,
    data: Mapping[str, Any],
    change: Change,
) -> Investigation:
    """Return the investigation after `change`, committed with its event in the audit trail.

    Raises:
        NotFound: no such investigation.
    """
    with services.writing(actor.workspace_id) as uow:
        case = repo.load_investigation(uow, investigation_id, lock=True)
        after = change(uow, case)
        if after != case:
            repo.save_investigation(uow, after)
        states = {} if after.state is case.state else {"was": case.state, "is": after.state}
        note_act(services, uow, actor.member.id, act, case.id, {**data, **states})
    return after


def note_act(
    services: Services,
    uow: UnitOfWork,
    actor_id: str,
    act: str,
    investigation_id: str,
    data: Mapping[str, Any],
) -> None:
    """Write an act into the audit trail: ids, codes and numbers, never anybody's words."""
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor_id,
        action=act,
        subject=("investigation", investigation_id),
        data=dict(data),
    )


def clean(text: str, what: str, *, needed: bool) -> str:
    """Return what a person wrote, on few lines and with personal data redacted.

    Raises:
        InputError: it is missing though needed, or too long.
    """
    kept = text.strip()
    if needed and not kept:
        raise InputError(what, found="nothing", expected="a sentence")
    if len(kept) > LONGEST:
        raise InputError(what, found=f"{len(kept)} characters", expected=f"at most {LONGEST}")
    return redact([kept]).texts[0].text if kept else ""
