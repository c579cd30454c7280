"""E01 ingest fidelity: every format to exactly its turns, on golden files we wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from evals.datasets.intake_golden import Golden, GoldenTurn, cases
from evals.scorers.intake import NAME, Output, output_of, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant, Score
from synth.sources.readers.registry import read_file
from synth.sources.types import ReadOptions

ID = "E01"
Turns = list[GoldenTurn]


def run(context: EvalContext) -> list[EvalResult]:
    """Read every golden file; all must be exact."""
    golden = cases()
    scores = score_items(golden, _score, name=NAME)
    exact = sum(one.value == 1.0 for one in scores)
    estimate = wilson_estimate(exact, len(golden))
    wrong = [f"{one.item}: {one.evidence}" for one in scores if one.value < 1]
    return [
        EvalResult(
            id=ID,
            set="golden",
            metrics={"exact": estimate},
            n=len(golden),
            verdict=judge(estimate, 1.0, n_clusters=len(golden), hard=True),
            reason="; ".join(wrong),
        )
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt right outputs; the scorer must notice each."""
    return [
        Mutant(eval_id=ID, name=f"{name} in {golden.name}", killed=score(golden, bad).value < 1)
        for golden in cases()
        for name, corrupt in CORRUPTIONS.items()
        for bad in [corrupt(_read(golden))]
        if bad != _read(golden)
    ]


def _read(golden: Golden) -> Output:
    options = ReadOptions(interviewers=golden.interviewers)
    return output_of(read_file(golden.filename, golden.data, options))


def _score(golden: Golden) -> Score:
    return score(golden, _read(golden))


def _on_turns(change: Callable[[Turns], Turns]) -> Callable[[Output], Output]:
    return lambda output: replace(
        output, turns={name: change(list(turns)) for name, turns in output.turns.items()}
    )


def _swap_speakers(turns: Turns) -> Turns:
    names = [turn[0] for turn in turns]
    return [(name, *turn[1:]) for name, turn in zip(names[1:] + names[:1], turns, strict=True)]


def _shift(turns: Turns) -> Turns:
    return [
        (speaker, role, None if start is None else start + 1000, end, text)
        for speaker, role, start, end, text in turns
    ]


def _mojibake(turns: Turns) -> Turns:
    return [
        (*turn[:4], turn[4].encode("utf-8").decode("cp1252", errors="replace")) for turn in turns
    ]


def _merge_two(turns: Turns) -> Turns:
    if len(turns) < 2:
        return turns
    return [(*turns[0][:4], f"{turns[0][4]} {turns[1][4]}"), *turns[2:]]


CORRUPTIONS: dict[str, Callable[[Output], Output]] = {
    "swap speakers": _on_turns(_swap_speakers),
    "shift times by 1 s": _on_turns(_shift),
    "drop the last turn": _on_turns(lambda turns: turns[:-1]),
    "read UTF-8 as cp1252": _on_turns(_mojibake),
    "merge two turns": _on_turns(_merge_two),
    "lose one character": _on_turns(lambda turns: [(*turns[0][:4], turns[0][4][:-1]), *turns[1:]]),
    "forget a skip": lambda output: replace(output, skips=output.skips[:-1]),
}
