"""Participants: who spoke, in which segments, with which consent, and who is one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import PagingOf
from api.recounting import recount
from api.schemas.base import Page
from api.schemas.people import (
    CoverageShown,
    CrosswalkImported,
    Merged,
    MergeGiven,
    MergeShown,
    WithdrawnShown,
)
from api.schemas.sources import ParticipantShown, PeopleImported
from api.uploads import SentBody, body_schema
from synth.audit import repo as audit
from synth.core.fingerprints import sha256_bytes
from synth.hypotheses.forgetting import forget_words
from synth.people import actions, merge_actions, merge_repo, repo
from synth.people.types import Merge, MergeState
from synth.privacy import actions as privacy
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

router = guarded_router("people")


@router.post("/v1/participants", openapi_extra=body_schema())
def import_people(sent: SentBody, context: ContextOf) -> PeopleImported:
    """Import a participants CSV: ids, role, segment.*, and consent to analyse, quote, llm."""
    file, services = sent.one_file(), context.services
    with context.writing() as uow:
        done = actions.import_people(services, uow, file.name, file.text, hide=_hidden)
        forget_words(uow)
        new = merge_actions.suggest_same_email(services, uow, context.actor, done.same_email)
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
    return PeopleImported(
        rows=done.rows,
        added=done.added,
        problems=_hidden(done.problems),
        suggested=new,
        redacted=done.redacted,
    )


def _hidden(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.text for one in redact(texts).texts)


@router.get("/v1/participants")
def list_people(context: ContextOf, paging: PagingOf) -> Page[ParticipantShown]:
    """List participants by pseudonym; people who were united are one."""
    with context.reading() as uow:
        people = sorted(repo.load(uow).values(), key=lambda person: person.number)
        known = merge_repo.known_by(uow)
    shown = [ParticipantShown.of(each, known.get(each.id, {})) for each in people]
    return paging.cut(shown, lambda each: each.id)


@router.get("/v1/participants/coverage")
def show_coverage(context: ContextOf) -> CoverageShown:
    """Say how many of the people heard are known to be people measured."""
    with context.reading() as uow:
        return CoverageShown.model_validate(repo.coverage(uow))


@router.post("/v1/participants/crosswalk", openapi_extra=body_schema())
def import_crosswalk(sent: SentBody, context: ContextOf) -> CrosswalkImported:
    """Join people by a CSV of pairs: `namespace,value,namespace,value`."""
    file = sent.one_file()
    with context.writing() as uow:
        done = merge_actions.import_crosswalk(
            context.services, uow, context.actor, file.name, file.text
        )
        job_id = _recounted(context, uow) if done.joined else None
    problems = tuple(one.text for one in redact(done.problems).texts)
    return CrosswalkImported(rows=done.rows, joined=done.joined, problems=problems, job_id=job_id)


@router.post("/v1/participants/merge")
def merge_people(given: MergeGiven, context: ContextOf) -> Merged:
    """Make two people one; everything counts them once from now on."""
    services = context.services
    with context.writing() as uow:
        one, other = (merge_actions.find_person(services, uow, name) for name in given.people)
        note = redact([given.note.strip()]).texts[0].text
        merge = merge_actions.join_people(services, uow, context.actor, one, other, detail=note)
        job_id = _recounted(context, uow) if merge else None
        return Merged(join=_shown(uow, merge) if merge else None, job_id=job_id)


@router.post("/v1/participants/{participant}/withdraw")
def withdraw(participant: str, context: ContextOf) -> WithdrawnShown:
    """Erase a person's words, ids, events and measurements; they agree to nothing any more."""
    done = privacy.withdraw(context.services, context.actor, participant)
    with context.writing() as uow:
        job_id = _recounted(context, uow)
    return WithdrawnShown(**vars(done), job_id=job_id)


@router.get("/v1/participant-merges")
def list_merges(
    context: ContextOf, paging: PagingOf, state: Annotated[MergeState | None, Query()] = None
) -> Page[MergeShown]:
    """List joins and suggestions, the newest first."""
    with context.reading() as uow:
        found = merge_repo.list_merges(uow, *([state] if state else []))
        names = merge_repo.pseudonyms(uow, _named(found))
    return paging.cut([MergeShown.of(each, names) for each in found], lambda each: each.id)


@router.post("/v1/participant-merges/{merge_id}/split")
def split_people(merge_id: str, context: ContextOf) -> Merged:
    """Undo a join: what was recorded for each id goes back to it."""
    with context.writing() as uow:
        merge = merge_actions.split_people(context.services, uow, context.actor, merge_id)
        return Merged(join=_shown(uow, merge), job_id=_recounted(context, uow))


@router.post("/v1/participant-merges/{merge_id}/accept")
def accept_suggestion(merge_id: str, context: ContextOf) -> Merged:
    """Join the people of a suggestion."""
    with context.writing() as uow:
        merge = merge_actions.accept(context.services, uow, context.actor, merge_id)
        return Merged(join=_shown(uow, merge), job_id=_recounted(context, uow))


@router.post("/v1/participant-merges/{merge_id}/dismiss")
def dismiss_suggestion(merge_id: str, context: ContextOf) -> MergeShown:
    """Turn a suggestion down; it is not made again."""
    with context.writing() as uow:
        merge = merge_actions.dismiss(context.services, uow, context.actor, merge_id)
        return _shown(uow, merge)


def _recounted(context: Context, uow: UnitOfWork) -> str | None:
    job = recount(context.services, uow, started_by=context.actor.member.id)
    return job.id if job else None


def _shown(uow: UnitOfWork, merge: Merge) -> MergeShown:
    return MergeShown.of(merge, merge_repo.pseudonyms(uow, _named([merge])))


def _named(merges: list[Merge]) -> set[str]:
    return {one for merge in merges for one in (merge.kept_id, merge.merged_id)}
