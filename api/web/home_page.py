"""The first page: what is loaded for it, and what is made of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.contexts import HomePage
from api.web.coverage import coverage_words
from api.web.draft_parts import draft_card
from api.web.format import headline, sentence
from api.web.home_todo import Desk, list_to_do, read_desk
from api.web.insight_parts import urgent_line
from api.web.investigation_parts import case_row
from api.web.metric_parts import why
from api.web.part_contexts import Notice
from api.web.parts import anomaly_row, anomaly_state, theme_row
from synth.access.types import Actor
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, State
from synth.insights.standing import Urgent, list_urgent
from synth.investigations import repo as cases
from synth.investigations.types import Investigation
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly, Metric
from synth.people import repo as people_repo
from synth.review import repo as review
from synth.sources import repo as sources
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.types import Theme, ThemeRun

#: Anomalies, themes and drafts that are shown.
ANOMALIES, THEMES, DRAFTS = 5, 5, 3


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the first page is made of."""

    anomalies: Sequence[Anomaly]
    metrics: Mapping[str, Metric]  #: by id
    pairs: Sequence[Link]
    themes: Sequence[Theme]
    run: ThemeRun | None
    has_documents: bool
    coverage: str
    drafts: Sequence[Hypothesis]
    waiting: Sequence[Hypothesis]  #: for review, most urgent first
    insights: Urgent
    cases: Sequence[Investigation]
    desk: Desk


def load(uow: UnitOfWork, actor: Actor, *, now: datetime) -> Loaded:
    """Return what the page shows to `actor`."""
    anomalies = metrics.list_anomalies(uow)
    run = themes.current_run(uow)
    drafts = hypotheses.list_hypotheses(uow)
    is_any = any(item.state is State.APPROVED for item in drafts)
    return Loaded(
        anomalies=anomalies,
        metrics={metric.id: metric for metric in metrics.list_metrics(uow)},
        pairs=links_repo.list_links(uow),
        themes=themes.list_themes(uow),
        run=run,
        has_documents=run is not None or sources.count_documents(uow) > 0,
        coverage=coverage_words(people_repo.coverage(uow)),
        drafts=drafts,
        waiting=_in_order(uow, drafts, now),
        insights=list_urgent(uow, now=now, anomalies=anomalies) if is_any else Urgent(),
        cases=cases.list_investigations(uow),
        desk=read_desk(uow, actor, now=now),
    )


def make_page(loaded: Loaded, actor: Actor, *, now: datetime) -> HomePage:
    """Return the page: what waits for `actor`, what moved, who says why, what is due."""
    ranked = _ranked(loaded)
    by_id = {item.id: item for item in loaded.anomalies}
    by_anomaly, by_theme = defaultdict(list), defaultdict(list)
    for link in loaded.pairs:
        by_anomaly[link.anomaly_id].append(link)
        by_theme[link.theme_id].append(link)
    drafted = {item.anomaly_id for item in loaded.waiting}
    explained = {item.anomaly_id for item in loaded.drafts if item.state is State.APPROVED}
    return HomePage(
        overdue=[case_row(one, now=now, names={}) for one in loaded.cases if one.is_overdue(now)],
        to_do=list_to_do(
            loaded.desk,
            actor,
            undecided=loaded.insights.undecided,
            pairs=loaded.pairs,
            run=loaded.run,
        ),
        again=[urgent_line(insight, flag) for insight, flag in loaded.insights.flagged],
        headline=first_sentence(ranked, loaded.metrics, by_anomaly, loaded.has_documents),
        anomalies=[
            anomaly_row(
                item,
                loaded.metrics.get(item.metric_id),
                state=anomaly_state(item.id, drafted, explained),
                reason=why(by_anomaly[item.id]),
            )
            for item in ranked[:ANOMALIES]
        ],
        themes=[theme_row(theme, by_theme[theme.id]) for theme in loaded.themes[:THEMES]],
        due=[
            draft_card(item, now=now, anomaly=by_id.get(item.anomaly_id))
            for item in loaded.waiting[:DRAFTS]
        ],
        counts=_counts(loaded),
        coverage=sentence(loaded.coverage),
        empty=_empty(loaded),
    )


def first_sentence(
    ranked: Sequence[Anomaly],
    known: Mapping[str, Metric],
    pairs: Mapping[str, Sequence[Link]],
    has_documents: bool,
) -> str:
    """Return the one sentence the page begins with."""
    if not ranked:
        return "Nothing stands out" if has_documents else "Nothing here yet"
    first = ranked[0]
    return sentence(
        f"{headline(first, known.get(first.metric_id))}; {why(pairs.get(first.id, ()))}"
    )


def _ranked(loaded: Loaded) -> list[Anomaly]:
    """Return the anomalies, those that people speak about first."""
    linked = {link.anomaly_id for link in loaded.pairs if link.is_linked}
    return sorted(loaded.anomalies, key=lambda item: item.id not in linked)


def _counts(loaded: Loaded) -> list[tuple[str, str, str]]:
    run, states = loaded.run, Counter(item.state for item in loaded.drafts)
    counts = [
        (run.chunks if run else 0, "passages", "/sources"),
        (len(loaded.themes), "themes", "/themes"),
        (run.unthemed if run else 0, "passages in no theme", "/themes/unthemed"),
        (len(loaded.anomalies), "anomalies", "/metrics"),
        (len(loaded.waiting), "drafts to review", "/review"),
        (states[State.HELD], "held", "/review/held"),
        (states[State.APPROVED], "insights", "/insights"),
    ]
    # Seven zeros say less than the steps above them.
    if not any(count for count, _, _ in counts):
        return []
    return [(f"{count:,}", words, href) for count, words, href in counts]


def _empty(loaded: Loaded) -> Notice | None:
    steps = []
    if not loaded.has_documents:
        steps.append(("Upload transcripts, tickets or replay notes", "/sources"))
    if loaded.run is None:
        steps.append(("Build themes: what people speak about, counted in people", "/themes"))
    if not loaded.metrics:
        steps.append(("Import a metric: what moved", "/metrics"))
    if not steps:
        return None
    steps.append(("Detect anomalies; themes are tested against them", "/metrics"))
    steps.append(("Draft a hypothesis, and let somebody else review it", "/review"))
    return Notice(title="Next steps", text="The loop from a number to an insight:", steps=steps)


def _in_order(uow: UnitOfWork, drafts: Sequence[Hypothesis], now: datetime) -> list[Hypothesis]:
    """Return those of `drafts` that wait, most urgent first."""
    known = {one.id: one for one in drafts}
    found = review.list_waiting(uow, now=now)
    return [known[one.hypothesis_id] for one in found if one.hypothesis_id in known]
