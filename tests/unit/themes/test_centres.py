import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.themes.centres import find_centres, measure, renumber
from tests.unit.themes.test_cluster import groups


@given(st.integers(2, 40), st.integers(1, 6), st.integers(0, 10**6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_nearness_is_that_to_the_centre_of_the_others_and_to_the_next_group(n, k, seed, double):
    rows = groups((n,), spread=2.0, seed=seed)[0].astype(np.float64 if double else np.float32)
    if n > 4:
        rows[1] = rows[0]  # equal texts
    labels = renumber(np.random.default_rng(seed).integers(-1, k, size=n))
    near, centres = measure(rows, labels), find_centres(rows, labels)
    for row, label in enumerate(labels):
        others = np.flatnonzero((labels == label) & (np.arange(n) != row))
        if label < 0 or not len(others):
            assert near.own[row] == -1
        else:
            rest = rows[others].astype(np.float64).sum(axis=0)
            expected = rows[row] @ rest / np.linalg.norm(rest)
            assert abs(near.own[row] - expected) < 1e-4
        away = [rows[row] @ centre for group, centre in enumerate(centres) if group != label]
        assert abs(near.other[row] - max(away, default=-1)) < 1e-5
    for group, found in enumerate(near.cohesion):
        inside = rows[labels == group].astype(np.float64)
        pairs = (inside @ inside.T)[~np.eye(len(inside), dtype=bool)]
        assert abs(found - (pairs.mean() if len(pairs) else 0)) < 1e-5
