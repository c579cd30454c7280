"""Any order of acts by anybody, and writes past the service: nothing is published unreviewed."""

from __future__ import annotations

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
from synth.insights import repo as insights
from synth.review.actions import approve, edit, reject
from tests.factories import add_actor, add_hypothesis

ROLES = [
    (MemberRole.RESEARCHER, MemberRole.REVIEWER),
    (MemberRole.REVIEWER,),
    (MemberRole.REVIEWER,),
    (MemberRole.PM, MemberRole.REVIEWER),
    (MemberRole.PM,),
    (MemberRole.ADMIN,),
]
PEOPLE = st.integers(0, len(ROLES) - 1)
BY_HAND = (
    "UPDATE hypotheses SET state = 'approved' WHERE id = :id",
    "UPDATE hypotheses SET started_by = :other WHERE id = :id",
    "UPDATE reviews SET decision = 'approve' WHERE hypothesis_id = :id",
    "DELETE FROM reviews WHERE hypothesis_id = :id AND decision = 'reject'",
    "UPDATE hypothesis_revisions SET author_id = :other WHERE hypothesis_id = :id",
    "INSERT INTO insights (workspace_id, id, hypothesis_id, revision, review_id, title, created_at)"
    " SELECT workspace_id, 'x' || id, id, revision, 'none', 't', created_at"
    " FROM hypotheses WHERE id = :id",
)


def machine_on(services):  # noqa: C901 - one class, many short rules
    class Review(RuleBasedStateMachine):
        drafts = Bundle("drafts")
        seen = Bundle("seen")

        @initialize()
        def start(self):
            self.workspace = start_workspace(services, "Machine").workspace_id
            self.people = [add_actor(services, self.workspace, *roles) for roles in ROLES]
            self.model = {}  # id -> {"state", "revision", "authors"}
            self.approved = {}  # id -> revision
            self.acts = 0

        @rule(target=drafts, person=PEOPLE, held=st.booleans())
        def propose(self, person, held):
            if len(self.model) >= 3:
                return multiple()
            starter = self.people[person].member.id
            with services.writing(self.workspace) as uow:
                draft = add_hypothesis(uow, started_by=starter, held_reasons=["x"] * held)
            state = "held" if held else "in_review"
            self.model[draft] = {"state": state, "revision": 1, "authors": {starter}}
            return draft

        @rule(target=seen, draft=drafts)
        def look(self, draft):
            return draft, self.load(draft).etag, self.model[draft]["revision"]

        @rule(saw=seen, person=PEOPLE, tick=st.booleans())
        def approve(self, saw, person, tick):
            self.decide(
                saw,
                person,
                "approved",
                lambda actor, draft, etag: approve(
                    services, actor, draft, seen=etag, ticked=range(9) if tick else ()
                ),
                allowed=tick,
                states=("in_review",),
            )

        @rule(saw=seen, person=PEOPLE)
        def reject(self, saw, person):
            self.decide(
                saw,
                person,
                "rejected",
                lambda actor, draft, etag: reject(
                    services, actor, draft, seen=etag, reason_codes=["other"]
                ),
                allowed=True,
                states=("in_review", "held"),
            )

        def decide(self, saw, person, after, act, *, allowed, states):
            draft, etag, revision = saw
            entry, actor = self.model[draft], self.people[person]
            expected = (
                allowed
                and MemberRole.REVIEWER in actor.member.roles
                and actor.member.id not in entry["authors"]
                and revision == entry["revision"]
                and entry["state"] in states
            )
            assert self.works(lambda: act(actor, draft, etag)) is expected
            if expected:
                entry["state"] = after
                self.acts += 1
                if after == "approved":
                    self.approved[draft] = revision

        @rule(saw=seen, person=PEOPLE)
        def edit(self, saw, person):
            draft, etag, revision = saw
            entry, actor = self.model[draft], self.people[person]
            expected = (
                bool({MemberRole.REVIEWER, MemberRole.PM} & actor.member.roles)
                and revision == entry["revision"]
                and entry["state"] in ("in_review", "held")
            )
            change = {"title": "Setup waits" + " again" * revision}
            works = self.works(lambda: edit(services, actor, draft, seen=etag, changes=change))
            assert works is expected
            if expected:
                entry.update(state="in_review", revision=revision + 1)
                entry["authors"].add(actor.member.id)
                self.acts += 1

        @rule(draft=drafts, person=PEOPLE, statement=st.sampled_from(BY_HAND))
        def write_past_the_service(self, draft, person, statement):
            values = {"id": draft, "other": self.people[person].member.id}
            try:
                with services.engine.begin() as connection:
                    used = {
                        name: value for name, value in values.items() if f":{name}" in statement
                    }
                    connection.execute(text(statement), used)
            except IntegrityError:
                pass

        @invariant()
        def only_reviewed_texts_are_published(self):
            if not hasattr(self, "model"):
                return
            with services.reading(self.workspace) as uow:
                found = {one.hypothesis_id: one for one in insights.list_insights(uow)}
                events = audit.events(uow)
            assert {key: one.revision for key, one in found.items()} == self.approved
            for key, one in found.items():
                assert one.approved_by not in self.model[key]["authors"]
            acts = [event for event in events if event.subject_kind == "hypothesis"]
            assert len(acts) == self.acts
            assert find_break(services.secret, events) is None
            for key, entry in self.model.items():
                now = self.load(key)
                assert (str(now.state), now.revision) == (entry["state"], entry["revision"])

        def load(self, draft):
            with services.reading(self.workspace) as uow:
                return hypotheses.load_hypothesis(uow, draft)

        def works(self, act):
            try:
                act()
            except SynthError:
                return False
            return True

    return Review


@pytest.mark.timeout(300)
def test_review_machine(shared_services):
    budget = settings(max_examples=12, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(machine_on(shared_services), settings=budget)
