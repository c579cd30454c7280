"""How well the review works, and the rules an admin sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.format import counted
from api.web.framing import make_frame
from api.web.pages.review import ABOVE
from api.web.part_contexts import Count
from api.web.rendering import render
from api.web.review_contexts import MeasuresPage, ReviewerRow
from api.web.review_parts import refusals
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.errors import Forbidden, InputError
from synth.review import configuring, repo
from synth.review.agreement import Agreement
from synth.review.dashboard import read_dashboard
from synth.review.measuring import Measures
from synth.review.types import Rules
from synth.services import Services

router = APIRouter()


@router.get("/review/measures")
def show_measures(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show who decided how long and how often yes, what was corrected, what was caught."""
    return _measures(request, visitor, services)


@router.post("/review/rules")
def set_rules(
    request: Request,
    sender: Sending,
    services: Serving,
    reviewers: Annotated[str, Form(max_length=4)] = "",
    canaries: Annotated[str, Form(max_length=6)] = "",
) -> Response:
    """Set how many reviewers must agree and how many canaries are seeded."""
    try:
        configuring.set_rules(services, sender.actor, _rules(reviewers, canaries))
    except (InputError, Forbidden) as error:
        status = 403 if isinstance(error, Forbidden) else 422
        return _measures(request, sender, services, errors=refusals(error), status=status)
    return RedirectResponse("/review/measures?done=rules", status_code=303)


def _rules(reviewers: str, canaries: str) -> Rules:
    try:
        percent = float(canaries.strip().replace(",", ".") or 0)
        return Rules(reviewers_needed=int(reviewers), canary_rate=percent / 100)
    except ValueError:
        raise InputError(
            "rules", found=f"{reviewers}, {canaries}", expected="numbers such as 2 and 10"
        ) from None


def _measures(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        board, rules = read_dashboard(uow), repo.load_rules(uow)
        frame = make_frame(
            request, uow, visitor, title="How well we review", section="review", crumbs=ABOVE
        )
    page = MeasuresPage(
        rows=[_row(*one) for one in board.reviewers],
        overridden=Count(share=board.whole.overridden, noun="drafts"),
        caught=Count(share=board.whole.caught, noun="seeded"),
        time=_time(board.whole.median_seconds, board.whole.timed),
        agreement=[(name, _agreement(one)) for name, one in board.agreement.items()],
        reviewers_needed=rules.reviewers_needed,
        canary_percent=f"{100 * rules.canary_rate:g}",
        rules=_rules_words(rules),
        may_set=visitor.may(Action.SET_REVIEW),
        errors=errors,
    )
    return render(request, "measures.html", page, frame, status=status)


def _row(one: Measures, name: str, left: int) -> ReviewerRow:
    return ReviewerRow(
        name=name,
        decided=one.decided,
        left=left,
        approved=Count(share=one.approved, noun="approved"),
        overridden=Count(share=one.overridden, noun="corrected"),
        caught=Count(share=one.caught, noun="caught"),
        time=_time(one.median_seconds, one.timed),
        streak=f"{one.streak} now, {one.longest_streak} at most" if one.decided else "",
        warning=one.warning,
    )


def _time(seconds: float | None, timed: int) -> str:
    if seconds is None:
        return "not timed"
    words = f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
    return f"{words} (median of {timed})"


def _agreement(one: Agreement) -> str:
    if one.value is None:
        return f"not defined over {counted(one.units, 'draft')}: all said the same"
    span = "" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"
    return f"{one.value:.2f}{span}, {counted(one.units, 'draft')}"


def _rules_words(rules: Rules) -> str:
    who = (
        "One reviewer who is not the author decides."
        if rules.reviewers_needed == 1
        else f"{rules.reviewers_needed} different reviewers must say the same of a revision."
    )
    if not rules.canary_rate:
        return f"{who} No draft is wrong on purpose."
    every = round(1 / rules.canary_rate)
    return f"{who} About one draft in {every + 1} is wrong on purpose, to see whether we look."
