"""Imports on both databases: what is added, what is refused, what a repeat changes."""

from __future__ import annotations

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.errors import Forbidden, InputError
from synth.metrics import actions, repo
from synth.metrics.event_actions import import_events
from synth.metrics.event_queries import ALWAYS, asking_events
from synth.metrics.types import Good
from synth.people import repo as people_repo
from synth.services import Services

SERIES = """metric,ts,value,numerator,denominator,segment.plan
activation,2026-03-01,0.5,10,20,
activation,2026-03-01,,4,10,smb
activation,2026-03-02,nan,,,
activation,not a date,0.5,,,
"""


@pytest.fixture
def analyst(both_services: Services) -> Actor:
    keys = start_workspace(both_services, "Test").keys
    return authenticate(both_services, keys[MemberRole.ANALYST])


def test_series_are_kept_with_a_line_for_each_problem(
    both_services: Services, analyst: Actor
) -> None:
    done = actions.import_observations(both_services, analyst, filename="m.csv", text=SERIES)
    assert (done.rows, done.added, len(done.problems)) == (4, 2, 2)
    assert done.problems[0].startswith("m.csv:4: value is no number; found nan")
    assert done.problems[1].startswith("m.csv:5: ts is no date; found not a date")
    with both_services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "activation")
        assert metric is not None
        assert (metric.unit, metric.good) == ("share", Good.UP)
        assert repo.segments_of(uow, metric.id) == ["{}", '{"plan":"smb"}']
        [smb] = repo.series(uow, metric.id, '{"plan":"smb"}')
        assert (smb.value, smb.numerator, smb.segment) == (0.4, 4, {"plan": "smb"})
        with pytest.raises(InputError, match="unknown segment"):
            repo.series(uow, metric.id, '{"plan":"gold"}')
        assert repo.list_imports(uow)[0].problems == list(done.problems)


def test_personal_data_in_slices_is_replaced_and_slices_stay_apart(
    both_services: Services, analyst: Actor
) -> None:
    people = ("ana@firm.example", "bo@firm.example")
    rows = [f"visits,2026-03-0{day},1,{who},10.15.7.1" for day in (1, 2) for who in people]
    text = "\n".join(["metric,ts,value,segment.account,segment.version", *rows])
    done = actions.import_observations(both_services, analyst, filename="m.csv", text=text)
    again = actions.import_observations(both_services, analyst, filename="m.csv", text=text)
    assert (done.added, again.added, again.changed) == (4, 0, 0)
    assert [line.split("[")[0] for line in done.problems] == [
        "m.csv:2: personal data in a slice; kept as ",
        "m.csv:3: personal data in a slice; kept as ",
    ]
    with both_services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "visits")
        assert metric is not None
        slices = [one for one in repo.segments_of(uow, metric.id) if one != "{}"]
        assert [len(repo.series(uow, metric.id, one)) for one in slices] == [2, 2]
        kept = " ".join([*slices, *repo.list_imports(uow)[0].problems, *again.problems])
    assert not [who for who in people if who.split("@")[0] + "@" in kept]
    assert kept.count("10.15.7.1") == 2


def test_the_same_file_twice_changes_nothing(both_services: Services, analyst: Actor) -> None:
    actions.import_observations(both_services, analyst, filename="m.csv", text=SERIES)
    with both_services.reading(analyst.workspace_id) as uow:
        before = audit.count(uow)
    again = actions.import_observations(both_services, analyst, filename="m.csv", text=SERIES)
    assert (again.added, again.changed) == (0, 0)
    with both_services.reading(analyst.workspace_id) as uow:
        assert audit.count(uow) == before
        assert len(repo.list_imports(uow)) == 1


def test_a_later_value_replaces_the_earlier_one(both_services: Services, analyst: Actor) -> None:
    for value in ("3", "4"):
        done = actions.import_observations(
            both_services,
            analyst,
            filename="m.csv",
            text=f"ts,value\n2026-03-01,{value}\n",
            metric="visits",
        )
    assert (done.added, done.changed) == (0, 1)
    with both_services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "visits")
        assert metric is not None
        assert [o.value for o in repo.series(uow, metric.id)] == [4]


def test_an_unknown_segment_is_kept_and_reported(both_services: Services, analyst: Actor) -> None:
    actions.import_observations(both_services, analyst, filename="m.csv", text=SERIES)
    text = "metric,ts,value,segment.plan\nactivation,2026-03-03,0.5,gold\n"
    done = actions.import_observations(both_services, analyst, filename="n.csv", text=text)
    assert done.added == 1
    assert done.problems == ("n.csv:2: unknown segment plan gold for activation; kept as new",)


def test_people_are_shared_by_values_and_events(both_services: Services, analyst: Actor) -> None:
    values = "metric,participant,value,target\ntask 1,P1,4:30,5\ntask 1,P2,,5\ntask 1,P3,6:00,5\n"
    done = actions.import_person_values(both_services, analyst, filename="t.csv", text=values)
    assert (done.rows, done.added, done.problems) == (3, 2, ())
    events = (
        '{"ts":"2026-03-01T10:00:00Z","user_id":"p1","event":"start","value":2}\n'
        '{"ts":"2026-03-01T11:00:00Z","user_id":"p9","event":"start"}\n'
        "[1]\n"
    )
    for added in (2, 0):
        done = import_events(both_services, analyst, filename="e.jsonl", content=events)
        assert (done.rows, done.added) == (3, added)
        assert done.problems == ("e.jsonl:3: not an object; expected one object per line",)
    with both_services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "task 1")
        assert metric is not None
        stored = repo.person_values_of(uow, metric.id)
        assert sorted(v.value for v in stored) == [4.5, 6.0]
        assert {v.ts for v in stored} == {None}
        with asking_events(both_services.event_log, uow) as log:
            assert log.having("start", ALWAYS) & {v.participant_id for v in stored}
        assert len(people_repo.load(uow)) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "no header", id="empty"),
        pytest.param("ts,value\n", "no data rows", id="header only"),
        pytest.param("value\n1\n", "column missing: ts", id="no time column"),
        pytest.param("ts,value,segement.plan\n2026-03-01,1,a\n", "unknown column", id="typo"),
        pytest.param("ts,value,segment.\n2026-03-01,1,a\n", "unknown column", id="no name"),
        pytest.param("ts,value\n2026-03-01,NaN\n", "no row can be used", id="only NaN"),
    ],
)
def test_a_useless_file_is_refused_and_leaves_nothing(
    both_services: Services, analyst: Actor, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        actions.import_observations(
            both_services, analyst, filename="m.csv", text=text, metric="visits"
        )
    with both_services.reading(analyst.workspace_id) as uow:
        assert repo.list_metrics(uow) == []
        assert repo.list_imports(uow) == []


def test_a_reviewer_may_not_import(both_services: Services) -> None:
    keys = start_workspace(both_services, "Test").keys
    reviewer = authenticate(both_services, keys[MemberRole.REVIEWER])
    with pytest.raises(Forbidden):
        actions.put_metric(both_services, reviewer, name="activation")


def test_a_metric_keeps_its_values_when_described_again(
    both_services: Services, analyst: Actor
) -> None:
    actions.import_observations(both_services, analyst, filename="m.csv", text=SERIES)
    metric = actions.put_metric(
        both_services, analyst, name="activation", good="down", target=0.4, outcome_event="done"
    )
    with both_services.reading(analyst.workspace_id) as uow:
        assert repo.list_metrics(uow) == [metric]
        assert len(repo.series(uow, metric.id)) == 1
    with pytest.raises(InputError, match="up or down"):
        actions.put_metric(both_services, analyst, name="activation", good="sideways")
