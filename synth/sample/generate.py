"""Writes the events, metric series and participants of the sample study; same seed, same bytes.

The people who speak in the texts are in `study/cast.csv`, with what happened to them. Around them
this module draws a crowd so that every daily rate keeps its planted value, writes one row per
event, and computes the series from those events alone.

Run `python -m synth.sample.generate` after a change; the results are part of the package.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from zlib import crc32

from synth.sample.cast import CastMember, read_cast
from synth.sample.series import DAYS, START, Happening, Point, compute_series

STUDY = Path(__file__).parent / "study"
SEED = 7
#: Day (0 is the first) from which onboarding step 3 asks for an integration.
STEP_3_CHANGE = 49
PLANS = ("enterprise", "smb")
JOBS = ("analyst", "manager", "controller")

#: People per plan on a weekday and on a day of the weekend.
TRIALS = (18, 10)
ACTIVATION_BEFORE, ACTIVATION_AFTER = 0.42, 0.31
ABANDONMENT = {"enterprise": 0.80, "smb": 0.30}
#: Share of people whose role list is slow; the rest are done within the target of 5 minutes.
SLOW_SHARE = 0.58

Fixed = Mapping[str, bool]
Cohorts = Mapping[tuple[int, str], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """An event that a metric measures, and how many people have it."""

    event: str
    outcome: str | None
    per_day: tuple[int, int]  #: people per plan on a weekday, on a day of the weekend
    hour: int


UPLOAD = Exposure(event="first_upload", outcome="abandoned_day3", per_day=(7, 4), hour=13)
PROVISIONING = Exposure(event="user_provisioned", outcome=None, per_day=(5, 3), hour=14)
QUIET = {
    "export_success": (
        Exposure(event="export_started", outcome="export_finished", per_day=(6, 3), hour=15),
        0.95,
    ),
    "invite_acceptance": (
        Exposure(event="invite_sent", outcome="invite_accepted", per_day=(6, 3), hour=16),
        0.64,
    ),
}
SEARCH = Exposure(event="search_finished", outcome=None, per_day=(5, 3), hour=17)


def day_quota(day: int, per_day: tuple[int, int]) -> int:
    """Return how many people per plan have something on `day`."""
    return per_day[1] if day % 7 >= 5 else per_day[0]


def place_trials(cast: Iterable[CastMember]) -> dict[tuple[int, str], list[str]]:
    """Return who starts a trial on each day and plan: the cast, then a crowd up to the quota."""
    cohorts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for member in cast:
        if member.trial_day is not None:
            cohorts[member.trial_day, member.plan].append(member.user_id)
    number = 2000
    for day in range(DAYS):
        for plan in PLANS:
            while len(cohorts[day, plan]) < day_quota(day, TRIALS):
                cohorts[day, plan].append(f"tl-{number}")
                number += 1
    return dict(cohorts)


def place_exposures(
    trials: Cohorts, exposure: Exposure, fixed: Mapping[str, int], barred: frozenset[str], seed: int
) -> dict[tuple[int, str], list[str]]:
    """Return who has `exposure` on each day and plan, within six days of starting the trial."""
    rng = random.Random(f"{seed}:{exposure.event}")
    plans = {user: plan for (_, plan), users in trials.items() for user in users}
    cohorts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for user, day in fixed.items():
        cohorts[day, plans[user]].append(user)
    used = set(fixed) | barred
    for day in range(DAYS):
        for plan in PLANS:
            free = [
                user
                for start in range(max(0, day - 6), day + 1)
                for user in trials[start, plan]
                if user not in used
            ]
            missing = max(0, day_quota(day, exposure.per_day) - len(cohorts[day, plan]))
            chosen = rng.sample(free, min(missing, len(free)))
            cohorts[day, plan] += chosen
            used |= set(chosen)
    return dict(cohorts)


def draw_outcomes(
    cohorts: Cohorts, rate: Callable[[int, str], float], fixed: Fixed, seed: str
) -> set[str]:
    """Return who has the outcome: `rate` is kept over the days, with a little daily noise."""
    rng = random.Random(seed)
    chosen: set[str] = set()
    owed = dict.fromkeys(PLANS, 0.0)
    for day, plan in sorted(cohorts):
        users = cohorts[day, plan]
        yes = [user for user in users if fixed.get(user)]
        free = [user for user in users if user not in fixed]
        owed[plan] += rate(day, plan) * len(users)
        wanted = round(owed[plan] + rng.gauss(0, 0.02) * len(users)) - len(yes)
        drawn = rng.sample(free, min(len(free), max(0, wanted)))
        owed[plan] -= len(yes) + len(drawn)
        chosen.update(yes, drawn)
    return chosen


def _always(rate: float) -> Callable[[int, str], float]:
    return lambda _day, _plan: rate


def draw_minutes(cohorts: Cohorts, fixed: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return minutes per person: two groups, 18 as the median and as the mean of all."""
    slow = draw_outcomes(
        cohorts,
        _always(SLOW_SHARE),
        {user: minutes > 5 for user, minutes in fixed.items()},
        f"{seed}:slow",
    )
    rng = random.Random(f"{seed}:minutes")
    ladder = cycle(rng.sample(range(50), 50))
    return {
        user: fixed.get(user) or _minutes(user in slow, (next(ladder) + 0.5) / 50)
        for key in sorted(cohorts)
        for user in cohorts[key]
    }


def _minutes(is_slow: bool, position: float) -> float:
    """Return the minutes at `position` (0 to 1) of the fast or the slow group."""
    if not is_slow:
        return round(2.4 + 2.4 * position, 1)
    return round(17.0 + 32.8 * float(position**1.75), 1)


def draw_events(cast: Sequence[CastMember], seed: int = SEED) -> list[Happening]:
    """Return every event of the study, in order of time."""
    trials = place_trials(cast)
    known = frozenset(member.user_id for member in cast)
    happenings = list(_trial_events(trials, cast, seed))
    happenings += _upload_events(trials, cast, known, seed)
    happenings += _provisioning_events(trials, cast, known, seed)
    locked = frozenset(m.user_id for m in cast if m.activated is False and m.upload_day is None)
    for exposure, rate in QUIET.values():
        cohorts = place_exposures(trials, exposure, {}, locked, seed)
        done = draw_outcomes(cohorts, _always(rate), {}, f"{seed}:{exposure.outcome}")
        happenings += _exposed(cohorts, exposure, seed)
        happenings += _outcomes(cohorts, exposure, done, delay=timedelta(minutes=20), seed=seed)
    happenings += _search_events(trials, locked, seed)
    return sorted(happenings, key=lambda item: (item.ts, item.user_id, item.event))


def _trial_events(trials: Cohorts, cast: Sequence[CastMember], seed: int) -> Iterator[Happening]:
    def rate(day: int, _plan: str) -> float:
        return ACTIVATION_AFTER if day >= STEP_3_CHANGE else ACTIVATION_BEFORE

    fixed = {m.user_id: m.activated for m in cast if m.activated is not None}
    trial = Exposure(event="trial_started", outcome="activated", per_day=TRIALS, hour=7)
    yield from _exposed(trials, trial, seed)
    done = draw_outcomes(trials, rate, fixed, f"{seed}:activated")
    yield from _outcomes(trials, trial, done, delay=timedelta(minutes=55), seed=seed)


def _upload_events(
    trials: Cohorts, cast: Sequence[CastMember], known: frozenset[str], seed: int
) -> Iterator[Happening]:
    days = {m.user_id: m.upload_day for m in cast if m.upload_day is not None}
    cohorts = place_exposures(trials, UPLOAD, days, known, seed)
    fixed = {m.user_id: m.abandoned for m in cast if m.abandoned is not None}
    left = draw_outcomes(cohorts, lambda _day, plan: ABANDONMENT[plan], fixed, f"{seed}:left")
    yield from _exposed(cohorts, UPLOAD, seed)
    yield from _outcomes(cohorts, UPLOAD, left, delay=timedelta(days=3), seed=seed)


def _provisioning_events(
    trials: Cohorts, cast: Sequence[CastMember], known: frozenset[str], seed: int
) -> Iterator[Happening]:
    days = {m.user_id: m.provisioning_day for m in cast if m.provisioning_day is not None}
    cohorts = place_exposures(trials, PROVISIONING, days, known, seed)
    fixed = {m.user_id: m.minutes for m in cast if m.minutes is not None}
    return _exposed(cohorts, PROVISIONING, seed, values=draw_minutes(cohorts, fixed, seed))


def _search_events(trials: Cohorts, locked: frozenset[str], seed: int) -> Iterator[Happening]:
    cohorts = place_exposures(trials, SEARCH, {}, locked, seed)
    rng = random.Random(f"{seed}:search")
    users = [user for key in sorted(cohorts) for user in cohorts[key]]
    seconds = {user: round(1.4 + rng.uniform(-0.3, 0.3), 2) for user in users}
    return _exposed(cohorts, SEARCH, seed, values=seconds)


def _exposed(
    cohorts: Cohorts, exposure: Exposure, seed: int, *, values: Mapping[str, float] | None = None
) -> Iterator[Happening]:
    for day, plan in sorted(cohorts):
        for user in cohorts[day, plan]:
            ts = exposed_at(day, exposure, user, seed)
            value = values[user] if values else None
            yield Happening(ts=ts, user_id=user, event=exposure.event, value=value)


def exposed_at(day: int, exposure: Exposure, user: str, seed: int) -> datetime:
    """Return the moment of an exposure: some time in the hour that its kind has."""
    second = random.Random(f"{seed}:{exposure.event}:{user}").randrange(3600)
    return START + timedelta(days=day, hours=exposure.hour, seconds=second)


def _outcomes(
    cohorts: Cohorts, exposure: Exposure, done: set[str], *, delay: timedelta, seed: int
) -> Iterator[Happening]:
    for day, plan in sorted(cohorts):
        for user in cohorts[day, plan]:
            if user in done and exposure.outcome:
                ts = exposed_at(day, exposure, user, seed) + delay
                yield Happening(ts=ts, user_id=user, event=exposure.outcome)


def write_study(folder: Path = STUDY, seed: int = SEED) -> None:
    """Write events.csv, metrics.csv and participants.csv from cast.csv in `folder`."""
    cast = read_cast((folder / "cast.csv").read_text("utf-8"))
    events = draw_events(cast, seed)
    plans = {user: plan for (_, plan), users in place_trials(cast).items() for user in users}
    _write(
        folder / "events.csv",
        ("ts", "user_id", "event", "value", "session_id"),
        (
            (_iso(e.ts), e.user_id, e.event, "" if e.value is None else e.value, _session(e))
            for e in events
        ),
    )
    _write(
        folder / "metrics.csv",
        ("metric", "ts", "value", "numerator", "denominator", "segment.plan"),
        (_series_row(point) for point in compute_series(events, plans)),
    )
    admins = {item.user_id for item in events if item.event == PROVISIONING.event}
    _write(folder / "participants.csv", PARTICIPANT_COLUMNS, _people(cast, plans, admins))


def _series_row(point: Point) -> tuple[object, ...]:
    ts = (START + timedelta(days=point.day)).date().isoformat()
    value = point.numerator / point.denominator
    return (point.metric, ts, value, point.numerator, point.denominator, point.plan)


def _session(event: Happening) -> str:
    return f"{event.user_id}:d{(event.ts - START).days:02d}"


PARTICIPANT_COLUMNS = (
    *("user_id", "name", "email", "role", "segment.plan", "segment.role"),
    *("analyse", "quote", "llm", "contact"),
)
#: Of ten people: one does not want to be contacted, two were not asked.
CONTACT = ("no", "", "", *["yes"] * 7)


def _people(
    cast: Sequence[CastMember], plans: Mapping[str, str], admins: set[str]
) -> Iterator[tuple[str, ...]]:
    for m in cast:
        yield (m.user_id, m.name, m.email, m.role, m.plan, m.job, *m.consent, _contact(m.user_id))
    known, jobs = {m.user_id for m in cast}, cycle(JOBS)
    for user in sorted(set(plans) - known):
        job = "admin" if user in admins else next(jobs)
        yield (user, "", "", "participant", plans[user], job, "yes", "yes", "yes", _contact(user))


def _contact(user: str) -> str:
    return CONTACT[crc32(user.encode()) % len(CONTACT)]


def _iso(ts: datetime) -> str:
    return ts.isoformat().replace("+00:00", "Z")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write_study()
