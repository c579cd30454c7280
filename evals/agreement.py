"""Group a labelled set as the product does, and set the result beside a peer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evals.datasets.text_set import LabelledTexts
from evals.peers.topic_models import group_by_peer, reassign
from evals.scorers import clustering
from evals.scorers.clustering import Ints
from evals.stats import Indices, bootstrap_indices
from evals.types import Estimate
from evals.vectors import embed
from synth.backends.embedder import Vectors
from synth.core.fingerprints import sha256_text
from synth.themes.cluster import find_themes

DRAWS = 200

#: A peer's ARI below this is chance: a ratio to it would be boundless.
LEAST_ARI = 0.001

Scorer = Callable[[Ints, Ints], float]
AGREEMENT: Mapping[str, Scorer] = {
    "nmi": clustering.nmi,
    "ari": clustering.ari,
    "acc": clustering.acc,
}


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """A set with its vectors and the themes found in it."""

    given: LabelledTexts
    vectors: Vectors
    found: Ints  #: -1: in no theme

    @property
    def themes(self) -> int:
        """Return how many themes there are."""
        return int(self.found.max(initial=-1)) + 1


def group(given: LabelledTexts, *, seed: int) -> Grouped:
    """Return the themes of a set as the product finds them."""
    vectors = embed(given.texts)
    found = find_themes(vectors, keys=row_keys(given), seed=seed).labels
    return Grouped(given=given, vectors=vectors, found=found)


def row_keys(given: LabelledTexts) -> list[str]:
    """Return a key per text that says nothing of its label."""
    return [
        sha256_text(f"{cluster}/{position}/{text}")
        for position, (cluster, text) in enumerate(zip(given.clusters, given.texts, strict=True))
    ]


def measure(grouped: Grouped, *, seed: int) -> dict[str, Estimate]:
    """Return agreement with the labels; whole documents or people are drawn again."""
    truth, found = clustering.code(grouped.given.labels), grouped.found
    metrics: dict[str, Callable[[Indices], float]] = {
        **{name: _on_rows(score, truth, found) for name, score in AGREEMENT.items()},
        "unthemed": lambda rows: clustering.unthemed(found[rows]),
        "best_match_f1": _on_rows(clustering.best_match_f1, truth, found),
    }
    return {
        name: _estimate(grouped, statistic, seed, low=-1.0 if name == "ari" else 0.0)
        for name, statistic in metrics.items()
    }


def compare(grouped: Grouped, peer: str, *, seed: int) -> dict[str, Estimate]:
    """Return the peer's agreement and ours less the peer's, text by text the same.

    Plain names have what is in no group reassigned by one rule on both sides; `delivered_` takes
    the groups as they came, with everything in none as one group.

    Raises:
        PeerMissing: the peer is not installed.
    """
    given = grouped.given
    theirs = group_by_peer(peer, given.texts, grouped.vectors, seed=seed)
    truth = clustering.code(given.labels)
    filled = reassign(grouped.vectors, grouped.found), reassign(grouped.vectors, theirs)
    metrics: dict[str, Estimate] = {}
    for prefix, (first, second) in (("", filled), ("delivered_", (grouped.found, theirs))):
        for name, score in AGREEMENT.items():
            low = -1.0 if name == "ari" else 0.0
            other = _on_rows(score, truth, second)
            metrics[f"{prefix}{name}_peer"] = _estimate(grouped, other, seed, low=low)
            difference = _difference(score, truth, first, second)
            metrics[f"{prefix}{name}_gain"] = _estimate(grouped, difference, seed, low=-1.0)
        ratio = clustering.ari(truth, first) / max(clustering.ari(truth, second), LEAST_ARI)
        metrics[f"{prefix}ari_ratio"] = Estimate(value=ratio, low=ratio, high=ratio)
    metrics["themes_peer"] = _count(int(theirs.max(initial=-1)) + 1)
    metrics["unthemed_peer"] = _estimate(
        grouped, lambda rows: clustering.unthemed(theirs[rows]), seed, low=0.0
    )
    return metrics


def _on_rows(score: Scorer, truth: Ints, found: Ints) -> Callable[[Indices], float]:
    return lambda rows: score(truth[rows], found[rows])


def _difference(
    score: Scorer, truth: Ints, first: Ints, second: Ints
) -> Callable[[Indices], float]:
    return lambda rows: score(truth[rows], first[rows]) - score(truth[rows], second[rows])


def _estimate(
    grouped: Grouped, statistic: Callable[[Indices], float], seed: int, *, low: float
) -> Estimate:
    return bootstrap_indices(
        grouped.given.clusters, statistic, seed=seed, draws=DRAWS, bounds=(low, 1.0)
    )


def _count(value: int) -> Estimate:
    return Estimate(value=value, low=value, high=value)
