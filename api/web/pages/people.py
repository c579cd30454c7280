"""People: who is known by which ids, who was joined with whom, who may be one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from api.recounting import recount
from api.web.coverage import coverage_words
from api.web.format import counted, day, sentence
from api.web.framing import make_frame
from api.web.part_contexts import Notice, StateTag
from api.web.people_contexts import JoinRow, LeavingPart, PeoplePage, PersonRow
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from api.web.uploading import problem_lines, read_text
from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.types import Member
from synth.errors import Conflict, InputError, NotFound
from synth.people import merge_actions, merge_repo, repo
from synth.people.types import Merge, MergeState, Participant
from synth.privacy import actions as privacy
from synth.privacy.types import Reach
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

router = APIRouter()

ABOVE = (("Sources", "/sources"),)
PAGE = 100
TAGS = {
    MergeState.SUGGESTED: StateTag(word="suggested", tone="draft", icon="?"),
    MergeState.JOINED: StateTag(word="one person", tone="approved", icon="✓"),
    MergeState.SPLIT: StateTag(word="split again", icon="○"),
    MergeState.DISMISSED: StateTag(word="dismissed", icon="×"),
}
#: What the ids of a namespace are called: one, several.
NAMES = {
    "user": ("id", "ids"),
    "email": ("address", "addresses"),
    "name": ("name", "names"),
    "anonymous": ("single document", "single documents"),
}
#: Whether somebody may be contacted.
CONTACT = {True: "yes", False: "no", None: "not asked"}
ACTS: Mapping[str, tuple[Callable[..., Merge], str]] = {
    "accept": (merge_actions.accept, "joined"),
    "dismiss": (merge_actions.dismiss, "dismissed"),
    "split": (merge_actions.split_people, "parted"),
}


@router.get("/people")
def list_people(request: Request, visitor: Visiting, services: Serving, after: int = 0) -> Response:
    """List people with the ids that lead to them, and who was joined."""
    return _list(request, visitor, services, after=after)


@router.post("/people/join")
def join(
    request: Request,
    sender: Sending,
    services: Serving,
    one: Annotated[str, Form(max_length=320)] = "",
    other: Annotated[str, Form(max_length=320)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Make two people one."""
    require(sender.actor, Action.MANAGE_PEOPLE)
    try:
        with services.writing(sender.workspace_id) as uow:
            first, second = (
                merge_actions.find_person(services, uow, name) for name in (one, other)
            )
            detail = redact([note.strip()]).texts[0].text
            merge = merge_actions.join_people(
                services, uow, sender.actor, first, second, detail=detail
            )
            if merge is None:
                raise Conflict("they are one person already")
            recount(services, uow, started_by=sender.actor.member.id)
    except (InputError, NotFound, Conflict) as error:
        return _list(request, sender, services, errors=(error.message,))
    return RedirectResponse("/people?done=joined", status_code=303)


@router.post("/people/crosswalk")
def import_crosswalk(
    request: Request,
    sender: Sending,
    services: Serving,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Join people by a CSV; rows that cannot be used are said on the page."""
    try:
        filename, text = read_text(file)
        with services.writing(sender.workspace_id) as uow:
            done = merge_actions.import_crosswalk(services, uow, sender.actor, filename, text)
            if done.joined:
                recount(services, uow, started_by=sender.actor.member.id)
    except InputError as error:
        return _list(request, sender, services, errors=(error.message,))
    if done.problems:
        return _list(request, sender, services, errors=problem_lines(done.problems))
    return RedirectResponse("/people?done=joined", status_code=303)


@router.post("/people/withdraw")
def withdraw(
    request: Request,
    sender: Sending,
    services: Serving,
    person: Annotated[str, Form(max_length=320)] = "",
    is_sure: Annotated[str, Form(max_length=8)] = "",
    do: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Remove what leads to a person and was measured of them, for good; or `show` what that is."""
    require(sender.actor, Action.MANAGE_PEOPLE)
    try:
        if do == "show":
            reach = privacy.preview(services, sender.actor, person)
            return _list(request, sender, services, leaving=_leaving(reach))
        if is_sure != "yes":
            raise InputError("tick that it cannot be undone")
        privacy.withdraw(services, sender.actor, person)
        with services.writing(sender.workspace_id) as uow:
            recount(services, uow, started_by=sender.actor.member.id)
    except (InputError, NotFound, Conflict) as error:
        return _list(request, sender, services, errors=(error.message,))
    return RedirectResponse("/people?done=withdrew", status_code=303)


@router.post("/people/joins/{merge_id}/{act}")
def decide(
    request: Request, sender: Sending, services: Serving, merge_id: str, act: str
) -> Response:
    """Accept or dismiss a suggestion, or undo a join."""
    if act not in ACTS:
        raise NotFound("joins are accepted, dismissed or split")
    run, done = ACTS[act]
    try:
        with services.writing(sender.workspace_id) as uow:
            run(services, uow, sender.actor, merge_id)
            if act != "dismiss":
                recount(services, uow, started_by=sender.actor.member.id)
    except Conflict as error:
        return _list(request, sender, services, errors=(error.message,))
    return RedirectResponse(f"/people?done={done}", status_code=303)


def _list(
    request: Request,
    visitor: Visitor,
    services: Services,
    *,
    after: int = 0,
    errors: Sequence[str] = (),
    leaving: LeavingPart | None = None,
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        people = sorted(repo.load(uow).values(), key=lambda person: person.number)
        shown = [person for person in people if person.number > after][:PAGE]
        known = merge_repo.known_by(uow)
        joins = _joins(uow, visitor)
        gone = merge_repo.withdrawn(uow)
        coverage = coverage_words(repo.coverage(uow))
        frame = make_frame(request, uow, visitor, title="People", section="sources", crumbs=ABOVE)
    last = bool(shown) and shown[-1].number < people[-1].number
    page = PeoplePage(
        coverage=sentence(coverage),
        suggestions=[row for row in joins if row.state is TAGS[MergeState.SUGGESTED]],
        joins=[row for row in joins if row.state is not TAGS[MergeState.SUGGESTED]],
        people=[
            _person_row(person, known.get(person.id, {}), is_gone=person.id in gone)
            for person in shown
        ],
        shown=_shown(shown, people),
        older=f"/people?after={shown[-1].number}" if last else "",
        may_manage=visitor.may(Action.MANAGE_PEOPLE),
        errors=[sentence(error) for error in errors],
        empty=None if people else EMPTY,
        leaving=leaving,
    )
    return render(request, "people.html", page, frame, status=422 if errors else 200)


def _leaving(reach: Reach) -> LeavingPart:
    goes = [
        ("Ids that lead to them", reach.ids),
        ("Passages erased", reach.passages),
        ("Documents they speak in", reach.documents),
        ("Files as uploaded, removed whole", reach.originals),
        ("Drafts and insights that quote them", reach.drafts),
        ("Values measured of them", reach.values),
        ("Anomalies that count them", reach.anomalies),
    ]
    return LeavingPart(
        pseudonym=reach.participant, goes=[(what, f"{many:,}") for what, many in goes]
    )


EMPTY = Notice(
    title="Nobody yet",
    text="People come with what they said and did: a transcript, a CSV of tickets, values per "
    "person. Each is known by a pseudonym; names and e-mail addresses are kept only as hashes.",
    steps=[("Upload a file", "/sources"), ("Import a metric", "/metrics")],
)


def _joins(uow: UnitOfWork, visitor: Visitor) -> list[JoinRow]:
    found = merge_repo.list_merges(uow)
    names = merge_repo.pseudonyms(
        uow, (one for merge in found for one in (merge.kept_id, merge.merged_id))
    )
    members = access.load_members(uow)
    return [_join_row(merge, names, members, visitor) for merge in found]


def _join_row(
    merge: Merge, names: Mapping[str, str], members: Mapping[str, Member], visitor: Visitor
) -> JoinRow:
    by = members[merge.ended_by or merge.made_by].name
    return JoinRow(
        id=merge.id,
        people=f"{names[merge.kept_id]} and {names[merge.merged_id]}",
        ground=": ".join(part for part in (merge.ground.value, merge.detail) if part),
        by=f"{by}, {day(merge.ended_at or merge.made_at, year=True)}",
        state=TAGS[merge.state],
        can_split=merge.state is MergeState.JOINED and visitor.may(Action.MANAGE_PEOPLE),
    )


def _person_row(person: Participant, known: Mapping[str, int], *, is_gone: bool) -> PersonRow:
    ids = [counted(count, *NAMES.get(name, (name,))) for name, count in sorted(known.items())]
    return PersonRow(
        pseudonym=person.pseudonym,
        role=person.role.value,
        known_by="withdrew" if is_gone else ", ".join(ids) or "no id",
        segments=", ".join(f"{name} {value}" for name, value in sorted(person.segments.items())),
        contact=CONTACT[person.consent.contact],
    )


def _shown(shown: Sequence[Participant], people: Sequence[Participant]) -> str:
    total = counted(len(people), "person", "people")
    if not shown or len(shown) == len(people):
        return total
    return f"{shown[0].pseudonym} to {shown[-1].pseudonym} of {total}"
