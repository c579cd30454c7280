"""One insight: its story to read and print, and what people do next, by forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.draft_parts import claim_rows, content_change, insight_row
from api.web.format import day, headline, metric_title, moment, readable, sentence, slice_words
from api.web.framing import make_frame
from api.web.insight_contexts import CandidateCard, CasePage, InsightPage
from api.web.insight_parts import (
    ITEM_STATES,
    STATES,
    decision_words,
    label_pairs,
    loop_forms,
    result_row,
    split_flags,
    story,
    tried_words,
)
from api.web.metric_parts import series_of
from api.web.part_contexts import QuoteCard
from api.web.parts import anomaly_chart
from api.web.proof import Proof
from api.web.rendering import render
from api.web.session import Serving, Visiting, Visitor
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.errors import NotFound
from synth.fusion.case_study import to_markdown
from synth.fusion.reading import read_case_study
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.citations import Cited, Passage, prove
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Citation, Hypothesis, Side
from synth.insights import repo
from synth.insights.closing import gaps
from synth.insights.standing import load_record
from synth.insights.telling import impact_lines
from synth.insights.types import Insight, LoopState, Record
from synth.metrics import experiment_repo
from synth.metrics import repo as metrics
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

router = APIRouter()

ABOVE = (("Insights", "/insights"),)
#: Passages since launch that are offered to be quoted.
OFFERED = 6


@router.get("/insights/{insight_id}")
def show_insight(
    request: Request, visitor: Visiting, services: Serving, insight_id: str
) -> Response:
    """Show one insight as it was approved and what became of it, ready to print."""
    return show(request, visitor, services, insight_id)


@router.get("/insights/{insight_id}/case-study")
def show_case_study(
    request: Request, visitor: Visiting, services: Serving, insight_id: str
) -> Response:
    """Show the one-page case study."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        study = read_case_study(uow, insight_id, now=services.clock())
        crumbs = (*ABOVE, (study.title, f"/insights/{insight_id}"))
        frame = make_frame(
            request, uow, visitor, title="Case study", section="insights", crumbs=crumbs
        )
    href = f"/insights/{insight_id}/case-study.md"
    return render(request, "case.html", CasePage(study=study, href=href), frame)


@router.get("/insights/{insight_id}/case-study.md")
def download_case_study(visitor: Visiting, services: Serving, insight_id: str) -> Response:
    """Download the case study as Markdown; quotes only by consent."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        text = to_markdown(read_case_study(uow, insight_id, now=services.clock()))
    headers = {"Content-Disposition": 'attachment; filename="case-study.md"'}
    return Response(text, media_type="text/markdown", headers=headers)


def show(
    request: Request,
    visitor: Visitor,
    services: Services,
    insight_id: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    """Return the page of an insight; `errors` say why a form was refused."""
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        record = load_record(uow, insight_id, now=now)
        item = record.standing.insight
        proof = Proof.load(
            uow, [*item.content.citations, *(one.citation for one in record.heard if not one.lost)]
        )
        anomaly = metrics.load_anomaly(uow, item.anomaly_id)
        metric = metrics.load_metric(uow, anomaly.metric_id)
        series = series_of(anomaly, metrics.all_series(uow, metric.id))
        theme = _theme(uow, item.theme_id)
        history = hypotheses.revisions(uow, item.hypothesis_id)
        names = access.member_names(uow)
        offered = _candidates(uow, record) if visitor.may(Action.RECORD_OUTCOME) else []
        tried = experiment_repo.list_experiments(uow)
        title = readable(item.content.title, item.content.metric)
        frame = make_frame(request, uow, visitor, title=title, section="insights", crumbs=ABOVE)
    cards = proof.cards(item.content.citations)
    late, others = split_flags(record.standing)
    decision = record.standing.decision
    closed = [step for step in record.steps if step.state is LoopState.CLOSED]
    page = InsightPage(
        id=item.id,
        row=insight_row(item, names, anomaly),
        state=STATES[record.standing.state],
        overdue=late,
        flags=others,
        labels=label_pairs(record.standing.labels),
        change=content_change(item.content, anomaly),
        because=sentence(item.content.because),
        claims=claim_rows(item.content, anomaly=anomaly),
        quotes=[card for card in cards if card.side == Side.FOR],
        against=[card for card in cards if card.side == Side.AGAINST],
        counter_note=sentence(item.content.counter_note),
        anomaly=(headline(anomaly, metric), f"/anomalies/{anomaly.id}"),
        theme=theme,
        chart=anomaly_chart(
            anomaly,
            metric,
            series,
            title=f"{metric_title(metric.name)}, {slice_words(anomaly.segment)}",
        ),
        approval=_approval(item, names, history),
        decision=decision_words(decision, names),
        decision_note=decision.note if decision else "",
        history=story(record, names),
        tests=[tried_words(one) for one in record.tests],
        results=[result_row(one) for one in record.measured],
        gaps=gaps(record),
        heard=_heard(proof, record, len(item.content.citations)),
        lost=[one.lost for one in record.heard if one.lost],
        impact=impact_lines(record.impact) if record.impact else [],
        learning=record.learning,
        learnt_by=f"written by {names.get(closed[-1].by_id, 'somebody')} on "
        f"{day(closed[-1].at, year=True)}"
        if closed
        else "",
        findings=[(one.title, ITEM_STATES[one.state].word) for one in record.findings],
        forms=loop_forms(record, anomaly, visitor.actor, names, now.date(), offered, tried, metric),
        errors=errors,
    )
    return render(request, "insight.html", page, frame, status=status)


def _heard(proof: Proof, record: Record, first: int) -> list[QuoteCard]:
    standing = [one.citation for one in record.heard if not one.lost]
    # Numbered on from the quotes of the claim, so that no two cards share an anchor.
    return [
        replace(card, number=first + place)
        for place, card in enumerate(proof.cards(standing), start=1)
    ]


def _candidates(uow: UnitOfWork, record: Record) -> list[CandidateCard]:
    """Return the newest passages since the last test began that may be quoted."""
    if record.standing.state is not LoopState.TESTING:
        return []
    said = repo.said_since(uow, record.tests[-1].starts_on)
    used = {one.citation.chunk_id for one in record.heard}
    passages = load_passages(uow, [key for key in said if key not in used][: OFFERED + 2])
    cited = [whole for one in passages.values() if (whole := _whole(one)) is not None][:OFFERED]
    cards = Proof.load(uow, cited).cards(cited)
    return [
        CandidateCard(chunk_id=one.chunk_id, quote=replace(card, number=0, side=""))
        for one, card in zip(cited, cards, strict=True)
    ]


def _whole(passage: Passage) -> Citation | None:
    """Return the whole of a passage as a citation, where it could be cited."""
    chunk = passage.chunk
    cited = Cited(chunk_id=chunk.id, quote=chunk.text, side=Side.FOR)
    found = prove(cited, {chunk.id: passage})
    return found if isinstance(found, Citation) else None


def _approval(
    item: Insight, names: Mapping[str, str], history: Sequence[Hypothesis]
) -> list[tuple[str, str]]:
    hashes = [one.revision_sha256 for one in history if one.revision == item.revision]
    return [
        ("Approved by", names.get(item.approved_by, "a reviewer")),
        ("On", moment(item.approved_at)),
        ("Revision", f"{item.revision}, SHA-256 {hashes[0] if hashes else 'not stored'}"),
    ]


def _theme(uow: UnitOfWork, theme_id: str) -> tuple[str, str]:
    # A later run may have dissolved the theme; what was approved stays readable.
    try:
        return themes.load_theme(uow, theme_id).title, f"/themes/{theme_id}"
    except NotFound:
        return "a theme of an earlier run", "/themes"
