"""Everything that stands out in one metric, once each: shifts, slices, targets, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from synth.core.ids import derive_id
from synth.metrics.findings import (
    Finding,
    is_worse,
    recent,
    share_of,
    window_of,
    write_value,
)
from synth.metrics.persons import median_interval, person_findings
from synth.metrics.segments import EVERYBODY, describe_segment, parse_segment, segment_key
from synth.metrics.series import RegularSeries, roll_up
from synth.metrics.shifts import Shift, find_shifts
from synth.metrics.slices import driving_slice, far_slices, single_slices
from synth.metrics.types import AnomalyKind, Good, Metric, Observation, PersonValue

#: Days by which two onsets may differ and still be one move.
SAME_MOVE_DAYS = 7

#: Days before the onset that a shift is compared with.
BASELINE_DAYS = 28

#: False-discovery rate over the slices of one metric.
SLICE_ALPHA = 0.01


@dataclass(frozen=True, kw_only=True)
class MetricData:
    """One metric with all that was measured of it."""

    metric: Metric
    series: Mapping[str, Sequence[Observation]]  #: by the slice's canonical JSON
    people: Sequence[PersonValue]


def find_anomalies(data: MetricData) -> list[Finding]:
    """Return what stands out, every cause of attention once."""
    by_slice = roll_up(data.series)
    shifts = _shift_findings(data.metric, by_slice)
    moved = {segment_key(finding.segment) for finding in shifts}
    far = [
        finding
        for finding in far_slices(data.metric, by_slice)
        if segment_key(finding.segment) not in moved
    ]
    people = person_findings(data.metric, data.people)
    target = [] if people else _target_findings(data.metric, by_slice, shifts)
    return shifts + far + target + people


def anomaly_id(metric_id: str, finding: Finding) -> str:
    """Return the id of an anomaly: same metric, kind, slice and onset, same id."""
    has_onset = finding.kind is AnomalyKind.SHIFT and finding.window is not None
    onset = finding.window.start.date().isoformat() if has_onset and finding.window else ""
    return derive_id("anomaly", metric_id, finding.kind, segment_key(finding.segment), onset)


def _shift_findings(metric: Metric, by_slice: Mapping[str, RegularSeries]) -> list[Finding]:
    """Return the shifts of everybody, then those of slices that no shift of everybody covers."""
    found: list[Finding] = []
    everybody = by_slice.get(EVERYBODY)
    if everybody is not None:
        for shift in find_shifts(everybody):
            driver = driving_slice(by_slice, shift)
            key = segment_key(driver or {})
            found.append(_shift_finding(metric, by_slice, key, shift, driven=driver is not None))
    for key, shift in _slice_shifts(by_slice):
        finding = _shift_finding(metric, by_slice, key, shift, driven=False)
        if not any(_is_same_move(finding, other) for other in found):
            found.append(finding)
    return found


def _slice_shifts(by_slice: Mapping[str, RegularSeries]) -> list[tuple[str, Shift]]:
    """Return the shifts of single slices that survive the number of slices and days searched."""
    from scipy.stats import norm

    keys = [key for group in single_slices(by_slice).values() for key in group]
    shifts = [(key, shift) for key in keys for shift in find_shifts(by_slice[key])]
    shifts.sort(key=lambda item: -abs(item[1].z))
    return [
        (key, shift)
        for rank, (key, shift) in enumerate(shifts, start=1)
        if 2 * norm.sf(abs(shift.z)) * len(by_slice[key]) * len(keys) / rank <= SLICE_ALPHA
    ]


def _is_same_move(one: Finding, other: Finding) -> bool:
    if one.window is None or other.window is None or one.direction is not other.direction:
        return False
    apart = abs((one.window.start - other.window.start).days)
    inside = other.window.start <= one.window.start < other.window.end
    return apart <= SAME_MOVE_DAYS or inside


def _shift_finding(
    metric: Metric, by_slice: Mapping[str, RegularSeries], key: str, shift: Shift, *, driven: bool
) -> Finding:
    source = by_slice[EVERYBODY] if driven else by_slice[key]
    series = by_slice[key]
    offset = (source.start - series.start).days
    start, end = max(0, shift.start + offset), shift.end + offset
    base = max(0, shift.base_start + offset, start - BASELINE_DAYS)
    before, after = share_of(series, base, start), share_of(series, start, end)
    baseline, observed = series.level(base, start), series.level(start, end)
    return Finding(
        kind=AnomalyKind.SHIFT,
        direction=Good.UP if observed > baseline else Good.DOWN,
        segment=parse_segment(key),
        window=window_of(series, start, end),
        baseline=baseline,
        observed=observed,
        score=abs(shift.z),
        reason=_shift_reason(
            metric,
            key,
            f"{write_value(metric, baseline, before)} to {write_value(metric, observed, after)}",
            rose=observed > baseline,
            when=_when(series, start, end, is_open=shift.is_open),
            z=abs(shift.z),
        )
        + ("; the other slices did not move with it" if driven else ""),
        baseline_share=before,
        observed_share=after,
    )


def _shift_reason(metric: Metric, key: str, values: str, *, rose: bool, when: str, z: float) -> str:
    segment = parse_segment(key)
    where = f" in {describe_segment(segment)}" if segment else ""
    verb = "rose" if rose else "fell"
    return f"{metric.name}{where} {verb} from {values} {when}; {z:.1f} standard errors apart"


def _when(series: RegularSeries, start: int, end: int, *, is_open: bool) -> str:
    first = f"{series.moment(start):%Y-%m-%d}"
    if end - start == 1:
        return f"on {first}"
    days = f"({end - start} days)"
    return f"since {first} {days}" if is_open else f"from {first} {days}"


def _target_findings(
    metric: Metric, by_slice: Mapping[str, RegularSeries], shifts: Sequence[Finding]
) -> list[Finding]:
    """Return the miss of the target by everybody, unless a shift already tells of it."""
    series = by_slice.get(EVERYBODY)
    if series is None or metric.target is None or series.observed_days < 7:
        return []
    told = any(
        is_worse(metric, finding.observed, finding.baseline)
        and not is_worse(metric, finding.baseline, metric.target)
        for finding in shifts
    )
    found = None if told else _missed_target(metric, series, metric.target)
    return [found] if found else []


def _missed_target(metric: Metric, series: RegularSeries, target: float) -> Finding | None:
    start, end = recent(series)
    share = share_of(series, start, end)
    if share is not None:
        low, high = share.low * series.scale, share.high * series.scale
        observed = share.k / max(share.n, 1) * series.scale
        spread = max((high - low) / 4, 1e-9)
    else:
        values = [value for value in series.values[start:end] if value == value]
        observed, low, high = median_interval(values)
        spread = max((high - low) / 4, 1e-9 * sqrt(len(values)))
    if not is_worse(metric, high if metric.good is Good.UP else low, target):
        return None
    interval = "" if share else f" ({low:.3g}-{high:.3g})"
    return Finding(
        kind=AnomalyKind.TARGET,
        direction=Good.DOWN if metric.good is Good.UP else Good.UP,
        segment={},
        window=window_of(series, start, end),
        baseline=target,
        observed=observed,
        score=round(min(abs(observed - target) / spread, 999.0), 3),
        reason=(
            f"{metric.name} is {write_value(metric, observed, share)}{interval} over the last "
            f"{end - start} days and misses its target of {target:.3g}"
        ),
        observed_share=share,
    )
