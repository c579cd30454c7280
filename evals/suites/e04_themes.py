"""E04: are themes the groups that people made of the same texts?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from evals.datasets import banking77, clinc150, it_tickets, serdif_codes
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts, first_of_each, read_csv
from evals.scorers import clustering
from evals.stats import bootstrap_indices, combine, judge
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict
from synth.backends.sentence_transformer import MiniLM
from synth.core.fingerprints import sha256_text
from synth.themes.cluster import find_themes

ID = "E04"
DRAWS = 200

#: Texts of each label in a quick look.
QUICK = 10


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a set must reach; `unthemed` is a ceiling."""

    floors: Mapping[str, float]
    unthemed: float | None = None


#: Published or measured anchors: a few-shot language model, and BERTopic with noise reassigned.
INTENTS = Target(floors={"nmi": 0.84, "acc": 0.67}, unthemed=0.05)
REQUESTS = Target(floors={"nmi": 0.92}, unthemed=0.05)
#: A quick look has ten texts a label: no published figure is for that, so there is no floor.
QUICK_INTENTS = Target(floors={})
NO_FLOOR = "a quick look, reported without a target: the anchors are for the full set"
#: Human codes mix topic with mood: more agreement than chance is what can be asked.
CODES = Target(floors={"ari": 0.03})


def run(context: EvalContext) -> list[EvalResult]:
    """Return one result per set."""
    return [_run(context, name, load, target) for name, load, target in _sets(context)]


def _sets(context: EvalContext) -> Iterator[tuple[str, Callable[[], LabelledTexts], Target]]:
    if "texts" in context.options:
        yield "texts", partial(_own_texts, context), CODES
        return
    data = context.data
    if context.full:
        yield "banking77", partial(banking77.load, data), INTENTS
        yield "clinc150", partial(clinc150.load, data), REQUESTS
        yield "it_tickets", lambda: first_of_each(it_tickets.load(data), 250), CODES
    else:
        yield "banking77", lambda: first_of_each(banking77.load(data), QUICK), QUICK_INTENTS
    yield "serdif_codes", partial(serdif_codes.load, data), CODES


def _own_texts(context: EvalContext) -> LabelledTexts:
    options = context.options
    path = Path(options["texts"])
    return read_csv(
        path, text=options.get("text_column", "text"), label=options.get("label_column", "label")
    )


def _run(
    context: EvalContext, name: str, load: Callable[[], LabelledTexts], target: Target
) -> EvalResult:
    try:
        given = load()
    except SetAbsent as absent:
        return skipped(ID, name, str(absent))
    found = group(given, seed=context.seed)
    metrics = measure(given, found, seed=context.seed)
    clusters = len(set(given.clusters))
    verdicts = [
        judge(metrics[metric], floor, n_clusters=clusters)
        for metric, floor in target.floors.items()
    ]
    if target.unthemed is not None:
        verdicts.append(
            judge(metrics["unthemed"], target.unthemed, n_clusters=clusters, at_most=True)
        )
    reason = f"{found.max(initial=-1) + 1} themes for {len(set(given.labels))} labels"
    return EvalResult(
        id=ID,
        set=given.name,
        metrics=metrics,
        n=len(given.texts),
        verdict=combine(verdicts) if verdicts else Verdict.INCONCLUSIVE,
        reason=reason if verdicts else f"{reason}; {NO_FLOOR}",
    )


def group(given: LabelledTexts, *, seed: int) -> clustering.Ints:
    """Return the theme of each text, as the product finds it; -1: in none."""
    vectors = MiniLM().embed(given.texts)
    keys = [
        sha256_text(f"{cluster}/{position}/{text}")
        for position, (cluster, text) in enumerate(zip(given.clusters, given.texts, strict=True))
    ]
    return find_themes(vectors, keys=keys, seed=seed).labels


def measure(given: LabelledTexts, found: clustering.Ints, *, seed: int) -> dict[str, Estimate]:
    """Return the metrics with intervals; whole documents or people are drawn again."""
    truth = clustering.code(given.labels)
    metrics: dict[str, Callable[[clustering.Ints], float]] = {
        "nmi": lambda rows: clustering.nmi(truth[rows], found[rows]),
        "ari": lambda rows: clustering.ari(truth[rows], found[rows]),
        "acc": lambda rows: clustering.acc(truth[rows], found[rows]),
        "unthemed": lambda rows: clustering.unthemed(found[rows]),
        "best_match_f1": lambda rows: clustering.best_match_f1(truth[rows], found[rows]),
    }
    return {
        name: bootstrap_indices(
            given.clusters,
            statistic,
            seed=seed,
            draws=DRAWS,
            bounds=(-1.0, 1.0) if name == "ari" else (0.0, 1.0),
        )
        for name, statistic in metrics.items()
    }


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with groups spoilt on purpose."""
    random = np.random.default_rng(context.seed)
    truth = np.repeat(np.arange(12), 25)
    good = truth.copy()
    good[::20] = random.integers(12, size=len(good[::20]))
    before = _scores(truth, good)
    renamed = _scores(truth, random.permutation(12)[good])
    spoilt = {
        "shuffled labels": random.permutation(good),
        "one giant cluster": np.zeros_like(good),
        "all singletons": np.arange(len(good)),
        "two themes merged": np.where(good == 1, 0, good),
        "one theme split": np.where((good == 3) & (np.arange(len(good)) % 2 == 0), 99, good),
        "a third unthemed": np.where(np.arange(len(good)) % 3 == 0, -1, good),
    }
    results = [
        Mutant(
            eval_id=ID,
            name=name,
            killed=_scores(truth, labels)["ari"] < before["ari"] - 0.01,
            detail=f"ari {_scores(truth, labels)['ari']:.3f} after {before['ari']:.3f}",
        )
        for name, labels in spoilt.items()
    ]
    same = all(abs(renamed[name] - before[name]) < 1e-9 for name in before)
    return [*results, Mutant(eval_id=ID, name="renamed groups must change nothing", killed=same)]


def _scores(truth: clustering.Ints, found: clustering.Ints) -> dict[str, float]:
    return {
        "nmi": clustering.nmi(truth, found),
        "ari": clustering.ari(truth, found),
        "acc": clustering.acc(truth, found),
    }
