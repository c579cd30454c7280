"""Events: which there are, and a form that takes more in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from api.uploads import SentFile
from api.web.event_contexts import EventNameRow, EventsPage, ImportResult
from api.web.format import counted, day, sentence
from api.web.framing import make_frame
from api.web.part_contexts import Notice
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import MOST_PROBLEMS
from synth.access.policy import Action
from synth.errors import InputError
from synth.metrics.actions import redacted
from synth.metrics.event_actions import PARQUET, import_events
from synth.metrics.event_queries import Named, asking_events
from synth.metrics.types import Imported
from synth.services import Services

router = APIRouter()

ABOVE = (("Metrics", "/metrics"),)
#: Event names a page lists.
SHOWN = 50
EMPTY = Notice(
    title="No event yet",
    text="Upload who did or met what, and when: columns ts, user_id and event, and value and "
    "session_id where you have them. Funnels, rules and the link test are computed from it.",
)


@router.get("/events")
def list_events(request: Request, visitor: Visiting, services: Serving) -> Response:
    """List event names, the most frequent first, with the form that uploads more."""
    return _page(request, visitor, services)


@router.post("/events")
def upload_events(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take an events file in and show what it brought; what cannot be used is said."""
    try:
        filename, content = _read(file)
        done = import_events(services, sender.actor, filename=filename, content=content)
    except InputError as error:
        return _page(request, sender, services, errors=(sentence(error.message),))
    return _page(request, sender, services, result=_result(filename, redacted(done)))


def _read(file: UploadFile | None) -> tuple[str, str | bytes]:
    if file is None or not file.filename:
        raise InputError("choose a file first")
    sent = SentFile(name=file.filename[-200:], data=file.file.read())
    return sent.name, sent.data if sent.data.startswith(PARQUET) else sent.text


def _result(filename: str, done: Imported) -> ImportResult:
    left_out = len(done.problems)
    parts = [counted(done.rows, "row") + " read", f"{counted(done.added, 'event')} new"]
    if not done.added:
        parts.append("the rest was there already")
    if left_out:
        parts.append(f"{counted(left_out, 'problem')}")
    more = left_out - MOST_PROBLEMS
    return ImportResult(
        filename=filename,
        summary=sentence(", ".join(parts)),
        problems=done.problems[:MOST_PROBLEMS],
        more=f"and {more} more: the command `synth events import` lists them" if more > 0 else "",
        ignored=done.ignored,
    )


def _page(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    result: ImportResult | None = None,
    errors: Sequence[str] = (),
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        with asking_events(services.event_log, uow) as events:
            found = events.names()
        frame = make_frame(request, uow, visitor, title="Events", section="metrics", crumbs=ABOVE)
    page = EventsPage(
        summary=_summary(found),
        names=[_row(one) for one in found[:SHOWN]],
        more=f"and {len(found) - SHOWN} more: synth events ls" if len(found) > SHOWN else "",
        may_import=visitor.may(Action.IMPORT_METRICS),
        limit=f"{services.settings.max_upload_mb} MiB",
        empty=None if found else EMPTY,
        result=result,
        errors=errors,
    )
    return render(request, "events.html", page, frame, status=422 if errors else 200)


def _summary(found: Sequence[Named]) -> str:
    if not found:
        return ""
    first, last = min(one.first_at for one in found), max(one.last_at for one in found)
    events = counted(sum(one.events for one in found), "event")
    names = counted(len(found), "name")
    when = f"{day(first, year=True)} to {day(last, year=True)}"
    return f"{events} under {names}, {when}; of people who may be analysed."


def _row(one: Named) -> EventNameRow:
    return EventNameRow(
        name=one.name,
        events=f"{one.events:,}",
        people=f"{one.people:,}",
        when=f"{day(one.first_at, year=True)} to {day(one.last_at, year=True)}",
    )
