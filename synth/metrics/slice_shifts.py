"""Shifts of single slices and of finer cells, false discoveries held down level by level."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from synth.metrics.segments import is_within, parse_segment
from synth.metrics.series import RegularSeries
from synth.metrics.shifts import Shift, find_shifts
from synth.metrics.slices import single_slices

#: False-discovery rate within each family of slices (Yekutieli 2008: of the whole tree, under
#: 1.44 times this for each level).
SLICE_ALPHA = 0.01

#: p below which the finer cells of a slice are looked at: a cell is diluted in its parent.
LOOK_CLOSER = 0.05


def slice_shifts(
    by_slice: Mapping[str, RegularSeries], closed: Collection[date] = ()
) -> list[tuple[str, Shift]]:
    """Return the shifts of slices that survive the number of slices and points searched.

    The slices of one segment name are a family; the finer cells of a slice are one of their own,
    tested only where the slice itself stands out. Coarse ones come first, the clearest first.
    """
    keys = [key for group in single_slices(by_slice).values() for key in group]
    singles = _tested(by_slice, keys, closed)
    found = _survivors(singles)
    for parent in sorted({key for key, _, p in singles if p <= LOOK_CLOSER}):
        found += _survivors(_tested(by_slice, _children(by_slice, parent), closed))
    return list({(key, shift.start): (key, shift) for key, shift in found}.values())


#: A slice, one of its shifts, and the p of it after the search over points.
Tested = tuple[str, Shift, float]


def _tested(
    by_slice: Mapping[str, RegularSeries], keys: Sequence[str], closed: Collection[date]
) -> list[Tested]:
    from scipy.stats import norm

    found = [(key, shift) for key in keys for shift in find_shifts(by_slice[key], closed=closed)]
    # A family counts every slice looked at, also those that show nothing: they have p = 1.
    silent = len(keys) - len({key for key, _ in found})
    tested = [
        (key, shift, min(1.0, float(2 * norm.sf(abs(shift.z))) * len(by_slice[key])))
        for key, shift in found
    ]
    return [(key, shift, p * (len(found) + silent)) for key, shift, p in tested]


def _survivors(tested: Sequence[Tested]) -> list[tuple[str, Shift]]:
    """Return the shifts that Benjamini and Hochberg keep; p is multiplied by the family already."""
    ordered = sorted(tested, key=lambda item: (item[2], item[0]))
    kept = max(
        (rank for rank, (_, _, p) in enumerate(ordered, start=1) if p / rank <= SLICE_ALPHA),
        default=0,
    )
    return [(key, shift) for key, shift, _ in ordered[:kept]]


def _children(by_slice: Mapping[str, RegularSeries], parent: str) -> list[str]:
    slice_ = parse_segment(parent)
    return sorted(
        key
        for key in by_slice
        if len(parse_segment(key)) > len(slice_) and is_within(parse_segment(key), slice_)
    )
