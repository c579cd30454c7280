"""Insights with their loop, and the backlog, to the contexts of their pages: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from api.web.draft_parts import insight_row
from api.web.experiment_options import experiment_options, takeovers
from api.web.format import (
    counted,
    day,
    metric_title,
    number,
    readable,
    sentence,
    slice_words,
    words,
)
from api.web.insight_contexts import (
    CandidateCard,
    ItemRow,
    LoopForms,
    ResultRow,
    StandingRow,
)
from api.web.part_contexts import Option, StateTag
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.insights.outcomes import Verdict, compute_effect
from synth.insights.telling import relative_words, source_words, values_words, verdict_words
from synth.insights.transitions import LoopAct, possible
from synth.insights.types import (
    Choice,
    Flag,
    FlagCode,
    Insight,
    InsightDecision,
    InsightTest,
    InsightTestKind,
    ItemState,
    LabelKind,
    Labels,
    LoopState,
    Measured,
    Ranked,
    Record,
    Standing,
    Step,
)
from synth.metrics.experiments import Experiment
from synth.metrics.types import Anomaly, Metric

TWO_WEEKS = timedelta(days=14)
STATES = {
    LoopState.APPROVED: StateTag(word="to decide", tone="draft", icon="?"),
    LoopState.DECIDED: StateTag(word="decided", tone="plain", icon="→"),
    LoopState.TESTING: StateTag(word="testing", tone="plain", icon="◐"),
    LoopState.CLOSED: StateTag(word="closed", tone="approved", icon="✓"),
    LoopState.DROPPED: StateTag(word="dropped", tone="plain", icon="×"),
    LoopState.REOPENED: StateTag(word="reopened", tone="draft", icon="↺"),
}
VERDICTS = {
    Verdict.REACHED: StateTag(word="reached", tone="approved", icon="✓"),
    Verdict.IMPROVED: StateTag(word="better, short of it", tone="draft", icon="◐"),
    Verdict.FLAT: StateTag(word="no change", tone="plain", icon="="),
    Verdict.WORSE: StateTag(word="worse", tone="held", icon="!"),
}
KINDS = {
    InsightTestKind.AB: "A/B test",
    InsightTestKind.FLAG: "flag",
    InsightTestKind.PILOT: "pilot",
    InsightTestKind.ROLLOUT: "rollout to everybody",
}
ITEM_STATES = {
    ItemState.IDEA: StateTag(word="idea", tone="plain", icon="·"),
    ItemState.PLANNED: StateTag(word="planned", tone="draft", icon="→"),
    ItemState.SHIPPED: StateTag(word="shipped", tone="approved", icon="✓"),
    ItemState.DROPPED: StateTag(word="dropped", tone="plain", icon="×"),
}
CHOICES = {
    Choice.TEST: "test it",
    Choice.BUILD: "build it",
    Choice.INVESTIGATE: "investigate further",
    Choice.DROP: "drop it",
}
REASONS = {
    FlagCode.MOVED_AGAIN: "its metric moved again",
    FlagCode.NEW_EVIDENCE: "somebody spoke about it again",
    FlagCode.EVIDENCE_LOST: "its evidence no longer stands",
    FlagCode.STALE: "it is old",
}


def standing_row(
    standing: Standing, names: Mapping[str, str], anomaly: Anomaly | None = None
) -> StandingRow:
    """Return an insight of the list; `names` are members by id."""
    late, others = split_flags(standing)
    return StandingRow(
        row=insight_row(standing.insight, names, anomaly),
        state=STATES[standing.state],
        decision=decision_words(standing.decision, names),
        overdue=late,
        flags=others,
        labels=label_pairs(standing.labels),
    )


def split_flags(standing: Standing) -> tuple[str, list[str]]:
    """Return why it is overdue, and the other reasons to look at it again."""
    late = [flag.words for flag in standing.flags if flag.code is FlagCode.OVERDUE]
    others = [flag.words for flag in standing.flags if flag.code is not FlagCode.OVERDUE]
    return sentence(late[0]) if late else "", [sentence(text) for text in others]


def urgent_line(insight: Insight, flag: Flag) -> tuple[str, str, str]:
    """Return why an insight is urgent, its title and its address."""
    title = readable(insight.content.title, insight.content.metric)
    return sentence(flag.words), title, f"/insights/{insight.id}"


def label_pairs(labels: Labels) -> list[tuple[str, str]]:
    """Return labels as (kind, value), in the order of kinds."""
    return [(kind.value, value) for kind in LabelKind for value in labels.get(kind, ())]


def decision_words(decision: InsightDecision | None, names: Mapping[str, str]) -> str:
    """Return for example "test by Pia until 20 Mar 2026"."""
    if decision is None:
        return ""
    until = f" until {day(decision.deadline, year=True)}" if decision.deadline else ""
    return f"{decision.choice.value} by {names.get(decision.owner_id, 'somebody')}{until}"


def list_summary(standings: Sequence[Standing]) -> str:
    """Return for example "12 insights: 3 overdue, 1 stale"."""
    told = {FlagCode.OVERDUE: "overdue", FlagCode.EVIDENCE_LOST: "without their evidence",
            FlagCode.MOVED_AGAIN: "whose metric moved again", FlagCode.STALE: "stale"}  # fmt: skip
    parts = []
    for code, said in told.items():
        count = sum(standing.has(code) for standing in standings)
        parts += [f"{count} {said}"] if count else []
    head = counted(len(standings), "insight")
    return f"{head}: {', '.join(parts)}" if parts else head


def result_row(measured: Measured) -> ResultRow:
    """Return one outcome in numbers."""
    before, after = values_words(measured)
    verdict = VERDICTS[compute_effect(measured).verdict]
    if measured.predicted is None and verdict.word == "reached":
        verdict = replace(verdict, word="better")
    where = slice_words(measured.segment) if measured.segment else "everybody"
    if measured.source:
        where = "people of the experiment"
    return ResultRow(
        subject=f"{metric_title(measured.metric)}, {where}",
        before=before,
        after=after,
        relative=relative_words(measured),
        verdict=verdict,
        words=sentence(verdict_words(measured)),
        when=day(measured.measured_on, year=True),
        source=source_words(measured.source) if measured.source else "",
    )


def tried_words(one: InsightTest) -> tuple[str, str]:
    """Return the name of a test and the rest of it in words."""
    until = f" to {day(one.ends_on, year=True)}" if one.ends_on else ", no end set"
    split = ", ".join(f"{arm} {number(100 * share)} in 100" for arm, share in one.split.items())
    ran_as = f"as experiment {one.experiment_id}" if one.experiment_id else ""
    begun = f"from {day(one.starts_on, year=True)}{until}"
    parts = [KINDS[one.kind], begun, split, one.change, ran_as]
    return one.name, "; ".join(part for part in parts if part)


def story(record: Record, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was done, day by day, the newest first."""
    told = [
        (one.decided_at, f"{names.get(one.decided_by, 'somebody')} decided: "
         f"{decision_words(one, names)}")
        for one in record.decisions
    ]  # fmt: skip
    told += [
        (step.at, _step_words(step, names))
        for step in record.steps
        if step.act not in (LoopAct.DECIDE, LoopAct.DROP)
    ]
    told.sort(key=lambda pair: pair[0])
    told.reverse()
    return [(day(at, year=True), sentence(text)) for at, text in told]


def _step_words(step: Step, names: Mapping[str, str]) -> str:
    did = {
        "test": "began a test",
        "record": "recorded what came of it",
        "close": "closed it",
        "reopen": f"reopened it: {words(step.reason)}",
    }[step.act]
    note = f" – {step.note}" if step.note and step.act == LoopAct.REOPEN else ""
    return f"{names.get(step.by_id, 'somebody')} {did}{note}"


def loop_forms(
    record: Record,
    anomaly: Anomaly,
    actor: Actor,
    names: Mapping[str, str],
    today: date,
    candidates: Sequence[CandidateCard],
    experiments: Sequence[Experiment],
    metric: Metric,
) -> LoopForms:
    """Return what this person may do next with an insight."""
    standing, state = record.standing, record.standing.state
    can, content = possible(state), record.standing.insight.content
    decides, records = may(actor, Action.DECIDE), may(actor, Action.RECORD_OUTCOME)
    is_tried = standing.decision is not None and standing.decision.choice in (
        Choice.BUILD,
        Choice.TEST,
    )
    flagged = [flag.code for flag in standing.flags]
    offered, to_import = takeovers(record, metric, experiments)
    return LoopForms(
        may_decide=decides and LoopAct.DECIDE in can,
        may_test=records and LoopAct.TEST in can and is_tried,
        may_record=records and LoopAct.RECORD in can,
        may_label=records,
        may_reopen=decides and LoopAct.REOPEN in can,
        choices=options(CHOICES),
        owners=[
            Option(value=key, label=name, is_chosen=key == actor.member.id)
            for key, name in sorted(names.items(), key=lambda item: item[1])
        ],
        deadline=(today + TWO_WEEKS).isoformat(),
        today=today.isoformat(),
        kinds=options(KINDS),
        labels=[
            (kind.value, _label_name(kind), ", ".join(standing.labels.get(kind, ())))
            for kind in LabelKind
        ],
        candidates=candidates,
        missing=[sentence(text) for text in record.missing],
        reasons=[
            Option(value=code.value, label=label, is_chosen=code in flagged)
            for code, label in REASONS.items()
        ],
        segment=", ".join(f"{key}={value}" for key, value in sorted(anomaly.segment.items())),
        own_values=(f"{content.baseline:g}", f"{content.target:g}"),
        experiments=experiment_options(experiments),
        takeovers=offered,
        to_import=to_import,
    )


def options(names: Mapping[Any, str], chosen: str = "") -> list[Option]:
    """Return the choices of a form."""
    return [
        Option(value=str(key), label=label, is_chosen=str(key) == chosen)
        for key, label in names.items()
    ]


def item_row(ranked: Ranked, names: Mapping[str, str]) -> ItemRow:
    """Return an item of the backlog with its gate."""
    item, gate = ranked.item, ranked.gate
    said = f"{counted(gate.qual, 'person', 'people')} quoted" if gate.qual else "no qual context"
    return ItemRow(
        id=item.id,
        title=item.title,
        kind=item.kind.value,
        state=ITEM_STATES[item.state],
        gate=[
            _gate_tag(gate.quant, "metric moved" if gate.quant else "no quant evidence"),
            _gate_tag(gate.qual, said),
        ],
        owner=names.get(item.owner_id, "somebody"),
        insights=[(title, f"/insights/{key}") for key, title in ranked.titles.items()],
        override=item.override,
        when=f"shipped {day(item.shipped_on, year=True)}"
        if item.shipped_on
        else f"since {day(item.created_at, year=True)}",
        moves=_moves(item.state),
    )


def _moves(state: ItemState) -> list[Option]:
    if state is ItemState.SHIPPED:
        return []
    return [Option(value=one.value, label=one.value) for one in ItemState if one is not state]


def _gate_tag(count: int, text: str) -> StateTag:
    return StateTag(word=text, tone="approved" if count else "held", icon="✓" if count else "!")


def _label_name(kind: LabelKind) -> str:
    hints = {LabelKind.STAGE: " (discover, trial, onboard, use, renew, leave)",
             LabelKind.PRIORITY: " (high, medium or low)"}  # fmt: skip
    return kind.value.capitalize() + hints.get(kind, "")


def values_of(texts: Iterable[str]) -> list[str]:
    """Return values typed with commas between them."""
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]
