"""Agreement of groups, against values worked by hand."""

import numpy as np
import pytest

from evals.scorers import clustering

TRUTH = np.asarray([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("found", "nmi", "ari", "acc", "f1"),
    [
        # Mutual information 0.2158 over the mean of entropies 0.6931 and 0.5623; one pair of six
        # is together in both, as chance has it; F1 of 4/5 and 2/3.
        pytest.param([0, 0, 0, 1], 0.34371, 0.0, 0.75, (0.8 + 2 / 3) / 2, id="one strays"),
        pytest.param([5, 5, 2, 2], 1.0, 1.0, 1.0, 1.0, id="other names"),
        pytest.param([0, 1, 0, 1], 0.0, -0.5, 0.5, 0.5, id="crossed"),
        pytest.param([0, 0, 0, 0], 0.0, 0.0, 0.5, 2 / 3, id="one group"),
    ],
)
def test_agreement_by_hand(found, nmi, ari, acc, f1):
    groups = np.asarray(found)
    assert clustering.nmi(TRUTH, groups) == pytest.approx(nmi, abs=1e-5)
    assert clustering.ari(TRUTH, groups) == pytest.approx(ari)
    assert clustering.acc(TRUTH, groups) == pytest.approx(acc)
    assert clustering.best_match_f1(TRUTH, groups) == pytest.approx(f1)


def test_what_is_in_no_group_is_no_match():
    groups = np.asarray([-1, -1, 0, -1])
    assert clustering.unthemed(groups) == 0.75
    assert clustering.best_match_f1(TRUTH, groups) == pytest.approx((0 + 2 / 3) / 2)
    assert clustering.best_match_f1(TRUTH, np.full(4, -1)) == 0.0
