"""Participants: who spoke, in which segments, with which consent."""

from __future__ import annotations

from api.deps import ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.schemas.base import Page
from api.schemas.sources import ParticipantShown, PeopleImported
from api.uploads import SentBody, body_schema
from synth.audit import repo as audit
from synth.core.fingerprints import sha256_bytes
from synth.people import actions, repo
from synth.sources.redaction import redact

router = guarded_router("people")


@router.post("/v1/participants", openapi_extra=body_schema())
def import_people(sent: SentBody, context: ContextOf) -> PeopleImported:
    """Import a participants CSV: ids, role, segment.*, and consent to analyse, quote, llm."""
    file, services = sent.one_file(), context.services
    with context.writing() as uow:
        done = actions.import_people(services, uow, file.name, file.text)
        audit.append(
            uow,
            services.secret,
            at=services.clock(),
            actor_id=context.actor.member.id,
            action="people.import",
            subject=("file", sha256_bytes(file.data)),
            data={"rows": done.rows, "added": done.added, "problems": len(done.problems)},
        )
    # A problem names what was found in a row: a value in the wrong column may be personal.
    problems = tuple(one.text for one in redact(done.problems).texts)
    return PeopleImported(rows=done.rows, added=done.added, problems=problems)


@router.get("/v1/participants")
def list_people(context: ContextOf, paging: PagingOf) -> Page[ParticipantShown]:
    """List participants by pseudonym."""
    with context.reading() as uow:
        people = sorted(repo.load(uow).values(), key=lambda person: person.number)
    return paging.cut([ParticipantShown.of(each) for each in people], lambda each: each.id)
