"""Files and documents in; what was read from them, and what was left out."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from fastapi import Response

from api.deps import Context, ContextOf
from api.guarding import router as guarded_router
from api.paging import LARGEST_LIST, PagingOf
from api.schemas.base import Page
from api.schemas.documents import DocumentGiven, DocumentPut
from api.schemas.sources import (
    DocumentListed,
    DocumentShown,
    Refused,
    SkipShown,
    SourceDetail,
    SourceShown,
    UploadFields,
    UploadShown,
    UploadsShown,
)
from api.uploads import Sent, SentBody, body_schema
from synth.errors import InputError, SynthError, TooLarge
from synth.people import repo as people
from synth.sources import actions, repo
from synth.sources.types import DocumentWithTurns, Upload

router = guarded_router("sources")

#: Stands for each character of somebody who does not take part.
BLACK = "\N{FULL BLOCK}"


@router.post("/v1/sources", openapi_extra=body_schema(payload=DocumentGiven))
def add_sources(sent: SentBody, context: ContextOf, response: Response) -> UploadsShown:
    """Take files, or one document as JSON; 202 and `Location` while they are read."""
    if sent.payload is not None:
        given = sent.checked_payload(DocumentGiven)
        return _answer(response, [_put(context, given.external_id, given)], [])
    return _answer(response, *_upload_all(context, sent))


@router.put("/v1/documents/{external_id:path}")
def put_document(
    external_id: str, given: DocumentPut, context: ContextOf, response: Response
) -> UploadsShown:
    """Put one document under its external id; the same text changes nothing."""
    return _answer(response, [_put(context, external_id, given)], [])


@router.get("/v1/sources")
def list_sources(context: ContextOf, paging: PagingOf) -> Page[SourceShown]:
    """List sources, newest first."""
    with context.reading() as uow:
        found = repo.list_sources(uow, limit=paging.limit + 1, after=paging.text())
    return paging.fetched([SourceShown.of(each) for each in found], lambda each: each.id)


@router.get("/v1/sources/{source_id}")
def show_source(source_id: str, context: ContextOf) -> SourceDetail:
    """Show a source with its documents and what was left out of it."""
    with context.reading() as uow:
        source = SourceShown.of(repo.load_source(uow, source_id))
        skips = repo.skips(uow, source_id)
        documents = repo.list_documents(uow, limit=LARGEST_LIST, source_id=source_id)
    return SourceDetail(
        **source.model_dump(),
        skips=[SkipShown.model_validate(each) for each in skips],
        documents=[DocumentListed.of(each) for each in documents],
    )


@router.get("/v1/documents/{document_id}")
def show_document(document_id: str, context: ContextOf) -> DocumentShown:
    """Show one version of a document: redacted text, turns, and where something was redacted.

    What somebody said who does not take part any more is blacked out; every offset stays.
    """
    with context.reading() as uow:
        found = repo.load_document(uow, document_id)
        redactions = repo.load_redactions(uow, document_id)
        speakers = people.load(
            uow, {turn.participant_id for turn in found.turns if turn.participant_id}
        )
    refused = {key for key, person in speakers.items() if not person.consent.analyse}
    return DocumentShown.of_turns(_without(found, refused), redactions)


def _without(found: DocumentWithTurns, refused: Container[str | None]) -> DocumentWithTurns:
    """Return the document with each turn of `refused` participants blacked out."""
    text = found.document.text
    for turn in found.turns:
        if turn.participant_id in refused:
            text = text[: turn.span.start] + BLACK * len(turn.span) + text[turn.span.end :]
    return replace(found, document=replace(found.document, text=text))


def _put(context: Context, external_id: str, given: DocumentPut) -> Upload:
    payload = given.model_dump(mode="json", exclude_none=True)
    return actions.put_document(context.services, context.actor, external_id, payload)


def _upload_all(context: Context, sent: Sent) -> tuple[list[Upload], list[Refused]]:
    """Return what was taken and what was not; when nothing was, the first reason is raised."""
    options = sent.checked_fields(UploadFields).options()
    if not sent.files:
        raise InputError("no file was sent; send it as the form field `file`")
    taken: list[Upload] = []
    errors: list[tuple[str, SynthError]] = []
    for file in sent.files:
        try:
            taken.append(
                actions.upload(
                    context.services,
                    context.actor,
                    filename=file.name,
                    data=file.data,
                    options=options,
                )
            )
        except (InputError, TooLarge) as error:
            errors.append((file.name, error))
    if not taken:
        raise errors[0][1]
    return taken, [
        Refused(filename=name, code=error.code, detail=error.message) for name, error in errors
    ]


def _answer(response: Response, taken: list[Upload], refused: list[Refused]) -> UploadsShown:
    jobs = [upload.job for upload in taken if upload.job is not None]
    if jobs:
        response.status_code = 202
        # One file: its job. Several: the list, where the newest stand first.
        response.headers["Location"] = f"/v1/jobs/{jobs[0].id}" if len(jobs) == 1 else "/v1/jobs"
        response.headers["Retry-After"] = "1"
    items = [
        UploadShown(
            source=SourceShown.of(upload.source),
            job_id=upload.job.id if upload.job else None,
            unchanged=upload.job is None,
        )
        for upload in taken
    ]
    return UploadsShown(items=items, refused=refused)
