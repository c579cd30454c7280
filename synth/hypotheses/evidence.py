"""Chooses the passages a hypothesis may cite: different people, those hit first, both sides."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from synth.core.spans import Span
from synth.hypotheses.citations import MIN_WORDS, WORD, Cited, Passage, cuts_word
from synth.hypotheses.flags import Flag, find_flags
from synth.hypotheses.types import Side
from synth.themes.stance import Stance, read_stance

MOST_FOR = 5
MOST_AGAINST = 3
#: Passages that speak against it kept in the record of the search, best first.
RECORDED = 5
#: Longest stretch of one passage offered as a quote, in characters.
EXCERPT = 240
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*\s+|\n+")
#: Somebody says that it was no trouble.
CONTRADICTS = re.compile(
    r"\b(?:no (?:problems?|issues?|trouble|complaints?)|(?:not|n't|n’t|never) (?:an?|any) "
    r"(?:problem|issue|trouble)|(?:was|is|were|felt|found (?:it|that)) (?:\w+ )?(?:easy|fine|simple"
    r"|straightforward|quick|smooth)|works? (?:fine|well|great)|worked (?:fine|well|first time"
    r"|right away|perfectly)|does(?:n't|n’t| not) bother|(?:all|so far so) good)\b",
    re.IGNORECASE,
)
#: What comes after it in the sentence takes it back: "the editor is fine but it blinds me".
TAKEN_BACK = re.compile(r"[^.!?\n]*?\b(?:but|except|apart from|until|only (?:if|when))\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """Words of one passage offered as a quote."""

    passage: Passage
    words: str  #: exact, beginning and ending at whole words
    side: Side
    is_affected: bool | None  #: whether the anomaly hit who speaks; None: never measured

    def cited(self) -> Cited:
        """Return the quote as something to be proved like any other."""
        return Cited(
            chunk_id=self.passage.chunk.id,
            quote=self.words,
            side=self.side,
            speaker=self.passage.speaker,
        )


@dataclass(frozen=True, kw_only=True)
class Pack:
    """What a drafter is given, and how much was looked through for it."""

    excerpts: tuple[Excerpt, ...]  #: for first, then against
    searched: int  #: passages looked through: of the theme, and what a search found beside it
    withheld: int  #: of them, those whose speaker does not allow the use
    counter: tuple[Excerpt, ...] = ()  #: the best of all that speaks against it, one per person
    queries: tuple[str, ...] = ()  #: what was searched for beside the theme
    notices: tuple[str, ...] = ()  #: ways of searching that did not answer

    @property
    def counter_note(self) -> str:
        """Return what the search for counter-evidence gave, if it gave nothing."""
        found = any(excerpt.side is Side.AGAINST for excerpt in self.excerpts)
        return "" if found else f"none found in {self.searched} passages searched"


def choose(
    passages: Sequence[Passage],
    *,
    affected: Collection[str],
    unaffected: Collection[str],
    keywords: Collection[str] = (),
    for_model: bool = False,
    turn: int = 0,
    beside: Sequence[Passage] = (),
    left_out: Collection[str] = (),
) -> Pack:
    """Return the pack; `passages` come best first. `turn` rotates to other people and passages.

    `beside` are passages outside the theme that a search for the contrary found: those that do
    speak against it may be cited, the others only count as looked through. `left_out` are chunks
    that are looked through and not cited.
    """
    inside = {passage.chunk.id for passage in passages}
    looked = [*passages, *(one for one in beside if one.chunk.id not in inside)]
    usable = [passage for passage in looked if may_cite(passage, for_model=for_model)]
    offered = [_excerpt(passage, affected, unaffected, keywords) for passage in _distinct(usable)]
    excerpts = [
        excerpt
        for excerpt in offered
        if excerpt is not None
        and excerpt.passage.chunk.id not in left_out
        and (excerpt.passage.chunk.id in inside or _speaks_against(excerpt, keywords))
    ]
    # Those hit come before those never measured, those before the rest: sorting keeps the order.
    supporting = sorted(
        (excerpt for excerpt in excerpts if excerpt.side is Side.FOR),
        key=lambda excerpt: excerpt.is_affected is not True,
    )
    against = _one_each(_opposing(excerpts, supporting))
    chosen = (
        *_one_each(_rotated(supporting, turn))[:MOST_FOR],
        *_one_each(_rotated(against[:RECORDED], turn))[:MOST_AGAINST],
    )
    return Pack(
        excerpts=chosen,
        searched=len(looked),
        withheld=len(looked) - len(usable),
        counter=tuple(against[:RECORDED]),
    )


def _opposing(excerpts: Sequence[Excerpt], supporting: Sequence[Excerpt]) -> list[Excerpt]:
    """Return what speaks against the claim, plain contradiction first.

    Who is hit and complains elsewhere speaks against it only in plain words: praise of something
    else is read as such by mistake.
    """
    complain = {one.passage.chunk.participant_id for one in supporting if one.is_affected}
    found = [
        one
        for one in excerpts
        if one.side is Side.AGAINST
        and (one.passage.chunk.participant_id not in complain or _says_plainly(one.words))
    ]
    return sorted(found, key=lambda one: not says_contrary(one.words))


def says_contrary(words: str) -> bool:
    """Return whether somebody says that it was no trouble; irony does not count."""
    fine = _says_plainly(words) or read_stance(words) is Stance.FINE
    return fine and Flag.SARCASM not in find_flags(words)


def _says_plainly(words: str) -> bool:
    return any(not TAKEN_BACK.match(words, one.end()) for one in CONTRADICTS.finditer(words))


def _speaks_against(excerpt: Excerpt, keywords: Collection[str]) -> bool:
    """Return whether words outside the theme are about it and say the contrary."""
    return says_contrary(excerpt.words) and _matches(excerpt.passage.chunk.text, keywords) > 0


def may_cite(passage: Passage, *, for_model: bool) -> bool:
    """Return whether who speaks is a participant and allows the quote (and the model)."""
    if passage.participant is None or not passage.is_evidence or not passage.document.is_current:
        return False
    consent = passage.participant.consent
    return consent.analyse and consent.quote and (consent.llm or not for_model)


def excerpt_words(passage: Passage, keywords: Collection[str] = ()) -> str | None:
    """Return whole sentences of a passage that say most about `keywords`, or None if it is cut."""
    text, start = passage.chunk.text, passage.chunk.span.start
    spans = [span for span in _sentences(text) if len(WORD.findall(span.of(text))) >= MIN_WORDS]
    whole = [
        span for span in spans if not cuts_word(span.shifted(start), passage.document.text)
    ] or [_trimmed(Span(0, len(text)), text)]
    fitting = [span for span in whole if len(span) <= EXCERPT]
    if not fitting:
        words = _shortened(whole[0].of(text))
    else:
        best = max(fitting, key=lambda span: (_matches(span.of(text), keywords), -span.start))
        words = _widened(best, fitting, text).of(text)
    return words if len(WORD.findall(words)) >= MIN_WORDS else None


def _excerpt(
    passage: Passage,
    affected: Collection[str],
    unaffected: Collection[str],
    keywords: Collection[str],
) -> Excerpt | None:
    words = excerpt_words(passage, keywords)
    if words is None:
        return None
    person = passage.chunk.participant_id
    is_affected = True if person in affected else False if person in unaffected else None
    against = is_affected is False or says_contrary(words)
    return Excerpt(
        passage=passage,
        words=words,
        side=Side.AGAINST if against else Side.FOR,
        is_affected=is_affected,
    )


def _distinct(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Drop passages that say word for word what an earlier one says."""
    seen: set[str] = set()
    for passage in passages:
        words = " ".join(WORD.findall(passage.chunk.text.casefold()))
        if words not in seen:
            seen.add(words)
            yield passage


def _one_each(excerpts: Iterable[Excerpt]) -> list[Excerpt]:
    first: dict[str | None, Excerpt] = {}
    for excerpt in excerpts:
        first.setdefault(excerpt.passage.chunk.participant_id, excerpt)
    return list(first.values())


def _rotated(excerpts: Sequence[Excerpt], turn: int) -> list[Excerpt]:
    by = turn % len(excerpts) if excerpts else 0
    return [*excerpts[by:], *excerpts[:by]]


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for end in SENTENCE_END.finditer(text):
        yield _trimmed(Span(start, end.end()), text)
        start = end.end()
    if start < len(text):
        yield _trimmed(Span(start, len(text)), text)


def _trimmed(span: Span, text: str) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _widened(best: Span, spans: Sequence[Span], text: str) -> Span:
    """Add the sentences that follow while they fit."""
    end = best.end
    for span in spans:
        if span.start > best.start and span.end - best.start <= EXCERPT:
            if text[end : span.start].strip():
                break
            end = span.end
    return Span(best.start, end)


def _shortened(words: str) -> str:
    cut = words[:EXCERPT]
    return cut.rsplit(None, 1)[0] if len(words) > EXCERPT and " " in cut else cut


def _matches(words: str, keywords: Collection[str]) -> int:
    lower = words.casefold()
    return sum(keyword.casefold() in lower for keyword in keywords)
