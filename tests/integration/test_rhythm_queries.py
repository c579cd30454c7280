"""What the rhythm reads takes as many queries for many loops as for few, and says the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.fusion.facts import read_facts
from synth.fusion.reading import read_case_study
from synth.fusion.rhythm import read_agenda, read_cadence, read_checklist, read_pack
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Side
from synth.insights import actions, repo
from synth.insights.recording import InsightTestGiven, OutcomeGiven, QuoteGiven
from synth.insights.standing import load_record, load_records
from synth.insights.types import Choice, InsightTestKind
from synth.investigations import repo as investigations
from synth.investigations.actions import open_investigation
from synth.review.actions import approve
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_runs
from tests.factories import add_actor, add_document, add_hypothesis
from tests.reference_case import DAY0, Clock, on_clock, say
from tests.unit.web.test_web_pages import counting

#: Most queries of one reading, whatever the workspace holds.
MOST = {"facts": 27, "agenda": 22, "cadence": 6, "checklist": 25, "pack": 35, "study": 24}
LOOPS = 5


class Team:
    """A workspace that closes in on one loop after another."""

    def __init__(self, services) -> None:
        self.clock = Clock()
        self.services = on_clock(services, self.clock)
        self.workspace = start_workspace(self.services, "Rhythm").workspace_id
        self.starter, self.pm, self.reviewer = (
            add_actor(services, self.workspace, role)
            for role in (MemberRole.RESEARCHER, MemberRole.PM, MemberRole.REVIEWER)
        )

    def add_loop(self) -> None:
        author, words = self.starter.member.id, f"It works now, said number {self.clock.now:%S}."
        self.clock.now = DAY0 + timedelta(days=9)
        with self.services.writing(self.workspace) as uow:
            uow.execute(theme_runs.update().values(is_current=False))
            draft = add_hypothesis(uow, started_by=author)
            one = hypotheses.load_hypothesis(uow, draft)
            speaker, other = (cited.participant_id for cited in one.content.citations)
            talk, _ = add_document(uow, [(other, "We waited.")], created_by=author)
            values = {"kind": "transcript", "occurred_at": DAY0 + timedelta(days=2)}
            uow.execute(documents.update().where(documents.c.id == talk).values(**values))
            chunk = say(uow, speaker, words, author=author, when=DAY0 + timedelta(days=15))
        approve(self.services, self.reviewer, draft, seen=one.etag, ticked=range(9))
        open_investigation(self.services, self.pm, one.anomaly_id)
        with self.services.reading(self.workspace) as uow:
            insight = repo.find_insight(uow, draft).id
        until = date(2026, 12, 1)
        actions.decide(self.services, self.pm, insight, Choice.TEST, deadline=until)
        given = InsightTestGiven(
            kind=InsightTestKind.PILOT, name="x", starts_on=date.fromisoformat(self.clock.day(10))
        )
        actions.start_test(self.services, self.pm, insight, given)
        self.clock.day(20)
        quote = QuoteGiven(quote=words, side=Side.FOR, chunk_id=chunk)
        actions.record_outcome(self.services, self.pm, insight, OutcomeGiven(quotes=[quote]))

    def count(self) -> dict[str, int]:
        with self.services.reading(self.workspace) as uow:
            first = repo.list_insights(uow)[0].id
            readings = {
                "facts": lambda: read_facts(self.services, uow),
                "agenda": lambda: read_agenda(self.services, uow),
                "cadence": lambda: read_cadence(self.services, uow),
                "checklist": lambda: read_checklist(self.services, uow),
                "pack": lambda: read_pack(self.services, uow),
                "study": lambda: read_case_study(uow, first, now=self.clock.now),
            }
            found = {}
            for name, read in readings.items():
                with counting(self.services) as statements:
                    read()
                found[name] = len(statements)
        return found


@pytest.fixture
def team(both_services):
    return Team(both_services)


def test_many_loops_take_as_many_queries_as_one(team):
    team.add_loop()
    one = team.count()
    for _ in range(LOOPS - 1):
        team.add_loop()
    assert team.count() == one
    assert {name: count for name, count in one.items() if count > MOST[name]} == {}


def test_read_together_or_one_by_one_it_is_the_same(team):
    for _ in range(3):
        team.add_loop()
    with team.services.reading(team.workspace) as uow:
        wanted = repo.list_insights(uow)
        records = load_records(uow, wanted, now=team.clock.now)
        assert records == [load_record(uow, one.id, now=team.clock.now) for one in wanted]
        assert [len(one.heard) for one in records] == [1, 1, 1]
        cases = investigations.list_investigations(uow)
        talks = investigations.talks_of(uow, cases)
        for case in cases:
            people = investigations.people_of(uow, case)
            assert talks[case.id] == {
                one.participant_id: one.talked_at for one in people if one.talked_at
            }
        assert {len(own) for own in talks.values()} == {1}
