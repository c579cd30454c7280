"""Approve, reject, edit: each by a person, of exactly the revision seen, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.core.ids import new_id
from synth.errors import Conflict, InputError
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.citations import still_true
from synth.hypotheses.editing import apply_changes, cited_chunks, read_changes
from synth.hypotheses.forgetting import without_words
from synth.hypotheses.holding import WITHDRAWN, is_tag_rejected
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Hypothesis, Provenance, State
from synth.hypotheses.words import check_words
from synth.review import repo
from synth.review.merging import give_back_duplicates
from synth.review.opening import move, open_seen, open_to_decide, require_free
from synth.review.renewing import renew
from synth.review.transitions import Act, follow
from synth.review.types import Decision, ReasonCode, Review
from synth.review.voting import outcome
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

LONGEST_NOTE = 2000


def approve(
    services: Services,
    actor: Actor,
    hypothesis_id: str,
    *,
    seen: str | None,
    ticked: Collection[int],
) -> Review:
    """Approve the revision seen, every claim ticked.

    Once as many different reviewers approved it as the workspace asks for, it becomes an insight
    with the same commit.

    Raises:
        Forbidden: no reviewer, or somebody who started or wrote it.
        PreconditionMissing, StaleRevision: `seen` is missing or not the current revision.
        Conflict: not in review, held by somebody else, or its evidence no longer holds.
        InputError: claims that are not ticked, by position.
    """
    require(actor, Action.REVIEW)
    renew(services, actor.workspace_id, hypothesis_id)
    with services.writing(actor.workspace_id) as uow:
        hypothesis = open_to_decide(uow, actor, hypothesis_id, seen, Act.APPROVE, services.clock())
        _require_ticked(hypothesis, ticked)
        _require_support(uow, hypothesis)
        review = _review(services, actor, hypothesis, Decision.APPROVE)
        _conclude(services, uow, actor, hypothesis, review)
        return review


def reject(
    services: Services,
    actor: Actor,
    hypothesis_id: str,
    *,
    seen: str | None,
    reason_codes: Iterable[ReasonCode | str],
    note: str = "",
) -> Review:
    """Reject the revision seen for at least one reason; raises as `approve` does."""
    require(actor, Action.REVIEW)
    codes = read_codes(reason_codes)
    check_note(note)
    renew(services, actor.workspace_id, hypothesis_id)
    with services.writing(actor.workspace_id) as uow:
        hypothesis = open_to_decide(uow, actor, hypothesis_id, seen, Act.REJECT, services.clock())
        review = _review(services, actor, hypothesis, Decision.REJECT, codes, note)
        _conclude(services, uow, actor, hypothesis, review)
        return review


def edit(
    services: Services,
    actor: Actor,
    hypothesis_id: str,
    *,
    seen: str | None,
    changes: Mapping[str, object],
) -> Hypothesis:
    """Write a new revision, which goes to review; its editor can no longer decide on it.

    Raises:
        InputError: a field that cannot be changed, a quote that is not proved, or dishonest
            wording, with every reason; nothing is stored then.
        Forbidden, PreconditionMissing, StaleRevision, Conflict: as for `approve`.
    """
    require(actor, Action.EDIT_DRAFT)
    wanted = read_changes(changes)
    with services.writing(actor.workspace_id) as uow:
        hypothesis = open_seen(uow, hypothesis_id, seen)
        after = follow(hypothesis.state, Act.EDIT)
        require_free(uow, actor, hypothesis_id, services.clock())
        passages = load_passages(uow, cited_chunks(hypothesis.content, wanted))
        content, reasons = apply_changes(hypothesis.content, wanted, passages)
        reasons = list(dict.fromkeys([*reasons, *check_words(hypothesis.content, content)]))
        if reasons:
            raise InputError("this edit cannot be stored: " + "; ".join(reasons), reasons=reasons)
        revision = hypothesis.revision + 1
        sha256 = hypotheses.add_revision(
            uow,
            hypothesis_id=hypothesis_id,
            revision=revision,
            content=content,
            provenance=Provenance(drafter="person"),
            author_id=actor.member.id,
            now=services.clock(),
        )
        move(uow, hypothesis, after, revision=revision)
        repo.drop_claim(uow, hypothesis_id)
        record_act(
            services,
            uow,
            actor,
            action="hypothesis.edit",
            subject=("hypothesis", hypothesis_id),
            data={"revision": revision, "sha256": sha256, "key": actor.key_id},
        )
        return hypotheses.load_hypothesis(uow, hypothesis_id)


def _require_ticked(hypothesis: Hypothesis, ticked: Collection[int]) -> None:
    missing = sorted(set(range(len(hypothesis.content.claims))) - set(ticked))
    if missing:
        raise InputError(
            "tick every claim before approving: missing "
            + ", ".join(f"claim {position}" for position in missing),
            missing=missing,
        )


def _require_support(uow: UnitOfWork, hypothesis: Hypothesis) -> None:
    """Raise Conflict where consent, a document's version or the tag changed since the draft."""
    content = hypothesis.content
    passages = load_passages(uow, (citation.chunk_id for citation in content.citations))
    lost = [still_true(citation, passages) for citation in content.citations]
    reasons = [failed.reason for failed in lost if failed is not None]
    if is_tag_rejected(uow, hypothesis):
        reasons.append(WITHDRAWN)
    if reasons:
        raise Conflict(
            "its evidence no longer holds; edit or reject it: " + "; ".join(reasons),
            reasons=reasons,
        )


def _review(
    services: Services,
    actor: Actor,
    hypothesis: Hypothesis,
    decision: Decision,
    codes: tuple[ReasonCode, ...] = (),
    note: str = "",
) -> Review:
    return Review(
        id=new_id(),
        hypothesis_id=hypothesis.id,
        revision=hypothesis.revision,
        revision_sha256=hypothesis.revision_sha256,
        decision=decision,
        reason_codes=codes,
        note=note.strip(),
        reviewer_id=actor.member.id,
        decided_at=services.clock(),
    )


def _conclude(
    services: Services, uow: UnitOfWork, actor: Actor, hypothesis: Hypothesis, review: Review
) -> None:
    """Count the vote; where enough reviewers say the same, that is the decision."""
    repo.add_review(uow, review)
    votes = repo.votes(uow, hypothesis.id, hypothesis.revision)
    decided = outcome(votes, repo.load_rules(uow), hypothesis.state)
    data: dict[str, object] = {"key": actor.key_id}
    if review.reason_codes:
        data["reasons"] = [str(code) for code in review.reason_codes]
    repo.drop_claim(uow, hypothesis.id)
    if decided is not None:
        data |= _settle(uow, hypothesis, review, decided)
        give_back_duplicates(services, uow, hypothesis, review, decided)
    _record(services, uow, review, data)


def _settle(
    uow: UnitOfWork, hypothesis: Hypothesis, review: Review, decided: Decision
) -> dict[str, object]:
    """Move a decided draft; a canary ends as one, whatever was clicked."""
    if repo.is_canary(uow, hypothesis.id):
        move(uow, hypothesis, State.CANARY)
        return {}
    # Why a check held it stays with a rejection: taken back, it is held again.
    why = without_words(hypothesis.held_reasons)
    move(uow, hypothesis, follow(hypothesis.state, Act(decided)), held_reasons=why)
    if decided is Decision.REJECT:
        return {}
    return {"insight": repo.add_insight(uow, review, hypothesis.content.title)}


def _record(services: Services, uow: UnitOfWork, review: Review, data: dict[str, object]) -> None:
    audit.append(
        uow,
        services.secret,
        at=review.decided_at,
        actor_id=review.reviewer_id,
        action=f"review.{review.decision}",
        subject=("hypothesis", review.hypothesis_id),
        data={
            "review": review.id,
            "revision": review.revision,
            "sha256": review.revision_sha256,
            **data,
        },
    )


def check_note(note: str) -> None:
    """Raise InputError where a note is too long or cannot be stored."""
    if len(note) > LONGEST_NOTE:
        raise InputError(f"the note is longer than {LONGEST_NOTE} characters; shorten it")
    if "\0" in note:
        raise InputError("the note holds a NUL character; type it again")


def read_codes(values: Iterable[ReasonCode | str]) -> tuple[ReasonCode, ...]:
    """Return the reasons, each once; raises InputError for an unknown one or none."""
    known = [str(code) for code in ReasonCode]
    codes: list[ReasonCode] = []
    for value in values:
        if str(value) not in known:
            raise InputError("unknown reason", found=str(value)[:40], expected=", ".join(known))
        codes.append(ReasonCode(value))
    if not codes:
        raise InputError("a rejection needs a reason", expected=", ".join(known))
    return tuple(dict.fromkeys(codes))
