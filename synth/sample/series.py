"""Daily metric series of the sample study, computed from its events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

START = datetime(2026, 6, 1, tzinfo=UTC)  #: a Monday
DAYS = 84


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event of one user."""

    ts: datetime
    user_id: str
    event: str
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of one metric on one day in one slice."""

    metric: str
    day: int
    plan: str  #: "" is everybody
    numerator: float
    denominator: int


#: Metric -> (exposure event, outcome event; None: the mean of the exposure's values).
SERIES: dict[str, tuple[str, str | None]] = {
    "activation_rate": ("trial_started", "activated"),
    "day3_abandonment": ("first_upload", "abandoned_day3"),
    "provisioning_minutes": ("user_provisioned", None),
    "export_success": ("export_started", "export_finished"),
    "invite_acceptance": ("invite_sent", "invite_accepted"),
    "search_seconds": ("search_finished", None),
}


def compute_series(events: Sequence[Happening], plans: Mapping[str, str]) -> list[Point]:
    """Return the daily points of all metrics, overall and per plan, from events alone."""
    points = []
    for metric, (exposure, outcome) in SERIES.items():
        done = {item.user_id for item in events if item.event == outcome}
        groups: dict[tuple[int, str], list[float]] = defaultdict(list)
        for item in events:
            if item.event == exposure:
                value = float(item.user_id in done) if outcome else item.value or 0.0
                day = (item.ts - START).days
                groups[day, ""].append(value)
                groups[day, plans[item.user_id]].append(value)
        points += [
            Point(
                metric=metric,
                day=day,
                plan=plan,
                numerator=round(sum(values), 2),
                denominator=len(values),
            )
            for (day, plan), values in sorted(groups.items())
        ]
    return points
