"""Proves a quote against the passage it cites: exact, in place, by a person who allows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from synth.core.spans import Span
from synth.hypotheses.types import Citation, Side
from synth.people.types import Participant, Role
from synth.segments.types import Chunk
from synth.sources.types import Document, Turn

#: A quote of fewer words says nothing by itself, unless it is all that was said.
MIN_WORDS = 3
#: The declared normalisation, character for character: one spelling of quotation marks and
#: apostrophes. Runs of white space count as one space. Nothing else may differ.
TYPOGRAPHIC = str.maketrans("“”„‟«»‘’‚‛", '""""""' + "''''")
INNER = str.maketrans("“”", "‘’")
SPACE = re.compile(r"\s+")
WORD = re.compile(r"\w+(?:['’]\w+)*")
NEGATION_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|nobody|nothing|cannot|without|hardly)|n['’]t)\s+$", re.IGNORECASE
)
ELLIPSIS = re.compile(r"\s*(?:\[?\.\.\.\]?|\[?…\]?)\s*")


class Failure(StrEnum):
    """Why a quote is not proved."""

    UNKNOWN_PASSAGE = "unknown_passage"
    NOT_THERE = "not_there"
    OTHER_PASSAGE = "other_passage"
    JOINED = "joined"
    CUT_WORD = "cut_word"
    CUT_NEGATION = "cut_negation"
    TOO_SHORT = "too_short"
    WRONG_SPEAKER = "wrong_speaker"
    NO_SPEAKER = "no_speaker"
    NO_CONSENT = "no_consent"
    NOT_EVIDENCE = "not_evidence"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A chunk with all that proves who said it, where and with what consent."""

    chunk: Chunk
    document: Document
    turn: Turn | None
    participant: Participant | None

    @property
    def speaker(self) -> str:
        """Return the pseudonym shown for who speaks."""
        if self.participant is not None:
            return self.participant.pseudonym
        return self.turn.speaker if self.turn else ""

    @property
    def is_evidence(self) -> bool:
        """Return whether a participant speaks; interviewers and staff give context only."""
        roles = [self.turn.role if self.turn else Role.PARTICIPANT]
        roles += [self.participant.role] if self.participant else []
        return self.chunk.is_evidence and all(role is Role.PARTICIPANT for role in roles)


@dataclass(frozen=True, kw_only=True)
class Cited:
    """What somebody, or a model, says was said; `speaker` None: not claimed."""

    chunk_id: str
    quote: str
    side: Side
    speaker: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unproved:
    """A quote that is not proved, with both texts."""

    failure: Failure
    cited: Cited
    passage_text: str  #: what the cited passage says; "" where there is none

    @property
    def reason(self) -> str:
        """Return one line for people."""
        return REASONS[self.failure].format(quote=_short(self.cited.quote), **self._who())

    def _who(self) -> dict[str, str]:
        return {
            "chunk": _short(self.cited.chunk_id),
            "text": _short(self.passage_text),
            "speaker": _short(self.cited.speaker or ""),
        }


REASONS = {
    Failure.UNKNOWN_PASSAGE: "quote “{quote}” cites {chunk}, which is no passage it was given",
    Failure.NOT_THERE: "quote “{quote}” is not in its passage, which says “{text}”",
    Failure.OTHER_PASSAGE: "quote “{quote}” is in another passage than the one it cites",
    Failure.JOINED: "quote “{quote}” joins separate words; the passage says “{text}”",
    Failure.CUT_WORD: "quote “{quote}” begins or ends inside a word of “{text}”",
    Failure.CUT_NEGATION: "quote “{quote}” leaves out the negation right before it",
    Failure.TOO_SHORT: "quote “{quote}” is too short to say anything; the passage says “{text}”",
    Failure.WRONG_SPEAKER: "quote “{quote}” was not said by {speaker}",
    Failure.NO_SPEAKER: "nobody is named as the speaker of “{quote}”, so nobody allowed quoting it",
    # The words themselves are left out: who withholds consent is not quoted in the reason either.
    Failure.NO_CONSENT: "a cited speaker does not allow to be quoted",
    Failure.NOT_EVIDENCE: "quote “{quote}” is of an interviewer or staff, which is no evidence",
    Failure.SUPERSEDED: "quote “{quote}” is from a version of its document that was replaced",
}


def prove(cited: Cited, passages: Mapping[str, Passage]) -> Citation | Unproved:
    """Return the citation with its exact place in the document, or why there is none.

    `passages` holds what may be cited, by chunk id. The quote of the citation is always the
    document's own text, never the text that was claimed.
    """
    passage = passages.get(cited.chunk_id)
    if passage is None:
        return Unproved(failure=Failure.UNKNOWN_PASSAGE, cited=cited, passage_text="")
    failure = _who_failure(cited, passage)
    found = None if failure else locate(cited.quote, passage.chunk.text)
    if failure is None and found is None:
        failure = _why_not_there(cited, passages)
    if failure is None and found is not None:
        failure = _place_failure(found, passage)
    if failure is not None or found is None:
        text = "" if failure is Failure.NO_CONSENT else passage.chunk.text
        return Unproved(failure=failure or Failure.NOT_THERE, cited=cited, passage_text=text)
    return _citation(cited, passage, found.shifted(passage.chunk.span.start))


def prove_all(
    cited: Iterable[Cited], passages: Mapping[str, Passage]
) -> tuple[list[Citation], list[Unproved]]:
    """Return the proved and the unproved; the same place cited twice counts once."""
    proved: dict[tuple[str, int, int], Citation] = {}
    failed: list[Unproved] = []
    for one in cited:
        result = prove(one, passages)
        if isinstance(result, Unproved):
            failed.append(result)
        else:
            proved.setdefault((result.document_id, result.start, result.end), result)
    return list(proved.values()), failed


def still_true(citation: Citation, passages: Mapping[str, Passage]) -> Unproved | None:
    """Return why a stored citation no longer holds: changed consent, role, version or text."""
    cited = Cited(
        chunk_id=citation.chunk_id,
        quote=citation.quote,
        side=citation.side,
        speaker=citation.speaker,
    )
    result = prove(cited, passages)
    return result if isinstance(result, Unproved) else None


def locate(quote: str, text: str) -> Span | None:
    """Return where `quote` stands in `text` after the declared normalisation, else None.

    The first place that does not cut a word wins, else the first place.
    """
    wanted, _ = _normalised(quote)
    wanted = wanted.strip()
    plain, places = _normalised(text)
    if not wanted:
        return None
    first: Span | None = None
    at = plain.find(wanted)
    while at >= 0:
        span = Span(places[at], places[at + len(wanted) - 1] + 1)
        if not cuts_word(span, text):
            return span
        first = first or span
        at = plain.find(wanted, at + 1)
    return first


def cuts_word(span: Span, text: str) -> bool:
    """Return whether `span` begins or ends between two characters of one word."""
    return _inside_word(span.start, text) or _inside_word(span.end, text)


def _inside_word(at: int, text: str) -> bool:
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    # "can't" and "3.5" are one word each: a cut at the mark changes what was said.
    if after in "'’.,-" and before.isalnum() and at + 1 < len(text):
        return text[at + 1].isdigit() if after in ".,-" else text[at + 1].isalnum()
    if before in "'’.," and after.isalnum() and at >= 2:
        return text[at - 2].isdigit() if before in ".," else text[at - 2].isalnum()
    return False


def _normalised(text: str) -> tuple[str, list[int]]:
    """Return `text` with single spaces and plain quotation marks, and each character's origin."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] == " ":
                places[-1] = place
                continue
            character = " "
        characters.append(character.translate(TYPOGRAPHIC))
        places.append(place)
    return "".join(characters), places


def _who_failure(cited: Cited, passage: Passage) -> Failure | None:
    if not passage.is_evidence:
        return Failure.NOT_EVIDENCE
    if passage.participant is None:
        return Failure.NO_SPEAKER
    if not (passage.participant.consent.analyse and passage.participant.consent.quote):
        return Failure.NO_CONSENT
    if not passage.document.is_current:
        return Failure.SUPERSEDED
    if cited.speaker is not None and cited.speaker != passage.speaker:
        return Failure.WRONG_SPEAKER
    return None


def _why_not_there(cited: Cited, passages: Mapping[str, Passage]) -> Failure:
    texts = [passage.chunk.text for passage in passages.values()]
    if any(locate(cited.quote, text) for text in texts):
        return Failure.OTHER_PASSAGE
    parts = [part for part in ELLIPSIS.split(cited.quote) if part]
    if len(parts) > 1 and all(any(locate(part, text) for text in texts) for part in parts):
        return Failure.JOINED
    return Failure.NOT_THERE


def _place_failure(found: Span, passage: Passage) -> Failure | None:
    span = found.shifted(passage.chunk.span.start)
    if span.of(passage.document.text) != found.of(passage.chunk.text):
        return Failure.NOT_THERE
    if cuts_word(span, passage.document.text):
        return Failure.CUT_WORD
    if NEGATION_BEFORE.search(passage.chunk.text[: found.start]):
        return Failure.CUT_NEGATION
    words = len(WORD.findall(found.of(passage.chunk.text)))
    whole = len(WORD.findall(passage.chunk.text))
    return Failure.TOO_SHORT if words < min(MIN_WORDS, whole) or not words else None


def _citation(cited: Cited, passage: Passage, span: Span) -> Citation:
    return Citation(
        chunk_id=passage.chunk.id,
        document_id=passage.document.id,
        start=span.start,
        end=span.end,
        quote=span.of(passage.document.text),
        speaker=passage.speaker,
        participant_id=passage.chunk.participant_id,
        at_ms=passage.turn.start_ms if passage.turn else None,
        side=cited.side,
    )


def _short(text: str, longest: int = 160) -> str:
    # Single marks inside: what is quoted can be told from the reason around it, and taken out.
    flat = SPACE.sub(" ", text).strip().translate(INNER)
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
