"""Account health: usage, NPS and tickets of an account's people as one score from 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from synth.errors import InputError

#: Days that a score looks back over; the score before is that of the days before them.
SPAN = timedelta(days=28)

#: Spans that the best usage of an account is looked for in, the newest included.
SPANS = 4

#: Answers of 9 and 10 promote, of 0 to 6 detract: the net promoter score (Reichheld 2003).
PROMOTER, DETRACTOR, TOP = 9, 6, 10


@dataclass(frozen=True, kw_only=True)
class Formula:
    """How the components are weighed, and which fall opens a check-in."""

    usage: float = 0.5
    nps: float = 0.25
    tickets: float = 0.25
    nps_metric: str = "nps"  #: metric with one answer from 0 to 10 per person
    fall: float = 15.0  #: points
    min_people: int = 3  #: people of the account; fewer say nothing about it
    owner_id: str = ""  #: who owns the check-ins; empty: who starts the detection

    @property
    def words(self) -> str:
        """Return the formula as people read it."""
        return (
            f"{self.usage:g} × usage (active person-days of 28 days, of the best 28 of the last "
            f"112) + {self.nps:g} × (NPS + 100) / 2 + {self.tickets:g} × 100 / (1 + tickets per "
            "person in 28 days); what is not known is left out and the rest weighs more"
        )


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What is known of an account, the newest span first."""

    account: str
    people: int
    active_days: Sequence[int]  #: person-days with any event, one number per span
    answers: Sequence[Sequence[float]]  #: NPS answers given in each span
    tickets: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One component of a score."""

    name: str
    score: float  #: 0 to 100
    weight: float
    basis: str  #: what it was computed of, with its n


@dataclass(frozen=True, kw_only=True)
class Health:
    """An account's score now and a span before."""

    account: str
    people: int
    now: float | None  #: None: nothing is known
    before: float | None
    parts: tuple[Part, ...]  #: of the score now
    enough: bool  #: whether enough people are known

    @property
    def change(self) -> float | None:
        """Return by how many points it moved."""
        return None if self.now is None or self.before is None else self.now - self.before

    def has_fallen(self, formula: Formula) -> bool:
        """Return whether the fall opens a check-in."""
        change = self.change
        return self.enough and change is not None and change <= -formula.fall


def check_formula(formula: Formula) -> Formula:
    """Return the formula; raises InputError where its weights or limits cannot be."""
    weights = (formula.usage, formula.nps, formula.tickets)
    if min(weights) < 0 or not 0 < sum(weights) <= 100:
        found = ", ".join(f"{weight:g}" for weight in weights)
        raise InputError("weights", found=found, expected="0 or more, and one above 0")
    if not 0 < formula.fall <= 100 or not 1 <= formula.min_people <= 10_000:
        found = f"{formula.fall:g} points, {formula.min_people} people"
        raise InputError("fall", found=found, expected="1 to 100 points, 1 person or more")
    return formula


def health_of(measured: Measured, formula: Formula) -> Health:
    """Return the score of an account; both spans are held against the same best usage."""
    now = _parts(measured, formula, 0)
    before = _parts(measured, formula, 1)
    both = {part.name for part in now} & {part.name for part in before}
    return Health(
        account=measured.account,
        people=measured.people,
        now=_score(now),
        # Only what both spans know may move the score: an answer fewer is no fall.
        before=_shifted(now, before, both),
        parts=tuple(now),
        enough=measured.people >= formula.min_people,
    )


def net_promoter(answers: Sequence[float]) -> float:
    """Return the net promoter score of answers from 0 to 10: -100 to 100."""
    promoters = sum(answer >= PROMOTER for answer in answers)
    detractors = sum(answer <= DETRACTOR for answer in answers)
    return 100 * (promoters - detractors) / len(answers)


def group_by_account(
    segments: Mapping[str, Mapping[str, str]], name: str
) -> dict[str, frozenset[str]]:
    """Return the people of each account; `name` is the segment that names it."""
    found: dict[str, set[str]] = {}
    for person, own in segments.items():
        if own.get(name, "").strip():
            found.setdefault(own[name].strip(), set()).add(person)
    return {account: frozenset(people) for account, people in sorted(found.items())}


def _parts(measured: Measured, formula: Formula, span: int) -> list[Part]:
    parts = []
    best = max(measured.active_days, default=0)
    if best and span < len(measured.active_days):
        days = measured.active_days[span]
        basis = f"{days} active person-days, {best} at best"
        parts.append(Part(name="usage", score=100 * days / best, weight=formula.usage, basis=basis))
    answers = measured.answers[span] if span < len(measured.answers) else ()
    if answers:
        nps = net_promoter(answers)
        basis = f"NPS {nps:+.0f} of {len(answers)} answers"
        parts.append(Part(name="nps", score=(nps + 100) / 2, weight=formula.nps, basis=basis))
    if measured.people and span < len(measured.tickets):
        count = measured.tickets[span]
        score = 100 / (1 + count / measured.people)
        basis = f"{count} tickets of {measured.people} people"
        parts.append(Part(name="tickets", score=score, weight=formula.tickets, basis=basis))
    return [part for part in parts if part.weight > 0]


def _score(parts: Sequence[Part]) -> float | None:
    weight = sum(part.weight for part in parts)
    return sum(part.score * part.weight for part in parts) / weight if weight else None


def _shifted(now: Sequence[Part], before: Sequence[Part], both: set[str]) -> float | None:
    """Return the score before on the scale of now: now less the move of what both spans know."""
    score = _score(now)
    own = _score([part for part in now if part.name in both])
    earlier = _score([part for part in before if part.name in both])
    if score is None or own is None or earlier is None:
        return None
    return score - (own - earlier)
