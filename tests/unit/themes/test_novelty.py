"""New texts go to the theme they are near to, relative to how loose it is, or to none."""

import numpy as np
import pytest

from synth.themes.novelty import MOST_ROWS, describe_themes, place


def around(centre, size, spread, random):
    """Return unit rows about one axis of 64."""
    rows = np.zeros((size, 64))
    rows[:, centre] = 1
    rows += random.normal(size=rows.shape) * spread / 8
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def random():
    return np.random.default_rng(4)


def test_near_texts_are_placed_and_far_ones_are_new(random):
    known = np.vstack([around(0, 40, 0.5, random), around(1, 40, 1.2, random)])
    themes = describe_themes(known, np.repeat([0, 1], 40))
    narrow, loose = around(0, 30, 0.5, random), around(1, 30, 1.2, random)
    far = around(9, 30, 0.5, random)
    placed = place(np.vstack([narrow, loose, far]), themes)
    assert (placed.labels[:30] == 0).mean() > 0.8
    assert (placed.labels[30:60] == 1).mean() > 0.8
    assert (placed.labels[60:] == -1).all()
    assert placed.nearness[60:].max() < placed.nearness[:60].min()
    strengths = placed.strengths()
    assert ((strengths > 0) == (placed.labels >= 0)).all()
    assert strengths.max() <= 1


def test_a_loose_theme_takes_in_what_a_narrow_one_does_not(random):
    stranger = around(0, 50, 1.2, random)
    narrow = describe_themes(around(0, 60, 0.3, random), np.zeros(60, dtype=np.int64))
    loose = describe_themes(around(0, 60, 1.2, random), np.zeros(60, dtype=np.int64))
    assert (place(stranger, narrow).labels == -1).all()
    assert (place(stranger, loose).labels == 0).mean() > 0.8


def test_placing_changes_no_theme_and_does_not_depend_on_company(random):
    known = np.vstack([around(c, 20, 0.6, random) for c in range(5)])
    themes = describe_themes(known, np.repeat(np.arange(5), 20))
    before = themes.rows.copy()
    new = np.vstack([around(c, 4, 0.6, random) for c in range(5)])
    together = place(new, themes)
    alone = [int(place(row[None], themes).labels[0]) for row in new]
    assert together.labels.tolist() == alone
    assert np.array_equal(themes.rows, before)


def test_no_theme_means_everything_is_new():
    rows = np.eye(3, 8, dtype=np.float32)
    placed = place(rows, describe_themes(rows, np.full(3, -1)))
    assert placed.labels.tolist() == placed.nearest.tolist() == [-1, -1, -1]
    assert (placed.nearness == 0).all()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_tiny_themes_and_equal_texts_take_in_their_equals(size):
    rows = np.eye(1, 8, dtype=np.float32).repeat(size, axis=0)
    themes = describe_themes(rows, np.zeros(size, dtype=np.int64))
    assert place(rows[:1], themes).labels.tolist() == [0]
    assert place(np.eye(2, 8, dtype=np.float32)[1:], themes).labels.tolist() == [-1]


def test_a_large_theme_is_stood_for_by_some_of_its_texts(random):
    themes = describe_themes(around(0, MOST_ROWS * 3, 0.6, random), np.zeros(MOST_ROWS * 3, int))
    assert len(themes.rows) == MOST_ROWS
