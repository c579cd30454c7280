"""E01: one file read is exactly what the golden file says. Cannot see formats without a file."""

from __future__ import annotations

from dataclasses import dataclass

from evals.datasets.intake_golden import Golden, GoldenTurn
from evals.types import Score
from synth.sources.types import Reading

NAME = "intake"


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a reader gave, in the shape of a golden file."""

    format: str
    turns: dict[str, list[GoldenTurn]]
    skips: list[tuple[str, int]]


def output_of(reading: Reading) -> Output:
    """Return a reading as something to compare."""
    turns = {
        document.external_id: [
            (turn.speaker, turn.role.value, turn.start_ms, turn.end_ms, turn.text)
            for turn in document.turns
        ]
        for document in reading.documents
    }
    skips = [(skip.reason, skip.words) for skip in reading.skips]
    return Output(format=reading.format, turns=turns, skips=skips)


def score(golden: Golden, output: Output) -> Score:
    """Return 1 if format, turns, speakers, times, order and skips are exact, else 0."""
    turns = {name: list(expected) for name, expected in golden.turns.items()}
    wrong = [
        what
        for what, found, expected in (
            ("format", output.format, golden.format),
            ("turns", output.turns, turns),
            ("skips", output.skips, list(golden.skips)),
        )
        if found != expected
    ]
    return Score(
        name=NAME,
        item=golden.id,
        value=0.0 if wrong else 1.0,
        cluster=golden.id,
        evidence=", ".join(wrong),
    )
