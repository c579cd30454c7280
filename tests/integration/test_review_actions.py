"""Approve, reject and edit through the service, on both databases."""

from __future__ import annotations

import threading

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import (
    Conflict,
    Forbidden,
    InputError,
    NotFound,
    PreconditionMissing,
    StaleRevision,
    SynthError,
)
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.insights import repo as insights
from synth.people.types import Consent
from synth.review import repo as reviews
from synth.review.actions import approve, edit, reject
from tests.factories import add_actor, add_hypothesis, set_consent

RESEARCHER, REVIEWER, PM = MemberRole.RESEARCHER, MemberRole.REVIEWER, MemberRole.PM
ALL = range(10)


class Desk:
    """A workspace with one draft and people around it."""

    def __init__(self, services):
        self.services = services
        self.workspace = start_workspace(services, "Review").workspace_id
        self.author = add_actor(services, self.workspace, RESEARCHER, REVIEWER)
        self.reviewer = add_actor(services, self.workspace, REVIEWER)
        with services.writing(self.workspace) as uow:
            self.id = add_hypothesis(uow, started_by=self.author.member.id)

    def load(self):
        with self.services.reading(self.workspace) as uow:
            return hypotheses.load_hypothesis(uow, self.id)

    def insights(self):
        with self.services.reading(self.workspace) as uow:
            return insights.list_insights(uow)

    def audit(self):
        with self.services.reading(self.workspace) as uow:
            return audit.events(uow)

    def act(self, act, actor=None, **values):
        plain = {"seen": self.load().etag}
        plain |= {approve: {"ticked": ALL}, reject: {"reason_codes": ["other"]}}.get(act, {})
        if act is edit:
            plain["changes"] = {"title": "Another title"}
        return act(self.services, actor or self.reviewer, self.id, **{**plain, **values})


@pytest.fixture
def desk(shared_services):
    return Desk(shared_services)


def test_approval_makes_an_insight_and_an_audit_row_at_once(desk):
    before = len(desk.audit())
    review = desk.act(approve)
    [insight] = desk.insights()
    [event] = desk.audit()[before:]
    assert desk.load().state is State.APPROVED
    assert (insight.review_id, insight.revision, insight.approved_by) == (
        review.id,
        1,
        desk.reviewer.member.id,
    )
    assert insight.content == desk.load().content
    assert (event.action, event.actor_id, event.subject_id) == (
        "review.approve",
        desk.reviewer.member.id,
        desk.id,
    )
    assert find_break(desk.services.secret, desk.audit()) is None


def test_rejection_keeps_its_reasons_and_makes_no_insight(desk):
    desk.act(reject, reason_codes=["weak_evidence", "other"], note="two people only")
    with desk.services.reading(desk.workspace) as uow:
        [review] = reviews.list_reviews(uow, desk.id)
    assert [str(code) for code in review.reason_codes] == ["weak_evidence", "other"]
    assert (desk.load().state, desk.insights()) == (State.REJECTED, [])


@pytest.mark.parametrize(
    ("act", "values", "error"),
    [
        (approve, {"seen": None}, PreconditionMissing),
        (approve, {"seen": ""}, PreconditionMissing),
        (approve, {"seen": "1-0000000000000000"}, StaleRevision),
        (reject, {"seen": None}, PreconditionMissing),
        (reject, {"seen": "2-abc"}, StaleRevision),
        (edit, {"seen": None}, PreconditionMissing),
        (edit, {"seen": "9-abc"}, StaleRevision),
        (approve, {"ticked": ()}, InputError),
        (approve, {"ticked": (0, 2)}, InputError),
        (reject, {"reason_codes": ()}, InputError),
        (reject, {"reason_codes": ["because"]}, InputError),
        (edit, {"changes": {}}, InputError),
        (edit, {"changes": {"baseline": 3}}, InputError),
        (edit, {"changes": {"because": "75 % of users want it"}}, InputError),
    ],
)
def test_what_is_refused_changes_nothing(desk, act, values, error):
    before = (desk.load(), len(desk.audit()))
    with pytest.raises(error) as caught:
        desk.act(act, **values)
    assert type(caught.value) is error
    assert (desk.load(), len(desk.audit())) == before


def test_unticked_claims_are_named(desk):
    with pytest.raises(InputError, match="claim 1, claim 2"):
        desk.act(approve, ticked={0})


@pytest.mark.parametrize("act", [approve, reject])
def test_four_eyes(desk, act):
    with pytest.raises(Forbidden, match="another reviewer"):
        desk.act(act, desk.author)
    editor = add_actor(desk.services, desk.workspace, REVIEWER)
    desk.act(edit, editor)
    with pytest.raises(Forbidden, match="another reviewer"):
        desk.act(act, editor)
    desk.act(act)


@pytest.mark.parametrize("role", [RESEARCHER, PM, MemberRole.ANALYST, MemberRole.ADMIN])
def test_other_roles_decide_nothing(desk, role):
    other = add_actor(desk.services, desk.workspace, role)
    for act in (approve, reject):
        with pytest.raises(Forbidden):
            desk.act(act, other)


def test_another_workspace_sees_nothing(desk):
    elsewhere = start_workspace(desk.services, "Elsewhere").workspace_id
    with pytest.raises(NotFound):
        desk.act(approve, add_actor(desk.services, elsewhere, REVIEWER))


def test_an_edit_is_a_new_revision_and_the_old_etag_is_stale(desk):
    old = desk.load()
    new = desk.act(edit, changes={"title": "  Setup waits for an admin ", "target": 0.4})
    assert (new.revision, new.content.title, new.content.target) == (
        2,
        "Setup waits for an admin",
        0.4,
    )
    assert new.author_id == desk.reviewer.member.id
    other = add_actor(desk.services, desk.workspace, REVIEWER)
    with pytest.raises(StaleRevision):
        desk.act(approve, other, seen=old.etag)
    desk.act(approve, other)
    assert [one.revision for one in desk.insights()] == [2]


def test_an_edit_proves_its_quotes(desk):
    [first, _] = desk.load().content.citations
    altered = {"chunk_id": first.chunk_id, "quote": first.quote.replace("need", "want")}
    with pytest.raises(InputError, match="is not in its passage"):
        desk.act(edit, changes={"citations": [altered]})
    part = {"chunk_id": first.chunk_id, "quote": "an admin for the integration"}
    edited = desk.act(edit, changes={"citations": [part]})
    [citation] = edited.content.citations
    assert citation.quote == "an admin for the integration"
    assert citation.start > first.start


@pytest.mark.parametrize("first", [approve, reject])
@pytest.mark.parametrize("second", [approve, reject, edit])
def test_a_decision_is_final(desk, first, second):
    desk.act(first)
    with pytest.raises(Conflict):
        desk.act(second, add_actor(desk.services, desk.workspace, REVIEWER))


def test_held_is_rejected_or_repaired_but_never_approved(desk):
    with desk.services.writing(desk.workspace) as uow:
        desk.id = add_hypothesis(uow, started_by=desk.author.member.id, held_reasons=["x"])
    with pytest.raises(Conflict):
        desk.act(approve)
    assert desk.act(edit, desk.author).state is State.IN_REVIEW
    desk.act(approve)


def test_evidence_that_no_longer_holds_stops_the_approval(desk):
    person = desk.load().content.citations[0].participant_id
    with desk.services.writing(desk.workspace) as uow:
        set_consent(uow, person, Consent(quote=False))
    with pytest.raises(Conflict, match="does not allow to be quoted"):
        desk.act(approve)
    desk.act(reject)


def test_of_many_at_once_one_decides(desk):
    outcomes = []
    barrier = threading.Barrier(8)
    seen = desk.load().etag
    actors = [add_actor(desk.services, desk.workspace, REVIEWER) for _ in range(8)]

    def decide(number, actor):
        barrier.wait()
        act = (approve, reject, edit)[number % 3]
        try:
            desk.act(act, actor, seen=seen)
            outcomes.append("done")
        except SynthError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=decide, args=pair) for pair in enumerate(actors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "stale_revision", "conflict"}
    assert len(desk.insights()) == (desk.load().state is State.APPROVED)
    assert find_break(desk.services.secret, desk.audit()) is None
