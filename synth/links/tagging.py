"""Proposes which themes speak about which metric, from names and meanings, never from overlap."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from synth.links.vocabulary import QUOTED_WORDS, Place, places_of
from synth.links.words import spell, stems
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

#: A theme this near to a rejected one (cosine) is lowered by as much as it is near.
NEAR = 0.6

#: What speaking about one of the metric's own events or steps adds to a score.
SAME_STEP = 0.1

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
        return [theme_words(self.title, self.keywords), *self.quotes]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A metric tag the machine proposes."""

    metric_id: str
    theme_id: str
    score: float  #: 0 to 1
    reason: str
    event: str | None = None  #: the event or step the theme speaks about


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """What a person said a metric is not about."""

    metric_id: str
    name: str  #: the theme's title, or "a passage"
    text: str


#: What was rejected for a metric: names with unit vectors.
Rejected = Mapping[str, Sequence[tuple[str, NDArray[np.float32]]]]


@dataclass(frozen=True, kw_only=True)
class Funnels:
    """What events there are, and the orders people go through them in."""

    events: tuple[str, ...] = ()
    steps: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: by the funnel's name
    of_metric: Mapping[str, str] = field(default_factory=dict)  #: metric id -> funnel's name


def theme_words(title: str, keywords: Sequence[str]) -> str:
    """Return a theme as one text: its title with its keywords."""
    return f"{title}. {', '.join(keywords)}"


def metric_text(metric: Metric) -> str:
    """Return a metric as a sentence: its name spelt out, description and events."""
    events = [event for event in (metric.exposure_event, metric.outcome_event) if event]
    spelt = [
        spell(metric.name),
        metric.description.rstrip(". "),
        *(spell(event) for event in events),
    ]
    return ". ".join(part for part in spelt if part)


def propose(
    metrics: Sequence[Metric],
    themes: Sequence[ThemeText],
    *,
    metric_vectors: Vectors,
    theme_vectors: Sequence[Vectors],
    rejected: Rejected | None = None,
    funnels: Funnels | None = None,
) -> list[Proposal]:
    """Return the proposed tags, the best of each metric first.

    What is near a pair that a person `rejected` scores lower, and says so. A theme that speaks
    about an event names it, with its place in a funnel.

    `metric_vectors` has one row per metric, `theme_vectors` one array per theme with a row per
    text of `ThemeText.texts()`; all rows are unit vectors.
    """
    known = funnels or Funnels()
    places = [_places(theme, known) for theme in themes]
    proposals: list[Proposal] = []
    for metric, vector in zip(metrics, metric_vectors, strict=True):
        own = _own_events(metric, known)
        refused = (rejected or {}).get(metric.id, ())
        scored = []
        for theme, rows, spoken in zip(themes, theme_vectors, places, strict=True):
            place = next((one for one in spoken if one.event in own), None)
            found = _score(metric, theme, vector, rows, place)
            found = found if place or not spoken else _named(found, spoken[0])
            scored.append(_lowered(found, rows[0], refused))
        scored.sort(key=lambda item: (-item.score, item.theme_id))
        proposals += [item for item in scored[:MAX_PER_METRIC] if item.score >= FLOOR]
    return proposals


def _places(theme: ThemeText, funnels: Funnels) -> list[Place]:
    """Return the events a theme speaks about: by its title and keywords first, then by quotes."""
    title, *quotes = theme.texts()
    named = places_of(title, funnels.events, funnels.steps)
    spoken = places_of(" ".join(quotes), funnels.events, funnels.steps, least=QUOTED_WORDS)
    return named + [place for place in spoken if place.event not in {one.event for one in named}]


def _own_events(metric: Metric, funnels: Funnels) -> Collection[str]:
    """Return the events a metric is about: its own, and the steps of its funnel."""
    own = {event for event in (metric.exposure_event, metric.outcome_event) if event}
    return own | set(funnels.steps.get(funnels.of_metric.get(metric.id, ""), ()))


def _score(
    metric: Metric, theme: ThemeText, vector: Vectors, rows: Vectors, place: Place | None
) -> Proposal:
    shared = stems(metric_text(metric)) & stems(" ".join([theme.title, *theme.keywords]))
    words = min(1.0, len(shared) / 2)
    cosines = rows @ vector
    nearest = np.sort(cosines[1:])[-NEAREST_QUOTES:]
    meaning = float(np.clip(max(cosines[0], nearest.mean() if len(nearest) else 0), 0, 1))
    score = MEANING * meaning + (1 - MEANING) * words + (SAME_STEP if place else 0.0)
    found = Proposal(
        metric_id=metric.id,
        theme_id=theme.theme_id,
        score=round(min(1.0, score), 4),
        reason=_reason(sorted(shared), meaning),
    )
    return _named(found, place) if place else found


def _named(found: Proposal, place: Place) -> Proposal:
    words = f"speaks about {place.words}: {', '.join(place.shared)}"
    return replace(found, event=place.event, reason=f"{found.reason}; {words}")


def _lowered(
    found: Proposal, vector: Vectors, refused: Sequence[tuple[str, NDArray[np.float32]]]
) -> Proposal:
    """Return a proposal lowered by how near it is to what a person rejected for the metric."""
    near = [(float(vector @ other), name) for name, other in refused]
    nearness, name = max(near, default=(0.0, ""))
    if nearness < NEAR:
        return found
    lower = f"lower because “{name}”, {nearness:.2f} of 1 near, was rejected for this metric"
    score = round(found.score * (1 - min(nearness, 1.0)), 4)
    return replace(found, score=score, reason=f"{found.reason}; {lower}")


def _reason(shared: Sequence[str], meaning: float) -> str:
    near = f"meaning {meaning:.2f} of 1 near the metric's name and description"
    return f"shares the words {', '.join(shared)}; {near}" if shared else near
