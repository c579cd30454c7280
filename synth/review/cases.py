"""What reviewers decided, as cases for an eval: words without names, quotes by consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.ids import derive_id
from synth.hypotheses.types import Citation, Claim, Content, Side
from synth.people import repo as people
from synth.review import repo
from synth.review.types import DecidedDraft, Decision
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

#: Fields whose change by a person is told.
TOLD = ("title", "solution", "because", "cause", "first_guess", "why_not", "next_step", "target")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Words that a claim rests on."""

    quote: str
    side: Side
    document: str  #: stands for the document: passages of one are not independent


@dataclass(frozen=True, kw_only=True)
class CaseClaim:
    """One claim with its sources as they may be used now."""

    text: str
    kind: str
    sources: tuple[Source, ...]
    withheld: int  #: sources whose speaker does not allow their use


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a person changed before it was decided on."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class DecisionCase:
    """One decided draft, exactly as the reviewers who decided had it before them."""

    case: str  #: an id that leads nowhere
    decision: Decision
    reason_codes: tuple[str, ...]  #: of a rejection, the one given most first
    drafter: str  #: who wrote it first: a template or a model, with its version
    decided_on: date
    metric: str
    title: str
    solution: str
    because: str
    claims: tuple[CaseClaim, ...]
    edits: tuple[Edit, ...]


def export_cases(services: Services, actor: Actor) -> list[dict[str, Any]]:
    """Return every decided draft as a case, oldest first; for reviewers, as rejected texts are.

    Canaries are never among them. The export itself is in the audit trail.

    Raises:
        Forbidden: no reviewer.
    """
    require(actor, Action.REVIEW)
    with services.writing(actor.workspace_id) as uow:
        cases = list_cases(uow)
        counts = Counter(str(one.decision) for one in cases)
        record_act(
            services,
            uow,
            actor,
            action="review.export_cases",
            subject=("workspace", actor.workspace_id),
            data={**counts, "key": actor.key_id},
        )
    return [asdict(one) for one in cases]


def list_cases(uow: UnitOfWork) -> list[DecisionCase]:
    """Return every decided draft as a case, oldest first."""
    found = repo.decided_drafts(uow)
    cited = {one.participant_id for draft in found for one in draft.content.citations}
    speakers = people.load(uow, (person for person in cited if person))
    allowed = {one.id for one in speakers.values() if one.consent.analyse and one.consent.quote}
    return [_case(uow.workspace_id, draft, allowed) for draft in found]


def _case(workspace_id: str, draft: DecidedDraft, allowed: Container[str | None]) -> DecisionCase:
    content = draft.content
    codes = Counter(code for review in draft.reviews for code in map(str, review.reason_codes))
    return DecisionCase(
        case=derive_id("case", workspace_id, draft.hypothesis_id, draft.revision),
        decision=draft.reviews[-1].decision,
        reason_codes=tuple(code for code, _ in codes.most_common()),
        drafter=draft.drafter,
        decided_on=draft.reviews[-1].decided_at.date(),
        metric=content.metric,
        title=_plain(content.title),
        solution=_plain(content.solution),
        because=_plain(content.because),
        claims=tuple(_claim(one, content.citations, allowed) for one in content.claims),
        edits=tuple(_edits(draft.first, content)),
    )


def _claim(
    claim: Claim, citations: Sequence[Citation], allowed: Container[str | None]
) -> CaseClaim:
    cited = [citations[place] for place in claim.cites]
    usable = [one for one in cited if one.participant_id in allowed]
    return CaseClaim(
        text=_plain(claim.text),
        kind=claim.kind,
        sources=tuple(
            Source(quote=one.quote, side=one.side, document=derive_id("case", one.document_id))
            for one in usable
        ),
        withheld=len(cited) - len(usable),
    )


def _edits(first: Content, last: Content) -> list[Edit]:
    texts: Mapping[str, tuple[str, str]] = {
        name: (str(getattr(first, name)), str(getattr(last, name))) for name in TOLD
    } | {"claims": (_joined(first), _joined(last))}
    return [
        Edit(field=name, before=_plain(before), after=_plain(after))
        for name, (before, after) in texts.items()
        if before != after
    ]


def _joined(content: Content) -> str:
    return "\n".join(claim.text for claim in content.claims)


def _plain(text: str) -> str:
    """Return a text that a person may have written without personal data."""
    return redact([text]).texts[0].text
