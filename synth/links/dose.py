"""Dose: were people hit the more often, the more often they met what the theme speaks about?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import sqrt

from synth.links.types import Dose, DoseGroup
from synth.metrics.types import AnomalyPeople

#: Events per person that begin a group: none, one, two or three, four and more.
BOUNDS = (0, 1, 2, 4)

#: Fewer people than these in all, or in a group, and no trend is read.
MIN_PEOPLE, MIN_GROUP = 20, 3

#: Largest one-sided p of a trend.
LEVEL = 0.05


def dose_of(
    anomaly: AnomalyPeople, counts: Mapping[str, int], events: Collection[str]
) -> Dose | None:
    """Return the share of people hit by how often they had the events; None of too few.

    `counts` says how many of the events each person had in the anomaly's days; who is not in it
    had none. Everybody the metric measured counts, heard or not.
    """
    groups = _merged(_groups(anomaly.affected, anomaly.unaffected, counts))
    if len(groups) < 2 or sum(group.people for group in groups) < MIN_PEOPLE:
        return None
    p = trend_p([(group.hit, group.people) for group in groups])
    return Dose(events=tuple(sorted(events)), groups=tuple(groups), p=p, rises=p <= LEVEL)


def trend_p(groups: Sequence[tuple[int, int]]) -> float:
    """Return the one-sided p that shares rise over ordered (hit, people): Cochran-Armitage.

    Scores are the places of the groups; normal approximation (Cochran 1954, Armitage 1955).
    """
    from scipy.stats import norm

    hit = sum(k for k, _ in groups)
    people = sum(n for _, n in groups)
    share = hit / people if people else 0.0
    mean = sum(place * n for place, (_, n) in enumerate(groups)) / max(people, 1)
    spread = sum(n * (place - mean) ** 2 for place, (_, n) in enumerate(groups))
    variance = share * (1 - share) * spread
    if variance == 0:
        return 1.0
    trend = sum((place - mean) * k for place, (k, _) in enumerate(groups))
    return float(norm.sf(trend / sqrt(variance)))


def _groups(
    affected: AbstractSet[str], unaffected: AbstractSet[str], counts: Mapping[str, int]
) -> list[DoseGroup]:
    hit, people = [0] * len(BOUNDS), [0] * len(BOUNDS)
    for person in affected | unaffected:
        place = sum(counts.get(person, 0) >= bound for bound in BOUNDS) - 1
        people[place] += 1
        hit[place] += person in affected
    return [
        DoseGroup(least=bound, hit=hit[place], people=people[place])
        for place, bound in enumerate(BOUNDS)
    ]


def _merged(groups: Sequence[DoseGroup]) -> list[DoseGroup]:
    """Return groups of at least three people: a smaller one joins the one below it."""
    kept: list[DoseGroup] = []
    for group in groups:
        small = group.people < MIN_GROUP
        if kept and (small or kept[-1].people < MIN_GROUP):
            last = kept.pop()
            group = DoseGroup(
                least=last.least, hit=last.hit + group.hit, people=last.people + group.people
            )
        kept.append(group)
    return [group for group in kept if group.people]
