"""The review queue: what is loaded for its page, and what is made of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.format import readable
from api.web.part_contexts import StateTag
from api.web.review_contexts import QueuePage
from api.web.review_parts import MINUTES_PER_DRAFT, REASONS, STATES, queue_row
from synth.access import repo as access
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Hypothesis, State
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly
from synth.review import repo
from synth.review.types import Claim, Rules, Votes, Waiting
from synth.review.visibility import may_read
from synth.store.unit_of_work import UnitOfWork

#: Drafts of one page.
PER_PAGE = 25
#: States that people decided, as the queue lists them at its end.
OVER = (State.APPROVED, State.REJECTED, State.CANARY, State.MERGED)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the queue is made of, for one person."""

    now: datetime
    waiting: Sequence[tuple[Hypothesis, Waiting]]  #: most urgent first
    has_more: bool
    votes: Mapping[str, Votes]
    rules: Rules
    claims: Mapping[str, Claim]
    counts: Mapping[State, int]
    first: str | None  #: the draft to start with
    may_review: bool
    names: Mapping[str, str]  #: of members
    anomalies: Mapping[str, Anomaly]
    decided: Sequence[Hypothesis]  #: the last ones this person may read

    @property
    def total(self) -> int:
        """Return how many drafts wait."""
        return self.counts[State.IN_REVIEW]


def load(uow: UnitOfWork, actor: Actor, *, now: datetime, start: int) -> Loaded:
    """Return what the page shows from the `start`-th draft on."""
    found = repo.list_waiting(uow, now=now, limit=PER_PAGE + 1, start=start)
    shown = found[:PER_PAGE]
    drafts = hypotheses.load_many(uow, [one.hypothesis_id for one in shown])
    may_review = may(actor, Action.REVIEW)
    recent = hypotheses.list_hypotheses(uow, states=OVER, limit=10)
    return Loaded(
        now=now,
        waiting=list(zip(drafts, shown, strict=True)),
        has_more=len(found) > PER_PAGE,
        votes=repo.votes_of(uow, drafts),
        rules=repo.load_rules(uow),
        claims=repo.list_claims(uow, [one.id for one in drafts], now),
        counts=hypotheses.count_by_state(uow),
        first=repo.next_for(uow, actor.member.id, now=now) if may_review else None,
        may_review=may_review,
        names=access.member_names(uow),
        anomalies={item.id: item for item in metrics.list_anomalies(uow)},
        decided=[one for one in recent if may_read(actor, one)],
    )


def make_page(loaded: Loaded, *, start: int, errors: Sequence[tuple[str, str]]) -> QueuePage:
    """Return the queue in its fixed and explained order."""
    return QueuePage(
        rows=[
            queue_row(
                item,
                waiting,
                now=loaded.now,
                anomaly=loaded.anomalies.get(item.anomaly_id),
                claim=loaded.claims.get(item.id),
                votes=loaded.votes[item.id],
                rules=loaded.rules,
                names=loaded.names,
                may_pick=loaded.may_review,
            )
            for item, waiting in loaded.waiting
        ],
        total=loaded.total,
        held=loaded.counts[State.HELD],
        minutes=loaded.total * MINUTES_PER_DRAFT,
        start=f"/review/{loaded.first}" if loaded.first else "",
        may_review=loaded.may_review,
        reasons=REASONS,
        decided=[_decided(one) for one in loaded.decided],
        older=f"/review?start={start + PER_PAGE}" if loaded.has_more else "",
        errors=errors,
    )


def _decided(item: Hypothesis) -> tuple[str, str, StateTag]:
    title = readable(item.content.title, item.content.metric)
    return title, f"/review/{item.id}", STATES[item.state]
