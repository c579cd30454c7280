"""Adds to the pairs that overlap their dose, and whether they hold within segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth.links.dose import dose_of
from synth.links.exposure import count_events
from synth.links.strata import USAGE, by_value, strata_of
from synth.links.types import Dose, Link, Strata, Verdict
from synth.links.verdicts import Voices
from synth.links.vocabulary import places_of
from synth.metrics.event_queries import Events
from synth.metrics.types import AnomalyPeople, Metric
from synth.themes.types import ThemePeople

#: Events of a theme that are counted together as its dose.
MOST_EVENTS = 3

#: Values of a segment that are strata; one with more says who somebody is, not what they are like.
MOST_VALUES = 8


def with_checks(
    links: Sequence[Link],
    voices: Voices,
    anomalies: Sequence[AnomalyPeople],
    metrics: Sequence[Metric],
    events: Events,
) -> list[Link]:
    """Return the pairs, those that overlap with their dose and strata by segment."""
    measuring = {
        metric.id: {metric.exposure_event, metric.outcome_event, *_computed(metric)}
        for metric in metrics
    }
    hit = {one.anomaly.id: one for one in anomalies}
    themes = {theme.theme_id: theme for theme in voices.themes}
    if not any(link.verdict is Verdict.OVERLAP for link in links):
        return list(links)
    names = tuple(one.name for one in events.names())
    checked = []
    for link in links:
        if link.verdict is Verdict.OVERLAP:
            theme, anomaly = themes[link.theme_id], hit[link.anomaly_id]
            # The events that measure the metric tell nothing beside it.
            others = [name for name in names if name not in measuring[anomaly.anomaly.metric_id]]
            dose = _dose(theme, anomaly, events, others)
            strata = (*link.strata, *_by_segment(theme, anomaly, voices))
            link = replace(link, dose=dose, strata=strata)
        checked.append(link)
    return checked


def _computed(metric: Metric) -> tuple[str, ...]:
    event = (metric.computed_from or "").removeprefix("event:")
    return (event,) if event else ()


def _dose(
    theme: ThemePeople, anomaly: AnomalyPeople, events: Events, names: Sequence[str]
) -> Dose | None:
    said = f"{theme.title} {' '.join(theme.keywords)}"
    own = [place.event for place in places_of(said, names, {})][:MOST_EVENTS]
    counted = count_events(events, own, anomaly.anomaly.window) if own else {}
    counts: dict[str, int] = {}
    for by_person in counted.values():
        for person, count in by_person.items():
            counts[person] = counts.get(person, 0) + count
    return dose_of(anomaly, counts, own) if counts else None


def _by_segment(theme: ThemePeople, anomaly: AnomalyPeople, voices: Voices) -> tuple[Strata, ...]:
    speakers = frozenset(theme.first_said_at)
    measured = (anomaly.affected | anomaly.unaffected) & voices.heard
    names = {name for person in measured for name in voices.segments.get(person, {})}
    found = []
    for name in sorted(names - {USAGE}):
        known = {
            person: voices.segments[person][name]
            for person in measured
            if name in voices.segments.get(person, {})
        }
        if len(set(known.values())) <= MOST_VALUES:
            found.append(strata_of(name, by_value(known, measured), speakers, anomaly))
    return tuple(one for one in found if one is not None)
