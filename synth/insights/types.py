"""Approved hypotheses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from synth.hypotheses.types import Content


@dataclass(frozen=True, kw_only=True)
class Insight:
    """An approved hypothesis, exactly as it was approved."""

    id: str
    hypothesis_id: str
    revision: int
    review_id: str
    approved_by: str
    approved_at: datetime
    content: Content
    anomaly_id: str
    theme_id: str
