"""E06: is what belongs to no theme told from what does?"""

from __future__ import annotations

import numpy as np

from evals.agreement import row_keys
from evals.datasets import clinc150
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts
from evals.scorers import novelty
from evals.scorers.clustering import Floats
from evals.scorers.novelty import Bools
from evals.stats import Indices, bootstrap_indices, combine, exact, judge
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from evals.vectors import embed
from synth.backends.embedder import Vectors
from synth.themes.assign import describe, place
from synth.themes.cluster import find_themes

ID = "E06"
AUROC, BEHIND = 0.95, 0.01
DRAWS = 500

#: Of the plain rival: the mean cosine to so many training texts.
NEAREST = 5
BLOCK = 1024


def run(context: EvalContext) -> list[EvalResult]:
    """Find themes in the train split without its labels; score test and out-of-scope test."""
    name = f"{clinc150.NAME}_oos"
    try:
        train, inside, outside = (
            clinc150.load(context.data, split=split) for split in ("train", "test", "oos_test")
        )
    except SetAbsent as absent:
        return [skipped(ID, name, str(absent))]
    known = embed(train.texts)
    new = np.vstack([embed(inside.texts), embed(outside.texts)])
    is_new = np.arange(len(new)) >= len(inside.texts)
    nearness, thrown_out, themes = _nearness(known, train, new, context.seed)
    metrics = _measure(is_new, nearness, plain_nearness(known, new), context.seed)
    metrics["f1"] = exact(novelty.f1(is_new, thrown_out))
    metrics["themes"] = exact(themes)
    return [
        EvalResult(
            id=ID,
            set=name,
            metrics=metrics,
            n=len(new),
            verdict=combine(_rules(metrics, len(new))),
            reason=f"{len(outside.texts)} of {len(new)} are in no theme's scope",
        )
    ]


def _rules(metrics: dict[str, Estimate], n: int) -> list[Verdict]:
    return [
        judge(metrics["auroc"], AUROC, n_clusters=n),
        judge(metrics["auroc_gain"], -BEHIND, n_clusters=n),
    ]


def _nearness(
    known: Vectors, train: LabelledTexts, new: Vectors, seed: int
) -> tuple[Floats, Floats, int]:
    """Return nearness to the nearest theme, 1 where the product says "near none", and themes."""
    found = find_themes(known, keys=row_keys(train), seed=seed)
    placed = place(new, describe(known, found.labels, found.fine))
    thrown_out = (placed.labels < 0).astype(np.float64)
    return placed.nearness, thrown_out, int(found.labels.max(initial=-1)) + 1


def plain_nearness(known: Vectors, new: Vectors) -> Floats:
    """Return the mean cosine to the 5 nearest training texts: what needs no themes at all."""
    k = min(NEAREST, len(known))
    rows = [
        np.partition(new[start : start + BLOCK] @ known.T, -k, axis=1)[:, -k:].mean(axis=1)
        for start in range(0, len(new), BLOCK)
    ]
    return np.concatenate(rows).astype(np.float64)


def _measure(is_new: Bools, ours: Floats, plain: Floats, seed: int) -> dict[str, Estimate]:
    def auroc(rows: Indices) -> float:
        return novelty.auroc(is_new[rows], -ours[rows])

    def rival(rows: Indices) -> float:
        return novelty.auroc(is_new[rows], -plain[rows])

    n = len(is_new)
    return {
        "auroc": bootstrap_indices(n, auroc, seed=seed, draws=DRAWS, bounds=(0.0, 1.0)),
        "auroc_plain": bootstrap_indices(n, rival, seed=seed, draws=DRAWS, bounds=(0.0, 1.0)),
        "auroc_gain": bootstrap_indices(
            n, lambda rows: auroc(rows) - rival(rows), seed=seed, draws=DRAWS
        ),
    }


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorer did with nearness spoilt on purpose."""
    random = np.random.default_rng(context.seed)
    is_new = np.arange(500) >= 400
    good = np.where(is_new, random.normal(0.4, 0.1, 500), random.normal(0.8, 0.1, 500))
    before = novelty.auroc(is_new, -good)
    spoilt = {
        "nearness shuffled": -random.permutation(good),
        "nearness turned round": good,
        "everything equally near": np.zeros(500),
        "a third of the new forced in": -np.where(np.arange(500) >= 467, 0.9, good),
        "a nearness capped too low": -np.minimum(good, 0.45),
    }
    results = [
        Mutant(
            eval_id=ID,
            name=name,
            killed=novelty.auroc(is_new, farness) < before - 0.01,
            detail=f"{novelty.auroc(is_new, farness):.3f} after {before:.3f}",
        )
        for name, farness in spoilt.items()
    ]
    scaled = abs(novelty.auroc(is_new, -3 * good + 2) - before) < 1e-12
    return [
        *results,
        Mutant(
            eval_id=ID,
            name="oracle scores 1",
            killed=novelty.auroc(is_new, is_new.astype(float)) == 1,
        ),
        Mutant(eval_id=ID, name="another scale must change nothing", killed=scaled),
        Mutant(eval_id=ID, name="nothing is new", killed=novelty.f1(is_new, np.zeros(500)) == 0.0),
    ]
