"""Event rules: conditions on people that open an anomaly."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.events import RuleNow, RulesGiven, RuleShown, rule_now, rule_shown
from api.schemas.metrics import Name
from synth.metrics import event_repo, rule_actions

router = guarded_router("rules")


@router.get("/v1/rules")
def list_rules(context: ContextOf, paging: PagingOf) -> Page[RuleShown]:
    """List all rules with what the newest run found."""
    with context.reading() as uow:
        found = event_repo.list_rules(uow)
    return paging.cut([rule_shown(each) for each in found], lambda each: each.name)


@router.post("/v1/rules", status_code=201)
def add_rules(given: RulesGiven, context: ContextOf) -> list[RuleShown]:
    """Add rules, or change those of the same names; all or none. They run with each anomaly run."""
    names = rule_actions.add_rules(context.services, context.actor, given.text, file=given.file)
    with context.reading() as uow:
        return [rule_shown(event_repo.find_rule(uow, name)) for name in names]


@router.post("/v1/rules/check")
def check_rules(given: RulesGiven, context: ContextOf) -> list[RuleNow]:
    """Say what rules would match now; nothing is kept."""
    found = rule_actions.check_rules(context.services, context.actor, given.text, file=given.file)
    return [rule_now(rule, held) for rule, held in found]


@router.delete("/v1/rules/{name}", status_code=204)
def remove_rule(name: Annotated[Name, Path()], context: ContextOf) -> Response:
    """Forget a rule; its anomalies go with the next run."""
    rule_actions.remove_rule(context.services, context.actor, name)
    return Response(status_code=204)
