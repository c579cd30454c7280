"""What the runner refuses to report: numbers that are none, intervals beside their value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from evals.types import Estimate, EvalResult, Verdict

#: Metric names of the interface that are shares or scores in 0 to 1.
UNIT_METRICS = frozenset(
    {
        "nmi",
        "acc",
        "unthemed",
        "best_match_f1",
        "ids_kept",
        "auroc",
        "intrusion",
        "diversity",
        "duplicate_titles",
        "ndcg10",
        "recall20",
        "balanced_accuracy",
        "event_f1",
        "hit1",
        "mrr",
        "fdr",
        "abstention",
        "ece",
        "distribution",
        "cause1",
        "hallucinated",
        "mutants_killed",
    }
)
#: Adjusted for chance, so they may fall below 0.
CHANCE_METRICS = frozenset({"ari", "seeds_ari", "subsample_ari"})


def problems(result: EvalResult) -> list[str]:
    """Return what is wrong with a result; empty when it can be reported."""
    found = []
    for name, estimate in result.metrics.items():
        if not is_number(estimate):
            found.append(f"{name} is not a number: {estimate}")
            continue
        numbers = (estimate.low, estimate.value, estimate.high)
        low, high = _range(name)
        if not (low - 1e-9 <= estimate.low and estimate.high <= high + 1e-9):
            found.append(f"{name} leaves its range {low:g}..{high:g}: {numbers}")
        if not estimate.low - 1e-9 <= estimate.value <= estimate.high + 1e-9:
            found.append(f"the interval of {name} does not hold its value: {numbers}")
    if result.verdict is Verdict.SKIPPED:
        return found + ([] if result.reason else ["skipped without a reason"])
    if not result.metrics or result.n <= 0:
        found.append(f"verdict {result.verdict} from {result.n} items and no numbers")
    return found


def is_number(estimate: object) -> bool:
    """Return whether this is an estimate of three finite numbers."""
    return isinstance(estimate, Estimate) and all(
        isinstance(number, (int, float)) and isfinite(number)
        for number in (estimate.low, estimate.value, estimate.high)
    )


def _range(name: str) -> tuple[float, float]:
    if name in UNIT_METRICS:
        return 0.0, 1.0
    return (-1.0, 1.0) if name in CHANCE_METRICS else (float("-inf"), float("inf"))


def checked(eval_id: str, results: object) -> list[EvalResult]:
    """Return a suite's results, with a fail in place of each that cannot be reported."""
    if not isinstance(results, list) or not results:
        return [failed(eval_id, "all", f"the suite gave {type(results).__name__}, no results")]
    return [_checked_one(eval_id, result, results) for result in results]


def _checked_one(eval_id: str, result: object, results: Sequence[object]) -> EvalResult:
    if not isinstance(result, EvalResult):
        return failed(eval_id, "all", f"the suite gave {result!r}, not a result")
    found = problems(result)
    if result.id != eval_id:
        found.append(f"it names itself {result.id}")
    same = [other for other in results if isinstance(other, EvalResult) and other.set == result.set]
    if len(same) > 1:
        found.append(f"{len(same)} results for set {result.set}")
    if not found:
        return result
    usable = {name: value for name, value in result.metrics.items() if is_number(value)}
    return replace(
        result, id=eval_id, metrics=usable, verdict=Verdict.FAIL, reason="; ".join(found)
    )


def failed(eval_id: str, name: str, reason: str) -> EvalResult:
    """Return the result of a suite that did not run to its end."""
    return EvalResult(id=eval_id, set=name, metrics={}, n=0, verdict=Verdict.FAIL, reason=reason)
