"""What is said about a metric, as a form shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.part_contexts import Option


@dataclass(frozen=True, kw_only=True)
class MetricForm:
    """What a person can say about a metric."""

    name: str
    description: str
    unit: str
    good: str
    target: str
    marks: Sequence[Option]
    settle_days: int
    country: str
    source_names: str  #: one a line
