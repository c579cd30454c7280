"""Strata: does a theme go with an anomaly among people who are alike in one respect?

Heavy users speak more and are hit more often; a theme can overlap an anomaly through that alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from synth.links import significance
from synth.links.overlap import count_people
from synth.links.types import Strata, Stratum
from synth.metrics.types import AnomalyPeople

#: What strata by use of the product are called.
USAGE = "usage"

#: Fewer people heard and measured with a known value, and nothing is said about it.
MIN_PEOPLE = 20

#: Two strata need so many people each; one person is no stratum.
MIN_STRATUM = 5

#: Strata by use, and people in each of them, at least. Thirds leave a fifth of the confounding
#: within strata, fifths a tenth (Cochran 1968), tenths a thirtieth.
MOST_LEVELS, MIN_LEVEL = 10, 10

#: Share of the people heard and measured whose use must be known to hold it fixed.
KNOWN = 0.5

#: Largest one-sided p at which the relation counts as still there within strata.
LEVEL = 0.05

Groups = Mapping[str, AbstractSet[str]]


def strata_of(
    by: str, groups: Groups, speakers: AbstractSet[str], anomaly: AnomalyPeople
) -> Strata | None:
    """Return the two-by-two table of each group with the relation across them; None of too few.

    `groups` are people heard and measured by the value they have, in order. A value that
    everybody has is held fixed already.
    """
    large = [people for people in groups.values() if len(people) >= MIN_STRATUM]
    if len(large) < 2 or sum(map(len, groups.values())) < MIN_PEOPLE:
        return None
    strata = tuple(
        Stratum(name=name, counts=count_people(speakers & people, people, anomaly))
        for name, people in groups.items()
    )
    tables = [one.counts for one in strata]
    lift, p = significance.lift(tables), significance.exact_p(tables)
    value = lift.value if lift else 1.0
    return Strata(
        by=by,
        strata=strata,
        lift=value,
        low=lift.low if lift else None,
        high=lift.high if lift else None,
        p=p,
        holds=value > 1 and p <= LEVEL,
    )


def by_value(values: Mapping[str, str], people: AbstractSet[str]) -> Groups:
    """Return those of `people` whose value is known, by value."""
    groups: dict[str, set[str]] = {}
    for person in people & values.keys():
        groups.setdefault(values[person], set()).add(person)
    return dict(sorted(groups.items()))


def by_use(days: Mapping[str, int], people: AbstractSet[str]) -> Groups:
    """Return those of `people` who used the product about equally much before, least first.

    `days` are active days before the onset, of everybody the events know; the groups are called by
    them ("3-5"). Equal days are never parted. Empty where too few are known, or all are alike.
    """
    known = people & days.keys()
    if len(known) < max(MIN_PEOPLE, KNOWN * len(people)):
        return {}
    least = max(MIN_LEVEL, len(known) / MOST_LEVELS)
    levels: list[list[int]] = [[]]
    waiting, left = 0, len(known)
    for count, many in sorted(Counter(days[person] for person in known).items()):
        if waiting >= least and left >= least:
            levels.append([])
            waiting = 0
        levels[-1].append(count)
        waiting, left = waiting + many, left - many
    if len(levels) < 2:
        return {}
    name = {count: _name(level) for level in levels for count in level}
    groups: dict[str, set[str]] = {_name(level): set() for level in levels}
    for person in known:
        groups[name[days[person]]].add(person)
    return groups


def _name(level: list[int]) -> str:
    return f"{level[0]}-{level[-1]}" if len(level) > 1 else str(level[0])
