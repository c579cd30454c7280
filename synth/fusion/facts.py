"""Reads the facts of a team's loops, once, for metrics, agenda, cadence, checklist and pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from synth.core.periods import Period
from synth.fusion import repo
from synth.fusion.types import Facts, KeyMetric, Loop
from synth.insights import repo as insights
from synth.insights.gate import rank_backlog
from synth.insights.heard import heard_after
from synth.insights.outcomes import compute_effect, is_validated
from synth.insights.standing import list_standings
from synth.insights.types import Heard, InsightTest, Measured, Record, Standing
from synth.investigations import repo as investigations
from synth.investigations.types import Side
from synth.metrics.event_queries import asking_events
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Events of an intercept in the product, and how far back they are counted.
INVITED, ANSWERED = "intercept_shown", "intercept_answered"
ASKED_WITHIN = timedelta(days=90)


def read_facts(services: Services, uow: UnitOfWork) -> Facts:
    """Return everything the fusion metrics are computed from."""
    return facts_of(services, uow, read_loops(uow, list_standings(uow, now=services.clock())))


def facts_of(services: Services, uow: UnitOfWork, loops: Sequence[Loop]) -> Facts:
    """Return the facts of loops that are read already, and of all that stands beside them."""
    now = services.clock()
    invited, answered = _count_intercepts(services, uow, now)
    return Facts(
        loops=loops,
        backlog=rank_backlog(insights.list_items(uow), [one.standing for one in loops]),
        key_metrics=_key_metrics(uow, loops),
        answers=repo.list_answers(uow),
        invited=invited,
        answered=answered,
        today=now.date(),
    )


def read_loops(uow: UnitOfWork, standings: Sequence[Standing]) -> list[Loop]:
    """Return each insight from the day its metric moved to what came of it."""
    if not standings:
        return []
    days = repo.anomaly_days(uow)
    tests: dict[str, list[InsightTest]] = {}
    for one in insights.list_tests(uow):
        tests.setdefault(one.insight_id, []).append(one)
    measured = insights.list_measured(uow)
    heard = heard_after(uow, insights.list_places(uow))
    return [_loop(standing, days, tests, measured, heard) for standing in standings]


def loops_of(uow: UnitOfWork, records: Sequence[Record]) -> list[Loop]:
    """Return the loop of each record, in one query."""
    days = repo.anomaly_days(uow) if records else {}
    by_id = {one.standing.insight.id: one for one in records}
    tests = {key: one.tests for key, one in by_id.items()}
    measured = {key: one.measured for key, one in by_id.items()}
    heard = {key: one.heard for key, one in by_id.items()}
    return [_loop(one.standing, days, tests, measured, heard) for one in records]


def _loop(
    standing: Standing,
    days: Mapping[str, tuple[date, str]],
    tests: Mapping[str, Sequence[InsightTest]],
    measured: Mapping[str, Sequence[Measured]],
    heard: Mapping[str, Sequence[Heard]],
) -> Loop:
    insight = standing.insight
    own = [one for one in measured.get(insight.id, ()) if one.metric == insight.content.metric]
    tried = tests.get(insight.id, ())
    return Loop(
        standing=standing,
        moved_on=days[insight.anomaly_id][0],
        first_test_on=min((one.starts_on for one in tried), default=None),
        measured_on=min((one.measured_on for one in own), default=None),
        is_validated=is_validated([compute_effect(one) for one in own]),
        has_voice=any(not one.lost for one in heard.get(insight.id, ())),
    )


def _key_metrics(uow: UnitOfWork, loops: Sequence[Loop]) -> list[KeyMetric]:
    chosen = repo.list_key_metrics(uow)
    if not chosen:
        return []
    tracked = repo.tracked_metrics(uow)
    explained = {loop.standing.insight.content.metric for loop in loops} | _talked_about(uow)
    return [
        KeyMetric(
            metric_id=metric_id,
            name=name,
            rank=rank,
            is_tracked=metric_id in tracked,
            is_explained=name in explained,
        )
        for metric_id, name, rank in chosen
    ]


def _talked_about(uow: UnitOfWork) -> set[str]:
    """Return the metrics on whose anomalies an investigation has words of people."""
    said = {
        key
        for key, found in investigations.list_findings(uow).items()
        if any(one.side is Side.QUAL for one in found)
    }
    days = repo.anomaly_days(uow) if said else {}
    return {
        days[case.anomaly_id][1]
        for case in investigations.list_investigations(uow)
        if case.id in said and case.anomaly_id in days
    }


def _count_intercepts(services: Services, uow: UnitOfWork, now: datetime) -> tuple[int, int]:
    window = Period(now - ASKED_WITHIN, now)
    with asking_events(services.event_log, uow) as events:
        invited = events.having(INVITED, window)
        return len(invited), len(invited & events.having(ANSWERED, window))
