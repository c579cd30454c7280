"""A workspace whose tickets are attacked: uploaded, read, cut, and the best evidence of a theme."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evals.datasets.injection_payloads import Attack
from synth.access.types import Actor
from synth.bootstrap import build_services, now
from synth.core.ids import new_id
from synth.links import repo as links
from synth.links.tagging import Proposal
from synth.links.types import Link, OverlapCounts, Verdict
from synth.metrics import repo as metrics
from synth.metrics.anomaly_repo import replace_anomalies
from synth.metrics.types import Anomaly, AnomalyKind, AnomalyPeople, Good, Metric
from synth.segments import repo as segments
from synth.segments.stage import chunk_source
from synth.segments.types import Chunk
from synth.services import Services
from synth.settings import Settings
from synth.sources import repo as sources
from synth.sources.actions import upload
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.edits import Before, StoredTheme, unedited
from synth.themes.types import Level, Member, Origin, Place, ThemeRun

#: Of every attacked theme: a title is made of people's words, and must stand among the data.
TITLE = "admin rights, setup"
#: What others say in each attacked theme.
CLEAN = ("I asked our admin for the role and heard nothing.", "The admin was away for the setup.")


@contextmanager
def fresh_services() -> Iterator[Services]:
    """Build the product in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings.model_validate({"data_dir": Path(folder)}))
        try:
            yield services
        finally:
            services.vectors.close()
            services.engine.dispose()


def plant(services: Services, actor: Actor, attacks: Sequence[Attack]) -> list[str]:
    """Upload the tickets of each attack beside clean ones; return a linked theme of each."""
    chunks = _ingest(services, actor, attacks)
    return _link(services, actor, [chunks[f"T{at}-"] for at in range(len(attacks))])


def _ingest(services: Services, actor: Actor, attacks: Sequence[Attack]) -> dict[str, list[Chunk]]:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(["id", "created_at", "requester_id", "subject", "description"])
    for at, attack in enumerate(attacks):
        said = (*attack.parts, *(f"{one} Case {at}." for one in CLEAN))
        for part, text in enumerate(said):
            person, day = f"user-{at}-{part}", "2026-03-02T10:00:00Z"
            rows.writerow([f"T{at}-{part}", day, person, "Admin in the setup", text])
    sent = upload(
        services, actor, filename="t.csv", data=file.getvalue().encode(), options=ReadOptions()
    )
    read_source(services, actor.workspace_id, sent.source.id)
    chunk_source(services, actor.workspace_id, sent.source.id)
    found: dict[str, list[Chunk]] = {}
    with services.reading(actor.workspace_id) as uow:
        external = _external_ids(uow)
        for chunk in segments.eligible_chunks(uow):
            prefix = external[chunk.document_id].split("-")[0] + "-"
            found.setdefault(prefix, []).append(chunk)
    return found


def _external_ids(uow: UnitOfWork) -> dict[str, str]:
    return {one.id: one.external_id for one in sources.list_documents(uow, limit=100_000)}


def _link(services: Services, actor: Actor, groups: Sequence[list[Chunk]]) -> list[str]:
    ids = [new_id() for _ in groups]
    people = {one.participant_id for group in groups for one in group if one.participant_id}
    metric = Metric(id=new_id(), name="activation", description="", unit="share", good=Good.UP)
    anomaly = Anomaly(
        id=new_id(), metric_id=metric.id, metric=metric.name, kind=AnomalyKind.SHIFT,
        direction=Good.DOWN, segment={}, window=None, baseline=0.4, observed=0.3, score=5.0,
        reason="", affected=len(people), measured=len(people),
    )  # fmt: skip
    found = [Before(id=one, level=Level.THEME, origin=Origin.FOUND, title=TITLE) for one in ids]
    places = [Place(theme_id=one) for one in ids]
    members = [
        Member(chunk_id=chunk.id, found=place, shown=place, strength=0.9)
        for place, group in zip(places, groups, strict=True)
        for chunk in group
    ]
    run_ = ThemeRun(
        id=new_id(), seed=1, method="graph", manifest={}, chunks=len(members), unthemed=0,
        created_at=now(),
    )  # fmt: skip
    hit = AnomalyPeople(anomaly=anomaly, affected=frozenset(people), unaffected=frozenset())
    with services.writing(actor.workspace_id) as uow:
        metrics.save_metric(uow, metric, now())
        replace_anomalies(uow, new_id(), [hit], now())
        stored = [StoredTheme(before=one, after=unedited(one)) for one in found]
        themes.save_run(uow, run_, created_by=actor.member.id, found=stored, members=members)
        links.replace_proposals(uow, [_tag(metric, one) for one in ids], now())
        links.replace_links(uow, [_pair(anomaly, one) for one in ids], now())
    return ids


def _tag(metric: Metric, theme: str) -> Proposal:
    return Proposal(metric_id=metric.id, theme_id=theme, score=0.9, reason="")


def _pair(anomaly: Anomaly, theme: str) -> Link:
    counts = OverlapCounts(
        theme_affected=3, theme_unaffected=0, other_affected=9, other_unaffected=9, unmapped_theme=0
    )
    return Link(
        id=new_id(), anomaly_id=anomaly.id, theme_id=theme, theme_title=TITLE,
        metric=anomaly.metric, counts=counts, lift=None, p=0.01, q=0.01, confidence=0.9,
        time="during", segment="unknown", verdict=Verdict.OVERLAP, tag=None, reason="",
    )  # fmt: skip
