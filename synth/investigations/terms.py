"""Editing the impact arithmetic: every factor that changes is in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.errors import InputError
from synth.investigations import repo
from synth.investigations.changing import clean, note_act
from synth.investigations.finding import without
from synth.investigations.impact import MOST_TERMS, Term, multiply
from synth.investigations.transitions import Act, follow
from synth.investigations.types import FindingKind, Investigation
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: What tells two versions of a factor apart; who edited it does not.
FACTS = ("name", "kind", "value", "unit", "origin", "source", "k", "n")


def set_impact(
    services: Services, actor: Actor, investigation_id: str, terms: Sequence[Term]
) -> list[Term]:
    """Make `terms` the impact arithmetic; an unchanged factor keeps who edited it and when.

    Raises:
        InputError: a factor that cannot be, or more than 8.
        Conflict: the investigation is decided.
    """
    require(actor, Action.INVESTIGATE)
    if len(terms) > MOST_TERMS:
        raise InputError("impact", found=f"{len(terms)} terms", expected=f"at most {MOST_TERMS}")
    checked = [_cleaned(term) for term in terms]
    multiply(checked)
    with services.writing(actor.workspace_id) as uow:
        case = repo.load_investigation(uow, investigation_id, lock=True)
        if not case.state.is_open:
            follow(case.state, Act.NUMBERS_SPEAK)
        before = repo.list_terms(uow, case.id)
        kept = [_stamped(services, actor, term, before) for term in checked]
        repo.replace_terms(uow, case.id, kept)
        _note_edits(services, uow, actor, case, before, kept)
        if not kept:
            _fall_silent(services, uow, actor, case)
    return kept


def _cleaned(term: Term) -> Term:
    return replace(
        term,
        name=clean(term.name, "name of a term", needed=True),
        source=clean(term.source, "source of a term", needed=True),
        unit=clean(term.unit, "unit", needed=False),
    )


def _stamped(services: Services, actor: Actor, term: Term, before: Sequence[Term]) -> Term:
    same = next((one for one in before if _facts(one) == _facts(term)), None)
    return same or replace(term, edited_by=actor.member.id, edited_at=services.clock())


def _facts(term: Term) -> tuple[object, ...]:
    return tuple(getattr(term, name) for name in FACTS)


def _note_edits(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    case: Investigation,
    before: Sequence[Term],
    after: Sequence[Term],
) -> None:
    """Write one event per place whose factor changed: numbers and codes, never names."""
    for place in range(max(len(before), len(after))):
        old, new = before[place : place + 1], after[place : place + 1]
        if [_facts(term) for term in old] != [_facts(term) for term in new]:
            data = {"term": place, "was": _numbers(old), "is": _numbers(new)}
            note_act(services, uow, actor.member.id, "investigation.impact", case.id, data)


def _numbers(terms: Sequence[Term]) -> dict[str, Any] | None:
    kept = ("kind", "value", "k", "n", "origin")
    return {name: getattr(term, name) for term in terms for name in kept} or None


def _fall_silent(services: Services, uow: UnitOfWork, actor: Actor, case: Investigation) -> None:
    """Take back the finding that rested on an impact that is gone."""
    standing = repo.list_findings(uow, case.id).get(case.id, [])
    gone = [finding for finding in standing if finding.kind is FindingKind.IMPACT]
    if gone:
        after = without(services, uow, case, gone, removed_by=actor.member.id)
        repo.save_investigation(uow, after)
