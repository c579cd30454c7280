"""Words of people out of the reasons a draft is held for, once they may no longer be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from synth.hypotheses import repo
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Hypothesis, State
from synth.store.unit_of_work import UnitOfWork

OPEN, CLOSE = "“", "”"
LEFT_OUT = "“[left out]”"
MARK = re.compile(f"[{OPEN}{CLOSE}]")
QUOTED = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")


def forget_words(uow: UnitOfWork) -> int:
    """Take quoted words out of the reasons of drafts that were given somebody's words.

    A draft is meant where one of the people it was made of no longer allows to be quoted: which
    words are theirs cannot be told from a quote that stands nowhere. Return how many drafts.
    """
    told = [
        one
        for one in repo.list_hypotheses(uow, state=State.HELD)
        if without_words(one.held_reasons) != list(one.held_reasons)
    ]
    gone = [one for one in told if not _may_all_be_quoted(uow, one)]
    for one in gone:
        repo.set_held_reasons(uow, one.id, without_words(one.held_reasons))
    return len(gone)


def without_words(reasons: Sequence[str]) -> list[str]:
    """Return reasons with what stands in quotation marks left out."""
    return [_without_words(reason) for reason in reasons]


def _without_words(reason: str) -> str:
    marks = "".join(MARK.findall(reason))
    if marks == (OPEN + CLOSE) * (len(marks) // 2):
        return QUOTED.sub(LEFT_OUT, reason)
    # Where one quotation cannot be told from the next, all from the first to the last mark goes.
    first, last = (f(place.start() for place in MARK.finditer(reason)) for f in (min, max))
    return f"{reason[:first]}{LEFT_OUT}{reason[last + 1 :] if reason[last] == CLOSE else ''}"


def _may_all_be_quoted(uow: UnitOfWork, held: Hypothesis) -> bool:
    passages = load_passages(uow, _given(uow, held)).values()
    people = [passage.participant for passage in passages if passage.participant]
    return all(person.consent.analyse and person.consent.quote for person in people)


def _given(uow: UnitOfWork, held: Hypothesis) -> Iterator[str]:
    """Yield the passages a draft cites and those its drafter was given."""
    yield from (citation.chunk_id for citation in held.content.citations)
    for revision in range(1, held.revision + 1):
        pack = repo.find_pack(uow, held.id, revision) or {}
        yield from (excerpt["chunk_id"] for excerpt in pack.get("excerpts", ()))
        yield from pack.get("search", {}).get("found", ())
