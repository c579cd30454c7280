"""Which slice carries a move, and which slice stands far from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10, sqrt

import numpy as np

from synth.core.proportions import wilson
from synth.metrics.findings import Finding, is_worse, recent, share_of, window_of, write_value
from synth.metrics.segments import EVERYBODY, describe_segment, parse_segment, segment_key
from synth.metrics.series import RegularSeries
from synth.metrics.shifts import Shift
from synth.metrics.types import AnomalyKind, Good, Metric

#: q below which a slice is called different.
ALPHA = 0.01

#: A slice is far off from this ratio of the worse to the better value, and this gap of shares.
FAR_RATIO, FAR_GAP = 1.25, 0.05

#: A move belongs to one slice if the others moved less than this part of it.
REST_MOVES = 0.25

#: People or events a slice needs before it is compared.
MIN_SLICE = 20


@dataclass(frozen=True, kw_only=True)
class Move:
    """How far one slice moved in a window, with its standard error."""

    segment: Mapping[str, str]
    change: float
    error: float


def single_slices(by_slice: Mapping[str, RegularSeries]) -> dict[str, list[str]]:
    """Return the slices of one segment each, grouped by the segment's name."""
    groups: dict[str, list[str]] = {}
    for key in sorted(by_slice):
        segment = parse_segment(key)
        if len(segment) == 1:
            groups.setdefault(next(iter(segment)), []).append(key)
    return {name: keys for name, keys in groups.items() if len(keys) > 1}


def driving_slice(by_slice: Mapping[str, RegularSeries], shift: Shift) -> Mapping[str, str] | None:
    """Return the slice that carries a shift of everybody alone, or None if several do."""
    best: tuple[float, Mapping[str, str]] | None = None
    for keys in single_slices(by_slice).values():
        moves = [
            move
            for key in keys
            if (move := _move(by_slice[EVERYBODY], by_slice[key], key, shift)) is not None
        ]
        driver = max(moves, key=lambda move: move.change * np.sign(shift.z), default=None)
        if driver is None or len(moves) < 2:
            continue
        rest = _pooled([move for move in moves if move is not driver])
        apart = (driver.change - rest.change) / sqrt(driver.error**2 + rest.error**2)
        alone = rest.change * np.sign(shift.z) < REST_MOVES * abs(driver.change)
        if alone and abs(apart) > 4 and (best is None or abs(apart) > best[0]):
            best = abs(apart), driver.segment
    return best[1] if best else None


def far_slices(metric: Metric, by_slice: Mapping[str, RegularSeries]) -> list[Finding]:
    """Return for each segment the slice that is far worse than the rest, after BH over all."""
    tested = [
        (p, finding)
        for keys in single_slices(by_slice).values()
        for key in keys
        if (compared := _compare(metric, by_slice, key, keys)) is not None
        for p, finding in [compared]
    ]
    found: dict[str, Finding] = {}
    for rank, (p, finding) in enumerate(sorted(tested, key=lambda item: item[0]), start=1):
        name = next(iter(finding.segment))
        if p * len(tested) / rank <= ALPHA and _is_far(metric, finding):
            found.setdefault(name, finding)
    return list(found.values())


def _move(everybody: RegularSeries, series: RegularSeries, key: str, shift: Shift) -> Move | None:
    offset = (everybody.start - series.start).days
    start, end, base = shift.start + offset, shift.end + offset, shift.base_start + offset
    before, after = series.values[max(0, base) : max(0, start)], series.values[max(0, start) : end]
    if np.isfinite(before).sum() < 7 or np.isfinite(after).sum() < 1:
        return None
    change = series.level(max(0, start), end) - series.level(max(0, base), start)
    spread = float(np.nanstd(before)) + 1e-9
    error = spread * sqrt(1 / np.isfinite(before).sum() + 1 / np.isfinite(after).sum())
    return Move(segment=parse_segment(key), change=change, error=error)


def _pooled(moves: Sequence[Move]) -> Move:
    weights = np.asarray([1 / move.error**2 for move in moves])
    change = float(np.average([move.change for move in moves], weights=weights))
    return Move(segment={}, change=change, error=float(1 / sqrt(weights.sum())))


def _compare(
    metric: Metric, by_slice: Mapping[str, RegularSeries], key: str, keys: Sequence[str]
) -> tuple[float, Finding] | None:
    """Return (p, finding) of one slice against the other slices of the same segment."""
    series, others = by_slice[key], [by_slice[other] for other in keys if other != key]
    if series.is_share and all(other.is_share for other in others):
        return _compare_shares(metric, parse_segment(key), series, others)
    if metric.unit in ("count", "events"):
        return None  # a small slice has smaller counts, which says nothing
    return _compare_values(metric, parse_segment(key), series, others)


def _compare_shares(
    metric: Metric,
    segment: Mapping[str, str],
    series: RegularSeries,
    others: Sequence[RegularSeries],
) -> tuple[float, Finding] | None:
    from scipy.stats import chi2_contingency

    own = share_of(series, *recent(series))
    rest = [share for other in others if (share := share_of(other, *recent(other))) is not None]
    if own is None or own.n < MIN_SLICE or sum(share.n for share in rest) < MIN_SLICE:
        return None
    pooled = wilson(sum(share.k for share in rest), sum(share.n for share in rest))
    table = [[own.k, own.n - own.k], [pooled.k, pooled.n - pooled.k]]
    if 0 in (own.k + pooled.k, own.n - own.k + pooled.n - pooled.k):
        return None
    p = float(chi2_contingency(table).pvalue)
    words = f"{own} in {describe_segment(segment)}, {pooled} in the others"
    finding = Finding(
        kind=AnomalyKind.SEGMENT,
        direction=Good.UP if own.k / own.n > pooled.k / pooled.n else Good.DOWN,
        segment=segment,
        window=window_of(series, *recent(series)),
        baseline=pooled.k / pooled.n * series.scale,
        observed=own.k / own.n * series.scale,
        score=_score(p),
        reason=f"{metric.name}: {words} over the last {_days(series)} days; p = {p:.2g}",
        baseline_share=pooled,
        observed_share=own,
    )
    return p, finding


def _compare_values(
    metric: Metric,
    segment: Mapping[str, str],
    series: RegularSeries,
    others: Sequence[RegularSeries],
) -> tuple[float, Finding] | None:
    """Compare day by day with the mean of the other slices (signed-rank test)."""
    from scipy.stats import wilcoxon

    days = min(len(series), *(len(other) for other in others))
    days = min(days, recent(series)[1] - recent(series)[0])
    own = series.values[-days:]
    rest = np.mean([other.values[-days:] for other in others], axis=0)
    known = np.isfinite(own) & np.isfinite(rest)
    if known.sum() < 14 or np.all(own[known] == rest[known]):
        return None
    p = float(wilcoxon(own[known], rest[known]).pvalue)
    observed, baseline = float(np.median(own[known])), float(np.median(rest[known]))
    words = (
        f"{write_value(metric, observed)} in {describe_segment(segment)}, "
        f"{write_value(metric, baseline)} in the others"
    )
    finding = Finding(
        kind=AnomalyKind.SEGMENT,
        direction=Good.UP if observed > baseline else Good.DOWN,
        segment=segment,
        window=window_of(series, *recent(series)),
        baseline=baseline,
        observed=observed,
        score=_score(p),
        reason=f"{metric.name}: {words} (median of {known.sum()} days); p = {p:.2g}",
    )
    return p, finding


def _is_far(metric: Metric, finding: Finding) -> bool:
    own, rest = finding.observed, finding.baseline
    if not is_worse(metric, own, rest):
        return False
    low, high = sorted((abs(own), abs(rest)))
    gap = FAR_GAP * (100 if high > 1 else 1) if finding.observed_share else 0.0
    return high >= FAR_RATIO * low and high - low >= gap


def _score(p: float) -> float:
    return round(-log10(max(p, 1e-300)), 3)


def _days(series: RegularSeries) -> int:
    start, end = recent(series)
    return end - start


def slice_key(finding: Finding) -> str:
    """Return the canonical slice of a finding."""
    return segment_key(finding.segment)
