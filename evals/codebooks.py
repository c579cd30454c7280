"""The part of E04 on codebooks: does a code take the passages that people gave its label?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evals.agreement import row_keys
from evals.datasets import banking77
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts
from evals.stats import bootstrap, exact, judge
from evals.types import EvalContext, EvalResult, Mutant
from evals.vectors import embed
from synth.themes.centres import unit
from synth.themes.cluster import find_themes
from synth.themes.keeping import CODE_FLOOR, Kept, claim

NAME = "banking77_codebook"

#: Each third label is a code of its name and two examples; the others are in no codebook.
EVERY, EXAMPLES = 3, 2

#: Half of what a code takes is about it, or its count of people misleads.
PRECISION = 0.5


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How well one code did."""

    precision: float  #: of the passages that it took; 0 where it took none
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


def run(eval_id: str, context: EvalContext) -> Iterator[EvalResult]:
    """Return how well a third of the labels do as codes."""
    try:
        given = banking77.load(context.data)
    except SetAbsent as absent:
        yield skipped(eval_id, NAME, str(absent))
        return
    labels = sorted(set(given.labels))[::EVERY]
    found, plain = take(given, labels, seed=context.seed)
    values = {
        name: bootstrap([getattr(one, name) for one in found], labels, seed=context.seed)
        for name in ("precision", "recall", "f1")
    }
    floor = {f"{name}_by_floor": _mean(plain, name) for name in ("precision", "recall", "f1")}
    yield EvalResult(
        id=eval_id,
        set=NAME,
        metrics={**values, **{name: exact(value) for name, value in floor.items()}},
        n=len(given.texts),
        verdict=judge(values["precision"], PRECISION, n_clusters=len(labels)),
        reason=f"{len(labels)} of {len(set(given.labels))} labels as codes of a name and "
        f"{EXAMPLES} examples; by_floor: whatever has a cosine of {CODE_FLOOR}",
    )


def take(
    given: LabelledTexts, labels: Sequence[str], *, seed: int
) -> tuple[list[Taken], list[Taken]]:
    """Return what each label takes as a code by the product's rule, and by a floor alone."""
    vectors, keys = embed(given.texts), row_keys(given)
    themes = find_themes(vectors, keys=keys, seed=seed).labels
    random = np.random.default_rng(seed)
    truth, seeds = np.asarray(given.labels), []
    for label in labels:
        examples = random.choice(np.flatnonzero(truth == label), EXAMPLES, replace=False)
        seeds.append(np.vstack([embed([label.replace("_", " ")]), vectors[examples]]))
    codes = [
        Kept(theme_id=label, held=(), seeds=rows) for label, rows in zip(labels, seeds, strict=True)
    ]
    claims = claim(vectors, keys, labels=themes, known=(), kept=codes)
    taken = [claims[key].theme_id if key in claims else "" for key in keys]
    cosines = vectors @ unit(np.stack([rows.sum(axis=0, dtype=float) for rows in seeds])).T
    near = cosines.max(axis=1) >= CODE_FLOOR
    floored = [
        labels[code] if enough else ""
        for code, enough in zip(cosines.argmax(axis=1), near, strict=True)
    ]
    return score(given.labels, taken, labels), score(given.labels, floored, labels)


def score(truth: Sequence[str], taken: Sequence[str], labels: Sequence[str]) -> list[Taken]:
    """Return how well each label did; `taken` names the code of each passage, "" for none."""
    pairs, wanted, got = Counter(zip(truth, taken, strict=True)), Counter(truth), Counter(taken)
    return [
        Taken(
            precision=pairs[label, label] / max(got[label], 1),
            recall=pairs[label, label] / max(wanted[label], 1),
        )
        for label in labels
    ]


def _mean(codes: Sequence[Taken], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in codes]))


def mutants(eval_id: str) -> list[Mutant]:
    """Return what the scorer did with codes that take too much, too little or the wrong ones."""
    labels = ("a", "b", "c")
    truth = [label for label in (*labels, "d") for _ in range(20)]
    good = _mean(score(truth, [one if one in labels else "" for one in truth], labels), "f1")
    spoilt = {
        "codebook: a code takes everything": ["a"] * len(truth),
        "codebook: codes take nothing": [""] * len(truth),
        "codebook: two codes exchanged": [{"a": "b", "b": "a"}.get(one, one) for one in truth],
        "codebook: what nobody coded is taken": [one if one in labels else "c" for one in truth],
    }
    return [
        Mutant(eval_id=eval_id, name=name, killed=_mean(score(truth, taken, labels), "f1") < good)
        for name, taken in spoilt.items()
    ]
