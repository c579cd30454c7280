"""Sources: the list with its upload form, one file with what was left out, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import (
    JobListPage,
    JobPage,
    SourceListPage,
    SourcePage,
    SourceRow,
    UploadForm,
)
from api.web.format import counted, day, moment, sentence, size, words
from api.web.framing import make_frame
from api.web.part_contexts import Option, StateTag
from api.web.parts import JOB_TAGS, TITLES, job_progress
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.access.types import Actor
from synth.errors import InputError, TooLarge
from synth.jobs import repo as jobs
from synth.jobs.schedules import RECURRING, Punctuality, list_punctuality
from synth.jobs.types import Job
from synth.services import Services
from synth.sources import repo
from synth.sources.actions import upload
from synth.sources.types import Document, ReadOptions, Source, SourceKind, SourceState, Upload

router = APIRouter()

PAGE = 50
SKIPS_SHOWN = 200
DOCUMENTS_SHOWN = 200
ABOVE = (("Sources", "/sources"),)
STATES = {
    SourceState.PENDING: StateTag(word="waiting to be read", icon="○"),
    SourceState.READ: StateTag(word="read", tone="approved", icon="✓"),
    SourceState.PARTIAL: StateTag(word="read, some items left out", tone="draft", icon="!"),
    SourceState.FAILED: StateTag(word="not read", tone="held", icon="×"),
}


@router.get("/sources")
def list_sources(
    request: Request, visitor: Visiting, services: Serving, after: str = ""
) -> Response:
    """List uploaded files, newest first."""
    return _list(request, visitor, services, after=after)


@router.post("/sources")
def upload_file(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[list[UploadFile] | None, File()] = None,
    kind: Annotated[str, Form()] = "",
    study: Annotated[str, Form(max_length=200)] = "",
    interviewers: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep files and go to the job that reads the one, or to the list of several.

    What cannot be used is said on the form, file by file; the others are kept.
    """
    sent = UploadForm(kind=kind, study=study, interviewers=interviewers)
    chosen = [one for one in file or () if one.filename]
    if not chosen:
        return _list(request, sender, services, sent=sent, errors=["Choose a file first."])
    found, errors = [], []
    for one in chosen:
        try:
            found.append(_keep(services, sender.actor, one, sent))
        except (InputError, TooLarge) as error:
            name = one.filename or ""
            errors.append(error.message if name in error.message else f"{name}: {error.message}")
    if errors:
        return _list(request, sender, services, sent=sent, errors=errors)
    if len(found) > 1:
        return RedirectResponse("/sources?done=uploaded", status_code=303)
    job, source = found[0].job, found[0].source
    target = f"/jobs/{job.id}" if job else f"/sources/{source.id}?done=same"
    return RedirectResponse(target, status_code=303)


@router.get("/sources/{source_id}")
def show_source(request: Request, visitor: Visiting, services: Serving, source_id: str) -> Response:
    """Show one file: its documents, and what was left out with the reason."""
    with services.reading(visitor.workspace_id) as uow:
        source = repo.load_source(uow, source_id)
        documents = repo.list_documents(uow, limit=DOCUMENTS_SHOWN, source_id=source_id)
        skips = repo.skips(uow, source_id)
        total = repo.count_documents(uow, source_id)
        frame = make_frame(
            request, uow, visitor, title=source.filename, section="sources", crumbs=ABOVE
        )
    page = SourcePage(
        row=_row(source, total),
        notices=[sentence(text) for text in source.notices],
        documents=[_document(document) for document in documents],
        more_documents=max(0, total - len(documents)),
        skips=[
            (f"line {skip.line}" if skip.line else "", sentence(skip.reason), skip.words)
            for skip in skips[:SKIPS_SHOWN]
        ],
        more_skips=max(0, len(skips) - SKIPS_SHOWN),
    )
    return render(request, "source.html", page, frame)


@router.get("/jobs")
def list_jobs(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List the work that comes back by itself, and the newest jobs beside it."""
    with services.reading(visitor.workspace_id) as uow:
        found = jobs.list_jobs(uow, limit=PAGE, without_kinds=RECURRING)
        read = {job.id: str(job.arguments.get("source_id", "")) for job in found}
        names = repo.file_names(uow, set(read.values()))
        recurring = list_punctuality(uow, services.clock())
        frame = make_frame(request, uow, visitor, title="Jobs", section="sources", crumbs=ABOVE)
    page = JobListPage(
        recurring=[_recurring(one) for one in recurring],
        rows=[
            (
                _title(job, names.get(read[job.id], "")),
                f"/jobs/{job.id}",
                JOB_TAGS[job.state],
                moment(job.created_at),
                sentence(job.error or ""),
            )
            for job in found
        ],
    )
    return render(request, "jobs.html", page, frame)


@router.get("/jobs/{job_id}")
def show_job(request: Request, visitor: Visiting, services: Serving, job_id: str) -> Response:
    """Show how far a job is."""
    with services.reading(visitor.workspace_id) as uow:
        job = jobs.load_job(uow, job_id)
        source_id = job.arguments.get("source_id")
        source = repo.load_source(uow, str(source_id)) if source_id else None
        title = _title(job, source.filename if source else "")
        frame = make_frame(
            request,
            uow,
            visitor,
            title=title,
            section="sources",
            crumbs=(*ABOVE, ("Jobs", "/jobs")),
        )
    page = JobPage(job=job_progress(job), source_href=f"/sources/{source.id}" if source else "")
    return render(request, "job.html", page, frame)


def _keep(services: Services, actor: Actor, file: UploadFile, sent: UploadForm) -> Upload:
    options = ReadOptions(
        kind=SourceKind(sent.kind) if sent.kind in set(SourceKind) else None,
        study=sent.study.strip(),
        interviewers=tuple(name.strip() for name in sent.interviewers.split(",") if name.strip()),
    )
    name, data = file.filename or "", file.file.read()
    return upload(services, actor, filename=name, data=data, options=options)


def _title(job: Job, filename: str) -> str:
    return f"Read {filename}" if filename else TITLES.get(job.kind, words(job.kind))


def _recurring(one: Punctuality) -> tuple[str, str, str, StateTag | None]:
    title, what, last = TITLES[one.schedule.kind], sentence(one.schedule.what), one.last
    following = f"Next {moment(one.next_at)}."
    if last is None:
        return title, f"{what} Not due yet. {following}", "", None
    behind = " No worker has run it since." if one.is_behind else ""
    when = f"{what} Last {moment(one.last_due_at)}.{behind} {following}"
    return title, when, f"/jobs/{last.id}", JOB_TAGS[last.state]


def _list(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    after: str = "",
    sent: UploadForm | None = None,
    errors: Sequence[str] = (),
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        found = repo.list_sources(uow, limit=PAGE + 1, after=after or None)
        counts = repo.count_by_source(uow, [source.id for source in found])
        frame = make_frame(request, uow, visitor, title="Sources", section="sources")
    page = SourceListPage(
        rows=[_row(source, counts.get(source.id, 0)) for source in found[:PAGE]],
        kinds=[
            Option(value=kind, label=words(kind), is_chosen=sent is not None and sent.kind == kind)
            for kind in SourceKind
        ],
        sent=sent or UploadForm(),
        may_upload=visitor.may(Action.UPLOAD),
        limit=f"{services.settings.max_upload_mb} MiB",
        older=f"/sources?{urlencode({'after': found[PAGE - 1].id})}" if len(found) > PAGE else "",
        errors=errors,
    )
    return render(request, "sources.html", page, frame, status=422 if errors else 200)


def _row(source: Source, documents: int) -> SourceRow:
    kind = "kind told from the content" if source.kind == "auto" else words(source.kind)
    return SourceRow(
        id=source.id,
        filename=source.filename,
        kind=kind,
        study=source.options.study,
        size=size(source.bytes),
        when=moment(source.created_at),
        state=STATES[source.state],
        error=sentence(source.error or ""),
        documents=counted(documents, "document") if documents else "",
    )


def _document(document: Document) -> tuple[str, str, str]:
    details = [words(document.kind), day(document.occurred_at, year=True)]
    details.append(counted(len(document.text), "character"))
    return document.title or document.external_id, f"/documents/{document.id}", " · ".join(details)
