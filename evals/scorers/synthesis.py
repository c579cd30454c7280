"""E14: what came of raw files, held against what was planted.

Cannot see: whether a draft reads well, or whether its solution would help.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.types import Score
from evals.worlds.synthesis import Synthesis
from evals.worlds.types import World


def score_distribution(item: str, found: Synthesis) -> Score:
    """Return 1 less the total variation distance between planted and found shares of topics.

    A passage in no theme is nobody's: what is left unthemed is lost.
    """
    n = len(found.placed)
    if not n:
        return _score("distribution", item, 0.0)
    true = Counter(topic for topic, _ in found.placed)
    seen = Counter(topic for _, topic in found.placed if topic)
    apart = sum(abs(true[topic] - seen[topic]) for topic in {*true, *seen})
    apart += n - sum(seen.values())
    return _score("distribution", item, 1 - apart / (2 * n))


def score_placed(item: str, found: Synthesis) -> Score:
    """Return the share of passages that lie in a theme of their own topic."""
    right = sum(topic == theme for topic, theme in found.placed)
    return _score("placed", item, right / max(1, len(found.placed)))


def score_cause(item: str, world: World, found: Synthesis) -> Score:
    """Return whether the first draft of the queue that names a cause names the planted one."""
    first = next((draft.topic for draft in found.drafts if draft.as_cause), None)
    return _score("cause1", item, float(first is not None and first == world.cause))


def score_hallucinated(item: str, world: World, found: Synthesis) -> list[Score]:
    """Return for each draft that names a cause whether it is none; in a null world none is.

    A draft that says of itself that it goes along with a better lead names no cause: `score_aside`
    counts it.
    """
    return [
        _score("hallucinated", f"{item} draft {number}", float(draft.topic != world.cause), item)
        for number, draft in enumerate(found.drafts)
        if draft.as_cause
    ]


def score_quotes(item: str, world: World, found: Synthesis) -> list[Score]:
    """Return for each draft that names a cause whether most of its quotes are about no cause.

    A theme may mix two subjects and a draft quote one of them: this is what a reviewer reads.
    """
    return [
        _score("quotes_not_of_cause", f"{item} draft {n}", float(draft.quoted != world.cause), item)
        for n, draft in enumerate(found.drafts)
        if draft.as_cause
    ]


def score_aside(item: str, world: World, found: Synthesis) -> list[Score]:
    """Return for each draft, whatever it says of itself, whether it is about no cause."""
    return [
        _score("not_the_cause", f"{item} draft {number}", float(draft.topic != world.cause), item)
        for number, draft in enumerate(found.drafts)
    ]


def score_prevalence(item: str, world: World, found: Synthesis) -> list[Score]:
    """Return for each draft of the cause whether its scale holds the true share of people hit."""
    hit = world.anomaly.affected
    spoke = {said.person for said in world.said if said.theme == world.cause}
    true = len(spoke & hit) / max(1, len(hit))
    return [
        _score(
            "prevalence",
            f"{item} draft {number}",
            float(draft.of > 0 and draft.low <= true <= draft.high),
            item,
        )
        for number, draft in enumerate(found.drafts)
        if draft.topic == world.cause
    ]


def score_both_sides(item: str, found: Synthesis) -> list[Score]:
    """Return for each draft whether it cites for the claim and looked for the contrary."""
    return [
        _score(
            "both_sides",
            f"{item} draft {number}",
            float("for" in draft.sides and draft.searched),
            item,
        )
        for number, draft in enumerate(found.drafts)
    ]


def rate(scores: Sequence[Score]) -> tuple[int, int]:
    """Return how many of the scores are 1, of how many."""
    return sum(score.value == 1 for score in scores), len(scores)


def _score(name: str, item: str, value: float, cluster: str = "") -> Score:
    return Score(name=name, item=item, value=value, cluster=cluster or item)
