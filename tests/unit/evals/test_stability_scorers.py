"""Stability, novelty, byte equality and planted people, against values worked by hand."""

import numpy as np
import pytest

from evals.scorers import novelty, people, stability
from evals.suites import (
    e05_stability,
    e06_novelty,
    e21_reproducibility,
    e24_small_and_foreign,
)
from evals.suites.e21_reproducibility import same_stages
from evals.types import EvalContext, Verdict

LABELS = np.asarray([0, 0, 1, 1, 2, 2])
ROWS = np.arange(6)


@pytest.mark.parametrize(
    "suite",
    [e05_stability, e06_novelty, e21_reproducibility, e24_small_and_foreign],
    ids=lambda suite: suite.ID,
)
def test_each_output_spoilt_on_purpose_is_noticed(suite):
    alive = [one.name for one in suite.mutants(EvalContext(data=None)) if not one.killed]
    assert alive == []


@pytest.mark.parametrize("suite", [e05_stability, e06_novelty], ids=lambda suite: suite.ID)
def test_sets_that_are_absent_are_listed(suite):
    results = suite.run(EvalContext(data=None))
    assert results
    assert {result.verdict for result in results} == {Verdict.SKIPPED}


def test_runs_are_compared_two_by_two():
    renamed = (LABELS + 1) % 3
    assert stability.mean_pairwise([LABELS, renamed, LABELS], ROWS) == 1.0
    # Pairs together: 3 in one, 1 of them in the other: expected 3*1/15 = 0.2, most 2.
    other = np.asarray([0, 0, 1, 2, 3, 4])
    assert stability.mean_pairwise([LABELS, other], ROWS) == pytest.approx((1 - 0.2) / (2 - 0.2))
    assert stability.mean_pairwise([LABELS], ROWS) == 1.0


def test_a_part_is_compared_on_its_own_rows():
    rows = np.asarray([0, 1, 4, 5])
    assert stability.mean_against(LABELS, [(rows, np.asarray([9, 9, 3, 3]))]) == 1.0


def test_staying_counts_texts_not_numbers():
    assert stability.staying(LABELS, 2 - LABELS) == 6
    assert stability.staying(LABELS, np.asarray([0, 0, 0, 1, 2, 2])) == 5
    assert stability.staying(LABELS, np.asarray([-1, 0, 1, 1, 2, 2])) == 5


def test_an_id_is_kept_by_a_theme_that_is_still_the_same():
    before = {"x": ["a", "b", "c", "d"], "y": ["e", "f"]}
    grown = {"x": ["a", "b", "c", "d", "new"], "y": ["e", "f"]}
    assert stability.ids_kept(before, grown, "abcdef") == {"x": True, "y": True}
    swapped = {"y": ["a", "b", "c", "d"], "x": ["e", "f"]}
    assert stability.ids_kept(before, swapped, "abcdef") == {"x": False, "y": False}
    # 2 of 4 shared is a Jaccard of 1/2: still it; 1 of 4 is not.
    assert stability.ids_kept(before, {"x": ["a", "b"]}, "abcdef") == {"x": True, "y": False}
    assert stability.ids_kept(before, {"x": ["a"]}, "abcdef") == {"x": False, "y": False}


@pytest.mark.parametrize(
    ("farness", "value"),
    [
        ([0.1, 0.2, 0.9, 0.8], 1.0),
        ([0.9, 0.8, 0.1, 0.2], 0.0),
        ([0.5, 0.5, 0.5, 0.5], 0.5),
        ([0.1, 0.6, 0.5, 0.9], 0.75),
    ],
)
def test_auroc_by_hand(farness, value):
    is_new = np.asarray([False, False, True, True])
    assert novelty.auroc(is_new, np.asarray(farness)) == pytest.approx(value)
    assert np.isnan(novelty.auroc(np.zeros(4, dtype=bool), np.asarray(farness)))


def test_f1_of_what_is_called_new():
    is_new = np.asarray([True, True, False, False])
    assert novelty.f1(is_new, np.asarray([1.0, 0, 1, 0])) == pytest.approx(0.5)
    assert novelty.f1(is_new, np.zeros(4)) == 0.0


def test_the_plain_rival_is_the_mean_of_the_five_nearest():
    known = np.eye(6, 8, dtype=np.float32)
    new = np.asarray([[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1]], dtype=np.float32)
    assert e06_novelty.plain_nearness(known, new) == pytest.approx([1 / 5, 0.0])


def test_a_theme_of_everybody_is_one_theme_not_all():
    planted = {"a": {1, 2, 3, 4, 5}, "b": {2, 3, 4, 5, 6}, "c": {1, 2}}
    assert people.people_f1({1, 2, 3}, {1, 2, 3, 4}) == pytest.approx(6 / 7)
    assert sum(people.found(planted, [{1, 2, 3, 4, 5, 6}]).values()) == 1
    assert people.found(planted, list(planted.values())) == dict.fromkeys(planted, True)
    assert people.found(planted, [{1, 2}]) == {"a": False, "b": False, "c": True}
    assert not any(people.found(planted, []).values())


def test_one_differing_or_missing_hash_is_a_stage_that_differs():
    good = {"a": "1", "b": "2"}
    assert same_stages([good, good]) == {"a": True, "b": True}
    assert same_stages([good, {"a": "1", "b": "3"}]) == {"a": True, "b": False}
    assert same_stages([good, {"a": "1"}]) == {"a": True, "b": False}


def test_a_broken_size_is_found(monkeypatch):
    monkeypatch.setattr(
        e24_small_and_foreign, "_vectors", lambda texts: np.eye(len(texts), 64, dtype=np.float32)
    )
    assert e24_small_and_foreign.problem_with(["one", "two", "three"], 7) is None

    def broken(*_, **__):
        raise ZeroDivisionError("no neighbours")

    monkeypatch.setattr(e24_small_and_foreign, "find_themes", broken)
    assert "ZeroDivisionError" in (e24_small_and_foreign.problem_with(["one"], 7) or "")
