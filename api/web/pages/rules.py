"""Rules about events and funnels over them: written, checked, listed with what they found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.event_contexts import FunnelPart, MatchPart, RulePart, RulesPage, StepPart
from api.web.format import counted, moment, slice_words
from api.web.framing import make_frame
from api.web.metric_charts import recent
from api.web.metric_parts import metric_href
from api.web.pages.metrics import ABOVE
from api.web.part_contexts import Count, Notice, StateTag
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.core.proportions import wilson
from synth.errors import Conflict, InputError
from synth.metrics import event_actions, event_repo, repo, rule_actions
from synth.metrics.event_queries import asking_events
from synth.metrics.event_repo import RuleMatch, StoredRule
from synth.metrics.funnels import Funnel
from synth.metrics.rule_parsing import Rule
from synth.metrics.rule_stage import Held
from synth.metrics.units import parse_duration, write_duration
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

router = APIRouter()

#: Event names offered as words to write with.
NAMES = 30

HOLDS = StateTag(word="holds", tone="held", icon="!")
QUIET = StateTag(word="does not hold", tone="plain", icon="✓")


@router.get("/rules")
def list_rules(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List rules and funnels with what they found."""
    return _page(request, visitor, services)


@router.post("/rules")
def add_rules(
    request: Request,
    sender: Sending,
    services: Serving,
    text: Annotated[str, Form(max_length=20_000)] = "",
    do: Annotated[str, Form(max_length=8)] = "add",
) -> Response:
    """Add the rules written, or show what they would match now; a fault is marked in them."""
    written = text.replace("\r\n", "\n")
    try:
        if do == "check":
            found = rule_actions.check_rules(services, sender.actor, written)
            checked = [_rule_now(rule, held) for rule, held in found]
            return _page(request, sender, services, text=written, checked=checked)
        rule_actions.add_rules(services, sender.actor, written)
    except InputError as error:
        return _page(request, sender, services, text=written, fault=error.message)
    return RedirectResponse("/rules?done=rule-added", status_code=303)


@router.post("/rules/remove")
def remove_rule(sender: Sending, services: Serving, name: Annotated[str, Form()]) -> Response:
    """Forget a rule."""
    rule_actions.remove_rule(services, sender.actor, name)
    return RedirectResponse("/rules?done=rule-removed", status_code=303)


@router.post("/funnels")
def put_funnel(
    request: Request,
    sender: Sending,
    services: Serving,
    name: Annotated[str, Form(max_length=200)] = "",
    steps: Annotated[str, Form(max_length=5000)] = "",
    window: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add a funnel, or change the one of this name."""
    try:
        event_actions.put_funnel(
            services,
            sender.actor,
            name=name.strip(),
            steps=[line.strip() for line in steps.splitlines() if line.strip()],
            window=parse_duration(window),
        )
    except (InputError, Conflict) as error:
        given = (name, steps, window)
        return _page(request, sender, services, funnel_text=given, funnel_fault=error.message)
    return RedirectResponse("/rules?done=funnel-added", status_code=303)


@router.post("/funnels/remove")
def remove_funnel(sender: Sending, services: Serving, name: Annotated[str, Form()]) -> Response:
    """Forget a funnel."""
    event_actions.remove_funnel(services, sender.actor, name)
    return RedirectResponse("/rules?done=funnel-removed", status_code=303)


def _page(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    text: str = "",
    fault: str = "",
    checked: Sequence[RulePart] = (),
    funnel_text: tuple[str, str, str] = ("", "", "7d"),
    funnel_fault: str = "",
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        rules = event_repo.list_rules(uow)
        funnels = [_funnel(uow, funnel) for funnel in event_repo.list_funnels(uow)]
        names = _event_names(services, uow)
        frame = make_frame(
            request, uow, visitor, title="Rules and funnels", section="metrics", crumbs=ABOVE
        )
    page = RulesPage(
        rules=[_rule(rule) for rule in rules],
        funnels=funnels,
        events=names[:NAMES],
        more_events=max(0, len(names) - NAMES),
        may_edit=visitor.may(Action.IMPORT_METRICS),
        no_events=None if names else _no_events(),
        text=text,
        fault=fault,
        checked=checked,
        funnel_text=funnel_text,
        funnel_fault=funnel_fault,
    )
    return render(request, "rules.html", page, frame, status=422 if fault or funnel_fault else 200)


def _event_names(services: Services, uow: UnitOfWork) -> list[tuple[str, str]]:
    if not event_repo.has_events(uow):
        return []
    with asking_events(services.event_log, uow) as events:
        return [(name, counted(count, "time")) for name, count in events.name_counts().items()]


def _no_events() -> Notice:
    return Notice(
        title="No events yet",
        text="Rules and funnels speak about events: who did or met what, and when. Import them "
        "with synth events import FILE (CSV, JSON lines or Parquet: ts, user_id, event).",
        steps=[("Upload events", "/events")],
    )


def _rule(rule: StoredRule) -> RulePart:
    return RulePart(
        name=rule.name,
        text=rule.text,
        when=f"checked {moment(rule.checked_at)}" if rule.checked_at else "",
        matches=[_match(one) for one in rule.last_matches],
    )


def _rule_now(rule: Rule, held: Held | None) -> RulePart:
    return RulePart(
        name=rule.name,
        text=rule.text,
        when="now",
        matches=[
            _match(
                RuleMatch(
                    segment=dict(one.segment),
                    k=len(one.affected),
                    n=len(one.measured),
                    holds=one.holds,
                    anomaly_id=None,
                )
            )
            for one in (held.verdicts if held else ())
        ],
    )


def _match(match: RuleMatch) -> MatchPart:
    return MatchPart(
        slice=slice_words(match.segment) if match.segment else "",
        people=Count(share=wilson(match.k, match.n), noun="people"),
        state=HOLDS if match.holds else QUIET,
        href=f"/anomalies/{match.anomaly_id}" if match.anomaly_id else "",
    )


def _funnel(uow: UnitOfWork, funnel: Funnel) -> FunnelPart:
    steps = [_step(uow, funnel, number) for number in range(1, len(funnel.steps) + 1)]
    return FunnelPart(
        name=funnel.name,
        window=write_duration(funnel.window),
        steps=steps,
        is_measured=any(step.went_on for step in steps),
    )


def _step(uow: UnitOfWork, funnel: Funnel, number: int) -> StepPart:
    texts = []
    names = (funnel.conversion(number), funnel.time(number))
    for name in names if number < len(funnel.steps) else ():
        metric = repo.find_metric(uow, name)
        levels = recent(repo.series(uow, metric.id), metric.unit) if metric else []
        texts.append(levels[0].text if levels else "")
    went_on, seconds = texts or ("", "")
    return StepPart(
        number=number,
        name=funnel.steps[number - 1],
        went_on=went_on,
        went_on_href=metric_href(names[0]),
        seconds=f"{seconds} s" if seconds else "",
        seconds_href=metric_href(names[1]),
    )
