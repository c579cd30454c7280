"""Any order of acts by anybody, and writes past the service: nothing is published unreviewed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import SynthError
from synth.hypotheses import repo as hypotheses
from synth.insights import actions as loop
from synth.insights import repo as insights
from synth.insights.export import export_csv, export_markdown
from synth.insights.types import Choice
from synth.review import repo
from synth.review.actions import approve, edit, reject
from synth.review.bulk import reject_many
from synth.review.cases import list_cases
from synth.review.claiming import claim, let_go
from synth.review.configuring import set_rules
from synth.review.merging import merge, unmerge
from synth.review.releasing import release
from synth.review.taking_back import take_back
from synth.review.types import Canary, CanaryKind, Rules
from tests.factories import NOW, add_actor, add_hypothesis, new_key
from tests.property.review_model import Entry, Model

ROLES = [
    (MemberRole.RESEARCHER, MemberRole.REVIEWER),
    (MemberRole.REVIEWER,),
    (MemberRole.REVIEWER,),
    (MemberRole.PM, MemberRole.REVIEWER),
    (MemberRole.PM,),
    (MemberRole.ADMIN,),
]
PEOPLE = st.integers(0, len(ROLES) - 1)
#: How many revisions ago somebody read what they act on: mostly none.
AGE = st.sampled_from([0, 0, 0, 1])
#: A machine has as many drafts as names for them.
NAMES = ("north", "south", "east", "west", "middle")
BY_HAND = (
    "UPDATE hypotheses SET state = 'approved' WHERE id = :id",
    "UPDATE hypotheses SET started_by = :other WHERE id = :id",
    "UPDATE reviews SET decision = 'approve' WHERE hypothesis_id = :id",
    "DELETE FROM reviews WHERE hypothesis_id = :id AND decision = 'reject'",
    "UPDATE hypothesis_revisions SET author_id = :other WHERE hypothesis_id = :id",
    "DELETE FROM canaries WHERE hypothesis_id = :id",
    "DELETE FROM draft_merges WHERE hypothesis_id = :id",
    "INSERT INTO insights (workspace_id, id, hypothesis_id, revision, review_id, title, created_at)"
    " SELECT workspace_id, 'x' || id, id, revision, 'none', 't', created_at"
    " FROM hypotheses WHERE id = :id",
)


def machine_on(services):  # noqa: C901 - one class, many short rules
    class Review(RuleBasedStateMachine):
        drafts = Bundle("drafts")

        @initialize(target=drafts, needed=st.integers(1, 3), person=PEOPLE)
        def start(self, needed, person):
            self.now = NOW
            self.services = replace(services, clock=lambda: self.now)
            self.workspace = start_workspace(self.services, "Machine").workspace_id
            self.people = [add_actor(self.services, self.workspace, *roles) for roles in ROLES]
            set_rules(self.services, self.people[-1], Rules(reviewers_needed=needed))
            self.model = Model(needed)
            self.etags = {}  #: of every revision there was, by draft
            first = self.propose_by(person, held=False)
            return multiple(first, self.repeat_of(first, seeded=False))

        # --- drafts come

        @rule(target=drafts, person=PEOPLE, held=st.booleans())
        def propose(self, person, held):
            full = len(self.model.drafts) >= len(NAMES)
            return multiple() if full else self.propose_by(person, held=held)

        @rule(target=drafts, origin=drafts, seeded=st.booleans())
        def repeat(self, origin, seeded):
            """Add a draft of the same pair: a duplicate, or a canary made from it."""
            full = len(self.model.drafts) >= len(NAMES)
            return multiple() if full else self.repeat_of(origin, seeded=seeded)

        def propose_by(self, person, *, held):
            starter, title = self.people[person].member.id, self.next_title()
            with self.services.writing(self.workspace) as uow:
                draft = add_hypothesis(
                    uow, started_by=starter, held_reasons=["x"] * held, title=title
                )
            state = "held" if held else "in_review"
            entry = Entry(title=title, pair=draft, authors={starter}, state=state)
            self.model.drafts[draft] = entry
            return draft

        def repeat_of(self, origin, *, seeded):
            one, title, name = self.load(origin), self.next_title(), new_key()
            with self.services.writing(self.workspace) as uow:
                hypotheses.add_hypothesis(
                    uow,
                    hypothesis_id=name,
                    content=replace(one.content, title=title),
                    provenance=one.provenance,
                    started_by=one.started_by,
                    anomaly_id=one.anomaly_id,
                    theme_id=one.theme_id,
                    held_reasons=[],
                    now=self.now,
                )
                if seeded:
                    kind = CanaryKind.WRONG_QUOTE
                    canary = Canary(
                        hypothesis_id=name, kind=kind, made_from=origin, planted_at=self.now
                    )
                    repo.add_canary(uow, canary)
            pair = self.model.drafts[origin].pair
            self.model.drafts[name] = Entry(
                title=title, pair=pair, authors={one.started_by}, is_canary=seeded
            )
            return name

        def next_title(self):
            return f"Setup waits in the {NAMES[len(self.model.drafts)]}"

        # --- people act

        def look(self, draft, age):
            """Return (etag, revision) of what somebody read: now, or some revisions ago."""
            self.etags.setdefault(draft, {})[self.model.drafts[draft].revision] = self.load(
                draft
            ).etag
            known = sorted(self.etags[draft].items())
            revision, etag = known[max(0, len(known) - 1 - age)]
            return etag, revision

        @rule(draft=drafts, order=st.permutations(range(4)), vote=st.sampled_from(["yes", "no"]))
        def ask_everybody(self, draft, order, vote):
            """Let every reviewer decide alike, in some order: as far as they may."""
            for person in order:
                if vote == "yes":
                    self.approve_by(draft, person, 0, tick=True)
                else:
                    self.reject_by(draft, person, 0)

        @rule(draft=drafts, person=PEOPLE, age=AGE, tick=st.sampled_from([True, True, False]))
        def approve(self, draft, person, age, tick):
            self.approve_by(draft, person, age, tick=tick)

        def approve_by(self, draft, person, age, *, tick):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            ticked = range(9) if tick else ()
            works = self.works(approve, actor, draft, seen=etag, ticked=ticked)
            expected = tick and self.model.decide(draft, revision, actor, "approve", self.now)
            assert works is expected

        @rule(draft=drafts, person=PEOPLE, age=AGE)
        def reject(self, draft, person, age):
            self.reject_by(draft, person, age)

        def reject_by(self, draft, person, age):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            works = self.works(reject, actor, draft, seen=etag, reason_codes=["other"])
            assert works is self.model.decide(draft, revision, actor, "reject", self.now)

        @rule(some=st.lists(drafts, min_size=1, max_size=3), person=PEOPLE, age=AGE)
        def reject_many(self, some, person, age):
            actor = self.people[person]
            last = {draft: self.look(draft, age) for draft in some}
            given = [(draft, etag) for draft, (etag, _) in last.items()]
            try:
                ends = reject_many(self.services, actor, given, reason_codes=["other"])
            except SynthError:
                assert MemberRole.REVIEWER not in actor.member.roles
                return
            for end in ends:
                revision = last[end.hypothesis_id][1]
                done = self.model.decide(end.hypothesis_id, revision, actor, "reject", self.now)
                assert done is not bool(end.refused)

        @rule(draft=drafts, person=PEOPLE, age=AGE)
        def edit(self, draft, person, age):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            title = f"{self.model.drafts[draft].title} again"
            works = self.works(edit, actor, draft, seen=etag, changes={"title": title})
            assert works is self.model.edit(draft, revision, actor, title, self.now)

        @rule(target=drafts, draft=drafts, person=PEOPLE, age=AGE)
        def take_back(self, draft, person, age):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            with self.services.reading(self.workspace) as uow:
                name = repo.again_id(uow, draft)
            works = self.works(take_back, actor, draft, seen=etag)
            assert works is self.model.take_back(draft, revision, actor, name)
            return name if self.model.drafts[draft].again == name and works else multiple()

        @rule(draft=drafts, person=PEOPLE, age=AGE)
        def release(self, draft, person, age):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            works = self.works(release, actor, draft, seen=etag)
            assert works is self.model.release(draft, revision, actor)

        @rule(draft=drafts, person=PEOPLE)
        def claim(self, draft, person):
            actor = self.people[person]
            assert self.works(claim, actor, draft) is self.model.claim(draft, actor, self.now)

        @rule(draft=drafts, person=PEOPLE)
        def let_go(self, draft, person):
            actor = self.people[person]
            assert self.works(let_go, actor, draft) is self.model.let_go(draft, actor)

        @rule(minutes=st.sampled_from([1, 29, 31]))
        def wait(self, minutes):
            self.now += timedelta(minutes=minutes)

        @rule(draft=drafts, into=drafts, person=PEOPLE, age=AGE)
        def merge(self, draft, into, person, age):
            (etag, revision), actor = self.look(draft, age), self.people[person]
            works = self.works(merge, actor, draft, into=into, seen=etag)
            assert works is self.model.merge(draft, revision, into, actor, self.now)

        @rule(draft=drafts, person=PEOPLE)
        def unmerge(self, draft, person):
            actor = self.people[person]
            assert self.works(unmerge, actor, draft) is self.model.unmerge(draft, actor)

        @rule(draft=drafts)
        def drop_and_reopen(self, draft):
            """Take the loop on from an insight: what was approved stays as it was approved."""
            with self.services.reading(self.workspace) as uow:
                found = insights.find_insight(uow, draft)
            assert (found is not None) is (draft in self.model.published)
            if found is not None:
                pm = self.people[4]
                self.works(loop.decide, pm, found.id, Choice.DROP, note="too few")
                assert self.works(loop.reopen, pm, found.id, None, "asked for again")

        @rule(draft=drafts, person=PEOPLE, statement=st.sampled_from(BY_HAND))
        def write_past_the_service(self, draft, person, statement):
            values = {"id": draft, "other": self.people[person].member.id}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            with suppress(IntegrityError), services.engine.begin() as connection:
                connection.execute(text(statement), used)

        # --- what always holds

        @invariant()
        def only_reviewed_texts_are_published(self):
            if not hasattr(self, "model"):
                return
            with self.services.reading(self.workspace) as uow:
                found = {one.hypothesis_id: one for one in insights.list_insights(uow)}
                events = audit.events(uow)
                stored = hypotheses.load_many(uow, list(self.model.drafts))
                votes = repo.votes_of(uow, stored)
            told = {
                key: (one.revision, frozenset(vote.by for vote in one.approvals))
                for key, one in found.items()
            }
            assert told == self.model.published
            for key, (_, approvers) in told.items():
                assert len(approvers) == self.model.needed
                assert not approvers & self.model.drafts[key].authors
                assert not self.model.drafts[key].is_canary
            acts = [event for event in events if event.subject_kind == "hypothesis"]
            assert len(acts) == self.model.events
            assert find_break(services.secret, events) is None
            for one in stored:
                entry = self.model.drafts[one.id]
                assert (str(one.state), one.revision) == (entry.state, entry.revision)
                assert set(votes[one.id].members) == set(entry.votes)

        def teardown(self):
            if not hasattr(self, "model"):
                return
            with self.services.reading(self.workspace) as uow:
                texts = export_csv(uow), export_markdown(uow)
                decided = {one.title for one in list_cases(uow)}
            for key, entry in self.model.drafts.items():
                if entry.again:
                    continue  # the same words wait once more, or were decided anew
                for exported in texts:
                    line = next((x for x in exported.splitlines() if entry.title in x), "")
                    assert bool(line) is (key in self.model.published), entry
                ended = entry.state in ("approved", "rejected")
                assert (entry.title in decided) is ended, entry

        def load(self, draft):
            with self.services.reading(self.workspace) as uow:
                return hypotheses.load_hypothesis(uow, draft)

        def works(self, act, *arguments, **named):
            try:
                act(self.services, *arguments, **named)
            except SynthError:
                return False
            return True

    return Review


@pytest.mark.timeout(300)
def test_review_machine(shared_services):
    budget = settings(max_examples=15, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(machine_on(shared_services), settings=budget)
