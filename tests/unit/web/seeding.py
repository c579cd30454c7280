"""One small study in the store: enough for every page to have something to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from synth.access.types import Actor, MemberRole
from synth.core.ids import derive_id
from synth.core.periods import Period
from synth.core.proportions import wilson
from synth.core.spans import Span
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Citation, Claim, Content, Provenance, Side
from synth.jobs import repo as jobs
from synth.jobs.types import Job, JobState
from synth.links import repo as links
from synth.links.tagging import Proposal
from synth.links.types import Interval, Link, OverlapCounts, Verdict
from synth.metrics import repo as metrics
from synth.metrics.types import (
    Anomaly,
    AnomalyKind,
    AnomalyPeople,
    Good,
    Metric,
    Observation,
)
from synth.people import repo as people
from synth.people.types import Role
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.services import Services
from synth.sources import repo as sources
from synth.sources.types import (
    Document,
    DocumentWithTurns,
    ReadOptions,
    Redaction,
    Skip,
    Source,
    SourceKind,
    SourceState,
    Turn,
)
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.store.unit_of_work import UnitOfWork
from synth.themes.map_stage import draw_map, read_stances

NOW = datetime(2026, 3, 30, 9, 12, tzinfo=UTC)
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
ONSET = FIRST_DAY + timedelta(days=46)

#: Said by customers; one tries to be markup, one is in another script.
SAID = (
    "I got to the third step and it asked me to connect the calendar, which only an admin can do.",
    "We lost two days waiting for somebody in IT to grant the rights.",
    "<script>document.title='owned'</script><img src=x onerror=alert(1)> admin rights & roles",
    "The admin was on leave, so the setup just stopped there. My address is [email 1].",
    "For me the setup was quick, my account was already an admin.",
    "Ich brauchte Administratorrechte 🙂 und niemand war da.",
    "Admin rights again: I asked, I waited, I gave up.",
    "The dark theme is missing and my eyes hurt.",
)
QUESTION = "What were you trying to do right before this screen?"


@dataclass(frozen=True, kw_only=True)
class Study:
    """The ids of what was stored."""

    source_id: str
    document_ids: tuple[str, ...]
    theme_id: str
    other_theme_id: str
    anomaly_id: str
    metric: str
    draft_id: str
    held_id: str
    job_id: str
    chunks: tuple[Chunk, ...]


def store_study(services: Services, actors: dict[MemberRole, Actor], *, extra: int = 0) -> Study:
    """Store the study; `extra` adds that many further passages, all unthemed."""
    author = actors[MemberRole.PM]
    with services.writing(author.workspace_id) as uow:
        speakers = people.create(uow, [Role.PARTICIPANT] * len(SAID), NOW)
        for place, speaker in enumerate(speakers):
            people.describe(
                uow, speaker, segments={"plan": "enterprise" if place % 2 else "starter"}
            )
        source = _source(author)
        sources.add_source(uow, source)
        sources.replace_skips(
            uow, source.id, [Skip(reason="cue without speaker", line=14, words=3)]
        )
        chunks = _documents(uow, source, speakers)
        _extra(uow, source, extra)
        theme_id, other = _themes(uow, author, chunks, extra)
        anomaly = _anomaly(uow, speakers)
        _links(uow, anomaly, theme_id, other)
        draft_id = _draft(uow, author, anomaly, theme_id, chunks, held=())
        held_id = _draft(
            uow, author, anomaly, theme_id, chunks, held=("a quote is not in its passage",)
        )
        job_id = _job(uow, author, source.id)
    read_stances(services, author.workspace_id)
    draw_map(services, author.workspace_id, run_id=derive_id("run"), seed=7)
    return Study(
        source_id=source.id,
        document_ids=tuple(dict.fromkeys(chunk.document_id for chunk in chunks)),
        theme_id=theme_id,
        other_theme_id=other,
        anomaly_id=anomaly.id,
        metric=anomaly.metric,
        draft_id=draft_id,
        held_id=held_id,
        job_id=job_id,
        chunks=tuple(chunks),
    )


def _source(author: Actor) -> Source:
    return Source(
        id=derive_id("source"),
        filename="setup-interviews.vtt",
        kind="transcript",
        format="vtt",
        sha256="0" * 64,
        bytes=48_211,
        options=ReadOptions(study="Setup study"),
        state=SourceState.PARTIAL,
        error=None,
        created_by=author.member.id,
        created_at=NOW,
    )


def _documents(uow: UnitOfWork, source: Source, speakers: list[str]) -> list[Chunk]:
    chunks: list[Chunk] = []
    for place, (said, speaker) in enumerate(zip(SAID, speakers, strict=True)):
        document, found = _document(source, place, said, speaker)
        start = document.document.text.find("[email 1]")
        redactions = (
            [Redaction(span=Span(start, start + 9), original=Span(start, start + 15), kind="email")]
            if start >= 0
            else []
        )
        sources.add_documents(uow, [(document, redactions)], NOW)
        segments.add_chunks(uow, [found])
        chunks.append(found)
    return chunks


def _document(
    source: Source, place: int, said: str, speaker: str
) -> tuple[DocumentWithTurns, Chunk]:
    text = f"{QUESTION}\n{said} Then I closed the window."
    document_id = derive_id("document", place)
    first = Span(0, len(QUESTION))
    second = Span(len(QUESTION) + 1, len(text))
    turns = [
        Turn(
            ordinal=0,
            participant_id=None,
            speaker="Interviewer",
            role=Role.INTERVIEWER,
            span=first,
            start_ms=1_000,
        ),
        Turn(
            ordinal=1,
            participant_id=speaker,
            speaker=f"P{place + 1}",
            role=Role.PARTICIPANT,
            span=second,
            start_ms=257_000,
        ),
    ]
    document = Document(
        id=document_id,
        source_id=source.id,
        external_id=f"interview-{place}",
        version=1,
        is_current=True,
        kind=SourceKind.TRANSCRIPT,
        format="vtt",
        title=f"Interview {place + 1}",
        text=text,
        text_sha256="0" * 64,
        content_sha256="0" * 64,
        url=None,
        occurred_at=ONSET + timedelta(days=place),
        metadata={"task": "set up"},
    )
    chunk = Chunk(
        id=derive_id("chunk", place),
        document_id=document_id,
        ordinal=0,
        turn=1,
        span=second,
        overlap=0,
        text=second.of(text),
        participant_id=speaker,
        is_evidence=True,
    )
    return DocumentWithTurns(document=document, turns=turns), chunk


def _extra(uow: UnitOfWork, source: Source, count: int) -> None:
    if not count:
        return
    text = "x" * (40 * count)
    turn = Turn(
        ordinal=0,
        participant_id=None,
        speaker="",
        role=Role.PARTICIPANT,
        span=Span(0, len(text)),
    )
    document, _ = _document(source, 1_000, "", "")
    big = Document(
        **{
            **{name: getattr(document.document, name) for name in Document.__dataclass_fields__},
            "id": derive_id("big"),
            "external_id": "big",
            "title": "Many short tickets",
            "text": text,
        }
    )
    sources.add_documents(uow, [(DocumentWithTurns(document=big, turns=[turn]), [])], NOW)
    segments.add_chunks(
        uow,
        [
            Chunk(
                id=derive_id("extra", place),
                document_id=big.id,
                ordinal=place,
                turn=0,
                span=Span(40 * place, 40 * place + 40),
                overlap=0,
                text="x" * 40,
                participant_id=None,
                is_evidence=True,
            )
            for place in range(count)
        ],
    )


def _themes(uow: UnitOfWork, author: Actor, chunks: list[Chunk], extra: int) -> tuple[str, str]:
    run_id = derive_id("run")
    admin, dark = derive_id("theme", "admin"), derive_id("theme", "dark")
    uow.insert(
        theme_runs,
        [
            {
                "id": run_id,
                "seed": 7,
                "method": "graph",
                "manifest": {"model": "hash-64"},
                "chunks": len(chunks) + extra,
                "unthemed": 1 + extra,
                "is_current": True,
                "created_by": author.member.id,
                "created_at": NOW,
            }
        ],
    )
    rows = (
        (admin, 0, "Admin rights stop the setup", "People cannot finish without an admin."),
        (dark, 1, "Dark theme", "People ask for a dark theme."),
    )
    uow.insert(
        themes,
        [
            {
                "id": theme_id,
                "run_id": run_id,
                "rank": rank,
                "title": title,
                "description": description,
                "keywords": ["admin", "rights", "setup"],
                "titled_by": None,
                "is_hidden": False,
            }
            for theme_id, rank, title, description in rows
        ],
    )
    members = [*([admin] * 6), None, dark]
    uow.insert(
        theme_members,
        [
            _member(run_id, chunk.id, theme_id, place)
            for place, (chunk, theme_id) in enumerate(zip(chunks, members, strict=True))
        ]
        + [_member(run_id, derive_id("extra", place), None, 0) for place in range(extra)],
    )
    return admin, dark


def _member(run_id: str, chunk_id: str, theme_id: str | None, place: int) -> dict[str, object]:
    return {
        "run_id": run_id,
        "chunk_id": chunk_id,
        "theme_id": theme_id,
        "found_theme_id": theme_id,
        "strength": 0.9 - place / 50,
        "exemplar_rank": place if theme_id and place < 3 else None,
        "unthemed_reason": None if theme_id else "no_neighbours",
        "found_reason": None if theme_id else "no_neighbours",
    }


def _anomaly(uow: UnitOfWork, speakers: list[str]) -> Anomaly:
    metric = Metric(
        id=derive_id("metric"),
        name="activation_rate",
        description="Trials that finish the setup within a week",
        unit="share",
        good=Good.UP,
        target=0.45,
    )
    metrics.save_metric(uow, metric, NOW)
    for plan in ("", "enterprise", "starter"):
        metrics.put_observations(uow, metric.id, _series(plan))
    anomaly = Anomaly(
        id=derive_id("anomaly"),
        metric_id=metric.id,
        metric=metric.name,
        kind=AnomalyKind.SHIFT,
        direction=Good.DOWN,
        segment={},
        window=Period(ONSET, FIRST_DAY + timedelta(days=84)),
        baseline=0.42,
        observed=0.31,
        score=9.4,
        reason="fell from 42 % to 31 % on 20 Feb and stayed there for 38 days",
        affected=6,
        measured=8,
        baseline_share=wilson(2705, 6440),
        observed_share=wilson(1649, 5320),
    )
    people_of = AnomalyPeople(
        anomaly=anomaly, affected=frozenset(speakers[:6]), unaffected=frozenset(speakers[6:])
    )
    metrics.replace_anomalies(uow, derive_id("detect"), [people_of], NOW)
    return anomaly


def _series(plan: str) -> list[Observation]:
    shift = {"": 0.0, "enterprise": -0.04, "starter": 0.03}[plan]
    return [
        Observation(
            ts=FIRST_DAY + timedelta(days=day),
            value=round((0.42 if day < 46 else 0.31) + shift + 0.012 * ((day * 7) % 5 - 2), 4),
            numerator=None,
            denominator=140.0,
            segment={"plan": plan} if plan else {},
        )
        for day in range(84)
    ]


def _links(uow: UnitOfWork, anomaly: Anomaly, theme_id: str, other: str) -> None:
    links.replace_proposals(
        uow,
        [
            Proposal(
                metric_id=anomaly.metric_id,
                theme_id=theme_id,
                score=0.72,
                reason='shares the words "setup" and "step"',
            )
        ],
        NOW,
    )
    links.replace_links(
        uow,
        [
            _link(
                anomaly,
                theme_id,
                Verdict.OVERLAP,
                (5, 0, 1, 2),
                (1.4, 2.9, 6.1),
            ),
            _link(
                anomaly,
                other,
                Verdict.NOT_LINKED,
                (1, 1, 5, 1),
                (0.4, 0.9, 1.9),
            ),
        ],
        NOW,
    )


def _link(
    anomaly: Anomaly,
    theme_id: str,
    verdict: Verdict,
    counts: tuple[int, int, int, int],
    lift: tuple[float, float, float],
) -> Link:
    return Link(
        id=derive_id("link", theme_id),
        anomaly_id=anomaly.id,
        theme_id=theme_id,
        theme_title="",
        metric=anomaly.metric,
        counts=OverlapCounts(
            theme_affected=counts[0],
            theme_unaffected=counts[1],
            other_affected=counts[2],
            other_unaffected=counts[3],
            unmapped_theme=0,
        ),
        lift=Interval(low=lift[0], value=lift[1], high=lift[2]),
        p=0.03,
        q=0.04,
        confidence=0.8,
        time="during",
        segment="matches",
        verdict=verdict,
        tag=None,
        reason="5 of 6 people hit speak about it, 0 of 2 others do",
    )


def _draft(
    uow: UnitOfWork,
    author: Actor,
    anomaly: Anomaly,
    theme_id: str,
    chunks: list[Chunk],
    held: tuple[str, ...],
) -> str:
    draft_id = derive_id("draft", *held)
    cited = [_citation(chunk, SAID[place], Side.FOR) for place, chunk in enumerate(chunks[:3])]
    cited.append(_citation(chunks[4], SAID[4], Side.AGAINST))
    hypotheses.add_hypothesis(
        uow,
        hypothesis_id=draft_id,
        content=Content(
            title="Admin rights stop the setup",
            solution="letting a colleague grant the rights from the third step",
            metric=anomaly.metric,
            unit="share",
            baseline=0.31,
            target=0.42,
            because="the third step asks for rights that the person does not have",
            claims=(
                Claim(text="activation_rate fell on 20 Feb", kind="quant", cites=()),
                Claim(text="people wait for somebody with rights", kind="qual", cites=(0, 1, 2)),
            ),
            citations=tuple(cited),
            scale=wilson(5, 6),
            counter_note="",
        ),
        provenance=Provenance(drafter="template v1", prompt="draft_hypothesis/v1"),
        started_by=author.member.id,
        anomaly_id=anomaly.id,
        theme_id=theme_id,
        held_reasons=held,
        now=NOW,
    )
    return draft_id


def _citation(chunk: Chunk, quote: str, side: Side) -> Citation:
    at = chunk.text.index(quote)
    return Citation(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        start=chunk.span.start + at,
        end=chunk.span.start + at + len(quote),
        quote=quote,
        speaker=f"P{SAID.index(quote) + 1}",
        participant_id=chunk.participant_id,
        at_ms=257_000,
        side=side,
    )


def _job(uow: UnitOfWork, author: Actor, source_id: str) -> str:
    job_id = derive_id("job")
    jobs.add_job(
        uow,
        Job(
            id=job_id,
            kind="ingest",
            arguments={"source_id": source_id},
            state=JobState.DONE,
            step="index",
            done=8,
            total=8,
            result={"documents": 8, "chunks": 8},
            error=None,
            created_by=author.member.id,
            created_at=NOW,
            started_at=NOW,
            finished_at=NOW + timedelta(seconds=4),
        ),
    )
    return job_id
