"""What people do with event rules: add, check, remove."""

from __future__ import annotations

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import derive_id
from synth.metrics import event_repo
from synth.metrics.event_queries import asking_events
from synth.metrics.rule_parsing import Rule, parse_rules
from synth.metrics.rule_stage import Held, hold_rule, vocabulary
from synth.metrics.rules import Segments, check_rule
from synth.people import repo as people_repo
from synth.people.types import Role
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def add_rules(services: Services, actor: Actor, text: str, *, file: str = "rule") -> list[str]:
    """Add the rules of a text, or change those of the same names; return their names.

    All of them are added, or none.

    Raises:
        InputError: a rule cannot be read, or speaks about what is not there.
    """
    require(actor, Action.IMPORT_METRICS)
    rules = parse_rules(text, file=file)
    with (
        services.reading(actor.workspace_id) as uow,
        asking_events(services.event_log, uow) as events,
    ):
        known = vocabulary(uow, events, _segments(uow))
    for rule in rules:
        check_rule(rule, known)
    with services.writing(actor.workspace_id) as uow:
        for rule in rules:
            _save(services, uow, actor, rule)
    return [rule.name for rule in rules]


def check_rules(
    services: Services, actor: Actor, text: str, *, file: str = "rule"
) -> list[tuple[Rule, Held | None]]:
    """Return what the rules of a text would match now; nothing is kept.

    Raises:
        InputError: a rule cannot be read, or speaks about what is not there.
    """
    require(actor, Action.READ)
    rules = parse_rules(text, file=file)
    with (
        services.reading(actor.workspace_id) as uow,
        asking_events(services.event_log, uow) as events,
    ):
        segments = _segments(uow)
        known = vocabulary(uow, events, segments)
        now = services.clock()
        return [
            (
                rule,
                hold_rule(rule, known, uow=uow, events=events, segments=segments, now=now),
            )
            for rule in rules
        ]


def remove_rule(services: Services, actor: Actor, name: str) -> None:
    """Forget a rule; its anomalies go with the next run.

    Raises:
        NotFound: no rule has this name.
    """
    require(actor, Action.IMPORT_METRICS)
    with services.writing(actor.workspace_id) as uow:
        rule = event_repo.find_rule(uow, name)
        event_repo.remove_rule(uow, rule.id)
        record_act(services, uow, actor, action="rule.remove", subject=("rule", rule.id), data={})


def _save(services: Services, uow: UnitOfWork, actor: Actor, rule: Rule) -> None:
    rule_id, now = derive_id("rule", rule.name), services.clock()
    by = actor.member.id
    event_repo.save_rule(uow, rule_id, rule.name, rule.text, created_by=by, now=now)
    record_act(services, uow, actor, action="rule.put", subject=("rule", rule_id), data={})


def _segments(uow: UnitOfWork) -> Segments:
    return {
        one.id: one.segments
        for one in people_repo.load(uow).values()
        if one.role is Role.PARTICIPANT and one.consent.analyse
    }
