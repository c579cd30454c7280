"""Proposes which themes speak about which metric, from names and meanings, never from overlap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.metrics.types import Metric

#: How much meaning counts against shared words.
MEANING = 0.7

#: A proposal needs this score. It is low on purpose: metric names are vague, a person decides, and
#: a real cause without a tag could never become a link.
FLOOR = 0.02

#: Proposals per metric; a person has to read them.
MAX_PER_METRIC = 20

#: Quotes that meaning is read from: a theme may touch the metric in some of its quotes only.
NEAREST_QUOTES = 2

WORD = re.compile(r"[^\W\d_]{3,}")
ENDINGS = ("ations", "ation", "ings", "ing", "ments", "ment", "ers", "er", "ies", "ed", "es", "s")
COMMON = frozenset(
    re.findall(
        r"\w+",
        "and are but can for from has have how into its not our out over per rate share than that "
        "the their them then they this was were what when which who why will with within you your "
        "day days week weeks month number count people users user percent average median time",
    )
)

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class ThemeText:
    """What a theme says, for comparison with metrics."""

    theme_id: str
    title: str
    keywords: tuple[str, ...]
    quotes: tuple[str, ...]

    def texts(self) -> list[str]:
        """Return the texts to embed: title with keywords first, then the quotes."""
        return [f"{self.title}. {', '.join(self.keywords)}", *self.quotes]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A metric tag the machine proposes."""

    metric_id: str
    theme_id: str
    score: float  #: 0 to 1
    reason: str


def metric_text(metric: Metric) -> str:
    """Return a metric as a sentence: its name spelt out, description and events."""
    events = [event for event in (metric.exposure_event, metric.outcome_event) if event]
    spelt = [
        _spell(metric.name),
        metric.description.rstrip(". "),
        *(_spell(event) for event in events),
    ]
    return ". ".join(part for part in spelt if part)


def _spell(name: str) -> str:
    return re.sub(r"[_\W]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).strip()


def stems(text: str) -> set[str]:
    """Return the meaningful words of `text` without their endings."""
    return {_stem(word) for word in WORD.findall(_spell(text).casefold()) if word not in COMMON}


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word.removesuffix("e")


def propose(
    metrics: Sequence[Metric],
    themes: Sequence[ThemeText],
    *,
    metric_vectors: Vectors,
    theme_vectors: Sequence[Vectors],
) -> list[Proposal]:
    """Return the proposed tags, the best of each metric first.

    `metric_vectors` has one row per metric, `theme_vectors` one array per theme with a row per
    text of `ThemeText.texts()`; all rows are unit vectors.
    """
    proposals: list[Proposal] = []
    for metric, vector in zip(metrics, metric_vectors, strict=True):
        scored = [
            _score(metric, theme, vector, rows)
            for theme, rows in zip(themes, theme_vectors, strict=True)
        ]
        scored.sort(key=lambda item: (-item.score, item.theme_id))
        proposals += [item for item in scored[:MAX_PER_METRIC] if item.score >= FLOOR]
    return proposals


def _score(metric: Metric, theme: ThemeText, vector: Vectors, rows: Vectors) -> Proposal:
    shared = stems(metric_text(metric)) & stems(" ".join([theme.title, *theme.keywords]))
    words = min(1.0, len(shared) / 2)
    cosines = rows @ vector
    nearest = np.sort(cosines[1:])[-NEAREST_QUOTES:]
    meaning = float(np.clip(max(cosines[0], nearest.mean() if len(nearest) else 0), 0, 1))
    score = round(min(1.0, MEANING * meaning + (1 - MEANING) * words), 4)
    return Proposal(
        metric_id=metric.id,
        theme_id=theme.theme_id,
        score=score,
        reason=_reason(sorted(shared), meaning),
    )


def _reason(shared: Sequence[str], meaning: float) -> str:
    near = f"meaning {meaning:.2f} of 1 near the metric's name and description"
    return f"shares the words {', '.join(shared)}; {near}" if shared else near
