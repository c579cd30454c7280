import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from synth.access.actions import start_workspace
from synth.core.ids import new_id
from synth.people import repo as people
from synth.people.types import Role
from synth.store.engine import open_engine, sqlite_url
from synth.store.tables import metadata
from synth.store.tables.people import participant_ids, participants
from tests.databases import waiting_for_the_disk


@pytest.fixture
def workspaces(both_services):
    return [start_workspace(both_services, name).workspace_id for name in ("One", "Two")]


def test_every_table_but_the_workspaces_carries_the_workspace_first_in_its_key():
    for table in metadata.sorted_tables:
        if table.name != "workspaces":
            assert next(iter(table.primary_key.columns)).name == "workspace_id", table.name


def test_every_reference_between_tables_stays_in_its_workspace():
    for table in metadata.sorted_tables:
        for reference in table.foreign_key_constraints:
            if reference.referred_table.name != "workspaces":
                assert "workspace_id" in reference.column_keys, (table.name, reference.name)


def test_a_row_cannot_refer_into_another_workspace(both_services, workspaces):
    one, two = workspaces
    with both_services.writing(one) as uow:
        (foreign,) = people.create(uow, [Role.PARTICIPANT], both_services.clock())
    row = {"namespace": "user", "value": "u1", "participant_id": foreign}
    with pytest.raises(IntegrityError), both_services.writing(two) as uow:
        uow.insert(participant_ids, [row])


def test_a_unit_of_work_that_raises_leaves_nothing(both_services, workspaces):
    one = workspaces[0]

    def fail_late():
        with both_services.writing(one) as uow:
            people.create(uow, [Role.PARTICIPANT], both_services.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    with both_services.reading(one) as uow:
        assert people.load(uow) == {}


def test_upsert_overwrites_and_insert_missing_keeps(both_services, workspaces):
    one = workspaces[0]
    now = both_services.clock()
    with both_services.writing(one) as uow:
        first, second = people.create(uow, [Role.PARTICIPANT] * 2, now)
        row = {"namespace": "user", "value": "u1"}
        uow.insert_missing(participant_ids, [{**row, "participant_id": first}])
        uow.insert_missing(participant_ids, [{**row, "participant_id": second}])
        assert people.find(uow, [("user", "u1")]) == {("user", "u1"): first}
        uow.upsert(participant_ids, [{**row, "participant_id": second}])
        assert people.find(uow, [("user", "u1")]) == {("user", "u1"): second}


def test_more_rows_than_one_statement_takes_are_all_written(both_services, workspaces):
    one = workspaces[0]
    now = both_services.clock()
    with both_services.writing(one) as uow:
        people.create(uow, [Role.PARTICIPANT] * 1203, now)
    with both_services.reading(one) as uow:
        numbers = [row["number"] for row in uow.rows(select(participants.c.number))]
    assert sorted(numbers) == list(range(1, 1204))


def test_times_come_back_in_utc(both_services, workspaces):
    one = workspaces[0]
    now = both_services.clock()
    with both_services.writing(one) as uow:
        people.create(uow, [Role.PARTICIPANT], now)
    with both_services.reading(one) as uow:
        assert uow.scalar(select(participants.c.created_at)) == now


def test_sqlite_is_durable_and_keeps_references(tmp_path):
    with waiting_for_the_disk(), open_engine(sqlite_url(tmp_path)).connect() as connection:
        answers = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reader_is_not_blocked_by_a_writer(services):
    workspace = start_workspace(services, "One").workspace_id
    with services.writing(workspace) as writer:
        people.create(writer, [Role.PARTICIPANT], services.clock())
        with services.reading(workspace) as reader:
            assert people.load(reader) == {}
    with services.reading(workspace) as reader:
        assert len(people.load(reader)) == 1


def test_two_workspaces_may_hold_the_same_derived_id(both_services, workspaces):
    shared = new_id()
    row = {
        "id": shared,
        "number": 1,
        "role": "participant",
        "segments": {},
        "may_analyse": True,
        "may_quote": True,
        "may_use_llm": True,
        "created_at": both_services.clock(),
    }
    for workspace in workspaces:
        with both_services.writing(workspace) as uow:
            uow.insert(participants, [row])
    with both_services.reading(workspaces[0]) as uow:
        assert set(people.load(uow)) == {shared}
