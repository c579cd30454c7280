"""The runner's own mutation checks: bad suites and bad scorers that it must notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf, nan

from evals.scoring import pass_all, score_items, score_repeats, summarise_all
from evals.stats import Summary
from evals.types import Estimate, EvalResult, Mutant, Score, Verdict
from evals.validation import checked

ITEMS = 40


@dataclass(frozen=True)
class Item:
    """An item with nothing but its id."""

    id: str


def mutants() -> list[Mutant]:
    """Return whether the runner notices each corrupted scorer and each corrupted result."""
    scorers = [_scorer_mutant(name, scorer) for name, scorer in SCORERS.items()]
    results = [_result_mutant(name, made) for name, made in RESULTS.items()]
    return [*scorers, *results, _dropped_items(), _cached_repeats()]


def oracle(item: Item) -> Score:
    """Score every item 1."""
    return Score(name="oracle", item=item.id, value=1.0)


def _items() -> list[Item]:
    return [Item(str(position)) for position in range(ITEMS)]


def _summary(scorer: Callable[[Item], Score]) -> Summary:
    items = _items()
    return summarise_all(items, score_items(items, scorer, name="oracle"), seed=1)


def _score_of(value: object) -> Callable[[Item], Score]:
    def scorer(item: Item) -> Score:
        return Score(name="oracle", item=item.id, value=value)  # type: ignore[arg-type]

    return scorer


def _nothing(item: Item) -> Score:
    return None  # type: ignore[return-value]  # the corruption


def _raises(item: Item) -> Score:
    raise RuntimeError("broken scorer")


def _someone_else(item: Item) -> Score:
    return Score(name="oracle", item="0", value=1.0)


#: Scorers that answer for no item, or for all but one wrongly.
SCORERS: dict[str, Callable[[Item], Score]] = {
    "scorer gives NaN": _score_of(nan),
    "scorer gives infinity": _score_of(inf),
    "scorer gives 1.01": _score_of(1.01),
    "scorer gives None as value": _score_of(None),
    "scorer gives None": _nothing,
    "scorer raises": _raises,
    "scorer answers for another item": _someone_else,
}


def _scorer_mutant(name: str, scorer: Callable[[Item], Score]) -> Mutant:
    good, bad = _summary(oracle), _summary(scorer)
    killed = good.judge(0.9) is Verdict.PASS and bad.judge(0.0) is Verdict.FAIL
    return Mutant(
        eval_id="runner",
        name=name,
        killed=killed and bad.n == ITEMS,
        detail=f"{bad.errored} of {bad.n} errored",
    )


def _result(value: float, low: float, high: float, n: int = ITEMS) -> EvalResult:
    metrics = {"nmi": Estimate(value=value, low=low, high=high)}
    return EvalResult(id="E00", set="made", metrics=metrics, n=n, verdict=Verdict.PASS)


def _named(eval_id: str, verdict: Verdict) -> EvalResult:
    return EvalResult(id=eval_id, set="made", metrics={}, n=ITEMS, verdict=verdict)


#: What a suite called E00 might hand back; each must become a fail.
RESULTS: dict[str, object] = {
    "metric is NaN": [_result(nan, nan, nan)],
    "metric is None": [
        EvalResult(id="E00", set="made", metrics={"nmi": None}, n=9, verdict=Verdict.PASS)  # type: ignore[dict-item]
    ],
    "metric is 1.01": [_result(1.01, 0.9, 1.02)],
    "interval without its value": [_result(0.9, 0.1, 0.2)],
    "pass on no items": [_result(0.9, 0.8, 1.0, n=0)],
    "pass without numbers": [_named("E00", Verdict.PASS)],
    "skipped without a reason": [_named("E00", Verdict.SKIPPED)],
    "another eval's name": [_named("E99", Verdict.PASS)],
    "one set twice": [_result(0.9, 0.8, 1.0), _result(0.9, 0.8, 1.0)],
    "no results": [],
    "None": None,
    "a text": ["fine"],
}


def _result_mutant(name: str, made: object) -> Mutant:
    good = checked("E00", [_result(0.9, 0.8, 1.0)])
    bad = checked("E00", made)
    killed = good[0].verdict is Verdict.PASS and all(r.verdict is Verdict.FAIL for r in bad)
    return Mutant(eval_id="runner", name=name, killed=killed, detail=bad[0].reason)


def _dropped_items() -> Mutant:
    items = _items()
    scores = [
        Score(name="half", item=item.id, value=float(position % 2))
        for position, item in enumerate(items)
    ]
    killed = _refused(items, [score for score in scores if score.value == 1.0])
    return Mutant(eval_id="runner", name="failing items dropped", killed=killed)


def _refused(items: Sequence[Item], scores: Sequence[Score]) -> bool:
    try:
        summarise_all(items, scores, seed=1)
    except ValueError:
        return True
    return False


def _cached_repeats() -> Mutant:
    """Ask a scorer that fails each second time, directly and through a cache."""
    honest, cached = _pass_all(_flicker()), _pass_all(cache(_flicker()))
    return Mutant(
        eval_id="runner",
        name="cached repeats",
        killed=honest < cached == 1.0,
        detail=f"pass^3 {honest:g} asked afresh, {cached:g} from a cache",
    )


def _flicker() -> Callable[[Item], Score]:
    asked: dict[str, int] = {}

    def scorer(item: Item) -> Score:
        asked[item.id] = asked.get(item.id, 0) + 1
        return Score(name="flicker", item=item.id, value=float(asked[item.id] % 2))

    return scorer


def _pass_all(scorer: Callable[[Item], Score]) -> float:
    rounds = score_repeats(_items(), scorer, name="flicker", repeats=3)
    return pass_all(rounds, threshold=1.0, seed=1).value
