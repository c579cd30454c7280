"""Whether theme and anomaly still go together among people of the same segment."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from synth.hypotheses.types import Stratified
from synth.links.overlap import count_people
from synth.links.significance import stratified
from synth.links.strata import USAGE
from synth.links.types import Link
from synth.metrics.types import AnomalyPeople

#: Fewer people with a known segment, and nothing is said about it.
MIN_PEOPLE = 20
#: Largest one-sided p at which the relation counts as still there within the segment's values.
LEVEL = 0.05


def check_strata(
    speakers: AbstractSet[str],
    heard: AbstractSet[str],
    anomaly: AnomalyPeople,
    segments: Mapping[str, Mapping[str, str]],
) -> tuple[Stratified, ...]:
    """Return one check per segment that at least 20 people heard and measured are known in.

    `speakers` speak about the theme, `heard` are all people with evidence. A segment in which
    everybody has one value, such as the anomaly's own slice, is held fixed already and left out.
    """
    known = (anomaly.affected | anomaly.unaffected) & heard
    names = sorted({name for person in known for name in segments.get(person, {})})
    checks = (_check(name, speakers, known, anomaly, segments) for name in names)
    return tuple(check for check in checks if check is not None)


def by_usage(link: Link) -> tuple[Stratified, ...]:
    """Return the check of a tested pair among people who used the product equally much.

    Heavy users speak more and are hit more: a pair that only goes with use is no cause.
    """
    return tuple(
        Stratified(segment=USAGE, people=one.people, lift=one.lift, p=one.p, holds=one.holds)
        for one in link.strata
        if one.by == USAGE
    )


def _check(
    name: str,
    speakers: AbstractSet[str],
    known: AbstractSet[str],
    anomaly: AnomalyPeople,
    segments: Mapping[str, Mapping[str, str]],
) -> Stratified | None:
    by_value: dict[str, set[str]] = {}
    for person in known:
        value = segments.get(person, {}).get(name)
        if value is not None:
            by_value.setdefault(value, set()).add(person)
    people = sum(map(len, by_value.values()))
    if len(by_value) < 2 or people < MIN_PEOPLE:
        return None
    tables = [count_people(speakers & group, group, anomaly) for group in by_value.values()]
    lift, p = stratified(tables)
    return Stratified(segment=name, people=people, lift=lift, p=p, holds=lift > 1 and p <= LEVEL)
