"""An outcome taken over from an experiment says what the experiment says, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import Conflict, InputError
from synth.insights.outcomes import Verdict, compute_effect
from synth.insights.recording import ResultsGiven
from synth.insights.taking_over import experiment_meant, require_new, take_over
from synth.insights.telling import outcome_words
from synth.insights.types import InsightTest, InsightTestKind
from synth.metrics.experiments import Arm, Experiment, effects_of
from synth.metrics.types import Good, Metric
from tests.factories import NOW
from tests.unit.fusion.test_fusion_metrics import loop

TEST = InsightTest(
    id="t", insight_id="i", kind=InsightTestKind.AB, name="status", change="", split={},
    starts_on=date(2025, 12, 1), ends_on=None, experiment_id="x1", recorded_by="m",
    recorded_at=NOW,
)  # fmt: skip
METRIC = Metric(
    id="m", name="activation", description="", unit="share", good=Good.UP, source_names=("Act.",)
)


APPROVED = loop("one").standing.insight
INSIGHT = replace(
    APPROVED,
    content=replace(APPROVED.content, metric="activation", unit="share", baseline=0.4, target=0.5),
)


def shares(
    *counts: tuple[int, int], metric: str = "activation", ends: datetime | None = None
) -> Experiment:
    arms = [
        Arm(metric=metric, variant=f"v{place}", is_control=place == 0, n=n, conversions=k)
        for place, (k, n) in enumerate(counts)
    ]
    return Experiment(
        id="x1", name="Status", starts_at=None, ends_at=ends, exposure_event=None, follows=None,
        arms=arms,
    )  # fmt: skip


def taken(experiment: Experiment, variant: str | None = None, metric: Metric | None = METRIC):
    return take_over(experiment, variant, INSIGHT, metric, TEST, by="m", now=NOW)


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(control=counted, variant=counted)
def test_its_change_and_interval_are_those_of_the_experiment(control, variant):
    experiment = shares(control, variant)
    [effect] = effects_of(experiment)
    outcome = taken(experiment)
    told = compute_effect(outcome)
    assert (outcome.before, outcome.after) == (effect.control.value, effect.arm.value)
    assert (outcome.before_share.k, outcome.before_share.n) == control
    assert (outcome.after_share.k, outcome.after_share.n) == variant
    if effect.relative is None:
        assert told.relative is told.relative_range is None
    else:
        assert told.relative == pytest.approx(effect.relative)
        assert (told.relative_range.low, told.relative_range.high) == (effect.low, effect.high)


def test_means_bring_their_interval_and_their_people():
    minutes = Metric(id="m", name="activation", description="", unit="minutes", good=Good.DOWN)
    arms = [
        Arm(metric="activation", variant="old", is_control=True, n=400, mean=10.0, sd=5.0),
        Arm(metric="activation", variant="new", is_control=False, n=400, mean=8.0, sd=4.0),
    ]
    outcome = taken(replace(shares(), arms=arms), metric=minutes)
    told = compute_effect(outcome)
    # By hand: 1.96 sqrt(25 / 400 + 16 / 400) = 0.6275.
    assert told.difference_range.low == pytest.approx(-2.6275, abs=1e-3)
    assert told.difference_range.high == pytest.approx(-1.3725, abs=1e-3)
    assert told.verdict is not Verdict.FLAT
    assert "10 minutes (n = 400) → 8 minutes (n = 400)" in outcome_words(outcome)
    assert "experiment x1, new against old" in outcome_words(outcome)
    few = [replace(arm, n=4) for arm in arms]
    told = compute_effect(taken(replace(shares(), arms=few), metric=minutes))
    assert told.verdict is Verdict.FLAT


def test_a_percentage_is_scaled_and_another_name_of_the_metric_is_found():
    percent = replace(METRIC, unit="%")
    outcome = taken(shares((40, 100), (52, 100), metric="Act."), metric=percent)
    assert (outcome.metric, outcome.before, outcome.after) == ("activation", 40.0, 52.0)
    assert compute_effect(outcome).difference == pytest.approx(12.0)


REFUSED = {
    "another metric": (shares((1, 10), (2, 10), metric="signups"), None, METRIC, "not measure"),
    "which variant": (shares((1, 10), (2, 10), (3, 10)), None, METRIC, "several variants"),
    "no such variant": (shares((1, 10), (2, 10)), "v9", METRIC, "no such variant"),
    "the control": (shares((1, 10), (2, 10)), "v0", METRIC, "no such variant"),
    "no share": (shares((1, 10), (2, 10)), None, replace(METRIC, unit="minutes"), "no share"),
    "over before the test": (
        shares((1, 10), (2, 10), ends=datetime(2025, 11, 1, tzinfo=UTC)), None, METRIC,
        "before the test began",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("experiment", "variant", "metric", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_over_is_refused(experiment, variant, metric, why):
    with pytest.raises(InputError, match=why):
        taken(experiment, variant, metric)


def test_the_experiment_is_the_one_the_test_names():
    assert experiment_meant(ResultsGiven(), TEST) == "x1"
    free = replace(TEST, experiment_id=None)
    assert experiment_meant(ResultsGiven(experiment_id="x2"), free) == "x2"
    with pytest.raises(InputError, match="another experiment"):
        experiment_meant(ResultsGiven(experiment_id="x2"), TEST)
    with pytest.raises(InputError, match="names no experiment"):
        experiment_meant(ResultsGiven(), free)


def test_the_same_numbers_are_taken_over_once():
    first = taken(shares((4, 10), (5, 10)))
    with pytest.raises(Conflict, match="recorded already"):
        require_new(taken(shares((4, 10), (5, 10))), [first])
    require_new(taken(shares((40, 100), (50, 100))), [first])
