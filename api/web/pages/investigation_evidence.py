"""What both sides said in an investigation, and its impact arithmetic, factor by factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.web.framing import make_frame
from api.web.investigation_contexts import EvidencePage, FindingRow
from api.web.investigation_parts import case_row, caution_of, result_words, term_rows
from api.web.link_parts import link_card
from api.web.pages.investigations import ABOVE, member_names
from api.web.part_contexts import QuoteCard
from api.web.parts import NOT_QUOTABLE, may_quote, passage_href, theme_quote
from api.web.rendering import render
from api.web.session import Sending, Serving, Visiting, Visitor
from synth.access.policy import Action
from synth.errors import InputError
from synth.investigations import finding, repo, terms
from synth.investigations.impact import MOST_TERMS, Origin, Term, TermKind, multiply
from synth.investigations.types import Finding, FindingKind, Investigation, Side
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.people import repo as people
from synth.people.types import Participant
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services
from synth.themes import repo as themes

router = APIRouter()

#: Linked themes whose passages are offered, passages of each, and rows of the form kept free.
THEMES, PASSAGES, BLANK = 3, 4, 2


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
        case = repo.load_investigation(uow, investigation_id)
        found = repo.list_findings(uow, case.id).get(case.id, [])
        impact = multiply(repo.list_terms(uow, case.id))
        pairs = links_repo.list_links(uow, anomaly_id=case.anomaly_id) if case.anomaly_id else []
        linked = [link.theme_id for link in pairs if link.is_linked][:THEMES]
        offered = themes.evidence_by_theme(uow, linked, limit=PASSAGES)
        cited = [one.ref for one in found if one.kind is FindingKind.PASSAGE]
        chunks = segments.load_chunks(uow, cited)
        speakers = people.load(
            uow, {one.participant_id for one in chunks.values() if one.participant_id}
        )
        names = member_names(uow)
        frame = make_frame(
            request,
            uow,
            visitor,
            title="What both sides said",
            section="metrics",
            crumbs=(*ABOVE, (case.question, f"/investigations/{case.id}")),
        )
    taken = {one.ref for one in found}
    free = [link for link in pairs if link.id not in taken]
    page = EvidencePage(
        row=case_row(case, now=services.clock(), names=names),
        numbers=[_number(one, pairs, case) for one in found if one.side is Side.QUANT],
        people=[_passage(one, chunks, speakers) for one in found if one.side is Side.QUAL],
        links=[link_card(link) for link in free],
        link_ids=[link.id for link in free],
        quotes=[
            (one.chunk_id, theme_quote(one))
            for passages in offered.values()
            for one in passages
            if one.chunk_id not in taken and one.participant_id
        ],
        terms=term_rows(impact, names),
        blank=max(0, min(BLANK, MOST_TERMS - len(impact.steps))),
        total=result_words(impact.steps[-1]) if impact.steps else "",
        caution=caution_of(impact),
        kinds=[kind.value for kind in TermKind],
        origins=[origin.value for origin in Origin],
        has_impact=case.id in taken,
        may_investigate=visitor.may(Action.INVESTIGATE),
        is_open=case.state.is_open,
        errors=errors,
    )
    status = 422 if errors else 200
    return render(request, "investigation_evidence.html", page, frame, status=status)


def _number(found: Finding, pairs: Sequence[Link], case: Investigation) -> FindingRow:
    pair = next((link for link in pairs if link.id == found.ref), None)
    if found.kind is FindingKind.IMPACT:
        words, href = "The impact arithmetic below", "#impact"
    elif pair is None:
        words, href = "A tested pair of an earlier run", f"/anomalies/{case.anomaly_id}"
    else:
        card = link_card(pair)
        words = f"“{pair.theme_title}”: {card.lift if pair.is_linked else card.short_reason}"
        href = f"/themes/{pair.theme_id}"
    return FindingRow(id=found.id, words=words, href=href, note=found.note)


def _passage(
    found: Finding, chunks: Mapping[str, Chunk], speakers: Mapping[str, Participant]
) -> FindingRow:
    chunk = chunks.get(found.ref)
    if chunk is None:
        words = "This passage is no longer here."
        return FindingRow(id=found.id, words=words, href="", note=found.note)
    allowed = may_quote(chunk.participant_id, speakers)
    speaker = speakers.get(chunk.participant_id or "")
    href = passage_href(chunk.document_id, chunk.span.start, chunk.span.end)
    card = QuoteCard(
        text=chunk.text if allowed else NOT_QUOTABLE,
        href=href,
        speaker=speaker.pseudonym if speaker else "unnamed",
    )
    return FindingRow(id=found.id, words="", href=href, note=found.note, quote=card)


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
