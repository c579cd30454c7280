"""What stands behind citations: the words around them, their documents, what speakers allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.web.format import clock, day
from api.web.part_contexts import ContextTurn, QuoteCard
from api.web.parts import NOT_QUOTABLE, may_quote, passage_href
from synth.hypotheses.types import Citation
from synth.people import repo as people
from synth.people.types import Participant
from synth.sources import repo as sources
from synth.sources.types import Document, Turn
from synth.store.unit_of_work import UnitOfWork

#: Turns of context on each side of a quote; how much of one, and of the quote's own turn, is shown.
TURNS, LETTERS = 2, 280

Turns = Mapping[str, Sequence[Turn]]


class Proof:
    """Citations as quotes, each where it was said: by consent, and only if it is exactly there."""

    def __init__(
        self, documents: Mapping[str, Document], turns: Turns, speakers: Mapping[str, Participant]
    ) -> None:
        self._documents, self._turns, self._speakers = documents, turns, speakers

    @classmethod
    def load(cls, uow: UnitOfWork, citations: Sequence[Citation]) -> Proof:
        """Read it in three queries."""
        ids = {item.document_id for item in citations}
        turns = sources.load_turns(uow, ids)
        near = [turn for item in citations for part in around(item, turns) for turn in part]
        said_by = {item.participant_id for item in citations}
        said_by |= {turn.participant_id for turn in near}
        return cls(
            sources.load_documents(uow, ids),
            turns,
            people.load(uow, {key for key in said_by if key}),
        )

    def cards(self, citations: Sequence[Citation]) -> list[QuoteCard]:
        """Return citations as quotes numbered from 1."""
        return [self._card(item, number) for number, item in enumerate(citations, start=1)]

    def _card(self, item: Citation, number: int) -> QuoteCard:
        document = self._documents.get(item.document_id)
        before, own, after = around(item, self._turns)
        allowed = may_quote(item.participant_id, self._speakers)
        head, tail = beside(item, document, own) if allowed else ("", "")
        title = document.title if document else ""
        # A ticket begins with its title: saying it twice helps nobody.
        is_said = f"{head}{item.quote}".startswith(title)
        details = ["" if is_said else title, clock(item.at_ms)]
        details.append(
            day(document.occurred_at, year=True) if document and document.occurred_at else ""
        )
        return QuoteCard(
            text=item.quote if allowed else NOT_QUOTABLE,
            href=passage_href(item.document_id, item.start, item.end),
            speaker=item.speaker or "unnamed",
            details=[detail for detail in details if detail],
            number=number,
            side=item.side.value,
            before=head,
            after=tail,
            turns_before=self._said(document, before),
            turns_after=self._said(document, after),
        )

    def _said(self, document: Document | None, turns: Sequence[Turn]) -> list[ContextTurn]:
        return [
            ContextTurn(
                speaker=turn.speaker or "unnamed",
                text=beginning(turn.span.of(document.text))
                if may_quote(turn.participant_id, self._speakers)
                else NOT_QUOTABLE,
            )
            for turn in turns
            if document is not None
        ]


def around(item: Citation, turns: Turns) -> tuple[Sequence[Turn], Sequence[Turn], Sequence[Turn]]:
    """Return the turns just before the cited words, those that hold them, and those just after."""
    found = turns.get(item.document_id, ())
    cited = [
        place
        for place, turn in enumerate(found)
        if turn.span.start < item.end and item.start < turn.span.end
    ]
    if not cited:
        return [], [], []
    first, last = cited[0], cited[-1]
    return (
        found[max(0, first - TURNS) : first],
        found[first : last + 1],
        found[last + 1 : last + 1 + TURNS],
    )


def beside(item: Citation, document: Document | None, own: Sequence[Turn]) -> tuple[str, str]:
    """Return the rest of the turn on both sides of the cited words."""
    # Only where the quote is exactly there: a text is never bent around a quote.
    if document is None or not own or document.text[item.start : item.end] != item.quote:
        return "", ""
    start, end = own[0].span.start, own[-1].span.end
    return (
        ending(document.text[min(start, item.start) : item.start]),
        beginning(document.text[item.end : max(end, item.end)]),
    )


def beginning(text: str) -> str:
    """Return the beginning of a text that is context only; the rest is one link away."""
    return text if len(text) <= LETTERS else text[:LETTERS].rsplit(" ", 1)[0] + " \u2026"


def ending(text: str) -> str:
    """Return the end of a text that is context only."""
    return text if len(text) <= LETTERS else "\u2026 " + text[-LETTERS:].split(" ", 1)[-1]
