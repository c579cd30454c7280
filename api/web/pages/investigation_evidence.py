"""What both sides said in an investigation, and its impact arithmetic, factor by factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.evidence_page import load, make_page
from api.web.framing import make_frame
from api.web.pages.investigations import ABOVE
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.errors import InputError
from synth.investigations import finding, terms
from synth.investigations.impact import Origin, Term, TermKind
from synth.services import Services

router = APIRouter()


@router.get("/investigations/{investigation_id}/evidence")
def show_evidence(
    request: Request, visitor: Visiting, services: Serving, investigation_id: str
) -> Response:
    """Show what numbers and people said, and the impact."""
    return _show(request, visitor, services, investigation_id)


@router.post("/investigations/{investigation_id}/findings")
def add_finding(
    sender: Sending,
    services: Serving,
    investigation_id: str,
    kind: Annotated[str, Form(max_length=20)],
    ref: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Let a side speak."""
    finding.add_finding(services, sender.actor, investigation_id, kind=kind, ref=ref, note=note)
    return _back(investigation_id, "found")


@router.post("/investigations/{investigation_id}/findings/{finding_id}/remove")
def remove_finding(
    sender: Sending, services: Serving, investigation_id: str, finding_id: str
) -> Response:
    """Take a finding back."""
    finding.remove_finding(services, sender.actor, investigation_id, finding_id)
    return _back(investigation_id, "unfound")


@router.post("/investigations/{investigation_id}/impact")
def set_impact(
    request: Request,
    sender: Sending,
    services: Serving,
    investigation_id: str,
    name: Annotated[list[str], Form()],
    kind: Annotated[list[str], Form()],
    value: Annotated[list[str], Form()],
    k: Annotated[list[str], Form()],
    n: Annotated[list[str], Form()],
    unit: Annotated[list[str], Form()],
    origin: Annotated[list[str], Form()],
    source: Annotated[list[str], Form()],
) -> Response:
    """Set the factors; a row without a name goes, and what cannot be is said on the page."""
    rows = list(zip(name, kind, value, k, n, unit, origin, source, strict=False))
    try:
        given = [_term(row) for row in rows if row[0].strip()]
        terms.set_impact(services, sender.actor, investigation_id, given)
    except InputError as error:
        errors = [(error.message, "#impact")]
        return _show(request, sender, services, investigation_id, errors=errors)
    return _back(investigation_id, "impact-set", "#impact")


def _show(
    request: Request,
    visitor: Visitor,
    services: Services,
    investigation_id: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
) -> Response:
    with services.reading(visitor.workspace_id) as uow:
        loaded = load(uow, investigation_id)
        case = loaded.case
        frame = make_frame(
            request,
            uow,
            visitor,
            title="What both sides said",
            section="metrics",
            crumbs=(*ABOVE, (case.question, f"/investigations/{case.id}")),
        )
    page = make_page(loaded, visitor.actor, now=services.clock(), errors=errors)
    status = 422 if errors else 200
    return render(request, "investigation_evidence.html", page, frame, status=status)


def _term(row: tuple[str, ...]) -> Term:
    name, kind, value, k, n, unit, origin, source = row
    if kind not in set(TermKind) or origin not in set(Origin):
        raise InputError("impact term", found=f"{kind} {origin}"[:60], expected="a listed choice")
    counts = _whole(k, "k"), _whole(n, "n")
    share = counts[0] / counts[1] if counts[0] is not None and counts[1] else None
    return Term(
        name=name,
        kind=TermKind(kind),
        value=share if share is not None else _decimal(value),
        unit=unit,
        origin=Origin(origin),
        source=source,
        k=counts[0],
        n=counts[1],
    )


def _whole(text: str, what: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdigit() or len(text) > 12:
        raise InputError(what, found=text[:40], expected="a whole number")
    return int(text)


def _decimal(text: str) -> float:
    """Return a number as people write it: "0.18", "18 %", "0,18"."""
    plain = text.strip().replace("\N{NARROW NO-BREAK SPACE}", " ").replace(",", ".")
    share = plain.endswith("%")
    try:
        number = float(plain.rstrip("% "))
    except ValueError:
        raise InputError("value", found=text[:40], expected="a number, as 500 or 18 %") from None
    if not abs(number) < 1e15:
        raise InputError("value", found=text[:40], expected="a number below 10^15")
    return number / 100 if share else number


def _back(investigation_id: str, done: str, place: str = "") -> Response:
    address = f"/investigations/{investigation_id}/evidence?done={done}{place}"
    return RedirectResponse(address, status_code=303)
