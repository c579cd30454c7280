"""What an anomaly says of itself: band, slices, mix; hours, late data, holidays, finer cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from synth.metrics.anomalies import MetricData, anomaly_id, find_anomalies
from synth.metrics.findings import Finding
from synth.metrics.segments import segment_key
from synth.metrics.types import AnomalyKind, Good, Metric, Observation

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, ONSET = 84, 56
METRIC = Metric(id="m", name="activation", description="", unit="share", good=Good.UP)


def shares(
    seed: int, chances: np.ndarray, people: np.ndarray | float, segment: dict[str, str]
) -> list[Observation]:
    rng = np.random.default_rng(seed)
    n = rng.poisson(people, len(chances)) + 1
    k = rng.binomial(n, chances)
    return [
        Observation(
            ts=START + timedelta(days=day),
            value=float(k[day] / n[day]),
            numerator=float(k[day]),
            denominator=float(n[day]),
            segment=segment,
        )
        for day in range(len(chances))
    ]


def find(*series: list[Observation], metric: Metric = METRIC, **about: object) -> list[Finding]:
    by_slice = {segment_key(one[0].segment): one for one in series}
    return find_anomalies(MetricData(metric=metric, series=by_slice, people=[], **about))  # type: ignore[arg-type]


def dropped(before: float, after: float) -> np.ndarray:
    return np.where(np.arange(DAYS) < ONSET, before, after)


def test_a_shift_says_where_days_lay_before() -> None:
    [finding] = find(shares(1, dropped(0.5, 0.3), 400, {}))
    lay = finding.reason.split("95 % of days before lay in ")[1].split("; ")[0]
    low, high = lay.removesuffix(" %").split(" to ")
    assert lay.endswith(" %")
    assert 40 < float(low) < 50 < float(high) < 60


def test_a_shift_of_everybody_is_told_of_the_cell_that_carries_it() -> None:
    cells = [
        shares(
            number,
            dropped(0.5, 0.1) if (plan, platform) == ("smb", "ios") else dropped(0.5, 0.5),
            150,
            {"plan": plan, "platform": platform},
        )
        for number, (plan, platform) in enumerate(
            (plan, platform) for plan in ("smb", "team", "free") for platform in ("ios", "web")
        )
    ]
    found = find(*cells)
    [shift] = [finding for finding in found if finding.kind is AnomalyKind.SHIFT]
    assert shift.segment == {"plan": "smb", "platform": "ios"}
    assert shift.reason.endswith("the other slices did not move with it")
    assert shift.baseline_share is not None
    assert shift.baseline_share.n < 160 * 28


def test_a_mix_shift_is_not_blamed_on_what_slices_did() -> None:
    mobile = np.where(np.arange(DAYS) < ONSET, 200.0, 1000.0)
    found = find(
        shares(1, dropped(0.6, 0.6), 400.0, {"platform": "web"}),
        shares(2, dropped(0.2, 0.2), mobile, {"platform": "mobile"}),
    )
    [shift] = [finding for finding in found if finding.kind is AnomalyKind.SHIFT]
    assert shift.segment == {}
    assert "the mix of slices moved it, not what they did: platform mobile" in shift.reason


def test_a_move_of_all_slices_says_that_none_explains_it() -> None:
    found = find(*[shares(n, dropped(0.5, 0.35), 300, {"plan": p}) for n, p in enumerate("abcd")])
    [shift] = found
    assert shift.reason.endswith("no slice measured explains it alone")


def test_one_fallen_cell_of_many_is_found_through_its_parents() -> None:
    cells = [
        shares(
            number,
            dropped(0.5, 0.15) if number == 5 else dropped(0.5, 0.5),
            60,
            {"plan": f"p{number % 5}", "country": f"c{number // 5}"},
        )
        for number in range(25)
    ]
    shifts = [one for one in find(*cells) if one.kind is AnomalyKind.SHIFT]
    assert shifts
    told = " ".join(f"{one.segment} {one.reason}" for one in shifts)
    assert "p0" in told
    assert "c1" in told


def test_many_steady_slices_raise_nothing() -> None:
    for seed in range(3):
        cells = [
            shares(
                100 * seed + number,
                dropped(0.4, 0.4),
                30,
                {"plan": f"p{number % 6}", "country": f"c{number // 6}"},
            )
            for number in range(36)
        ]
        assert find(*cells) == []


def test_data_that_may_still_change_is_not_judged() -> None:
    late = np.where(np.arange(DAYS) < DAYS - 3, 0.5, 0.1)
    series = shares(3, late, 500, {})
    assert find(series) != []
    assert find(series, settled_before=START + timedelta(days=DAYS - 3)) == []


def hours(values: np.ndarray) -> list[Observation]:
    return [
        Observation(
            ts=START + timedelta(hours=hour),
            value=float(value),
            numerator=None,
            denominator=None,
            segment={},
        )
        for hour, value in enumerate(values)
    ]


@pytest.fixture
def by_hour() -> np.ndarray:
    rng = np.random.default_rng(4)
    hour = np.arange(24 * 35)
    return 200 * (1 + 0.3 * np.sin(hour * 2 * np.pi / 24)) * (1 + 0.02 * rng.normal(size=len(hour)))


def test_an_outage_of_hours_is_found_with_its_hour(by_hour: np.ndarray) -> None:
    metric = Metric(id="m", name="requests", description="", unit="value", good=Good.UP)
    assert find(hours(by_hour), metric=metric) == []
    by_hour[600:604] *= 0.6
    [finding] = find(hours(by_hour), metric=metric)
    assert finding.window is not None
    assert abs(finding.window.start - (START + timedelta(hours=600))) <= timedelta(hours=1)
    assert f"{finding.window.start:%Y-%m-%d %H:%M}" in finding.reason


def test_two_moves_of_one_day_have_two_ids() -> None:
    metric = Metric(id="m", name="requests", description="", unit="value", good=Good.UP)
    rng = np.random.default_rng(5)
    values = 200 * (1 + 0.02 * rng.normal(size=24 * 35))
    values[600:603] *= 0.5
    values[660:663] *= 1.6
    found = find(hours(values), metric=metric)
    assert len(found) == 2
    assert len({anomaly_id("m", finding) for finding in found}) == 2


def test_a_holiday_is_not_judged() -> None:
    metric = Metric(id="m", name="visits", description="", unit="count", good=Good.UP)
    rng = np.random.default_rng(6)
    values = rng.poisson(900, DAYS).astype(float)
    values[60] = 300
    series = [
        Observation(
            ts=START + timedelta(days=day),
            value=value,
            numerator=None,
            denominator=None,
            segment={},
        )
        for day, value in enumerate(values)
    ]
    assert len(find(series, metric=metric)) == 1
    closed = frozenset({(START + timedelta(days=60)).date()})
    assert find(series, metric=metric, closed=closed) == []
