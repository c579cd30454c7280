"""The weekly cadence: every product manager brings one anomaly and five conversations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from synth.fusion.types import Cadence, Week

ANOMALIES, TALKS = 1, 5
WEEKS = 6


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What one investigation, or one draft, counts for its owner."""

    owner_id: str
    anomaly_id: str
    on: datetime
    talks: Mapping[str, Sequence[datetime]]  #: when each person of the slice was talked to


def plan_cadence(
    managers: Mapping[str, str], brought: Iterable[Brought], today: date
) -> list[Cadence]:
    """Return the last weeks of each product manager, who is most behind first.

    An anomaly counts in the week it was taken up, a person in each week they were talked to.
    `managers` are names by id.
    """
    found = list(brought)
    rows = [_cadence(key, name, found, today) for key, name in managers.items()]
    return sorted(rows, key=lambda one: (not one.behind, one.steady, one.name))


def _cadence(key: str, name: str, brought: Sequence[Brought], today: date) -> Cadence:
    own = [one for one in brought if one.owner_id == key]
    this = today - timedelta(days=today.weekday())
    weeks = [_week(own, this - timedelta(weeks=back)) for back in reversed(range(WEEKS))]
    return Cadence(
        member_id=key,
        name=name,
        weeks=weeks,
        behind=_behind(weeks[-1]),
        steady=_steady(weeks[:-1]),
    )


def _week(own: Sequence[Brought], begins: date) -> Week:
    ends = begins + timedelta(weeks=1)
    people = {
        person
        for one in own
        for person, moments in one.talks.items()
        if any(begins <= moment.date() < ends for moment in moments)
    }
    anomalies = {one.anomaly_id for one in own if begins <= one.on.date() < ends}
    return Week(begins=begins, anomalies=len(anomalies), talks=len(people))


def _behind(week: Week) -> str:
    anomalies, talks = week.missing(ANOMALIES, TALKS)
    parts = [f"{anomalies} anomaly"] if anomalies else []
    parts += [f"{talks} conversation{'s' if talks > 1 else ''}"] if talks else []
    return f"this week still {' and '.join(parts)}" if parts else ""


def _steady(weeks: Sequence[Week]) -> int:
    count = 0
    for week in reversed(weeks):
        if any(week.missing(ANOMALIES, TALKS)):
            break
        count += 1
    return count
