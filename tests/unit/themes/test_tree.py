import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import block_diag, csr_array
from scipy.sparse.csgraph import connected_components

from synth.themes.centres import renumber
from synth.themes.graph import follow_neighbours, granularities
from synth.themes.neighbours import neighbour_graph
from synth.themes.tree import connected, grow
from tests.unit.themes.test_cluster import groups


@given(st.integers(2, 60), st.integers(1, 12), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_a_tree_has_every_number_of_groups_and_finer_ones_lie_within_coarser(n, k, seed):
    rows = groups((n,), spread=2.0, seed=seed)[0]
    tree = grow(rows, neighbour_graph(rows, min(k, n - 1)))
    finer = tree.cut(n)
    assert finer.tolist() == list(range(n))
    for count in range(n - 1, 0, -1):
        labels = tree.cut(count)
        assert labels.max() + 1 == count
        assert len({*zip(finer.tolist(), labels.tolist(), strict=True)}) == count + 1
        first = np.unique(labels, return_index=True)[1]
        assert (np.diff(first) > 0).all()  # numbered by first row
        finer = labels


def test_neighbours_join_first():
    rows, truth = groups((20, 15, 10))
    labels = grow(rows, neighbour_graph(rows, 8)).cut(3)
    assert len({*zip(truth.tolist(), labels.tolist(), strict=True)}) == 3


def test_pieces_without_a_tie_are_tied_to_the_nearest():
    rows, truth = groups((6, 5, 4, 4))
    pieces = block_diag([np.ones((size, size)) for size in (6, 5, 4, 4)])
    tied = connected(rows, csr_array(pieces))
    assert connected_components(tied, directed=False)[0] == 1
    across = truth[:, None] != truth
    assert (tied.toarray()[across] > 0).sum() == 2 * 3  # a tie fewer than pieces, both ways
    assert (tied != tied.T).nnz == 0


def test_texts_follow_their_neighbours():
    rows, truth = groups((20, 15, 10))
    graph = neighbour_graph(rows, 8)
    misplaced = truth.copy()
    misplaced[[3, 25, 40]] = [1, 2, 0]
    assert follow_neighbours(graph, misplaced).tolist() == truth.tolist()
    assert follow_neighbours(graph, truth).tolist() == truth.tolist()


@given(st.integers(2, 10**6))
def test_granularities_go_from_one_group_to_more_than_anybody_reads(n):
    counts = granularities(n)
    assert counts == sorted(set(counts))
    assert counts[0] == 1
    assert counts[-1] == min(n, max(2, round(6 * n**0.5)))


@given(st.integers(3, 40), st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_where_all_are_neighbours_the_tree_is_that_of_ward(n, seed):
    rows = groups((n,), spread=2.0, seed=seed)[0]
    expected = linkage(rows.astype(np.float64), "ward")
    tree = grow(rows, csr_array(np.ones((n, n)) - np.eye(n)))
    for count in range(1, n + 1):
        labels = renumber(fcluster(expected, count, "maxclust").astype(np.int64))
        if labels.max() + 1 == count:  # equal heights are cut together
            assert tree.cut(count).tolist() == labels.tolist()


@given(st.integers(2, 60), st.integers(1, 6), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_the_tree_within_a_group_is_the_tree_without_the_others(n, k, seed):
    rows = groups((n,), spread=2.0, seed=seed)[0]
    tree = grow(rows, neighbour_graph(rows, min(5, n - 1)))
    labels = renumber(np.random.default_rng(seed).integers(-1, k, size=n))
    trees = tree.within(labels)
    assert len(trees) == labels.max() + 1
    for group, inner in enumerate(trees):
        own = np.flatnonzero(labels == group)
        for count in range(1, n + 1):
            cut = renumber(tree.cut(count)[own])
            assert inner.cut(cut.max() + 1).tolist() == cut.tolist()
