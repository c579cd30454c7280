"""Which events are watched without anybody asking: those whose names say something went wrong."""

from __future__ import annotations

import pytest

from synth.metrics.measuring import MOST_WATCHED, watched


@pytest.mark.parametrize(
    "name",
    [
        "error",
        "api_error",
        "checkout failed",
        "paymentFailed",
        "$exception",
        "rage_click",
        "timeout",
    ],
)
def test_trouble_is_watched(name):
    assert watched([name, "page_view"], []) == [name]


@pytest.mark.parametrize("name", ["page_view", "mirror_opened", "leverage_shown", "terrors_read"])
def test_other_words_are_not(name):
    assert watched([name], []) == []


def test_what_rules_count_is_watched_if_it_ever_happened():
    assert watched(["signup", "kyc_failed"], ["signup", "gone"]) == ["signup", "kyc_failed"]


def test_only_the_most_frequent_trouble_is():
    names = [f"error_{number}" for number in range(50)]
    assert watched(names, []) == names[:MOST_WATCHED]
