"""Experiments: what they did, and the talks that come before a follow-up."""

from __future__ import annotations

import json

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.experiments import ExperimentShown, TalksGiven
from api.schemas.metrics import ImportedShown
from api.uploads import Sent, SentBody, SentFile, body_schema
from synth.metrics import experiment_actions as actions
from synth.sources.redaction import redact

router = guarded_router("experiments")


@router.post("/v1/experiments", openapi_extra=body_schema())
def import_experiments(sent: SentBody, context: ContextOf) -> ImportedShown:
    """Import experiments as CSV or JSON; a follow-up waits for talks where the last one swung."""
    file = _file(sent)
    done = actions.import_experiments(
        context.services, context.actor, filename=file.name, text=file.text
    )
    problems = tuple(one.text for one in redact(done.problems).texts)
    return ImportedShown(rows=done.rows, added=done.added, changed=done.changed, problems=problems)


@router.get("/v1/experiments")
def list_experiments(context: ContextOf, paging: PagingOf) -> Page[ExperimentShown]:
    """List experiments with effects and talks, the latest first."""
    with context.reading() as uow:
        found = actions.list_spoken(context.services, uow)
    return paging.cut([ExperimentShown.of(each) for each in found], lambda each: each.id)


@router.post("/v1/experiments/{experiment_id}/talks")
def add_talks(experiment_id: str, given: TalksGiven, context: ContextOf) -> ExperimentShown:
    """Say that interviews are about an experiment."""
    return ExperimentShown.of(
        actions.tag_talks(context.services, context.actor, experiment_id, given.documents)
    )


@router.delete("/v1/experiments/{experiment_id}/talks/{document_id}")
def drop_talk(experiment_id: str, document_id: str, context: ContextOf) -> ExperimentShown:
    """Take back that an interview is about an experiment."""
    return ExperimentShown.of(
        actions.untag_talk(context.services, context.actor, experiment_id, document_id)
    )


def _file(sent: Sent) -> SentFile:
    if sent.payload is None:
        return sent.one_file()
    return SentFile(name="body", data=json.dumps(sent.payload).encode())
