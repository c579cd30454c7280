"""Gives the themes of a run the ids of the themes they continue, and says what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth.core.ids import derive_id
from synth.themes.neighbours import Floats
from synth.themes.types import Change, Level

#: A theme continues an old one when they share this much of the passages either has (Jaccard),
#: of those both runs had. Below it, a theme cut into five would still be "kept".
MIN_OVERLAP = 0.25

#: A theme comes from another when at least this share of its old passages were there.
MOST = 0.5

PREFIXES = {Level.BROAD: "broad-theme", Level.THEME: "theme", Level.SUB: "sub-theme"}

Groups = Mapping[str, Collection[str]]  #: theme id -> chunk ids


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change from a run to the next; `overlap` as in `types.LineageStep`."""

    level: Level
    kind: Change
    from_id: str | None
    to_id: str | None
    overlap: float


def name_groups(
    new: Sequence[Collection[str]],
    *,
    views: Sequence[Sequence[Groups]],
    known: Collection[str],
    level: Level,
) -> list[str]:
    """Return the id of each of `new`: that of the old theme it continues, or one of its own.

    `views` are the old themes by rank of who is continued first; each rank may be seen in several
    ways (as a run found them, as people left them), of which the nearer one counts. `known` are
    the passages the old run had, themed or not; what it had not says nothing about overlap.
    Without old themes, the same groups get the same ids everywhere.
    """
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for ways in views:
        names = sorted(set().union(*ways))
        left = [place for place in range(len(new)) if place not in ids]
        groups = [new[place] for place in left]
        seen = [_overlaps([way.get(name, ()) for name in names], groups, known) for way in ways]
        pairs = _pair(np.maximum.reduce(seen))
        ids |= {left[column]: names[row] for column, row in pairs.items()}
        taken.update(names)
    for place, group in enumerate(new):
        if place not in ids:
            ids[place] = _new_id(group, level, taken)
            taken.add(ids[place])
    return [ids[place] for place in range(len(new))]


def changes(old: Groups, new: Groups, *, known: Collection[str], level: Level) -> list[Step]:
    """Return what became of the themes of `old` in `new`: each of both is in some step."""
    shared = frozenset(known)
    before = {name: shared.intersection(group) for name, group in old.items()}
    after = {name: shared.intersection(group) for name, group in new.items()}
    steps = [
        _step(level, Change.KEPT, name, name, _jaccard(before[name], after[name]))
        for name in sorted(before.keys() & after.keys())
    ]
    steps += _arrived(before, after, level)
    split = {step.from_id for step in steps if step.kind is Change.SPLIT}
    steps += _left(before, after, split, level)
    return steps


def _overlaps(
    old: Sequence[Collection[str]], new: Sequence[Collection[str]], known: Collection[str]
) -> Floats:
    """Return the Jaccard overlap of each new group (column) with each old one (row)."""
    shared = frozenset(known)
    before = [shared.intersection(group) for group in old]
    sizes = [len(shared.intersection(group)) for group in new]
    overlaps = np.zeros((len(old), len(new)))
    home = {chunk_id: row for row, group in enumerate(before) for chunk_id in group}
    for column, group in enumerate(new):
        counts = Counter(home[chunk_id] for chunk_id in group if chunk_id in home)
        for row, count in counts.items():
            overlaps[row, column] = count / (len(before[row]) + sizes[column] - count)
    return overlaps


def _pair(overlaps: Floats) -> dict[int, int]:
    """Return new -> old so that the overlaps sum to the most (Kuhn 1955); weak ones are no pair."""
    from scipy.optimize import linear_sum_assignment

    enough = np.where(overlaps >= MIN_OVERLAP, overlaps, 0.0)
    rows, columns = linear_sum_assignment(enough, maximize=True)
    found = zip(rows.tolist(), columns.tolist(), strict=True)
    return {column: row for row, column in found if enough[row, column] > 0}


def _new_id(group: Collection[str], level: Level, taken: Collection[str]) -> str:
    """Return the id made of a group's passages; another one where that is in use."""
    parts = (PREFIXES[level], *sorted(group))
    own, turn = derive_id(*parts), 1
    while own in taken:
        own, turn = derive_id(*parts, turn), turn + 1
    return own


def _arrived(before: Groups, after: Groups, level: Level) -> Iterator[Step]:
    home = _homes(before)
    for name in sorted(after.keys() - before.keys()):
        source, share = _most(after[name], home)
        if source is not None and share >= MOST:
            yield _step(level, Change.SPLIT, source, name, share)
        else:
            yield _step(level, Change.BORN, None, name, 0.0)


def _left(
    before: Groups, after: Groups, split: Collection[str | None], level: Level
) -> Iterator[Step]:
    home = _homes(after)
    for name in sorted(before.keys() - after.keys() - set(split)):
        target, share = _most(before[name], home)
        if target is not None and share >= MOST:
            yield _step(level, Change.MERGED, name, target, share)
        else:
            yield _step(level, Change.DIED, name, None, 0.0)


def _homes(groups: Groups) -> dict[str, str]:
    return {chunk_id: name for name in sorted(groups) for chunk_id in groups[name]}


def _most(group: Collection[str], home: Mapping[str, str]) -> tuple[str | None, float]:
    """Return where most of `group` is, and which share of it."""
    counts = Counter(home[chunk_id] for chunk_id in group if chunk_id in home)
    best = max(sorted(counts), key=lambda name: counts[name], default=None)
    return best, counts[best] / len(group) if best is not None else 0.0


def _jaccard(one: Collection[str], other: Collection[str]) -> float:
    union = len(set(one).union(other))
    return len(set(one).intersection(other)) / union if union else 1.0


def _step(
    level: Level, kind: Change, from_id: str | None, to_id: str | None, overlap: float
) -> Step:
    return Step(level=level, kind=kind, from_id=from_id, to_id=to_id, overlap=round(overlap, 4))
