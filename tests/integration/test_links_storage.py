"""Tags and links on both databases: proposals, a person's word, what a link hangs on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.errors import Forbidden, InputError, NotFound
from synth.links import actions, repo, stage
from synth.links.tagging import Proposal
from synth.links.types import TagState, Verdict
from synth.metrics import actions as metrics
from synth.metrics import repo as metrics_repo
from synth.metrics import stage as metrics_stage
from synth.metrics.event_actions import import_events
from synth.services import Services
from synth.store.tables.themes import theme_runs, themes
from tests.unit.links.test_verdicts import CAUSE, compare, moved, people, theme


@pytest.fixture
def actors_of(both_services: Services) -> dict[MemberRole, Actor]:
    keys = start_workspace(both_services, "Test").keys
    return {role: authenticate(both_services, key) for role, key in keys.items()}


@pytest.fixture
def pm(both_services: Services, actors_of: dict[MemberRole, Actor]) -> Actor:
    """A PM in a workspace with one metric, one anomaly, one theme and their tested pair."""
    analyst = actors_of[MemberRole.ANALYST]
    metric = metrics.put_metric(both_services, analyst, name="activation")
    now = both_services.clock()
    anomaly = moved(people(0, 60), people(60, 200))
    kept = replace(
        anomaly,
        anomaly=replace(anomaly.anomaly, metric_id=metric.id),
        affected=frozenset(),
        unaffected=frozenset(),
    )
    link = replace(compare(theme("cause", CAUSE))["cause"], theme_id="t1")
    with both_services.writing(analyst.workspace_id) as uow:
        metrics_repo.replace_anomalies(uow, "run", [kept], now)
        run = {"id": "r", "seed": 1, "method": "graph", "manifest": {}, "chunks": 0, "unthemed": 0}
        run |= {"is_current": True, "created_by": analyst.member.id, "created_at": now}
        uow.insert(theme_runs, [run])
        row = {"id": "t1", "run_id": "r", "rank": 0, "title": "Setup", "description": ""}
        uow.insert(themes, [{**row, "keywords": [], "titled_by": None, "is_hidden": False}])
        repo.replace_links(uow, [link], now)
    return actors_of[MemberRole.PM]


def propose(services: Services, pm: Actor) -> str:
    with services.writing(pm.workspace_id) as uow:
        metric = metrics_repo.find_metric(uow, "activation")
        assert metric is not None
        proposal = Proposal(metric_id=metric.id, theme_id="t1", score=0.4, reason="near")
        repo.replace_proposals(uow, [proposal], services.clock())
        return repo.tag_id_of(metric.id, theme_id="t1")


def status(services: Services, pm: Actor) -> str:
    with services.reading(pm.workspace_id) as uow:
        [link] = repo.list_links(uow, anomaly_id="a", theme_id="t1")
    assert link.verdict is Verdict.OVERLAP
    assert (link.theme_title, link.metric) == ("Setup", "activation")
    assert link.lift is not None
    return link.status


def test_only_a_person_confirms_and_proposals_never_overwrite(
    both_services: Services, pm: Actor
) -> None:
    assert status(both_services, pm) == "overlap, no tag"
    tag_id = propose(both_services, pm)
    assert status(both_services, pm) == "linked (tag proposed)"
    for state in (TagState.CONFIRMED, TagState.REJECTED):
        tag = actions.decide_tag(both_services, pm, tag_id, state)
        assert (tag.state, tag.decided_by) == (state, pm.member.id)
        propose(both_services, pm)
        words = "linked (tag confirmed)" if state is TagState.CONFIRMED else "overlap, tag rejected"
        assert status(both_services, pm) == words
    with both_services.reading(pm.workspace_id) as uow:
        assert [event.action for event in audit.events(uow)].count("tag.decide") == 2


def test_a_tag_added_by_hand_is_confirmed(both_services: Services, pm: Actor) -> None:
    tag = actions.add_tag(both_services, pm, metric="activation", theme_id="t1", reason="seen")
    assert (tag.state, tag.proposed_by, tag.reason) == (TagState.CONFIRMED, pm.member.id, "seen")
    assert status(both_services, pm) == "linked (tag confirmed)"
    assert actions.add_tag(both_services, pm, metric="activation", theme_id="t1") == tag


def test_a_sub_theme_has_the_tag_of_its_theme_unless_a_person_tagged_it(
    both_services: Services, pm: Actor
) -> None:
    found = compare(theme("cause", CAUSE), theme("rest", people(100, 140)))
    with both_services.writing(pm.workspace_id) as uow:
        row = {"run_id": "r", "rank": 0, "description": "", "keywords": [], "titled_by": None}
        row |= {"is_hidden": False, "level": "sub", "parent_id": "t1"}
        uow.insert(themes, [{**row, "id": "s1", "title": "A"}, {**row, "id": "s2", "title": "B"}])
        tested = [("cause", "s1"), ("rest", "s2"), ("rest", "t1")]
        links = [replace(found[name], id=own, theme_id=own) for name, own in tested]
        repo.replace_links(uow, links, both_services.clock())

    def statuses() -> dict[str, str]:
        with both_services.reading(pm.workspace_id) as uow:
            return {link.theme_id: link.status for link in repo.list_links(uow, anomaly_id="a")}

    # What is only a part, and no overlap, is not listed; it is there for who asks for it.
    assert statuses() == {"s1": "overlap, no tag", "t1": "frequent, not linked"}
    with both_services.reading(pm.workspace_id) as uow:
        assert [link.theme_id for link in repo.list_links(uow, theme_id="s2")] == ["s2"]
    tag_id = propose(both_services, pm)
    assert statuses()["s1"] == "linked (tag proposed)"
    actions.decide_tag(both_services, pm, tag_id, TagState.REJECTED)
    assert statuses()["s1"] == "overlap, tag rejected"


def test_what_cannot_be_tagged_is_refused(
    both_services: Services, pm: Actor, actors_of: dict[MemberRole, Actor]
) -> None:
    with pytest.raises(InputError, match="exactly one"):
        actions.add_tag(both_services, pm, metric="activation")
    with pytest.raises(NotFound, match="no metric"):
        actions.add_tag(both_services, pm, metric="nothing", theme_id="t1")
    with pytest.raises(NotFound):
        actions.add_tag(both_services, pm, metric="activation", theme_id="t9")
    with pytest.raises(NotFound):
        actions.add_tag(both_services, pm, metric="activation", chunk_id="c9")
    with pytest.raises(InputError, match="confirmed or rejected"):
        actions.decide_tag(both_services, pm, propose(both_services, pm), "proposed")
    with pytest.raises(Forbidden):
        actions.add_tag(
            both_services, actors_of[MemberRole.REVIEWER], metric="activation", theme_id="t1"
        )


def test_stages_run_twice_and_change_nothing(both_services: Services, pm: Actor) -> None:
    for _ in range(2):
        assert stage.propose_tags(both_services, pm.workspace_id) <= 1
        assert stage.test_links(both_services, pm.workspace_id) <= 1


def test_detection_finds_who_was_hit_and_is_idempotent(
    both_services: Services, actors_of: dict[MemberRole, Actor]
) -> None:
    analyst = actors_of[MemberRole.ANALYST]
    metrics.put_metric(
        both_services,
        analyst,
        name="provisioning",
        unit="minutes",
        good="down",
        target=5,
        exposure_event="provisioned",
    )
    rows = [f"2026-03-0{n % 9 + 1},u{n},provisioned,{18 if n % 3 else 4}" for n in range(30)]
    text = "ts,user_id,event,value\n" + "\n".join(rows)
    import_events(both_services, analyst, filename="e.csv", content=text)
    seen = []
    for run in ("one", "two"):
        assert metrics_stage.detect_anomalies(both_services, analyst.workspace_id, run_id=run) == 1
        with both_services.reading(analyst.workspace_id) as uow:
            [sides] = metrics_repo.anomaly_people(uow)
        assert (len(sides.affected), len(sides.unaffected)) == (20, 10)
        assert (sides.anomaly.affected, sides.anomaly.measured) == (20, 30)
        assert "20 of 30 (49-81 %) people missed the target of 5 minutes" in sides.anomaly.reason
        seen.append(sides)
    assert seen[0] == seen[1]
