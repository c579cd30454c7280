"""Seeds canaries among the drafts that wait, as many as the workspace asks for."""

from __future__ import annotations

from collections.abc import Sequence

from synth.audit import repo as audit
from synth.audit.chain import MACHINE
from synth.core.ids import new_id
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import Citation, Hypothesis
from synth.review import repo
from synth.review.canaries import KINDS, make_canary
from synth.review.types import Canary, Rules
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def plant_canaries(services: Services, workspace_id: str) -> int:
    """Seed what is missing of the workspace's rate and return how many; a repeat adds none.

    The queue is cut into stretches of as many real drafts as one canary belongs to; each stretch
    gets one made from a draft in it, so that it stands among them.
    """
    with services.writing(workspace_id) as uow:
        rules = repo.load_rules(uow)
        if not rules.canary_rate:
            return 0
        planted = _plant(services, uow, rules)
        if planted:
            # Which drafts they are stands nowhere that a reviewer can read.
            audit.append(
                uow,
                services.secret,
                at=services.clock(),
                actor_id=MACHINE,
                action="review.seed",
                subject=("workspace", workspace_id),
                data={"canaries": planted},
            )
        return planted


def stretches(ids: Sequence[str], rate: float) -> list[Sequence[str]]:
    """Return `ids` in stretches of which each gets one canary: round(1 / rate) long, the last less.

    A rest shorter than half a stretch gets none, unless it is all there is.
    """
    length = max(1, round(1 / rate))
    found = [ids[start : start + length] for start in range(0, len(ids), length)]
    return found if len(found) < 2 or 2 * len(found[-1]) >= length else found[:-1]


def _plant(services: Services, uow: UnitOfWork, rules: Rules) -> int:
    known = repo.list_canaries(uow)
    seeded = {one.hypothesis_id for one in known}
    waiting = [one.hypothesis_id for one in repo.list_waiting(uow, now=services.clock())]
    real = [one for one in waiting if one not in seeded]
    # A stretch whose canary was decided, while its drafts still wait, has had its canary.
    sources = {one.made_from for one in known}
    drafts = {one.id: one for one in hypotheses.load_many(uow, real)}
    planted = 0
    for stretch in stretches(real, rules.canary_rate):
        if sources & set(stretch):
            continue
        offset = len(known) + planted
        for origin in [drafts[name] for name in _from_the_middle(stretch)]:
            if _plant_one(services, uow, origin, list(drafts.values()), offset):
                planted += 1
                break
    return planted


def _from_the_middle(stretch: Sequence[str]) -> list[str]:
    middle = len(stretch) // 2
    return [*stretch[middle:], *stretch[:middle]]


def _plant_one(
    services: Services,
    uow: UnitOfWork,
    origin: Hypothesis,
    drafts: Sequence[Hypothesis],
    offset: int,
) -> bool:
    foreign = _foreign(origin, drafts)
    for turn in range(len(KINDS)):
        kind = KINDS[(offset + turn) % len(KINDS)]
        content = make_canary(origin.content, kind, foreign)
        if content is None:
            continue
        name = new_id()
        hypotheses.add_hypothesis(
            uow,
            hypothesis_id=name,
            content=content,
            provenance=origin.provenance,
            started_by=origin.started_by,
            anomaly_id=origin.anomaly_id,
            theme_id=origin.theme_id,
            held_reasons=[],
            now=origin.created_at,
        )
        pack = hypotheses.find_pack(uow, origin.id, origin.revision)
        if pack is not None:
            hypotheses.add_pack(uow, name, 1, pack, origin.created_at)
        canary = Canary(
            hypothesis_id=name, kind=kind, made_from=origin.id, planted_at=services.clock()
        )
        repo.add_canary(uow, canary)
        return True
    return False


def _foreign(origin: Hypothesis, drafts: Sequence[Hypothesis]) -> list[Citation]:
    """Return what people say about other themes, in drafts that wait."""
    mine = {citation.participant_id for citation in origin.content.citations}
    return [
        citation
        for one in drafts
        if one.theme_id != origin.theme_id
        for citation in one.content.citations
        if citation.participant_id not in mine
    ]
