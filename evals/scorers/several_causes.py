"""Scores what a method says about worlds with several causes: order and claims against the truth.

Cannot see: causes that act only together, or one that hides another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evals.scorers.links import Ranked
from evals.types import Score
from evals.worlds.finding import Answer
from evals.worlds.types import Part
from synth.links.strata import USAGE, strata_of, usage_levels
from synth.links.types import Link, Verdict


def with_use(answer: Answer) -> Answer:
    """Return the answer with what strata by use say of each pair that overlaps."""
    world, speakers = answer.world, {
        theme.people.theme_id: frozenset(theme.people.first_said_at) for theme in answer.themes
    }  # fmt: skip
    hit = world.anomaly
    levels = usage_levels(world.usage, hit.affected | hit.unaffected)

    def checked(link: Link) -> Link:
        if link.verdict is not Verdict.OVERLAP:
            return link
        found = strata_of(USAGE, levels, speakers[link.theme_id], world.people, hit)
        return replace(link, strata=(found,) if found else ())

    return replace(answer, links=[checked(link) for link in answer.links])


def linked(answer: Answer) -> Ranked:
    """Return what reads "linked", each true theme once."""
    return _ranked(answer, [link for link in answer.links if link.is_linked])


def within_use(answer: Answer) -> Ranked:
    """Return what may be called a cause: linked, and not undone by equal use."""
    return _ranked(answer, [link for link in answer.links if link.is_linked and holds(link)])


def holds(link: Link) -> bool:
    """Return whether a pair stands among people who use the product equally much."""
    return all(one.holds for one in link.strata if one.by == USAGE)


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


def _ranked(answer: Answer, links: Sequence[Link]) -> Ranked:
    truth = {theme.people.theme_id: theme.truth for theme in answer.themes}
    order = tuple(dict.fromkeys(truth[link.theme_id] for link in links))
    return Ranked(order=order, claimed=len(order))


def _score(name: str, answer: Answer, value: float, *, item: str = "") -> Score:
    seed = str(answer.world.seed)
    return Score(name=name, item=item or seed, value=value, cluster=seed)
