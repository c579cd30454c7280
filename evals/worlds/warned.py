"""What the product itself warns of: passages uploaded as tickets, themes built, the record read."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from evals.vectors import embedder
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.bootstrap import build_services
from synth.core.ids import new_id
from synth.segments.stage import chunk_source
from synth.services import Services
from synth.settings import Settings
from synth.sources.actions import upload
from synth.sources.stage import read_source
from synth.sources.types import ReadOptions
from synth.themes.stage import build_themes
from synth.themes.types import CautionKind

Passages = Sequence[tuple[str, str]]  # who said it, and the text
COLUMNS = ("id", "created_at", "requester_id", "subject", "description")
DAY = "2026-03-02T10:00:00Z"


def warnings_of(corpora: Sequence[Passages], *, seed: int) -> list[frozenset[CautionKind]]:
    """Return what a theme run warns of in each corpus, in a workspace of its own."""
    with _services() as services:
        return [_warnings(services, passages, seed) for passages in corpora]


def _warnings(services: Services, passages: Passages, seed: int) -> frozenset[CautionKind]:
    started = start_workspace(services, "E24")
    actor = authenticate(services, started.keys[MemberRole.RESEARCHER])
    data = _tickets(passages).encode()
    sent = upload(services, actor, filename="said.csv", data=data, options=ReadOptions())
    read_source(services, actor.workspace_id, sent.source.id)
    chunk_source(services, actor.workspace_id, sent.source.id)
    run = build_themes(
        services, actor.workspace_id, run_id=new_id(), seed=seed, created_by=actor.member.id
    )
    return frozenset(caution.kind for caution in run.cautions)


def _tickets(passages: Passages) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    rows.writerows((f"T{at}", DAY, who, "", text) for at, (who, text) in enumerate(passages))
    return file.getvalue()


@contextmanager
def _services() -> Iterator[Services]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"data_dir": Path(folder)})
        services = build_services(settings, embedder=embedder())
        try:
            yield services
        finally:
            services.vectors.close()
            services.engine.dispose()
