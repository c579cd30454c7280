"""Home: what moved, who says why, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.contexts import HomePage
from api.web.coverage import coverage_words
from api.web.draft_parts import draft_card
from api.web.format import headline, sentence
from api.web.framing import make_frame
from api.web.insight_parts import urgent_line
from api.web.investigation_parts import case_row
from api.web.metric_parts import why
from api.web.pages.review import in_order
from api.web.part_contexts import Notice
from api.web.parts import anomaly_row, anomaly_state, theme_row
from api.web.rendering import render
from api.web.session import Serving, Visiting
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.insights.standing import list_urgent
from synth.investigations import repo as cases
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly, Metric
from synth.people import repo as people_repo
from synth.sources import repo as sources
from synth.themes import repo as themes
from synth.themes.types import ThemeRun

router = APIRouter()

ANOMALIES = 5
THEMES = 5
DRAFTS = 3


@router.get("/")
def show_home(request: Request, visitor: Visiting, services: Serving) -> Response:
    """Show the first page."""
    with services.reading(visitor.workspace_id) as uow:
        anomalies = metrics.list_anomalies(uow)
        known = {metric.id: metric for metric in metrics.list_metrics(uow)}
        pairs = links_repo.list_links(uow)
        found = themes.list_themes(uow)
        run = themes.current_run(uow)
        has_documents = run is not None or sources.count_documents(uow) > 0
        coverage = coverage_words(people_repo.coverage(uow))
        drafts = hypotheses.list_hypotheses(uow)
        is_any = any(item.state is State.APPROVED for item in drafts)
        again = list_urgent(uow, now=services.clock(), anomalies=anomalies) if is_any else []
        waiting = in_order(uow, services, drafts)
        frame = make_frame(
            request, uow, visitor, title="Home", section="home", to_review=len(waiting)
        )
        late = [one for one in cases.list_investigations(uow) if one.is_overdue(services.clock())]
    by_id = {item.id: item for item in anomalies}
    by_anomaly: dict[str, list[Link]] = {}
    for link in pairs:
        by_anomaly.setdefault(link.anomaly_id, []).append(link)
    ranked = sorted(anomalies, key=lambda item: not _is_linked(by_anomaly.get(item.id, ())))
    states = Counter(item.state for item in drafts)
    drafted = {item.anomaly_id for item in waiting}
    explained = {item.anomaly_id for item in drafts if item.state is State.APPROVED}
    page = HomePage(
        overdue=[case_row(one, now=services.clock(), names={}) for one in late],
        again=[urgent_line(insight, flag) for insight, flag in again],
        headline=first_sentence(ranked, known, by_anomaly, has_documents),
        anomalies=[
            anomaly_row(
                item,
                known.get(item.metric_id),
                state=anomaly_state(item.id, drafted, explained),
                reason=why(by_anomaly.get(item.id, ())),
            )
            for item in ranked[:ANOMALIES]
        ],
        themes=[
            theme_row(theme, [link for link in pairs if link.theme_id == theme.id])
            for theme in found[:THEMES]
        ],
        due=[
            draft_card(item, now=services.clock(), anomaly=by_id.get(item.anomaly_id))
            for item in waiting[:DRAFTS]
        ],
        counts=_counts(
            (f"{run.chunks if run else 0:,}", "passages", "/sources"),
            (f"{len(found):,}", "themes", "/themes"),
            (_unthemed(run), "passages in no theme", "/themes/unthemed"),
            (f"{len(anomalies):,}", "anomalies", "/metrics"),
            (f"{len(waiting):,}", "drafts to review", "/review"),
            (f"{states[State.HELD]:,}", "held", "/review/held"),
            (f"{states[State.APPROVED]:,}", "insights", "/insights"),
        ),
        coverage=sentence(coverage),
        empty=_empty(has_documents, run, known),
    )
    return render(request, "home.html", page, frame)


def first_sentence(
    ranked: Sequence[Anomaly],
    known: Mapping[str, Metric],
    by_anomaly: Mapping[str, Sequence[Link]],
    has_documents: bool,
) -> str:
    """Return the one sentence the page begins with."""
    if not ranked:
        return "Nothing stands out" if has_documents else "Nothing here yet"
    first = ranked[0]
    return sentence(
        f"{headline(first, known.get(first.metric_id))}; {why(by_anomaly.get(first.id, ()))}"
    )


def _counts(*counts: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    # Seven zeros say less than the steps above them.
    return list(counts) if any(count != "0" for count, _, _ in counts) else []


def _is_linked(pairs: Sequence[Link]) -> bool:
    return any(link.is_linked for link in pairs)


def _unthemed(run: ThemeRun | None) -> str:
    return f"{run.unthemed:,}" if run else "0"


def _empty(has_documents: bool, run: ThemeRun | None, known: Mapping[str, Metric]) -> Notice | None:
    steps = []
    if not has_documents:
        steps.append(("Upload transcripts, tickets or replay notes", "/sources"))
    if run is None:
        steps.append(("Build themes: what people speak about, counted in people", "/themes"))
    if not known:
        steps.append(("Import a metric: what moved", "/metrics"))
    if not steps:
        return None
    steps.append(("Detect anomalies; themes are tested against them", "/metrics"))
    steps.append(("Draft a hypothesis, and let somebody else review it", "/review"))
    return Notice(title="Next steps", text="The loop from a number to an insight:", steps=steps)
