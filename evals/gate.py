"""Compare a run with another, or with the stored baselines; a loss beyond the margin is red."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.types import Estimate, EvalResult, Verdict
from synth.errors import InputError

BASELINES = Path(__file__).parent / "baselines"
#: How far the lower limit may fall under the stored value before it counts as a loss.
MARGIN = 0.01
#: Metrics that should be small.
LOWER_IS_BETTER = frozenset(
    {
        "any_link",
        "any_linked",
        "crashes",
        "decoys_linked",
        "duplicate_titles",
        "ece",
        "ever_warned",
        "false_alarm",
        "false_alarms",
        "false_alarms_month",
        "fdr",
        "generic_titles",
        "hallucinated",
        "leaks",
        "length_flips",
        "most_requests_a_call",
        "not_the_cause",
        "null_false_alarms_month",
        "null_links",
        "offline_asr",
        "order_flips",
        "over_budget",
        "power_linked",
        "state_changes",
        "unanswered",
        "uncited",
        "unreviewed_out",
        "unthemed",
        "violations",
    }
)
#: Wrong claims that passed, by kind of edit: small as well.
MISSED = "missed_"

#: Shown beside ours and neither good nor bad in themselves: counts, rivals, and (by ending) peers.
NO_DIRECTION = frozenset(
    {
        "also_linked",
        "attacks",
        "drafts",
        "drafts_under_30",
        "held",
        "input_tokens",
        "mild_words_to_review",
        "mrr_permuted",
        "output_tokens",
        "p_permuted",
        "payloads",
        "themes",
        "themes_measured",
        "too_few",
        "embedding_delta",
        "auroc_plain",
        "giant_f1",
        "singletons_f1",
        "random_f1",
        "kmeans_best_k_f1",
    }
)
PEER = "_peer"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One metric in two runs."""

    id: str
    set: str
    metric: str
    before: Estimate
    after: Estimate
    is_loss: bool
    flipped: bool  #: the verdict of eval and set is another one
    note: str = ""

    def __str__(self) -> str:
        """Return one line for the terminal."""
        mark = "LOSS" if self.is_loss else "flip" if self.flipped else "ok"
        line = f"{mark:4} {self.id} {self.set} {self.metric} "
        return line + f"{self.before.value:.3f} -> {self.after.value:.3f} {self.note}".rstrip()


def compare(
    before: Sequence[EvalResult], after: Sequence[EvalResult], *, margin: float = MARGIN
) -> list[Change]:
    """Return the metrics of both runs side by side; what is missing now counts as a loss."""
    now = {(result.id, result.set): result for result in after}
    changes: list[Change] = []
    for old in before:
        if old.verdict is Verdict.SKIPPED:
            continue
        changes.extend(_changes(old, now.get((old.id, old.set)), margin))
    return changes


def not_compared(before: Sequence[EvalResult], after: Sequence[EvalResult]) -> list[str]:
    """Return the evals and sets measured now of which nothing older is known."""
    known = {(old.id, old.set) for old in before if old.verdict is not Verdict.SKIPPED}
    return [
        f"{new.id} {new.set}"
        for new in after
        if new.verdict is not Verdict.SKIPPED and (new.id, new.set) not in known
    ]


def _changes(old: EvalResult, new: EvalResult | None, margin: float) -> Iterator[Change]:
    for name, was in old.metrics.items():
        known = None if new is None else new.metrics.get(name)
        comparable = new is not None and new.n == old.n
        worse = known is None or (comparable and is_loss(name, was, known, margin))
        yield Change(
            id=old.id,
            set=old.set,
            metric=name,
            before=was,
            after=known or was,
            is_loss=worse,
            flipped=new is None or new.verdict is not old.verdict,
            note=_note(old, new, known),
        )


def _note(old: EvalResult, new: EvalResult | None, known: Estimate | None) -> str:
    if new is None or known is None:
        return "(not measured now)"
    return "" if new.n == old.n else f"(not comparable: n {old.n} and {new.n})"


def is_loss(metric: str, before: Estimate, after: Estimate, margin: float = MARGIN) -> bool:
    """Return whether `after` is worse beyond its own noise and the margin.

    The pessimistic limit of the new run must reach the pessimistic limit of the old one, less
    the margin; a run of the same build therefore never loses to itself.
    """
    if metric in NO_DIRECTION or metric.endswith(PEER):
        return False
    if metric in LOWER_IS_BETTER or metric.startswith(MISSED):
        return after.high > before.high + margin
    return after.low < before.low - margin


def read_baselines(folder: Path = BASELINES) -> list[EvalResult]:
    """Return the stored results, one file per eval."""
    results: list[EvalResult] = []
    for path in sorted(folder.glob("*.json")):
        try:
            results.extend(_baseline(path.stem, json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("not a baseline file", file=str(path), found=str(error)) from error
    return results


def _baseline(eval_id: str, sets: Mapping[str, Mapping[str, object]]) -> Iterator[EvalResult]:
    for name, stored in sets.items():
        metrics = stored["metrics"]
        if not isinstance(metrics, dict):
            raise TypeError("metrics is no object")
        yield EvalResult(
            id=eval_id,
            set=name,
            metrics={key: Estimate(**value) for key, value in metrics.items()},
            n=int(str(stored["n"])),
            verdict=Verdict(str(stored["verdict"])),
        )


def write_baselines(results: Sequence[EvalResult], folder: Path = BASELINES) -> list[Path]:
    """Store the numbers of a run as the new baselines, one file per eval; skipped sets are not."""
    sets: dict[str, dict[str, object]] = {}
    for result in results:
        if result.verdict is not Verdict.SKIPPED and result.set != "mutants":
            sets.setdefault(result.id, {})[result.set] = {
                "metrics": {name: vars(value) for name, value in sorted(result.metrics.items())},
                "n": result.n,
                "verdict": result.verdict.value,
            }
    folder.mkdir(parents=True, exist_ok=True)
    for eval_id, stored in sets.items():
        text = json.dumps(stored, indent=1, sort_keys=True, allow_nan=False)
        (folder / f"{eval_id}.json").write_text(text + "\n", encoding="utf-8")
    return [folder / f"{eval_id}.json" for eval_id in sets]
