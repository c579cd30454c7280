"""The rhythm: the team's own numbers, the agenda, the weeks, the checklist, the pack."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import quote as quoted

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.format import counted, day, headline, metric_title, readable, sentence
from api.web.framing import make_frame
from api.web.fusion_contexts import (
    AgendaPage,
    AgendaRow,
    CadencePage,
    CadenceRow,
    ChecklistPage,
    FusionPage,
    FusionRow,
    PackPage,
)
from api.web.part_contexts import Count, Option, StateTag
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.errors import InputError
from synth.fusion import actions
from synth.fusion.facts import read_facts
from synth.fusion.fusion_metrics import compute_metrics, quarter_of
from synth.fusion.pack import to_markdown
from synth.fusion.rhythm import read_agenda, read_cadence, read_checklist, read_pack
from synth.fusion.types import AgendaItem, Cadence, FusionMetric, Instance
from synth.metrics import repo as metrics
from synth.services import Services

router = APIRouter()

ABOVE = (("Insights", "/insights"),)
BELOW = (*ABOVE, ("Rhythm", "/fusion"))
TABS = (
    ("Metrics", "/fusion"),
    ("Agenda", "/fusion/agenda"),
    ("Weeks", "/fusion/cadence"),
    ("Checklist", "/fusion/checklist"),
    ("Pack", "/fusion/pack"),
)
#: The fusion metrics proper; what follows stands beside them.
SIX = 6
KINDS = {
    "overdue": StateTag(word="overdue", tone="held", icon="!"),
    "unexplained": StateTag(word="unexplained", tone="draft", icon="?"),
    "decide": StateTag(word="to decide", tone="draft", icon="?"),
    "outcome": StateTag(word="outcome missing", tone="plain", icon="◐"),
    "learnt": StateTag(word="learnt", tone="approved", icon="✓"),
}
#: Instances listed under a number; the rest are counted.
LISTED = 12
QUARTER = re.compile(r"\d{4}-Q[1-4]")


@router.get("/fusion")
def show_metrics(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the fusion metrics, each with all it was counted from."""
    return _metrics(request, visitor, services)


@router.post("/fusion/confidence")
def answer_survey(
    request: Request,
    sender: Sending,
    services: Serving,
    score: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Answer the quarter's survey."""
    try:
        if not score.isdigit():
            raise InputError("choose a number from 1 to 10")
        actions.answer_survey(services, sender.actor, int(score))
    except InputError as error:
        return _metrics(request, sender, services, [(sentence(error.message), "#survey")], 422)
    return RedirectResponse("/fusion?done=answered", status_code=303)


@router.post("/fusion/key-metrics")
def choose_key_metrics(
    request: Request,
    sender: Sending,
    services: Serving,
    north_star: Annotated[str, Form(max_length=200)] = "",
    metric: Annotated[list[str], Form()] = [],  # noqa: B006 - never changed
) -> Response:
    """Choose the metrics that matter most."""
    names = [north_star, *metric] if north_star else metric
    try:
        actions.choose_key_metrics(services, sender.actor, names)
    except InputError as error:
        return _metrics(request, sender, services, [(sentence(error.message), "#key-metrics")], 422)
    return RedirectResponse("/fusion?done=key-metrics", status_code=303)


@router.get("/fusion/agenda")
def show_agenda(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the agenda of the next fusion review, to print on one page."""
    with services.reading(visitor.workspace_id) as uow:
        agenda = read_agenda(services, uow)
        names = access.member_names(uow)
        known = {metric.id: metric for metric in metrics.list_metrics(uow)}
        moved = {
            one.id: headline(one, known.get(one.metric_id)) for one in metrics.list_anomalies(uow)
        }
        frame = make_frame(request, uow, visitor, title="Agenda", section="insights", crumbs=BELOW)
    last = f"last held {day(agenda.last_held, year=True)}" if agenda.last_held else "never held yet"
    page = AgendaPage(
        tabs=_tabs("/fusion/agenda"),
        lead=f"Due {day(agenda.due_on, year=True)}, {last}. "
        f"{counted(len(agenda.items), 'point')}, {agenda.minutes} of 60 minutes.",
        rows=[_agenda_row(item, names, moved) for item in agenda.items],
        waiting=agenda.waiting,
        may_hold=visitor.may(Action.DECIDE),
        today=services.clock().date().isoformat(),
    )
    return render(request, "agenda.html", page, frame)


@router.post("/fusion/reviews")
def hold_review(
    sender: Sending, services: Serving, note: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Record that the review took place today."""
    actions.hold_review(services, sender.actor, note=note)
    return RedirectResponse("/fusion/agenda?done=held", status_code=303)


@router.get("/fusion/cadence")
def show_cadence(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show each product manager's weeks."""
    with services.reading(visitor.workspace_id) as uow:
        found = read_cadence(services, uow)
        frame = make_frame(request, uow, visitor, title="Weeks", section="insights", crumbs=BELOW)
    page = CadencePage(
        tabs=_tabs("/fusion/cadence"),
        weeks=[day(week.begins) for week in reversed(found[0].weeks)] if found else [],
        rows=[_cadence_row(one) for one in found],
    )
    return render(request, "cadence.html", page, frame)


@router.get("/fusion/checklist")
def show_checklist(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the starter checklist, its state computed."""
    with services.reading(visitor.workspace_id) as uow:
        steps = read_checklist(services, uow)
        frame = make_frame(
            request, uow, visitor, title="Checklist", section="insights", crumbs=BELOW
        )
    page = ChecklistPage(
        tabs=_tabs("/fusion/checklist"),
        done=sum(step.is_done for step in steps),
        steps=[(step.title, step.words, step.href, step.is_done) for step in steps],
    )
    return render(request, "checklist.html", page, frame)


@router.get("/fusion/pack")
def show_pack(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the executive pack, to print."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        pack = read_pack(services, uow)
        frame = make_frame(request, uow, visitor, title="Pack", section="insights", crumbs=BELOW)
    return render(request, "pack.html", PackPage(tabs=_tabs("/fusion/pack"), pack=pack), frame)


@router.get("/fusion/pack.md")
def download_pack(visitor: Visiting, services: Serving) -> Response:
    """Download the executive pack as Markdown."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        text = to_markdown(read_pack(services, uow))
    headers = {"Content-Disposition": 'attachment; filename="pack.md"'}
    return Response(text, media_type="text/markdown", headers=headers)


def _metrics(
    request: Request,
    visitor: Visitor,
    services: Services,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        facts = read_facts(services, uow)
        known = metrics.list_metrics(uow)
        frame = make_frame(request, uow, visitor, title="Rhythm", section="insights", crumbs=ABOVE)
    rows = [_row(one) for one in compute_metrics(facts)]
    ranks = {one.name: one.rank for one in facts.key_metrics}
    page = FusionPage(
        tabs=_tabs("/fusion"),
        six=rows[:SIX],
        beside=rows[SIX:],
        quarter=_quarter(quarter_of(facts.today)),
        metrics=[_option(one.name, ranks.get(one.name, 0) > 0) for one in known],
        north_star=[_option(one.name, ranks.get(one.name) == 0) for one in known],
        may_decide=visitor.may(Action.DECIDE),
        errors=errors,
    )
    return render(request, "fusion.html", page, frame, status=status)


def _row(metric: FusionMetric) -> FusionRow:
    tone, icon = {True: ("approved", "✓"), False: ("held", "!"), None: ("plain", "·")}[
        metric.is_met
    ]
    return FusionRow(
        key=metric.key,
        name=metric.name,
        words=metric.words,
        verdict=StateTag(word=metric.verdict, tone=tone, icon=icon),
        formula=metric.formula,
        target=_target_words(metric),
        share=Count(share=metric.share, noun="") if metric.share and metric.share.n else None,
        direction=metric.direction,
        trend=[(_month(month), told) for month, told in metric.trend],
        instances=[_instance(one) for one in metric.instances[:LISTED]],
    )


def _target_words(metric: FusionMetric) -> str:
    if metric.target is None:
        return "no target"
    return str(metric.target) if metric.target.value else "none at all"


def _instance(one: Instance) -> tuple[str, str, str]:
    """Return one thing behind a number; metrics and quarters by the names people use."""
    name = one.title
    if one.href.startswith("/metrics/"):
        return metric_title(name), f"/metrics/{quoted(name, safe='')}", one.words
    found = QUARTER.fullmatch(name)
    return _quarter(name) if found else readable(name), one.href, one.words


def _month(month: str) -> str:
    """Return "Nov 2026" for "2026-11"."""
    return day(date.fromisoformat(f"{month}-01"), year=True).removeprefix("1 ")


def _quarter(name: str) -> str:
    """Return "Quarter 4 of 2026" for "2026-Q4"."""
    year, _, number = name.partition("-Q")
    return f"Quarter {number} of {year}"


def _agenda_row(item: AgendaItem, names: Mapping[str, str], moved: Mapping[str, str]) -> AgendaRow:
    return AgendaRow(
        kind=KINDS[item.kind],
        sentence=sentence(moved.get(item.anomaly_id, item.sentence)),
        href=item.href,
        context=sentence(item.context),
        quote=item.quote,
        speaker=item.speaker,
        proposed=item.proposed,
        owner=names.get(item.owner_id, "nobody yet"),
        minutes=item.minutes,
    )


def _cadence_row(one: Cadence) -> CadenceRow:
    return CadenceRow(
        name=one.name,
        weeks=[
            (f"{week.anomalies} / {week.talks}", not any(week.missing(1, 5)))
            for week in reversed(one.weeks)
        ],
        behind=one.behind,
        steady=f"{counted(one.steady, 'full week')} in a row" if one.steady else "",
    )


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    return [(words, href, href == here) for words, href in TABS]


def _option(name: str, is_chosen: bool) -> Option:
    return Option(value=name, label=metric_title(name), is_chosen=is_chosen)
