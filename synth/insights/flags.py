"""Why an approved insight needs another look: late, moved again, heard again, unsupported, old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from synth.hypotheses.types import Side
from synth.insights.types import (
    Flag,
    FlagCode,
    Insight,
    InsightDecision,
    LoopState,
    Step,
)
from synth.metrics.types import Anomaly, Good

#: A decision without a deadline of its own, and an insight without a decision, wait this long.
DECIDE_WITHIN = timedelta(days=14)
#: What nobody confirmed for longer is stale.
STALE_AFTER = timedelta(days=180)
NEVER = datetime.min.replace(tzinfo=UTC)
#: States in which somebody is to act.
WAITING = (LoopState.APPROVED, LoopState.REOPENED)
ACTIVE = (LoopState.DECIDED, LoopState.TESTING)
ENDED = (LoopState.CLOSED, LoopState.DROPPED)


def overdue(
    insight: Insight,
    state: LoopState,
    steps: Sequence[Step],
    decision: InsightDecision | None,
    today: date,
) -> Flag | None:
    """Return the flag of a passed deadline: of the decision, or for deciding at all."""
    due = due_on(insight, state, steps, decision)
    if due is None or today <= due:
        return None
    if decision is None or state in WAITING:
        waited = (today - _since(insight, steps).date()).days
        words = f"no decision for {waited} days: build, test or drop"
    else:
        words = f"{decision.choice} is {_days((today - due).days)} overdue"
    return Flag(code=FlagCode.OVERDUE, words=words)


def due_on(
    insight: Insight, state: LoopState, steps: Sequence[Step], decision: InsightDecision | None
) -> date | None:
    """Return the last day on which it is not late yet; None: nothing is due."""
    if state in WAITING:
        return (_since(insight, steps) + DECIDE_WITHIN).date()
    return decision.deadline if decision and state in ACTIVE else None


def moved_again(
    insight: Insight, anomalies: Iterable[Anomaly], since: datetime
) -> Iterator[Anomaly]:
    """Yield the anomalies that took the insight's metric the wrong way after `since`."""
    content = insight.content
    good = Good.UP if content.target > content.baseline else Good.DOWN
    for anomaly in anomalies:
        is_other = anomaly.metric == content.metric and anomaly.id != insight.anomaly_id
        if is_other and anomaly.direction is not good and _onset(anomaly) > since:
            yield anomaly


def evidence_lost(insight: Insight, lost: Mapping[int, str]) -> Flag | None:
    """Return the flag of quotes that no longer stand; `lost` has why, by position."""
    cited = [one for one in insight.content.citations if one.side is Side.FOR]
    gone = [place for place in lost if insight.content.citations[place].side is Side.FOR]
    if not gone:
        return None
    reasons = ", ".join(sorted({lost[place] for place in gone}))
    words = f"{len(gone)} of {len(cited)} quotes no longer stand: {reasons}"
    return Flag(code=FlagCode.EVIDENCE_LOST, words=words)


def heard_again(state: LoopState, since: datetime, last_heard: datetime | None) -> Flag | None:
    """Return the flag of somebody speaking about the theme after the insight was closed."""
    if state not in ENDED or last_heard is None or last_heard <= since:
        return None
    words = f"somebody spoke about its theme on {last_heard:%Y-%m-%d}, after it was {state}"
    return Flag(code=FlagCode.NEW_EVIDENCE, words=words)


def stale(last_confirmed: datetime, now: datetime) -> Flag | None:
    """Return the flag of an insight that nobody confirmed for half a year."""
    if now - last_confirmed <= STALE_AFTER:
        return None
    words = f"not confirmed since {last_confirmed:%Y-%m-%d}"
    return Flag(code=FlagCode.STALE, words=words)


def moved_flag(anomalies: Sequence[Anomaly]) -> Flag | None:
    """Return the flag of a metric that moved the wrong way again."""
    if not anomalies:
        return None
    first = min(anomalies, key=_onset)
    words = f"{first.metric} moved the wrong way again on {_onset(first):%Y-%m-%d}"
    return Flag(code=FlagCode.MOVED_AGAIN, words=words)


def _onset(anomaly: Anomaly) -> datetime:
    # What stands out without a time did not move: it is never "again".
    return anomaly.window.start if anomaly.window else NEVER


def _since(insight: Insight, steps: Sequence[Step]) -> datetime:
    return steps[-1].at if steps else insight.approved_at


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
