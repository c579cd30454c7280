"""The agenda of the fusion review: what is late, unexplained, undecided, unmeasured, learnt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from synth.fusion.types import Agenda, AgendaItem, Loop, ReviewHeld
from synth.hypotheses.phrasing import metric_words, slice_words
from synth.insights.types import FlagCode, LoopState
from synth.investigations.types import Investigation
from synth.links.types import Link
from synth.metrics.types import Anomaly

MINUTES = 60
EVERY = timedelta(days=14)
#: Minutes a point gets, by its kind.
LONG = {"overdue": 8, "unexplained": 10, "decide": 8, "outcome": 6, "learnt": 4}
#: States in which something is tried, or waits to be decided.
TO_DECIDE = (LoopState.APPROVED, LoopState.REOPENED)


@dataclass(frozen=True, kw_only=True)
class Open:
    """What lies on the table: loops, investigations, anomalies with the themes tested."""

    loops: Sequence[Loop]
    cases: Sequence[Investigation]  #: open ones
    anomalies: Sequence[Anomaly]  #: the one that hit most people first
    links: Sequence[Link]
    quotes: Mapping[str, tuple[str, str]]  #: (words, speaker) by insight, of who allows it
    reviews: Sequence[ReviewHeld]  #: newest first
    today: date


def plan_agenda(open_: Open) -> Agenda:
    """Return the points of the next review that fit into an hour, the most pressing first."""
    points = [*_late(open_), *_unexplained(open_), *_undecided(open_), *_unmeasured(open_)]
    points += _learnt(open_)
    items: list[AgendaItem] = []
    for item in points:
        if sum(one.minutes for one in items) + item.minutes <= MINUTES:
            items.append(item)
    last = open_.reviews[0].held_on if open_.reviews else None
    due = max(last + EVERY, open_.today) if last else open_.today
    return Agenda(due_on=due, last_held=last, items=items, waiting=len(points) - len(items))


def _late(open_: Open) -> Iterator[AgendaItem]:
    for loop in open_.loops:
        for flag in loop.standing.flags:
            if flag.code is FlagCode.OVERDUE:
                proposed = "do it, move it or drop it today"
                yield _of_loop(open_, loop, "overdue", flag.words, proposed)
    for case in open_.cases:
        late = (open_.today - case.deadline.date()).days
        if late > 0:
            words = f"investigation {late} days overdue: {case.question}"
            yield _of_case(open_, case, "overdue", words, "build, test or drop")


def _unexplained(open_: Open) -> Iterator[AgendaItem]:
    by_anomaly = {case.anomaly_id: case for case in open_.cases if case.anomaly_id}
    explained = {loop.standing.insight.anomaly_id for loop in open_.loops}
    for anomaly in open_.anomalies:
        case = by_anomaly.get(anomaly.id)
        if anomaly.id in explained or (case and case.deadline.date() < open_.today):
            continue
        yield AgendaItem(
            kind="unexplained",
            sentence=_moved(anomaly),
            anomaly_id=anomaly.id,
            context=_context(open_.links, anomaly.id),
            quote="",
            speaker="",
            proposed="say what both sides know" if case else "open an investigation, ask 5 people",
            owner_id=case.owner_id if case else "",
            minutes=LONG["unexplained"],
            href=f"/investigations/{case.id}" if case else f"/anomalies/{anomaly.id}",
        )


def _moved(anomaly: Anomaly) -> str:
    """Return the reason of an anomaly, its metric named once and in words."""
    name = metric_words(anomaly.metric)
    if anomaly.reason.startswith(anomaly.metric):
        return name + anomaly.reason.removeprefix(anomaly.metric)
    return f"{name}{slice_words(anomaly.segment)}: {anomaly.reason}"


def _undecided(open_: Open) -> Iterator[AgendaItem]:
    for loop in open_.loops:
        standing = loop.standing
        if standing.state in TO_DECIDE and not standing.has(FlagCode.OVERDUE):
            words = f"no decision yet: {standing.insight.content.title}"
            yield _of_loop(open_, loop, "decide", words, "build, test, investigate or drop")


def _unmeasured(open_: Open) -> Iterator[AgendaItem]:
    for loop in open_.loops:
        if loop.standing.state is LoopState.TESTING and not (loop.measured_on and loop.has_voice):
            lacks = [] if loop.measured_on else ["the number"]
            lacks += [] if loop.has_voice else ["a voice after launch"]
            words = f"{loop.standing.insight.content.title}: {' and '.join(lacks)} missing"
            yield _of_loop(open_, loop, "outcome", words, "bring what is missing, then close it")


def _learnt(open_: Open) -> Iterator[AgendaItem]:
    since = open_.reviews[0].held_on if open_.reviews else open_.today - EVERY
    for loop in open_.loops:
        standing = loop.standing
        if standing.state is LoopState.CLOSED and standing.last_confirmed.date() > since:
            words = f"closed: {standing.insight.content.title}"
            yield _of_loop(open_, loop, "learnt", words, "remember it; who else needs it?")


def _of_loop(open_: Open, loop: Loop, kind: str, sentence: str, proposed: str) -> AgendaItem:
    insight, decision = loop.standing.insight, loop.standing.decision
    words, speaker = open_.quotes.get(insight.id, ("", ""))
    return AgendaItem(
        kind=kind,
        sentence=sentence if kind != "overdue" else f"{insight.content.title}: {sentence}",
        context=f"{insight.content.scale} of those hit speak about it",
        quote=words,
        speaker=speaker,
        proposed=proposed,
        owner_id=decision.owner_id if decision else "",
        minutes=LONG[kind],
        href=f"/insights/{insight.id}",
    )


def _of_case(
    open_: Open, case: Investigation, kind: str, sentence: str, proposed: str
) -> AgendaItem:
    return AgendaItem(
        kind=kind,
        sentence=sentence,
        context=_context(open_.links, case.anomaly_id or ""),
        quote="",
        speaker="",
        proposed=proposed,
        owner_id=case.owner_id,
        minutes=LONG[kind],
        href=f"/investigations/{case.id}",
    )


def _context(links: Sequence[Link], anomaly_id: str) -> str:
    """Return what people say about an anomaly, in counts; else what is to do."""
    linked = [link for link in links if link.anomaly_id == anomaly_id and link.is_linked]
    if not linked:
        return "no theme is linked to it yet"
    counts = linked[0].counts
    return (
        f"{counts.theme_affected} of {counts.affected} people hit and heard speak about "
        f"“{linked[0].theme_title}”, {counts.theme_unaffected} of {counts.unaffected} others"
    )
