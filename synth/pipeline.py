"""What follows what: the steps of every kind of job, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from synth.access import repo as access
from synth.hypotheses.forgetting import forget_words
from synth.hypotheses.stage import draft_hypotheses
from synth.indexing.stage import embed_source, index_source, reindex
from synth.insights.escalating import escalate_insights
from synth.investigations.accounts import open_check_ins
from synth.investigations.stage import (
    drop_groundless,
    escalate_overdue,
    keep_troubles,
    open_triggered,
)
from synth.jobs.schedules import SCHEDULES, Workplace, ticking
from synth.jobs.types import Job, Progress
from synth.jobs.worker import Pipelines, Step, working
from synth.links.stage import propose_tags, test_links
from synth.metrics.measuring import measure_events
from synth.metrics.stage import detect_anomalies
from synth.privacy.stage import clean_free_space, clean_index, drop_originals, erase_again
from synth.review import repo as review
from synth.review.escalating import escalate_drafts
from synth.review.planting import plant_canaries
from synth.segments.stage import chunk_source
from synth.services import Services
from synth.sources.stage import read_source
from synth.themes.assigning import assign_new
from synth.themes.map_stage import draw_map, read_stances
from synth.themes.stage import build_themes

Counts = Mapping[str, Any]


def read(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Bytes to redacted documents and turns."""
    return read_source(services, workspace, job.arguments["source_id"], progress)


def chunk(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Turns to chunks with exact offsets."""
    return {"chunks": chunk_source(services, workspace, job.arguments["source_id"], progress)}


def embed(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Chunks to vectors, each text once."""
    return {"embedded": embed_source(services, workspace, job.arguments["source_id"], progress)}


def index(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Vectors into Chroma, words into full-text search."""
    return {"indexed": index_source(services, workspace, job.arguments["source_id"], progress)}


def build(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Chunks to themes."""
    run = build_themes(
        services,
        workspace,
        run_id=job.arguments["run_id"],
        seed=job.arguments["seed"],
        created_by=job.created_by,
        afresh=job.arguments.get("afresh", False),
        progress=progress,
    )
    counts = {"chunks": run.chunks, "unthemed": run.unthemed}
    return {"run_id": run.id, **counts, "cautions": [caution.text for caution in run.cautions]}


def assign(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """What is new since the themes were built, into them; none of them changes."""
    return assign_new(services, workspace, progress)


def hear_sides(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Passages to how they sound: trouble, fine or neither."""
    return {"read": read_stances(services, workspace, progress)}


def draw(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Passages to their places on the map; themes are served whatever becomes of it."""
    run_id, seed = job.arguments["run_id"], job.arguments["seed"]
    return {"mapped": draw_map(services, workspace, run_id=run_id, seed=seed, progress=progress)}


def measure(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Events to the metrics of funnels and of watched events."""
    return {"computed": measure_events(services, workspace, progress=progress)}


def detect(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Metrics to anomalies."""
    run_id = job.arguments["run_id"]
    return {"anomalies": detect_anomalies(services, workspace, run_id=run_id, progress=progress)}


def tag(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Themes to proposed metric tags."""
    return {"tags": propose_tags(services, workspace, progress)}


def link(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Themes and anomalies to tested links."""
    return {"pairs": test_links(services, workspace, progress)}


def investigate(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Anomalies that a trigger asks for, and accounts that fell, to investigations."""
    by = job.created_by
    keep_troubles(services, workspace)
    with services.writing(workspace) as uow:
        forget_words(uow)
    return {
        "opened": open_triggered(services, workspace, started_by=by, progress=progress),
        "check_ins": open_check_ins(services, workspace, started_by=by),
        "withdrawn": drop_groundless(services, workspace),
    }


def escalate(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Deadlines that passed without an answer to events of the audit trail, once each."""
    return {
        "late_investigations": escalate_overdue(services, workspace),
        "late_insights": escalate_insights(services, workspace),
        "late_reviews": escalate_drafts(services, workspace),
    }


def draft(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Links to hypotheses: in the review queue, or held with the reason."""
    with services.reading(workspace) as uow:
        rejected = review.rejections(uow)
    counts = draft_hypotheses(
        services,
        workspace,
        started_by=job.created_by,
        anomaly_id=job.arguments.get("anomaly_id"),
        theme_id=job.arguments.get("theme_id"),
        attempts=job.arguments.get("attempts", 1),
        rejected=rejected,
        progress=progress,
    )
    plant_canaries(services, workspace)
    left = {"incomplete": counts.incomplete} if counts.incomplete else {}
    return {"drafts": counts.drafts, "held": counts.held, **left}


def rebuild_index(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Chroma anew from SQL."""
    return {"indexed": reindex(services, workspace, progress)}


def forget(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """What somebody said who withdrew, out again, where a file brought it."""
    erased = erase_again(services, workspace, job)
    source = job.arguments.get("source_id")
    if source:
        drop_originals(services, workspace, [source])
    return {"erased": erased} if erased else {}


def forget_index(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Vectors of what was erased out of the index."""
    return {"vectors": clean_index(services, workspace)}


def forget_files(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """Files as uploaded out of the data folder."""
    return {"files": drop_originals(services, workspace)}


def forget_free_space(services: Services, workspace: str, job: Job, progress: Progress) -> Counts:
    """What the database keeps of deleted rows out of its files."""
    clean_free_space(services)
    return {}


PIPELINES: Pipelines = {
    "ingest": (
        Step("read", read),
        Step("chunk", chunk),
        Step("embed", embed),
        Step("index", index),
        Step("assign", assign),
        Step("forget", forget),
    ),
    "themes": (
        Step("build", build),
        Step("assign", assign),
        Step("sides", hear_sides),
        Step("map", draw),
    ),
    "anomalies": (
        Step("measure", measure),
        Step("detect", detect),
        Step("tag", tag),
        Step("link", link),
        Step("investigate", investigate),
    ),
    "drafts": (Step("draft", draft),),
    "reindex": (Step("rebuild", rebuild_index),),
    "erasure": (
        Step("forget", forget),
        Step("files", forget_files),
        Step("free_space", forget_free_space),
        Step("index", forget_index),
    ),
    "deadlines": (Step("escalate", escalate),),
    "check_ins": (Step("investigate", investigate),),
}


def workplaces(services: Services) -> list[Workplace]:
    """Return where recurring work is done, each on behalf of its first admin."""
    with services.engine.connect() as connection:
        found = access.stewards(connection.execution_options(reading=True))
    return [
        Workplace(workspace_id=workspace, since=since, on_behalf=member)
        for workspace, since, member in found
    ]


@contextmanager
def work(services: Services) -> Iterator[None]:
    """Run the jobs of every workspace in this process until the block ends."""
    with working(services, PIPELINES), _recurring(services):
        yield


def _recurring(services: Services) -> AbstractContextManager[None]:
    if not services.settings.schedules:
        return nullcontext()
    return ticking(services, SCHEDULES, lambda: workplaces(services))
