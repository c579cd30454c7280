"""Drafts and insights to the contexts of partials: pure, used by several pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from api.web.contexts import InsightRow
from api.web.format import (
    counted,
    day,
    measure,
    metric_words,
    readable,
    sample_size,
    sentence,
)
from api.web.part_contexts import (
    Change,
    ClaimRow,
    Count,
    DraftCard,
    StateTag,
)
from synth.hypotheses.types import Content, Hypothesis, Side
from synth.insights.types import Insight
from synth.metrics.types import Anomaly


def draft_card(
    item: Hypothesis, *, now: datetime, why_here: str = "", anomaly: Anomaly | None = None
) -> DraftCard:
    """Return a draft as a card of a list; its anomaly knows what its shares were counted in."""
    content = item.content
    against = sum(citation.side is Side.AGAINST for citation in content.citations)
    return DraftCard(
        id=item.id,
        title=readable(content.title, content.metric),
        statement=statement(content, anomaly),
        label=draft_label(item),
        metric=metric_words(content.metric),
        scale=Count(share=content.scale, noun="people hit speak about it"),
        age=age(item.created_at, now),
        why_here=sentence(why_here),
        state=StateTag(word=""),
        quotes=len(content.citations) - against,
        against=against,
    )


def draft_label(item: Hypothesis) -> str:
    """Return who wrote the revision, as every draft is marked with it."""
    if item.provenance.drafter == "person":
        return f"Draft edited by a person, revision {item.revision}"
    return f"AI draft, revision {item.revision}, {item.provenance.drafter}"


def statement(content: Content, anomaly: Anomaly | None = None) -> str:
    """Return the canvas sentence with values as people read them."""
    change = content_change(content, anomaly)
    text = (
        f"We believe {content.solution} will improve {metric_words(content.metric)} "
        f"from {change.before} to {change.after} because {content.because}"
    )
    return sentence(readable(text, content.metric))


def content_change(content: Content, anomaly: Anomaly | None = None) -> Change:
    """Return where a hypothesis starts and where it wants to go; its target is the better end.

    With its anomaly known, a share counted in few people is written as such, never as a bare
    percentage.
    """
    n = sample_size(anomaly) if anomaly else None
    return Change(
        before=measure(content.baseline, content.unit, n),
        after=measure(content.target, content.unit, n),
        is_up=content.target > content.baseline,
        is_worse=False,
    )


def age(since: datetime, now: datetime) -> str:
    """Return how old something is, in the largest whole unit."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes == 0:
        return "just now"
    if minutes < 60:
        return f"{counted(minutes, 'minute')} old"
    if minutes < 48 * 60:
        return f"{counted(minutes // 60, 'hour')} old"
    return f"{counted(minutes // 1440, 'day')} old"


def insight_row(
    item: Insight, names: Mapping[str, str], anomaly: Anomaly | None = None
) -> InsightRow:
    """Return an insight as a row; `names` are members by id."""
    return InsightRow(
        id=item.id,
        title=readable(item.content.title, item.content.metric),
        statement=statement(item.content, anomaly),
        scale=Count(share=item.content.scale, noun="people hit speak about it"),
        approved="approved "
        + " and ".join(
            f"by {names.get(one.by, 'a reviewer')} on {day(one.at, year=True)}"
            for one in item.approvals
        ),
    )


def claim_rows(
    content: Content, ticked: frozenset[int] = frozenset(), anomaly: Anomaly | None = None
) -> list[ClaimRow]:
    """Return the claims; citation numbers are positions, counted from 1."""
    n = sample_size(anomaly) if anomaly else None
    return [
        ClaimRow(
            position=position,
            text=sentence(readable(claim.text, content.metric, content.unit, n)),
            kind=claim.kind,
            cites=[place + 1 for place in claim.cites],
            is_ticked=position in ticked,
        )
        for position, claim in enumerate(content.claims)
    ]
