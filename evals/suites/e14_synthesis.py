"""E14 end-to-end synthesis: raw files in, drafts in the review queue out, held against the truth.

Each world is uploaded as tickets, people, a daily metric and events, and goes through the product
itself: reading, redaction, chunks, vectors, themes, detection, links, drafts of the template. The
worlds have enough people for their effect to be seen (the power is known from the truth alone);
the null worlds have every decoy and no cause. The three stories of the sample study are a set of
their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from evals.scorers import synthesis as scorer
from evals.stats import bootstrap, combine, exact, judge, wilson_estimate
from evals.types import Estimate, EvalContext, EvalResult, Mutant, Score
from evals.worlds.files import world_files
from evals.worlds.generator import make_worlds
from evals.worlds.power import ENOUGH
from evals.worlds.stories import tell_stories
from evals.worlds.synthesis import Drafted, Synthesis, product, synthesise
from evals.worlds.types import Part, World
from synth.services import Services

ID = "E14"
#: Worlds with a cause and null worlds, in full and in a quick look.
FULL, QUICK = (30, 6), (3, 1)
DISTRIBUTION, CAUSE, HALLUCINATED = 0.95, 0.90, 0.02
#: Apart from the worlds that other evals draw.
OFFSET = 14_000


@dataclass(frozen=True, kw_only=True)
class Item:
    """A world and what came of its files."""

    world: World
    found: Synthesis

    @property
    def id(self) -> str:
        """Return the world's seed."""
        return str(self.world.seed)


def run(context: EvalContext) -> list[EvalResult]:
    """Return the planted worlds with the null worlds, and the stories of the sample study."""
    planted, null = FULL if context.full else QUICK
    seed = OFFSET + context.seed
    with product() as services:
        items = _synthesise(services, clear_worlds(seed, planted))
        empty = _synthesise(services, make_worlds(seed, null, null=True))
        stories = tell_stories(services) if context.full else []
    results = [_planted(items, empty, context.seed)]
    return [*results, _stories(stories)] if stories else results


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt a perfect synthesis of planted worlds; the scores must fall."""
    worlds = clear_worlds(OFFSET + context.seed, 8)
    items = [Item(world=world, found=perfect(world)) for world in worlds]
    good = _means(items)
    found = [_mutant("oracle scores 1", min(good["distribution"], good["cause1"]) >= 0.99)]
    for name, (corrupt, metric, rises) in CORRUPTIONS.items():
        bad = _means([replace(one, found=corrupt(one)) for one in items])
        worse = bad[metric] - good[metric] if rises else good[metric] - bad[metric]
        found.append(_mutant(name, worse >= LEAST_FALL))
    null = [Item(world=w, found=perfect(w)) for w in make_worlds(OFFSET, 4, null=True)]
    confident = [replace(one, found=_confident(one)) for one in null]
    found.append(_mutant("a confident answer in a null world", _hallucinated(confident) == 1.0))
    found.append(_mutant("silence in a null world is no error", not _claims(null)))
    return found


def clear_worlds(seed: int, count: int) -> list[World]:
    """Return the first `count` worlds whose planted effect can be seen at all."""
    drawn = make_worlds(seed, 4 * count)
    return [world for world in drawn if (world.power or 0) >= ENOUGH][:count]


def perfect(world: World) -> Synthesis:
    """Return what a method that knows the truth would make of a world."""
    hit = world.anomaly.affected
    spoke = {said.person for said in world.said if said.theme == world.cause} & hit
    share = wilson_estimate(len(spoke), len(hit))
    draft = Drafted(
        topic=world.cause or "",
        people=len(spoke),
        of=len(hit),
        low=share.low,
        high=share.high,
        sides=frozenset({"for", "against"}),
        searched=True,
        text="",
        quoted=world.cause or "",
    )
    return Synthesis(
        placed=[(said.theme, said.theme) for said in world.said],
        drafts=[draft] if world.cause else [],
        held=0,
        anomalies=1,
    )


def _synthesise(services: Services, worlds: Iterable[World]) -> list[Item]:
    return [
        Item(world=world, found=synthesise(services, world, world_files(world))) for world in worlds
    ]


def _planted(items: Sequence[Item], empty: Sequence[Item], seed: int) -> EvalResult:
    everything = [*items, *empty]
    metrics = {**_of_causes(items, seed), **_of_drafts(everything, items)}
    rules = [
        judge(metrics["distribution"], DISTRIBUTION, n_clusters=len(items)),
        judge(metrics["cause1"], CAUSE, n_clusters=len(items)),
        judge(metrics["hallucinated"], HALLUCINATED, n_clusters=len(everything), at_most=True),
    ]
    return EvalResult(
        id=ID,
        set="planted_worlds",
        metrics=metrics,
        n=len(everything),
        verdict=combine(rules),
        reason="; ".join(_notes(everything, items, empty))[:600],
    )


def _of_causes(items: Sequence[Item], seed: int) -> dict[str, Estimate]:
    return {
        "distribution": _mean(
            [scorer.score_distribution(one.id, one.found) for one in items], seed
        ),
        "placed": _mean([scorer.score_placed(one.id, one.found) for one in items], seed),
        "cause1": _rate(scorer.score_cause(one.id, one.world, one.found) for one in items),
    }


def _of_drafts(everything: Sequence[Item], items: Sequence[Item]) -> dict[str, Estimate]:
    drafts = [draft for one in everything for draft in one.found.drafts]
    aside = [scorer.score_aside(one.id, one.world, one.found) for one in everything]
    quotes = [scorer.score_quotes(one.id, one.world, one.found) for one in everything]
    shares = [scorer.score_prevalence(one.id, one.world, one.found) for one in items]
    sides = [scorer.score_both_sides(one.id, one.found) for one in everything]
    return {
        "hallucinated": _rate(_claims(everything)),
        "quotes_not_of_cause": _rate(chain.from_iterable(quotes)),
        "not_the_cause": _rate(chain.from_iterable(aside)),
        "prevalence": _rate(chain.from_iterable(shares)),
        "both_sides": _rate(chain.from_iterable(sides)),
        "drafts": exact(len(drafts)),
        "also_linked": exact(sum(not draft.as_cause for draft in drafts)),
        "held": exact(sum(one.found.held for one in everything)),
    }


def _notes(
    everything: Sequence[Item], items: Sequence[Item], empty: Sequence[Item]
) -> Iterator[str]:
    yield f"template drafter; {len(empty)} of the worlds are null worlds"
    missed = [one.id for one in items if not one.found.drafts]
    if missed:
        yield f"no draft in {', '.join(missed)}"
    for one in everything:
        for draft in one.found.drafts:
            if draft.topic != one.world.cause:
                yield f"{one.id} {'names' if draft.as_cause else 'puts aside'} {draft.topic}"


def _stories(scores: Sequence[Score]) -> EvalResult:
    cause = _rate(score for score in scores if score.name == "cause1")
    wrong = _rate(score for score in scores if score.name == "hallucinated")
    n = sum(score.name == "cause1" for score in scores)
    return EvalResult(
        id=ID,
        set="sample_study",
        metrics={"cause1": cause, "hallucinated": wrong},
        n=n,
        verdict=judge(cause, CAUSE, n_clusters=n),
        reason="the three stories of the sample study, drafted from its raw files",
    )


def _claims(items: Iterable[Item]) -> list[Score]:
    return [
        score for one in items for score in scorer.score_hallucinated(one.id, one.world, one.found)
    ]


def _hallucinated(items: Iterable[Item]) -> float:
    return _rate(_claims(items)).value


def _rate(scores: Iterable[Score]) -> Estimate:
    return wilson_estimate(*scorer.rate(list(scores)))


def _mean(scores: Sequence[Score], seed: int) -> Estimate:
    values, clusters = [score.value for score in scores], [score.cluster for score in scores]
    return bootstrap(values, clusters, seed=seed, draws=2_000)


def _means(items: Sequence[Item]) -> dict[str, float]:
    """Return every score of some items as one number each."""
    both = [score for one in items for score in scorer.score_both_sides(one.id, one.found)]
    holds = [
        score for one in items for score in scorer.score_prevalence(one.id, one.world, one.found)
    ]
    aside = [score for one in items for score in scorer.score_aside(one.id, one.world, one.found)]
    quotes = [score for one in items for score in scorer.score_quotes(one.id, one.world, one.found)]
    spread = [scorer.score_distribution(one.id, one.found).value for one in items]
    placed = [scorer.score_placed(one.id, one.found).value for one in items]
    hits = [scorer.score_cause(one.id, one.world, one.found).value for one in items]
    return {
        "distribution": sum(spread) / len(items),
        "placed": sum(placed) / len(items),
        "cause1": sum(hits) / len(items),
        "hallucinated": _hallucinated(items),
        "quotes_not_of_cause": sum(one.value for one in quotes) / max(1, len(quotes)),
        "not_the_cause": sum(one.value for one in aside) / max(1, len(aside)),
        "prevalence": sum(one.value for one in holds) / max(1, len(holds)),
        "both_sides": sum(one.value for one in both) / max(1, len(both)),
    }


def _topic(one: Item, part: Part) -> str:
    return next(key for key, own in one.world.parts.items() if own is part)


def _credited(part: Part) -> Callable[[Item], Synthesis]:
    """Credit another topic than the cause."""

    def corrupt(one: Item) -> Synthesis:
        wrong = [replace(draft, topic=_topic(one, part)) for draft in one.found.drafts]
        return replace(one.found, drafts=wrong)

    return corrupt


def _beside(*, as_cause: bool) -> Callable[[Item], Synthesis]:
    """Draft the loud decoy too, after the cause."""

    def corrupt(one: Item) -> Synthesis:
        topic = _topic(one, Part.LOUD)
        decoy = [replace(draft, topic=topic, as_cause=as_cause) for draft in one.found.drafts]
        return replace(one.found, drafts=[*one.found.drafts, *decoy])

    return corrupt


def _confident(one: Item) -> Synthesis:
    return replace(
        one.found,
        drafts=[
            Drafted(
                topic=_topic(one, Part.LOUD), people=5, of=9, low=0.2, high=0.8,
                sides=frozenset({"for"}), searched=True, text="",
            )
        ],
    )  # fmt: skip


def _placed(change: Callable[[int, str], str | None]) -> Callable[[Item], Synthesis]:
    def corrupt(one: Item) -> Synthesis:
        moved = [(topic, change(at, topic)) for at, (topic, _) in enumerate(one.found.placed)]
        return replace(one.found, placed=moved)

    return corrupt


def _shuffled(one: Item) -> Synthesis:
    topics = [topic for topic, _ in one.found.placed]
    moved = zip(topics, [*topics[len(topics) // 2 :], *topics[: len(topics) // 2]], strict=True)
    return replace(one.found, placed=list(moved))


def _giant(one: Item) -> Synthesis:
    biggest = _topic(one, Part.LOUD)
    return replace(one.found, placed=[(topic, biggest) for topic, _ in one.found.placed])


def _drafts(**values: object) -> Callable[[Item], Synthesis]:
    def corrupt(one: Item) -> Synthesis:
        changed = [replace(draft, **values) for draft in one.found.drafts]  # type: ignore[arg-type]
        return replace(one.found, drafts=changed)

    return corrupt


def _mentions(one: Item) -> Synthesis:
    """Count passages for people."""
    said = sum(topic == one.world.cause for topic, _ in one.found.placed)
    share = wilson_estimate(said, len(one.found.placed))
    return _drafts(people=said, of=len(one.found.placed), low=share.low, high=share.high)(one)


#: How far a score must move to have noticed.
LEAST_FALL = 0.3
#: name -> (corruption, the score that must notice, whether it rises).
CORRUPTIONS: dict[str, tuple[Callable[[Item], Synthesis], str, bool]] = {
    "credit the loud decoy": (_credited(Part.LOUD), "cause1", False),
    "credit what began after the move": (_credited(Part.AFTERWARDS), "hallucinated", True),
    "credit another slice's complaint": (_credited(Part.ELSEWHERE), "hallucinated", True),
    "draft the decoy beside the cause": (_beside(as_cause=True), "hallucinated", True),
    "draft the decoy as linked too": (_beside(as_cause=False), "not_the_cause", True),
    "quote the loud decoy for the cause": (
        lambda one: _drafts(quoted=_topic(one, Part.LOUD))(one),
        "quotes_not_of_cause",
        True,
    ),
    "call the cause linked too": (lambda one: _drafts(as_cause=False)(one), "cause1", False),
    "draft nothing": (lambda one: replace(one.found, drafts=[]), "cause1", False),
    "one giant theme": (_giant, "distribution", False),
    "leave half unthemed": (_placed(lambda at, topic: topic if at % 2 else None), "placed", False),
    "shuffle the themes": (_shuffled, "placed", False),
    "count mentions for people": (_mentions, "prevalence", False),
    "drop the denominator": (_drafts(of=0), "prevalence", False),
    "delete the quotes": (_drafts(sides=frozenset()), "both_sides", False),
    "do not look for the contrary": (_drafts(searched=False), "both_sides", False),
}


def _mutant(name: str, killed: bool) -> Mutant:
    return Mutant(eval_id=ID, name=name, killed=killed)
