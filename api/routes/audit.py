"""The audit trail, and the proof that nobody changed it."""

from __future__ import annotations

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.access import AuditEventShown, AuditVerdict
from api.schemas.base import Page
from synth.audit import repo
from synth.audit.chain import find_break
from synth.review.sealing import seal

router = guarded_router("audit")


@router.get("/v1/audit")
def list_events(context: ContextOf, paging: PagingOf) -> Page[AuditEventShown]:
    """List what was done, in order; how somebody voted only once it may be told."""
    with context.reading() as uow:
        events = seal(
            uow, context.actor, repo.events(uow, after=paging.number(), limit=paging.limit + 1)
        )
    return paging.fetched(
        [AuditEventShown.model_validate(each) for each in events], lambda each: each.seq
    )


@router.get("/v1/audit/verify")
def verify(context: ContextOf) -> AuditVerdict:
    """Recompute the whole chain."""
    with context.reading() as uow:
        events = repo.events(uow)
    problem = find_break(context.services.secret, events)
    return AuditVerdict(intact=problem is None, events=len(events), problem=problem)
