"""Background steps: propose tags, then test every theme against every anomaly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth.jobs.types import Progress
from synth.links import repo, tagging, verdicts
from synth.links.checks import with_checks
from synth.links.exposure import use_before
from synth.links.tagging import Funnels, Rejection, ThemeText
from synth.metrics import event_repo
from synth.metrics import repo as metrics_repo
from synth.metrics.event_queries import asking_events
from synth.metrics.types import Metric
from synth.people import repo as people_repo
from synth.segments import repo as segments_repo
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes_repo
from synth.themes.types import Theme

#: Quotes of a theme that are compared with a metric.
QUOTES = 5


def propose_tags(services: Services, workspace_id: str, progress: Progress | None = None) -> int:
    """Propose tags for every theme and metric; return how many are proposed."""
    with services.reading(workspace_id) as uow:
        metrics = metrics_repo.list_metrics(uow)
        themes = [_theme_text(uow, theme) for theme in themes_repo.list_themes(uow)]
        rejections = repo.rejections(uow)
        funnels = _funnels(services, uow, metrics)
    texts = [tagging.metric_text(metric) for metric in metrics]
    texts += [text for theme in themes for text in theme.texts()]
    proposals = []
    if metrics and themes:
        vectors = services.embedder.embed([*texts, *(one.text for one in rejections)])
        rows, start = [], len(metrics)
        for theme in themes:
            rows.append(vectors[start : start + len(theme.texts())])
            start += len(theme.texts())
        proposals = tagging.propose(
            metrics,
            themes,
            metric_vectors=vectors[: len(metrics)],
            theme_vectors=rows,
            rejected=_by_metric(rejections, vectors[start:]),
            funnels=funnels,
        )
    with services.writing(workspace_id) as uow:
        count = repo.replace_proposals(uow, proposals, services.clock())
    if progress:
        progress(len(metrics), len(metrics))
    return count


def test_links(
    services: Services,
    workspace_id: str,
    progress: Progress | None = None,  # noqa: PT028
) -> int:
    """Test every theme against every current anomaly; return how many pairs were tested."""
    with services.reading(workspace_id) as uow:
        voices = _voices(uow)
        anomalies = metrics_repo.anomaly_people(uow)
        metrics = metrics_repo.list_metrics(uow)
        with asking_events(services.event_log, uow) as events:
            voices = replace(voices, use=use_before(events, anomalies))
            links = verdicts.compare_all(voices, anomalies)
            links = with_checks(links, voices, anomalies, metrics, events)
    with services.writing(workspace_id) as uow:
        repo.replace_links(uow, links, services.clock())
    if progress:
        progress(len(links), len(links))
    return len(links)


# The name is the product's; pytest must not take it for a test.
test_links.__test__ = False  # type: ignore[attr-defined]


def _by_metric(rejections: Sequence[Rejection], vectors: tagging.Vectors) -> tagging.Rejected:
    found: dict[str, list[tuple[str, tagging.Vectors]]] = {}
    for one, vector in zip(rejections, vectors, strict=True):
        found.setdefault(one.metric_id, []).append((one.name, vector))
    return found


def _funnels(services: Services, uow: UnitOfWork, metrics: Sequence[Metric]) -> Funnels:
    found = event_repo.list_funnels(uow)
    names = {funnel.id: funnel.name for funnel in found}
    with asking_events(services.event_log, uow) as events:
        vocabulary = tuple(sorted(one.name for one in events.names()))
    return Funnels(
        events=vocabulary,
        steps={funnel.name: funnel.steps for funnel in found},
        of_metric={
            metric.id: names[funnel_id]
            for metric in metrics
            for funnel_id in [(metric.computed_from or "").removeprefix("funnel:")]
            if funnel_id in names
        },
    )


def _voices(uow: UnitOfWork) -> verdicts.Voices:
    heard = {
        chunk.participant_id
        for chunk in segments_repo.eligible_chunks(uow)
        if chunk.participant_id is not None
    }
    return verdicts.Voices(
        themes=themes_repo.theme_people(uow),
        heard=frozenset(heard),
        segments={one.id: one.segments for one in people_repo.load(uow).values()},
    )


def _theme_text(uow: UnitOfWork, theme: Theme) -> ThemeText:
    quotes = themes_repo.evidence(uow, theme.id, limit=QUOTES)
    return ThemeText(
        theme_id=theme.id,
        title=theme.title,
        keywords=tuple(theme.keywords),
        quotes=tuple(quote.quote for quote in quotes),
    )
