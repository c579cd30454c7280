"""Scores what a method says about planted worlds: one answer in, named scores out.

Cannot see: whether the reason reads well, or whether a link would convince a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.types import Score
from evals.worlds.finding import Answer, FoundTheme
from evals.worlds.types import Part
from synth.links.types import Link, Verdict


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An answer without its reasons: true themes, the best first, and how many are claimed."""

    order: tuple[str, ...]
    claimed: int  #: the first so many are said to be causes


def ranked(answer: Answer) -> Ranked:
    """Return the order and the claims of our own method."""
    truth = {theme.people.theme_id: theme.truth for theme in answer.themes}
    return Ranked(
        order=tuple(truth[link.theme_id] for link in answer.links),
        claimed=sum(link.is_linked for link in answer.links),
    )


def score_cause(answer: Answer, given: Ranked) -> list[Score]:
    """Return hit@1 and reciprocal rank of the cause; a hit must be claimed, not only be first."""
    world, order = answer.world, given.order
    rank = order.index(world.cause) + 1 if world.cause in order else 0
    return [
        _score("hit1", answer, float(rank == 1 and given.claimed > 0)),
        _score("mrr", answer, 1 / rank if rank else 0.0),
    ]


def score_claims(answer: Answer, given: Ranked) -> list[Score]:
    """Return for each claim whether it is false: what the false-discovery rate is made of."""
    return [
        _score("fdr", answer, float(theme != answer.world.cause), item=f"claim {number}")
        for number, theme in enumerate(given.order[: given.claimed])
    ]


def score_abstention(answer: Answer, given: Ranked) -> list[Score]:
    """Return whether anything was claimed where there is no cause, and its complement."""
    claimed = float(given.claimed > 0)
    return [_score("any_link", answer, claimed), _score("abstention", answer, 1 - claimed)]


def score_decoy_credit(answer: Answer, given: Ranked) -> list[Score]:
    """Return whether a theme that is no cause was claimed."""
    wrong = any(theme != answer.world.cause for theme in given.order[: given.claimed])
    return [_score("decoy_credited", answer, float(wrong))]


def score_loud_decoy(answer: Answer) -> list[Score]:
    """Return whether the loud decoy reads "frequent, not linked"; nothing where it is no theme."""
    loud = [key for key, part in answer.world.parts.items() if part is Part.LOUD]
    mine = [theme for theme in answer.themes if theme.truth in loud]
    if not mine:
        return []
    main = max(mine, key=lambda theme: len(theme.people.first_said_at))
    link = _link_of(answer, main)
    return [
        _score(
            "loud_not_linked", answer, float(link.verdict is Verdict.NOT_LINKED), note=link.reason
        )
    ]


def calibration_pairs(answers: Sequence[Answer]) -> list[tuple[float, bool]]:
    """Return (confidence, is the cause) of every tested pair."""
    return [
        (link.confidence, _truth(answer, link) == answer.world.cause)
        for answer in answers
        for link in answer.links
    ]


def expected_calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Return the mean gap between confidence and frequency over equal bins (Naeini 2015)."""
    gap = 0.0
    for number in range(bins):
        inside = [p for p in pairs if min(int(p[0] * bins), bins - 1) == number]
        if inside:
            confidence = sum(p[0] for p in inside) / len(inside)
            frequency = sum(p[1] for p in inside) / len(inside)
            gap += len(inside) / len(pairs) * abs(confidence - frequency)
    return float(gap)


def _truth(answer: Answer, link: Link) -> str:
    return next(t.truth for t in answer.themes if t.people.theme_id == link.theme_id)


def _link_of(answer: Answer, theme: FoundTheme) -> Link:
    return next(link for link in answer.links if link.theme_id == theme.people.theme_id)


def _score(name: str, answer: Answer, value: float, *, item: str = "", note: str = "") -> Score:
    seed = str(answer.world.seed)
    return Score(name=name, item=item or seed, value=value, cluster=seed, evidence=note)
