import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synth.themes import map as layout
from synth.themes.neighbours import nearest

ROOT = Path(__file__).parents[3]


def blobs(groups, each, seed=0):
    """Return unit rows in `groups` groups, and the group of each."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(groups, 24))
    rows = np.repeat(centres, each, axis=0) + 0.35 * random.normal(size=(groups * each, 24))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), np.repeat(np.arange(groups), each)


def names(count):
    return [f"{number:05d}" for number in range(count)]


def kept_neighbours(vectors, places, k=10):
    true, _ = nearest(vectors, k)
    apart = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    near = np.argsort(apart, axis=1)[:, :k]
    return np.mean([len(set(a) & set(b)) / k for a, b in zip(true, near, strict=True)])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 25])
def test_any_number_of_texts_has_a_place_in_the_square(count):
    rows = blobs(1, max(count, 1))[0][:count]
    places = layout.lay_out(rows, keys=names(count), seed=7)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()


def test_near_on_the_map_means_near_in_words():
    rows, groups = blobs(6, 30)
    places = layout.lay_out(rows, keys=names(len(rows)), seed=7)
    by_chance = 10 / len(rows)
    assert kept_neighbours(rows, places) > 5 * by_chance
    centres = np.stack([places[groups == group].mean(axis=0) for group in range(6)])
    own = np.linalg.norm(places - centres[groups], axis=1).mean()
    others = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    assert own < others[others > 0].min()


def test_equal_texts_share_a_place():
    rows, _ = blobs(3, 10)
    doubled = np.vstack([rows, rows[:5]])
    places = layout.lay_out(doubled, keys=names(35), seed=7)
    assert np.array_equal(places[:5], places[30:])


def test_the_order_of_rows_changes_nothing():
    rows, _ = blobs(4, 15)
    keys = names(60)
    order = np.random.default_rng(3).permutation(60)
    there = layout.lay_out(rows, keys=keys, seed=7)
    again = layout.lay_out(rows[order], keys=[keys[row] for row in order], seed=7)
    assert np.array_equal(there[order], again)


CHILD = """
import hashlib, sys
import numpy as np
from synth.themes.map import lay_out
rows = np.load(sys.argv[1])
places = lay_out(rows, keys=[f"{n:05d}" for n in range(len(rows))], seed=7)
print(hashlib.sha256(places.tobytes()).hexdigest())
"""


def test_two_processes_and_thread_counts_give_the_same_bytes(tmp_path):
    np.save(tmp_path / "rows.npy", blobs(4, 40)[0])
    found = set()
    for threads in ("1", "2"):
        child = [sys.executable, "-c", CHILD, str(tmp_path / "rows.npy")]
        given = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PATH": ""}
        found.add(subprocess.check_output(child, env=given, cwd=ROOT, text=True))
    assert len(found) == 1, json.dumps(sorted(found))


def test_texts_beyond_the_most_go_next_to_their_like(monkeypatch):
    rows, groups = blobs(4, 40)
    monkeypatch.setattr(layout, "MOST", 60)
    places = layout.lay_out(rows, keys=names(160), seed=7)
    centres = np.stack([places[groups == group].mean(axis=0) for group in range(4)])
    apart = np.linalg.norm(places[:, None] - centres[None], axis=2)
    assert (apart.argmin(axis=1) == groups).mean() > 0.95


def test_rows_need_names_of_their_own():
    with pytest.raises(ValueError, match="one distinct key per row"):
        layout.lay_out(blobs(1, 2)[0], keys=["a", "a"], seed=7)
