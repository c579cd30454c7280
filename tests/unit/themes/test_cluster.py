import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.themes import assign, cluster, graph
from synth.themes.cluster import find_themes, smallest_theme
from synth.themes.neighbours import nearest


def groups(sizes, *, noise=0, spread=0.35, seed=1, dimensions=48):
    """Return unit vectors around one random direction per group, and their group; -1 is noise."""
    random = np.random.default_rng(seed)
    rows, labels = [], []
    for label, size in enumerate(sizes):
        centre = random.normal(size=dimensions)
        centre /= np.linalg.norm(centre)
        rows.append(centre + random.normal(size=(size, dimensions)) * spread / dimensions**0.5 * 2)
        labels += [label] * size
    rows.append(random.normal(size=(noise, dimensions)))
    vectors = np.vstack(rows)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), np.asarray(labels + [-1] * noise)


def keys(n):
    return [f"{number:05d}" for number in range(n)]


@pytest.mark.parametrize("noise", [15, 60])
def test_planted_groups_are_found_whole_and_noise_stays_out(noise):
    vectors, truth = groups((40, 25, 12, 8), noise=noise)
    found = find_themes(vectors, keys=keys(len(truth)), seed=7)
    assert found.method == "graph"
    for label, size in enumerate((40, 25, 12, 8)):
        values, counts = np.unique(found.labels[truth == label], return_counts=True)
        assert counts.max() >= 0.9 * size, f"group {label} is in pieces: {values}"
        assert values[counts.argmax()] == label  # the largest theme is 0
    assert (found.labels[truth == -1] == -1).mean() > 0.7
    assert ((found.strengths > 0) == (found.labels >= 0)).all()


def test_one_problem_is_one_theme():
    vectors, _ = groups((50,))
    found = find_themes(vectors, keys=keys(50), seed=7)
    assert (found.labels == 0).mean() > 0.9


def test_row_order_changes_nothing():
    vectors, _ = groups((20, 15, 9), noise=20)
    names = keys(len(vectors))
    first = find_themes(vectors, keys=names, seed=7)
    order = np.random.default_rng(3).permutation(len(vectors))
    again = find_themes(vectors[order], keys=[names[row] for row in order], seed=7)
    assert np.array_equal(again.labels, first.labels[order])
    assert np.allclose(again.strengths, first.strengths[order])


@given(st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_seed_names_and_noise_change_nothing(draw):
    vectors, _ = groups((30, 25, 20, 20), noise=20)
    first = find_themes(vectors, keys=keys(len(vectors)), seed=7)
    random = np.random.default_rng(draw)
    names = [f"{place:05d}" for place in random.permutation(len(vectors))]
    moved = vectors + random.uniform(-1e-5, 1e-5, vectors.shape).astype(np.float32)
    again = find_themes(moved, keys=names, seed=draw)
    together = first.labels[:, None] == first.labels
    assert np.array_equal(again.labels[:, None] == again.labels, together)
    assert np.array_equal(again.labels < 0, first.labels < 0)


@given(st.integers(5, 40), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_wordings_of_one_form_are_one_theme(n, seed):
    random = np.random.default_rng(seed)
    rows = random.normal(size=64) + random.normal(size=(n, 64)) * 0.15
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    assert find_themes(vectors, keys=keys(n), seed=7).labels.tolist() == [0] * n


def test_another_process_finds_the_same():
    code = (
        "import json; from tests.unit.themes.test_cluster import groups, keys; "
        "from synth.themes.cluster import find_themes; "
        "v, _ = groups((20, 15, 9), noise=20); "
        "print(json.dumps(find_themes(v, keys=keys(len(v)), seed=7).labels.tolist()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    vectors, _ = groups((20, 15, 9), noise=20)
    here = find_themes(vectors, keys=keys(len(vectors)), seed=7).labels.tolist()
    assert json.loads(done.stdout) == here


@given(st.integers(0, 60), st.integers(0, 4), st.integers(0, 10**6))
@settings(max_examples=30)
def test_no_size_fails_and_every_row_is_accounted_for(n, copies, seed):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, 8)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    for row in range(min(copies, n - 1)):
        vectors[row + 1] = vectors[0]
    found = find_themes(vectors, keys=keys(n), seed=seed)
    assert len(found.labels) == len(found.strengths) == n
    used = sorted(set(found.labels.tolist()) - {-1})
    assert used == list(range(len(used)))
    sizes = [int((found.labels == label).sum()) for label in used]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size >= cluster.MIN_THEME for size in sizes)
    assert len({found.labels[row] for row in range(min(copies, n - 1) + 1) if row < n}) <= 1


def test_identical_texts_are_a_theme_together():
    vectors, _ = groups((30, 20), noise=10)
    same = np.repeat(groups((1,), seed=9)[0], 6, axis=0)
    found = find_themes(np.vstack([vectors, same]), keys=keys(66), seed=7)
    assert len(set(found.labels[60:].tolist())) == 1
    assert found.labels[60] >= 0


def test_how_often_a_text_was_said_changes_no_group_of_the_others():
    vectors, _ = groups((30, 20, 9), noise=10)
    once = find_themes(vectors, keys=keys(69), seed=7).labels
    again = np.vstack([vectors, np.repeat(vectors[31:33], 40, axis=0)])
    often = find_themes(again, keys=keys(149), seed=7).labels[:69]
    assert (often[:59] >= 0).all()
    assert np.array_equal(once[:, None] == once, often[:, None] == often)


@pytest.mark.parametrize("names", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_keys_must_name_the_rows(names):
    with pytest.raises(ValueError, match="one distinct key per row"):
        find_themes(groups((2,))[0], keys=names, seed=7)


def test_a_theme_needs_more_texts_in_a_larger_corpus():
    sizes = [smallest_theme(n) for n in (3, 60, 300, 900, 20_000, 10**6)]
    assert sizes == [3, 3, 4, 5, 20, 60]


def test_the_same_again_in_one_process_finds_the_same():
    vectors, _ = groups((30, 25, 20, 20), noise=40, spread=0.9)
    runs = [find_themes(vectors, keys=keys(len(vectors)), seed=7) for _ in range(4)]
    for run in runs[1:]:
        assert np.array_equal(run.labels, runs[0].labels)
        assert np.array_equal(run.fine, runs[0].fine)
        assert np.array_equal(run.broad, runs[0].broad)


def nested(seed=1):
    """Return unit vectors of 8 themes in 2 families; each theme has 2 parts of 15."""
    random = np.random.default_rng(seed)

    def near(centre, distance, count):
        return centre + random.normal(size=(count, 48)) * distance / 48**0.5

    rows = [
        near(part, 0.25, 15)
        for family in near(np.zeros(48), 2.0, 2)
        for theme in near(family, 1.3, 4)
        for part in near(theme, 0.6, 2)
    ]
    vectors = np.vstack(rows)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), np.arange(len(unit)) // 30


def test_levels_are_nested_and_find_what_was_planted():
    vectors, truth = nested()
    found = find_themes(vectors, keys=keys(len(vectors)), seed=7)
    for part in set(found.fine.tolist()) - {-1}:
        assert len(set(found.labels[found.fine == part].tolist())) == 1
        assert (found.fine == part).sum() >= cluster.MIN_THEME
    assert len(found.broad) == found.labels.max() + 1
    family = truth // 4
    group = found.broad[found.labels]
    assert (family[:, None] == family)[group[:, None] == group].mean() > 0.95
    split = [theme for theme in range(8) if (found.fine[truth == theme] >= 0).all()]
    assert len(split) >= 6


def test_a_sample_is_fitted_and_the_rest_put_into_its_themes(monkeypatch):
    monkeypatch.setattr(cluster, "FIT_LIMIT", 120)
    monkeypatch.setattr(assign, "SHARD", 50)
    vectors, truth = groups((120, 100, 80), noise=60, seed=4)
    order = np.random.default_rng(2).permutation(len(truth))
    vectors, truth = vectors[order], truth[order]
    found = find_themes(vectors, keys=keys(len(truth)), seed=7)
    assert len(found.labels) == len(truth)
    for label in range(3):
        assert (found.labels[truth == label] == label).mean() > 0.8
    assert (found.labels[truth == -1] == -1).mean() > 0.8
    assert ((found.strengths > 0) == (found.labels >= 0)).all()
    for part in set(found.fine.tolist()) - {-1}:
        assert len(set(found.labels[found.fine == part].tolist())) == 1


@given(st.integers(2, 40), st.integers(1, 39), st.integers(0, 99))
def test_neighbours_are_the_exact_ones(n, k, seed):
    k = min(k, n - 1)
    vectors = groups((n,), spread=2.0, seed=seed)[0]
    indices, cosines = nearest(vectors, k)
    everything = vectors.astype(np.float64) @ vectors.T
    np.fill_diagonal(everything, -np.inf)
    assert np.allclose(cosines, -np.sort(-everything, axis=1)[:, :k], atol=1e-5)
    assert (indices != np.arange(n)[:, None]).all()


def test_density_finds_the_groups_too():
    vectors, truth = groups((60, 50, 40), spread=0.25)
    found = find_themes(vectors, keys=keys(len(truth)), seed=7, method="density")
    assert found.method == "density"
    for label in range(3):
        counts = np.unique(found.labels[truth == label], return_counts=True)[1]
        assert counts.max() >= 0.9 * (truth == label).sum()


def test_a_run_over_the_same_texts_changes_nothing():
    vectors, _ = groups((40, 25, 12, 8), noise=30)
    first = find_themes(vectors, keys=keys(len(vectors)), seed=7)
    again = find_themes(vectors, keys=keys(len(vectors)), seed=7, before=first.labels)
    assert np.array_equal(again.labels, first.labels)


def test_themes_go_on_although_others_are_as_good_and_a_new_one_is_born(monkeypatch):
    vectors, truth = groups((60, 50, 40, 30), seed=3)
    names, known = keys(len(truth)), np.arange(len(truth)) % 10 > 0
    # Two of the themes were one for somebody; of the last nobody had spoken.
    before = np.where(known & (truth < 3), np.minimum(truth, 1), -1)
    alone = find_themes(vectors, keys=names, seed=7)
    assert len(set(alone.labels[truth > 0].tolist())) == 3
    assert np.array_equal(
        find_themes(vectors, keys=names, seed=7, before=before).labels, alone.labels
    )
    monkeypatch.setattr(graph, "STAY", 0.5)
    after = find_themes(vectors, keys=names, seed=7, before=before)
    together = after.labels[(truth == 1) | (truth == 2)]
    assert (together == together[0]).mean() > 0.9
    assert set(together.tolist()) <= {together[0], -1}
    born = after.labels[truth == 3]
    assert len(set(born.tolist())) == 1
    assert born[0] not in {-1, together[0], after.labels[0]}


def test_themes_that_others_beat_clearly_do_not_go_on():
    vectors, truth = groups((40, 30, 20), seed=6)
    names = keys(len(truth))
    nonsense = np.arange(len(truth)) % 3
    again = find_themes(vectors, keys=names, seed=7, before=nonsense)
    alone = find_themes(vectors, keys=names, seed=7)
    assert np.array_equal(again.labels, alone.labels)
    nothing = find_themes(vectors, keys=names, seed=7, before=np.full(len(truth), -1))
    assert np.array_equal(nothing.labels, alone.labels)


def test_going_on_does_not_depend_on_row_order_or_on_the_numbers_of_themes():
    vectors, _ = groups((30, 25, 9), noise=20, seed=8)
    names, random = keys(len(vectors)), np.random.default_rng(5)
    known = np.sort(random.permutation(len(vectors))[:70])
    before = np.full(len(vectors), -1)
    before[known] = find_themes(vectors[known], keys=[names[row] for row in known], seed=7).labels
    first = find_themes(vectors, keys=names, seed=7, before=before)
    order = random.permutation(len(vectors))
    other = np.where(before >= 0, (before + 1) % (before.max() + 1), -1)
    again = find_themes(
        vectors[order], keys=[names[row] for row in order], seed=7, before=other[order]
    )
    assert np.array_equal(again.labels, first.labels[order])
