"""All tables, one file per slice; importing this package registers every one."""

from synth.store.tables import (
    access,
    audit,
    experiments,
    fusion,
    hypotheses,
    indexing,
    insights,
    investigations,
    jobs,
    links,
    metrics,
    people,
    review,
    segments,
    sources,
    themes,
)
from synth.store.tables.base import metadata

__all__ = [
    "access",
    "audit",
    "experiments",
    "fusion",
    "hypotheses",
    "indexing",
    "insights",
    "investigations",
    "jobs",
    "links",
    "metadata",
    "metrics",
    "people",
    "review",
    "segments",
    "sources",
    "themes",
]
