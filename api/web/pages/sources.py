"""Sources: the list with its upload form, one file with what was left out, jobs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.web.contexts import JobListPage, JobPage, SourceListPage, SourcePage, SourceRow
from api.web.format import counted, day, moment, sentence, size, words
from api.web.framing import make_frame
from api.web.part_contexts import Option, StateTag
from api.web.parts import JOB_TAGS, TITLES, job_progress
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.errors import InputError, TooLarge
from synth.jobs import repo as jobs
from synth.jobs.schedules import RECURRING, Punctuality, list_punctuality
from synth.services import Services
from synth.sources import repo
from synth.sources.actions import upload
from synth.sources.types import Document, ReadOptions, Source, SourceKind, SourceState

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
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "",
    study: Annotated[str, Form(max_length=200)] = "",
    interviewers: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep a file and go to the job that reads it; what cannot be used is said on the form."""
    if file is None or not file.filename:
        return _list(request, sender, services, error="choose a file first", status=422)
    options = ReadOptions(
        kind=SourceKind(kind) if kind in set(SourceKind) else None,
        study=study.strip(),
        interviewers=tuple(name.strip() for name in interviewers.split(",") if name.strip()),
    )
    try:
        found = upload(
            services,
            sender.actor,
            filename=file.filename,
            data=file.file.read(),
            options=options,
        )
    except (InputError, TooLarge) as error:
        return _list(request, sender, services, error=error.message, status=422)
    target = f"/jobs/{found.job.id}" if found.job else f"/sources/{found.source.id}?done=same"
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
        row=_row(source),
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
        recurring = list_punctuality(uow, services.clock())
        frame = make_frame(request, uow, visitor, title="Jobs", section="sources", crumbs=ABOVE)
    page = JobListPage(
        recurring=[_recurring(one) for one in recurring],
        rows=[
            (
                TITLES.get(job.kind, words(job.kind)),
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
        title = f"Read {source.filename}" if source else TITLES.get(job.kind, words(job.kind))
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
    error: str = "",
    status: int = 200,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        found = repo.list_sources(uow, limit=PAGE + 1, after=after or None)
        frame = make_frame(request, uow, visitor, title="Sources", section="sources")
    page = SourceListPage(
        rows=[_row(source) for source in found[:PAGE]],
        kinds=[Option(value=kind.value, label=words(kind.value)) for kind in SourceKind],
        may_upload=visitor.may(Action.UPLOAD),
        limit=f"{services.settings.max_upload_mb} MiB",
        older=f"/sources?{urlencode({'after': found[PAGE - 1].id})}" if len(found) > PAGE else "",
        error=sentence(error),
    )
    return render(request, "sources.html", page, frame, status=status)


def _row(source: Source) -> SourceRow:
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
    )


def _document(document: Document) -> tuple[str, str, str]:
    details = [words(document.kind), day(document.occurred_at, year=True)]
    details.append(counted(len(document.text), "character"))
    return document.title or document.external_id, f"/documents/{document.id}", " · ".join(details)
