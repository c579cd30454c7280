"""Quotes after launch: placed where they are proved, and proved again whenever they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from synth.core.fingerprints import sha256_text
from synth.core.ids import new_id
from synth.errors import InputError
from synth.hypotheses.citations import Cited, Passage, Unproved, locate, prove
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Citation
from synth.insights import repo
from synth.insights.recording import QuoteGiven
from synth.insights.types import Heard, InsightTest
from synth.store.unit_of_work import UnitOfWork


def place_quotes(
    uow: UnitOfWork,
    insight_id: str,
    test: InsightTest,
    given: Sequence[QuoteGiven],
    *,
    by: str,
    now: datetime,
) -> list[repo.Placed]:
    """Return where each quote stands, proved and said after the test began.

    Raises:
        InputError: words nobody said since then, or a quote that is not proved, with the reason.
    """
    since = test.starts_on
    named = [one.chunk_id for one in given if one.chunk_id]
    searched = repo.said_since(uow, since) if len(named) < len(given) else {}
    places = []
    for one in given:
        wanted = [one.chunk_id] if one.chunk_id else [
            chunk_id for chunk_id, text in searched.items() if locate(one.quote, text)
        ]  # fmt: skip
        passages = load_passages(uow, wanted[:1])
        places.append(_prove(one, passages, insight_id, test, by=by, now=now))
    return places


def _prove(
    given: QuoteGiven,
    passages: Mapping[str, Passage],
    insight_id: str,
    test: InsightTest,
    *,
    by: str,
    now: datetime,
) -> repo.Placed:
    if not passages:
        raise InputError(
            f"nobody said these words since the test began on {test.starts_on}",
            found=f"“{given.quote[:80]}”",
            expected="the words of a conversation, ticket or note with a date",
        )
    [(chunk_id, passage)] = passages.items()
    result = prove(Cited(chunk_id=chunk_id, quote=given.quote, side=given.side), passages)
    if isinstance(result, Unproved):
        raise InputError(f"this quote is not proved: {result.reason}")
    said = passage.document.occurred_at
    if said is None or said.date() < test.starts_on:
        when = f"on {said:%Y-%m-%d}" if said else "at no known date"
        raise InputError(
            f"this was said {when}; the test began on {test.starts_on}",
            expected="a quote after launch",
        )
    return repo.Placed(
        id=new_id(),
        insight_id=insight_id,
        test_id=test.id,
        side=given.side,
        chunk_id=chunk_id,
        document_id=result.document_id,
        start=result.start,
        end=result.end,
        quote_sha256=sha256_text(result.quote),
        recorded_by=by,
        recorded_at=now,
    )


def heard_after(uow: UnitOfWork, places: Sequence[repo.Placed]) -> dict[str, list[Heard]]:
    """Return what people said after launch by insight, each quote proved again as it is read."""
    passages = load_passages(uow, (place.chunk_id for place in places))
    found: dict[str, list[Heard]] = {}
    for place in places:
        passage = passages.get(place.chunk_id)
        text = passage.document.text[place.start : place.end] if passage else ""
        lost = "" if sha256_text(text) == place.quote_sha256 else "its passage is gone or changed"
        cited = Cited(chunk_id=place.chunk_id, quote=text, side=place.side)
        result = None if lost else prove(cited, passages)
        if isinstance(result, Unproved):
            lost = result.reason
        said = passage.document.occurred_at if passage else None
        found.setdefault(place.insight_id, []).append(
            Heard(
                id=place.id,
                test_id=place.test_id,
                citation=result if isinstance(result, Citation) else _withheld(place),
                said_on=said.date() if said else None,
                recorded_by=place.recorded_by,
                recorded_at=place.recorded_at,
                lost=lost,
            )
        )
    return found


def _withheld(place: repo.Placed) -> Citation:
    return Citation(
        chunk_id=place.chunk_id,
        document_id=place.document_id,
        start=place.start,
        end=place.end,
        quote="",
        speaker="",
        participant_id=None,
        at_ms=None,
        side=place.side,
    )
