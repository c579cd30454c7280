"""New texts go to the theme or sub-theme they are near to, as near as its own are, or to none."""

import numpy as np
import pytest

from synth.themes import assign
from synth.themes.assign import describe, place

NO_PARTS = -1


def around(centre, size, spread, random):
    """Return unit rows about one axis of 64."""
    rows = np.zeros((size, 64))
    rows[:, centre] = 1
    rows += random.normal(size=rows.shape) * spread / 8
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def whole(rows, labels):
    """Return the centres of themes without sub-themes."""
    return describe(rows, np.asarray(labels), np.full(len(rows), NO_PARTS))


@pytest.fixture
def random():
    return np.random.default_rng(4)


def test_near_texts_are_placed_and_far_ones_are_new(random):
    known = np.vstack([around(0, 40, 0.5, random), around(1, 40, 1.2, random)])
    themes = whole(known, np.repeat([0, 1], 40))
    far = around(9, 30, 0.5, random)
    new = np.vstack([around(0, 30, 0.5, random), around(1, 30, 1.2, random), far])
    placed = place(new, themes)
    assert (placed.labels[:30] == 0).mean() > 0.8
    assert (placed.labels[30:60] == 1).mean() > 0.8
    assert (placed.labels[60:] == -1).all()
    assert placed.nearness[60:].max() < placed.nearness[:60].min()
    assert ((placed.strengths > 0) == (placed.labels >= 0)).all()
    assert (placed.fine == -1).all()


def test_a_loose_theme_takes_in_what_a_narrow_one_does_not(random):
    stranger = around(0, 50, 1.2, random)
    narrow = whole(around(0, 60, 0.3, random), np.zeros(60, dtype=np.int64))
    loose = whole(around(0, 60, 1.2, random), np.zeros(60, dtype=np.int64))
    assert (place(stranger, narrow).labels == -1).all()
    assert (place(stranger, loose).labels == 0).mean() > 0.8


def test_a_theme_is_known_by_its_parts_and_the_part_is_told(random):
    ends = [around(axis, 40, 0.4, random) for axis in (0, 1)]
    other = around(2, 40, 0.4, random)
    rows, labels = np.vstack([*ends, other]), np.repeat([0, 0, 1], 40)
    parts = describe(rows, labels, np.repeat([0, 1, -1], 40))
    middle = np.zeros((1, 64), dtype=np.float32)
    middle[0, :2] = 0.5**0.5
    new = np.vstack([around(0, 20, 0.4, random), around(1, 20, 0.4, random)])
    placed = place(new, parts)
    inside = placed.labels >= 0
    assert inside.mean() > 0.8
    assert (placed.labels[inside] == 0).all()
    assert np.array_equal(placed.fine[inside], np.repeat([0, 1], 20)[inside])
    assert placed.nearness.min() > place(new, whole(rows, labels)).nearness.max()
    assert place(other, parts).fine.max() == -1
    assert place(middle, parts).labels.tolist() == [0]


def test_placing_changes_no_theme_and_depends_neither_on_company_nor_on_shards(random, monkeypatch):
    known = np.vstack([around(c, 20, 0.6, random) for c in range(5)])
    themes = whole(known, np.repeat(np.arange(5), 20))
    before = themes.rows.copy()
    new = np.vstack([around(c, 4, 0.6, random) for c in range(5)])
    together = place(new, themes)
    assert [int(place(row[None], themes).labels[0]) for row in new] == together.labels.tolist()
    monkeypatch.setattr(assign, "SHARD", 7)
    in_shards = place(new, themes)
    assert np.array_equal(in_shards.labels, together.labels)
    assert np.allclose(in_shards.strengths, together.strengths)
    assert np.array_equal(themes.rows, before)


def test_some_themes_alone_keep_their_numbers_and_a_floor_can_be_set(random):
    known = np.vstack([around(c, 20, 0.6, random) for c in range(3)])
    themes = whole(known, np.repeat(np.arange(3), 20))
    new = around(2, 10, 0.6, random)
    assert set(place(new, themes.only([0, 1])).labels.tolist()) == {-1}
    assert 2 in place(new, themes.only([2])).labels
    assert (place(new, themes.with_floor(-1.0, [1]).only([0, 1])).labels == 1).all()
    assert (place(around(2, 10, 0.6, random), themes.with_floor(2.0, [2])).labels == -1).all()


def test_no_theme_means_everything_is_new():
    rows = np.eye(3, 8, dtype=np.float32)
    placed = place(rows, whole(rows, np.full(3, -1)))
    assert placed.labels.tolist() == placed.fine.tolist() == [-1, -1, -1]
    assert (placed.strengths == 0).all()
    assert (placed.nearness == -1).all()
    assert place(rows[:0], whole(rows, [0, 0, 0])).labels.tolist() == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_tiny_themes_and_equal_texts_take_in_their_equals(size):
    rows = np.eye(1, 8, dtype=np.float32).repeat(size, axis=0)
    themes = whole(rows, np.zeros(size, dtype=np.int64))
    assert place(rows[:1], themes).labels.tolist() == [0]
    assert place(np.eye(2, 8, dtype=np.float32)[1:], themes).labels.tolist() == [-1]
