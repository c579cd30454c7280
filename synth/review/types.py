"""Decisions of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """What a reviewer can decide."""

    APPROVE = "approve"
    REJECT = "reject"


class ReasonCode(StrEnum):
    """Why a draft is rejected; works without a note."""

    WRONG_CAUSE = "wrong_cause"
    WEAK_EVIDENCE = "weak_evidence"
    MISREAD_QUOTE = "misread_quote"
    TOO_FEW_PEOPLE = "too_few_people"
    NOT_ACTIONABLE = "not_actionable"
    ALREADY_KNOWN = "already_known"
    WRONG_METRIC = "wrong_metric"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Review:
    """A person's decision on exactly one revision."""

    id: str
    hypothesis_id: str
    revision: int
    revision_sha256: str
    decision: Decision
    reason_codes: tuple[ReasonCode, ...]
    note: str
    reviewer_id: str
    decided_at: datetime
