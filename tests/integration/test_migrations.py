import uuid

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from synth.store.engine import open_engine
from synth.store.migrate import HEAD, MIGRATIONS, upgrade
from synth.store.tables import metadata
from tests.databases import create_database

#: What the second migration and the libraries add beside our metadata.
OTHERS = ("chunk_words", "alembic_version")


def ours(_object, name, kind, _reflected, _compare_to):
    return not (kind == "table" and name and name.startswith(OTHERS))


def test_the_newest_revision_is_the_one_the_code_names():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/synth.db"
    return create_database(request.getfixturevalue("postgres_server"), f"e{uuid.uuid4().hex}")


def test_migrations_make_exactly_the_tables_of_the_code(empty_url):
    engine = open_engine(empty_url)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": False}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_twice_changes_nothing(both_services):
    engine = both_services.engine

    def schema():
        query = (
            "SELECT tablename || indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
            if engine.dialect.name == "postgresql"
            else "SELECT sql FROM sqlite_master ORDER BY name"
        )
        with engine.connect() as connection:
            return connection.execute(text(query)).scalars().all()

    before = schema()
    upgrade(engine)
    assert schema() == before


def migrate_to(engine, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


BEFORE_EVENTS = """
INSERT INTO workspaces VALUES ('w', 'W', '2026-01-01');
INSERT INTO members (workspace_id, id, name, roles, created_at)
VALUES ('w', 'm', 'Mia', '["pm"]', '2026-01-01');
INSERT INTO theme_runs
VALUES ('w', 'r', 7, 'small', '{}', 0, 0, TRUE, 'm', '2026-01-02');
INSERT INTO themes (workspace_id, id, run_id, rank, title, description, keywords, titled_by,
merged_into, is_hidden)
VALUES ('w', 'a', 'r', 0, 'Mine', '', '[]', 'm', NULL, FALSE),
('w', 'b', 'r', 1, 'Found', '', '[]', NULL, 'a', FALSE),
('w', 'c', 'r', 2, 'Other', '', '[]', NULL, NULL, TRUE)
"""


def test_what_people_decided_before_there_were_events_becomes_events(empty_url):
    engine = open_engine(empty_url)
    migrate_to(engine, "0002")
    with engine.begin() as connection:
        for statement in BEFORE_EVENTS.split(";"):
            connection.execute(text(statement))
    upgrade(engine)
    with engine.connect() as connection:
        edits = connection.execute(
            text("SELECT seq, kind, theme_id, author_id FROM theme_edits ORDER BY seq")
        ).all()
        titles = connection.execute(text("SELECT id, found_title FROM themes ORDER BY id")).all()
    assert edits == [(1, "rename", "a", "m"), (2, "merge", "b", "m"), (3, "hide", "c", "m")]
    assert titles == [("a", None), ("b", "Found"), ("c", "Other")]
    engine.dispose()
