from __future__ import annotations

import pytest

from evals.scorers.counter import cites, recall
from evals.suites.e16_counter import ABOUT, FINE, IRONIC
from evals.worlds.bank import TITLES
from synth.hypotheses.evidence import says_contrary


def test_recall_counts_the_first_five():
    assert recall("i", ["a", "x", "b", "y", "z", "c"], {"a", "b", "c"}).value == 2 / 3
    assert recall("i", ["a", "a"], {"a"}).value == 1
    assert recall("i", [], {"a"}).evidence == "missed a"


@pytest.mark.parametrize("planted", [set(), set("abcdef")])
def test_what_cannot_be_recalled_in_five_is_refused(planted):
    with pytest.raises(ValueError, match="1 to 5"):
        recall("i", [], planted)


def test_a_draft_must_cite_it_and_not_deny_it():
    assert cites("i", {"a"}, "", {"a", "b"}).value == 1
    assert cites("i", {"c"}, "", {"a"}).value == 0
    assert cites("i", {"a"}, "none found in 9 passages", {"a"}).value == 0


def test_every_theme_can_be_contradicted_and_irony_is_none():
    assert set(ABOUT) == set(TITLES)
    assert not says_contrary(IRONIC.format("the search"))
    assert len(set(FINE)) == len(FINE)
