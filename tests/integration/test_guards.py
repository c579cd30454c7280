"""What the database refuses by itself, whatever the code above it does."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.hypotheses import repo as hypotheses
from synth.review import repo as reviews
from synth.review.types import Decision, Review
from synth.store import queue_guards
from synth.store.guards import APPEND_ONLY, guard_ddl
from tests.factories import NOW, add_actor, add_hypothesis, new_key

RESEARCHER, REVIEWER, PM = MemberRole.RESEARCHER, MemberRole.REVIEWER, MemberRole.PM


@pytest.fixture
def case(shared_services):
    workspace = start_workspace(shared_services, "Guards").workspace_id
    author = add_actor(shared_services, workspace, RESEARCHER, REVIEWER)
    with shared_services.writing(workspace) as uow:
        hypothesis = add_hypothesis(uow, started_by=author.member.id)
    return shared_services, workspace, author, hypothesis


def review_of(hypothesis, reviewer, **values):
    plain = {
        "id": new_key(),
        "hypothesis_id": hypothesis.id,
        "revision": hypothesis.revision,
        "revision_sha256": hypothesis.revision_sha256,
        "decision": Decision.APPROVE,
        "reason_codes": (),
        "note": "",
        "reviewer_id": reviewer.member.id,
        "decided_at": NOW,
    }
    return Review(**{**plain, **values})


def try_review(services, workspace, hypothesis_id, reviewer, **values):
    with services.writing(workspace) as uow:
        hypothesis = hypotheses.load_hypothesis(uow, hypothesis_id)
        reviews.add_review(uow, review_of(hypothesis, reviewer, **values))


def run(services, statement, **values):
    with services.engine.begin() as connection:
        connection.execute(text(statement), values)


def approve_by_hand(services, workspace, hypothesis_id):
    reviewer = add_actor(services, workspace, REVIEWER)
    try_review(services, workspace, hypothesis_id, reviewer)
    run(services, "UPDATE hypotheses SET state='approved' WHERE id=:id", id=hypothesis_id)
    with services.reading(workspace) as uow:
        return reviews.list_reviews(uow, hypothesis_id)[-1]


def test_the_honest_way_is_open(case):
    services, workspace, _, hypothesis_id = case
    review = approve_by_hand(services, workspace, hypothesis_id)
    with services.writing(workspace) as uow:
        reviews.add_insight(uow, review, "title")


FORBIDDEN = (
    "UPDATE audit_events SET action='x'",
    "DELETE FROM audit_events",
    "UPDATE reviews SET decision='approve'",
    "DELETE FROM reviews",
    "UPDATE hypothesis_revisions SET author_id='x'",
    "DELETE FROM hypothesis_revisions",
    "UPDATE citations SET quote='x'",
    "DELETE FROM citations",
    "UPDATE hypotheses SET state='approved', revision=2",
    "UPDATE hypotheses SET state='in_review'",
    "UPDATE hypotheses SET started_by=(SELECT max(reviewer_id) FROM reviews)",
    "UPDATE hypotheses SET revision=0",
    "UPDATE insights SET revision=2",
    "UPDATE insights SET review_id='x'",
)
REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    "postgresql": "TRUNCATE {0} CASCADE",
}


def test_history_stays_as_it_was(case):
    services, workspace, _, hypothesis_id = case
    review = approve_by_hand(services, workspace, hypothesis_id)
    with services.writing(workspace) as uow:
        reviews.add_insight(uow, review, "title")
    replace = REPLACE[services.engine.dialect.name]
    accepted = []
    for statement in (*FORBIDDEN, *(replace.format(table) for table in APPEND_ONLY)):
        try:
            run(services, statement)
        except IntegrityError:
            continue
        accepted.append(statement)
    assert accepted == []


@pytest.mark.parametrize("decision", list(Decision))
def test_the_starter_never_decides(case, decision):
    services, workspace, author, hypothesis_id = case
    with pytest.raises(IntegrityError, match="started or wrote"):
        try_review(services, workspace, hypothesis_id, author, decision=decision)


def test_an_editor_of_any_revision_never_decides(case):
    services, workspace, _, hypothesis_id = case
    editor = add_actor(services, workspace, REVIEWER)
    with services.writing(workspace) as uow:
        now = hypotheses.load_hypothesis(uow, hypothesis_id)
        for revision, person in ((2, editor.member.id), (3, now.started_by)):
            hypotheses.add_revision(
                uow,
                hypothesis_id=hypothesis_id,
                revision=revision,
                content=now.content,
                provenance=now.provenance,
                author_id=person,
                now=NOW,
            )
    run(services, "UPDATE hypotheses SET revision=3 WHERE id=:id", id=hypothesis_id)
    with pytest.raises(IntegrityError, match="started or wrote"):
        try_review(services, workspace, hypothesis_id, editor)


@pytest.mark.parametrize("roles", [(RESEARCHER,), (MemberRole.ADMIN,), (PM,)], ids=str)
def test_only_a_reviewer_decides(case, roles):
    services, workspace, _, hypothesis_id = case
    with pytest.raises(IntegrityError, match="role reviewer"):
        try_review(services, workspace, hypothesis_id, add_actor(services, workspace, *roles))


def test_a_reviewer_who_lost_the_role_does_not_decide(case):
    services, workspace, _, hypothesis_id = case
    reviewer = add_actor(services, workspace, REVIEWER)
    run(services, "UPDATE members SET roles='[]' WHERE id=:id", id=reviewer.member.id)
    with pytest.raises(IntegrityError, match="role reviewer"):
        try_review(services, workspace, hypothesis_id, reviewer)


@pytest.mark.parametrize(
    "values", [{"revision": 2}, {"revision_sha256": "0" * 64}], ids=["revision", "hash"]
)
def test_a_review_binds_to_what_is_there(case, values):
    services, workspace, _, hypothesis_id = case
    reviewer = add_actor(services, workspace, REVIEWER)
    with pytest.raises(IntegrityError):
        try_review(services, workspace, hypothesis_id, reviewer, **values)


def test_held_is_not_approved(shared_services):
    workspace = start_workspace(shared_services, "Held").workspace_id
    author = add_actor(shared_services, workspace, RESEARCHER)
    with shared_services.writing(workspace) as uow:
        held = add_hypothesis(uow, started_by=author.member.id, held_reasons=["no quote"])
    with pytest.raises(IntegrityError, match="in review"):
        approve_by_hand(shared_services, workspace, held)


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_no_decision_without_review(case, state):
    services, _, _, hypothesis_id = case
    with pytest.raises(IntegrityError, match="needs a review"):
        run(services, "UPDATE hypotheses SET state=:s WHERE id=:id", s=state, id=hypothesis_id)


def test_a_rejection_does_not_approve(case):
    services, workspace, _, hypothesis_id = case
    reviewer = add_actor(services, workspace, REVIEWER)
    try_review(services, workspace, hypothesis_id, reviewer, decision=Decision.REJECT)
    with pytest.raises(IntegrityError, match="needs a review"):
        run(services, "UPDATE hypotheses SET state='approved' WHERE id=:id", id=hypothesis_id)


def test_no_insight_before_the_hypothesis_is_approved(case):
    services, workspace, _, hypothesis_id = case
    reviewer = add_actor(services, workspace, REVIEWER)
    try_review(services, workspace, hypothesis_id, reviewer)
    with services.reading(workspace) as uow:
        [review] = reviews.list_reviews(uow, hypothesis_id)
    with pytest.raises(IntegrityError, match="approval"), services.writing(workspace) as uow:
        reviews.add_insight(uow, review, "title")


def add_second_revision(services, workspace, hypothesis_id, author):
    with services.writing(workspace) as uow:
        now = hypotheses.load_hypothesis(uow, hypothesis_id)
        hypotheses.add_revision(
            uow,
            hypothesis_id=hypothesis_id,
            revision=2,
            content=now.content,
            provenance=now.provenance,
            author_id=author.member.id,
            now=NOW,
        )


def test_no_revision_after_the_decision(case):
    services, workspace, author, hypothesis_id = case
    approve_by_hand(services, workspace, hypothesis_id)
    with pytest.raises(IntegrityError, match="no revision"):
        add_second_revision(services, workspace, hypothesis_id, author)


def test_guards_can_be_put_in_place_again(case):
    services, workspace, author, hypothesis_id = case
    with services.engine.begin() as connection:
        name = services.engine.dialect.name
        for statement in (*guard_ddl(name), *queue_guards.queue_guard_ddl(name)):
            connection.exec_driver_sql(statement)
    with pytest.raises(IntegrityError):
        try_review(services, workspace, hypothesis_id, author)
