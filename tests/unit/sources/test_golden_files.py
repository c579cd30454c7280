"""Every format, read exactly: turns, speakers, roles, times, order, and what was left out."""

import pytest

from evals.datasets.intake_golden import cases
from synth.sources.readers.registry import read_file
from synth.sources.types import ReadOptions


@pytest.mark.parametrize("golden", cases(), ids=lambda golden: golden.name)
def test_a_golden_file_gives_exactly_its_turns_and_skips(golden):
    options = ReadOptions(interviewers=golden.interviewers)
    reading = read_file(golden.filename, golden.data, options)
    found = {
        document.external_id: [
            (turn.speaker, turn.role.value, turn.start_ms, turn.end_ms, turn.text)
            for turn in document.turns
        ]
        for document in reading.documents
    }
    expected = {name: list(turns) for name, turns in golden.turns.items()}
    assert reading.format == golden.format
    assert found == expected
    assert [(skip.reason, skip.words) for skip in reading.skips] == list(golden.skips)
