"""Counts people, never mentions: who is in a theme, who was hit, who is in both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from synth.links.types import OverlapCounts
from synth.metrics.types import AnomalyPeople

#: One-sided p below which a theme's people are called rarer in the slice than other people.
SEGMENT_ALPHA = 0.01

#: People whose segments must be known on each side before anything is said.
SEGMENT_MIN = 5


def count_people(
    theme: AbstractSet[str], heard: AbstractSet[str], anomaly: AnomalyPeople
) -> OverlapCounts:
    """Return the two-by-two table of the people who were both heard and measured.

    `theme` are the people who speak about it, `heard` all people with any evidence. Somebody who
    was measured but never heard could not have been in the theme, and is left out.
    """
    hit = anomaly.affected & heard
    spared = (anomaly.unaffected & heard) - anomaly.affected
    return OverlapCounts(
        theme_affected=len(theme & hit),
        theme_unaffected=len(theme & spared),
        other_affected=len(hit - theme),
        other_unaffected=len(spared - theme),
        unmapped_theme=len(theme - hit - spared),
    )


def count_by_strata(
    theme: AbstractSet[str],
    heard: AbstractSet[str],
    anomaly: AnomalyPeople,
    others: Sequence[AbstractSet[str]],
) -> list[OverlapCounts]:
    """Return one table per combination of membership in the `others` themes."""
    strata: dict[tuple[bool, ...], set[str]] = {}
    for person in (anomaly.affected | anomaly.unaffected) & heard:
        pattern = tuple(person in other for other in others)
        strata.setdefault(pattern, set()).add(person)
    return [count_people(theme & people, people, anomaly) for people in strata.values()]


def segment_match(
    theme: Collection[str],
    heard: Iterable[str],
    segments: Mapping[str, Mapping[str, str]],
    slice_: Mapping[str, str],
) -> str:
    """Return whether a theme's people are in the anomaly's slice: matches, differs, unknown."""
    from scipy.stats import hypergeom

    if not slice_:
        return "matches"
    known = {
        person: all(segments[person][name] == value for name, value in slice_.items())
        for person in heard
        if set(slice_) <= set(segments.get(person, {}))
    }
    mine = [known[person] for person in theme if person in known]
    if len(mine) < SEGMENT_MIN or len(known) - len(mine) < SEGMENT_MIN:
        return "unknown"
    fewer = hypergeom.cdf(sum(mine), len(known), sum(known.values()), len(mine))
    return "differs" if fewer < SEGMENT_ALPHA else "matches"
