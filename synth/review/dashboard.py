"""Reads what the review says about itself: every reviewer, all of them, and their agreement."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from synth.access import repo as access
from synth.access.policy import POLICY, Action
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.review import repo
from synth.review.agreement import (
    Agreement,
    Unit,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    with_interval,
)
from synth.review.measuring import Measures, Whole, measure_each, measure_nothing, measure_whole
from synth.review.types import Decided, Decision
from synth.store.unit_of_work import UnitOfWork

#: Seed of the intervals; the same votes give the same interval.
SEED = 7


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """How well a workspace reviews."""

    whole: Whole
    reviewers: Sequence[tuple[Measures, str, int]]  #: (measures, name, drafts left to decide on)
    agreement: Mapping[str, Agreement]  #: by the name of the coefficient


def read_dashboard(uow: UnitOfWork) -> Dashboard:
    """Return the measures of everybody who may review or did."""
    votes = repo.decided(uow)
    members = access.load_members(uow)
    measured = {one.reviewer_id: one for one in measure_each(votes)}
    names = {
        key: member.name
        for key, member in members.items()
        if member.roles & POLICY[Action.REVIEW] or key in measured
    }
    reviewers = [key for key, one in members.items() if one.roles & POLICY[Action.REVIEW]]
    left = _left(uow, reviewers)
    return Dashboard(
        whole=measure_whole(votes),
        reviewers=[
            (measured.get(key) or measure_nothing(key), name, left.get(key, 0))
            for key, name in sorted(names.items(), key=lambda item: item[1])
        ],
        agreement=agreement_of(votes, {key: member.name for key, member in members.items()}),
    )


def agreement_of(votes: Sequence[Decided], names: Mapping[str, str]) -> dict[str, Agreement]:
    """Return each coefficient over the revisions that two or more decided on."""
    units = units_of(votes)
    if not units:
        return {}
    found = {
        "Krippendorff's alpha": with_interval(units, krippendorff_alpha, seed=SEED),
        "Fleiss' kappa": with_interval(units, fleiss_kappa, seed=SEED),
    }
    raters = sorted({str(rater) for unit in units for rater in unit})
    for first, second in combinations(raters, 2):
        both = [unit for unit in units if first in unit and second in unit]
        if both:
            kappa = partial(cohen_kappa, first=first, second=second)
            pair = f"{names.get(first, first)} and {names.get(second, second)}"
            found[f"Cohen's kappa, {pair}"] = with_interval(both, kappa, seed=SEED)
    return found


def units_of(votes: Sequence[Decided]) -> list[Unit]:
    """Return what each reviewer said of each revision, 1 for approved; of two or more reviewers.

    Drafts that still wait are left out.
    """
    units: dict[tuple[str, int], dict[Hashable, float]] = {}
    for one in votes:
        if one.is_open:
            continue
        said = float(one.decision is Decision.APPROVE)
        units.setdefault((one.hypothesis_id, one.revision), {})[one.reviewer_id] = said
    return [unit for unit in units.values() if len(unit) >= 2]


def _left(uow: UnitOfWork, members: Sequence[str]) -> dict[str, int]:
    """Return how many drafts that wait each member may decide on."""
    waiting = hypotheses.list_hypotheses(uow, state=State.IN_REVIEW)
    votes = repo.votes_of(uow, waiting)
    barred = repo.barred_from(uow, [one.id for one in waiting])
    return {
        member: sum(
            member not in votes[one.id].members and member not in barred[one.id] for one in waiting
        )
        for member in members
    }
