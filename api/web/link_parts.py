"""Tested pairs of theme and anomaly to their card: who was hit, how sure, why not linked."""

from __future__ import annotations

from api.web.chart_contexts import IntervalRow
from api.web.format import counted, number, readable, sentence, words
from api.web.intervals import lift_row
from api.web.part_contexts import Count, LinkCard, QuoteCard, StateTag, StrataPart
from synth.core.proportions import wilson
from synth.hypotheses.pairs import why_not
from synth.links.pairs import MIN_PEOPLE, MIN_SIDE, MIN_THEME
from synth.links.reasons import GOES_WITH_USE
from synth.links.strata import USAGE
from synth.links.types import Dose, Interval, Link, Strata, TagState, Verdict


def link_card(
    link: Link,
    *,
    quote: QuoteCard | None = None,
    title: str = "",
    may_tag: bool = False,
    may_draft: bool = False,
    mark: int = -1,
) -> LinkCard:
    """Return a tested pair: the hit against the others, the lift, the reason."""
    counts = link.counts
    lift = link.lift
    state = link.tag.state if link.tag else None
    return LinkCard(
        theme_id=link.theme_id,
        title=title or link.theme_title,
        hit=Count(share=wilson(counts.theme_affected, counts.affected), noun="people hit"),
        others=Count(share=wilson(counts.theme_unaffected, counts.unaffected), noun="others"),
        lift=f"{_times(lift.value)} times as often ({_times(lift.low)}-{_times(lift.high)})"
        if lift
        else "not computed: too few people",
        lift_row=_lift_row(lift) if lift else None,
        status=link_tag(link),
        reason=sentence(readable(link.reason, link.metric)),
        quote=quote,
        tag_id=link.tag.id if link.tag else "",
        tag_state=state.value if state else "",
        tag_reason=sentence(link.tag.reason) if link.tag else "",
        is_linked=link.is_linked,
        can_tag=may_tag and state is None and _tag_decides(link),
        can_confirm=may_tag
        and state in (TagState.PROPOSED, TagState.REJECTED)
        and _tag_decides(link),
        is_too_few=link.verdict is Verdict.TOO_FEW,
        can_reject=may_tag and _can_reject(link),
        can_draft=may_draft and not link.is_linked and why_not(link) is None,
        short_reason="" if link.is_linked else not_linked_because(link),
        detail=_detail(link),
        mark=mark,
        dose=_dose_words(link.dose) if link.dose else "",
        use=_use_words(link),
        strata=[_strata_part(one) for one in link.strata],
    )


def _lift_row(lift: Interval) -> IntervalRow:
    words_of_it = "How much more often the people hit speak about it"
    return lift_row(words_of_it, f"{_times(lift.value)} times", lift.low, lift.value, lift.high)


def _tag_decides(link: Link) -> bool:
    """Return whether a tag changes what comes of this pair: a link, or a draft asked for."""
    if link.verdict is Verdict.TOO_FEW:
        return link.counts.theme_affected > 0
    return link.verdict is Verdict.OVERLAP


def _can_reject(link: Link) -> bool:
    """Return whether there is a tag to reject here: one that counts, or that a person confirmed."""
    if link.tag is None or link.tag.state is TagState.REJECTED:
        return False
    return link.verdict is Verdict.OVERLAP or link.tag.state is TagState.CONFIRMED


def _dose_words(dose: Dose) -> str:
    """Return the share hit at each dose, and whether it rises."""
    named = ", ".join(words(event) for event in dose.events)
    lows = [*(group.least for group in dose.groups[1:]), 0]
    parts = [
        f"{_times_had(group.least, after)}: {wilson(group.hit, group.people)}"
        for group, after in zip(dose.groups, lows, strict=True)
    ]
    rises = (
        "the more often, the more were hit" if dose.rises else "no rise that chance rarely gives"
    )
    return readable(
        f"People hit by how often they had {named}. {'; '.join(parts)}: {rises} (p = {dose.p:g})."
    )


def _times_had(least: int, after: int) -> str:
    if after == least + 1:
        return "never" if least == 0 else f"{least} times" if least > 1 else "once"
    return f"{least} to {after - 1} times" if after else f"{least} times or more"


def _strata_part(found: Strata) -> StrataPart:
    holds = "holds among people alike in it" if found.holds else "does not hold once it is fixed"
    by_use = found.by == USAGE
    return StrataPart(
        by="active days in the 28 before the change" if by_use else words(found.by),
        head="active days" if by_use else words(found.by),
        finding=readable(f"{holds}: {_within(found)} (p = {found.p:.2g})"),
        rows=[
            (
                one.name,
                str(wilson(one.counts.theme_affected, one.counts.affected)),
                str(wilson(one.counts.theme_unaffected, one.counts.unaffected)),
            )
            for one in found.strata
        ],
    )


def _within(found: Strata) -> str:
    times = f"{_times(found.lift)} times as often"
    if found.low is None or found.high is None:
        return times
    return f"{times} ({_times(found.low)}-{_times(found.high)})"


def _use_words(link: Link) -> str:
    """Return what is left of a pair that overlaps among people of equal use."""
    if link.verdict is not Verdict.OVERLAP:
        return ""
    for found in link.strata:
        if found.by == USAGE:
            return f"Among people who use the product equally much: {_within(found)}."
    return (
        "How much people used the product before is not known, or the same for all: "
        "power users were not held apart."
    )


def _times(value: float) -> str:
    return number(round(value) if value >= 10 else round(value, 1 if value >= 1 else 2))


def _detail(link: Link) -> str:
    said = {
        "before": "said before the change already",
        "during": "said from the change on",
        "after": "said only some time after the change",
    }
    sure = f"q = {link.q:g}" if link.q is not None else ""
    order = sentence(said.get(link.time, ""))
    return f"{order} {readable(sure)}".strip()


#: Reasons of a verdict that the counts beside it do not show.
TOLD = (
    GOES_WITH_USE, "too weak an overlap", "its people are mostly", "no more than chance once",
)  # fmt: skip


def not_linked_because(link: Link) -> str:
    """Return in one sentence why a tested theme is not linked."""
    if link.verdict is Verdict.TOO_FEW:
        return too_few_because(link)
    if link.verdict is Verdict.AFTER:
        return "Said only some time after the change, so it cannot be its cause."
    if link.verdict is Verdict.OVERLAP:
        return "The people overlap, but no tag that counts says it is about this metric."
    told = [part for part in link.reason.split("; ") if part.startswith(TOLD)]
    if told:
        return sentence(told[0])
    if link.lift and link.lift.value < 1:
        return "The people hit speak about it less often than the others."
    sure = readable(f" (q = {link.q:g})") if link.q is not None else ""
    return f"Not clearly more often than chance would give{sure}."


def too_few_because(link: Link) -> str:
    """Return which count is too small to tell anything."""
    counts = link.counts
    if counts.people < MIN_PEOPLE:
        return f"Only {counted(counts.people, 'person', 'people')} both heard and measured."
    if counts.theme < MIN_THEME:
        if not counts.theme:
            return "None of the people measured speaks about it."
        verb = "speaks" if counts.theme == 1 else "speak"
        return f"Only {counts.theme} of the people measured {verb} about it."
    if counts.unaffected < MIN_SIDE or counts.affected < MIN_SIDE:
        side = "hit" if counts.affected < counts.unaffected else "not hit"
        small = min(counts.affected, counts.unaffected)
        return f"Of the people {side}, only {small} {'was' if small == 1 else 'were'} heard."
    return "Too few people to tell: even a doubling could go unnoticed."


def link_tag(link: Link) -> StateTag:
    """Return a link's status as word, icon and tone."""
    if link.is_linked and link.tag and link.tag.state is TagState.CONFIRMED:
        return StateTag(word=link.status, tone="approved", icon="✓")
    if link.is_linked:
        return StateTag(word=link.status, tone="draft", icon="✎")
    return StateTag(word=link.status, icon="×")
