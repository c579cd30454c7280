"""A person asks for a draft of one pair: what may be drafted, and what the draft then says."""

from __future__ import annotations

import csv
import io

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.errors import Conflict, Forbidden, NotFound
from synth.hypotheses import repo
from synth.hypotheses.pairs import find_pairs
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import DraftCounts, Standing, State
from synth.hypotheses.wording import check_wording
from synth.insights import repo as insights
from synth.insights.export import export_csv, export_markdown
from synth.links.actions import decide_tag
from synth.links.types import TagState, Verdict
from synth.review.actions import approve, edit
from synth.store.tables.links import links
from tests.factories import (
    add_actor,
    add_anomaly,
    add_document,
    add_link,
    add_participant,
    add_theme,
)

SAID = (
    "We need an admin for the integration, so I stopped there.",
    "The setup wants admin rights and I had to wait four days.",
    "I asked our admin and never heard back about the setup.",
    "It was easy for us, the admin sits next to me.",
)
COUNTS = {
    "theme_affected": 3,
    "theme_unaffected": 1,
    "other_affected": 2,
    "other_unaffected": 5,
    "unmapped_theme": 0,
}


class Pair:
    """A workspace with one tagged pair of a verdict, and people around it."""

    def __init__(self, services, *, verdict="too_few_people", tag="confirmed", hit=3):
        self.services = services
        self.workspace = start_workspace(services, "Pairs").workspace_id
        self.analyst = add_actor(services, self.workspace, MemberRole.ANALYST, MemberRole.PM)
        self.reviewer = add_actor(services, self.workspace, MemberRole.REVIEWER)
        author = self.analyst.member.id
        with services.writing(self.workspace) as uow:
            people = [add_participant(uow) for _ in SAID]
            turns = list(zip(people, SAID, strict=True))
            _, chunks = add_document(uow, turns, created_by=author)
            self.theme = add_theme(uow, chunks, created_by=author)
            self.anomaly = add_anomaly(uow, affected=people[:3], unaffected=people[3:])
            self.tag = add_link(uow, self.anomaly, self.theme, tag=tag)
            counts = {**COUNTS, "theme_affected": hit}
            evidence = {"counts": counts, "lift": None, "time": "unknown", "segment": "unknown"}
            mine = links.update().where(links.c.anomaly_id == self.anomaly)
            uow.execute(mine.values(verdict=verdict, evidence=evidence))

    def draft(self, **values):
        asked = {"anomaly_id": self.anomaly, "theme_id": self.theme, **values}
        return draft_hypotheses(
            self.services, self.workspace, started_by=self.analyst.member.id, **asked
        )

    def drafts(self):
        with self.services.reading(self.workspace) as uow:
            return repo.list_hypotheses(uow)

    def approve(self, actor=None):
        [one] = self.drafts()
        ticked = range(len(one.content.claims))
        approve(self.services, actor or self.reviewer, one.id, seen=one.etag, ticked=ticked)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"verdict": "frequent_not_linked"}, "frequent, not linked"),
        ({"verdict": "after_the_fact"}, "after the fact"),
        ({"tag": "proposed"}, "let a person confirm the metric tag"),
        ({"tag": "rejected"}, "a person rejected the tag"),
        ({"verdict": "overlap", "tag": "rejected"}, "a person rejected the tag"),
        ({"hit": 0}, "nobody affected speaks about"),
    ],
    ids=["not linked", "after", "proposed", "rejected", "overlap, rejected", "nobody hit"],
)
def test_what_may_not_be_asked_for_says_why(shared_services, values, reason):
    pair = Pair(shared_services, **values)
    with pytest.raises(Conflict, match=reason):
        pair.draft()
    assert pair.drafts() == []


def test_a_pair_never_tested_is_not_found(shared_services):
    pair = Pair(shared_services)
    for values in ({"theme_id": "none"}, {"anomaly_id": "none"}, {"anomaly_id": None}):
        with pytest.raises(NotFound, match="was not tested"):
            pair.draft(**values)


def test_only_who_asks_for_the_pair_gets_it(shared_services):
    pair = Pair(shared_services)
    assert pair.draft(theme_id=None) == DraftCounts(drafts=0, held=0)
    assert pair.draft() == pair.draft() == DraftCounts(drafts=1, held=0)
    assert pair.draft(attempts=2).drafts == 2
    with shared_services.reading(pair.workspace) as uow:
        [link] = find_pairs(uow, anomaly_id=pair.anomaly, theme_id=pair.theme)
    assert link.verdict is Verdict.TOO_FEW


def test_the_draft_says_that_too_few_people_are_known(shared_services):
    pair = Pair(shared_services)
    pair.draft()
    [one] = pair.drafts()
    content = one.content
    assert (one.state, content.standing) == (State.IN_REVIEW, Standing.TOO_FEW)
    assert "too few people are known to test this: 11 were both heard" in content.because
    assert "too few people" in content.statement
    [claim] = [claim.text for claim in content.claims if "not a tested link" in claim.text]
    assert "3 of 5 (23-88 %)" in claim
    assert "1 of 6 (3-56 %)" in claim
    assert not any("times as often" in claim.text for claim in content.claims)
    assert check_wording(content) == []


def test_a_linked_pair_is_asked_for_as_tested(shared_services):
    pair = Pair(shared_services, verdict="overlap", tag="proposed")
    pair.draft()
    [one] = pair.drafts()
    assert one.content.standing is Standing.TESTED
    assert "too few" not in one.content.statement


def test_the_standing_goes_with_it_to_the_insight(shared_services):
    pair = Pair(shared_services)
    pair.draft()
    with pytest.raises(Forbidden):
        pair.approve(add_actor(shared_services, pair.workspace, MemberRole.PM))
    pair.approve()
    with shared_services.reading(pair.workspace) as uow:
        [insight] = insights.list_insights(uow)
        [row] = csv.DictReader(io.StringIO(export_csv(uow)))
        markdown = export_markdown(uow)
    assert insight.content.standing is Standing.TOO_FEW
    assert row["standing"] == "too_few_people"
    assert "- Not tested, too few people are known" in markdown


def test_rejecting_the_tag_later_stops_the_approval(shared_services):
    pair = Pair(shared_services)
    pair.draft()
    decide_tag(shared_services, pair.analyst, pair.tag, TagState.REJECTED)
    with pytest.raises(Conflict, match="rejected the tag"):
        pair.approve()


def test_an_edit_keeps_the_standing_and_names_whose_target_it_is(shared_services):
    pair = Pair(shared_services)
    pair.draft()
    [one] = pair.drafts()
    changed = edit(
        shared_services, pair.analyst, one.id, seen=one.etag, changes={"target": 0.4}
    ).content
    assert changed.standing is Standing.TOO_FEW
    assert "to 40 in 100, the target a person set, because" in changed.statement
