"""The offline drafter: says only what was counted and what people said, and names itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.hypotheses.behind import read_pack_cause
from synth.hypotheses.causes import CauseKind
from synth.hypotheses.citations import Unproved, prove_all
from synth.hypotheses.composing import (
    TARGET_FROM,
    Case,
    Wording,
    compose,
    heard_words,
    one_line,
    target_from,
)
from synth.hypotheses.phrasing import metric_words, slice_words, theme_words
from synth.hypotheses.rejections import wants_a_step
from synth.hypotheses.types import Citation, Content, Provenance, Side
from synth.metrics.types import AnomalyKind

DRAFTER = "template v2"
#: Speakers named in a sentence; the rest are counted.
NAMED = 2


#: What a change has to do, by the kind of cause; `told`: what who reports about which theme.
SOLUTIONS = {
    CauseKind.HIDDEN_CONSTRAINT: (
        "a change, still to be designed, that lifts the constraint in {told}, or says it beforehand"
    ),
    CauseKind.EXPECTATION_MISMATCH: "a change, still to be designed, that says beforehand {told}",
    CauseKind.ORGANISATIONAL_FRICTION: (
        "a way, still to be designed, to go on while somebody else has to act, in {told}"
    ),
    CauseKind.DEFECT: "a repair, still to be designed, of {told}",
    CauseKind.PERFORMANCE: "a faster way, still to be designed, through {told}",
    CauseKind.ALSO_LINKED: (
        "a change, still to be designed, to {told}, if it still matters once “{beside}” is dealt "
        "with"
    ),
    CauseKind.SAID_BEFORE: (
        "a change, still to be designed, to {told}, if something about it is new since the change"
    ),
    CauseKind.UNCLEAR: "a change, still to be designed, to {told}",
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a drafter gives; `problem` is why there is no usable answer, if so."""

    content: Content
    unproved: tuple[Unproved, ...]
    provenance: Provenance
    problem: str | None = None


def draft(case: Case) -> Draft:
    """Return the template's draft: the same case always gives the same text."""
    passages = {excerpt.passage.chunk.id: excerpt.passage for excerpt in case.pack.excerpts}
    proved, failed = prove_all((excerpt.cited() for excerpt in case.pack.excerpts), passages)
    return Draft(
        content=compose(case, wording(case, proved), proved),
        unproved=tuple(failed),
        provenance=Provenance(drafter=DRAFTER),
    )


def wording(case: Case, citations: Sequence[Citation]) -> Wording:
    """Return the template's own words."""
    return Wording(
        title=_title(case),
        solution=_solution(case, citations),
        because=heard_words(case),
    )


def _title(case: Case) -> str:
    """Return what stands out and the theme, whole where it fits on a line."""
    event, theme = _event(case), theme_words(case.theme)
    whole = f"{event}: affected people speak about “{theme}”"
    return whole if one_line(whole) == whole else one_line(f"{event}: {theme}")


def _event(case: Case) -> str:
    """Return what stands out, as the beginning of a title."""
    anomaly = case.anomaly
    name = f"{metric_words(anomaly.metric)}{slice_words(anomaly.segment)}"
    if target_from(case) == TARGET_FROM[AnomalyKind.TARGET]:
        return f"Missed target of {name}"
    if anomaly.kind is AnomalyKind.PERSON:
        return f"Outliers in {name}"
    if anomaly.kind is AnomalyKind.RULE:
        return f"A rule holds for {name}"
    if anomaly.kind is AnomalyKind.SEGMENT:
        return f"{'Higher' if anomaly.change > 0 else 'Lower'} {name}"
    return f"{'Rise' if anomaly.change > 0 else 'Drop'} in {name}"


def _solution(case: Case, citations: Sequence[Citation]) -> str:
    """Return a placeholder for the kind of cause: what to change is for the team to say.

    It names speakers and never repeats their words: a quote stands in citations alone, where it
    can be withheld when its speaker no longer allows it.
    """
    speakers = list(dict.fromkeys(one.speaker for one in citations if one.side is Side.FOR))
    if not speakers:
        return f"a change, still to be designed, to what people say about “{case.theme}”"
    cause = case.cause or read_pack_cause(citations)
    verb = "report" if speakers[1:] else "reports"
    told = f"what {_named(speakers)} {verb} about “{theme_words(case.theme)}”"
    solution = SOLUTIONS[cause.kind].format(told=told, beside=theme_words(cause.beside))
    if wants_a_step(case.rejected):
        return f"a trial, with an owner and a date, of {solution}"
    return solution


def _named(speakers: Sequence[str]) -> str:
    """Return for example "P1", "P1 and P2", "P1, P2 and 3 others"."""
    if len(speakers) <= NAMED:
        return " and ".join(speakers)
    rest = len(speakers) - NAMED
    return f"{', '.join(speakers[:NAMED])} and {rest} other{'s' if rest > 1 else ''}"
