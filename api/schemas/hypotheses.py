"""Hypotheses, decisions on them, and insights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.base import Given, Share, Shown
from api.schemas.citations import SidedCitation
from synth.hypotheses.types import Content, Hypothesis, State
from synth.insights.types import Insight
from synth.review.types import ReasonCode


class ClaimShown(Shown):
    """One sentence a reviewer can tick; `position` is what approve sends back."""

    position: int
    text: str
    kind: str
    cites: tuple[int, ...]


class ContentShown(Shown):
    """What one revision says."""

    title: str
    statement: str
    solution: str
    metric: str
    unit: str
    baseline: float
    target: float
    because: str
    claims: list[ClaimShown]
    citations: list[SidedCitation]
    scale: Share
    counter_note: str

    @classmethod
    def of(cls, content: Content) -> Self:
        """Return `content` with its claims numbered and its citations addressed."""
        claims = [
            ClaimShown(position=position, text=claim.text, kind=claim.kind, cites=claim.cites)
            for position, claim in enumerate(content.claims)
        ]
        citations = [SidedCitation.of(citation) for citation in content.citations]
        parts = {"claims": claims, "citations": citations, "statement": content.statement}
        known = {name: value for name, value in vars(content).items() if name in cls.model_fields}
        return cls.model_validate({**known, **parts})


class ProvenanceShown(Shown):
    """Who or what wrote the revision."""

    drafter: str
    prompt: str | None
    prompt_sha256: str | None


class HypothesisShown(Shown):
    """A hypothesis at its current revision; `is_draft` until a reviewer approved it."""

    id: str
    state: str
    is_draft: bool
    revision: int
    revision_sha256: str
    etag: str
    content: ContentShown
    provenance: ProvenanceShown
    started_by: str
    author_id: str
    anomaly_id: str
    theme_id: str
    held_reasons: Sequence[str]
    created_at: datetime

    @classmethod
    def of(cls, hypothesis: Hypothesis) -> Self:
        """Return `hypothesis`, marked as a draft unless it is approved."""
        known = {
            name: getattr(hypothesis, name) for name in cls.model_fields if name in vars(hypothesis)
        }
        parts = {
            "is_draft": hypothesis.state is not State.APPROVED,
            "etag": seen_tag(hypothesis),
            "content": ContentShown.of(hypothesis.content),
        }
        return cls.model_validate({**known, **parts})


def seen_tag(hypothesis: Hypothesis) -> str:
    """Return what names exactly this revision, in `ETag` and `If-Match`."""
    return f"{hypothesis.revision}-{hypothesis.revision_sha256[:16]}"


class Approval(Given):
    """Which claims the reviewer read and holds to be true, by position."""

    ticked: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(max_length=1000)]


class Rejection(Given):
    """Why; the codes work without a note."""

    reason_codes: Annotated[list[ReasonCode], Field(min_length=1, max_length=8)]
    note: Annotated[str, Field(max_length=4000)] = ""


class Edit(Given):
    """What a person changes; it becomes a new revision, and they its author."""

    title: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    solution: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    because: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    target: float | None = None


class InsightShown(Shown):
    """An approved hypothesis, exactly as it was approved."""

    id: str
    hypothesis_id: str
    revision: int
    review_id: str
    approved_by: str
    approved_at: datetime
    anomaly_id: str
    theme_id: str
    content: ContentShown

    @classmethod
    def of(cls, insight: Insight) -> Self:
        """Return `insight` with its citations addressed."""
        known = {name: value for name, value in vars(insight).items() if name in cls.model_fields}
        return cls.model_validate({**known, "content": ContentShown.of(insight.content)})


StateName = Literal["held", "in_review", "approved", "rejected"]
