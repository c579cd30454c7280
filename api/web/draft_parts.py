"""Drafts and insights to the contexts of partials: pure, used by several pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from api.web.contexts import InsightRow
from api.web.format import (
    counted,
    day,
    measure,
    sentence,
    words,
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


def draft_card(item: Hypothesis, *, now: datetime, why_here: str = "") -> DraftCard:
    """Return a draft as a card of a list."""
    content = item.content
    against = sum(citation.side is Side.AGAINST for citation in content.citations)
    return DraftCard(
        id=item.id,
        title=content.title,
        statement=statement(content),
        label=draft_label(item),
        metric=words(content.metric),
        scale=Count(share=content.scale, noun="people hit"),
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


def statement(content: Content) -> str:
    """Return the canvas sentence with values as people read them."""
    before, after = (measure(value, content.unit) for value in (content.baseline, content.target))
    return sentence(
        f"We believe {content.solution} will improve {words(content.metric)} "
        f"from {before} to {after} because {content.because}"
    )


def content_change(content: Content) -> Change:
    """Return where a hypothesis starts and where it wants to go; its target is the better end."""
    return Change(
        before=measure(content.baseline, content.unit),
        after=measure(content.target, content.unit),
        is_up=content.target > content.baseline,
        is_worse=False,
    )


def age(since: datetime, now: datetime) -> str:
    """Return how old something is, in the largest whole unit."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{counted(minutes, 'minute')} old"
    if minutes < 48 * 60:
        return f"{counted(minutes // 60, 'hour')} old"
    return f"{counted(minutes // 1440, 'day')} old"


def insight_row(item: Insight, names: Mapping[str, str]) -> InsightRow:
    """Return an insight as a row; `names` are members by id."""
    return InsightRow(
        id=item.id,
        title=item.content.title,
        statement=statement(item.content),
        scale=Count(share=item.content.scale, noun="people hit"),
        approved=f"approved by {names.get(item.approved_by, 'a reviewer')} "
        f"on {day(item.approved_at, year=True)}",
    )


def claim_rows(content: Content, ticked: frozenset[int] = frozenset()) -> list[ClaimRow]:
    """Return the claims; citation numbers are positions, counted from 1."""
    return [
        ClaimRow(
            position=position,
            text=sentence(claim.text),
            kind=claim.kind,
            cites=[place + 1 for place in claim.cites],
            is_ticked=position in ticked,
        )
        for position, claim in enumerate(content.claims)
    ]
