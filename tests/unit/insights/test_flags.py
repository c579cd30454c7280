"""Why an insight needs another look, on hand-made days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from synth.core.periods import Period
from synth.insights import flags
from synth.insights.types import Choice, InsightDecision, LoopState, Step
from synth.metrics.types import Anomaly, AnomalyKind, Good
from tests.unit.fusion.test_fusion_metrics import loop

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
INSIGHT = replace(loop("one").standing.insight, approved_at=NOW - timedelta(days=40))


def days(count):
    return NOW - timedelta(days=count)


def decided(deadline):
    return InsightDecision(
        seq=1, choice=Choice.TEST, owner_id="o", deadline=deadline, note="", decided_by="o",
        decided_at=NOW,
    )  # fmt: skip


def step(state, at):
    return Step(seq=1, act="reopen", state=state, reason="", note="", by_id="o", at=at)


LATE = {
    "nobody decided for long": (LoopState.APPROVED, [], None, "no decision for 40 days"),
    "reopened a week ago": (LoopState.REOPENED, [step(LoopState.REOPENED, days(7))], None, ""),
    "reopened before": (LoopState.REOPENED, [step(LoopState.REOPENED, days(15))], None, "15 days"),
    "in time": (LoopState.TESTING, [], decided(NOW.date()), ""),
    "one day late": (LoopState.DECIDED, [], decided(days(1).date()), "test is 1 day overdue"),
    "closed is never late": (LoopState.CLOSED, [], decided(days(9).date()), ""),
    "dropped is never late": (LoopState.DROPPED, [], decided(days(9).date()), ""),
    "no deadline": (LoopState.DECIDED, [], decided(None), ""),
}  # fmt: skip


@pytest.mark.parametrize(("state", "steps", "decision", "words"), LATE.values(), ids=LATE)
def test_overdue(state, steps, decision, words):
    flag = flags.overdue(INSIGHT, state, steps, decision, NOW.date())
    assert (flag is None) is (words == "")
    assert flag is None or words in flag.words


def anomaly(name="again", *, metric="m", direction="down", begins=10):
    window = None if begins is None else Period(days(begins), NOW)
    return Anomaly(
        id=name, metric_id="m", metric=metric, kind=AnomalyKind.SHIFT, direction=Good(direction),
        segment={}, window=window, baseline=0.4, observed=0.3, score=5, reason="", affected=1,
        measured=2,
    )  # fmt: skip


MOVES = {
    "the wrong way after it": (anomaly(), True),
    "before it": (anomaly(begins=50), False),
    "the good way": (anomaly(direction="up"), False),
    "another metric": (anomaly(metric="other"), False),
    "its own anomaly": (anomaly("one"), False),
    "what has no time did not move": (anomaly(begins=None), False),
}


@pytest.mark.parametrize(("found", "again"), MOVES.values(), ids=MOVES)
def test_moved_again(found, again):
    assert bool(list(flags.moved_again(INSIGHT, [found], INSIGHT.approved_at))) is again


def test_the_first_of_several_moves_is_named():
    flag = flags.moved_flag([anomaly(begins=3), anomaly("b", begins=9)])
    assert flag.words == "m moved the wrong way again on 2026-05-23"


@pytest.mark.parametrize(
    ("state", "said", "again"),
    [(LoopState.CLOSED, 1, True), (LoopState.CLOSED, 9, False), (LoopState.TESTING, 1, False)],
)
def test_new_evidence_is_news_only_after_the_end(state, said, again):
    assert bool(flags.heard_again(state, days(5), days(said))) is again
    assert flags.heard_again(state, days(5), None) is None


def test_old_is_not_confirmed_for_half_a_year():
    assert flags.stale(days(180), NOW) is None
    assert flags.stale(days(181), NOW).words == "not confirmed since 2025-12-02"


def test_lost_quotes_are_counted_with_their_reasons():
    flag = flags.evidence_lost(INSIGHT, {0: "consent withdrawn"})
    assert flag.words == "1 of 1 quotes no longer stand: consent withdrawn"
    assert flags.evidence_lost(INSIGHT, {}) is None
