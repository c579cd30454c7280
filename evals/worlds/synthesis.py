"""Takes raw files through the product itself, to the drafts a reviewer would find in the queue."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.worlds.files import EXPOSED, REACHED, WorldFiles
from evals.worlds.types import World
from synth.access.actions import authenticate, start_workspace
from synth.access.types import Actor, MemberRole
from synth.bootstrap import build_services
from synth.core.ids import new_id
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.stage import draft_hypotheses
from synth.hypotheses.types import Hypothesis, Side
from synth.jobs import repo as jobs
from synth.links.stage import propose_tags, test_links
from synth.metrics.actions import import_observations, put_metric
from synth.metrics.event_actions import import_events
from synth.metrics.stage import detect_anomalies
from synth.people.actions import import_people
from synth.pipeline import PIPELINES
from synth.review import repo as review
from synth.services import Services
from synth.settings import Settings
from synth.sources import repo as sources
from synth.sources.actions import upload
from synth.sources.types import ReadOptions, SourceKind
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.stage import build_themes

#: Seed of theme finding; the worlds vary, the method does not.
SEED = 7
EVERYTHING = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A draft as a reviewer finds it, with what its theme really is about."""

    topic: str  #: the topic most passages of its theme are from
    people: int  #: k of the scale check
    of: int  #: n of it
    low: float
    high: float
    sides: frozenset[str]
    searched: bool  #: cites the contrary, or says how much was looked through for it
    text: str
    as_cause: bool = True  #: False: it says of itself that it shows none
    quoted: str = ""  #: the topic most of its quotes for the claim are from


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """What the product made of a world."""

    placed: Sequence[tuple[str, str | None]]  #: per passage: its topic, and that of its theme
    drafts: Sequence[Drafted]  #: not held, in the order of the queue
    held: int
    anomalies: int


@contextmanager
def product() -> Iterator[Services]:
    """Build the product in a folder of its own, with the packaged embedder."""
    with tempfile.TemporaryDirectory() as folder:
        services = build_services(Settings.model_validate({"data_dir": Path(folder)}))
        try:
            yield services
        finally:
            services.vectors.close()
            services.engine.dispose()


def synthesise(services: Services, world: World, files: WorldFiles) -> Synthesis:
    """Upload, find themes, detect, link and draft in a fresh workspace; return what came of it."""
    started = start_workspace(services, f"World {world.seed}")
    actor = authenticate(services, started.keys[MemberRole.RESEARCHER])
    _take_in(services, actor, world, files)
    workspace, member = actor.workspace_id, actor.member.id
    build_themes(services, workspace, run_id=new_id(), seed=SEED, created_by=member)
    detect_anomalies(services, workspace, run_id=new_id())
    propose_tags(services, workspace)
    test_links(services, workspace)
    counts = draft_hypotheses(services, workspace, started_by=member)
    with services.reading(workspace) as uow:
        return _seen(services, uow, files, counts.held)


def _take_in(services: Services, actor: Actor, world: World, files: WorldFiles) -> None:
    metric = world.metric
    with services.writing(actor.workspace_id) as uow:
        import_people(services, uow, "people.csv", files.participants)
    put_metric(
        services,
        actor,
        name=metric.name,
        unit=metric.unit,
        good=metric.good,
        description=metric.description,
        exposure_event=EXPOSED,
        outcome_event=REACHED,
    )
    import_observations(services, actor, filename="metric.csv", text=files.observations)
    import_events(services, actor, filename="events.csv", content=files.events)
    options = ReadOptions(kind=SourceKind.TICKET)
    upload(services, actor, filename="tickets.csv", data=files.tickets, options=options)
    run_jobs(services, actor.workspace_id)


def run_jobs(services: Services, workspace_id: str) -> None:
    """Run the steps of every queued job here, as the worker would."""
    with services.reading(workspace_id) as uow:
        queued = [job for job in jobs.list_jobs(uow) if not job.state.is_final]
    for job in reversed(queued):
        for step in PIPELINES[job.kind]:
            step.run(services, workspace_id, job, lambda done, total: None)
        with services.writing(workspace_id) as uow:
            jobs.change_job(uow, job.id, state="done")


def _seen(services: Services, uow: UnitOfWork, files: WorldFiles, held: int) -> Synthesis:
    tickets = {one.id: one.external_id for one in sources.list_documents(uow, limit=EVERYTHING)}
    topics, members = {}, {}
    for theme in themes.list_themes(uow):
        found = [
            files.said[tickets[one.document_id]].theme
            for one in themes.evidence(uow, theme.id, limit=EVERYTHING)
        ]
        topics[theme.id] = _most(found)
        members[theme.id] = found
    placed = [(topic, topics[theme]) for theme, found in members.items() for topic in found]
    left = Counter(one.theme for one in files.said.values())
    left.subtract(Counter(topic for topic, _ in placed))
    waiting = [one.hypothesis_id for one in review.list_waiting(uow, now=services.clock())]
    drafts = hypotheses.load_many(uow, waiting)
    return Synthesis(
        placed=[*placed, *((topic, None) for topic in left.elements())],
        drafts=[_drafted(uow, one, topics, files, tickets) for one in drafts],
        held=held,
        anomalies=len({one.anomaly_id for one in drafts}),
    )


def _most(topics: Iterable[str]) -> str:
    """Return the topic named most often, the first of equals; "" where there is none."""
    counts = Counter(topics)
    return counts.most_common(1)[0][0] if counts else ""


def _drafted(
    uow: UnitOfWork,
    one: Hypothesis,
    topics: Mapping[str, str],
    files: WorldFiles,
    tickets: Mapping[str, str],
) -> Drafted:
    content = one.content
    topic = topics.get(one.theme_id)
    if topic is None:  # a sub-theme: read what its own passages are about
        found = themes.evidence(uow, one.theme_id, limit=EVERYTHING)
        topic = _most(files.said[tickets[each.document_id]].theme for each in found)
    sides = frozenset(str(citation.side) for citation in content.citations)
    return Drafted(
        topic=topic,
        people=content.scale.k,
        of=content.scale.n,
        low=content.scale.low,
        high=content.scale.high,
        sides=sides,
        searched=Side.AGAINST in sides or bool(content.counter_note),
        text=f"{content.title}. {content.statement}",
        as_cause=content.cause_kind.is_cause,
        quoted=_most(
            files.said[tickets[citation.document_id]].theme
            for citation in content.citations
            if citation.side is Side.FOR
        ),
    )
