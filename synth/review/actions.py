"""Approve, reject, edit: each by a person, of exactly the revision seen, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.core.ids import new_id
from synth.errors import (
    Conflict,
    Forbidden,
    InputError,
    NotFound,
    PreconditionMissing,
    StaleRevision,
)
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.citations import still_true
from synth.hypotheses.editing import apply_changes, cited_chunks, read_changes
from synth.hypotheses.passages import load_passages
from synth.hypotheses.types import Hypothesis, Provenance
from synth.hypotheses.words import check_words
from synth.links import repo as links
from synth.links.types import TagState
from synth.review import repo
from synth.review.transitions import Act, follow
from synth.review.types import Decision, ReasonCode, Review
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
    """Approve the revision seen, every claim ticked; it becomes an insight with the same commit.

    Raises:
        Forbidden: no reviewer, or somebody who started or wrote it.
        PreconditionMissing, StaleRevision: `seen` is missing or not the current revision.
        Conflict: not in review, or its evidence no longer holds.
        InputError: claims that are not ticked, by position.
    """
    require(actor, Action.REVIEW)
    with services.writing(actor.workspace_id) as uow:
        hypothesis = _open(uow, actor, hypothesis_id, seen, Act.APPROVE)
        _require_ticked(hypothesis, ticked)
        _require_support(uow, hypothesis)
        review = _review(services, actor, hypothesis, Decision.APPROVE)
        repo.add_review(uow, review)
        _move(uow, hypothesis, Act.APPROVE)
        insight_id = repo.add_insight(uow, review, hypothesis.content.title)
        _record(services, uow, review, {"insight": insight_id, "key": actor.key_id})
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
    codes = _codes(reason_codes)
    if len(note) > LONGEST_NOTE:
        raise InputError(f"the note is longer than {LONGEST_NOTE} characters; shorten it")
    if "\0" in note:
        raise InputError("the note holds a NUL character; type it again")
    with services.writing(actor.workspace_id) as uow:
        hypothesis = _open(uow, actor, hypothesis_id, seen, Act.REJECT)
        review = _review(services, actor, hypothesis, Decision.REJECT, codes, note)
        repo.add_review(uow, review)
        _move(uow, hypothesis, Act.REJECT)
        reasons = [str(code) for code in codes]
        _record(services, uow, review, {"reasons": reasons, "key": actor.key_id})
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
        hypothesis = _seen(uow, hypothesis_id, seen)
        follow(hypothesis.state, Act.EDIT)
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
        _move(uow, hypothesis, Act.EDIT, revision=revision)
        audit.append(
            uow,
            services.secret,
            at=services.clock(),
            actor_id=actor.member.id,
            action="hypothesis.edit",
            subject=("hypothesis", hypothesis_id),
            data={"revision": revision, "sha256": sha256, "key": actor.key_id},
        )
        return hypotheses.load_hypothesis(uow, hypothesis_id)


def _seen(uow: UnitOfWork, hypothesis_id: str, seen: str | None) -> Hypothesis:
    """Return the hypothesis, its row locked, if it is at the revision that was seen."""
    hypothesis = _locked(uow, hypothesis_id)
    if not seen:
        raise PreconditionMissing(
            "say which revision you saw: send its ETag in If-Match", current=hypothesis.etag
        )
    if seen.strip().strip('"') != hypothesis.etag:
        raise StaleRevision(
            "it changed since you saw it; read it again and decide on what it says now",
            current=hypothesis.etag,
        )
    return hypothesis


def _locked(uow: UnitOfWork, hypothesis_id: str) -> Hypothesis:
    try:
        return hypotheses.load_hypothesis(uow, hypothesis_id, lock=True)
    except NotFound:
        # While Postgres waited for the lock the revision changed, and the one it had joined is
        # no longer the current one: that row is gone for this statement, not for the next.
        return hypotheses.load_hypothesis(uow, hypothesis_id, lock=True)


def _open(
    uow: UnitOfWork, actor: Actor, hypothesis_id: str, seen: str | None, act: Act
) -> Hypothesis:
    if actor.member.id in hypotheses.authors(uow, hypothesis_id):
        raise Forbidden(
            f"{actor.member.name} started or wrote this hypothesis; another reviewer decides"
        )
    hypothesis = _seen(uow, hypothesis_id, seen)
    follow(hypothesis.state, act)
    return hypothesis


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
    tags = [
        link.tag
        for link in links.list_links(
            uow, anomaly_id=hypothesis.anomaly_id, theme_id=hypothesis.theme_id
        )
    ]
    if any(tag is not None and tag.state is TagState.REJECTED for tag in tags):
        reasons.append("a person rejected the tag it hangs on")
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


def _move(
    uow: UnitOfWork, hypothesis: Hypothesis, act: Act, *, revision: int | None = None
) -> None:
    after = follow(hypothesis.state, act)
    moved = hypotheses.move(
        uow,
        hypothesis.id,
        seen=hypothesis.revision,
        before=hypothesis.state,
        after=after,
        revision=revision,
    )
    if not moved:
        raise Conflict("somebody else decided on it or changed it just now; read it again")


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


def _codes(values: Iterable[ReasonCode | str]) -> tuple[ReasonCode, ...]:
    known = [str(code) for code in ReasonCode]
    codes = []
    for value in values:
        if str(value) not in known:
            raise InputError("unknown reason", found=str(value)[:40], expected=", ".join(known))
        codes.append(ReasonCode(value))
    if not codes:
        raise InputError("a rejection needs a reason", expected=", ".join(known))
    return tuple(dict.fromkeys(codes))
