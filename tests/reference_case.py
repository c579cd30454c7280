"""The processing-delay case: an upload shows an empty dashboard for a day, and people leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from synth.access.types import Actor
from synth.core.proportions import wilson
from synth.hypotheses.repo import add_hypothesis
from synth.hypotheses.types import Claim, Provenance
from synth.services import Services
from synth.store.tables import metrics
from synth.store.tables.sources import documents
from synth.store.unit_of_work import UnitOfWork
from tests.factories import (
    add_document,
    add_link,
    add_participant,
    add_theme,
    make_content,
    new_key,
    put,
)

DAY0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
SAID = (
    "I uploaded our files and the dashboard stayed empty until the next day.",
    "The dashboard showed nothing for a day, so we thought the upload had failed.",
    "Nobody told me that processing takes a day; I left.",
)
AFTER = "Now I see that it is processing and play with the sample data meanwhile."
ENTERPRISE = {"plan": "enterprise"}


class Clock:
    """A clock that a test moves: days after the metric moved."""

    def __init__(self) -> None:
        self.now = DAY0

    def __call__(self) -> datetime:
        return self.now

    def day(self, count: int) -> str:
        """Go to a day after the metric moved; return it as an ISO date."""
        self.now = DAY0 + timedelta(days=count)
        return self.now.date().isoformat()


@dataclass(frozen=True, kw_only=True)
class Case:
    """The ids of what was stored."""

    draft_id: str
    anomaly_id: str
    theme_id: str
    speakers: tuple[str, ...]


def on_clock(services: Services, clock: Clock) -> Services:
    """Return the same services with a clock that the test moves."""
    return replace(services, clock=clock)


def store_case(uow: UnitOfWork, starter: Actor) -> Case:
    """Store anomaly, theme, link and a draft in review, as of day 0."""
    speakers = tuple(add_participant(uow) for _ in SAID)
    author = starter.member.id
    chunks = [
        say(uow, speaker, words, author=author, when=DAY0 + timedelta(days=2))
        for speaker, words in zip(speakers, SAID, strict=True)
    ]
    theme = add_theme(uow, chunks, created_by=author, title="dashboard, empty, processing")
    anomaly = _anomaly(uow, speakers)
    add_link(uow, anomaly, theme)
    draft = new_key()
    scale = wilson(3, 5)
    content = make_content(
        uow,
        chunks,
        title="An empty dashboard reads as a failed upload",
        solution="a processing status, and sample data meanwhile",
        metric="day3_abandonment",
        baseline=0.8,
        target=0.3,
        because="people take the empty dashboard for a failed upload",
        claims=(
            Claim(text=f"of those hit, {scale} speak about it", kind="quant", cites=()),
            *(
                Claim(text=f"P{place + 1} left for it", kind="qual", cites=(place,))
                for place in range(len(SAID))
            ),
        ),
        scale=scale,
        figures=(scale,),
    )
    add_hypothesis(
        uow,
        hypothesis_id=draft,
        content=content,
        provenance=Provenance(drafter="template v1"),
        started_by=author,
        anomaly_id=anomaly,
        theme_id=theme,
        held_reasons=[],
        now=DAY0,
    )
    return Case(draft_id=draft, anomaly_id=anomaly, theme_id=theme, speakers=speakers)


def say(uow: UnitOfWork, speaker: str, words: str, *, author: str, when: datetime) -> str:
    """Add a conversation of one passage on a day; return the passage."""
    document, [chunk] = add_document(uow, [(speaker, words)], created_by=author)
    uow.execute(
        documents.update()
        .where(documents.c.workspace_id == uow.workspace_id, documents.c.id == document)
        .values(occurred_at=when)
    )
    return chunk


def _anomaly(uow: UnitOfWork, speakers: tuple[str, ...]) -> str:
    day3 = put(uow, metrics.metrics, name="day3_abandonment", unit="share", good="down")
    put(uow, metrics.metrics, name="trial_to_paid", unit="share", good="up")
    row: dict[str, Any] = {
        "run_id": new_key(),
        "metric_id": day3,
        "kind": "shift",
        "direction": "up",
        "segment": ENTERPRISE,
        "starts_at": DAY0.replace(hour=0),
        "ends_at": DAY0 + timedelta(days=7),
        "baseline": 0.3,
        "observed": 0.8,
        "score": 9.0,
        "reason": "80 in 100 of enterprise left by day 3",
        "is_current": True,
        "detected_at": DAY0,
    }
    anomaly = put(uow, metrics.anomalies, **row)
    for speaker in speakers:
        hit = {"anomaly_id": anomaly, "participant_id": speaker, "is_affected": True}
        put(uow, metrics.anomaly_people, **hit)
    return anomaly
