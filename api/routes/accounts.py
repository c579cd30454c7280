"""The health of accounts; a fall opens a check-in at the next detection."""

from __future__ import annotations

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.accounts import AccountShown, FormulaGiven, FormulaShown
from api.schemas.base import Page
from synth.investigations import repo
from synth.investigations.accounts import read_health, set_formula, themes_of
from synth.investigations.health import Formula

router = guarded_router("accounts")


@router.get("/v1/accounts")
def list_accounts(context: ContextOf, paging: PagingOf) -> Page[AccountShown]:
    """List accounts (`segment.account` of people) with score and own themes, worst fall first."""
    with context.reading() as uow:
        formula = repo.load_formula(uow)
        found = read_health(context.services, uow)
        own = themes_of(uow, [one.account for one in found])
    shown = [AccountShown.of(one, formula, own[one.account]) for one in found]
    return paging.cut(shown, lambda each: each.account)


@router.get("/v1/health-formula")
def show_formula(context: ContextOf) -> FormulaShown:
    """Show how the health of accounts is computed."""
    with context.reading() as uow:
        return FormulaShown.of(repo.load_formula(uow))


@router.put("/v1/health-formula")
def put_formula(given: FormulaGiven, context: ContextOf) -> FormulaShown:
    """Change the weights, the NPS metric, or which fall opens a check-in."""
    formula = Formula(**given.model_dump())
    return FormulaShown.of(set_formula(context.services, context.actor, formula))
