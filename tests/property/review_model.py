"""The review as a dictionary: what may happen to a draft, and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from synth.access.types import MemberRole
from synth.review.claiming import LEASE

REVIEWER, PM = MemberRole.REVIEWER, MemberRole.PM


@dataclass
class Entry:
    """One draft."""

    title: str
    pair: str  #: drafts of one pair may be merged
    authors: set[str]
    state: str = "in_review"
    revision: int = 1
    is_canary: bool = False
    votes: dict[str, str] = field(default_factory=dict)  #: of the current revision
    claim: tuple[str, datetime] | None = None
    merged_into: str = ""
    was_held: bool = False  #: when it was rejected
    again: str = ""  #: as what it waits, its rejection taken back


class Model:
    """Every draft by id; each act says whether it may happen, and happens then."""

    def __init__(self, needed: int) -> None:
        self.needed = needed
        self.drafts: dict[str, Entry] = {}
        self.published: dict[str, tuple[int, frozenset[str]]] = {}  #: revision, who approved
        self.events = 0  #: acts on drafts in the audit trail

    def is_free(self, draft: str, who: str, now: datetime) -> bool:
        claim = self.drafts[draft].claim
        return claim is None or claim[0] == who or claim[1] <= now

    def decide(self, draft, revision, actor, vote, now) -> bool:
        entry, who = self.drafts[draft], actor.member.id
        states = ("in_review",) if vote == "approve" else ("in_review", "held")
        if not (
            REVIEWER in actor.member.roles
            and who not in entry.authors
            and revision == entry.revision
            and entry.state in states
            and self.is_free(draft, who, now)
            and who not in entry.votes
        ):
            return False
        entry.votes[who] = vote
        entry.claim = None
        self.events += 1
        self._settle(draft, entry)
        return True

    def _settle(self, draft: str, entry: Entry) -> None:
        said = list(entry.votes.values())
        needed = 1 if entry.state == "held" else self.needed
        for vote, after in (("approve", "approved"), ("reject", "rejected")):
            if said.count(vote) < needed:
                continue
            entry.was_held = entry.state == "held"
            entry.state = "canary" if entry.is_canary else after
            if entry.state == "approved":
                yes = frozenset(who for who, own in entry.votes.items() if own == "approve")
                self.published[draft] = (entry.revision, yes)
            if entry.is_canary:
                for other in self.drafts.values():
                    if other.merged_into == draft:
                        other.state, other.merged_into = "in_review", ""
                        self.events += 1
            return

    def take_back(self, draft, revision, actor, name) -> bool:
        """Take a decision back; after a rejection the same text waits as `name`."""
        entry, who = self.drafts[draft], actor.member.id
        own = who in entry.votes and revision == entry.revision
        if not own or REVIEWER not in actor.member.roles:
            return False
        if entry.state == "in_review":
            if len(entry.votes) > 1:
                entry.authors.add(who)
            entry.revision, entry.votes = entry.revision + 1, {}
        elif entry.state == "rejected" and self._waits_again(draft, entry, who, name):
            entry.again = name
        else:
            return False
        self.events += 1
        return True

    def _waits_again(self, draft: str, entry: Entry, who: str, name: str) -> bool:
        waits = any(
            one.pair == entry.pair and one.state == "in_review" for one in self.drafts.values()
        )
        if entry.votes[who] != "reject" or entry.again or waits:
            return False
        state = "held" if entry.was_held else "in_review"
        self.drafts[name] = Entry(
            title=entry.title,
            pair=entry.pair,
            authors=set(entry.authors),
            state=state,
            revision=entry.revision,
        )
        for other in self.drafts.values():
            if other.merged_into == draft:
                other.merged_into = name
        return True

    def edit(self, draft, revision, actor, title, now) -> bool:
        entry = self.drafts[draft]
        if entry.state not in ("in_review", "held") or not self._may_write(entry, revision, actor):
            return False
        if not self.is_free(draft, actor.member.id, now):
            return False
        self._rewrite(entry, actor)
        entry.title = title
        return True

    def release(self, draft, revision, actor) -> bool:
        entry = self.drafts[draft]
        if entry.state != "held" or not self._may_write(entry, revision, actor):
            return False
        self._rewrite(entry, actor)
        return True

    def _may_write(self, entry: Entry, revision: int, actor) -> bool:
        return bool({REVIEWER, PM} & actor.member.roles) and revision == entry.revision

    def _rewrite(self, entry: Entry, actor) -> None:
        entry.state, entry.revision = "in_review", entry.revision + 1
        entry.authors.add(actor.member.id)
        entry.votes, entry.claim = {}, None
        self.events += 1

    def claim(self, draft, actor, now) -> bool:
        entry, who = self.drafts[draft], actor.member.id
        if not (
            REVIEWER in actor.member.roles
            and who not in entry.authors
            and entry.state == "in_review"
            and self.is_free(draft, who, now)
        ):
            return False
        entry.claim = (who, now + LEASE)
        return True

    def let_go(self, draft, actor) -> bool:
        entry = self.drafts[draft]
        own = entry.claim is not None and entry.claim[0] == actor.member.id
        if not own or REVIEWER not in actor.member.roles:
            return False
        entry.claim = None
        return True

    def merge(self, draft, revision, into, actor, now) -> bool:
        entry, survivor, who = self.drafts[draft], self.drafts[into], actor.member.id
        if not (
            REVIEWER in actor.member.roles
            and who not in entry.authors
            and draft != into
            and revision == entry.revision
            and entry.state == survivor.state == "in_review"
            and entry.pair == survivor.pair
            and self.is_free(draft, who, now)
            and self.is_free(into, who, now)
        ):
            return False
        entry.state, entry.merged_into, entry.claim = "merged", into, None
        self.events += 1
        return True

    def unmerge(self, draft, actor) -> bool:
        entry = self.drafts[draft]
        if entry.state != "merged" or REVIEWER not in actor.member.roles:
            return False
        if self.drafts[entry.merged_into].state not in ("in_review", "held", "merged"):
            return False
        entry.state, entry.merged_into = "in_review", ""
        self.events += 1
        return True
