"""Applies a person's changes to a hypothesis: numbers stay, every quote is proved again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synth.errors import InputError
from synth.hypotheses.causes import CauseKind
from synth.hypotheses.citations import Cited, Passage, prove_all, still_true
from synth.hypotheses.composing import reasons_to_hold
from synth.hypotheses.types import Citation, Claim, Content, Side

#: Where a target comes from that somebody typed.
SET_BY_PERSON = "the target a person set"
#: Fields that hold a person's words.
WORDED = ("title", "solution", "because", "cause", "first_guess", "why_not", "next_step")
Text = Annotated[str, Field(min_length=1, max_length=1000)]


class ClaimChange(BaseModel):
    """One claim as a person words it."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    kind: Literal["qual", "quant"]
    cites: list[int] = []


class CitationChange(BaseModel):
    """One quote a person cites."""

    model_config = ConfigDict(extra="forbid")

    chunk_id: Annotated[str, Field(max_length=64)]
    quote: Annotated[str, Field(max_length=4000)]
    side: Side = Side.FOR


class Changes(BaseModel):
    """What may be changed; what is left out stays. Baseline, scale and counts are the store's."""

    model_config = ConfigDict(extra="forbid")

    title: Text | None = None
    solution: Text | None = None
    because: Text | None = None
    target: float | None = None
    cause_kind: CauseKind | None = None
    cause: Text | None = None
    first_guess: Text | None = None
    why_not: Text | None = None
    next_step: Text | None = None
    claims: list[ClaimChange] | None = None
    citations: list[CitationChange] | None = None


def read_changes(values: Mapping[str, object]) -> Changes:
    """Return the changes; raises InputError naming the field."""
    try:
        changes = Changes.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"change {place}: {first['msg']}", expected=_fields()) from error
    if not changes.model_fields_set:
        raise InputError("nothing is changed", expected=_fields())
    if changes.target is not None and not isfinite(changes.target):
        raise InputError("change target: must be a number")
    return changes


def cited_chunks(content: Content, changes: Changes) -> list[str]:
    """Return the chunks whose passages `apply_changes` needs."""
    kept = [citation.chunk_id for citation in content.citations]
    return [*kept, *(one.chunk_id for one in changes.citations or ())]


def apply_changes(
    content: Content, changes: Changes, passages: Mapping[str, Passage]
) -> tuple[Content, list[str]]:
    """Return the changed content and why it may not be stored; no reasons: it may."""
    citations, problems = _citations(content, changes, passages)
    words = {
        name: value.strip() for name in WORDED if (value := getattr(changes, name)) is not None
    }
    changed = replace(
        content,
        **words,
        cause_kind=changes.cause_kind or content.cause_kind,
        **_target(content, changes.target),
        citations=citations,
        claims=_claims(content, changes, citations),
        counter_note="" if _opposes(citations) else content.counter_note or "none cited",
    )
    problems += _dangling(changed)
    return changed, problems or reasons_to_hold(changed)


def _target(content: Content, target: float | None) -> dict[str, Any]:
    """Return the changed target; one that a person sets has no counts behind it."""
    if target is None or target == content.target:
        return {}
    return {"target": target, "target_share": None, "target_from": SET_BY_PERSON}


def _citations(
    content: Content, changes: Changes, passages: Mapping[str, Passage]
) -> tuple[tuple[Citation, ...], list[str]]:
    if changes.citations is None:
        lost = [still_true(citation, passages) for citation in content.citations]
        return content.citations, [failed.reason for failed in lost if failed is not None]
    proved, failed = prove_all(
        (Cited(chunk_id=one.chunk_id, quote=one.quote, side=one.side) for one in changes.citations),
        passages,
    )
    return tuple(proved), [one.reason for one in failed]


def _claims(content: Content, changes: Changes, citations: Sequence[Citation]) -> tuple[Claim, ...]:
    if changes.claims is not None:
        return tuple(
            Claim(text=one.text.strip(), kind=one.kind, cites=tuple(one.cites))
            for one in changes.claims
        )
    if changes.citations is None:
        return content.claims
    quant = [claim for claim in content.claims if claim.kind == "quant"]
    return (*quant, *(_plain_claim(at, citation) for at, citation in enumerate(citations)))


def _plain_claim(position: int, citation: Citation) -> Claim:
    says = "supports it" if citation.side is Side.FOR else "speaks against it"
    return Claim(text=f"what {citation.speaker} says {says}", kind="qual", cites=(position,))


def _opposes(citations: Sequence[Citation]) -> bool:
    return any(citation.side is Side.AGAINST for citation in citations)


def _dangling(content: Content) -> list[str]:
    return [
        f"the claim “{claim.text}” cites quote {cite}, which is not there"
        for claim in content.claims
        for cite in claim.cites
        if not 0 <= cite < len(content.citations)
    ]


def _fields() -> str:
    return "any of " + ", ".join(Changes.model_fields)
