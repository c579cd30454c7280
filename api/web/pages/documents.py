"""The document reader: turn by turn, opened at the passage that was cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.web.contexts import DocumentPage, TextPiece, TurnRow
from api.web.format import clock, counted, day, words
from api.web.framing import make_frame
from api.web.rendering import render
from api.web.session import Serving, Visiting
from synth.core.spans import Span
from synth.people import repo as people
from synth.people.types import Role
from synth.sources import repo
from synth.sources.types import Document, DocumentWithTurns, Redaction, Turn
from synth.themes import repo as themes

router = APIRouter()

#: Turns on one page; a longer document is read in parts around the cited passage.
PART = 400


@router.get("/documents/{document_id}")
def show_document(
    request: Request,
    visitor: Visiting,
    services: Serving,
    document_id: str,
    s: int | None = None,
    e: int | None = None,
    part: int = 0,
) -> Response:
    """Show a document; `s` and `e` are the characters of the passage to mark."""
    with services.reading(visitor.workspace_id) as uow:
        found = repo.load_document(uow, document_id)
        redactions = repo.load_redactions(uow, document_id)
        current = (
            document_id
            if found.document.is_current
            else repo.current_document_id(uow, found.document.external_id)
        )
        speakers = people.load(
            uow, {turn.participant_id for turn in found.turns if turn.participant_id}
        )
        refused = {key for key, person in speakers.items() if not person.consent.analyse}
        source_id = found.document.source_id
        names = repo.file_names(uow, {source_id})
        heard = themes.heard_in(uow, document_id)
        frame = make_frame(
            request,
            uow,
            visitor,
            title=found.document.title or found.document.external_id,
            section="sources",
            crumbs=(("Sources", "/sources"), (names[source_id], f"/sources/{source_id}")),
        )
    page = document_page(
        found, redactions, current, asked=(s, e), part=part, refused=frozenset(refused), heard=heard
    )
    return render(request, "document.html", page, frame)


def document_page(
    found: DocumentWithTurns,
    redactions: Sequence[Redaction],
    current: str | None,
    *,
    asked: tuple[int | None, int | None],
    part: int = 0,
    refused: frozenset[str] = frozenset(),
    heard: Sequence[tuple[str, str, int]] = (),
) -> DocumentPage:
    """Return the page of a document with the asked range marked, or why it cannot be."""
    document = found.document
    marked, problem = cited_span(document, asked)
    first = _first_turn(found.turns, marked, part)
    shown = found.turns[first : first + PART]
    return DocumentPage(
        title=document.title or document.external_id,
        details=_details(document),
        people=_speakers(found.turns),
        themes=[
            (title, f"/themes/{key}", counted(passages, "passage"))
            for key, title, passages in heard
        ],
        turns=[_turn_row(document.text, turn, marked, redactions, refused) for turn in shown],
        before=_part_href(document, first - PART) if first else "",
        after=_part_href(document, first + PART) if first + PART < len(found.turns) else "",
        problem=problem,
        newer=f"/documents/{current}" if current and current != document.id else "",
        marked_in=_where(found.turns, marked),
    )


def cited_span(document: Document, asked: tuple[int | None, int | None]) -> tuple[Span | None, str]:
    """Return the range to mark, or None with the reason; it is never moved to a near one."""
    start, end = asked
    if start is None and end is None:
        return None, ""
    if start is None or end is None or not 0 <= start < end <= len(document.text):
        return None, (
            f"The address asks for characters {start} to {end}, but this version has "
            f"{len(document.text):,}. Nothing is marked: the passage is not here."
        )
    return Span(start, end), ""


def pieces(
    text: str, span: Span, marked: Span | None, redactions: Sequence[Redaction]
) -> Iterator[TextPiece]:
    """Cut one turn at the edges of the mark and of the redactions; joined they are the turn."""
    inside = [item for item in redactions if span.contains(item.span)]
    cuts = {span.start, span.end}
    for item in [marked, *(redaction.span for redaction in inside)]:
        if item is not None and item.overlaps(span):
            cuts |= {max(item.start, span.start), min(item.end, span.end)}
    places = sorted(cuts)
    for start, end in pairwise(places):
        piece = Span(start, end)
        chip = next((item for item in inside if item.span.contains(piece)), None)
        inside_mark = marked is not None and marked.contains(piece)
        yield TextPiece(
            text=piece.of(text),
            chip=f"{words(chip.kind)} was replaced" if chip else "",
            anchor=f"s{start}" if marked and start == marked.start else "",
            opens=inside_mark and marked is not None and start == max(marked.start, span.start),
            closes=inside_mark and marked is not None and end == min(marked.end, span.end),
        )


def _turn_row(
    text: str,
    turn: Turn,
    marked: Span | None,
    redactions: Sequence[Redaction],
    refused: frozenset[str],
) -> TurnRow:
    hidden = turn.participant_id in refused
    cut = pieces(text, turn.span, marked, redactions)
    return TurnRow(
        ordinal=turn.ordinal,
        speaker=turn.speaker or "unnamed",
        role=turn.role.value,
        is_muted=turn.role is not Role.PARTICIPANT,
        time=clock(turn.start_ms),
        pieces=[TextPiece(text="", chip="this person does not take part")] if hidden else list(cut),
        is_cited=bool(marked and marked.overlaps(turn.span)),
    )


def _first_turn(turns: Sequence[Turn], marked: Span | None, part: int) -> int:
    if marked is None:
        return min(max(part, 0), max(len(turns) - 1, 0)) // PART * PART
    at = next((place for place, turn in enumerate(turns) if marked.overlaps(turn.span)), 0)
    return at // PART * PART


def _part_href(document: Document, first: int) -> str:
    return f"/documents/{document.id}?part={max(first, 0)}"


def _where(turns: Sequence[Turn], marked: Span | None) -> str:
    turn = next((turn for turn in turns if marked and marked.overlaps(turn.span)), None)
    if turn is None or marked is None:
        return ""
    at = f" at {clock(turn.start_ms)}" if turn.start_ms is not None else ""
    return f"{turn.speaker or 'unnamed'}{at}, characters {marked.start:,} to {marked.end:,}"


def _details(document: Document) -> list[tuple[str, str]]:
    rows = [
        ("Kind", words(document.kind)),
        ("Date", day(document.occurred_at, year=True)),
        ("Format", words(document.format)),
        ("Version", f"{document.version}{'' if document.is_current else ' (not the newest)'}"),
        ("Length", counted(len(document.text), "character")),
    ]
    return [
        *rows,
        *((words(key).capitalize(), value) for key, value in sorted(document.metadata.items())),
    ]


def _speakers(turns: Sequence[Turn]) -> list[tuple[str, str]]:
    counts = Counter((turn.speaker or "unnamed", turn.role.value) for turn in turns)
    return [
        (speaker, f"{role}, {counted(count, 'turn')}")
        for (speaker, role), count in counts.most_common()
    ]
