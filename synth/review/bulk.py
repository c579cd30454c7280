"""Many drafts rejected at once, each as if alone. There is no way to approve many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.errors import InputError, SynthError
from synth.review.actions import check_note, read_codes, reject
from synth.review.types import ReasonCode
from synth.services import Services

#: Most drafts of one call.
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one draft; `refused` says why nothing did."""

    hypothesis_id: str
    refused: str = ""


def reject_many(
    services: Services,
    actor: Actor,
    seen: Sequence[tuple[str, str]],
    *,
    reason_codes: Iterable[ReasonCode | str],
    note: str = "",
) -> list[Outcome]:
    """Reject each (hypothesis, revision seen) for the same reasons; one refusal stops no other.

    Raises:
        Forbidden: no reviewer.
        InputError: no reason, or too many drafts.
    """
    require(actor, Action.REVIEW)
    codes = read_codes(reason_codes)
    check_note(note)
    if not 1 <= len(seen) <= MOST:
        raise InputError(f"reject 1 to {MOST} drafts at once", found=str(len(seen)))
    return [_reject(services, actor, one, etag, codes, note) for one, etag in dict(seen).items()]


def _reject(
    services: Services,
    actor: Actor,
    hypothesis_id: str,
    etag: str,
    codes: Sequence[ReasonCode],
    note: str,
) -> Outcome:
    try:
        reject(services, actor, hypothesis_id, seen=etag, reason_codes=codes, note=note)
    except SynthError as error:
        return Outcome(hypothesis_id=hypothesis_id, refused=error.message)
    return Outcome(hypothesis_id=hypothesis_id)
