"""From raw events to anomalies, on both databases: the step is named, late days raise nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.core.periods import Period
from synth.doctor.checks import check_originals
from synth.errors import Conflict, InputError, NotFound
from synth.metrics import actions, event_actions, event_repo, repo, rule_actions
from synth.metrics.event_queries import ALWAYS, asking_events
from synth.metrics.measuring import measure_events
from synth.metrics.stage import detect_anomalies
from synth.metrics.types import Anomaly, AnomalyKind, Good
from synth.people import repo as people_repo
from synth.people.actions import import_people
from synth.services import Services
from synth.store.tables.metrics import events as old_table
from tests.event_worlds import START, STEPS, Onboarding

DAY = timedelta(days=1)


def enter(services: Services) -> Actor:
    keys = start_workspace(services, "Test").keys
    return authenticate(services, keys[MemberRole.ANALYST])


def load(services: Services, actor: Actor, world: Onboarding, *, text: str = "") -> None:
    content = text or world.write()
    event_actions.import_events(services, actor, filename="e.csv", content=content)
    with services.writing(actor.workspace_id) as uow:
        import_people(services, uow, "p.csv", world.people_csv())


def add_funnel(services: Services, actor: Actor, *, window: timedelta = DAY) -> None:
    event_actions.put_funnel(services, actor, name="onboarding", steps=STEPS, window=window)


def run(services: Services, actor: Actor) -> list[Anomaly]:
    measure_events(services, actor.workspace_id)
    detect_anomalies(services, actor.workspace_id, run_id="r")
    with services.reading(actor.workspace_id) as uow:
        return repo.list_anomalies(uow)


def worse_on_mobile(day: int, platform: str, step: int) -> float:
    return 0.35 if (day >= 42 and platform == "mobile" and step == 2) else (0.9, 0.8, 0.8)[step]


def slow_profile(day: int, platform: str, step: int) -> float:
    return 240.0 if (day >= 42 and step == 1) else 60.0


def test_the_step_that_changed_is_named_with_its_slice_and_people(both_services):
    actor = enter(both_services)
    world = Onboarding(goes_on=worse_on_mobile)
    load(both_services, actor, world)
    add_funnel(both_services, actor)
    [found] = run(both_services, actor)
    assert (found.metric, found.kind, found.direction) == (
        "onboarding_step_3",
        AnomalyKind.SHIFT,
        Good.DOWN,
    )
    assert found.segment == {"platform": "mobile"}
    assert found.window is not None
    assert abs((found.window.start - START).days - 42) <= 1
    assert "step 3 (connect, then done) of onboarding" in found.reason
    with both_services.reading(actor.workspace_id) as uow:
        [sides] = repo.anomaly_people(uow, [found.id])
        people = people_repo.load(uow, sides.affected | sides.unaffected)
        sessions = event_repo.sessions_of(uow, found.id)
        with asking(both_services, uow) as events:
            finished = events.having("done", ALWAYS)
            reached = events.having("connect", ALWAYS)
    assert {one.segments["platform"] for one in people.values()} == {"mobile"}
    assert sides.affected == (sides.affected & reached) - finished
    assert sides.unaffected <= finished
    assert 0 < len(sessions) <= 100
    assert {one.participant_id for one in sessions} <= sides.affected
    assert {one.event for one in sessions} == {"connect"}


def test_time_on_a_step_is_measured_in_seconds_and_its_rise_is_found(services):
    actor = enter(services)
    load(services, actor, Onboarding(seconds=slow_profile))
    add_funnel(services, actor)
    [found] = run(services, actor)
    assert (found.metric, found.direction, found.segment) == (
        "onboarding_step_2_time",
        Good.UP,
        {},
    )
    assert found.baseline == pytest.approx(60, rel=0.2)
    assert found.observed == pytest.approx(240, rel=0.2)
    assert found.affected > 0.8 * found.measured


def test_a_target_for_time_on_a_step_is_kept_and_missed(services):
    actor = enter(services)
    load(services, actor, Onboarding(days=30))
    add_funnel(services, actor)
    measure_events(services, actor.workspace_id)
    actions.put_metric(
        services, actor, name="onboarding_step_1_time", unit="s", good=Good.DOWN, target=20
    )
    [found] = run(services, actor)
    assert (found.metric, found.kind) == ("onboarding_step_1_time", AnomalyKind.TARGET)


@pytest.mark.parametrize("window", [DAY, 7 * DAY], ids=["a day", "a week"])
def test_quiet_events_raise_nothing_however_late_they_end(services, window):
    """People whose window is not over yet look as if they had dropped out: they must not count."""
    actor = enter(services)
    slow = Onboarding(days=40, seconds=lambda day, platform, step: 12 * 3600.0)
    load(services, actor, slow)
    add_funnel(services, actor, window=window)
    assert run(services, actor) == []
    with services.reading(actor.workspace_id) as uow:
        metric = repo.find_metric(uow, "onboarding_step_1")
        last = repo.series(uow, metric.id)[-1].ts
        latest = event_repo.list_parts(uow)[-1].last_at
    assert last + DAY + window <= latest + timedelta(hours=1)


def test_a_day_without_any_event_raises_nothing(services):
    """A log that was off for a day is a gap: neither a fall to nothing nor a drop of the step."""
    actor = enter(services)
    world = Onboarding(seconds=lambda day, platform, step: 9 * 3600.0)
    text = world.write()
    gap = f"{(START + 45 * DAY).date()}"
    kept = "\n".join(line for line in text.split("\n") if not line.startswith(gap))
    load(services, actor, world, text=kept)
    add_funnel(services, actor, window=2 * DAY)
    assert run(services, actor) == []
    with services.reading(actor.workspace_id) as uow:
        metric = repo.find_metric(uow, "onboarding_step_1")
        days = {(item.ts - START).days for item in repo.series(uow, metric.id)}
    assert {42, 46} <= days
    assert not {43, 44, 45} & days


def test_free_weekends_are_no_gap(services):
    actor = enter(services)
    world = Onboarding(days=28)
    weekdays = [
        line
        for line in world.write().split("\n")
        if line.startswith("ts") or datetime.fromisoformat(line.split(",")[0]).weekday() < 5
    ]
    load(services, actor, world, text="\n".join(weekdays))
    with services.reading(actor.workspace_id) as uow, asking(services, uow) as events:
        coverage = events.coverage()
    assert coverage is not None
    assert coverage.gaps == set()


def asking(services, uow):
    return asking_events(services.event_log, uow)


def test_an_error_spike_lists_the_sessions_of_whom_it_hit(both_services):
    actor = enter(both_services)
    rng = np.random.default_rng(5)
    lines = ["ts,user_id,event,session_id"]
    for day in range(40):
        chance = 0.3 if day >= 36 else 0.02
        for user in range(100):
            at = (START + day * DAY + timedelta(minutes=int(rng.integers(0, 1430)))).isoformat()
            lines.append(f"{at},u{user},page_view,s{day}-{user}")
            if rng.uniform() < chance:
                lines.append(f"{at},u{user},checkout_error,s{day}-{user}")
    text = "\n".join(lines)
    event_actions.import_events(both_services, actor, filename="e.csv", content=text)
    [found] = run(both_services, actor)
    assert (found.metric, found.direction) == ("checkout_error_rate", Good.UP)
    assert found.measured == 100
    with both_services.reading(actor.workspace_id) as uow:
        sessions = event_repo.sessions_of(uow, found.id)
        [sides] = repo.anomaly_people(uow, [found.id])
    assert 20 <= len(sessions) <= 100
    spike = {f"s{day}" for day in range(36, 40)}
    assert {one.session_id.split("-")[0] for one in sessions} <= spike
    assert {one.participant_id for one in sessions} <= sides.affected
    # Nobody is left out for somebody else's second session.
    assert len({one.participant_id for one in sessions}) == min(100, len(sides.affected))


def test_who_may_not_be_analysed_is_in_no_path(services):
    actor = enter(services)
    world = Onboarding(days=10)
    load(services, actor, world)
    with services.writing(actor.workspace_id) as uow:
        import_people(services, uow, "p.csv", "user_id,analyse\nu3-1,no\n")
    with services.reading(actor.workspace_id) as uow, asking(services, uow) as events:
        paths = events.paths(STEPS, DAY)
    assert len(paths.people) == len(set(paths.people)) == 10 * world.per_day - 1


def test_events_from_before_the_log_still_count(both_services):
    actor = enter(both_services)
    text = "ts,user_id,event,value\n2026-03-01,ann,start,2\n"
    event_actions.import_events(both_services, actor, filename="e.csv", content=text)
    with both_services.writing(actor.workspace_id) as uow:
        [ann] = people_repo.load(uow)
        row = {"id": "1", "ts": START, "name": "start", "participant_id": ann, "value": 7.5}
        uow.insert(old_table, [{**row, "session_id": None}])
    with both_services.reading(actor.workspace_id) as uow, asking(both_services, uow) as events:
        [both] = events.values("start")
        [old] = events.values("start", Period(START, START + DAY))
    assert (both.participant_id, both.value, old.value) == (ann, 4.75, 7.5)
    assert (both.ts, old.ts) == (datetime(2026, 3, 1, tzinfo=UTC), START)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"steps": ["signup"]}, InputError, "expected 2 to 20"),
        ({"steps": ["signup", "signup"]}, InputError, "step 2 .*; found signup again"),
        (
            {"steps": ["signup", "sign_up"]},
            InputError,
            "ever imported; found sign_up; expected",
        ),
        ({"name": "my funnel"}, InputError, "funnel name; found my funnel"),
        ({"window": timedelta(0)}, InputError, "window of funnel f"),
        ({"settle_days": 61}, InputError, "days until events are in"),
        ({"name": "taken"}, Conflict, "a metric is called taken_step_1 already"),
    ],
)
def test_a_funnel_that_cannot_be_says_why(services, change, error, message):
    actor = enter(services)
    load(services, actor, Onboarding(days=2))
    actions.put_metric(services, actor, name="taken_step_1")
    given = {"name": "f", "steps": list(STEPS), "window": DAY, **change}
    with pytest.raises(error, match=message):
        event_actions.put_funnel(services, actor, **given)


def test_a_funnel_that_is_forgotten_leaves_its_days_and_judges_nobody(services):
    actor = enter(services)
    load(services, actor, Onboarding(days=20))
    add_funnel(services, actor)
    assert run(services, actor) == []
    event_actions.remove_funnel(services, actor, "onboarding")
    assert run(services, actor) == []
    with services.reading(actor.workspace_id) as uow:
        metric = repo.find_metric(uow, "onboarding_step_1")
        assert len(repo.series(uow, metric.id)) > 10
    with pytest.raises(NotFound, match="synth funnels ls"):
        event_actions.remove_funnel(services, actor, "onboarding")


def test_a_part_that_is_gone_is_said(services):
    actor = enter(services)
    load(services, actor, Onboarding(days=2))
    assert check_originals(services, actor.workspace_id).checked == 1
    [file] = (services.settings.data_dir / "events").rglob("*.parquet")
    file.unlink()
    [problem] = check_originals(services, actor.workspace_id).problems
    assert problem == f"events {file.stem[:12]}: their file is missing"
    with (
        services.reading(actor.workspace_id) as uow,
        pytest.raises(InputError, match="restore them from a backup"),
        asking(services, uow),
    ):
        pass


KYC = """ts,user_id,event,value,session_id
2026-02-20T10:00:00Z,ann,kyc_failed,,a1
2026-02-21T09:00:00Z,ann,kyc_failed,,a2
2026-02-20T10:00:00Z,bob,kyc_failed,,b1
2026-02-22T11:00:00Z,bob,kyc_failed,,b2
2026-02-21T12:00:00Z,cid,page_ttfb,2.4,c1
2026-02-22T12:00:00Z,cid,page_ttfb,2.2,c2
2026-02-21T12:00:00Z,dan,page_ttfb,0.2,d1
2026-02-22T12:00:00Z,dan,page_ttfb,9.0,d2
2026-02-22T12:05:00Z,dan,page_ttfb,0.3,d2
"""
RULES = """
again: count(kyc_failed) >= 2 within 1d -> "offer help"
slow_pages: share(ttfb > 2s) >= 20% of users within 7d -> "look at the network"
"""


def test_rules_open_anomalies_with_their_people_and_sessions(both_services):
    actor = enter(both_services)
    event_actions.import_events(both_services, actor, filename="e.csv", content=KYC)
    with pytest.raises(InputError, match="rules:3:19: no such metric; found ttfb"):
        rule_actions.add_rules(both_services, actor, RULES, file="rules")
    with both_services.reading(actor.workspace_id) as uow:
        assert event_repo.list_rules(uow) == []  # all or none
    actions.put_metric(
        both_services, actor, name="ttfb", unit="s", good="down", exposure_event="page_ttfb"
    )
    assert rule_actions.add_rules(both_services, actor, RULES) == ["again", "slow_pages"]
    found = [one for one in run(both_services, actor) if one.kind is AnomalyKind.RULE]
    again, slow = sorted(found, key=lambda one: one.reason)
    assert again.reason.startswith("rule again: 1 of 4 (5-70 %) people match kyc_failed at least 2")
    assert again.metric == "kyc_failed_rate"
    assert (slow.metric, slow.baseline, slow.observed) == ("ttfb", 2.0, 2.3)
    with both_services.reading(actor.workspace_id) as uow:
        watched = event_repo.sessions_of(uow, again.id)
        slow_sessions = event_repo.sessions_of(uow, slow.id)
        rules = event_repo.list_rules(uow)
    assert [one.session_id for one in watched] == ["a2", "a1"]
    assert [one.session_id for one in slow_sessions] == ["c2", "c1"]  # dan's median is fast
    assert [(m.k, m.n, m.anomaly_id) for r in rules for m in r.last_matches] == [
        (1, 4, again.id),
        (1, 2, slow.id),
    ]
    rule_actions.remove_rule(both_services, actor, "again")
    assert [one.id for one in run(both_services, actor) if one.kind is AnomalyKind.RULE] == [
        slow.id
    ]


def test_a_rule_about_time_on_a_step_names_who_was_slow_by_slice(services):
    actor = enter(services)
    world = Onboarding(
        days=30, seconds=lambda d, platform, s: 90.0 if platform == "mobile" and s == 2 else 20.0
    )
    load(services, actor, world)
    add_funnel(services, actor)
    measure_events(services, actor.workspace_id)
    text = (
        'slow: share(onboarding_step_3_time > 1min) >= 40% by segment.platform -> "watch replays"'
    )
    [(_, held)] = rule_actions.check_rules(services, actor, text)
    assert [(dict(one.segment), one.holds) for one in held.verdicts] == [
        ({"platform": "mobile"}, True),
        ({"platform": "web"}, False),
    ]
    rule_actions.add_rules(services, actor, text)
    [found] = [one for one in run(services, actor) if one.kind is AnomalyKind.RULE]
    assert found.segment == {"platform": "mobile"}
    assert found.baseline == 60.0
    assert found.observed > 60.0
    with services.reading(actor.workspace_id) as uow:
        [sides] = repo.anomaly_people(uow, [found.id])
        sessions = event_repo.sessions_of(uow, found.id)
    assert len(sides.affected) == found.affected > 0.4 * found.measured
    assert {one.event for one in sessions} == {"connect"}
    assert {one.participant_id for one in sessions} <= sides.affected


def test_a_rule_whose_metric_is_gone_matches_nobody_and_stops_nothing(services):
    actor = enter(services)
    world = Onboarding(days=12)
    load(services, actor, world)
    add_funnel(services, actor)
    measure_events(services, actor.workspace_id)
    rule_actions.add_rules(services, actor, 'a: onboarding_step_1_time > 1s -> "d"')
    event_actions.remove_funnel(services, actor, "onboarding")
    assert run(services, actor) == []
    with services.reading(actor.workspace_id) as uow:
        [rule] = event_repo.list_rules(uow)
    assert (rule.last_matches, rule.checked_at is not None) == ([], True)


OUTCOMES = """ts,user_id,event
2026-02-20T10:00:00Z,ann,start
2026-02-20T10:00:00Z,ann,done
2026-02-20T10:00:00Z,bob,start
2026-02-20T09:00:00Z,bob,done
2026-02-20T10:00:00Z,cid,start
2026-02-25T10:00:00Z,cid,start
2026-02-22T10:00:00Z,cid,done
2026-02-20T10:00:00Z,dan,done
"""


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        (20, 21, {"ann": True, "bob": False, "cid": True}),
        (24, 26, {"cid": False}),
        (1, 20, {}),
    ],
)
def test_an_outcome_counts_from_the_exposure_in_the_window_on(services, first, last, wanted):
    actor = enter(services)
    event_actions.import_events(services, actor, filename="e.csv", content=OUTCOMES)
    days = Period(datetime(2026, 2, first, tzinfo=UTC), datetime(2026, 2, last, tzinfo=UTC))
    with services.reading(actor.workspace_id) as uow, asking(services, uow) as events:
        names = {person: key[1] for key, person in people_repo.user_keys(uow).items()}
        found = events.outcomes("start", "done", days)
    assert {names[person]: has for person, has in found.items()} == wanted
