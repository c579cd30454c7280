"""What people do for the rhythm: choose key metrics, answer the survey, hold the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.errors import InputError
from synth.fusion import repo
from synth.fusion.fusion_metrics import quarter_of
from synth.fusion.types import Answer, ReviewHeld
from synth.insights.recording import checked
from synth.metrics import repo as metrics
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: The North Star and the top ten.
MOST_KEY_METRICS = 11


def choose_key_metrics(services: Services, actor: Actor, names: Sequence[str]) -> list[str]:
    """Choose the metrics that matter most, the first of them the North Star.

    Raises:
        InputError: a name that is no metric, one twice, or more than eleven.
    """
    require(actor, Action.DECIDE)
    wanted = list(dict.fromkeys(names))
    if len(wanted) > MOST_KEY_METRICS:
        raise InputError("at most the North Star and ten more", found=str(len(wanted)))
    with services.writing(actor.workspace_id) as uow:
        known = {metric.name: metric.id for metric in metrics.list_metrics(uow)}
        for name in wanted:
            if name not in known:
                raise InputError("no such metric", found=name[:80], expected=", ".join(known))
        ids = [known[name] for name in wanted]
        repo.set_key_metrics(uow, ids, set_by=actor.member.id, now=services.clock())
        _audit(services, uow, actor, "key_metrics", ("workspace", actor.workspace_id), {"ids": ids})
    return wanted


def answer_survey(services: Services, actor: Actor, score: int) -> Answer:
    """Answer how sure you are of this quarter's decisions, 1-10; an earlier answer is replaced."""
    require(actor, Action.READ)
    if not 1 <= score <= 10:
        raise InputError("an answer is 1 to 10", found=str(score))
    now = services.clock()
    answer = Answer(
        member_id=actor.member.id,
        quarter=quarter_of(now.date()),
        score=score,
        answered_at=now,
    )
    with services.writing(actor.workspace_id) as uow:
        repo.save_answer(uow, answer)
        # The score itself stays out of the trail: an answer is no deed.
        _audit(services, uow, actor, "answer", ("survey", answer.quarter), {})
    return answer


def hold_review(
    services: Services, actor: Actor, *, held_on: date | None = None, minutes: int = 60,
    note: str = "",
) -> ReviewHeld:  # fmt: skip
    """Record that a fusion review took place; raises InputError for a day to come."""
    require(actor, Action.DECIDE)
    now = services.clock()
    day = held_on or now.date()
    if day > now.date() or not 1 <= minutes <= 480:
        raise InputError(
            "a review was held on a day that is past, and took 1 to 480 minutes",
            found=f"{day}, {minutes} minutes",
        )
    held = ReviewHeld(
        held_on=day, minutes=minutes, note=checked(note, "the note"), held_by=actor.member.id
    )
    with services.writing(actor.workspace_id) as uow:
        repo.save_review(uow, held, now)
        _audit(services, uow, actor, "review", ("fusion_review", day.isoformat()), {})
    return held


def _audit(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    act: str,
    subject: tuple[str, str],
    data: Mapping[str, object],
) -> None:
    record_act(
        services,
        uow,
        actor,
        action=f"fusion.{act}",
        subject=subject,
        data={**data, "key": actor.key_id},
    )
