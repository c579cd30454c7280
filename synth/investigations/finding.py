"""Letting a side speak: findings added and taken back, sessions watched."""

from __future__ import annotations

from dataclasses import replace

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.core.ids import new_id
from synth.errors import Conflict, InputError, NotFound
from synth.investigations import repo
from synth.investigations.changing import change_case, clean
from synth.investigations.dossier import load_field
from synth.investigations.transitions import GO, SPEAK, follow, heard
from synth.investigations.types import SIDES, Finding, FindingKind, Investigation, Watch
from synth.metrics import repo as metrics
from synth.people import repo as people
from synth.segments import repo as segments
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def add_finding(
    services: Services,
    actor: Actor,
    investigation_id: str,
    *,
    kind: FindingKind | str,
    ref: str = "",
    note: str = "",
) -> Finding:
    """Let a side speak: a tested pair or the impact for numbers, a passage for people.

    Raises:
        InputError: no such kind; a passage that is no evidence.
        NotFound: what it points to is not there, or is not about this anomaly.
        Conflict: the investigation is decided, or the same finding stands already.
    """
    require(actor, Action.INVESTIGATE)
    if kind not in set(FindingKind):
        raise InputError("finding", found=str(kind)[:40], expected=", ".join(FindingKind))
    found = Finding(
        id=new_id(),
        side=SIDES[FindingKind(kind)],
        kind=FindingKind(kind),
        ref=investigation_id if kind == FindingKind.IMPACT else ref,
        note=clean(note, "note", needed=False),
        added_by=actor.member.id,
        added_at=services.clock(),
    )

    def change(uow: UnitOfWork, case: Investigation) -> Investigation:
        if not case.state.is_open:
            follow(case.state, SPEAK[found.side])
        _require_ground(uow, case, found)
        repo.add_finding(uow, case.id, found)
        return replace(case, state=heard(case.state, [found.side]))

    data = {"kind": str(found.kind), "ref": found.ref, "finding": found.id}
    change_case(services, actor, investigation_id, "investigation.find", data, change)
    return found


def remove_finding(
    services: Services, actor: Actor, investigation_id: str, finding_id: str
) -> Investigation:
    """Take a finding back; with the last of a side, the side falls silent again.

    Raises:
        NotFound: no such finding stands.
        Conflict: the investigation is decided.
    """
    require(actor, Action.INVESTIGATE)

    def change(uow: UnitOfWork, case: Investigation) -> Investigation:
        finding = repo.load_finding(uow, case.id, finding_id)
        if not case.state.is_open:
            follow(case.state, GO[finding.side])
        return without(services, uow, case, [finding], removed_by=actor.member.id)

    data = {"finding": finding_id}
    return change_case(services, actor, investigation_id, "investigation.unfind", data, change)


def without(
    services: Services,
    uow: UnitOfWork,
    case: Investigation,
    gone: list[Finding],
    *,
    removed_by: str | None,
) -> Investigation:
    """Return an open investigation once these findings are taken back."""
    for finding in gone:
        repo.remove_finding(uow, finding.id, removed_by=removed_by, now=services.clock())
    left = {one.side for one in repo.list_findings(uow, case.id).get(case.id, [])}
    state = case.state
    for side in sorted({finding.side for finding in gone} - left):
        state = follow(state, GO[side])
    return replace(case, state=state)


def mark_watched(
    services: Services, actor: Actor, investigation_id: str, session_id: str, note: str = ""
) -> Watch:
    """Mark a session as watched, with what was seen in it.

    Raises:
        NotFound: nobody of this investigation has such a session.
    """
    require(actor, Action.INVESTIGATE)
    watch = Watch(
        session_id=session_id,
        note=clean(note, "note", needed=False),
        watched_by=actor.member.id,
        watched_at=services.clock(),
    )

    def change(uow: UnitOfWork, case: Investigation) -> Investigation:
        anomaly = metrics.load_anomaly(uow, case.anomaly_id) if case.anomaly_id else None
        known = load_field(uow, case, anomaly).sessions
        if session_id not in {session.session_id for session in known}:
            raise NotFound(f"nobody of this investigation has the session {session_id[:80]}")
        repo.add_watch(uow, case.id, watch)
        return case

    change_case(services, actor, investigation_id, "investigation.watch", {}, change)
    return watch


def _require_ground(uow: UnitOfWork, case: Investigation, found: Finding) -> None:
    standing = repo.list_findings(uow, case.id).get(case.id, [])
    if any((one.kind, one.ref) == (found.kind, found.ref) for one in standing):
        raise Conflict("this finding stands already; take it back first")
    if found.kind is FindingKind.PASSAGE:
        _require_passage(uow, found.ref)
    elif found.kind is FindingKind.LINK:
        if not repo.has_link(uow, found.ref, case.anomaly_id or ""):
            raise NotFound(
                f"no tested pair {found.ref[:64]} of this anomaly; "
                "list them with `synth links ls --anomaly ID --json`"
            )
    elif not repo.list_terms(uow, case.id):
        raise InputError("impact", found="no term yet", expected="at least one")


def _require_passage(uow: UnitOfWork, chunk_id: str) -> None:
    chunk = segments.load_chunks(uow, [chunk_id]).get(chunk_id)
    if chunk is None:
        raise NotFound(f"no passage {chunk_id[:64]}; `GET /v1/search` finds passages")
    speaker = people.load(uow, [chunk.participant_id]) if chunk.participant_id else {}
    may_use = all(one.consent.analyse and one.consent.quote for one in speaker.values())
    if not chunk.is_evidence or not may_use:
        raise InputError(
            "passage",
            found="words of an interviewer, of staff, or of somebody who does not allow it",
            expected="what a participant said and lets us quote",
        )
