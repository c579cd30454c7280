"""One anomaly beside the themes tested against it; tags and drafts from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web import charts
from api.web.contexts import AnomalyPage
from api.web.coverage import unheard_words
from api.web.draft_parts import draft_card
from api.web.format import (
    counted,
    day,
    headline,
    metric_title,
    readable,
    sentence,
    slice_words,
)
from api.web.framing import make_frame
from api.web.investigation_parts import READ_PEOPLE, case_row, field_part
from api.web.link_parts import link_card
from api.web.metric_parts import States, metric_href, series_of, slice_charts, why
from api.web.pages.metrics import ABOVE
from api.web.part_contexts import LinkCard
from api.web.parts import anomaly_chart, anomaly_row, theme_quote
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.slice_table import slice_rows
from synth.access.policy import Action, require
from synth.hypotheses.pairs import find_pairs
from synth.investigations import repo as cases
from synth.investigations.brief import method_for, who_for
from synth.investigations.dossier import load_field
from synth.investigations.guide import guide_for
from synth.jobs import queue
from synth.links import repo as links_repo
from synth.links.actions import add_tag, decide_tag
from synth.links.types import Link, TagState, Verdict
from synth.metrics import repo
from synth.metrics.types import Anomaly
from synth.themes import repo as themes
from synth.themes.types import ThemeEvidence

router = APIRouter()

#: Linked themes that show a quote and their days, and how many passages are asked for each.
SHOWN, PASSAGES = 3, 300

#: Sessions of the playlist on this page; the investigation's has them all.
SESSIONS = 10


@router.get("/anomalies/{anomaly_id}")
def show_anomaly(
    request: Request, visitor: Visiting, services: Serving, anomaly_id: str
) -> Response:
    """Show an anomaly with the themes tested against it, linked or not, side by side."""
    with services.reading(visitor.workspace_id) as uow:
        anomaly = repo.load_anomaly(uow, anomaly_id)
        metric = repo.load_metric(uow, anomaly.metric_id)
        found = repo.all_series(uow, metric.id)
        pairs = links_repo.list_links(uow, anomaly_id=anomaly_id)
        linked = [link for link in pairs if link.is_linked][:SHOWN]
        said = themes.evidence_by_theme(uow, [link.theme_id for link in linked], limit=PASSAGES)
        case = cases.find_of_anomaly(uow, anomaly_id)
        field = load_field(uow, anomaly_id, anomaly, most=READ_PEOPLE)
        states = States(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=headline(anomaly, metric),
            section="metrics",
            crumbs=ABOVE,
            to_review=len(states.queue),
        )
    cards = _cards(visitor, pairs, linked, said)
    page = AnomalyPage(
        row=anomaly_row(anomaly, metric, state=states.of(anomaly_id), reason=why(pairs)),
        reason=sentence(readable(anomaly.reason, metric.name, metric.unit)),
        chart=anomaly_chart(
            anomaly,
            metric,
            series_of(anomaly, found),
            title=f"{metric_title(metric.name)}, {slice_words(anomaly.segment)}",
            rug=_rugs(linked, said),
        ),
        slices=slice_charts(metric, found),
        linked=[card for card in cards if card.is_linked],
        unlinked=[card for card in cards if not card.is_linked],
        drafts=[
            draft_card(item, now=services.clock(), anomaly=anomaly)
            for item in states.queue
            if item.anomaly_id == anomaly_id
        ],
        insights=[
            (readable(item.content.title, metric.name), f"/insights/{item.id}")
            for item in states.insights
            if item.anomaly_id == anomaly_id
        ],
        learnt=[
            (
                readable(item.content.title, metric.name),
                f"/insights/{item.id}",
                day(item.approved_at, year=True),
            )
            for item in states.insights
            if item.content.metric == metric.name and item.anomaly_id != anomaly_id
        ],
        case=case_row(case, now=services.clock(), names={}) if case else None,
        who=sentence(who_for(anomaly)),
        how=sentence(case.method if case else method_for(anomaly)),
        field=field_part(field, guide_for(anomaly, metric), most=SESSIONS),
        slice_rows=slice_rows(anomaly, metric, found),
        may_investigate=visitor.may(Action.INVESTIGATE),
        may_tag=visitor.may(Action.TAG),
        may_draft=visitor.may(Action.DRAFT),
        metric=metric.name,
        metric_href=metric_href(metric.name),
        unexplained=nobody_linked(anomaly, pairs),
        unheard=sentence(unheard_words(_heard(pairs), anomaly.affected)) if pairs else "",
    )
    return render(request, "anomaly.html", page, frame)


def _cards(
    visitor: Visitor,
    pairs: Sequence[Link],
    linked: Sequence[Link],
    said: Mapping[str, Sequence[ThemeEvidence]],
) -> list[LinkCard]:
    """Return a card per tested pair: linked ones first, with their mark and one quote."""
    marks = {link.theme_id: place for place, link in enumerate(linked)}
    return [
        link_card(
            link,
            quote=theme_quote(said[link.theme_id][0]) if said.get(link.theme_id) else None,
            may_tag=visitor.may(Action.TAG),
            may_draft=visitor.may(Action.DRAFT),
            mark=marks.get(link.theme_id, -1),
        )
        for link in sorted(pairs, key=_telling)
    ]


@router.post("/anomalies/{anomaly_id}/draft")
def draft(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    theme_id: Annotated[str, Form()] = "",
) -> Response:
    """Start a job that drafts for an anomaly, or one pair; the person who asks counts as author."""
    require(sender.actor, Action.DRAFT)
    arguments = {"anomaly_id": anomaly_id, **({"theme_id": theme_id} if theme_id else {})}
    with services.writing(sender.workspace_id) as uow:
        repo.load_anomaly(uow, anomaly_id)
        find_pairs(uow, **arguments)
        job = queue.submit(
            services,
            uow,
            kind="drafts",
            arguments=arguments,
            created_by=sender.actor.member.id,
        )
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@router.post("/anomalies/{anomaly_id}/tags")
def tag_theme(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    theme_id: Annotated[str, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Tag a theme with the anomaly's metric by hand."""
    with services.reading(sender.workspace_id) as uow:
        anomaly = repo.load_anomaly(uow, anomaly_id)
    add_tag(services, sender.actor, metric=anomaly.metric, theme_id=theme_id, reason=reason)
    return RedirectResponse(f"/anomalies/{anomaly_id}?done=tagged", status_code=303)


@router.post("/anomalies/{anomaly_id}/tags/{tag_id}")
def decide(
    sender: Sending,
    services: Serving,
    anomaly_id: str,
    tag_id: str,
    state: Annotated[str, Form()],
) -> Response:
    """Confirm or reject a proposed tag."""
    tag = decide_tag(services, sender.actor, tag_id, state)
    done = "confirmed" if tag.state is TagState.CONFIRMED else "tag-rejected"
    return RedirectResponse(f"/anomalies/{anomaly_id}?done={done}", status_code=303)


def _telling(link: Link) -> tuple[bool, bool, int, str]:
    # Linked first; then what could be told, before what too few people speak about.
    few = link.verdict is Verdict.TOO_FEW
    return (not link.is_linked, few, -link.counts.theme, link.theme_title)


def _rugs(linked: Sequence[Link], said: Mapping[str, Sequence[ThemeEvidence]]) -> list[charts.Rug]:
    return [
        charts.Rug(
            title=link.theme_title,
            mark=place,
            at=[item.occurred_at for item in said[link.theme_id] if item.occurred_at],
        )
        for place, link in enumerate(linked)
    ]


def nobody_linked(anomaly: Anomaly, pairs: Sequence[Link]) -> str:
    """Return why the list of linked themes is empty."""
    if not pairs:
        return "No theme was tested against this yet. Build themes, then detect again."
    heard = _heard(pairs)
    return (
        f"No theme overlaps these {anomaly.affected} people more than chance, or its tag is "
        f"missing or rejected. {counted(heard, 'person', 'people')} of them "
        f"{'was' if heard == 1 else 'were'} heard."
    )


def _heard(pairs: Sequence[Link]) -> int:
    """Return how many of the people hit were heard: the same for every theme."""
    return max(link.counts.affected for link in pairs)
