"""Intervals and verdicts on cases worked by hand, and coverage by simulation."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.stats import (
    bootstrap,
    bootstrap_indices,
    combine,
    exact,
    holm,
    judge,
    paired_bootstrap,
    paired_p,
    summarise,
    wilson_estimate,
)
from evals.types import Estimate, Score, Verdict

SEED = 7


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        pytest.param(6, 8, 0.4093, 0.9285, id="6 of 8"),
        pytest.param(8, 10, 0.4902, 0.9433, id="8 of 10"),
        pytest.param(0, 10, 0.0, 0.2775, id="none of 10"),
        pytest.param(10, 10, 0.7225, 1.0, id="all of 10"),
        pytest.param(0, 0, 0.0, 1.0, id="nobody"),
    ],
)
def test_wilson_by_hand(k: int, n: int, low: float, high: float) -> None:
    estimate = wilson_estimate(k, n)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_two_clusters_by_hand() -> None:
    # Draws are (a, a), (a, b), (b, b) with 1/4, 1/2, 1/4: means 0, 1/3, 1.
    estimate = bootstrap([0, 0, 1, 1, 1, 1], list("aabbbb"), seed=SEED)
    assert estimate.value == pytest.approx(4 / 6)
    assert (estimate.low, estimate.high) == (0.0, 1.0)


def test_items_of_one_document_do_not_narrow_the_interval() -> None:
    values = np.random.default_rng(1).integers(0, 2, size=40).astype(float)
    alone = bootstrap(values, [str(item) for item in range(40)], seed=SEED)
    copies = bootstrap(np.repeat(values, 25), [str(item // 25) for item in range(1000)], seed=SEED)
    assert (copies.low, copies.high) == pytest.approx((alone.low, alone.high), abs=0.02)
    pretended = bootstrap(np.repeat(values, 25), [str(item) for item in range(1000)], seed=SEED)
    assert pretended.high - pretended.low < (alone.high - alone.low) / 3


@pytest.mark.parametrize(
    ("value", "low", "high"), [(1.0, 0.8389, 1.0), (0.0, 0.0, 0.1611)], ids=["all", "none"]
)
def test_a_perfect_sample_is_not_certain(value: float, low: float, high: float) -> None:
    estimate = bootstrap([value] * 40, [str(item // 2) for item in range(40)], seed=SEED)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_one_cluster_says_nothing() -> None:
    assert bootstrap([0.4, 0.6], ["a", "a"], seed=SEED) == Estimate(value=0.5, low=0.0, high=1.0)


@pytest.mark.parametrize(
    ("values", "clusters"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([0.5, nan], ["a", "b"], id="nan"),
        pytest.param([0.5], ["a", "b"], id="lengths"),
    ],
)
def test_no_estimate_from_bad_samples(values: list[float], clusters: list[str]) -> None:
    with pytest.raises(ValueError):
        bootstrap(values, clusters, seed=SEED)


def test_mean_by_weights_equals_mean_by_indices() -> None:
    random = np.random.default_rng(3)
    values, clusters = random.random(200), [str(item) for item in random.integers(0, 50, 200)]
    fast = bootstrap(values, clusters, seed=SEED)
    slow = bootstrap_indices(clusters, lambda rows: float(values[rows].mean()), seed=SEED)
    assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=0.012)
    other = bootstrap(values, clusters, seed=SEED, draws=2000, statistic=lambda v: float(v.mean()))
    assert (fast.low, fast.high) == pytest.approx((other.low, other.high), abs=0.012)


def test_same_seed_same_interval_and_order_does_not_matter() -> None:
    values, clusters = [0.1, 0.9, 0.4, 0.8], ["d", "b", "a", "c"]
    first = bootstrap(values, clusters, seed=SEED)
    assert bootstrap(values, clusters, seed=SEED) == first
    assert bootstrap(values[::-1], clusters[::-1], seed=SEED) == first


def test_coverage_is_near_95_percent() -> None:
    """400 samples of 40 documents with a shared effect: the truth lies inside 91 to 98 %."""
    random, inside = np.random.default_rng(11), 0
    for trial in range(400):
        effects = random.normal(0.5, 0.1, size=40)
        values = np.clip(np.repeat(effects, 5) + random.normal(0, 0.1, 200), 0, 1)
        names = [str(item // 5) for item in range(200)]
        estimate = bootstrap(values, names, seed=trial, draws=400)
        inside += estimate.low <= 0.5 <= estimate.high
    assert 0.91 <= inside / 400 <= 0.98


def test_draws_that_lie_too_high_are_moved_to_the_value() -> None:
    """The share of distinct items is 1 in the sample and about 0.63 in every draw."""
    estimate = bootstrap_indices(200, lambda rows: len(set(rows)) / len(rows) / 2, seed=SEED)
    assert estimate.value == 0.5
    assert 0.45 < estimate.low < 0.5 < estimate.high < 0.55


def test_undefined_draws_are_left_out_but_not_the_majority() -> None:
    def one_class(rows: np.ndarray) -> float:
        return nan if 0 not in rows else 0.5

    assert bootstrap_indices(10, one_class, seed=SEED, draws=200).value == 0.5
    with pytest.raises(ValueError, match="not finite"):
        bootstrap_indices(3, lambda rows: nan, seed=SEED, draws=10)

    def mostly(rows: np.ndarray) -> float:
        return 0.5 if len(set(rows)) == len(rows) else nan

    with pytest.raises(ValueError, match="draws only"):
        bootstrap_indices(10, mostly, seed=SEED, draws=200)


def test_paired_difference_sees_what_two_intervals_hide() -> None:
    random = np.random.default_rng(5)
    theirs = random.random(100) * 0.9
    ours = theirs + 0.05
    names = [str(item) for item in range(100)]
    delta = paired_bootstrap(ours, theirs, names, seed=SEED)
    assert delta.value == pytest.approx(0.05)
    assert delta.low > 0
    assert bootstrap(theirs, names, seed=SEED).high > bootstrap(ours, names, seed=SEED).low
    assert paired_p(ours, theirs, names, seed=SEED) < 0.01
    assert paired_p(ours, ours, names, seed=SEED) == 1.0


def test_pairs_need_equal_lengths() -> None:
    with pytest.raises(ValueError, match="pair them"):
        paired_bootstrap([0.1], [0.1, 0.2], ["a"], seed=SEED)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_is_never_smaller_and_keeps_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [q for _, q in pairs] == sorted(adjusted)


def _estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value - 0.05, high=value + 0.05)


@pytest.mark.parametrize(
    ("value", "options", "verdict"),
    [
        pytest.param(0.91, {"n_clusters": 20}, Verdict.PASS, id="met"),
        pytest.param(0.90, {"n_clusters": 20}, Verdict.PASS, id="just met"),
        pytest.param(0.89, {"n_clusters": 20}, Verdict.FAIL, id="missed"),
        pytest.param(0.99, {"n_clusters": 19}, Verdict.INCONCLUSIVE, id="too few clusters"),
        pytest.param(0.10, {"n_clusters": 19}, Verdict.INCONCLUSIVE, id="too few to fail either"),
        pytest.param(0.91, {"n_clusters": 3, "hard": True}, Verdict.PASS, id="hard met"),
        pytest.param(0.89, {"n_clusters": 3, "hard": True}, Verdict.FAIL, id="hard broken"),
        pytest.param(0.91, {"n_clusters": 50, "errored": 1}, Verdict.PASS, id="2 % errored"),
        pytest.param(0.91, {"n_clusters": 50, "errored": 2}, Verdict.FAIL, id="4 % errored"),
        pytest.param(0.91, {"n_clusters": 5, "errored": 1}, Verdict.FAIL, id="errors before size"),
        pytest.param(0.91, {"n_clusters": 25, "errored": 2, "n": 100}, Verdict.PASS, id="of items"),
        pytest.param(0.91, {"n_clusters": 50, "at_most": True}, Verdict.FAIL, id="above ceiling"),
        pytest.param(0.89, {"n_clusters": 50, "at_most": True}, Verdict.PASS, id="below ceiling"),
    ],
)
def test_verdict_rule(value: float, options: dict[str, int], verdict: Verdict) -> None:
    assert judge(_estimate(value), 0.9, **options) is verdict


@pytest.mark.parametrize(
    "estimate",
    [
        pytest.param(Estimate(value=nan, low=0, high=1), id="nan"),
        pytest.param(Estimate(value=0.9, low=0.1, high=0.2), id="interval elsewhere"),
    ],
)
def test_no_verdict_on_broken_estimates(estimate: Estimate) -> None:
    with pytest.raises(ValueError):
        judge(estimate, 0.5, n_clusters=100)


def test_the_worst_rule_decides() -> None:
    assert combine([Verdict.PASS, Verdict.INCONCLUSIVE]) is Verdict.INCONCLUSIVE
    assert combine([Verdict.INCONCLUSIVE, Verdict.FAIL]) is Verdict.FAIL
    assert combine([Verdict.PASS]) is Verdict.PASS
    assert combine([]) is Verdict.FAIL


def test_errors_count_as_zero_and_stay_in_the_denominator() -> None:
    good = [Score(name="s", item=str(item), value=1.0) for item in range(80)]
    bad = [Score(name="s", item=f"e{item}", value=1.0, errored=True) for item in range(20)]
    summary = summarise(good + bad, seed=SEED)
    assert (summary.estimate.value, summary.n, summary.errored) == (0.8, 100, 20)
    assert summary.judge(0.5) is Verdict.FAIL
    assert summarise(good, seed=SEED).judge(0.5) is Verdict.PASS


def test_exact_has_no_width() -> None:
    assert exact(3) == Estimate(value=3, low=3, high=3)
