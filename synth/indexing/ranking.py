"""From a question to words, and from several rankings to one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w+", re.UNICODE)

#: Words past these are ignored, so that no query costs without bound.
MAX_WORDS = 48

#: Dampens the lead of the first places (Cormack, Clarke, Buettcher 2009).
RRF_K = 60

#: Words of a question that say nothing about its answer.
QUESTION_WORDS = frozenset(
    WORD.findall(
        "a about an and are as at be been but by can could did do does for from had has have how "
        "i if in into is it its me my of on or our should so than that the their them then there "
        "these they this those to was we were what when where which who whom why will with would "
        "you your"
    )
)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An id in the joint ranking."""

    id: str
    score: float
    found_by: tuple[str, ...]  #: names of the rankings it is in


def query_words(text: str) -> list[str]:
    """Return the distinct words of a query; question words only where there is nothing else."""
    words = list(dict.fromkeys(WORD.findall(text.casefold())))
    telling = [word for word in words if word not in QUESTION_WORDS]
    return (telling or words)[:MAX_WORDS]


def fuse(rankings: Mapping[str, Sequence[str]]) -> list[Ranked]:
    """Return all ids by reciprocal rank fusion, best first; ties by id.

    An id scores the sum of 1 / (RRF_K + place), places counted from one.
    """
    scores: dict[str, float] = {}
    found_by: dict[str, list[str]] = {}
    for name, ids in rankings.items():
        for place, item in enumerate(dict.fromkeys(ids), start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (RRF_K + place)
            found_by.setdefault(item, []).append(name)
    return [
        Ranked(id=item, score=scores[item], found_by=tuple(found_by[item]))
        for item in sorted(scores, key=lambda item: (-scores[item], item))
    ]
