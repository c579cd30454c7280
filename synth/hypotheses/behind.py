"""What stands behind a symptom: the cause, the first guess that failed, how rare, what to do next.

Counts and fixed words; nothing here is anybody's phrase but the titles of themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth.core.proportions import Proportion
from synth.hypotheses.causes import Cause, CauseKind, Rival, read_cause
from synth.hypotheses.nudges import SEEN
from synth.hypotheses.phrasing import metric_words, slice_words, theme_words
from synth.hypotheses.types import Citation, Side, Standing, Stratified
from synth.hypotheses.wording import MECHANISM
from synth.metrics.types import Anomaly

#: A finding may be rare where even the upper end of its share is below this, among so many heard.
RARE, RARE_FROM = 0.25, 8


def words_behind(
    *,
    anomaly: Anomaly,
    theme: str,
    cause: Cause,
    rival: Rival | None,
    heard: Proportion,
    standing: Standing,
    strata: Sequence[Stratified],
    citations: Sequence[Citation],
) -> dict[str, Any]:
    """Return the fields of a content that say what stands behind the symptom."""
    quotes = [one.quote for one in citations if one.side is Side.FOR]
    guess, why_not = first_guess(rival, theme, quotes)
    edge = edge_case(heard)
    return {
        "cause_kind": cause.kind,
        "symptom": symptom(anomaly),
        "cause": cause_words(cause, theme),
        "first_guess": guess,
        "why_not": why_not,
        "edge_case": edge,
        "next_step": next_step(
            anomaly,
            standing,
            cause,
            is_rare=bool(edge),
            is_told=any(MECHANISM.search(quote) for quote in quotes),
            is_checked=bool(strata),
        ),
    }


def symptom(anomaly: Anomaly) -> str:
    """Return what is seen, without a number."""
    way = "higher" if anomaly.change > 0 else "lower"
    where = slice_words(anomaly.segment)
    return f"{metric_words(anomaly.metric)} is {way} than it should be{where}"


def cause_words(cause: Cause, theme: str) -> str:
    """Return what people's words point at, with how many say so."""
    if cause.kind is CauseKind.UNCLEAR:
        return f"{cause.words}: ask for it"
    if not cause.kind.is_cause:
        return f"not shown: {_why_aside(cause, theme)}"
    about = f"of those read who speak about “{theme_words(theme)}”"
    return f"{cause.words}: {about}, the words of {cause.named} point to it"


def _why_aside(cause: Cause, theme: str) -> str:
    own, beside = theme_words(theme), theme_words(cause.beside)
    if cause.kind is CauseKind.ALSO_LINKED:
        return (
            f"“{own}” goes with the change, but “{beside}” does so more strongly, and people may "
            "only say the one beside the other"
        )
    why = (
        f"of those who speak about “{own}”, {cause.named} did so before the change already, so "
        "by itself it is nothing new"
    )
    return f"{why}; “{beside}” came up with it, and goes with it more strongly" if beside else why


def first_guess(rival: Rival | None, theme: str, quotes: Sequence[str]) -> tuple[str, str]:
    """Return the explanation that comes to mind first and why it failed; empty where none did."""
    if rival is not None:
        return f"“{theme_words(rival.theme)}”, which is spoken about too", _why_not(rival)
    if quotes and not any(SEEN.search(quote) for quote in quotes):
        return (
            "the screen is hard to understand",
            "nobody cited says that what they see is the trouble; "
            f"they speak about “{theme_words(theme)}”",
        )
    return "", ""


def edge_case(heard: Proportion) -> str:
    """Return why a finding may be real and rare; "" where nothing says so."""
    if heard.n < RARE_FROM or heard.high >= RARE:
        return ""
    return (
        f"it may be real and rare: of the affected people heard, {heard} speak about it; a change "
        "to it alone may take the metric only a part of the way"
    )


def next_step(
    anomaly: Anomaly,
    standing: Standing,
    cause: Cause,
    *,
    is_rare: bool,
    is_told: bool,
    is_checked: bool,
) -> str:
    """Return the next thing to ask or to count: what the evidence lacks most."""
    if standing is Standing.TOO_FEW:
        return (
            "ask next: five to eight of the affected who were not heard yet, to walk through the "
            "last time it happened"
        )
    if cause.kind is CauseKind.SAID_BEFORE:
        return (
            "ask next: three of the affected, to walk through the last time it happened, for what "
            "was different since the change"
        )
    if cause.kind is CauseKind.ALSO_LINKED:
        return (
            "ask next: three of the affected who speak about both, which of the two stopped the "
            "work the last time"
        )
    if cause.kind is CauseKind.UNCLEAR or not is_told:
        return (
            "ask next: three of the affected, to walk through the last time it happened, for what "
            "stopped the work"
        )
    if is_rare:
        return "count next: those measured who meet it, before anything is built"
    if not is_checked:
        return "count next: the segments of those heard, to see whether the link holds inside them"
    metric = metric_words(anomaly.metric)
    return (
        f"test next: with the change for some of those who meet it and not for others, by {metric}"
    )


def read_pack_cause(citations: Sequence[Citation]) -> Cause:
    """Return the kind of cause that the quotes alone point at."""
    return read_cause((one.speaker, one.quote) for one in citations if one.side is Side.FOR)


def _why_not(rival: Rival) -> str:
    if rival.is_late:
        return "it was heard only after the change, so it cannot be what came before"
    return (
        f"of the affected people heard, {rival.affected} speak about it, of the others "
        f"{rival.others}: no more than by chance"
    )
