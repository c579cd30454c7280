"""The doctor finds each breach it exists for, and nothing in a healthy workspace."""

import pytest
from sqlalchemy import text

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.doctor.checks import examine
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Provenance
from synth.indexing.stage import embed_source, index_source
from synth.review.actions import approve
from synth.segments.repo import eligible_chunks
from synth.segments.stage import chunk_source
from synth.sources.actions import upload
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions
from tests.factories import (
    NOW,
    add_actor,
    add_anomaly,
    add_link,
    add_theme,
    make_content,
    new_key,
    store_hypothesis,
)

TICKETS = (
    "id,requester_id,description\n"
    "1,u1,The setup asks for an admin and nobody here is one.\n"
    "2,u2,Step three wants admin rights so we stopped there.\n"
)


@pytest.fixture
def healthy(both_services):
    """A workspace with a read source, a theme, and one approved hypothesis."""
    services = both_services
    workspace = start_workspace(services, "Healthy").workspace_id
    researcher = add_actor(services, workspace, MemberRole.RESEARCHER)
    reviewer = add_actor(services, workspace, MemberRole.REVIEWER)
    sent = upload(
        services,
        researcher,
        filename="tickets.csv",
        data=TICKETS.encode(),
        options=ReadOptions(),
    )
    for stage in (read_source, chunk_source, embed_source, index_source):
        stage(services, workspace, sent.source.id)
    with services.writing(workspace) as uow:
        found = eligible_chunks(uow)
        chunks = [chunk.id for chunk in found]
        started_by = researcher.member.id
        theme = add_theme(uow, chunks, created_by=started_by)
        anomaly = add_anomaly(uow, affected=[chunk.participant_id for chunk in found])
        add_link(uow, anomaly, theme)
        hypothesis = new_key()
        store_hypothesis(
            uow,
            hypothesis_id=hypothesis,
            content=make_content(uow, chunks),
            provenance=Provenance(drafter="template v1"),
            started_by=started_by,
            anomaly_id=anomaly,
            theme_id=theme,
            held_reasons=[],
            now=NOW,
        )
    with services.reading(workspace) as uow:
        seen = hypotheses.load_hypothesis(uow, hypothesis).etag
    approve(services, reviewer, hypothesis, seen=seen, ticked=range(9))
    return services


def broken(services):
    return [finding.number for finding in examine(services) if finding.problems]


def test_a_healthy_workspace_has_no_finding(healthy):
    findings = examine(healthy)
    assert [finding.line for finding in findings if finding.problems] == []
    assert [finding.number for finding in findings] == [1, 2, 3, 4, 6, 7, 8, 9, 15, 16]
    assert all(finding.checked for finding in findings if finding.number != 4)


#: What is done to the rows, and which invariants that breaks.
BREACHES = {
    "an original is lost": ("UPDATE sources SET bytes = bytes + 1", [1]),
    "a chunk is lost": ('DELETE FROM chunk_words; UPDATE chunks SET "end" = "end" - 3', [2, 3, 7]),
    "a chunk says other words": ("UPDATE chunks SET text = text || '!'", [2]),
    "a vector has no chunk": ("UPDATE chunks SET is_evidence = false", [3, 7]),
    "a step took effect twice": (
        "INSERT INTO jobs (workspace_id, id, kind, arguments, state, done, total, created_by,"
        " created_at) SELECT workspace_id, 'twice', 'k', '{}', 'done', 0, 0, id, created_at"
        " FROM members LIMIT 1;"
        "INSERT INTO effects (workspace_id, key, job_id, step, result, at)"
        " SELECT workspace_id, 'a', 'twice', 's', '{}', created_at FROM jobs WHERE id = 'twice';"
        "INSERT INTO effects (workspace_id, key, job_id, step, result, at)"
        " SELECT workspace_id, 'b', 'twice', 's', '{}', created_at FROM jobs WHERE id = 'twice'",
        [4],
    ),
    "a file failed without a reason": ("UPDATE sources SET state = 'failed', error = NULL", [6]),
    "a theme run hides unthemed passages": ("UPDATE theme_runs SET unthemed = unthemed + 1", [6]),
    "a document changed under its quotes": ("UPDATE documents SET text = 'x' || text", [2, 7]),
    "somebody united is counted apart": (
        "UPDATE participants SET merged_into = (SELECT min(id) FROM participants)"
        " WHERE id = (SELECT max(id) FROM participants)",
        [15],
    ),
    "a reviewer was none": ("UPDATE members SET roles = '[]'", [8]),
}


@pytest.mark.parametrize(("statements", "numbers"), BREACHES.values(), ids=BREACHES.keys())
def test_each_breach_is_found(healthy, statements, numbers):
    with healthy.engine.begin() as connection:
        for statement in statements.split(";"):
            connection.exec_driver_sql(statement)
    assert broken(healthy) == numbers


def test_a_changed_audit_row_is_found(healthy):
    with healthy.engine.begin() as connection:
        drop_guards(connection, "audit_events")
        connection.execute(text("UPDATE audit_events SET actor_id = 'somebody' WHERE seq = 1"))
    assert broken(healthy) == [9]


def drop_guards(connection, table):
    """Take the triggers away, as somebody with the database's own password could."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    names = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
        {"table": table},
    )
    for name in names.scalars().all():
        connection.execute(text(f'DROP TRIGGER "{name}"'))
