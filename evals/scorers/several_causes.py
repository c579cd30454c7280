"""Scores what a method says about worlds with several causes: order and claims against the truth.

Cannot see: causes that act only together, or one that hides another.
"""

from __future__ import annotations

from evals.scorers.links import Ranked
from evals.types import Score
from evals.worlds.finding import Answer
from evals.worlds.types import Part


def linked(answer: Answer) -> Ranked:
    """Return what reads "linked", each true theme once."""
    truth = {theme.people.theme_id: theme.truth for theme in answer.themes}
    order = tuple(dict.fromkeys(truth[link.theme_id] for link in answer.links if link.is_linked))
    return Ranked(order=order, claimed=len(order))


def score_first(answer: Answer, given: Ranked) -> Score:
    """Return whether the first claim is a cause."""
    first = given.order[:1] if given.claimed else ()
    return _score("hit1", answer, float(bool(set(first) & answer.world.causes)))


def score_top(answer: Answer, given: Ranked) -> list[Score]:
    """Return for each cause whether it is claimed among as many places as there are causes."""
    causes = answer.world.causes
    top = set(given.order[: min(len(causes), given.claimed)])
    return [_score("hit_k", answer, float(cause in top), item=cause) for cause in sorted(causes)]


def score_false(answer: Answer, given: Ranked) -> list[Score]:
    """Return for each claim whether it is false."""
    return [
        _score("fdr", answer, float(theme not in answer.world.causes), item=theme)
        for theme in given.order[: given.claimed]
    ]


def score_claimed(answer: Answer, given: Ranked, part: Part) -> list[Score]:
    """Return for each theme of a part that was found as a theme whether it is claimed."""
    found = {theme.truth for theme in answer.themes}
    own = sorted(key for key, what in answer.world.parts.items() if what is part and key in found)
    claimed = set(given.order[: given.claimed])
    return [_score(f"{part}_claimed", answer, float(key in claimed), item=key) for key in own]


def _score(name: str, answer: Answer, value: float, *, item: str = "") -> Score:
    seed = str(answer.world.seed)
    return Score(name=name, item=item or seed, value=value, cluster=seed)
