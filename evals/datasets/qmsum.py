"""QMSum: meetings, with the turns that answer each specific question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.datasets.folder import SetAbsent, set_folder

NAME = "qmsum"


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question about one meeting."""

    id: str
    text: str
    relevant: frozenset[int]  #: positions of the turns that answer it


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting's turns, and what is asked about it."""

    id: str
    turns: tuple[str, ...]
    questions: tuple[Question, ...]


def load(data: Path | None, *, under: str = "*/", every: int = 1) -> list[Meeting]:
    """Return the meetings with at least one question, or each `every`-th; raises SetAbsent.

    `under` is the kind of meeting, a folder's name and a slash.
    """
    paths = sorted(set_folder(data, NAME).glob(f"{under}*/*.json"))
    meetings = [_meeting(path) for path in paths[::every]]
    found = [meeting for meeting in meetings if meeting.questions]
    if not found:
        raise SetAbsent(f"{NAME}: no meeting with questions in the data folder")
    return found


def _meeting(path: Path) -> Meeting:
    content = json.loads(path.read_text(encoding="utf-8"))
    turns = tuple(turn["content"] for turn in content["meeting_transcripts"])
    questions = (
        _question(path.stem, number, query, len(turns))
        for number, query in enumerate(content["specific_query_list"])
    )
    return Meeting(
        id=path.stem,
        turns=turns,
        questions=tuple(question for question in questions if question.relevant),
    )


def _question(meeting: str, number: int, query: Mapping[str, Any], turns: int) -> Question:
    spans = ((int(first), int(last)) for first, last in query["relevant_text_span"])
    relevant = {turn for first, last in spans for turn in range(first, min(last + 1, turns))}
    return Question(id=f"{meeting}/{number}", text=query["query"], relevant=frozenset(relevant))
