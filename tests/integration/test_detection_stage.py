"""Detection through the store, on both databases: values not final yet raise nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.errors import InputError
from synth.metrics import actions, repo
from synth.metrics.stage import detect_anomalies
from synth.services import Services

START, DAYS = datetime(2026, 1, 5, tzinfo=UTC), 60


def late_csv() -> str:
    """Return visits whose last three days are not all in yet."""
    rng = np.random.default_rng(1)
    visits = rng.poisson(1000, DAYS)
    visits[-3:] //= 5
    rows = [f"{(START + timedelta(days=day)).date()},{visits[day]}" for day in range(DAYS)]
    return "\n".join(["ts,value", *rows])


@pytest.mark.parametrize(("settle_days", "found"), [(0, 1), (3, 0)])
def test_late_values_never_alarm(both_services: Services, settle_days: int, found: int) -> None:
    now = START + timedelta(days=DAYS, hours=9)
    services = replace(both_services, clock=lambda: now)
    keys = start_workspace(services, "Test").keys
    analyst = authenticate(services, keys[MemberRole.ANALYST])
    actions.put_metric(services, analyst, name="visits", unit="count", settle_days=settle_days)
    actions.import_observations(
        services, analyst, filename="v.csv", text=late_csv(), metric="visits"
    )
    assert detect_anomalies(services, analyst.workspace_id, run_id="r") == found
    with services.reading(analyst.workspace_id) as uow:
        metric = repo.find_metric(uow, "visits")
        assert metric is not None
        assert metric.settle_days == settle_days


def test_days_until_final_are_a_period(both_services: Services) -> None:
    keys = start_workspace(both_services, "Test").keys
    analyst = authenticate(both_services, keys[MemberRole.ANALYST])
    with pytest.raises(InputError, match="days until values are final"):
        actions.put_metric(both_services, analyst, name="visits", settle_days=-1)
