"""Scores of a ranking, against values worked by hand."""

import pytest

from evals.scorers import retrieval


@pytest.mark.parametrize(
    ("ranked", "ndcg", "recall", "reciprocal"),
    [
        # Gains at places 1 and 3 (1 and 1/2) over those at 1 and 2 (1 and 0.63093).
        pytest.param("axb", 0.91972, 1.0, 1.0, id="first and third"),
        pytest.param("xab", 0.69343, 1.0, 0.5, id="second and third"),
        pytest.param("aab", 0.91972, 1.0, 1.0, id="a repeated hit counts once"),
        pytest.param("xyz", 0.0, 0.0, 0.0, id="nothing"),
        pytest.param("", 0.0, 0.0, 0.0, id="empty"),
        pytest.param("xyza", 0.0, 0.0, 0.25, id="after the cut"),
    ],
)
def test_rankings_by_hand(ranked, ndcg, recall, reciprocal):
    assert retrieval.ndcg(list(ranked), {"a", "b"}, k=3) == pytest.approx(ndcg, abs=1e-5)
    assert retrieval.recall(list(ranked), {"a", "b"}, k=3) == pytest.approx(recall)
    assert retrieval.reciprocal_rank(list(ranked), {"a", "b"}) == reciprocal


@pytest.mark.parametrize("score", [retrieval.ndcg, retrieval.recall])
def test_nothing_relevant_cannot_be_scored(score):
    with pytest.raises(ValueError, match="without relevant passages"):
        score(["a"], set())
