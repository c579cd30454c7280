"""What reviewers rejected shapes the next draft of the same pair, or stops it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from synth.core.fingerprints import fingerprint
from synth.hypotheses.types import Content, Rejected

#: How the reason of a draft begins that is held because of what was rejected.
SUPPRESSED = "rejected before because "
#: About the pair itself: another wording does not help.
OF_THE_PAIR = frozenset({"wrong_cause", "wrong_metric", "already_known"})
#: Helped by more people only.
OF_THE_EVIDENCE = frozenset({"weak_evidence", "too_few_people"})
#: The passages cited then are left out.
OF_THE_QUOTES = "misread_quote"
#: The template proposes a step that somebody can take.
OF_THE_SOLUTION = "not_actionable"


def rejected_as(hypothesis_id: str, codes: Iterable[str], content: Content) -> Rejected:
    """Return what a later draft must know of a rejected one."""
    return Rejected(
        hypothesis_id=hypothesis_id,
        codes=tuple(map(str, codes)),
        cited=tuple(sorted({citation.chunk_id for citation in content.citations})),
        people=content.scale.k,
        words_sha256=_words(content),
    )


def misread(rejected: Sequence[Rejected]) -> frozenset[str]:
    """Return the chunks that reviewers called misread: no later draft cites them."""
    return frozenset(
        chunk_id for one in rejected if OF_THE_QUOTES in one.codes for chunk_id in one.cited
    )


def wants_a_step(rejected: Sequence[Rejected]) -> bool:
    """Return whether a reviewer missed something that can be done."""
    return any(OF_THE_SOLUTION in one.codes for one in rejected)


def why_suppressed(rejected: Sequence[Rejected], content: Content) -> str | None:
    """Return why a draft must not wait for a reviewer again, with what would change that."""
    for one in rejected:
        codes = set(one.codes)
        if codes & OF_THE_PAIR:
            return f"{_because(one)}; release it if that no longer holds"
        if codes & OF_THE_EVIDENCE and content.scale.k <= one.people:
            return (
                f"{_because(one)}; {one.people} of the people hit spoke about it then, and no more "
                "do now"
            )
        same_quotes = {citation.chunk_id for citation in content.citations} == set(one.cited)
        if same_quotes and _words(content) == one.words_sha256:
            return f"{_because(one)}; this draft says the same and cites the same"
    return None


def code_words(codes: Iterable[str]) -> str:
    """Return reasons as words: "weak evidence, too few people"."""
    return ", ".join(code.replace("_", " ") for code in codes)


def _because(one: Rejected) -> str:
    return f"{SUPPRESSED}{code_words(one.codes)}"


def _words(content: Content) -> str:
    return fingerprint([content.title, content.solution, content.because])
