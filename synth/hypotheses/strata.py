"""Whether theme and anomaly still go together among people of the same segment."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from synth.hypotheses.types import Stratified
from synth.links.strata import USAGE, by_value, strata_of
from synth.links.types import Link, Strata
from synth.metrics.types import AnomalyPeople


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
    checks = (
        strata_of(name, by_value(_values(segments, name), known), speakers, anomaly)
        for name in names
    )
    return tuple(_stratified(check) for check in checks if check is not None)


def by_usage(link: Link) -> tuple[Stratified, ...]:
    """Return the check of a tested pair among people who used the product equally much.

    Heavy users speak more and are hit more: a pair that only goes with use is no cause.
    """
    return tuple(_stratified(one) for one in link.strata if one.by == USAGE)


def _values(segments: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    return {person: own[name] for person, own in segments.items() if name in own}


def _stratified(one: Strata) -> Stratified:
    return Stratified(segment=one.by, people=one.people, lift=one.lift, p=one.p, holds=one.holds)
