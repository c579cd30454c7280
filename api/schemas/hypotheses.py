"""Hypotheses, decisions on them, and insights."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field

from api.schemas.base import Given, Share, Shown, only
from api.schemas.citations import SidedCitation
from synth.hypotheses.causes import CauseKind
from synth.hypotheses.nudges import find_nudges
from synth.hypotheses.types import Content, Hypothesis, Standing, State
from synth.insights.types import Insight
from synth.review.types import ReasonCode


class ClaimShown(Shown):
    """One sentence a reviewer can tick; `position` is what approve sends back."""

    position: int
    text: str
    kind: str
    cites: tuple[int, ...]


class ContentShown(Shown):
    """What one revision says; the shares are the counts behind baseline and target."""

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
    standing: Standing
    baseline_share: Share | None
    target_share: Share | None
    target_from: str
    comparator: str  #: how the target is meant: "at least", "at most"
    if_then: str
    cause_kind: CauseKind
    symptom: str
    cause: str
    first_guess: str
    why_not: str
    edge_case: str
    next_step: str


class HypothesisShown(ContentShown):
    """A hypothesis at its current revision; `is_draft` until a reviewer approved it."""

    id: str
    state: str
    is_draft: bool
    revision: int
    revision_sha256: str
    etag: str
    drafter: str
    prompt: str | None
    prompt_sha256: str | None
    started_by: str
    author_id: str
    anomaly_id: str
    theme_id: str
    held_reasons: Sequence[str]
    nudges: Sequence[str]  #: what to look at before deciding; none of them holds a draft
    created_at: datetime

    @classmethod
    def of(cls, hypothesis: Hypothesis, quotable: Container[str | None]) -> Self:
        """Return `hypothesis`, marked as a draft unless it is approved."""
        marks = {
            "is_draft": hypothesis.state is not State.APPROVED,
            "etag": hypothesis.etag,
            "nudges": find_nudges(hypothesis.content),
        }
        parts = {
            **vars(hypothesis),
            **vars(hypothesis.provenance),
            **content_parts(hypothesis.content, quotable),
            **marks,
        }
        return cls.model_validate(only(cls.model_fields, parts))


def content_parts(content: Content, quotable: Container[str | None]) -> dict[str, Any]:
    """Return `content` with its claims numbered and its citations addressed."""
    claims = [
        ClaimShown(position=position, text=claim.text, kind=claim.kind, cites=claim.cites)
        for position, claim in enumerate(content.claims)
    ]
    citations = [SidedCitation.of(citation, quotable) for citation in content.citations]
    shown = {"claims": claims, "citations": citations, "statement": content.statement}
    said = {"if_then": content.if_then, "comparator": content.comparator}
    return {**vars(content), **shown, **said}


class DraftOrder(Given):
    """How many drafts of each pair, each with other passages."""

    attempts: Annotated[int, Field(ge=1, le=10)] = 1


class PairOrder(DraftOrder):
    """Also of which theme; then even of a pair with too few people to test, its tag confirmed."""

    theme_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class Approval(Given):
    """Which claims the reviewer read and holds to be true, by position."""

    ticked: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(max_length=1000)]


class Rejection(Given):
    """Why; the codes work without a note."""

    reason_codes: Annotated[list[ReasonCode], Field(min_length=1, max_length=8)]
    note: Annotated[str, Field(max_length=2000)] = ""


class ApprovalShown(Shown):
    """One person who approved."""

    by: str
    at: datetime


class InsightShown(ContentShown):
    """An approved hypothesis, exactly as it was approved."""

    id: str
    hypothesis_id: str
    revision: int
    review_id: str
    approved_by: str
    approved_at: datetime
    approvals: tuple[ApprovalShown, ...]
    anomaly_id: str
    theme_id: str

    @classmethod
    def of(cls, insight: Insight, quotable: Container[str | None]) -> Self:
        """Return `insight` with its citations addressed."""
        parts = {**vars(insight), **content_parts(insight.content, quotable)}
        return cls.model_validate(only(cls.model_fields, parts))
