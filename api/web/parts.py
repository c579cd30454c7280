"""Slice values to the contexts of partials: pure, used by several pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from api.web.charts import spark
from api.web.format import (
    clock,
    counted,
    day,
    headline,
    is_worse,
    metric_words,
    moment,
    number,
    readable,
    sentence,
    short_headline,
    values,
    words,
)
from api.web.metric_charts import points
from api.web.part_contexts import (
    AnomalyRow,
    Change,
    Count,
    JobProgress,
    QuoteCard,
    StateTag,
    ThemeRow,
)
from synth.core.proportions import wilson
from synth.indexing.types import Hit
from synth.jobs.types import Job, JobState
from synth.links.types import Link
from synth.metrics.types import Anomaly, Good, Metric, Observation
from synth.people.types import Participant
from synth.sources.types import Document
from synth.themes.types import Theme, ThemeEvidence

UNEXPLAINED = StateTag(word="unexplained", icon="?")
DRAFTED = StateTag(word="draft waits for review", tone="draft", icon="✎")
EXPLAINED = StateTag(word="explained", tone="approved", icon="✓")
NOT_QUOTABLE = "[this person did not allow quoting]"

#: The steps of each kind of job, as `synth.pipeline` names them, in words.
STEPS: Mapping[str, Sequence[tuple[str, str]]] = {
    "ingest": (
        ("read", "read and redact"),
        ("chunk", "split into passages"),
        ("embed", "embed"),
        ("index", "index"),
    ),
    "themes": (
        ("build", "build themes"),
        ("assign", "put in what is new"),
        ("sides", "read sides"),
        ("map", "draw the map"),
    ),
    "anomalies": (
        ("detect", "detect anomalies"),
        ("tag", "propose tags"),
        ("link", "test links"),
        ("investigate", "open investigations"),
    ),
    "drafts": (("draft", "draft hypotheses"),),
    "reindex": (("rebuild", "rebuild the index"),),
    "erasure": (
        ("forget", "erase words"),
        ("files", "remove files as uploaded"),
        ("free_space", "clean the database"),
        ("index", "clean the index"),
    ),
}
TITLES = {
    "ingest": "Read a file",
    "themes": "Build themes",
    "anomalies": "Detect anomalies and test links",
    "drafts": "Draft hypotheses",
    "reindex": "Rebuild the index",
    "erasure": "Erase what somebody said who withdrew",
    "deadlines": "Look for late decisions",
    "check_ins": "Look for triggers and falling accounts",
}
NEXT = {
    "ingest": ("/themes", "Go to themes"),
    "themes": ("/themes", "Open the themes"),
    "anomalies": ("/metrics", "Open the anomalies"),
    "drafts": ("/review", "Open the review queue"),
}
JOB_TAGS = {
    JobState.QUEUED: StateTag(word="waiting", icon="○"),
    JobState.RUNNING: StateTag(word="running", icon="●"),
    JobState.DONE: StateTag(word="done", tone="approved", icon="✓"),
    JobState.FAILED: StateTag(word="failed", tone="held", icon="!"),
}


#: What a job counts, in the words of the pages, in the order in which it happens.
RESULTS = {
    "documents": "documents",
    "added": "new or changed",
    "turns": "turns",
    "redactions": "redactions",
    "skips": "left out",
    "notices": "notices",
    "chunks": "passages",
    "embedded": "passages embedded",
    "indexed": "passages indexed",
    "read": "passages read for their side",
    "mapped": "passages on the map",
    "erased": "passages erased",
    "files": "files removed",
    "vectors": "vectors removed",
}
ORDER = {name: place for place, name in enumerate(RESULTS)}


def passage_href(document_id: str, start: int, end: int) -> str:
    """Return the address at which a document opens with this range marked."""
    return f"/documents/{document_id}?s={start}&e={end}#s{start}"


def theme_quote(item: ThemeEvidence, number: int = 0) -> QuoteCard:
    """Return a passage of a theme as a quote."""
    details = [words(item.kind), day(item.occurred_at, year=True) if item.occurred_at else ""]
    details += [clock(item.at_ms), *(f"{words(k)} {v}" for k, v in sorted(item.segments.items()))]
    return QuoteCard(
        text=item.quote,
        href=passage_href(item.document_id, item.start, item.end),
        speaker=item.speaker or "unnamed",
        details=[detail for detail in details if detail],
        number=number,
    )


def hit_quote(
    hit: Hit,
    *,
    document: Document | None,
    speaker: str,
) -> QuoteCard:
    """Return a search hit as a quote."""
    details = [words(document.kind)] if document else []
    if document and not hit.text.startswith(document.title):
        details.insert(0, document.title)
    if document and document.occurred_at:
        details.append(day(document.occurred_at, year=True))
    details.append("found by " + " and ".join(hit.found_by) if hit.found_by else "")
    return QuoteCard(
        text=hit.text,
        href=passage_href(hit.document_id, hit.span.start, hit.span.end),
        speaker=speaker or "unnamed",
        details=[detail for detail in details if detail],
    )


def found_words(hits: Sequence[Hit]) -> str:
    """Return how many passages have the words, apart from those that are only near in meaning."""
    worded = sum("words" in hit.found_by for hit in hits)
    near = len(hits) - worded
    if not worded and near:
        return f"No passage has these words; {counted(near, 'passage')} nearest in meaning"
    more = f", {near} near in meaning" if near else ""
    return f"{counted(worded, 'passage')} with these words{more}"


def may_quote(participant_id: str | None, people: Mapping[str, Participant]) -> bool:
    """Return whether what this person said may be shown; nobody named means nobody refused."""
    person = people.get(participant_id or "")
    return person is None or (person.consent.quote and person.consent.analyse)


def theme_row(
    theme: Theme, links: Sequence[Link] = (), anomalies: Mapping[str, Anomaly] | None = None
) -> ThemeRow:
    """Return a theme as a row; only what is linked is named beside it."""
    known = anomalies or {}
    shown = [link for link in links if link.is_linked and (not known or link.anomaly_id in known)]
    # A metric may stand out twice, as a whole and in a slice; the row names it once.
    by_metric = {link.metric: link for link in reversed(shown)}
    linked = [
        (metric_words(metric), f"/anomalies/{link.anomaly_id}", link.status)
        for metric, link in sorted(by_metric.items())
    ]
    return ThemeRow(
        id=theme.id,
        title=theme.title,
        description=theme.description,
        count=Count(share=theme.share),
        mentions=theme.mentions,
        documents=theme.documents,
        linked=linked,
        is_hidden=theme.is_hidden,
        is_machine_title=theme.titled_by is None,
    )


def anomaly_state(anomaly_id: str, drafted: set[str], explained: set[str]) -> StateTag:
    """Return whether a draft waits or an insight explains it; numbers alone explain nothing."""
    if anomaly_id in explained:
        return EXPLAINED
    return DRAFTED if anomaly_id in drafted else UNEXPLAINED


def anomaly_change(anomaly: Anomaly, metric: Metric | None) -> Change:
    """Return how far the metric is from where it was or should be."""
    unit = metric.unit if metric else ""
    before, after = values(anomaly, unit)
    good = metric.good if metric else Good.UP
    return Change(
        before=before,
        after=after,
        is_up=anomaly.observed > anomaly.baseline,
        is_worse=is_worse(anomaly.direction, good),
        against=AGAINST.get(anomaly.kind.value, ""),
    )


#: What a value is compared with where nothing moved.
AGAINST = {"segment": "elsewhere", "target": "target", "person": "expected", "rule": "allowed"}


def anomaly_row(
    anomaly: Anomaly,
    metric: Metric | None,
    *,
    state: StateTag,
    reason: str = "",
    series: Sequence[Observation] = (),
) -> AnomalyRow:
    """Return an anomaly as a row."""
    return AnomalyRow(
        id=anomaly.id,
        headline=headline(anomaly, metric),
        short=short_headline(anomaly),
        reason=sentence(readable(reason, anomaly.metric, metric.unit if metric else "")),
        change=anomaly_change(anomaly, metric),
        affected=Count(share=wilson(anomaly.affected, anomaly.measured), noun="people hit"),
        state=state,
        kind=KINDS[anomaly.kind.value],
        since=_when(anomaly),
        spark=spark(points(series)),
    )


def _when(anomaly: Anomaly) -> str:
    if anomaly.window is None:
        return ""
    if anomaly.kind.value == "shift":
        return f"since {day(anomaly.window.start, year=True)}"
    last = anomaly.window.end - timedelta(seconds=1)
    return f"{day(anomaly.window.start)} to {day(last, year=True)}"


KINDS = {
    "shift": "left its usual range",
    "segment": "one slice far from the others",
    "target": "misses its target",
    "person": "some people far from target or from each other",
    "rule": "a rule holds",
}


def job_progress(job: Job) -> JobProgress:
    """Return a job as its steps, count and result in words."""
    final = job.state.is_final
    href, go = NEXT.get(job.kind, ("", ""))
    result = job.result or {}
    return JobProgress(
        id=job.id,
        title=TITLES.get(job.kind, words(job.kind)),
        state=JOB_TAGS[job.state],
        steps=_steps(job),
        done=job.done,
        total=job.total,
        result=[
            (RESULTS.get(name, words(name)), number(value))
            for name, value in sorted(result.items(), key=lambda item: ORDER.get(item[0], 99))
            if isinstance(value, int | float)
        ],
        error=sentence(job.error or ""),
        is_final=final,
        started=moment(job.started_at or job.created_at),
        elapsed=_elapsed(job.started_at, job.finished_at),
        next_href=href if job.state is JobState.DONE else "",
        next_words=go,
    )


def _steps(job: Job) -> list[tuple[str, str, str]]:
    known = STEPS.get(job.kind, ())
    names = [name for name, _ in known]
    at = names.index(job.step) if job.step in names else (0 if job.started_at else -1)
    if job.state is JobState.DONE:
        at = len(names)
    return [
        (name, text, "done" if place < at else "now" if place == at else "next")
        for place, (name, text) in enumerate(known)
    ]


def _elapsed(start: datetime | None, end: datetime | None) -> str:
    if start is None or end is None:
        return ""
    seconds = (end - start).total_seconds()
    return counted(round(seconds), "second") if seconds < 120 else f"{seconds / 60:.0f} minutes"
