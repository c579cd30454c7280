"""A code takes what is near its words, not everything a corpus is about."""

import numpy as np
import pytest

from synth.themes.keeping import Kept, claim, is_coded


@pytest.mark.parametrize(
    ("cosine", "nearness", "expected"),
    [
        (0.41, 0.50, True),
        (0.39, 0.10, False),
        (0.50, 0.80, False),
        (0.61, 0.80, True),
        (0.66, 0.99, True),
        (0.41, -1.0, True),
    ],
)
def test_a_passage_is_coded_if_it_is_near_and_not_much_nearer_to_its_theme(
    cosine, nearness, expected
):
    assert is_coded(cosine, nearness) is expected


def test_of_passages_that_share_a_subject_a_code_takes_its_own():
    random = np.random.default_rng(5)
    subject, kinds = np.eye(64)[0], np.eye(64)[1:5]
    kind = np.repeat(np.arange(4), 25)
    rows = subject + kinds[kind] + 0.08 * random.normal(size=(100, 64))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    seeds = rows[:2] + 0.05 * random.normal(size=(2, 64)).astype(np.float32)
    claims = claim(
        rows,
        [f"{row:03d}" for row in range(100)],
        labels=kind,
        known=(),
        kept=[Kept(theme_id="code", held=(), seeds=seeds)],
    )
    # The others are at 0.5 to the code, and at 0.9 to what they are about.
    assert set(claims) == {f"{row:03d}" for row in range(25)}
    assert {one.theme_id for one in claims.values()} == {"code"}
