"""E05: do the same themes come again, and keep their ids when texts are added?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from evals.agreement import row_keys
from evals.datasets import banking77, clinc150, serdif_codes
from evals.datasets.folder import SetAbsent, skipped
from evals.datasets.text_set import LabelledTexts
from evals.scorers import stability
from evals.scorers.clustering import Ints
from evals.stats import bootstrap_indices, combine, exact, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant
from evals.vectors import embed, embedder
from synth.backends.embedder import Vectors
from synth.themes.cluster import find_themes
from synth.themes.matching import name_groups
from synth.themes.types import Level

ID = "E05"
SEEDS, PARTS, PART = 5, 5, 0.9
NOISE = 1e-5
SEEDS_ARI, SUBSAMPLE_ARI, IDS_KEPT = 0.95, 0.80, 0.95
DRAWS = 100

#: Texts embedded once more for real, in calls of other sizes: other batches, other padding.
AGAIN, CALLS = 600, (1, 7, 150)


@dataclass(frozen=True, kw_only=True)
class Runs:
    """One set, run many times."""

    vectors: Vectors
    keys: tuple[str, ...]
    clusters: tuple[str, ...]
    seed: int

    def find(self, vectors: Vectors, keys: tuple[str, ...], seed: int) -> Ints:
        """Return the theme of each row."""
        return find_themes(vectors, keys=keys, seed=seed).labels

    def whole(self) -> Ints:
        """Return the themes of all rows with the run's own seed."""
        return self.find(self.vectors, self.keys, self.seed)

    def after(self, rows: Ints, part: Ints) -> Ints:
        """Return the themes of all rows in a run after one on some of them."""
        before = np.full(len(self.keys), -1)
        before[rows] = part
        return find_themes(self.vectors, keys=self.keys, seed=self.seed, before=before).labels

    def part(self, rows: Ints) -> Ints:
        """Return the themes of some rows alone."""
        return self.find(self.vectors[rows], tuple(self.keys[row] for row in rows), self.seed)


def run(context: EvalContext) -> list[EvalResult]:
    """Return one result per set."""
    return [_run(context, name, load) for name, load in _sets(context)]


def _sets(context: EvalContext) -> Iterator[tuple[str, Callable[[], LabelledTexts]]]:
    yield "banking77_test", partial(banking77.load, context.data)
    yield "clinc150_test", partial(clinc150.load, context.data)
    yield serdif_codes.NAME, partial(serdif_codes.load, context.data)


def _run(context: EvalContext, name: str, load: Callable[[], LabelledTexts]) -> EvalResult:
    try:
        given = load()
    except SetAbsent as absent:
        return skipped(ID, name, str(absent))
    runs = Runs(
        vectors=embed(given.texts),
        keys=tuple(row_keys(given)),
        clusters=tuple(map(str, range(len(given.texts)))),
        seed=context.seed,
    )
    whole = runs.whole()
    repeated, ignored = _repeated(runs, whole)
    embedded, moved = _embedded_again(runs, given, whole)
    metrics = {
        **repeated,
        "subsample_ari": _subsample(runs, whole),
        "ids_kept": _ids_kept(runs),
        "same_after_noise": _same_after_noise(runs, whole),
        "same_after_embedding_again": embedded,
        "embedding_delta": exact(moved),
    }
    n = len(given.texts)
    hard = [metrics["same_after_noise"], embedded]
    rules = [
        judge(metrics["seeds_ari"], SEEDS_ARI, n_clusters=n),
        judge(metrics["subsample_ari"], SUBSAMPLE_ARI, n_clusters=n),
        judge(metrics["ids_kept"], IDS_KEPT, n_clusters=int(whole.max(initial=-1)) + 1),
        *(judge(one, 1.0, n_clusters=n, hard=True) for one in hard),
    ]
    reason = "the seed changes nothing: seeds_ari is the ARI of row orders" if ignored else ""
    return EvalResult(id=ID, set=name, metrics=metrics, n=n, verdict=combine(rules), reason=reason)


def _repeated(runs: Runs, whole: Ints) -> tuple[dict[str, Estimate], bool]:
    """Return ARI between seeds and between row orders, and whether the seed is ignored.

    Keys alone decide in which order rows are worked in, so that another order is other keys.
    """
    random = np.random.default_rng(runs.seed)
    seeds = [whole, *(runs.find(runs.vectors, runs.keys, seed) for seed in range(101, 100 + SEEDS))]
    orders = [whole]
    for _ in range(SEEDS - 1):
        keys = tuple(f"{place:08d}" for place in random.permutation(len(whole)))
        orders.append(runs.find(runs.vectors, keys, runs.seed))
    ignored = all(np.array_equal(whole, other) for other in seeds)
    by_order = _estimate(runs, orders)
    by_seed = by_order if ignored else _estimate(runs, seeds)
    return {"seeds_ari": by_seed, "order_ari": by_order}, ignored


def _estimate(runs: Runs, labels: list[Ints]) -> Estimate:
    return bootstrap_indices(
        runs.clusters,
        lambda rows: stability.mean_pairwise(labels, rows),
        seed=runs.seed,
        draws=DRAWS,
    )


def _subsample(runs: Runs, whole: Ints) -> Estimate:
    """Return the mean ARI of five runs on 90 % with the run on all, and its range over the five."""
    random = np.random.default_rng(runs.seed + 1)
    n = len(whole)
    each = []
    for _ in range(PARTS):
        rows = np.sort(random.choice(n, size=int(PART * n), replace=False))
        each.append(stability.mean_against(whole, [(rows, runs.part(rows))]))
    return Estimate(value=float(np.mean(each)), low=min(each), high=max(each))


def _ids_kept(runs: Runs) -> Estimate:
    """Build on ten elevenths, add a tenth of that, build again: which themes still carry their ids?

    The share over five draws of what is added, and its range over the five.
    """
    random = np.random.default_rng(runs.seed + 2)
    n = len(runs.keys)
    each = []
    for _ in range(PARTS):
        rows = np.sort(random.choice(n, size=round(n / 1.1), replace=False))
        known = [runs.keys[row] for row in rows]
        part = runs.part(rows)
        before = named({}, _groups(part, known), known=())
        after = named(before, _groups(runs.after(rows, part), runs.keys), known=known)
        kept = stability.ids_kept(before, after, known)
        each.append(sum(kept.values()) / max(len(kept), 1))
    return Estimate(value=float(np.mean(each)), low=min(each), high=max(each))


def named(
    old: stability.Groups, groups: list[list[str]], *, known: tuple[str, ...] | list[str]
) -> dict[str, list[str]]:
    """Return groups under the ids the product gives them after the themes of `old`."""
    ids = name_groups(groups, views=[[old]], known=known, level=Level.THEME)
    return dict(zip(ids, groups, strict=True))


def _groups(labels: Ints, keys: tuple[str, ...] | list[str]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for label, key in zip(labels.tolist(), keys, strict=True):
        groups.setdefault(label, []).append(key)
    groups.pop(-1, None)
    return [groups[label] for label in sorted(groups)]


def _same_after_noise(runs: Runs, whole: Ints) -> Estimate:
    """Return the share of labels that stay when every number moves by up to 1e-5."""
    random = np.random.default_rng(runs.seed + 3)
    noise = random.uniform(-NOISE, NOISE, size=runs.vectors.shape)
    moved = (runs.vectors + noise).astype(np.float32)
    moved = equal_where(runs.vectors, moved)
    return _share(whole, runs.find(moved, runs.keys, runs.seed))


def equal_where(vectors: Vectors, moved: Vectors) -> Vectors:
    """Return `moved` with equal rows moved alike: the same text has one vector in the store."""
    first: dict[bytes, int] = {}
    same = [first.setdefault(row.tobytes(), position) for position, row in enumerate(vectors)]
    return moved[same]


def _embedded_again(runs: Runs, given: LabelledTexts, whole: Ints) -> tuple[Estimate, float]:
    """Embed some texts anew in other batches; return labels that stay and the largest change."""
    texts = list(dict.fromkeys(given.texts))[:AGAIN]
    fresh: dict[str, Vectors] = {}
    start = turn = 0
    while start < len(texts):
        size = CALLS[turn % len(CALLS)]
        batch = texts[start : start + size]
        fresh |= dict(zip(batch, embedder().embed(batch), strict=True))
        start, turn = start + size, turn + 1
    rows = [position for position, text in enumerate(given.texts) if text in fresh]
    again = runs.vectors.copy()
    again[rows] = np.stack([fresh[given.texts[row]] for row in rows])
    delta = float(np.abs(again - runs.vectors).max())
    return _share(whole, runs.find(again, runs.keys, runs.seed)), delta


def _share(whole: Ints, other: Ints) -> Estimate:
    return wilson_estimate(stability.staying(whole, other), len(whole))


def mutants(context: EvalContext) -> list[Mutant]:
    """Return what the scorers did with a method that is unstable on purpose."""
    random = np.random.default_rng(context.seed)
    labels = np.repeat(np.arange(12), 20)
    rows = np.arange(len(labels))
    keys = [f"passage {row}" for row in rows]
    old = named({}, _groups(labels[:200], keys[:200]), known=())
    after = named(old, _groups(labels, keys), known=keys[:200])
    permuted = dict(zip(np.roll(list(after), 1).tolist(), after.values(), strict=True))
    renewed = {f"new {name}": group for name, group in after.items()}
    shuffled = [random.permutation(labels) for _ in range(3)]
    half = np.where(random.random(len(labels)) < 0.5, labels, random.permutation(labels))
    moved = labels.copy()
    moved[7] = 3
    return [
        _mutant("oracle: the same labels", stability.mean_pairwise([labels] * 3, rows) == 1.0),
        _mutant("oracle: ids kept on append", _kept(old, after, keys) == 1.0),
        _mutant("new labels each time", stability.mean_pairwise(shuffled, rows) < 0.1),
        _mutant("half of the labels anew", stability.mean_pairwise([labels, half], rows) < 0.9),
        _mutant("ids permuted on append", _kept(old, permuted, keys) < 0.1),
        _mutant("new ids on append", _kept(old, renewed, keys) == 0.0),
        _mutant("one text of 240 moved by noise", stability.staying(labels, moved) == 239),
        _mutant("two themes merged by noise", stability.staying(labels, labels // 2) == 120),
        _mutant("other numbers, same themes", stability.staying(labels, 11 - labels) == 240),
    ]


def _kept(old: stability.Groups, after: stability.Groups, keys: list[str]) -> float:
    return float(np.mean(list(stability.ids_kept(old, after, keys[:200]).values())))


def _mutant(name: str, killed: bool) -> Mutant:
    return Mutant(eval_id=ID, name=name, killed=killed)
