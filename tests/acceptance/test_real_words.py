"""No word of a real file is lost or made up by its reader.

Runs where SYNTH_EVAL_DATA names the public data folder. Words are counted a second time by code
that shares nothing with the readers; no text is printed.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from evals.datasets import serdif
from synth.sources.readers.registry import parse
from synth.sources.types import Reading, ReadOptions
from tests.acceptance.real_data import is_readable, needs_data, set_files, set_folder
from tests.acceptance.second_extraction import file_text, label_words, words

pytestmark = needs_data


def _reading(path: Path) -> Reading:
    return parse(path.name, path.read_bytes(), ReadOptions(interviewers=("MODERATOR",)))


def _turn_words(reading: Reading) -> Counter[str]:
    turns = chain.from_iterable(document.turns for document in reading.documents)
    return sum((words(turn.text) for turn in turns), Counter())


def _study_files() -> list[Path]:
    return [file.path for file in serdif.study_files(set_folder("serdif_usability"))]


@pytest.mark.parametrize("name", ["zoom_vtt", "founder_interviews", "serdif_usability"])
def test_words_of_a_file_are_words_of_turns_labels_and_skips(name: str) -> None:
    paths = _study_files() if name == "serdif_usability" else set_files(name)
    wrong = {
        f"{path.parent.name}/{path.name}": problem
        for path in paths
        if (is_readable(path) or name == "serdif_usability")
        if (problem := _word_problem(path))
    }
    assert wrong == {}


def _word_problem(path: Path) -> str:
    """Return how the two extractions differ, in counts; empty where they agree."""
    reading, text = _reading(path), file_text(path)
    speakers = {turn.speaker for document in reading.documents for turn in document.turns}
    said = words(text) - label_words(text, speakers)
    turns = _turn_words(reading)
    invented, missing = (turns - said).total(), (said - turns).total()
    skipped = sum(skip.words for skip in reading.skips)
    if invented or missing != skipped:
        return f"{invented} words invented, {missing} missing, {skipped} reported as skipped"
    return ""
