import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.indexing.batching import batches
from synth.indexing.ranking import MAX_WORDS, RRF_K, fuse, query_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Why is the dashboard empty?", ["dashboard", "empty"], id="question words go"),
        pytest.param("who are they", ["who", "are", "they"], id="unless nothing else is left"),
        pytest.param("Empty EMPTY empty", ["empty"], id="once"),
        pytest.param('"a" OR (b*)', ["b"], id="no syntax"),
        pytest.param("Zoë's größe 数据", ["zoë", "s", "grösse", "数据"], id="unicode"),
        pytest.param("...", [], id="no word"),
    ],
)
def test_query_words(text, words):
    assert query_words(text) == words


def test_a_query_is_bounded():
    assert len(query_words(" ".join(f"w{n}" for n in range(900)))) == MAX_WORDS


@given(st.text())
def test_words_are_never_syntax(text):
    assert all(word and '"' not in word and not word.isspace() for word in query_words(text))


def test_what_both_find_comes_first():
    ranked = fuse({"words": ["a", "b", "c"], "meaning": ["d", "c"]})
    assert [item.id for item in ranked] == ["c", "a", "d", "b"]
    assert ranked[0].found_by == ("words", "meaning")
    assert ranked[0].score == pytest.approx(1 / (RRF_K + 3) + 1 / (RRF_K + 2))
    assert ranked[1].found_by == ("words",)


rankings = st.dictionaries(
    st.sampled_from(["words", "meaning"]), st.lists(st.text("abcdef", min_size=1, max_size=2))
)


@given(rankings)
def test_fusing_keeps_every_id_once_in_falling_order(given_rankings):
    ranked = fuse(given_rankings)
    ids = [item.id for item in ranked]
    assert sorted(ids) == sorted({item for ids in given_rankings.values() for item in ids})
    scores = [item.score for item in ranked]
    assert scores == sorted(scores, reverse=True)


@given(rankings)
def test_fusing_one_ranking_keeps_its_order(given_rankings):
    for name, ids in given_rankings.items():
        assert [item.id for item in fuse({name: ids})] == list(dict.fromkeys(ids))


@given(st.lists(st.integers()), st.integers(min_value=1, max_value=9))
def test_batches_are_the_items_in_order(items, size):
    cut = list(batches(items, size))
    assert [item for batch in cut for item in batch] == items
    assert all(1 <= len(batch) <= size for batch in cut)


def test_a_batch_has_a_size():
    with pytest.raises(ValueError, match="at least 1"):
        list(batches([1], 0))
