"""The lint refuses what gets no honest answer, offers what does, and every guide passes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.periods import Period
from synth.errors import InputError
from synth.investigations.guide import guide_for, guide_for_account
from synth.investigations.questions import LAST_TIME, MOMENT, Fault, lint
from synth.metrics.types import Anomaly, AnomalyKind, Good, Metric

REFUSED = [
    ("Why did you do that?", Fault.WHY),
    ("What made you leave the page?", Fault.WHY),
    ("How come you stopped there?", Fault.WHY),
    ("Was this confusing?", Fault.LEADING),
    ("Don't you think the list is too long?", Fault.LEADING),
    ("How annoying was the wait?", Fault.LEADING),
    ("It took too long, right?", Fault.LEADING),
    ("Would you use a bulk import?", Fault.HYPOTHETICAL),
    ("If we added a template, would it help?", Fault.HYPOTHETICAL),
    ("How likely are you to recommend us?", Fault.HYPOTHETICAL),
    ("What did you click and why is it there?", Fault.WHY),
    ("What did you do, and how do you feel about the price?", Fault.DOUBLE),
    ("What happened then? Who else saw it?", Fault.DOUBLE),
    ("Did you finish?", Fault.YES_NO),
    ("So, have you ever asked an admin?", Fault.YES_NO),
    ("Warum haben Sie das getan?", Fault.UNREAD),
]

FINE = [
    MOMENT,
    LAST_TIME,
    "Walk me through the last time you added a user.",
    "What did you expect to see at that point?",
    "How do you decide which role somebody gets?",
    "Tell me about the day you set it up.",
    "What did you do, and what happened next?",
    "Who was waiting for the result?",
]


@pytest.mark.parametrize(("question", "fault"), REFUSED, ids=[text for text, _ in REFUSED])
def test_a_bad_question_is_refused_with_a_reason_and_a_good_one(
    question: str, fault: Fault
) -> None:
    problems = lint(question)
    assert problems[0].fault is fault
    for problem in problems:
        assert problem.span.of(question.strip())
        assert problem.reason
        if problem.fault is not Fault.UNREAD:
            assert lint(problem.better.removeprefix("Ask one at a time. First: ")) == []


@pytest.mark.parametrize("question", FINE)
def test_an_open_question_about_what_happened_is_fine(question: str) -> None:
    assert lint(question) == []


def test_the_two_reference_questions_get_the_reference_answers() -> None:
    assert lint("Why did you do that?")[0].better == MOMENT
    assert lint("Was this confusing?")[0].better == MOMENT
    better = lint("Why did you leave the form?")[0].better
    assert "right before you decided to leave the form" in better
    assert "decided not to finish" in lint("Why didn't you finish?")[0].better


@pytest.mark.parametrize("text", ["", "   ", "what " * 200])
def test_what_is_no_question_is_said_to_be_none(text: str) -> None:
    with pytest.raises(InputError, match="a question"):
        lint(text)


@given(st.text(min_size=1, max_size=500).filter(str.strip))
def test_any_text_is_read_and_every_span_lies_in_it(text: str) -> None:
    for problem in lint(text):
        assert problem.span.end <= len(text.strip())


NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60)
ONSET = datetime(2026, 2, 20, tzinfo=UTC)


@given(
    name=NAMES,
    exposure=st.none() | NAMES,
    outcome=st.none() | NAMES,
    slice_=st.dictionaries(NAMES, NAMES, max_size=3),
    kind=st.sampled_from(AnomalyKind),
    unit=st.sampled_from(["share", "minutes", "count"]),
)
def test_every_question_of_every_guide_passes_the_lint(
    name: str,
    exposure: str | None,
    outcome: str | None,
    slice_: dict[str, str],
    kind: AnomalyKind,
    unit: str,
) -> None:
    metric = Metric(
        id="m", name=name, description="", unit=unit, good=Good.UP,
        exposure_event=exposure, outcome_event=outcome,
    )  # fmt: skip
    anomaly = Anomaly(
        id="a", metric_id="m", metric=name, kind=kind, direction=Good.DOWN, segment=slice_,
        window=Period(ONSET, ONSET), baseline=0.4, observed=0.3, score=5, reason="",
        affected=9, measured=20,
    )  # fmt: skip
    for guide in (guide_for(anomaly, metric), guide_for_account()):
        assert len(guide.layers) == 3
        for layer in guide.layers:
            assert len(layer.questions) >= 2
            for question in layer.questions:
                assert lint(question) == [], question


def test_a_guide_speaks_of_its_metric_and_slice() -> None:
    metric = Metric(
        id="m", name="activation_rate", description="", unit="minutes", good=Good.UP,
        exposure_event="trial_started", outcome_event="integration_connected",
    )  # fmt: skip
    anomaly = Anomaly(
        id="a", metric_id="m", metric="activation_rate", kind=AnomalyKind.SHIFT,
        direction=Good.DOWN, segment={"plan": "enterprise"}, window=Period(ONSET, ONSET),
        baseline=0.4, observed=0.3, score=5, reason="", affected=9, measured=20,
    )  # fmt: skip
    asked = " ".join(q for layer in guide_for(anomaly, metric).layers for q in layer.questions)
    for words in ("trial started", "integration connected", "plan enterprise", "20 February"):
        assert words in asked
