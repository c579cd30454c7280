"""Reads everything the page of one draft shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.web.draft_parts import claim_rows, content_change, draft_card, draft_label, statement
from api.web.format import headline, readable, sentence
from api.web.link_parts import link_card
from api.web.part_contexts import QuoteCard, StateTag
from api.web.proof import Proof
from api.web.review_contexts import Around, Deadline, DraftPage, MergedPart
from api.web.review_parts import (
    STATES,
    WRONG,
    behind,
    decision_bar,
    due_words,
    fields,
    points,
    rejected_words,
    revision_rows,
    taken_words,
    terms,
    verdict_words,
)
from synth.access import repo as access
from synth.access.policy import Action, may
from synth.access.types import Actor, Member
from synth.errors import NotFound
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.nudges import find_nudges
from synth.hypotheses.types import Content, Hypothesis, Side, Standing, State
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly, Metric
from synth.review import repo
from synth.review.merging import all_merged, are_alike, final_survivor
from synth.review.types import Desk, Votes
from synth.review.visibility import may_read
from synth.review.voting import standing
from synth.store.unit_of_work import UnitOfWork

EDITABLE = {
    "title": "Title",
    "solution": "We believe",
    "because": "Because",
    "target": "Target",
}
#: States that reviewers decided, and that say who did and why.
DECIDED = (State.APPROVED, State.REJECTED)
NO_VOTES = Votes(approvals=(), rejections=())
APPROVED = StateTag(word="approved", tone="approved", icon="✓")
REJECTED = StateTag(word="rejected", tone="held", icon="×")


@dataclass(frozen=True, kw_only=True)
class DraftRequest:
    """Who looks at a draft, and what went wrong just before."""

    actor: Actor
    now: datetime
    errors: Sequence[tuple[str, str]] = ()
    ticked: frozenset[int] = frozenset()

    @property
    def me(self) -> str:
        """Return the member who looks."""
        return self.actor.member.id


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a draft's page is made of."""

    history: Sequence[Hypothesis]  #: its revisions, the newest last
    anomaly: Anomaly
    metric: Metric
    link: Link | None  #: None: the pair is of an earlier run
    members: Mapping[str, Member]
    cards: Sequence[QuoteCard]  #: what it cites
    desk: Desk
    votes: Votes

    @property
    def item(self) -> Hypothesis:
        """Return the revision that is shown."""
        return self.history[-1]

    @property
    def authors(self) -> set[str]:
        """Return the members who wrote a revision or asked for the draft."""
        return {one.author_id for one in self.history} | {self.item.started_by}


def load_draft_page(
    uow: UnitOfWork, hypothesis_id: str, asked: DraftRequest
) -> tuple[DraftPage, Hypothesis, Desk]:
    """Return the page, the draft, and what the review knows of it.

    Raises:
        NotFound: there is none, or this person may not read it.
    """
    loaded = _load(uow, hypothesis_id, asked)
    around = _around(uow, loaded, asked)
    return _make_page(loaded, around, asked), loaded.item, loaded.desk


def _load(uow: UnitOfWork, hypothesis_id: str, asked: DraftRequest) -> Loaded:
    history = hypotheses.revisions(uow, hypothesis_id)
    if not history or not may_read(asked.actor, history[-1]):
        raise NotFound(f"no hypothesis {hypothesis_id} in this workspace")
    item = history[-1]
    anomaly = metrics.load_anomaly(uow, item.anomaly_id)
    pairs = links_repo.list_links(uow, anomaly_id=item.anomaly_id, theme_id=item.theme_id)
    desk = repo.load_desk(uow, item.id, asked.me, now=asked.now)
    return Loaded(
        history=history,
        anomaly=anomaly,
        metric=metrics.load_metric(uow, anomaly.metric_id),
        link=pairs[0] if pairs else None,
        members=access.load_members(uow),
        cards=Proof.load(uow, item.content.citations).cards(item.content.citations),
        desk=desk,
        votes=repo.votes(uow, item.id, item.revision) if desk.reviews else NO_VOTES,
    )


def _make_page(loaded: Loaded, around: Around, asked: DraftRequest) -> DraftPage:
    item, anomaly, link = loaded.item, loaded.anomaly, loaded.link
    content = item.content
    return DraftPage(
        id=item.id,
        title=readable(content.title, content.metric),
        statement=statement(content, anomaly),
        label=draft_label(item),
        state=STATES[item.state],
        is_approved=item.state is State.APPROVED,
        is_held=item.state is State.HELD,
        is_untested=content.standing is Standing.TOO_FEW,
        fields=fields(content),
        if_then=sentence(readable(content.if_then, content.metric)),
        behind=behind(content),
        change=content_change(content, anomaly),
        claims=claim_rows(content, asked.ticked, anomaly),
        evidence=[card for card in loaded.cards if card.side == Side.FOR],
        against=[card for card in loaded.cards if card.side == Side.AGAINST],
        counter_note=sentence(content.counter_note),
        scale=draft_card(item, now=asked.now).scale,
        link=link_card(link) if link else None,
        anomaly=(headline(anomaly, loaded.metric), f"/anomalies/{anomaly.id}"),
        theme=(link.theme_title if link else "the theme", f"/themes/{item.theme_id}"),
        held_reasons=[sentence(reason) for reason in item.held_reasons],
        nudges=[sentence(one) for one in find_nudges(content)],
        bar=decision_bar(
            item,
            loaded.authors,
            me=asked.me,
            may_review=may(asked.actor, Action.REVIEW),
            may_edit=may(asked.actor, Action.EDIT_DRAFT),
            members=loaded.members,
            votes=loaded.votes,
            claim=loaded.desk.claim,
            is_again=around.again is not None,
        ),
        around=around,
        errors=asked.errors,
        form=[(name, label, _value(content, name)) for name, label in EDITABLE.items()],
        history=revision_rows(loaded.history, loaded.members),
    )


def _around(uow: UnitOfWork, loaded: Loaded, asked: DraftRequest) -> Around:
    """Return what stands beside the decision; only what there is is read."""
    item, votes, desk = loaded.item, loaded.votes, loaded.desk
    names = {key: member.name for key, member in loaded.members.items()}
    waits, waiting, claim = item.state is State.IN_REVIEW, desk.waiting, desk.claim
    mine = claim is not None and claim.member_id == asked.me
    may_act = waits and may(asked.actor, Action.REVIEW) and asked.me not in loaded.authors
    pair = (item.anomaly_id, item.theme_id)
    earlier = repo.rejections(uow, *pair).get(pair, ()) if desk.reviews else ()
    return Around(
        points=points(waiting) if waiting else "",
        terms=terms(waiting) if waiting else (),
        deadline=Deadline(
            words=sentence(due_words(waiting)),
            is_late=waiting.due_in_days < 0,
            value=waiting.due_at.date().isoformat(),
            may_set=may(asked.actor, Action.EDIT_DRAFT),
        )
        if waiting
        else None,
        taken="" if mine else taken_words(claim, names),
        is_mine=mine,
        may_claim=may_act and claim is None and asked.me not in votes.members,
        standing=sentence(standing(votes, desk.rules)) if waits else "",
        votes=_votes(item, votes, asked, names),
        twins=_twins(uow, item) if may_act and desk.kin else (),
        merged=_merged(uow, loaded) if desk.kin else (),
        survivor=_survivor(uow, item) if item.state is State.MERGED else None,
        verdicts=_verdicts(uow, item, names) if item.state in DECIDED else (),
        again=_again(uow, item) if item.state is State.REJECTED else None,
        rejected=rejected_words([one for one in earlier if one.hypothesis_id != item.id]),
        wrong=sentence(WRONG[repo.load_canary(uow, item.id).kind])
        if item.state is State.CANARY
        else "",
    )


def _votes(
    item: Hypothesis, votes: Votes, asked: DraftRequest, names: Mapping[str, str]
) -> list[tuple[str, StateTag]]:
    """Return who decided how: not before they differ, it is over, or the reader decided too."""
    told = item.state is not State.IN_REVIEW or votes.is_split or asked.me in votes.members
    if not told:
        return []
    each = [*((one, APPROVED) for one in votes.approvals)]
    each += [(one, REJECTED) for one in votes.rejections]
    return [(names.get(one, "a reviewer"), tag) for one, tag in each]


def _twins(uow: UnitOfWork, item: Hypothesis) -> list[tuple[str, str]]:
    found = hypotheses.load_many(uow, repo.kin_of(uow, item))
    return [(_title(one), one.id) for one in found if are_alike(item, one)]


def _merged(uow: UnitOfWork, loaded: Loaded) -> list[MergedPart]:
    """Return what was merged into it, with the quotes that it does not cite itself."""
    item = loaded.item
    found = all_merged(uow, item.id)
    known = {one.chunk_id for one in item.content.citations}
    more = [cite for one in found for cite in one.content.citations if cite.chunk_id not in known]
    proof = Proof.load(uow, more)
    parts = []
    for one in found:
        own = [cite for cite in one.content.citations if cite.chunk_id not in known]
        known |= {cite.chunk_id for cite in own}
        anomaly = metrics.load_anomaly(uow, one.anomaly_id)
        where = (headline(anomaly, loaded.metric), f"/anomalies/{anomaly.id}")
        parts.append(
            MergedPart(
                title=readable(one.content.title, one.content.metric),
                href=f"/review/{one.id}",
                anomaly=where if one.anomaly_id != item.anomaly_id else None,
                scale=draft_card(one, now=one.created_at).scale,
                quotes=[replace(card, number=0) for card in proof.cards(own)],
            )
        )
    return parts


def _survivor(uow: UnitOfWork, item: Hypothesis) -> tuple[str, str] | None:
    survivor = final_survivor(uow, item.id)
    if survivor is None:
        return None
    return _title(hypotheses.load_hypothesis(uow, survivor)), f"/review/{survivor}"


def _verdicts(uow: UnitOfWork, item: Hypothesis, names: Mapping[str, str]) -> list[str]:
    given = [one for one in repo.list_reviews(uow, item.id) if one.revision == item.revision]
    return [verdict_words(one, names) for one in given]


def _again(uow: UnitOfWork, item: Hypothesis) -> tuple[str, str] | None:
    found = repo.taken_back(uow, [item.id]).get(item.id)
    if found is None:
        return None
    return _title(hypotheses.load_hypothesis(uow, found)), f"/review/{found}"


def _title(item: Hypothesis) -> str:
    theme = readable(item.content.title, item.content.metric)
    quotes = len(item.content.citations)
    return f"{theme} ({quotes} quotes)"


def _value(content: Content, name: str) -> str:
    value = getattr(content, name)
    return f"{value:g}" if isinstance(value, float) else str(value)
