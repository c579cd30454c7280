"""The fusion metrics on hand-worked loops: value, verdict, and what few cases may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from synth.core.proportions import wilson
from synth.fusion.fusion_metrics import compute_metrics, quarter_of
from synth.fusion.types import Answer, Facts, KeyMetric, Loop
from synth.hypotheses.types import Citation, Claim, Content, Side
from synth.insights.gate import rank_backlog
from synth.insights.types import (
    BacklogItem,
    Choice,
    Insight,
    InsightDecision,
    ItemKind,
    ItemState,
    LabelKind,
    LoopState,
    Standing,
)

DAY0 = date(2026, 3, 2)
TODAY = DAY0 + timedelta(days=90)
EMPTY = Facts(loops=(), backlog=(), key_metrics=(), answers=(), invited=0, answered=0, today=TODAY)


def at(day):
    moment = datetime.combine(DAY0, datetime.min.time(), tzinfo=UTC)
    return moment + timedelta(days=day)


def loop(name, *, approved=9, tested=None, measured=None, validated=False, voice=False, **more):
    quote = Citation(
        chunk_id="c", document_id="d", start=0, end=3, quote="one", speaker="P1",
        participant_id=f"p-{name}", at_ms=None, side=Side.FOR,
    )  # fmt: skip
    content = Content(
        title=name, solution="", metric="m", unit="share", baseline=0.3, target=0.4, because="",
        claims=(Claim(text="it fell", kind="quant", cites=()),), citations=(quote,),
        scale=wilson(1, 2), counter_note="",
    )  # fmt: skip
    insight = Insight(
        id=name, hypothesis_id=name, revision=1, review_id="r", approved_by="v",
        approved_at=at(approved), approvals=(), content=content,
        anomaly_id=more.get("anomaly", name), theme_id="t",
    )  # fmt: skip
    choice = more.get("choice")
    decision = choice and InsightDecision(
        seq=1, choice=choice, owner_id="o", deadline=None, note="", decided_by="o",
        decided_at=at(approved),
    )  # fmt: skip
    standing = Standing(
        insight=insight,
        state=LoopState.TESTING,
        labels={LabelKind.PRIORITY: ["high"]} if more.get("high") else {},
        decision=decision,
        flags=(),
        last_confirmed=at(approved),
        voices=frozenset({f"p-{name}"}),
    )
    return Loop(
        standing=standing,
        moved_on=DAY0,
        first_test_on=None if tested is None else at(tested).date(),
        measured_on=None if measured is None else at(measured).date(),
        is_validated=validated,
        has_voice=voice,
    )


def item(name, state, *insights, shipped=None):
    return BacklogItem(
        id=name, title=name, kind=ItemKind.FEATURE, state=ItemState(state), owner_id="o",
        found_in=None, override="", created_by="o", created_at=at(1),
        shipped_on=shipped and at(shipped).date(), insight_ids=insights,
    )  # fmt: skip


def metric(key, **facts):
    facts = replace(EMPTY, **facts)
    return {one.key: one for one in compute_metrics(facts)}[key]


def test_the_processing_delay_case_misses_the_fourteen_days():
    found = metric("cycle_time", loops=[loop("delay", tested=21)])
    assert (found.value, found.is_met) == (21, False)
    assert found.instances[0].words == "21 days: misses < 14"
    assert found.words == "21 days, 0 of 1 tested insight < 14"
    assert found.verdict == "misses < 14 days, from 1 tested insight only"


def test_five_loops_are_judged_by_their_median():
    loops = [loop(str(day), tested=day) for day in (3, 8, 13, 14, 40)]
    found = metric("cycle_time", loops=loops)
    assert (found.value, found.verdict) == (13, "meets < 14 days")
    assert found.words == "13 days, 3 of 5 tested insights < 14"


def test_nothing_counted_is_no_zero():
    for found in compute_metrics(EMPTY):
        assert (found.value, found.is_met) == (None, None)
    assert metric("cycle_time").verdict == "needs 5 tested insights; you have 0"


def test_only_high_priority_insights_count_for_utilization():
    loops = [
        loop("built", high=True, choice=Choice.BUILD),
        loop("planned", high=True),
        loop("idle", high=True, choice=Choice.INVESTIGATE),
        loop("low", choice=Choice.BUILD),
    ]
    standings = [one.standing for one in loops]
    backlog = rank_backlog([item("a", "planned", "planned"), item("b", "idea", "idle")], standings)
    found = metric("utilization", loops=loops, backlog=backlog)
    assert (found.share.k, found.share.n) == (2, 3)
    assert found.words == "2 of 3 (21-94 %)"
    assert found.is_met


def test_validation_counts_what_was_measured():
    loops = [loop("a", measured=30, validated=True), loop("b", measured=30), loop("c")]
    found = metric("validation", loops=loops)
    assert (found.share.k, found.share.n, found.is_met) == (1, 2, False)


def test_a_key_metric_needs_values_and_people():
    keys = [
        KeyMetric(metric_id="1", name="a", rank=0, is_tracked=True, is_explained=True),
        KeyMetric(metric_id="2", name="b", rank=1, is_tracked=True, is_explained=False),
    ]
    found = metric("coverage", key_metrics=keys)
    assert (found.value, found.verdict) == (50, "misses ≥ 100 %")
    assert found.instances[0].words == "key metric 1: nobody heard on it"


def test_confidence_is_the_mean_of_this_quarter():
    def answer(who, quarter, score):
        return Answer(member_id=who, quarter=quarter, score=score, answered_at=at(80))

    answers = [answer("a", "2026-Q2", 9), answer("b", "2026-Q2", 8), answer("c", "2026-Q1", 1)]
    found = metric("confidence", answers=answers)
    assert (found.value, found.words) == (8.5, "8.5 of 10, 2 answers; 8 to 9")
    assert metric("confidence", answers=answers[2:]).value is None


def test_shipped_items_need_number_and_voice_and_words_before():
    loops = [loop("whole", measured=60, voice=True), loop("mute", measured=60)]
    standings = [one.standing for one in loops]
    items = [
        item("a", "shipped", "whole", shipped=20),
        item("b", "shipped", "mute", shipped=20),
        item("guess", "shipped", shipped=30),
        item("later", "planned"),
    ]
    backlog = rank_backlog(items, standings)
    found = metric("attribution", loops=loops, backlog=backlog)
    assert (found.share.k, found.share.n) == (1, 3)
    guessed = metric("speculative", loops=loops, backlog=backlog)
    assert (guessed.value, guessed.words, guessed.is_met) == (1, "1 of 3 shipped items", False)
    assert [one.title for one in guessed.instances] == ["guess"]


def test_a_diagnosis_is_the_first_insight_on_an_anomaly():
    loops = [loop("a", approved=9, anomaly="x"), loop("b", approved=2, anomaly="x")]
    found = metric("diagnosis", loops=loops)
    assert (found.value, found.is_met) == (2, True)


def test_intercepts_have_an_interval_and_no_target():
    found = metric("intercepts", invited=100, answered=27)
    assert (found.words, found.target) == ("27 of 100 (19-36 %)", None)


def test_a_trend_needs_three_in_each_half():
    early = [loop(f"e{n}", tested=day) for n, day in enumerate((20, 20, 20))]
    late = [loop(f"l{n}", tested=day) for n, day in enumerate((62, 70, 80))]
    facts = {"loops": early + late, "today": DAY0 + timedelta(days=150)}
    found = metric("cycle_time", **facts)
    assert found.direction == "rising"
    assert found.trend[0] == ("2026-03", "20 days (n = 3)")
    facts["loops"] = early + late[:2]
    assert metric("cycle_time", **facts).direction == "too few to tell a trend"


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2026, 1, 1), "2026-Q1"), (date(2026, 6, 30), "2026-Q2"), (date(2026, 12, 1), "2026-Q4")],
)
def test_quarters(day, quarter):
    assert quarter_of(day) == quarter
