"""People's edits of themes: the database keeps each as it was written."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.store.theme_guards import theme_guard_ddl
from synth.themes import repo
from synth.themes.edits import Edit, EditKind
from tests.factories import NOW, add_actor, new_key

REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO theme_edits SELECT * FROM theme_edits",
    "postgresql": "TRUNCATE theme_edits CASCADE",
}


@pytest.fixture
def case(shared_services):
    workspace = start_workspace(shared_services, "Edits").workspace_id
    author = add_actor(shared_services, workspace, MemberRole.PM).member.id
    add(shared_services, workspace, author, 1)
    return shared_services, workspace, author


def add(services, workspace, author, seq, kind=EditKind.MOVE, **values):
    edit = Edit(
        id=new_key(), seq=seq, kind=kind, theme_id=None, author_id=author, created_at=NOW, **values
    )
    with services.writing(workspace) as uow:
        repo.add_edit(uow, edit)
    return edit.id


def kept(services, workspace):
    with services.reading(workspace) as uow:
        return repo.list_edits(uow)


def run(services, statement, **values):
    with services.engine.begin() as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE theme_edits SET kind = 'hide'",
        "UPDATE theme_edits SET payload = '{}'",
        "DELETE FROM theme_edits",
        "replace",
    ],
)
def test_an_edit_stays_as_it_was(case, statement):
    services, workspace, _ = case
    before = kept(services, workspace)
    if statement == "replace":
        statement = REPLACE[services.engine.dialect.name]
    with pytest.raises(IntegrityError):
        run(services, statement)
    assert kept(services, workspace) == before


def test_no_edit_takes_the_number_of_another(case):
    services, workspace, author = case
    if services.engine.dialect.name == "sqlite":
        with pytest.raises(IntegrityError, match="follows the one before"):
            run(
                services,
                "INSERT OR REPLACE INTO theme_edits SELECT workspace_id, 'new', seq, 'hide', "
                "theme_id, payload, undoes, author_id, created_at FROM theme_edits",
            )
    for seq in (1, 3):
        with pytest.raises(IntegrityError, match="follows the one before"):
            add(services, workspace, author, seq)
    assert [edit.seq for edit in kept(services, workspace)] == [1]


def test_an_edit_is_undone_once_and_an_undo_never(case):
    services, workspace, author = case
    [edit] = kept(services, workspace)
    undo = add(services, workspace, author, 2, EditKind.UNDO, undoes=edit.id)
    for again in (edit.id, undo):
        with pytest.raises(IntegrityError, match="undone once"):
            add(services, workspace, author, 3, EditKind.UNDO, undoes=again)
    add(services, workspace, author, 3)


def test_the_guards_can_be_put_in_place_again(case):
    services, _, _ = case
    with services.engine.begin() as connection:
        for statement in theme_guard_ddl(services.engine.dialect.name):
            connection.exec_driver_sql(statement)
    with pytest.raises(IntegrityError):
        run(services, "DELETE FROM theme_edits")
