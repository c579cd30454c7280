"""Exports, names, marks and holidays through the store: what comes in, what is judged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.errors import Conflict, InputError
from synth.metrics import actions, repo
from synth.metrics.holiday_actions import set_country
from synth.metrics.importing import import_metric_file
from synth.metrics.naming import by_mark
from synth.metrics.stage import detect_anomalies
from synth.metrics.types import Good, Mark
from synth.services import Services

START, DAYS = date(2026, 11, 2), 70
CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 26))


@pytest.fixture
def analyst(both_services: Services) -> Actor:
    keys = start_workspace(both_services, "Test").keys
    return authenticate(both_services, keys[MemberRole.ANALYST])


def ga4_report(visits: list[int]) -> str:
    rows = [
        {
            "dimensionValues": [{"value": f"{START + timedelta(days=place):%Y%m%d}"}],
            "metricValues": [{"value": str(count)}],
        }
        for place, count in enumerate(visits)
    ]
    headers = {"dimensionHeaders": [{"name": "date"}]}
    headers["metricHeaders"] = [{"name": "activeUsers", "type": "TYPE_INTEGER"}]
    return json.dumps({**headers, "rows": rows})


def test_what_ga4_still_counts_never_alarms(both_services: Services, analyst: Actor) -> None:
    visits = np.random.default_rng(1).poisson(1000, DAYS)
    visits[-3:] //= 5
    done = import_metric_file(
        both_services, analyst, filename="r.json", text=ga4_report(visits.tolist())
    )
    assert (done.rows, done.added, done.problems) == (DAYS, DAYS, ())
    with both_services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "activeUsers")
        assert metric is not None
        assert (metric.settle_days, metric.unit) == (3, "count")
    now = datetime(START.year, START.month, START.day, 9, tzinfo=UTC) + timedelta(days=DAYS)
    services = replace(both_services, clock=lambda: now)
    assert detect_anomalies(services, analyst.workspace_id, run_id="r") == 0


def test_a_name_is_kept_apart_from_what_files_call_it(
    both_services: Services, analyst: Actor
) -> None:
    names = (
        "metrics:\n  - name: weekly_actives\n    label: Weekly actives\n    meta: {unit: count}\n"
    )
    done = import_metric_file(both_services, analyst, filename="dbt.yml", text=names)
    assert (done.rows, done.added) == (1, 1)
    actions.put_metric(
        both_services,
        analyst,
        name="weekly_actives",
        unit="count",
        description="People who came",
        source_names=["A. Any Event - Uniques", "activeUsers"],
    )
    text = "Date,A. Any Event - Uniques,signups\n2026-03-07,12,3\n2026-03-08,9,4\n"
    import_metric_file(both_services, analyst, filename="m.csv", text=text)
    import_metric_file(both_services, analyst, filename="g.json", text=ga4_report([5]))
    again = import_metric_file(both_services, analyst, filename="dbt.yml", text=names)
    assert (again.added, again.changed) == (0, 1)
    with both_services.reading(analyst.workspace_id) as uow:
        assert [one.name for one in repo.list_metrics(uow)] == ["signups", "weekly_actives"]
        metric = repo.find_metric(uow, "weekly_actives")
        assert metric is not None
        assert [item.value for item in repo.series(uow, metric.id)] == [12, 9, 5]
        assert metric.description == "Weekly actives"
        assert len(metric.source_names) == 2
    with pytest.raises(Conflict, match='"activeUsers" in files already stands for weekly_actives'):
        actions.put_metric(both_services, analyst, name="visits", source_names=["activeUsers"])


def test_there_is_one_north_star_and_ten_beside_it(both_services: Services, analyst: Actor) -> None:
    for number in range(10):
        actions.put_metric(both_services, analyst, name=f"m{number}", mark="top")
    actions.put_metric(both_services, analyst, name="z", mark=Mark.NORTH_STAR, good=Good.DOWN)
    actions.put_metric(both_services, analyst, name="a")
    for mark, words in ((Mark.TOP, "top ten is taken by m0"), ("north_star", "is taken by z")):
        with pytest.raises(Conflict, match=words):
            actions.put_metric(both_services, analyst, name="b", mark=mark)
    with pytest.raises(InputError, match="unknown mark; found best"):
        actions.put_metric(both_services, analyst, name="b", mark="best")
    with both_services.reading(analyst.workspace_id) as uow:
        names = [metric.name for metric in by_mark(repo.list_metrics(uow))]
    assert (names[0], names[-1], len(names)) == ("z", "a", 12)


def quiet_christmas(dip: float = 0.3, *, later: float = 1.0) -> str:
    """Return visits that fall on two holidays, and from 30 December on stay at `later`."""
    visits = np.random.default_rng(3).poisson(1000, DAYS).astype(float)
    for place in range(DAYS):
        day = START + timedelta(days=place)
        visits[place] *= dip if day in CHRISTMAS else later if day >= date(2026, 12, 30) else 1
    rows = [f"{START + timedelta(days=place)},{visits[place]:.0f}" for place in range(DAYS)]
    return "\n".join(["ts,value", *rows])


@pytest.mark.parametrize(
    ("workspace", "own", "alarms"),
    [
        pytest.param(None, None, True, id="no holidays known"),
        pytest.param("de", None, False, id="of the workspace"),
        pytest.param(None, "DE", False, id="of the metric"),
        pytest.param("DE", "none", True, id="the metric has none"),
    ],
)
def test_a_holiday_dip_is_no_alarm(
    both_services: Services, analyst: Actor, workspace: str | None, own: str | None, alarms: bool
) -> None:
    set_country(both_services, analyst, workspace)
    actions.put_metric(both_services, analyst, name="visits", unit="count", country=own)
    actions.import_observations(
        both_services, analyst, filename="v.csv", text=quiet_christmas(), metric="visits"
    )
    found = detect_anomalies(both_services, analyst.workspace_id, run_id="r")
    assert (found > 0) is alarms


def test_the_reason_names_the_holidays_that_were_not_judged(
    both_services: Services, analyst: Actor
) -> None:
    set_country(both_services, analyst, "DE")
    text = quiet_christmas(later=0.7)
    actions.import_observations(
        both_services, analyst, filename="v.csv", text=text, metric="visits", unit="count"
    )
    assert detect_anomalies(both_services, analyst.workspace_id, run_id="r") == 1
    with both_services.reading(analyst.workspace_id) as uow:
        (anomaly,) = repo.list_anomalies(uow)
    assert "holidays are not judged: 2026-12-25, 2026-12-26, 2027-01-01" in anomaly.reason
    assert anomaly.window is not None
    assert anomaly.window.start.date() == date(2026, 12, 30)


def test_a_country_without_a_calendar_is_refused(both_services: Services, analyst: Actor) -> None:
    with pytest.raises(InputError, match="no holidays are known for this country; found XY"):
        set_country(both_services, analyst, "xy")
    with pytest.raises(InputError, match="no holidays are known"):
        actions.put_metric(both_services, analyst, name="visits", country="DE-QQ")
