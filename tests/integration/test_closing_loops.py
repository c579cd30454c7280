"""The loop in the store, on both databases: history, races, withdrawn evidence, facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.errors import Conflict, NotFound
from synth.fusion.facts import read_facts
from synth.fusion.fusion_metrics import compute_metrics
from synth.fusion.rhythm import read_agenda, read_cadence, read_checklist
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Side
from synth.insights import actions, repo
from synth.insights.backlog import add_item, move_item
from synth.insights.recording import InsightTestGiven, MeasuredGiven, OutcomeGiven, QuoteGiven
from synth.insights.standing import list_standings, list_urgent, load_record
from synth.insights.types import Choice, FlagCode, InsightTestKind, ItemKind, ItemState, LoopState
from synth.metrics import repo as metrics
from synth.review.actions import approve
from synth.store.tables import metrics as tables
from synth.store.tables.sources import documents
from tests.factories import add_actor, new_key, put
from tests.reference_case import AFTER, DAY0, ENTERPRISE, Clock, on_clock, say, store_case


class Team:
    """A workspace with one approved insight of the processing-delay case."""

    def __init__(self, services) -> None:
        self.clock = Clock()
        self.services = on_clock(services, self.clock)
        self.workspace = start_workspace(services, "Loops").workspace_id
        starter = add_actor(services, self.workspace, MemberRole.RESEARCHER)
        self.pm = add_actor(services, self.workspace, MemberRole.PM)
        reviewer = add_actor(services, self.workspace, MemberRole.REVIEWER)
        with services.writing(self.workspace) as uow:
            self.case = store_case(uow, starter)
            say(uow, self.case.speakers[0], AFTER, author=starter.member.id,
                when=DAY0 + timedelta(days=80))  # fmt: skip
            seen = hypotheses.load_hypothesis(uow, self.case.draft_id).etag
        self.clock.day(9)
        approve(self.services, reviewer, self.case.draft_id, seen=seen, ticked=range(4))
        with services.reading(self.workspace) as uow:
            [insight] = repo.list_insights(uow)
        self.id = insight.id

    def decide(self, choice=Choice.TEST, day=30):
        deadline = DAY0.date() + timedelta(days=day)
        return actions.decide(self.services, self.pm, self.id, choice, deadline=deadline)

    def close(self):
        starts = date.fromisoformat(self.clock.day(21))
        given = InsightTestGiven(kind=InsightTestKind.ROLLOUT, name="status", starts_on=starts)
        actions.start_test(self.services, self.pm, self.id, given)
        self.clock.day(82)
        outcome = OutcomeGiven(
            measured=[MeasuredGiven(segment=ENTERPRISE, before=0.8, after=0.28)],
            quotes=[QuoteGiven(quote=AFTER, side=Side.FOR)],
            learning="Say that it is working.",
            close=True,
        )
        return actions.record_outcome(self.services, self.pm, self.id, outcome)

    def read(self, reader, **more):
        with self.services.reading(self.workspace) as uow:
            return reader(uow, **more)

    def flags(self):
        standing = self.read(load_record, insight_id=self.id, now=self.clock()).standing
        return {flag.code for flag in standing.flags}


@pytest.fixture
def team(shared_services):
    return Team(shared_services)


def test_two_decisions_at_once_are_a_first_and_a_second(team):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda day: team.decide(day=day), range(20, 28)))
    record = team.read(load_record, insight_id=team.id, now=team.clock())
    assert [one.seq for one in record.decisions] == list(range(1, 9))
    assert [one.seq for one in record.steps] == list(range(1, 9))
    assert record.standing.decision == record.decisions[-1]
    acts = [event.action for event in team.read(audit.events)]
    assert acts.count("insight.decide") == 8


def test_two_closings_at_once_close_once(team):
    team.decide()
    team.close()
    again = OutcomeGiven(learning="again", close=True)
    with pytest.raises(Conflict, match="closed cannot be given an outcome"):
        actions.record_outcome(team.services, team.pm, team.id, again)


def test_a_closed_loop_reads_back_as_it_was_recorded(team):
    team.decide()
    closed = team.close()
    record = team.read(load_record, insight_id=team.id, now=team.clock())
    assert record == closed
    assert record.standing.state is LoopState.CLOSED
    assert record.learning == "Say that it is working."
    [heard] = record.heard
    assert (heard.citation.quote, heard.lost, heard.citation.at_ms) == (AFTER, "", 0)


def test_a_replaced_document_and_a_moved_metric_flag_the_insight(team):
    team.decide()
    team.close()
    assert team.flags() == set()
    with team.services.writing(team.workspace) as uow:
        cited = repo.load_insight(uow, team.id).content.citations[0]
        uow.execute(
            documents.update()
            .where(documents.c.workspace_id == team.workspace, documents.c.id == cited.document_id)
            .values(is_current=False)
        )
        put(
            uow, tables.anomalies, run_id=new_key(), is_current=True, kind="shift",
            metric_id=metrics.find_metric(uow, "day3_abandonment").id, direction="up",
            segment={}, starts_at=DAY0 + timedelta(days=60), ends_at=DAY0 + timedelta(days=70),
            detected_at=DAY0,
        )  # fmt: skip
    assert team.flags() == {FlagCode.EVIDENCE_LOST, FlagCode.MOVED_AGAIN}
    anomalies = team.read(metrics.list_anomalies)
    urgent = team.read(list_urgent, now=team.clock(), anomalies=anomalies).flagged
    assert [flag.code for _, flag in urgent] == [FlagCode.MOVED_AGAIN]


def test_a_neighbour_sees_nothing_of_a_loop(team):
    team.decide()
    item = add_item(
        team.services, team.pm, title="Status", kind=ItemKind.FIX, insight_ids=[team.id]
    )
    other = start_workspace(team.services, "Neighbour").workspace_id
    stranger = add_actor(team.services, other, MemberRole.PM)
    with pytest.raises(NotFound):
        actions.decide(team.services, stranger, team.id, Choice.DROP)
    with pytest.raises(NotFound):
        move_item(team.services, stranger, item.id, ItemState.DROPPED)
    with team.services.reading(other) as uow:
        assert list_standings(uow, now=team.clock()) == []
        assert repo.list_items(uow) == []


def test_the_rhythm_is_read_from_the_store(team):
    team.decide(choice=Choice.BUILD)
    team.close()
    item = add_item(
        team.services, team.pm, title="Status", kind=ItemKind.FIX, insight_ids=[team.id]
    )
    move_item(team.services, team.pm, item.id, ItemState.SHIPPED)
    with team.services.reading(team.workspace) as uow:
        facts = read_facts(team.services, uow)
        agenda = read_agenda(team.services, uow)
        cadences = read_cadence(team.services, uow)
        steps = read_checklist(team.services, uow)
    found = {one.key: one for one in compute_metrics(facts)}
    assert (found["cycle_time"].value, found["diagnosis"].value) == (21, 9)
    assert (found["attribution"].words, found["speculative"].value) == ("1 of 1 (21-100 %)", 0)
    assert [point.kind for point in agenda.items] == ["learnt"]
    assert team.pm.member.id in {cadence.member_id for cadence in cadences}
    assert sum(step.is_done for step in steps) >= 8
