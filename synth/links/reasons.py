"""The reason of a verdict in words: every one of them derives from numbers."""

from __future__ import annotations

from synth.core.proportions import wilson
from synth.links import significance
from synth.links.pairs import LEVEL, Pair
from synth.links.timing import TimeOrder
from synth.links.types import Verdict

#: Why an overlap of power users is none, and what is said where nobody can know.
GOES_WITH_USE = "explained by how much people use the product"
USE_UNKNOWN = "use before the change is not known or alike, so it is not held fixed"


def reason_of(pair: Pair, verdict: Verdict) -> str:
    """Return the numbers, then in words what decided; parts are joined by "; "."""
    parts = [_numbers(pair), _time_words(pair.time), _use_words(pair, verdict)]
    if verdict is Verdict.NOT_LINKED and pair.time is TimeOrder.BEFORE and pair.p <= LEVEL:
        parts.append("too weak an overlap for something said all along")
    if pair.latecomers and pair.time is not TimeOrder.AFTER:
        parts.append("only those who spoke well after the change are hit more often")
    if pair.segment == "differs":
        parts.append("its people are mostly outside the slice")
    if not pair.speaks and pair.theme.part_of is None:
        parts.append("its sub-themes differ: one of them is what overlaps")
    if pair.explained_by:
        held = " and ".join(f'"{title}"' for title in pair.explained_by)
        verb = "is" if len(pair.explained_by) == 1 else "are"
        parts.append(f"no more than chance once {held} {verb} held fixed")
    if verdict is Verdict.TOO_FEW:
        parts.insert(0, f"only {pair.counts.people} people are both heard and measured")
    if pair.counts.unmapped_theme:
        parts.append(f"{pair.counts.unmapped_theme} more in the theme were not measured")
    return "; ".join(part for part in parts if part)


def _numbers(pair: Pair) -> str:
    counts, lift = pair.counts, significance.lift([pair.counts])
    hit = wilson(counts.theme_affected, counts.affected)
    spared = wilson(counts.theme_unaffected, counts.unaffected)
    text = f"{hit} of those hit speak about it, {spared} of the others"
    if lift is None:
        return text
    times = f"{lift.value:.1f} times as often ({lift.low:.1f}-{lift.high:.1f})"
    return ", ".join(filter(None, [f"{text}: {times}", _within_words(pair), f"q = {pair.q:.2g}"]))


def _within_words(pair: Pair) -> str:
    own = pair.within
    if own is None or own.low is None or own.high is None:
        return ""
    times = f"{own.lift:.1f} times ({own.low:.1f}-{own.high:.1f})"
    return f"{times} among people who use the product equally much"


def _use_words(pair: Pair, verdict: Verdict) -> str:
    if pair.within is None:
        return USE_UNKNOWN if verdict is Verdict.OVERLAP else ""
    if pair.goes_with_use and verdict is Verdict.NOT_LINKED:
        return GOES_WITH_USE
    known, people = pair.within.people, pair.counts.people
    return f"use is known of {known} of {people} people" if known < people else ""


def _time_words(time: TimeOrder) -> str:
    return {
        TimeOrder.BEFORE: "said before the change already",
        TimeOrder.DURING: "said from the change on",
        TimeOrder.AFTER: "said only some time after the change",
        TimeOrder.UNKNOWN: "",
    }[time]
