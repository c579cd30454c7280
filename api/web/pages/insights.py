"""Insights: the list with search, one insight to print, exports, and search over passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.contexts import InsightListPage, InsightPage, SearchPage
from api.web.draft_parts import claim_rows, content_change, insight_row
from api.web.format import (
    counted,
    headline,
    metric_title,
    moment,
    readable,
    sentence,
    slice_words,
    words,
)
from api.web.framing import make_frame
from api.web.pages.anomalies import series_of
from api.web.pages.session import Serving, Visiting
from api.web.part_contexts import Option
from api.web.parts import anomaly_chart, hit_quote
from api.web.proof import Proof
from api.web.rendering import render
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.errors import NotFound
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, Side
from synth.indexing.search import find
from synth.indexing.types import Hit, SearchQuery
from synth.insights import export, repo
from synth.insights.types import Insight
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.segments import repo as segments
from synth.sources import repo as sources
from synth.sources.types import SourceKind
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes

router = APIRouter()

ABOVE = (("Insights", "/insights"),)
HITS = 20


@router.get("/insights")
def list_insights(request: Request, visitor: Visiting, services: Serving, q: str = "") -> Response:
    """List what was approved; `q` searches titles and texts."""
    with services.reading(visitor.workspace_id) as uow:
        found = repo.list_insights(uow, query=q.strip() or None)
        names = member_names(uow)
        anomalies = {item.id: item for item in metrics.list_anomalies(uow)}
        frame = make_frame(request, uow, visitor, title="Insights", section="insights")
    page = InsightListPage(
        rows=[insight_row(item, names, anomalies.get(item.anomaly_id)) for item in found],
        query=q,
        may_export=visitor.may(Action.EXPORT),
    )
    return render(request, "insights.html", page, frame)


@router.get("/insights/export.csv")
def export_csv(visitor: Visiting, services: Serving) -> Response:
    """Download approved insights as CSV; quotes only by consent."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        return _download(export.export_csv(uow), "text/csv", "insights.csv")


@router.get("/insights/export.md")
def export_markdown(visitor: Visiting, services: Serving) -> Response:
    """Download approved insights as Markdown; quotes only by consent."""
    require(visitor.actor, Action.EXPORT)
    with services.reading(visitor.workspace_id) as uow:
        return _download(export.export_markdown(uow), "text/markdown", "insights.md")


@router.get("/insights/{insight_id}")
def show_insight(
    request: Request, visitor: Visiting, services: Serving, insight_id: str
) -> Response:
    """Show one insight as it was approved, ready to print."""
    with services.reading(visitor.workspace_id) as uow:
        item = repo.load_insight(uow, insight_id)
        proof = Proof.load(uow, item.content.citations)
        anomaly = metrics.load_anomaly(uow, item.anomaly_id)
        metric = metrics.load_metric(uow, anomaly.metric_id)
        series = series_of(anomaly, metrics.all_series(uow, metric.id))
        theme = _theme(uow, item.theme_id)
        history = hypotheses.revisions(uow, item.hypothesis_id)
        names = member_names(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=readable(item.content.title, item.content.metric),
            section="insights",
            crumbs=ABOVE,
        )
    cards = proof.cards(item.content.citations)
    page = InsightPage(
        row=insight_row(item, names, anomaly),
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
    )
    return render(request, "insight.html", page, frame)


@router.get("/search")
def search(
    request: Request, visitor: Visiting, services: Serving, q: str = "", kind: str = ""
) -> Response:
    """Search all passages by words and by meaning, and the insights beside them."""
    text = q.strip()[:500]
    chosen = kind if kind in set(SourceKind) else None
    found = find(services, visitor.workspace_id, SearchQuery(text=text, limit=HITS, kind=chosen))
    with services.reading(visitor.workspace_id) as uow:
        speakers = _speakers(uow, found.hits)
        documents = sources.load_documents(uow, {hit.document_id for hit in found.hits})
        insights = repo.list_insights(uow, query=text) if text else []
        names = member_names(uow)
        frame = make_frame(request, uow, visitor, title="Search", section="search")
    page = SearchPage(
        query=q,
        hits=[
            hit_quote(
                hit,
                document=documents.get(hit.document_id),
                speaker=speakers.get(hit.chunk_id, ""),
            )
            for hit in found.hits
        ],
        insights=[insight_row(item, names) for item in insights[:5]],
        kinds=[
            Option(value=item.value, label=words(item.value), is_chosen=item.value == chosen)
            for item in SourceKind
        ],
        notices=[sentence(notice) for notice in found.notices],
        summary=counted(len(found.hits), "passage") if text else "",
    )
    return render(request, "search.html", page, frame)


def member_names(uow: UnitOfWork) -> dict[str, str]:
    """Return the names of the workspace's people by id."""
    return {key: member.name for key, member in access.load_members(uow).items()}


def _speakers(uow: UnitOfWork, hits: Sequence[Hit]) -> dict[str, str]:
    chunks = segments.load_chunks(uow, {hit.chunk_id for hit in hits})
    known = people.load(
        uow, {item.participant_id for item in chunks.values() if item.participant_id}
    )
    return {
        key: known[item.participant_id].pseudonym
        for key, item in chunks.items()
        if item.participant_id in known
    }


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


def _download(text: str, media_type: str, filename: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(text, media_type=media_type, headers=headers)
