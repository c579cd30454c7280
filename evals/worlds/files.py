"""A planted world as the raw files a team would upload: tickets, people, a daily metric, events."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from evals.worlds.generator import DAYS, ONSET, START
from evals.worlds.types import Said, World

#: People measured per day and plan, and the level before the change.
DAILY, BEFORE = 80, 0.9
EXPOSED, REACHED = "world_started", "world_reached"


@dataclass(frozen=True, kw_only=True)
class WorldFiles:
    """Everything about a world that a method may read, and which ticket says what."""

    tickets: bytes
    participants: str
    observations: str
    events: str
    said: Mapping[str, Said]  #: the truth, by ticket id


def world_files(world: World) -> WorldFiles:
    """Return the files of a world; the same world gives the same bytes."""
    rng = np.random.default_rng([world.seed, 14])
    order = sorted(world.said, key=lambda one: (one.at, one.person, one.text))
    said = {str(number): one for number, one in enumerate(order, start=1)}
    return WorldFiles(
        tickets=_tickets(said).encode(),
        participants=_participants(world),
        observations=_observations(world, rng),
        events=_events(world, rng),
        said=said,
    )


def _tickets(said: Mapping[str, Said]) -> str:
    rows = ([key, _iso(one.at), one.person, "", one.text] for key, one in said.items())
    return _csv(("id", "created_at", "requester_id", "subject", "description"), rows)


def _participants(world: World) -> str:
    heads = ("user_id", "role", "segment.plan", "segment.platform", "analyse", "quote", "llm")
    return _csv(
        heads,
        (
            [person, "participant", segments["plan"], segments["platform"], "yes", "yes", "yes"]
            for person, segments in sorted(world.segments.items())
        ),
    )


def _observations(world: World, rng: np.random.Generator) -> str:
    anomaly = world.anomaly.anomaly
    rows: list[Sequence[object]] = []
    for day in range(DAYS):
        reached = {}
        for plan in ("enterprise", "smb"):
            hit = day >= ONSET and anomaly.segment.get("plan", plan) == plan
            reached[plan] = int(rng.binomial(DAILY, anomaly.observed if hit else BEFORE))
        ts = (START + timedelta(days=day)).date().isoformat()
        both = sum(reached.values())
        rows.append([world.metric.name, ts, both / (2 * DAILY), both, 2 * DAILY, ""])
        rows += [
            [world.metric.name, ts, count / DAILY, count, DAILY, plan]
            for plan, count in reached.items()
        ]
    return _csv(("metric", "ts", "value", "numerator", "denominator", "segment.plan"), rows)


def _events(world: World, rng: np.random.Generator) -> str:
    rows = []
    hit, spared = world.anomaly.affected, world.anomaly.unaffected
    for person in sorted(hit | spared):
        at = START + timedelta(days=float(rng.uniform(ONSET + 0.1, DAYS - 3)))
        rows.append([_iso(at), person, EXPOSED])
        if person in spared:
            rows.append([_iso(at + timedelta(hours=2)), person, REACHED])
    return _csv(("ts", "user_id", "event"), rows)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return file.getvalue()
