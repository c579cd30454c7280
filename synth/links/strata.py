"""Strata: does a theme go with an anomaly among people who use the product equally much?

Heavy users speak more and are hit more often; a theme can overlap an anomaly through that alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from synth.links.overlap import count_people
from synth.links.significance import stratified
from synth.links.types import Strata, Stratum
from synth.metrics.types import AnomalyPeople

#: What strata by use of the product are called.
USAGE = "usage"

#: Fewer people heard and measured with a known value, and nothing is said about it.
MIN_PEOPLE = 20

#: Two strata need so many people each; one person is no stratum.
MIN_STRATUM = 5

#: Largest one-sided p at which the relation counts as still there within strata.
LEVEL = 0.05


def strata_of(
    by: str,
    values: Mapping[str, str],
    speakers: AbstractSet[str],
    heard: AbstractSet[str],
    anomaly: AnomalyPeople,
) -> Strata | None:
    """Return the two-by-two table of each value with the relation across them; None of too few.

    The ratio and its test are Mantel and Haenszel's (1959). A value that everybody has is held
    fixed already.
    """
    known = (anomaly.affected | anomaly.unaffected) & heard
    groups: dict[str, set[str]] = {}
    for person in known:
        if person in values:
            groups.setdefault(values[person], set()).add(person)
    large = [people for people in groups.values() if len(people) >= MIN_STRATUM]
    if len(large) < 2 or sum(map(len, groups.values())) < MIN_PEOPLE:
        return None
    strata = tuple(
        Stratum(name=name, counts=count_people(speakers & people, people, anomaly))
        for name, people in sorted(groups.items())
    )
    lift, p = stratified([one.counts for one in strata])
    return Strata(by=by, strata=strata, lift=lift, p=p, holds=lift > 1 and p <= LEVEL)


def usage_levels(days: Mapping[str, int], people: AbstractSet[str]) -> dict[str, str]:
    """Return how much each used the product before: "1 none", "2 light", "3 medium", "4 heavy".

    `days` are active days before the onset; those active at all are cut into thirds. Halves leave a
    third of the confounding within strata, thirds a fifth (Cochran 1968). Where nobody was active,
    nothing is known.
    """
    active = sorted(days[person] for person in people if days.get(person, 0) > 0)
    if not active:
        return {}
    n = len(active)
    low, high = active[(n - 1) // 3], active[2 * n // 3]
    return {person: _level(days.get(person, 0), low, high) for person in people}


def _level(days: int, low: int, high: int) -> str:
    if days == 0:
        return "1 none"
    if days <= low:
        return "2 light"
    return "4 heavy" if days >= high else "3 medium"
