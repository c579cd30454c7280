"""Which metrics are named beside each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from synth.core.periods import Period
from synth.metrics.company import with_company
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good

START = datetime(2026, 3, 2, tzinfo=UTC)


def moved(name: str, day: float, kind: AnomalyKind = AnomalyKind.SHIFT) -> AnomalyPeople:
    start = START + timedelta(days=day)
    anomaly = Anomaly(
        id=f"{name} {day}",
        metric_id=name,
        metric=name,
        kind=kind,
        direction=Good.DOWN,
        segment={},
        window=Period(start, start + timedelta(days=5)),
        baseline=0.5,
        observed=0.3,
        score=9.0,
        reason=f"{name} fell",
        affected=0,
        measured=0,
    )
    return AnomalyPeople(anomaly=anomaly, affected=frozenset(), unaffected=frozenset())


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        pytest.param([moved("b", 3)], "a fell; in the same days moved b", id="three days later"),
        pytest.param([moved("b", 3.5)], "a fell", id="too late"),
        pytest.param([moved("a", 1)], "a fell", id="the same metric"),
        pytest.param([moved("b", 0, AnomalyKind.SEGMENT)], "a fell", id="no shift"),
        pytest.param(
            [moved(name, 0) for name in "fedcb"],
            "a fell; in the same days moved b, c, d and 2 more",
            id="many",
        ),
    ],
)
def test_what_else_moved(others: list[AnomalyPeople], reason: str) -> None:
    told = with_company([moved("a", 0), *others])
    assert told[0].anomaly.reason == reason
    assert len(told) == 1 + len(others)
