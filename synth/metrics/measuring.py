"""Background step: computes the metrics of funnels and of watched events, before detection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from synth.core.ids import derive_id
from synth.jobs.types import Progress
from synth.metrics import event_repo, repo
from synth.metrics.event_queries import Events, asking_events
from synth.metrics.funnels import (
    MAX_CELLS,
    MIN_SLICE,
    Coverage,
    Funnel,
    Values,
    conversion_values,
    judged,
    time_values,
)
from synth.metrics.rule_parsing import parse_stored
from synth.metrics.rules import events_of
from synth.metrics.segments import EVERYBODY, parse_segment, segment_key
from synth.metrics.series import DAY
from synth.metrics.types import Good, Metric, Observation
from synth.people import repo as people_repo
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Event names that say something went wrong; the most frequent of them are watched.
TROUBLE = re.compile(r"(?:^|[^a-z])(errors?|exception|failed|failure|crash(?:ed)?|timeout|rage)")
MOST_WATCHED = 20

Segments = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Computed:
    """A metric that is computed from events, and what it is about."""

    metric: Metric
    events: tuple[str, ...]  #: whose sessions are worth watching
    about: str = ""  #: which step of which funnel; empty where the name says it
    late: timedelta = timedelta(0)  #: so long after its window the events may still lie


def computed_by(funnel: Funnel) -> list[Computed]:
    """Return the metrics of a funnel: for each step who went on, and how long it took."""
    found = []
    for step in range(1, len(funnel.steps)):
        about = f"{funnel.describe(step)} of {funnel.name}"
        went_on = _metric(
            funnel.conversion(step),
            f"Share of the people at {about} who went on",
            unit="share",
            good=Good.UP,
            source=f"funnel:{funnel.id}",
        )
        took = _metric(
            funnel.time(step),
            f"Median time on {about}",
            unit="s",
            good=Good.DOWN,
            source=f"funnel:{funnel.id}",
        )
        at_step = funnel.steps[step - 1 : step]
        found += [
            Computed(metric=metric, events=at_step, about=about, late=funnel.window)
            for metric in (went_on, took)
        ]
    return found


def watching(name: str) -> Computed:
    """Return the metric of a watched event: of the people active on a day, the share who had it."""
    metric = _metric(
        f"{name}_rate",
        f"Share of the people active on a day who had {name}",
        unit="share",
        good=Good.DOWN,
        source=f"event:{name}",
    )
    return Computed(metric=metric, events=(name,))


def watched(names: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """Return which events are watched: those wanted, and the first that mean trouble.

    `names` are those ever imported, the most frequent first.
    """
    trouble = [name for name in names if TROUBLE.search(_snake(name))]
    return list(dict.fromkeys([*(one for one in wanted if one in names), *trouble[:MOST_WATCHED]]))


def all_computed(uow: UnitOfWork) -> dict[str, Computed]:
    """Return what each computed metric is about, by metric id."""
    found = [one for funnel in event_repo.list_funnels(uow) for one in computed_by(funnel)]
    found += [
        watching(metric.computed_from.removeprefix("event:"))
        for metric in repo.list_metrics(uow)
        if metric.computed_from and metric.computed_from.startswith("event:")
    ]
    return {one.metric.id: one for one in found}


@contextmanager
def opened_events(services: Services, workspace_id: str) -> Iterator[Events]:
    """Give the events; the database is only read while they are opened."""
    with ExitStack() as stack:
        with services.reading(workspace_id) as uow:
            events = stack.enter_context(asking_events(services.event_log, uow))
        yield events


def measure_events(
    services: Services,
    workspace_id: str,
    *,
    progress: Progress | None = None,
) -> int:
    """Compute every metric that funnels and watched events give; return how many there are.

    Events that rules count are watched whatever they are called.
    """
    with services.reading(workspace_id) as uow:
        if not event_repo.has_events(uow):
            return 0
        funnels = event_repo.list_funnels(uow)
        wanted = events_of(parse_stored(event_repo.list_rules(uow)))
        segments = {one.id: one.segments for one in people_repo.load(uow).values()}
    done = 0
    with opened_events(services, workspace_id) as events:
        names = watched(list(events.name_counts()), wanted)
        total = len(names) + sum(2 * (len(funnel.steps) - 1) for funnel in funnels)
        for computed, values in (
            *_funnel_values(events, funnels, segments),
            *_rates(events, names, segments),
        ):
            with services.writing(workspace_id) as uow:
                _write(services, uow, computed.metric, values)
            done += 1
            if progress:
                progress(done, total)
    return done


def _funnel_values(
    events: Events, funnels: Sequence[Funnel], segments: Segments
) -> Iterator[tuple[Computed, Values]]:
    for funnel in funnels:
        coverage = events.coverage(settle_days=funnel.settle_days)
        if coverage is None:
            continue
        paths = events.paths(funnel.steps, funnel.window)
        final = judged(funnel, paths, coverage)
        computed = computed_by(funnel)
        for step in range(1, len(funnel.steps)):
            yield (
                computed[2 * step - 2],
                conversion_values(funnel, paths, step, segments, final),
            )
            yield computed[2 * step - 1], time_values(funnel, paths, step, segments, final)


def _rates(
    events: Events, names: Sequence[str], segments: Segments
) -> Iterator[tuple[Computed, Values]]:
    coverage = events.coverage()
    if coverage is None:
        return
    slices = _member_numbers(events.people, segments)
    for name in names:
        series = [
            observation
            for key, members in slices.items()
            for observation in _rate(events, name, key, members, coverage)
        ]
        yield watching(name), Values(observations=series, people=())


def _rate(
    events: Events, name: str, key: str, members: Sequence[int] | None, coverage: Coverage
) -> Iterator[Observation]:
    for day, k, n in events.daily_people(name, members):
        if day + DAY <= coverage.last:
            yield Observation(
                ts=day, value=k / n, numerator=k, denominator=n, segment=parse_segment(key)
            )


def _member_numbers(people: Sequence[str], segments: Segments) -> dict[str, list[int] | None]:
    """Return the numbers of the people in each slice of one segment; None: everybody."""
    found: dict[str, list[int] | None] = {EVERYBODY: None}
    members: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        for name, value in segments.get(person, {}).items():
            members.setdefault(segment_key({name: value}), []).append(number)
    large = {key: own for key, own in members.items() if len(own) >= MIN_SLICE}
    return found | dict(sorted(large.items())[:MAX_CELLS])


def _write(services: Services, uow: UnitOfWork, metric: Metric, values: Values) -> None:
    """Make these the values of the metric, unless people imported one of its name."""
    known = repo.find_metric(uow, metric.name)
    if known is None:
        repo.save_metric(uow, metric, services.clock())
    elif known.computed_from != metric.computed_from:
        return
    event_repo.replace_values(uow, metric.id, series=values.observations, people=values.people)


def _metric(name: str, description: str, *, unit: str, good: Good, source: str) -> Metric:
    return Metric(
        id=derive_id("metric", name),
        name=name,
        description=description,
        unit=unit,
        good=good,
        computed_from=source,
    )


def _snake(name: str) -> str:
    """Return a name with its camel case taken apart, in lower case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
