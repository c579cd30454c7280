"""Whoever withdraws leaves no id behind, and everybody else counts as if they had never been."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.errors import Conflict, NotFound
from synth.metrics.actions import import_person_values
from synth.metrics.event_actions import import_events
from synth.metrics.event_queries import asking_events
from synth.people import merge_actions, repo
from synth.people.actions import import_people
from synth.people.identity import stored_key
from synth.people.types import Reference
from synth.privacy.actions import withdraw
from synth.services import Services
from synth.store.tables import metadata
from synth.store.tables.metrics import anomaly_people, anomaly_sessions, person_values
from tests.factories import add_anomaly, put

PEOPLE = 6
NAMES = ("open", "close")
#: Everybody is known by two systems; some ids are addresses, which are stored as hashes.
IDS = [(f"crm-zq{n}x", f"anna.zq{n}x@example.org" if n % 2 else f"web-zq{n}x") for n in range(6)]

histories = st.fixed_dictionaries(
    {
        "events": st.lists(
            st.tuples(
                st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(0, 1), st.integers(0, 27)
            ),
            min_size=1,
            max_size=25,
        ),
        "cut": st.integers(0, 25),
        "joined": st.sets(st.integers(0, PEOPLE - 1), max_size=PEOPLE),
        "leaving": st.lists(
            st.integers(0, PEOPLE - 1), min_size=1, max_size=PEOPLE - 1, unique=True
        ),
        "by": st.integers(0, 1),
    }
)


class World:
    """A workspace with people of two ids, joined or not, and what they did."""

    def __init__(self, services: Services, history: dict[str, object]) -> None:
        self.services, self.history = services, history
        keys = start_workspace(services, "Withdrawing").keys
        actor = authenticate(services, keys[MemberRole.RESEARCHER])
        every = frozenset({MemberRole.RESEARCHER, MemberRole.ANALYST})
        self.actor: Actor = replace(actor, member=replace(actor.member, roles=every))
        self.workspace = actor.workspace_id
        self.gone: set[int] = set()

    def table(self, events) -> str:
        rows = [
            f"2026-01-{day + 1:02d}T10:00:00Z,{IDS[who][which]},{NAMES[name]},1,s-{IDS[who][which]}"
            for who, which, name, day in events
        ]
        return "\n".join(["ts,user_id,event,value,session_id", *rows]) + "\n"

    def bring(self) -> None:
        """Import everything, in two files; what is there already changes nothing."""
        events, cut = self.history["events"], self.history["cut"]
        for part in (events[:cut], events[cut:]):
            if part:
                import_events(self.services, self.actor, filename="e.csv", content=self.table(part))
        values = "metric,participant,value\n" + "".join(
            f"minutes,{ids[0]},{n}\n" for n, ids in enumerate(IDS)
        )
        import_person_values(self.services, self.actor, filename="v.csv", text=values)

    def people(self) -> str:
        rows = "".join(f"{one},yes,account {one}\n" for ids in IDS for one in ids)
        return "user_id,analyse,segment.account\n" + rows

    def join(self) -> None:
        with self.services.writing(self.workspace) as uow:
            import_people(self.services, uow, "p.csv", self.people())
            for n in sorted(self.history["joined"]):
                one, other = (
                    merge_actions.find_person(self.services, uow, self.named(each))
                    for each in IDS[n]
                )
                merge_actions.join_people(self.services, uow, self.actor, one, other)
            ids = [merge_actions.find_person(self.services, uow, f"user:{i[0]}") for i in IDS]
            roots = repo.united(uow)
            ids = [roots.get(one, one) for one in ids]
            anomaly = add_anomaly(uow, affected=ids[:3], unaffected=ids[3:])
            for who, person in zip(IDS, ids, strict=True):
                put(uow, anomaly_sessions, anomaly_id=anomaly, session_id=f"s-{who[0]}",
                    participant_id=person, event="open")  # fmt: skip

    @staticmethod
    def named(one: str) -> str:
        return f"email:{one}" if "@" in one else f"user:{one}"

    def known(self) -> list[str]:
        """Return the ids each person can still be named by: both, where they were joined."""
        return [self.named(IDS[n][self.history["by"]]) for n in self.history["leaving"]]

    def left(self) -> set[tuple[int, int]]:
        """Return (person, which id) of those who withdrew."""
        found = set()
        for n in self.history["leaving"]:
            both = n in self.history["joined"]
            found |= {(n, which) for which in (0, 1) if both or which == self.history["by"]}
        return found

    def expected(self) -> dict[str, tuple[int, int]]:
        """Return events and people by name, counted by hand from what was given."""
        kept = {
            (n, which, name, day)
            for n, which, name, day in self.history["events"]
            if (n, which) not in self.left()
        }
        counted = {}
        for place, name in enumerate(NAMES):
            own = [(n, which) for n, which, one, _ in kept if one == place]
            joined = self.history["joined"]
            people = {n if n in joined else (n, which) for n, which in own}
            if own:
                counted[name] = (len(own), len(people))
        return counted

    def counted(self) -> dict[str, tuple[int, int]]:
        with (
            self.services.reading(self.workspace) as uow,
            asking_events(self.services.event_log, uow) as events,
        ):
            return {one.name: (one.events, one.people) for one in events.names()}

    def traces(self) -> set[str]:
        """Return the ids of those who withdrew that stand in any row or file of events."""
        wanted = [IDS[n][which] for n, which in self.left()]
        wanted += [f"s-{one}" for one in wanted]
        secret = self.services.secret
        wanted += [stored_key(Reference(namespace="user", value=one), secret)[1] for one in wanted]
        with self.services.reading(self.workspace) as uow:
            stored = "".join(
                repr(tuple(row.values()))
                for table in metadata.sorted_tables
                if "workspace_id" in table.c
                for row in uow.rows(select(table).where(table.c.workspace_id == self.workspace))
            )
        folder: Path = self.services.settings.data_dir / "events" / self.workspace
        for file in folder.glob("*"):
            rows = duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()
            stored += repr(rows)
        return {one for one in wanted if one in stored}


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # an example takes half a second: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories, seed=st.integers(0, 99))
def test_no_trace_is_left_and_the_others_count_as_before(services, history, seed):
    world = World(services, history)
    world.bring()
    world.join()
    order = world.known()
    random.Random(seed).shuffle(order)
    for named in order:
        withdraw(services, world.actor, named)
    assert world.counted() == world.expected()
    assert world.traces() == set()
    # The same files again bring nobody back.
    world.bring()
    with services.writing(world.workspace) as uow:
        again = import_people(services, uow, "p.csv", world.people())
    assert world.counted() == world.expected()
    assert world.traces() == set()
    left = {n for n, which in world.left() if which == 0}
    assert len(again.problems) == len(world.left())
    with services.reading(world.workspace) as uow:
        events = audit.events(uow)
        own = select(person_values).where(person_values.c.workspace_id == world.workspace)
        valued = {row["participant_id"] for row in uow.rows(own)}
        hit = uow.rows(
            select(anomaly_people).where(anomaly_people.c.workspace_id == world.workspace)
        )
        agreeing = {one.id for one in repo.load(uow).values() if one.consent.analyse}
    assert len(valued) == PEOPLE - len(left)
    assert len(hit) == PEOPLE - len(left)
    assert {row["participant_id"] for row in hit} <= agreeing
    assert [one.action for one in events].count("people.withdraw") == len(history["leaving"])
    assert find_break(services.secret, events) is None


def test_who_withdrew_is_joined_with_nobody_and_withdraws_once(both_services: Services) -> None:
    history = {"events": [(0, 0, 0, 1), (1, 0, 0, 2)], "cut": 1, "joined": set(), "leaving": [0],
               "by": 0}  # fmt: skip
    world = World(both_services, history)
    world.bring()
    done = withdraw(both_services, world.actor, "user:crm-zq0x")
    assert (done.ids, done.events, done.values) == (1, 1, 1)
    with pytest.raises(NotFound):
        withdraw(both_services, world.actor, "user:crm-zq0x")
    with pytest.raises(Conflict, match="withdrew before"):
        withdraw(both_services, world.actor, done.participant)
    crosswalk = "namespace,value,namespace,value\nuser,crm-zq0x,user,crm-zq1x\n"
    with both_services.writing(world.workspace) as uow:
        found = merge_actions.import_crosswalk(both_services, uow, world.actor, "c.csv", crosswalk)
    assert "one of them withdrew" in found.problems[0]
    assert world.traces() == set()
    assert world.counted() == {"open": (1, 1)}


def test_deleted_rows_are_overwritten_in_the_database_file(services: Services) -> None:
    history = {"events": [(n, 0, 0, n) for n in range(6)], "cut": 3, "joined": set(),
               "leaving": [0, 2], "by": 0}  # fmt: skip
    world = World(services, history)
    world.bring()
    for named in world.known():
        withdraw(services, world.actor, named)
    services.engine.dispose()
    with closing(sqlite3.connect(Path(services.settings.data_dir) / "synth.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(
        path.read_bytes() for path in Path(services.settings.data_dir).glob("synth.db*")
    )
    assert b"crm-zq1x" in stored
    assert b"crm-zq0x" not in stored
    assert b"crm-zq2x" not in stored
