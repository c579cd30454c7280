"""What people do with insights: label, decide, test, record what came of it, close, reopen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from synth.access import repo as access
from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import new_id
from synth.errors import Conflict, InputError, NotFound
from synth.insights import repo
from synth.insights.closing import find_missing, unknown_percentages
from synth.insights.heard import place_quotes
from synth.insights.labels import read_labels
from synth.insights.recording import (
    InsightTestGiven,
    MeasuredGiven,
    OutcomeGiven,
    ResultsGiven,
    checked,
    read_measured,
    read_test,
    required,
)
from synth.insights.standing import load_record, state_of
from synth.insights.taking_over import experiment_meant, require_new, take_over
from synth.insights.transitions import LoopAct, follow
from synth.insights.types import (
    BacklogItem,
    Choice,
    FlagCode,
    Insight,
    InsightDecision,
    InsightTest,
    ItemKind,
    ItemState,
    Labels,
    LoopState,
    Measured,
    Record,
    Step,
)
from synth.metrics import experiment_repo
from synth.metrics import repo as metrics
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Choices after which something may be tried.
TRIED = (Choice.BUILD, Choice.TEST)


def label(
    services: Services, actor: Actor, insight_id: str, labels: Mapping[str, Sequence[str]]
) -> Labels:
    """Give an insight labels in place of those of the same kinds; raises InputError, NotFound."""
    require(actor, Action.RECORD_OUTCOME)
    wanted = read_labels(labels)
    with services.writing(actor.workspace_id) as uow:
        repo.load_insight(uow, insight_id)
        now = services.clock()
        repo.set_labels(uow, insight_id, wanted, set_by=actor.member.id, now=now)
        counts = {str(kind): len(values) for kind, values in wanted.items()}
        _audit(services, uow, actor, "label", insight_id, counts)
        return repo.all_labels(uow, insight_id).get(insight_id, {})


def decide(
    services: Services,
    actor: Actor,
    insight_id: str,
    choice: Choice,
    *,
    owner_id: str | None = None,
    deadline: date | None = None,
    note: str = "",
) -> InsightDecision:
    """Decide what is done with an insight, who does it and until when; replaces what was decided.

    Without an owner it is the one who decides.

    Raises:
        InputError: an owner who is nobody here, a deadline in the past, or none where work begins.
        Conflict: the insight is closed; NotFound, Forbidden.
    """
    require(actor, Action.DECIDE)
    with services.writing(actor.workspace_id) as uow:
        state = _locked(uow, insight_id)
        now = services.clock()
        _require_deadline(choice, deadline, now.date())
        owner = owner_id or actor.member.id
        if owner not in access.load_members(uow):
            raise InputError("the owner is nobody in this workspace", found=owner[:64])
        decision = InsightDecision(
            seq=len(repo.all_decisions(uow, insight_id).get(insight_id, ())) + 1,
            choice=choice,
            owner_id=owner,
            deadline=deadline,
            note=checked(note, "the note"),
            decided_by=actor.member.id,
            decided_at=now,
        )
        act = LoopAct.DROP if choice is Choice.DROP else LoopAct.DECIDE
        _step(uow, actor, insight_id, state, act, now)
        repo.add_decision(uow, insight_id, decision)
        data = {
            "choice": str(choice),
            "owner": owner,
            "deadline": deadline.isoformat() if deadline else None,
        }
        _audit(services, uow, actor, "decide", insight_id, data)
        return decision


def start_test(
    services: Services, actor: Actor, insight_id: str, given: InsightTestGiven
) -> InsightTest:
    """Record what is tried; raises Conflict unless it was decided to build or to test it."""
    require(actor, Action.RECORD_OUTCOME)
    with services.writing(actor.workspace_id) as uow:
        state = _locked(uow, insight_id)
        decided = repo.all_decisions(uow, insight_id).get(insight_id, [])
        now = services.clock()
        _step(uow, actor, insight_id, state, LoopAct.TEST, now)
        if decided[-1].choice not in TRIED:
            raise Conflict(f"it was decided to {decided[-1].choice}; decide to test or build first")
        test = read_test(given, insight_id, by=actor.member.id, now=now)
        repo.add_test(uow, test)
        data = {"test": test.id, "kind": str(given.kind), "from": str(given.starts_on)}
        _audit(services, uow, actor, "test", insight_id, data)
        return test


def record_outcome(
    services: Services, actor: Actor, insight_id: str, given: OutcomeGiven
) -> Record:
    """Record what a test brought, all of it or nothing; with `close` the loop ends.

    Raises:
        Conflict: nothing was tried yet, or closing lacks something; `missing` says what.
        InputError: a quote that is not proved, was said before, or a number that cannot be.
    """
    require(actor, Action.RECORD_OUTCOME)
    if given.is_empty:
        raise InputError("say what came of it", expected="numbers, quotes, findings, or close")
    with services.writing(actor.workspace_id) as uow:
        state = _locked(uow, insight_id)
        now = services.clock()
        follow(state, LoopAct.RECORD)
        insight = repo.load_insight(uow, insight_id)
        test = _test(uow, insight_id, given.test_id)
        measured = _measure(uow, insight, test, given.measured, actor, now)
        if given.results is not None:
            measured.append(_take_over(uow, insight, test, given.results, actor, now))
        repo.add_measured(uow, insight_id, measured)
        places = place_quotes(uow, insight_id, test, given.quotes, by=actor.member.id, now=now)
        repo.add_places(uow, places)
        _add_findings(uow, insight_id, given.findings, actor, now)
        if measured or places or given.findings:
            state = _step(uow, actor, insight_id, state, LoopAct.RECORD, now)
        data: dict[str, object] = {
            "quant": len(measured), "qual": len(places), "findings": len(given.findings),
        }  # fmt: skip
        sources = [one.source for one in measured if one.source]
        data |= {"experiment": sources[0].experiment_id} if sources else {}
        _audit(services, uow, actor, "outcome", insight_id, data)
        if given.close:
            _close(services, uow, actor, insight_id, given.learning, state)
        return load_record(uow, insight_id, now=now)


def reopen(
    services: Services, actor: Actor, insight_id: str, reason: FlagCode | None, note: str = ""
) -> Step:
    """Take an insight up again, which then needs a decision; raises Conflict where it is open."""
    require(actor, Action.DECIDE)
    with services.writing(actor.workspace_id) as uow:
        state = _locked(uow, insight_id)
        text = checked(note, "the note")
        if reason is None and not text:
            raise InputError("say why it is reopened", expected="a reason or a note")
        now, code = services.clock(), str(reason or "other")
        _step(uow, actor, insight_id, state, LoopAct.REOPEN, now, reason=code, note=text)
        _audit(services, uow, actor, "reopen", insight_id, {"reason": code})
        return repo.all_steps(uow, insight_id)[insight_id][-1]


def _locked(uow: UnitOfWork, insight_id: str) -> LoopState:
    """Return where an insight stands, with no other writer until the commit."""
    repo.lock_insight(uow)
    repo.load_insight(uow, insight_id)
    return state_of(repo.all_steps(uow, insight_id).get(insight_id, ()))


def _step(
    uow: UnitOfWork,
    actor: Actor,
    insight_id: str,
    state: LoopState,
    act: LoopAct,
    now: datetime,
    *,
    reason: str = "",
    note: str = "",
) -> LoopState:
    after = follow(state, act)
    step = Step(
        seq=len(repo.all_steps(uow, insight_id).get(insight_id, ())) + 1,
        act=act,
        state=after,
        reason=reason,
        note=note,
        by_id=actor.member.id,
        at=now,
    )
    repo.add_step(uow, insight_id, step)
    return after


def _require_deadline(choice: Choice, deadline: date | None, today: date) -> None:
    if choice is Choice.DROP:
        return
    if deadline is None:
        raise InputError(
            f"to {choice} needs a deadline", expected="a day, for example in two weeks"
        )
    if deadline < today:
        raise InputError("the deadline is past", found=deadline.isoformat())


def _test(uow: UnitOfWork, insight_id: str, wanted: str | None) -> InsightTest:
    known = repo.list_tests(uow, insight_id)
    if wanted is None:
        return known[-1]
    for one in known:
        if one.id == wanted:
            return one
    raise NotFound(f"no test {wanted} of this insight")


def _measure(
    uow: UnitOfWork,
    insight: Insight,
    test: InsightTest,
    given: Iterable[MeasuredGiven],
    actor: Actor,
    now: datetime,
) -> list[Measured]:
    return [
        read_measured(
            one,
            insight,
            metrics.find_metric(uow, one.metric or insight.content.metric),
            test,
            by=actor.member.id,
            now=now,
        )
        for one in given
    ]


def _take_over(
    uow: UnitOfWork,
    insight: Insight,
    test: InsightTest,
    given: ResultsGiven,
    actor: Actor,
    now: datetime,
) -> Measured:
    metric = metrics.find_metric(uow, insight.content.metric)
    wanted = experiment_meant(given, test)
    experiment = experiment_repo.find_experiment(uow, wanted)
    if experiment is None:
        raise Conflict(
            f"the results of experiment {wanted[:80]} are not here yet; "
            "import them with `synth experiments import FILE`"
        )
    by = actor.member.id
    found = take_over(experiment, given.variant, insight, metric, test, by=by, now=now)
    require_new(found, repo.list_measured(uow, insight.id).get(insight.id, ()))
    return found


def _add_findings(
    uow: UnitOfWork, insight_id: str, titles: Iterable[str], actor: Actor, now: datetime
) -> None:
    for title in titles:
        repo.add_item(
            uow,
            BacklogItem(
                id=new_id(),
                title=required(title, "the finding", longest=200),
                kind=ItemKind.FINDING,
                state=ItemState.IDEA,
                owner_id=actor.member.id,
                found_in=insight_id,
                override="",
                created_by=actor.member.id,
                created_at=now,
                shipped_on=None,
            ),
        )


def _close(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    insight_id: str,
    learning: str,
    state: LoopState,
) -> None:
    now = services.clock()
    text = checked(learning, "the learning")
    record = load_record(uow, insight_id, now=now)
    missing = find_missing(record, text)
    if missing:
        told = "; ".join(missing)
        raise Conflict(f"it cannot be closed yet; missing: {told}", missing=missing, expected=told)
    unknown = unknown_percentages(record, text)
    if unknown:
        raise InputError(
            "the learning names numbers that no recorded outcome gives: " + ", ".join(unknown)
        )
    _step(uow, actor, insight_id, state, LoopAct.CLOSE, now, note=text or record.learning)
    _audit(services, uow, actor, "close", insight_id, {"quotes": len(record.heard)})


def _audit(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    act: str,
    insight_id: str,
    data: Mapping[str, object],
) -> None:
    record_act(
        services,
        uow,
        actor,
        action=f"insight.{act}",
        subject=("insight", insight_id),
        data={**data, "key": actor.key_id},
    )
