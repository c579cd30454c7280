import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from synth.core.proportions import wilson


@pytest.mark.parametrize(
    ("k", "n", "text"),
    [
        pytest.param(6, 8, "6 of 8 (41-93 %)", id="the reference case"),
        pytest.param(0, 0, "nobody asked", id="nobody asked"),
        pytest.param(0, 5, "0 of 5 (0-43 %)", id="none"),
        pytest.param(5, 5, "5 of 5 (57-100 %)", id="all"),
    ],
)
def test_a_share_is_written_with_its_interval(k, n, text):
    assert str(wilson(k, n)) == text


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_an_independent_implementation(counts):
    k, n = counts
    low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
    ours = wilson(k, n)
    assert ours.low == pytest.approx(low, abs=1e-9)
    assert ours.high == pytest.approx(high, abs=1e-9)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_impossible_counts_are_refused(k, n):
    with pytest.raises(ValueError, match="need 0 <= k <= n"):
        wilson(k, n)
