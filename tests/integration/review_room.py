"""A workspace with reviewers, whose clock a test can turn."""

from __future__ import annotations

from dataclasses import replace

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.errors import SynthError
from synth.hypotheses import repo as hypotheses
from synth.insights import repo as insights
from synth.review import repo
from synth.review.actions import approve, edit, reject
from synth.review.configuring import set_rules
from synth.review.merging import merge
from synth.review.taking_back import take_back
from synth.review.types import Rules
from synth.store.tables.links import tags
from tests.factories import NOW, add_actor, add_hypothesis

REVIEWER, PM, RESEARCHER = MemberRole.REVIEWER, MemberRole.PM, MemberRole.RESEARCHER


class Room:
    """A workspace with reviewers, an author, and a clock that a test can turn."""

    def __init__(self, services) -> None:
        self.now = NOW
        self.services = replace(services, clock=lambda: self.now)
        self.workspace = start_workspace(services, "Queue").workspace_id
        self.author = add_actor(services, self.workspace, RESEARCHER, REVIEWER)
        self.anna, self.ben, self.cleo = (
            add_actor(services, self.workspace, REVIEWER) for _ in range(3)
        )
        self.pm = add_actor(services, self.workspace, PM)
        self.admin = add_actor(services, self.workspace, MemberRole.ADMIN)

    def draft(self, **values):
        with self.services.writing(self.workspace) as uow:
            return add_hypothesis(uow, started_by=self.author.member.id, **values)

    def load(self, name):
        with self.services.reading(self.workspace) as uow:
            return hypotheses.load_hypothesis(uow, name)

    def approve(self, name, by):
        etag = self.load(name).etag
        return approve(self.services, by, name, seen=etag, ticked=range(9))

    def reject(self, name, by, codes=("other",)):
        return reject(self.services, by, name, seen=self.load(name).etag, reason_codes=codes)

    def edit(self, name, by, title="Other words for it"):
        return edit(self.services, by, name, seen=self.load(name).etag, changes={"title": title})

    def merge(self, name, into, by):
        return merge(self.services, by, name, into=into, seen=self.load(name).etag)

    def take_back(self, name, by):
        return take_back(self.services, by, name, seen=self.load(name).etag)

    def like(self, one, name, anomaly_id=None, **changes):
        """Add a draft as `one` with changed words, of another anomaly on request; return its id."""
        with self.services.writing(self.workspace) as uow:
            hypotheses.add_hypothesis(
                uow,
                hypothesis_id=name,
                content=replace(one.content, **changes),
                provenance=one.provenance,
                started_by=one.started_by,
                anomaly_id=anomaly_id or one.anomaly_id,
                theme_id=one.theme_id,
                held_reasons=[],
                now=NOW,
            )
        return name

    def twins(self):
        """Return two drafts of the same pair."""
        first = self.draft()
        return first, self.like(self.load(first), f"{first}-2", because="the same in other words")

    def kin(self, name, metric=""):
        """Return a draft of the same theme about another anomaly; of the same metric if none."""
        one, other = self.load(name), self.load(self.draft())
        kin = self.like(
            one, f"{other.id}-kin", other.anomaly_id, metric=metric or one.content.metric
        )
        self.reject(other.id, self.cleo)
        return kin

    def set_rules(self, **values):
        return set_rules(self.services, self.admin, Rules(**values))

    def insights(self):
        with self.services.reading(self.workspace) as uow:
            return [one.hypothesis_id for one in insights.list_insights(uow)]

    def acts(self, name):
        with self.services.reading(self.workspace) as uow:
            return [one.action for one in audit.events(uow) if one.subject_id == name]

    def waiting(self):
        with self.services.reading(self.workspace) as uow:
            return repo.list_waiting(uow, now=self.now)

    def tag(self, state):
        change = tags.update().where(tags.c.workspace_id == self.workspace)
        with self.services.writing(self.workspace) as uow:
            uow.execute(change.values(state=state, decided_by=self.author.member.id))


def refusal(act):
    """Return why an act was refused, or "" where it was not."""
    try:
        act()
    except SynthError as error:
        return error.message
    return ""
