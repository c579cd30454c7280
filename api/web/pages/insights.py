"""Insights: the list with search, exports, and search over passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.contexts import SearchPage
from api.web.draft_parts import insight_row
from api.web.format import metric_words, sentence, words
from api.web.framing import make_frame
from api.web.insight_contexts import InsightListPage
from api.web.insight_parts import REASONS, STATES, list_summary, options, standing_row
from api.web.part_contexts import Option
from api.web.parts import found_words, hit_quote
from api.web.rendering import render
from api.web.session import Serving, Visiting
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.indexing.search import find as find_passages
from synth.indexing.types import Hit, SearchQuery
from synth.insights import export, repo
from synth.insights.search import Wanted, facets, find
from synth.insights.standing import list_standings
from synth.insights.types import FlagCode, LabelKind, LoopState, Standing
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.segments import repo as segments
from synth.sources import repo as sources
from synth.sources.types import SourceKind
from synth.store.unit_of_work import UnitOfWork

router = APIRouter()

HITS = 20


@router.get("/insights")
def list_insights(
    request: Request,
    visitor: Visiting,
    services: Serving,
    q: str = "",
    state: str = "",
    flag: str = "",
    label: str = "",
    metric: str = "",
    theme: str = "",
) -> Response:
    """List what was approved, overdue ones first; found by words, state, flag and label."""
    now = services.clock()
    with services.reading(visitor.workspace_id) as uow:
        anomalies = metrics.list_anomalies(uow)
        everything = list_standings(uow, now=now, anomalies=anomalies)
        names = access.member_names(uow)
        frame = make_frame(request, uow, visitor, title="Insights", section="insights")
    by_id = {item.id: item for item in anomalies}
    wanted = replace(_wanted(q, state, flag, label), metric=metric, theme_id=theme)
    found = find(everything, wanted)
    rows = [standing_row(item, names, by_id.get(item.insight.anomaly_id)) for item in found]
    page = InsightListPage(
        rows=[row for row in rows if not row.overdue],
        late=[row for row in rows if row.overdue],
        summary=list_summary(everything),
        query=q,
        states=options({one.value: tag.word for one, tag in STATES.items()}, state),
        flags=options({FlagCode.OVERDUE: "it is overdue", **REASONS}, flag),
        labels=_label_options(everything, label),
        metrics=options(
            {name: metric_words(name) for name in sorted(_metrics_of(everything))}, metric
        ),
        is_filtered=bool(q or state or flag or label or metric or theme),
        may_export=visitor.may(Action.EXPORT),
    )
    return render(request, "insights.html", page, frame)


def _wanted(q: str, state: str, flag: str, label: str) -> Wanted:
    kind, _, value = label.partition(":")
    return Wanted(
        text=q[:1000],
        labels={LabelKind(kind): value} if kind in set(LabelKind) and value else {},
        state=LoopState(state) if state in set(LoopState) else None,
        flag=FlagCode(flag) if flag in set(FlagCode) else None,
    )


def _metrics_of(standings: Sequence[Standing]) -> set[str]:
    return {one.insight.content.metric for one in standings}


def _label_options(standings: Sequence[Standing], chosen: str) -> list[Option]:
    return [
        Option(
            value=f"{kind}:{value}",
            label=f"{kind}: {value} ({count})",
            is_chosen=f"{kind}:{value}" == chosen,
        )
        for kind, values in facets(standings).items()
        for value, count in values.items()
    ]


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


@router.get("/search")
def search(
    request: Request, visitor: Visiting, services: Serving, q: str = "", kind: str = ""
) -> Response:
    """Search all passages by words and by meaning, and the insights beside them."""
    text = q.strip()[:500]
    chosen = kind if kind in set(SourceKind) else None
    found = find_passages(
        services, visitor.workspace_id, SearchQuery(text=text, limit=HITS, kind=chosen)
    )
    with services.reading(visitor.workspace_id) as uow:
        speakers = _speakers(uow, found.hits)
        documents = sources.load_documents(uow, {hit.document_id for hit in found.hits})
        insights = repo.list_insights(uow, query=text) if text else []
        names = access.member_names(uow)
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
        summary=found_words(found.hits) if text else "",
    )
    return render(request, "search.html", page, frame)


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


def _download(text: str, media_type: str, filename: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(text, media_type=media_type, headers=headers)
