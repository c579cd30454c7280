"""Everything that stands out in one metric, once each: shifts, slices, targets, people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import sqrt

from synth.core.ids import derive_id
from synth.core.periods import Period
from synth.metrics.attribution import Attribution, Mechanism
from synth.metrics.explaining import band, describe, explain
from synth.metrics.findings import (
    Finding,
    is_worse,
    recent,
    share_of,
    window_of,
    write_range,
    write_value,
)
from synth.metrics.moves import find_moves
from synth.metrics.persons import median_interval, person_findings
from synth.metrics.segments import EVERYBODY, describe_segment, parse_segment, segment_key
from synth.metrics.series import DAY, HOUR, RegularSeries, regular_series, roll_up
from synth.metrics.shifts import Shift, find_shifts
from synth.metrics.slice_shifts import slice_shifts
from synth.metrics.slices import driving_slice, far_slices
from synth.metrics.types import AnomalyKind, Good, Metric, Observation, PersonValue

#: Days by which two onsets may differ and still be one move.
SAME_MOVE_DAYS = 7

#: Days before the onset that a shift is compared with.
BASELINE_DAYS = 28

#: Part of a change from which the one slice that carries it is what the anomaly is about.
CARRIES = 0.8

#: Holidays that a reason names.
MOST_HOLIDAYS = 5

#: Values a day from which a metric is looked at by the hour, and days from which days are enough.
HOURLY_FROM, SHORT_DAYS = 12, 3


@dataclass(frozen=True, kw_only=True)
class MetricData:
    """One metric with all that was measured of it."""

    metric: Metric
    series: Mapping[str, Sequence[Observation]]  #: by the slice's canonical JSON
    people: Sequence[PersonValue]
    settled_before: datetime | None = None  #: values from here on may still change: not judged
    closed: frozenset[date] = frozenset()  #: holidays: not judged
    judges_people: bool = True  #: False: values per person only say whom a move hit
    people_are_of_events: bool = False  #: medians of each person's events, over all time


def find_anomalies(data: MetricData) -> list[Finding]:
    """Return what stands out, every cause of attention once."""
    settled = _settled(data)
    by_slice = roll_up(settled)
    shifts = _shift_findings(data.metric, by_slice, data.closed)
    shifts = _with_hours(shifts, _hourly_findings(data.metric, settled, data.closed))
    moved = {segment_key(finding.segment) for finding in shifts}
    far = [
        finding
        for finding in far_slices(data.metric, by_slice)
        if segment_key(finding.segment) not in moved
    ]
    people = person_findings(data.metric, data.people) if data.judges_people else []
    target = [] if people else _target_findings(data.metric, by_slice, shifts)
    return shifts + far + target + people


def anomaly_id(metric_id: str, finding: Finding) -> str:
    """Return the id of an anomaly: same metric, kind, slice and onset, same id."""
    onset = ""
    if finding.kind is AnomalyKind.SHIFT and finding.window is not None:
        start = finding.window.start
        onset = (start if start.hour else start.date()).isoformat()
    return derive_id("anomaly", metric_id, finding.kind, segment_key(finding.segment), onset)


def _settled(data: MetricData) -> dict[str, list[Observation]]:
    """Return the observations that will not change any more."""
    until = data.settled_before
    return {
        key: kept
        for key, observations in data.series.items()
        if (kept := [item for item in observations if until is None or item.ts < until])
    }


def _shift_findings(
    metric: Metric, by_slice: Mapping[str, RegularSeries], closed: frozenset[date]
) -> list[Finding]:
    """Return the shifts of everybody, then those of slices that no shift of everybody covers."""
    found: list[Finding] = []
    everybody = by_slice.get(EVERYBODY)
    if everybody is not None:
        for shift in find_shifts(everybody, closed=closed):
            driver = driving_slice(by_slice, shift)
            key = _narrowed(metric, by_slice, segment_key(driver or {}), shift)
            driven = key != EVERYBODY
            found.append(_shift_finding(metric, by_slice, key, shift, closed, driven=driven))
    for key, shift in slice_shifts(by_slice, closed):
        finding = _shift_finding(metric, by_slice, key, shift, closed, driven=False)
        if not any(_is_same_move(finding, other) for other in found):
            found.append(finding)
    return found


def _narrowed(metric: Metric, by_slice: Mapping[str, RegularSeries], key: str, shift: Shift) -> str:
    """Return the one slice within `key` that carries a shift of everybody, else `key`."""
    explained = explain(metric, by_slice, key, _as_of(by_slice, key, shift))
    if explained is None or explained.mechanism is not Mechanism.RATE:
        return key
    carrier = segment_key({**parse_segment(key), **explained.slices[0].segment})
    carries = len(explained.slices) == 1 and explained.slices[0].power >= CARRIES
    return carrier if carries and carrier in by_slice else key


def _as_of(by_slice: Mapping[str, RegularSeries], key: str, shift: Shift) -> Shift:
    """Return a shift of everybody in points of a slice's own series."""
    whole, series = by_slice[EVERYBODY], by_slice[key]
    offset = (whole.start - series.start) // series.step
    return replace(
        shift,
        start=max(0, shift.start + offset),
        end=shift.end + offset,
        base_start=max(0, shift.base_start + offset),
    )


def _hourly_findings(
    metric: Metric,
    settled: Mapping[str, Sequence[Observation]],
    closed: frozenset[date],
) -> list[Finding]:
    """Return what moved everybody for hours, where values are hourly."""
    everybody = settled.get(EVERYBODY, [])
    days = {item.ts.date() for item in everybody}
    if not days or len(everybody) < HOURLY_FROM * len(days):
        return []
    series = regular_series(everybody, step=HOUR)
    if series is None:
        return []
    return [
        _shift_finding(metric, {EVERYBODY: series}, EVERYBODY, move, closed, driven=False)
        for move in find_moves(series, closed=closed)
        if move.end - move.start < SHORT_DAYS * series.per_day
    ]


def _with_hours(daily: Sequence[Finding], hourly: Sequence[Finding]) -> list[Finding]:
    """Return findings by days and by hours, each move once: of a lone day, the hours tell more."""
    lone = [
        day
        for day in daily
        if day.window is not None and day.window.end - day.window.start == DAY and not day.segment
    ]
    longer = [day for day in daily if day not in lone]
    hours = [one for one in hourly if not any(_covers(day, one) for day in longer)]
    return [*longer, *(day for day in lone if not any(_covers(day, one) for one in hours)), *hours]


def _covers(day: Finding, hours: Finding) -> bool:
    """Return whether a finding by hours begins in the days of another, or on the day beside."""
    if day.window is None or hours.window is None:
        return False
    return day.window.start - DAY <= hours.window.start < day.window.end + DAY


def _is_same_move(one: Finding, other: Finding) -> bool:
    if one.window is None or other.window is None or one.direction is not other.direction:
        return False
    apart = abs((one.window.start - other.window.start).days)
    inside = other.window.start <= one.window.start < other.window.end
    return apart <= SAME_MOVE_DAYS or inside


def _shift_finding(
    metric: Metric,
    by_slice: Mapping[str, RegularSeries],
    key: str,
    shift: Shift,
    closed: frozenset[date],
    *,
    driven: bool,
) -> Finding:
    source = by_slice[EVERYBODY] if driven else by_slice[key]
    series = by_slice[key]
    offset = (source.start - series.start) // series.step
    start, end = max(0, shift.start + offset), shift.end + offset
    base = max(0, shift.base_start + offset, start - BASELINE_DAYS * series.per_day)
    before, after = share_of(series, base, start), share_of(series, start, end)
    baseline, observed = series.level(base, start), series.level(start, end)
    own = replace(shift, start=start, end=end, base_start=base)
    explained = explain(metric, by_slice, key, own)
    reason = _shift_reason(
        metric,
        key,
        f"{write_value(metric, baseline, before)} to {write_value(metric, observed, after)}",
        rose=observed > baseline,
        when=_when(series, start, end, is_open=shift.is_open),
        z=abs(shift.z),
    )
    usual = band(series, base, start)
    told = [
        f"95 % of {_points(series)} before lay in {write_range(metric, *usual)}" if usual else "",
        "the other slices did not move with it" if driven else "",
        describe(explained) if explained and _tells_more(explained, driven=driven) else "",
        _not_judged(closed, window_of(series, base, end)),
    ]
    return Finding(
        kind=AnomalyKind.SHIFT,
        direction=Good.UP if observed > baseline else Good.DOWN,
        segment=parse_segment(key),
        window=window_of(series, start, end),
        baseline=baseline,
        observed=observed,
        score=abs(shift.z),
        reason="; ".join([reason, *filter(None, told)]),
        baseline_share=before,
        observed_share=after,
    )


def _tells_more(explained: Attribution, *, driven: bool) -> bool:
    """Return whether an explanation adds to "the other slices did not move with it"."""
    return not driven or explained.mechanism is not Mechanism.OUTSIDE


def _not_judged(closed: frozenset[date], window: Period) -> str:
    """Return which holidays lie in the time compared."""
    days = sorted(day for day in closed if window.start.date() <= day < window.end.date())
    names = ", ".join(day.isoformat() for day in days[:MOST_HOLIDAYS])
    more = f" and {len(days) - MOST_HOLIDAYS} more" if len(days) > MOST_HOLIDAYS else ""
    return f"holidays are not judged: {names}{more}" if days else ""


def _shift_reason(metric: Metric, key: str, values: str, *, rose: bool, when: str, z: float) -> str:
    segment = parse_segment(key)
    where = f" in {describe_segment(segment)}" if segment else ""
    verb = "rose" if rose else "fell"
    return f"{metric.name}{where} {verb} from {values} {when}; {z:.1f} standard errors apart"


def _points(series: RegularSeries) -> str:
    return "days" if series.per_day == 1 else "hours"


def _when(series: RegularSeries, start: int, end: int, *, is_open: bool) -> str:
    is_daily = series.per_day == 1
    first = f"{series.moment(start):{'%Y-%m-%d' if is_daily else '%Y-%m-%d %H:%M'}}"
    if end - start == 1:
        return f"on {first}" if is_daily else f"at {first}"
    days = f"({end - start} {_points(series)})"
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
