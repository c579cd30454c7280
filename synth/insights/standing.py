"""Reads where insights stand now: state, decision, labels, and why they need another look."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from synth.hypotheses.types import Side
from synth.insights import flags, repo
from synth.insights.closing import find_missing
from synth.insights.heard import heard_after
from synth.insights.types import (
    Flag,
    Insight,
    InsightDecision,
    Labels,
    LoopState,
    Record,
    Standing,
    Step,
)
from synth.investigations import repo as investigations
from synth.investigations.impact import Impact, multiply
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly
from synth.people import repo as people
from synth.people.types import Participant
from synth.store.unit_of_work import UnitOfWork

#: States in which somebody has to decide what is done about an insight.
UNDECIDED = (LoopState.APPROVED, LoopState.REOPENED)


@dataclass(frozen=True, kw_only=True)
class Past:
    """What the whole workspace knows of its insights, read once."""

    steps: Mapping[str, Sequence[Step]]
    decisions: Mapping[str, Sequence[InsightDecision]]
    labels: Mapping[str, Labels]
    anomalies: Sequence[Anomaly]
    grounds: Mapping[str, repo.Ground]
    speakers: Mapping[str, Participant]
    last_heard: Mapping[str, datetime]
    now: datetime


def list_standings(
    uow: UnitOfWork,
    *,
    now: datetime,
    anomalies: Sequence[Anomaly] | None = None,
) -> list[Standing]:
    """Return every insight with where it stands, newest first; `anomalies` saves reading them."""
    found = repo.list_insights(uow)
    past = _past(uow, found, now, anomalies)
    return [stand(insight, past) for insight in found]


@dataclass(frozen=True, kw_only=True)
class Urgent:
    """What a first page says of the insights."""

    flagged: Sequence[tuple[Insight, Flag]] = ()  #: overdue, or their metric moved again
    undecided: Sequence[Insight] = ()  #: nobody decided what is done, newest first


def list_urgent(uow: UnitOfWork, *, now: datetime, anomalies: Sequence[Anomaly]) -> Urgent:
    """Return the insights that somebody has to look at: enough for a first page."""
    found = repo.list_insights(uow)
    if not found:
        return Urgent()
    steps, decisions = repo.all_steps(uow), repo.all_decisions(uow)
    flagged, undecided = [], []
    for insight in found:
        own, decided = steps.get(insight.id, ()), decisions.get(insight.id, ())
        decision, state = decided[-1] if decided else None, state_of(own)
        late = flags.overdue(insight, state, own, decision, now.date())
        moved = flags.moved_again(insight, anomalies, insight.approved_at)
        flagged += [(insight, flag) for flag in (late, flags.moved_flag(list(moved))) if flag]
        undecided += [insight] if state in UNDECIDED else []
    return Urgent(flagged=flagged, undecided=undecided)


def load_record(uow: UnitOfWork, insight_id: str, *, now: datetime) -> Record:
    """Return everything that became of an insight; raises NotFound."""
    [record] = _records(uow, [repo.load_insight(uow, insight_id)], now, insight_id)
    return record


def load_records(uow: UnitOfWork, wanted: Sequence[Insight], *, now: datetime) -> list[Record]:
    """Return everything that became of these insights, in as many queries as for one."""
    return _records(uow, wanted, now, None) if wanted else []


def _records(
    uow: UnitOfWork, wanted: Sequence[Insight], now: datetime, insight_id: str | None
) -> list[Record]:
    past = _past(uow, wanted, now, None, insight_id)
    tests, measured = repo.list_tests(uow, insight_id), repo.list_measured(uow, insight_id)
    ids = {one.id for one in wanted}
    places = [one for one in repo.list_places(uow, insight_id) if one.insight_id in ids]
    heard, items = heard_after(uow, places), repo.list_items(uow)
    impacts = _impacts(uow, {one.anomaly_id for one in wanted})
    records = [
        Record(
            standing=stand(insight, past),
            steps=past.steps.get(insight.id, ()),
            decisions=past.decisions.get(insight.id, ()),
            tests=[one for one in tests if one.insight_id == insight.id],
            measured=measured.get(insight.id, []),
            heard=heard.get(insight.id, []),
            impact=impacts.get(insight.anomaly_id),
            findings=[item for item in items if item.found_in == insight.id],
        )
        for insight in wanted
    ]
    return [replace(record, missing=find_missing(record)) for record in records]


def _impacts(uow: UnitOfWork, anomaly_ids: Collection[str]) -> dict[str, Impact]:
    """Return what each anomaly costs, as its newest investigation works it out."""
    cases = {
        case.anomaly_id: case.id
        for case in sorted(
            investigations.list_investigations(uow),
            key=lambda one: (one.triggered_at, one.id),
        )
        if case.anomaly_id in anomaly_ids
    }
    terms = investigations.terms_of(uow, cases.values())
    return {
        anomaly_id: multiply(terms[case_id])
        for anomaly_id, case_id in cases.items()
        if anomaly_id and terms[case_id]
    }


def stand(insight: Insight, past: Past) -> Standing:
    """Return where one insight stands."""
    steps = past.steps.get(insight.id, ())
    decided = past.decisions.get(insight.id, ())
    state = state_of(steps)
    decision = decided[-1] if decided else None
    confirmed = max([insight.approved_at, *(step.at for step in steps)])
    lost = _lost(insight, past)
    found = (
        flags.overdue(insight, state, steps, decision, past.now.date()),
        flags.moved_flag(list(flags.moved_again(insight, past.anomalies, insight.approved_at))),
        flags.evidence_lost(insight, lost),
        flags.heard_again(state, confirmed, past.last_heard.get(insight.theme_id)),
        flags.stale(confirmed, past.now),
    )
    return Standing(
        insight=insight,
        state=state,
        labels=past.labels.get(insight.id, {}),
        decision=decision,
        flags=tuple(flag for flag in found if flag is not None),
        last_confirmed=confirmed,
        voices=_voices(insight, past, lost),
    )


def state_of(steps: Sequence[Step]) -> LoopState:
    """Return the state that the last step led to; without one, it was only approved."""
    return steps[-1].state if steps else LoopState.APPROVED


def _past(
    uow: UnitOfWork,
    found: Sequence[Insight],
    now: datetime,
    anomalies: Sequence[Anomaly] | None,
    insight_id: str | None = None,
) -> Past:
    grounds = repo.grounds(uow, (one.chunk_id for item in found for one in item.content.citations))
    return Past(
        steps=repo.all_steps(uow, insight_id),
        decisions=repo.all_decisions(uow, insight_id),
        labels=repo.all_labels(uow, insight_id),
        anomalies=metrics.list_anomalies(uow) if anomalies is None else anomalies,
        grounds=grounds,
        speakers=_speakers(uow, grounds.values()),
        last_heard=repo.last_heard(uow) if found else {},
        now=now,
    )


def _speakers(uow: UnitOfWork, grounds: Collection[repo.Ground]) -> dict[str, Participant]:
    ids = {ground.participant_id for ground in grounds if ground.participant_id}
    return people.load(uow, ids) if ids else {}


def _lost(insight: Insight, past: Past) -> dict[int, str]:
    """Return why citations no longer stand, by position."""
    lost = {}
    for place, citation in enumerate(insight.content.citations):
        why = _why_lost(past.grounds.get(citation.chunk_id), past.speakers)
        if why:
            lost[place] = why
    return lost


def _voices(insight: Insight, past: Past, lost: Collection[int]) -> frozenset[str]:
    """Return who is quoted for it: a person with two ids, joined since, is one."""
    standing = (
        past.grounds[citation.chunk_id].participant_id
        for place, citation in enumerate(insight.content.citations)
        if citation.side is Side.FOR and place not in lost
    )
    return frozenset(person for person in standing if person)


def _why_lost(ground: repo.Ground | None, speakers: Mapping[str, Participant]) -> str:
    if ground is None:
        return "passage erased"
    person = speakers.get(ground.participant_id or "")
    if person is None or not (person.consent.analyse and person.consent.quote):
        return "consent withdrawn"
    if not ground.is_current:
        return "document replaced by a newer version"
    return "" if ground.is_evidence else "speaker is no participant"
