"""The health of accounts: score, what it is made of, what their own people speak about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.format import MINUS, counted, number, people
from api.web.framing import make_frame
from api.web.investigation_contexts import AccountListPage, AccountRow
from api.web.pages.investigations import ABOVE
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.errors import InputError
from synth.investigations import repo
from synth.investigations.accounts import AccountTheme, read_health, set_formula, themes_of
from synth.investigations.health import Formula, Health
from synth.services import Services

router = APIRouter()


@router.get("/accounts")
def list_accounts(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List accounts, the largest fall first, with the formula."""
    return _list(request, visitor, services)


@router.post("/accounts/formula")
def change_formula(
    request: Request,
    sender: Sending,
    services: Serving,
    usage: Annotated[float, Form()],
    nps: Annotated[float, Form()],
    tickets: Annotated[float, Form()],
    fall: Annotated[float, Form()],
    min_people: Annotated[int, Form()],
    nps_metric: Annotated[str, Form(max_length=200)] = "nps",
) -> Response:
    """Change the formula; what cannot be is said on the page."""
    formula = Formula(
        usage=usage,
        nps=nps,
        tickets=tickets,
        nps_metric=nps_metric.strip() or "nps",
        fall=fall,
        min_people=min_people,
    )
    try:
        set_formula(services, sender.actor, formula)
    except InputError as error:
        return _list(request, sender, services, error=error.message)
    return RedirectResponse("/accounts?done=formula", status_code=303)


def _list(request: Request, visitor: Visitor, services: Services, *, error: str = "") -> Response:
    with services.reading(visitor.workspace_id) as uow:
        formula = repo.load_formula(uow)
        found = read_health(services, uow)
        own = themes_of(uow, [one.account for one in found])
        open_cases = {
            case.account: case.id
            for case in repo.list_investigations(uow)
            if case.account and case.state.is_open
        }
        frame = make_frame(request, uow, visitor, title="Accounts", section="metrics", crumbs=ABOVE)
    page = AccountListPage(
        rows=[
            account_row(one, formula, own[one.account], open_cases.get(one.account, ""))
            for one in found
        ],
        formula=formula,
        words=formula.words,
        may_investigate=visitor.may(Action.INVESTIGATE),
        errors=[(error, "#formula")] if error else (),
    )
    return render(request, "accounts.html", page, frame, status=422 if error else 200)


def account_row(
    health: Health, formula: Formula, own: list[AccountTheme], case_id: str
) -> AccountRow:
    """Return an account as a row."""
    change = health.change
    sign = "" if change is None else "+" if change >= 0.5 else MINUS if change <= -0.5 else "±"
    return AccountRow(
        account=health.account,
        score="not known" if health.now is None else f"{health.now:.0f} of 100",
        change="" if change is None else f"{sign}{abs(change):.0f} points in 28 days",
        has_fallen=health.has_fallen(formula),
        people=counted(health.people, "person", "people"),
        few="" if health.enough else "too few people to judge by",
        parts=[f"{part.name} {number(round(part.score))}: {part.basis}" for part in health.parts],
        themes=[(one.title, f"/themes/{one.theme_id}", people(one.share)) for one in own],
        case_href=f"/investigations/{case_id}" if case_id else "",
    )
