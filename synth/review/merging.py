"""Duplicates put together: the merged one leads to the survivor, until that is undone.

Duplicates are drafts of one metric that share the anomaly, or the theme: one trouble met by several
anomalies. A survivor speaks about its own anomaly alone; the others stay unexplained, each with
its own numbers and quotes, and a rejection gives their drafts back.
"""

from __future__ import annotations

from datetime import datetime

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import Conflict, InputError
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, State
from synth.review import repo
from synth.review.opening import lock, move, open_seen, require_free, require_other
from synth.review.transitions import Act, follow
from synth.review.types import Decision, Review
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: States in which a survivor is not decided yet.
UNDECIDED = frozenset({State.IN_REVIEW, State.HELD, State.MERGED})


def merge(
    services: Services, actor: Actor, hypothesis_id: str, *, into: str, seen: str | None
) -> Hypothesis:
    """Merge a duplicate into the draft `into`, which alone goes on; return the merged one.

    Raises:
        Forbidden: no reviewer, or somebody who started or wrote the duplicate.
        InputError: the two share neither anomaly nor theme, are of two metrics, or are one.
        Conflict: one of them does not wait for review, or somebody else holds it.
    """
    require(actor, Action.REVIEW)
    now = services.clock()
    with services.writing(actor.workspace_id) as uow:
        require_other(uow, actor, hypothesis_id)
        # Both rows are locked in one order, or two merges could wait for each other.
        first, second = sorted((hypothesis_id, into))
        locked = {name: lock(uow, name) for name in dict.fromkeys((first, second))}
        survivor = locked[into]
        merged = open_seen(uow, hypothesis_id, seen)
        after = follow(merged.state, Act.MERGE)
        _require_same(merged, survivor)
        for one in (merged, survivor):
            require_free(uow, actor, one.id, now)
        repo.add_merge(uow, merged.id, survivor.id, member_id=actor.member.id, now=now)
        move(uow, merged, after)
        repo.drop_claim(uow, merged.id)
        _record(services, uow, actor.member.id, "merge", merged.id, survivor.id, now)
        return hypotheses.load_hypothesis(uow, merged.id)


def unmerge(services: Services, actor: Actor, hypothesis_id: str) -> Hypothesis:
    """Take a draft out of its merge, back into the queue.

    Raises:
        Forbidden: no reviewer.
        Conflict: it is not merged, or its survivor is decided.
    """
    require(actor, Action.REVIEW)
    now = services.clock()
    with services.writing(actor.workspace_id) as uow:
        merged = lock(uow, hypothesis_id)
        follow(merged.state, Act.UNMERGE)
        survivor_id = repo.survivor_of(uow, hypothesis_id)
        if survivor_id is not None:
            survivor = hypotheses.load_hypothesis(uow, survivor_id)
            if survivor.state not in UNDECIDED:
                raise Conflict(
                    f"the draft it was merged into is {survivor.state}; a decision is final, "
                    "so ask for a new draft of the pair"
                )
        _take_out(services, uow, merged, survivor_id or "", actor.member.id, now)
        return hypotheses.load_hypothesis(uow, hypothesis_id)


def are_alike(one: Hypothesis, other: Hypothesis) -> bool:
    """Return whether two drafts may be duplicates: one metric, and the same anomaly or theme."""
    shared = one.anomaly_id == other.anomaly_id or one.theme_id == other.theme_id
    return shared and one.content.metric == other.content.metric


def give_back_duplicates(
    services: Services, uow: UnitOfWork, survivor: Hypothesis, review: Review, decided: Decision
) -> None:
    """Return to the queue what must not end with a decided draft.

    A real draft never ends with a canary, and one of another anomaly never with a rejection: nobody
    decided about its numbers.
    """
    if repo.is_canary(uow, survivor.id):
        given = [(name, survivor.id) for name in repo.merged_into(uow, survivor.id)]
    elif decided is Decision.REJECT:
        given = _to_give_back(uow, survivor.id, survivor.anomaly_id)
    else:
        given = []
    # All are locked before the trail is, in one order, or two decisions could wait for each other.
    locked = [(lock(uow, name), into) for name, into in sorted(given)]
    for merged, into in locked:
        _take_out(services, uow, merged, into, review.reviewer_id, review.decided_at)


def _to_give_back(uow: UnitOfWork, survivor_id: str, anomaly_id: str) -> list[tuple[str, str]]:
    """Return (draft, what it was merged into) of each that speaks about another anomaly."""
    found: list[tuple[str, str]] = []
    for one in hypotheses.load_many(uow, repo.merged_into(uow, survivor_id)):
        if one.anomaly_id == anomaly_id:
            found += _to_give_back(uow, one.id, anomaly_id)
        else:
            found.append((one.id, survivor_id))
    return found


def all_merged(uow: UnitOfWork, survivor_id: str) -> list[Hypothesis]:
    """Return every draft that leads to this one in the end."""
    found: list[Hypothesis] = []
    for one in hypotheses.load_many(uow, repo.merged_into(uow, survivor_id)):
        found += [one, *all_merged(uow, one.id)]
    return found


def of_other_anomalies(uow: UnitOfWork, survivor_id: str) -> list[Hypothesis]:
    """Return the drafts of other anomalies that lead to this one."""
    own = hypotheses.load_hypothesis(uow, survivor_id).anomaly_id
    return [one for one in all_merged(uow, survivor_id) if one.anomaly_id != own]


def final_survivor(uow: UnitOfWork, hypothesis_id: str) -> str | None:
    """Return where a merged draft leads in the end; None where it is not merged."""
    at, found = hypothesis_id, None
    while (next_one := repo.survivor_of(uow, at)) is not None and next_one != hypothesis_id:
        at = found = next_one
    return found


def _take_out(
    services: Services,
    uow: UnitOfWork,
    merged: Hypothesis,
    survivor_id: str,
    member_id: str,
    now: datetime,
) -> None:
    repo.add_merge(uow, merged.id, survivor_id, member_id=member_id, now=now, is_undone=True)
    move(uow, merged, follow(merged.state, Act.UNMERGE))
    _record(services, uow, member_id, "unmerge", merged.id, survivor_id, now)


def _require_same(merged: Hypothesis, survivor: Hypothesis) -> None:
    if merged.id == survivor.id:
        raise InputError("a draft cannot be merged into itself; name another one")
    if survivor.state is not State.IN_REVIEW:
        raise Conflict(f"the draft to merge into is {survivor.state}; choose one that waits")
    if not are_alike(merged, survivor):
        raise InputError(
            "only drafts of the same metric that share the anomaly or the theme are duplicates; "
            "reject the weaker one, or decide on both"
        )


def _record(
    services: Services,
    uow: UnitOfWork,
    member_id: str,
    act: str,
    merged_id: str,
    survivor_id: str,
    now: datetime,
) -> None:
    audit.append(
        uow,
        services.secret,
        at=now,
        actor_id=member_id,
        action=f"hypothesis.{act}",
        subject=("hypothesis", merged_id),
        data={"survivor": survivor_id},
    )
