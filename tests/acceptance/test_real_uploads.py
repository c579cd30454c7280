"""Every real file goes in without a crash, or says why it does not.

Runs where SYNTH_EVAL_DATA names the public data folder; no text of it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.datasets import real_input
from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.doctor.checks import examine
from synth.pipeline import work
from synth.segments import repo as segments
from synth.services import Services
from synth.sources import actions, repo
from synth.sources.types import ReadOptions, Source, SourceKind, SourceState, Upload
from tests.acceptance.real_data import (
    is_readable,
    needs_data,
    set_files,
    set_folder,
    wait,
)
from tests.databases import fast_services

pytestmark = [needs_data, pytest.mark.timeout(600)]


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A workspace that took in every real file."""

    services: Services
    workspace_id: str
    researcher: Actor
    files: dict[Path, Source]
    meetings: dict[str, Source]
    tickets: Source


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intake]:
    """Take in calls, interviews, meetings and tickets through uploads and jobs."""
    services = fast_services(tmp_path_factory.mktemp("intake"))
    started = start_workspace(services, "Real files")
    researcher = authenticate(services, started.keys[MemberRole.RESEARCHER])
    paths = set_files("zoom_vtt") + set_files("founder_interviews")
    documents = list(real_input.meeting_documents(set_folder("qmsum")))
    tickets = real_input.ticket_csv(set_folder("it_tickets")).encode()

    def send(name: str, data: bytes) -> Upload:
        return actions.upload(services, researcher, filename=name, data=data, options=ReadOptions())

    with work(services):
        uploads = [send(f"{path.parent.name}-{path.name}", path.read_bytes()) for path in paths]
        uploads += [
            actions.put_document(services, researcher, str(body["external_id"]), body)
            for body in documents
        ]
        done = wait(services, started.workspace_id, [*uploads, send("tickets.csv", tickets)])
    yield Intake(
        services=services,
        workspace_id=started.workspace_id,
        researcher=researcher,
        files=dict(zip(paths, done, strict=False)),
        meetings={
            str(body["external_id"]): source
            for body, source in zip(documents, done[len(paths) :], strict=False)
        },
        tickets=done[-1],
    )
    services.engine.dispose()


def test_every_file_is_read_or_says_why_not(intake: Intake) -> None:
    for path, source in intake.files.items():
        if is_readable(path):
            assert source.state in (SourceState.READ, SourceState.PARTIAL), (
                path.name,
                source.error,
            )
        else:
            assert source.state is SourceState.FAILED, path.name
            assert source.error, path.name
            assert "unexpected" not in source.error
    assert {source.state for source in intake.meetings.values()} == {SourceState.READ}
    assert intake.tickets.state in (SourceState.READ, SourceState.PARTIAL)


def test_meetings_keep_every_turn_and_word(intake: Intake) -> None:
    for body in real_input.meeting_documents(set_folder("qmsum")):
        source = intake.meetings[str(body["external_id"])]
        turns = body["turns"]
        assert isinstance(turns, list)
        with intake.services.reading(intake.workspace_id) as uow:
            (stored,) = repo.documents_of_source(uow, source.id)
            skips = repo.skips(uow, source.id)
        assert len(stored.turns) == len(turns)
        assert skips == []


def test_all_tickets_are_there(intake: Intake) -> None:
    with intake.services.reading(intake.workspace_id) as uow:
        count = len(repo.document_ids_of_source(uow, intake.tickets.id))
        skips = repo.skips(uow, intake.tickets.id)
    assert count + len(skips) == real_input.TICKETS
    assert all(skip.reason for skip in skips)


def test_chunks_are_the_text_they_point_at(intake: Intake) -> None:
    checked = 0
    with intake.services.reading(intake.workspace_id) as uow:
        for source in [*intake.files.values(), *intake.meetings.values(), intake.tickets]:
            texts = {
                both.document.id: both.document.text
                for both in repo.documents_of_source(uow, source.id)
            }
            for chunk in segments.chunks_of_source(uow, source.id):
                text = texts[chunk.document_id]
                assert text[chunk.span.start : chunk.span.end] == chunk.text
                checked += 1
    assert checked > 10_000


def test_the_store_is_sound(intake: Intake) -> None:
    assert [finding.line for finding in examine(intake.services) if finding.problems] == []


def test_a_copy_of_a_file_changes_nothing(intake: Intake) -> None:
    path, source = next((path, one) for path, one in intake.files.items() if path.suffix == ".vtt")
    again = actions.upload(
        intake.services,
        intake.researcher,
        filename=source.filename,
        data=path.read_bytes(),
        options=ReadOptions(),
    )
    assert again.job is None
    assert SourceKind(source.kind) is SourceKind.TRANSCRIPT
