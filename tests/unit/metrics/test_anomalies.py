"""What stands out in planted series and people, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from synth.metrics.anomalies import MetricData, anomaly_id, find_anomalies
from synth.metrics.findings import Finding
from synth.metrics.persons import median_interval
from synth.metrics.segments import segment_key
from synth.metrics.types import AnomalyKind, Good, Metric, Observation, PersonValue

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, ONSET = 84, 56


def metric(**values: object) -> Metric:
    fields = {
        "id": "m",
        "name": "activation",
        "description": "",
        "unit": "share",
        "good": Good.UP,
        **values,
    }
    return Metric(**fields)  # type: ignore[arg-type]


def shares(
    seed: int, chances: np.ndarray, per_day: int, segment: dict[str, str] | None = None
) -> list[Observation]:
    rng = np.random.default_rng(seed)
    found = []
    for day, chance in enumerate(chances):
        n = int(rng.poisson(per_day * (0.6 if day % 7 > 4 else 1.0))) + 1
        k = int(rng.binomial(n, np.clip(chance * (1 + 0.1 * np.sin(day * 2 * np.pi / 7)), 0, 1)))
        found.append(
            Observation(
                ts=START + timedelta(days=day),
                value=k / n,
                numerator=k,
                denominator=n,
                segment=segment or {},
            )
        )
    return found


def steady(level: float) -> np.ndarray:
    return np.full(DAYS, level)


def dropped(before: float, after: float) -> np.ndarray:
    return np.where(np.arange(DAYS) < ONSET, before, after)


def find(
    *series: list[Observation], people: list[PersonValue] | None = None, **about: object
) -> list[Finding]:
    by_slice = {segment_key(one[0].segment): one for one in series}
    return find_anomalies(MetricData(metric=metric(**about), series=by_slice, people=people or []))


def test_a_drop_is_found_with_onset_counts_and_words() -> None:
    [finding] = find(shares(1, dropped(0.42, 0.31), 150))
    assert (finding.kind, finding.direction) == (AnomalyKind.SHIFT, Good.DOWN)
    assert finding.window is not None
    assert abs((finding.window.start - START).days - ONSET) <= 2
    assert finding.window.end == START + timedelta(days=DAYS)
    assert finding.baseline == pytest.approx(0.42, abs=0.02)
    assert finding.observed == pytest.approx(0.31, abs=0.02)
    assert finding.baseline_share is not None
    assert str(finding.baseline_share) in finding.reason
    assert finding.reason.startswith("activation fell from ")


@pytest.mark.parametrize("per_day", [3, 30, 3000], ids=["few", "some", "many"])
def test_a_steady_series_with_a_week_raises_nothing(per_day: int) -> None:
    found = [find(shares(seed, steady(0.4), per_day)) for seed in range(8)]
    assert found == [[]] * 8


def test_a_slow_trend_is_no_shift() -> None:
    rng = np.random.default_rng(3)
    observations = [
        Observation(
            ts=START + timedelta(days=day),
            value=1000 + 5 * day + float(rng.normal(0, 20)),
            numerator=None,
            denominator=None,
            segment={},
        )
        for day in range(DAYS)
    ]
    assert find(observations, unit="visits") == []


def test_two_weeks_are_too_short_to_say_anything() -> None:
    assert find(shares(1, dropped(0.42, 0.1)[50:64], 500)) == []


def test_missing_days_change_nothing() -> None:
    series = shares(1, dropped(0.42, 0.31), 150)
    [finding] = find([one for day, one in enumerate(series) if day % 6])
    assert finding.window is not None
    assert abs((finding.window.start - START).days - ONSET) <= 2


def test_one_move_gives_one_anomaly_in_the_slice_that_drives_it() -> None:
    hit = shares(1, dropped(0.5, 0.25), 200, {"plan": "enterprise"})
    calm = shares(2, steady(0.5), 200, {"plan": "smb"})
    [finding] = find(hit, calm)
    assert (finding.kind, finding.segment) == (AnomalyKind.SHIFT, {"plan": "enterprise"})
    assert finding.reason.endswith("; the other slices did not move with it")


def test_a_move_of_all_slices_is_everybodys() -> None:
    slices = [
        shares(seed, dropped(0.5, 0.35), 200, {"plan": name}) for seed, name in enumerate("abc")
    ]
    [finding] = find(*slices)
    assert finding.segment == {}


def test_a_slice_far_from_the_others_is_flagged_once() -> None:
    """Day-3 abandonment: 80 % of enterprise, 30 % of SMB."""
    [finding] = find(
        shares(1, steady(0.8), 60, {"plan": "enterprise"}),
        shares(2, steady(0.3), 60, {"plan": "smb"}),
        good=Good.DOWN,
    )
    assert (finding.kind, finding.segment) == (AnomalyKind.SEGMENT, {"plan": "enterprise"})
    assert finding.observed == pytest.approx(0.8, abs=0.05)
    assert finding.baseline == pytest.approx(0.3, abs=0.05)


def test_a_missed_target_needs_no_change() -> None:
    [finding] = find(shares(1, steady(0.4), 100), target=0.6)
    assert finding.kind is AnomalyKind.TARGET
    assert "misses its target of 0.6" in finding.reason
    assert find(shares(1, steady(0.4), 100), target=0.35) == []


def minutes(*values: float, target: float | None = None) -> list[PersonValue]:
    return [
        PersonValue(participant_id=f"p{number}", ts=None, value=value, target=target)
        for number, value in enumerate(values)
    ]


SLOW = {"unit": "minutes", "good": Good.DOWN}


@pytest.mark.parametrize(
    ("people", "about", "kind", "affected"),
    [
        pytest.param(
            minutes(9, 11, 18, 20, 22, 25, 19, target=5), SLOW, AnomalyKind.TARGET, 7, id="all slow"
        ),
        pytest.param(
            minutes(3, 4, 4, 3, 9, 8, 4, 3, 7, target=5), SLOW, AnomalyKind.PERSON, 3, id="some"
        ),
        pytest.param(
            minutes(3, 3.2, 3.4, 3, 3.1, 2.9, 12), SLOW, AnomalyKind.PERSON, 1, id="one far off"
        ),
        pytest.param(minutes(1, 1, 0, 1, 0, 1, 1, 0), {}, AnomalyKind.PERSON, 3, id="three failed"),
    ],
)
def test_people_who_stand_out(
    people: list[PersonValue], about: dict[str, object], kind: AnomalyKind, affected: int
) -> None:
    [finding] = find_anomalies(MetricData(metric=metric(**about), series={}, people=people))
    assert finding.kind is kind
    assert len(finding.affected) == affected
    assert len(finding.affected | finding.unaffected) == len(people)
    assert f"{affected} of {len(people)} (" in finding.reason


@pytest.mark.parametrize(
    "people",
    [
        pytest.param(minutes(3, 4, 4, 3, 4, target=5), id="all met it"),
        pytest.param(minutes(9, 9, 9, target=5), id="three are too few"),
        pytest.param(minutes(3, 3.1, 2.9, 3.2, 3), id="alike"),
    ],
)
def test_people_who_do_not_stand_out(people: list[PersonValue]) -> None:
    data = MetricData(metric=metric(**SLOW), series={}, people=people)
    assert find_anomalies(data) == []


def test_median_interval_by_hand() -> None:
    """n = 10: the 2nd and 9th value hold the median with 97.9 %."""
    assert median_interval(list(range(1, 11))) == (5.5, 2, 9)
    assert median_interval([1, 2, 3]) == (2, 1, 3)


def test_an_anomaly_keeps_its_id() -> None:
    [first] = find(shares(1, dropped(0.42, 0.31), 150))
    [again] = find(shares(1, dropped(0.42, 0.31), 150))
    assert anomaly_id("m", first) == anomaly_id("m", again)
    assert anomaly_id("m", first) != anomaly_id("other", first)
