"""Somebody with SQL, but without the right to decide, tries to get a text past the review."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit.chain import find_break
from synth.audit.repo import append, events
from synth.errors import StaleRevision, SynthError
from synth.hypotheses import repo as hypotheses
from synth.insights import repo as insights
from synth.review import repo as reviews
from synth.review.actions import approve, reject
from synth.review.types import Decision, Review
from tests.factories import NOW, add_actor, add_hypothesis, new_key

RESEARCHER, REVIEWER = MemberRole.RESEARCHER, MemberRole.REVIEWER


class Desk:
    """A workspace with one draft of each state."""

    def __init__(self, services) -> None:
        self.services = services
        self.workspace = start_workspace(services, "Gate").workspace_id
        self.author = add_actor(services, self.workspace, RESEARCHER, REVIEWER)
        self.reviewer = add_actor(services, self.workspace, REVIEWER)
        with services.writing(self.workspace) as uow:
            self.ids = {
                name: add_hypothesis(
                    uow, started_by=self.author.member.id, held_reasons=["x"] * (name == "held")
                )
                for name in ("open", "held", "approved", "rejected")
            }
        self.decide(approve, "approved", ticked=range(3))
        self.decide(reject, "rejected", reason_codes=["other"])

    def load(self, name):
        with self.services.reading(self.workspace) as uow:
            return hypotheses.load_hypothesis(uow, self.ids[name])

    def decide(self, act, name, **more):
        return act(self.services, self.reviewer, self.ids[name], seen=self.load(name).etag, **more)

    def add_review(self, name, decision=Decision.APPROVE):
        seen = self.load(name)
        review = Review(
            id=new_key(),
            hypothesis_id=seen.id,
            revision=seen.revision,
            revision_sha256=seen.revision_sha256,
            decision=decision,
            reason_codes=(),
            note="",
            reviewer_id=self.reviewer.member.id,
            decided_at=NOW,
        )
        with self.services.writing(self.workspace) as uow:
            reviews.add_review(uow, review)

    def run(self, statement, **values):
        known = {"ws": self.workspace, **self.ids, "author": self.author.member.id}
        used = {
            name: value for name, value in {**known, **values}.items() if f":{name}" in statement
        }
        with self.services.engine.begin() as connection:
            connection.execute(text(statement), used)

    def refuses(self, statement, **values):
        before = self.everything()
        try:
            self.run(statement, **values)
        except IntegrityError:
            assert self.everything() == before
            return True
        return False

    def everything(self):
        tables = ("hypotheses", "hypothesis_revisions", "citations", "reviews", "insights")
        with self.services.reading(self.workspace) as uow:
            return [sorted(map(str, uow.rows(text(f"SELECT * FROM {table}")))) for table in tables]


@pytest.fixture
def desk(both_services):
    return Desk(both_services)


STATEMENTS = {
    "a held draft into the queue": "UPDATE hypotheses SET state='in_review' WHERE id=:held",
    "a rejected draft into the queue": "UPDATE hypotheses SET state='in_review' WHERE id=:rejected",
    "an approved one back": "UPDATE hypotheses SET state='held' WHERE id=:approved",
    "another anomaly": "UPDATE hypotheses SET anomaly_id=(SELECT max(id) FROM anomalies WHERE id<>"
    "anomaly_id) WHERE id=:approved",
    "another theme": "UPDATE hypotheses SET theme_id=(SELECT max(id) FROM themes WHERE id<>"
    "theme_id) WHERE id=:approved",
    "a revision nobody wrote": "UPDATE hypotheses SET revision=7 WHERE id=:open",
    "an insight away": "DELETE FROM insights",
    "an insight renamed": "UPDATE insights SET title='Everybody loves it'",
    "an insight of another": "UPDATE insights SET hypothesis_id=:open",
    "a second insight": "INSERT INTO insights (workspace_id, id, hypothesis_id, revision,"
    " review_id, title, created_at) SELECT workspace_id, 'second', hypothesis_id, revision,"
    " review_id, 'Other words', created_at FROM insights",
    "an insight of the rejected": "INSERT INTO insights (workspace_id, id, hypothesis_id, revision,"
    " review_id, title, created_at) SELECT workspace_id, 'x', hypothesis_id, revision, id, 't',"
    " decided_at FROM reviews WHERE decision='reject'",
    "an insight with a foreign review": "INSERT INTO insights (workspace_id, id, hypothesis_id,"
    " revision, review_id, title, created_at) SELECT workspace_id, 'x', :open, revision, id, 't',"
    " decided_at FROM reviews WHERE decision='approve'",
    "a draft away": "DELETE FROM hypotheses WHERE id=:open",
    "a decision away": "DELETE FROM reviews WHERE hypothesis_id=:rejected",
    "a revision away": "DELETE FROM hypothesis_revisions WHERE hypothesis_id=:open",
}
REPLACED = {
    "the rejected opened again": "INSERT OR REPLACE INTO hypotheses SELECT workspace_id, id,"
    " 'in_review', revision, drafter, started_by, anomaly_id, theme_id, held_reasons, created_at"
    " FROM hypotheses WHERE id=:rejected",
    "the rejection by its row": "INSERT OR REPLACE INTO reviews (rowid, workspace_id, id,"
    " hypothesis_id, revision, revision_sha256, decision, reason_codes, note, reviewer_id,"
    " decided_at) SELECT (SELECT rowid FROM reviews WHERE hypothesis_id=:rejected), r.workspace_id,"
    " 'new', r.hypothesis_id, r.revision, r.sha256, 'reject', '[]', '', :reviewer, r.created_at"
    " FROM hypothesis_revisions r WHERE r.hypothesis_id=:open",
    "the insight by its revision": "INSERT OR REPLACE INTO insights SELECT workspace_id, 'other',"
    " hypothesis_id, revision, review_id, 'Other words', created_at FROM insights",
}


def test_no_statement_walks_round_the_review(desk):
    accepted = [name for name, statement in STATEMENTS.items() if not desk.refuses(statement)]
    assert accepted == []


def test_nothing_is_replaced_where_sqlite_would_fire_no_trigger(desk):
    if desk.services.engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    reviewer = desk.reviewer.member.id
    accepted = [
        name for name, text_ in REPLACED.items() if not desk.refuses(text_, reviewer=reviewer)
    ]
    assert accepted == []


def test_a_revision_is_decided_on_once(desk):
    desk.add_review("open", Decision.REJECT)
    with pytest.raises(IntegrityError, match="once"):
        desk.add_review("open", Decision.APPROVE)
    assert desk.refuses("UPDATE hypotheses SET state='approved' WHERE id=:open")


def test_no_citation_joins_a_revision_after_its_review(desk):
    desk.add_review("open")
    assert desk.refuses(
        "INSERT INTO citations SELECT workspace_id, hypothesis_id, revision, ordinal + 9, side,"
        ' chunk_id, document_id, start, "end", quote FROM citations WHERE hypothesis_id=:open'
    )


def test_who_waits_for_an_edit_is_told_that_the_draft_changed(desk):
    seen = desk.load("open")
    with ThreadPoolExecutor(1) as pool:
        with desk.services.writing(desk.workspace) as uow:
            hypotheses.load_hypothesis(uow, seen.id, lock=True)
            waiting = pool.submit(
                approve, desk.services, desk.reviewer, seen.id, seen=seen.etag, ticked=range(3)
            )
            hypotheses.add_revision(
                uow,
                hypothesis_id=seen.id,
                revision=2,
                content=replace(seen.content, title="Changed meanwhile"),
                provenance=seen.provenance,
                author_id=desk.author.member.id,
                now=NOW,
            )
            hypotheses.move(uow, seen.id, seen=1, before=seen.state, after=seen.state, revision=2)
            time.sleep(0.3)
        with pytest.raises(StaleRevision):
            waiting.result()


def test_of_many_decisions_at_one_moment_one_counts(desk):
    seen = desk.load("open")
    more = [add_actor(desk.services, desk.workspace, REVIEWER) for _ in range(3)]

    def act(person):
        try:
            if person is desk.reviewer:
                codes = ["other"]
                reject(desk.services, person, seen.id, seen=seen.etag, reason_codes=codes)
            else:
                approve(desk.services, person, seen.id, seen=seen.etag, ticked=range(3))
        except SynthError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(4) as pool:
        ends = sorted(pool.map(act, [desk.reviewer, *more]))
    assert ends == ["conflict", "conflict", "conflict", "done"]
    with desk.services.reading(desk.workspace) as uow:
        assert len(reviews.list_reviews(uow, seen.id)) == 1
        assert find_break(desk.services.secret, events(uow)) is None


FORGED = (
    "INSERT INTO audit_events (workspace_id, seq, at, actor_id, action, subject_kind, subject_id,"
    " data, previous_hash, hash) SELECT workspace_id, seq + {step}, at, actor_id, 'review.approve',"
    " subject_kind, subject_id, data, '{previous}', hash FROM audit_events"
    " WHERE workspace_id=:ws ORDER BY seq DESC LIMIT 1"
)


@pytest.mark.parametrize(
    ("step", "previous"), [(5, "0" * 64), (1, "f" * 64), (0, "0" * 64)], ids=["gap", "fork", "over"]
)
def test_no_event_is_put_in_beside_the_chain(desk, step, previous):
    assert desk.refuses(FORGED.format(step=step, previous=previous))
    with desk.services.writing(desk.workspace) as uow:
        append(
            uow,
            desk.services.secret,
            at=NOW,
            actor_id="a",
            action="test",
            subject=("test", "1"),
        )
        assert find_break(desk.services.secret, events(uow)) is None


def test_only_the_approved_text_is_an_insight_after_all_of_it(desk):
    for statement in STATEMENTS.values():
        desk.refuses(statement)
    with desk.services.reading(desk.workspace) as uow:
        assert [one.hypothesis_id for one in insights.list_insights(uow)] == [desk.ids["approved"]]
