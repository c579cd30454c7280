"""Takes a shift apart by the finest slices that were measured, and says it in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.metrics.attribution import Attribution, Cell, Explanation, Mechanism, attribute
from synth.metrics.segments import describe_segment, is_within, parse_segment
from synth.metrics.series import Floats, RegularSeries
from synth.metrics.shifts import Shift
from synth.metrics.types import Metric

#: Units whose values add up over slices.
ADDING_UNITS = ("count", "events")

#: Points before the onset that are compared.
BEFORE = 28


def explain(
    metric: Metric, by_slice: Mapping[str, RegularSeries], key: str, shift: Shift
) -> Attribution | None:
    """Return which slices within `key` explain its shift; None where nothing finer was counted."""
    cells = finest_cells(by_slice, key)
    found = [_cell(metric, by_slice[key], by_slice[cell], cell, shift) for cell in cells]
    usable = [cell for cell in found if cell is not None]
    if len(usable) < 2 or len(usable) < len(found):
        return None
    return attribute(usable)


def finest_cells(by_slice: Mapping[str, RegularSeries], key: str) -> list[str]:
    """Return the slices within `key` with most segment names, all of the same names."""
    within = parse_segment(key)
    finer = {
        cell: tuple(sorted(parse_segment(cell)))
        for cell in by_slice
        if cell != key and is_within(parse_segment(cell), within)
    }
    if not finer:
        return []
    names = min(finer.values(), key=lambda item: (-len(item), item))
    return sorted(cell for cell, own in finer.items() if own == names)


def describe(attribution: Attribution) -> str:
    """Return the explanation as part of a reason."""
    if attribution.mechanism is Mechanism.OUTSIDE:
        return "no slice measured explains it alone"
    carried = " and ".join(_carried(one) for one in attribution.slices)
    if attribution.mechanism is Mechanism.RATE:
        return f"{carried} of the change"
    turned = ", although within slices it moved the other way" if attribution.reversed else ""
    return f"the mix of slices moved it, not what they did: {carried} of the change{turned}"


def band(series: RegularSeries, start: int, end: int) -> tuple[float, float] | None:
    """Return between which values 95 % of the points [start, end) lay; None of too few."""
    values = series.values[start:end]
    known = values[np.isfinite(values)]
    if len(known) < BEFORE // 2:
        return None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def _carried(one: Explanation) -> str:
    return f"{describe_segment(one.segment)} carries {one.power:.0%}"


def _cell(
    metric: Metric, whole: RegularSeries, series: RegularSeries, key: str, shift: Shift
) -> Cell | None:
    """Return sums of equally long spans before and after, or None where values do not add up."""
    offset = (whole.start - series.start) // series.step
    start, end = shift.start + offset, shift.end + offset
    length = min(end - start, BEFORE)
    spans = slice(max(0, start - BEFORE), max(0, start)), slice(max(0, start), max(0, end))
    parts = length / min(BEFORE, max(shift.start, 1)), length / (end - start)
    if series.numerators is not None and series.denominators is not None:
        above, below = series.numerators, series.denominators
    elif metric.unit in ADDING_UNITS:
        above, below = series.values, None
    else:
        return None
    sums = [_sum(above, span) * part for span, part in zip(spans, parts, strict=True)]
    of = [None if below is None else _sum(below, s) * p for s, p in zip(spans, parts, strict=True)]
    if min(sums) < 0:
        return None
    return Cell(
        segment=parse_segment(key), before=sums[0], after=sums[1], before_of=of[0], after_of=of[1]
    )


def _sum(values: Floats, span: slice) -> float:
    return float(np.nansum(values[span]))
