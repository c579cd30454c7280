"""E19 reviewer quality: simulated reviewers decide on drafts with canaries; who nods is seen."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from evals.scorers.reviewers import NAME, score
from evals.scoring import score_items
from evals.stats import judge, wilson_estimate
from evals.types import EvalContext, EvalResult, Mutant
from synth.core.proportions import wilson
from synth.review.measuring import Measures, find_warning, measure_each
from synth.review.planting import stretches
from synth.review.types import CanaryKind, Decided, Decision

ID = "E19"
PEOPLE, QUICK = 400, 120
#: Drafts within which somebody who nods must be seen: all of them approved, or 95 in 100.
ALL_WITHIN, MOST_WITHIN = 20, 40
#: Honest people are watched for longer: a warning that stands at the end is a false alarm.
WATCHED = 120
#: Canaries per real draft that a workspace asks for.
RATES = (0.1, 0.2)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How somebody reviews: how often yes to a draft, and to one that is wrong on purpose."""

    name: str
    yes: float
    yes_to_canary: float
    seconds: float  #: median time on a draft


NODS = Kind(name="approves all", yes=1.0, yes_to_canary=1.0, seconds=6)
MOSTLY = Kind(name="approves 95 in 100", yes=0.95, yes_to_canary=0.95, seconds=9)
HONEST = (
    Kind(name="strict", yes=0.45, yes_to_canary=0.05, seconds=240),
    Kind(name="careful", yes=0.7, yes_to_canary=0.1, seconds=180),
    Kind(name="kind", yes=0.9, yes_to_canary=0.15, seconds=120),
)


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """One simulated person and their votes."""

    id: str
    votes: Sequence[Decided]


def run(context: EvalContext) -> list[EvalResult]:
    """Let simulated people review; see who is warned of, and whether the measures are right."""
    count = PEOPLE if context.full else QUICK
    nodding = [_seen(one.votes, ALL_WITHIN) for one in _people(NODS, context.seed, count)]
    mostly = [_seen(one.votes, MOST_WITHIN) for one in _people(MOSTLY, context.seed, count)]
    honest = [one for kind in HONEST for one in _people(kind, context.seed, count)]
    alarms = wilson_estimate(sum(bool(find_warning(one.votes)) for one in honest), len(honest))
    ever = wilson_estimate(sum(_seen(one.votes, WATCHED) for one in honest), len(honest))
    measured = score_items(
        honest, lambda one: score(one.id, measure_each(one.votes)[0], one.votes), name=NAME
    )
    wrong = [f"{one.item}: {one.evidence}" for one in measured if one.value < 1][:5]
    right = wilson_estimate(sum(one.value == 1 for one in measured), len(measured))
    return [
        _rate("approves_all", "seen_within_20", nodding, 1.0, hard=True),
        _rate("approves_95", "seen_within_40", mostly, 0.95),
        EvalResult(
            id=ID,
            set="honest",
            metrics={"false_alarms": alarms, "ever_warned": ever},
            n=len(honest),
            verdict=judge(alarms, 0.05, n_clusters=len(honest), at_most=True),
        ),
        EvalResult(
            id=ID,
            set="measures",
            metrics={"right": right},
            n=len(measured),
            verdict=judge(right, 1.0, n_clusters=len(measured), hard=True),
            reason="; ".join(wrong),
        ),
    ]


def mutants(context: EvalContext) -> list[Mutant]:
    """Corrupt measures and warnings; each must be noticed."""
    people = _people(HONEST[1], context.seed, 12)
    found = [
        Mutant(
            eval_id=ID,
            name=f"{name} of {one.id}",
            killed=score(one.id, corrupt(measure_each(one.votes)[0]), one.votes).value < 1,
        )
        for one in people
        for name, corrupt in MEASURES.items()
    ]
    nodding = _people(NODS, context.seed, 20)
    honest = [one for kind in HONEST for one in _people(kind, context.seed, 20)]
    for name, warn in WARNINGS.items():
        seen = sum(_seen(one.votes, ALL_WITHIN, warn) for one in nodding)
        alarms = sum(bool(warn(one.votes)) for one in honest)
        killed = seen < len(nodding) or alarms > 0.05 * len(honest)
        found.append(Mutant(eval_id=ID, name=name, killed=killed))
    return found


def _people(kind: Kind, seed: int, count: int) -> list[Reviewer]:
    return [_reviewer(kind, seed, number) for number in range(count)]


def _reviewer(kind: Kind, seed: int, number: int) -> Reviewer:
    rng = random.Random(f"{seed}/{kind.name}/{number}")
    rate = RATES[number % len(RATES)]
    kinds = list(CanaryKind)
    moment = START
    votes = []
    for place, canary in enumerate(_desk(rate, rng)):
        yes = kind.yes if canary is None else kind.yes_to_canary
        seconds = kind.seconds * rng.lognormvariate(0, 0.5)
        opened, moment = moment, moment + timedelta(seconds=round(seconds) + 1)
        votes.append(
            Decided(
                hypothesis_id=f"draft-{place}",
                revision=1,
                reviewer_id=f"{kind.name} {number}",
                decision=Decision.APPROVE if rng.random() < yes else Decision.REJECT,
                decided_at=moment,
                opened_at=opened if rng.random() < 0.9 else None,
                canary=None if canary is None else kinds[canary % len(kinds)],
                was_edited=rng.random() < 0.2,
            )
        )
    return Reviewer(id=f"{kind.name} {number}", votes=votes)


def _desk(rate: float, rng: random.Random) -> list[int | None]:
    """Return what lies on a desk: None is a draft, a number a canary, one in each stretch."""
    desk: list[int | None] = []
    ids = [str(place) for place in range(WATCHED)]
    for number, stretch in enumerate(stretches(ids, rate)):
        place = rng.randrange(len(stretch))
        desk += [None] * place + [number] + [None] * (len(stretch) - place)
    return desk


def _seen(
    votes: Sequence[Decided],
    within: int,
    warn: Callable[[Sequence[Decided]], str] = find_warning,
) -> bool:
    """Return whether a warning stands at any time within the first decisions."""
    return any(warn(votes[: end + 1]) for end in range(min(within, len(votes))))


def _rate(
    name: str,
    metric: str,
    hits: Sequence[bool],
    target: float,
    *,
    hard: bool = False,
) -> EvalResult:
    estimate = wilson_estimate(sum(hits), len(hits))
    return EvalResult(
        id=ID,
        set=name,
        metrics={metric: estimate},
        n=len(hits),
        verdict=judge(estimate, target, n_clusters=len(hits), hard=hard),
    )


MEASURES: dict[str, Callable[[Measures], Measures]] = {
    "canaries counted as missed": lambda one: replace(one, caught=wilson(0, one.caught.n)),
    "canaries left out": lambda one: replace(one, caught=wilson(0, 0)),
    "a streak over a rejection": lambda one: replace(one, longest_streak=one.decided),
    "another median": lambda one: replace(one, median_seconds=(one.median_seconds or 0) + 1),
    "approvals miscounted": lambda one: replace(
        one, approved=wilson(max(0, one.approved.k - 1), one.approved.n)
    ),
    "decisions left out": lambda one: replace(one, decided=one.decided - 1),
}
WARNINGS: dict[str, Callable[[Sequence[Decided]], str]] = {
    "nobody is ever warned of": lambda _votes: "",
    "everybody is warned of": lambda _votes: "look again",
    "warned by approvals alone": lambda votes: (
        "yes"
        if len(votes) >= 5 and all(one.decision is Decision.APPROVE for one in votes[-5:])
        else ""
    ),
    "warned of one missed canary": lambda votes: (
        "missed" if any(one.canary and one.decision is Decision.APPROVE for one in votes) else ""
    ),
    "canaries caught are held against people": lambda votes: (
        "caught" if any(one.canary and one.decision is Decision.REJECT for one in votes) else ""
    ),
}
