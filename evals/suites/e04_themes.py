"""E04: are themes the groups that people made of the same texts, and more so than a peer's?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np

from evals import across, codebooks, coded, signed
from evals.agreement import Grouped, compare, group, measure
from evals.datasets import banking77, clinc150, it_tickets
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts, read_csv
from evals.peers.topic_models import PEERS, PeerMissing
from evals.scorers import clustering
from evals.stats import combine, exact, judge
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Verdict

ID = "E04"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a set must reach; `unthemed` is a ceiling, `beats` floors on the peer's comparison."""

    floors: Mapping[str, float]
    unthemed: float | None = None
    beats: Mapping[str, float] = field(default_factory=dict)
    clear: tuple[str, ...] = ()  #: differences whose lower bound must lie above 0


#: Published or measured anchors: a few-shot language model, and BERTopic with noise reassigned.
INTENTS = Target(floors={"nmi": 0.84, "ari": 0.61, "acc": 0.67}, unthemed=0.05)
REQUESTS = Target(floors={"nmi": 0.92, "ari": 0.73}, unthemed=0.05)
MANY = Target(
    floors={},
    unthemed=0.05,
    beats={"delivered_nmi_gain": 0.06, "delivered_ari_ratio": 2.5},
    clear=("nmi_gain", "ari_gain"),
)
TICKETS = Target(floors={}, unthemed=0.05, beats={"delivered_ari_ratio": 3.0})
#: Labels of a set nobody measured: more agreement than chance is what can be asked.
OWN = Target(floors={"ari": 0.03})
NO_FLOOR = "judged by the comparison with BERTopic alone"

Loaded = Callable[[], LabelledTexts]


def run(context: EvalContext) -> list[EvalResult]:
    """Return one result per set, and one per set and peer."""
    results = [
        result
        for name, load, target in _sets(context)
        for result in _run(context, name, load, target)
    ]
    if "texts" in context.options:
        return results
    more = (part.run(ID, context) for part in (coded, across, signed, codebooks))
    return [*results, *chain.from_iterable(more)]


def _sets(context: EvalContext) -> Iterator[tuple[str, Loaded, Target]]:
    if "texts" in context.options:
        yield from _own_sets(context.options)
        return
    data = context.data
    yield "banking77_test", partial(banking77.load, data), INTENTS
    yield "clinc150_test", partial(clinc150.load, data), REQUESTS
    yield "banking77_train", partial(banking77.load, data, split="train"), MANY
    yield "it_tickets", partial(it_tickets.load, data), TICKETS


def _own_sets(options: Mapping[str, str]) -> Iterator[tuple[str, Loaded, Target]]:
    path = Path(options["texts"])
    text = options.get("text_column", "text")
    read = partial(read_csv, path, text=text)
    yield path.stem, partial(read, label=options.get("label_column", "label")), OWN
    if "label_column2" in options:
        column = options["label_column2"]
        name = f"{path.stem}_{column}"
        yield name, partial(read, label=column, name=name), OWN


def _run(context: EvalContext, name: str, load: Loaded, target: Target) -> Iterator[EvalResult]:
    try:
        given = load()
    except SetAbsent as absent:
        yield skipped(ID, name, str(absent))
        return
    grouped = group(given, seed=context.seed)
    metrics = measure(grouped, seed=context.seed)
    yield EvalResult(
        id=ID,
        set=name,
        metrics={**metrics, "themes": exact(grouped.themes)},
        n=len(given.texts),
        verdict=combine(_verdicts(metrics, target, len(set(given.clusters)))),
        reason=_reason(grouped, target),
    )
    for peer in PEERS:
        yield _beside(context, name, grouped, peer, target)


def _verdicts(metrics: Mapping[str, Estimate], target: Target, clusters: int) -> list[Verdict]:
    verdicts = [judge(metrics[one], low, n_clusters=clusters) for one, low in target.floors.items()]
    if target.unthemed is not None:
        most = target.unthemed
        verdicts.append(judge(metrics["unthemed"], most, n_clusters=clusters, at_most=True))
    return verdicts


def _reason(grouped: Grouped, target: Target) -> str:
    text = f"{grouped.themes} themes for {len(set(grouped.given.labels))} labels"
    return text if target.floors else f"{text}; agreement is {NO_FLOOR}"


def _beside(
    context: EvalContext, name: str, grouped: Grouped, peer: str, target: Target
) -> EvalResult:
    name = f"{name}_vs_{peer}"
    try:
        metrics = compare(grouped, peer, seed=context.seed)
    except PeerMissing as missing:
        return skipped(ID, name, str(missing))
    clusters = len(set(grouped.given.clusters))
    floors = {"nmi_gain": 0.0, "ari_gain": 0.0}
    if peer == "bertopic":
        floors |= target.beats
    verdicts = [judge(metrics[one], low, n_clusters=clusters) for one, low in floors.items()]
    if peer == "bertopic" and any(metrics[one].low <= 0 for one in target.clear):
        verdicts.append(Verdict.FAIL)
    return EvalResult(
        id=ID,
        set=name,
        metrics=metrics,
        n=len(grouped.given.texts),
        verdict=combine(verdicts),
        reason="ours less the peer's on the same vectors; noise reassigned by one rule",
    )


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
    names = Mutant(eval_id=ID, name="renamed groups must change nothing", killed=same)
    read = [*coded.mutants(ID, context), *across.mutants(ID, context)]
    return [*results, names, *read, *signed.mutants(ID), *codebooks.mutants(ID)]


def _scores(truth: clustering.Ints, found: clustering.Ints) -> dict[str, float]:
    return {
        "nmi": clustering.nmi(truth, found),
        "ari": clustering.ari(truth, found),
        "acc": clustering.acc(truth, found),
    }
