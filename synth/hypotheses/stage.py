"""Drafts one hypothesis per linked theme and anomaly; proved ones reach the queue, the rest not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth.core.ids import derive_id
from synth.errors import BudgetSpent
from synth.hypotheses import asking, repo, template
from synth.hypotheses.casing import Contrary, load_case, search_contrary
from synth.hypotheses.composing import Case
from synth.hypotheses.holding import WITHDRAWN, reasons_against
from synth.hypotheses.packs import pack_of, pack_sha256
from synth.hypotheses.pairs import find_pairs
from synth.hypotheses.rejections import why_suppressed
from synth.hypotheses.template import Draft
from synth.hypotheses.types import DraftCounts, Rejected, State
from synth.jobs.types import Progress
from synth.links import repo as links
from synth.links.types import Link, TagState
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: Drafts of a pair (anomaly, theme) that reviewers rejected; read by the pipeline.
Rejections = Mapping[tuple[str, str], Sequence[Rejected]]
NONE: Rejections = {}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One draft to be made."""

    link: Link
    attempt: int
    started_by: str
    contrary: Contrary
    rejected: Sequence[Rejected]


def draft_hypotheses(
    services: Services,
    workspace_id: str,
    *,
    started_by: str,
    anomaly_id: str | None = None,
    theme_id: str | None = None,
    attempts: int = 1,
    rejected: Rejections = NONE,
    progress: Progress | None = None,
) -> DraftCounts:
    """Draft each linked pair `attempts` times, each with other passages; a repeat adds nothing.

    A pair of which a draft was rejected is drafted again, otherwise than before; what would only
    repeat the rejected one is held. With `theme_id`, only the one pair a person asks for; raises as
    `find_pairs` does.
    """
    _hold_rejected(services, workspace_id, anomaly_id)
    with services.reading(workspace_id) as uow:
        found = find_pairs(uow, anomaly_id=anomaly_id, theme_id=theme_id)
    wanted = [
        Wanted(
            link=link,
            attempt=attempt,
            started_by=started_by,
            contrary=contrary,
            rejected=rejected.get((link.anomaly_id, link.theme_id), ()),
        )
        for link in found
        for contrary in [search_contrary(services, workspace_id, link)]
        for attempt in range(max(1, attempts))
    ]
    states: list[State] = []
    incomplete = 0
    for done, one in enumerate(wanted):
        try:
            states.append(_draft_one(services, workspace_id, one))
        except BudgetSpent:
            incomplete += 1  # an answer that is stored already may still serve the next
        if progress is not None:
            progress(done + 1, len(wanted))
    held = sum(state is State.HELD for state in states)
    return DraftCounts(drafts=len(states) - held, held=held, incomplete=incomplete)


def draft_id(case: Case, drafter: str, attempt: int) -> str:
    """Return the id of the draft of a case: the same case, drafter and attempt, the same id.

    After a rejection it is another draft.
    """
    again = (len(case.rejected),) if case.rejected else ()
    return derive_id(
        "hypothesis", case.anomaly.id, case.theme_id, drafter, case.link_state, attempt, *again
    )


def _draft_one(services: Services, workspace_id: str, wanted: Wanted) -> State:
    model, attempt = services.chat_model, wanted.attempt
    drafter = template.DRAFTER if model is None else asking.name_of(model)
    with services.reading(workspace_id) as uow:
        case = load_case(
            uow,
            wanted.link,
            for_model=model is not None,
            attempt=attempt,
            contrary=wanted.contrary,
            rejected=wanted.rejected,
        )
        waiting = repo.find_waiting(uow, case.anomaly.id, case.theme_id) if case.rejected else None
        hypothesis_id = draft_id(case, drafter, attempt)
        known = repo.states_of(uow, [hypothesis_id])
        again = model is not None and asking.failed_before(services, uow, case, drafter, attempt)
    if waiting is not None and not known:
        return waiting  # what was drafted beside the rejected one is not decided yet
    if known and not again:
        return known[hypothesis_id]
    if model is None:
        drafted = template.draft(case)
    else:
        drafted = asking.ask(services, workspace_id, case, model, attempt)
    pack = pack_of(case, attempt=attempt, for_model=model is not None)
    provenance = replace(drafted.provenance, pack_sha256=pack_sha256(pack))
    drafted = replace(drafted, provenance=provenance)
    return _save(services, workspace_id, case, hypothesis_id, drafted, pack, wanted.started_by)


def _save(
    services: Services,
    workspace_id: str,
    case: Case,
    hypothesis_id: str,
    drafted: Draft,
    pack: Mapping[str, Any],
    started_by: str,
) -> State:
    repeated = why_suppressed(case.rejected, drafted.content)
    reasons = [*([repeated] if repeated else []), *reasons_against(case, drafted)]
    with services.writing(workspace_id) as uow:
        added = repo.add_hypothesis(
            uow,
            hypothesis_id=hypothesis_id,
            content=drafted.content,
            provenance=drafted.provenance,
            started_by=started_by,
            anomaly_id=case.anomaly.id,
            theme_id=case.theme_id,
            held_reasons=reasons,
            now=services.clock(),
        )
        if added:
            repo.add_pack(uow, hypothesis_id, 1, pack, services.clock())
        elif drafted.problem is None:
            _revise(services, uow, hypothesis_id, drafted, reasons, started_by, pack)
        return repo.states_of(uow, [hypothesis_id])[hypothesis_id]


def _revise(
    services: Services,
    uow: UnitOfWork,
    hypothesis_id: str,
    drafted: Draft,
    reasons: Sequence[str],
    started_by: str,
    pack: Mapping[str, Any],
) -> None:
    """Add the answer that came at last as a new revision of the held draft."""
    held = repo.load_hypothesis(uow, hypothesis_id, lock=True)
    if held.state is not State.HELD or held.revision != 1:
        return
    repo.add_revision(
        uow,
        hypothesis_id=hypothesis_id,
        revision=2,
        content=drafted.content,
        provenance=drafted.provenance,
        author_id=started_by,
        now=services.clock(),
    )
    repo.add_pack(uow, hypothesis_id, 2, pack, services.clock())
    repo.move(
        uow,
        hypothesis_id,
        seen=1,
        before=State.HELD,
        after=State.HELD if reasons else State.IN_REVIEW,
        revision=2,
        held_reasons=reasons,
    )


def _hold_rejected(services: Services, workspace_id: str, anomaly_id: str | None) -> None:
    """Take drafts out of the queue whose tag a person has rejected since."""
    with services.reading(workspace_id) as uow:
        found = links.list_links(uow, anomaly_id=anomaly_id)
    rejected = {
        (link.anomaly_id, link.theme_id)
        for link in found
        if link.tag is not None and link.tag.state is TagState.REJECTED
    }
    if not rejected:
        return
    with services.writing(workspace_id) as uow:
        for one in repo.list_hypotheses(uow, state=State.IN_REVIEW):
            if (one.anomaly_id, one.theme_id) in rejected:
                repo.move(
                    uow,
                    one.id,
                    seen=one.revision,
                    before=State.IN_REVIEW,
                    after=State.HELD,
                    held_reasons=[WITHDRAWN],
                )
