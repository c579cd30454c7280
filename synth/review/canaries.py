"""Makes drafts that are wrong on purpose: each error one that a reader of the evidence can see.

Every quote stays verbatim and proved; what is wrong is what the draft makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from synth.hypotheses.phrasing import metric_words
from synth.hypotheses.types import Citation, Content, Side
from synth.review.types import CanaryKind

#: In which order kinds are seeded.
KINDS = tuple(CanaryKind)


def make_canary(content: Content, kind: CanaryKind, foreign: Sequence[Citation]) -> Content | None:
    """Return `content` made wrong; None where it cannot be made wrong in this way.

    `foreign` are citations of people who speak about another theme.
    """
    if kind is CanaryKind.SWAPPED_BASELINE:
        return _swapped(content)
    if kind is CanaryKind.CAUSAL_OVERREACH:
        return _overreaching(content)
    return _misquoted(content, foreign)


def _swapped(content: Content) -> Content | None:
    if content.baseline == content.target:
        return None
    return replace(
        content,
        baseline=content.target,
        target=content.baseline,
        baseline_share=content.target_share,
        target_share=content.baseline_share,
    )


def _overreaching(content: Content) -> Content:
    because = (
        f"this alone causes what happened to {metric_words(content.metric)}: everybody who meets "
        "it gives up, and nobody else does"
    )
    return replace(content, because=because)


def _misquoted(content: Content, foreign: Sequence[Citation]) -> Content | None:
    """Put the words of people about something else under the same claims."""
    used = {citation.chunk_id for citation in content.citations}
    others = [one for one in foreign if one.side is Side.FOR and one.chunk_id not in used]
    own = [one for one in content.citations if one.side is Side.FOR]
    if not others or not own:
        return None
    donors = dict(zip(own, cycle(others), strict=False))
    names = {one.speaker: donor.speaker for one, donor in donors.items()}

    def renamed(text: str) -> str:
        return re.sub(r"\bP\d+\b", lambda found: names.get(found[0], found[0]), text)

    return replace(
        content,
        solution=renamed(content.solution),
        because=renamed(content.because),
        claims=tuple(replace(one, text=renamed(one.text)) for one in content.claims),
        citations=tuple(donors.get(one, one) for one in content.citations),
    )
