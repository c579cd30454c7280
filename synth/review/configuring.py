"""How a workspace reviews: set by an admin, audited."""

from __future__ import annotations

from dataclasses import asdict

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.errors import InputError
from synth.review import repo
from synth.review.renewing import renew_all
from synth.review.types import HIGHEST_RATE, LOWEST_RATE, MOST_REVIEWERS, Rules
from synth.services import Services


def set_rules(services: Services, actor: Actor, rules: Rules) -> Rules:
    """Set how many reviewers must agree and how many canaries are seeded.

    Votes that would now decide a draft by themselves are voided: no admin decides by a rule.

    Raises:
        Forbidden: no admin.
        InputError: a number outside what is allowed.
    """
    require(actor, Action.SET_REVIEW)
    if not 1 <= rules.reviewers_needed <= MOST_REVIEWERS:
        raise InputError(
            "reviewers who must agree",
            found=str(rules.reviewers_needed),
            expected=f"1 to {MOST_REVIEWERS}",
        )
    if rules.canary_rate and not LOWEST_RATE <= rules.canary_rate <= HIGHEST_RATE:
        raise InputError(
            "canaries per real draft",
            found=f"{rules.canary_rate:g}",
            expected=f"0, or {LOWEST_RATE:g} to {HIGHEST_RATE:g}",
        )
    with services.writing(actor.workspace_id) as uow:
        before = repo.load_rules(uow)
        now = services.clock()
        repo.save_rules(uow, rules, changed_by=actor.member.id, now=now)
        renew_all(services, uow)
        audit.append(
            uow,
            services.secret,
            at=now,
            actor_id=actor.member.id,
            action="review.rules",
            subject=("workspace", actor.workspace_id),
            data={"before": asdict(before), "after": asdict(rules)},
        )
    return rules
