"""What both sides said in an investigation: what is loaded for the page, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.investigation_contexts import EvidencePage, FindingRow
from api.web.investigation_parts import case_row, caution_of, result_words, term_rows
from api.web.link_parts import link_card
from api.web.part_contexts import QuoteCard
from api.web.parts import NOT_QUOTABLE, may_quote, passage_href, theme_quote
from synth.access import repo as access
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.investigations import repo
from synth.investigations.impact import MOST_TERMS, Impact, Origin, TermKind, multiply
from synth.investigations.types import Finding, FindingKind, Investigation, Side
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.people import repo as people
from synth.people.types import Participant
from synth.segments import repo as segments
from synth.segments.types import Chunk
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.types import ThemeEvidence

#: Linked themes whose passages are offered, passages of each, and rows of the form kept free.
THEMES, PASSAGES, BLANK = 3, 4, 2


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the page is made of."""

    case: Investigation
    found: Sequence[Finding]
    impact: Impact
    pairs: Sequence[Link]  #: of its anomaly, linked or not
    offered: Mapping[str, Sequence[ThemeEvidence]]  #: passages by linked theme
    chunks: Mapping[str, Chunk]  #: the passages cited so far
    speakers: Mapping[str, Participant]  #: of those
    names: Mapping[str, str]  #: of members


def load(uow: UnitOfWork, investigation_id: str) -> Loaded:
    """Return what the page shows; raises NotFound."""
    case = repo.load_investigation(uow, investigation_id)
    found = repo.list_findings(uow, case.id).get(case.id, [])
    pairs = links_repo.list_links(uow, anomaly_id=case.anomaly_id) if case.anomaly_id else []
    linked = [link.theme_id for link in pairs if link.is_linked][:THEMES]
    chunks = segments.load_chunks(uow, [one.ref for one in found if _is_passage(one)])
    said_by = {one.participant_id for one in chunks.values() if one.participant_id}
    return Loaded(
        case=case,
        found=found,
        impact=multiply(repo.list_terms(uow, case.id)),
        pairs=pairs,
        offered=themes.evidence_by_theme(uow, linked, limit=PASSAGES),
        chunks=chunks,
        speakers=people.load(uow, said_by),
        names=access.member_names(uow),
    )


def make_page(
    loaded: Loaded, actor: Actor, *, now: datetime, errors: Sequence[tuple[str, str]]
) -> EvidencePage:
    """Return the page; what was said already is not offered again."""
    case, impact = loaded.case, loaded.impact
    taken = {one.ref for one in loaded.found}
    free = [link for link in loaded.pairs if link.id not in taken]
    return EvidencePage(
        row=case_row(case, now=now, names=loaded.names),
        numbers=[_number(one, loaded) for one in loaded.found if one.side is Side.QUANT],
        people=[_passage(one, loaded) for one in loaded.found if one.side is Side.QUAL],
        links=[link_card(link) for link in free],
        link_ids=[link.id for link in free],
        quotes=[
            (one.chunk_id, theme_quote(one))
            for passages in loaded.offered.values()
            for one in passages
            if one.chunk_id not in taken and one.participant_id
        ],
        terms=term_rows(impact, loaded.names),
        blank=max(0, min(BLANK, MOST_TERMS - len(impact.steps))),
        total=result_words(impact.steps[-1]) if impact.steps else "",
        caution=caution_of(impact),
        kinds=[kind.value for kind in TermKind],
        origins=[origin.value for origin in Origin],
        has_impact=case.id in taken,
        may_investigate=may(actor, Action.INVESTIGATE),
        is_open=case.state.is_open,
        errors=errors,
    )


def _is_passage(found: Finding) -> bool:
    return found.kind is FindingKind.PASSAGE


def _number(found: Finding, loaded: Loaded) -> FindingRow:
    pair = next((link for link in loaded.pairs if link.id == found.ref), None)
    if found.kind is FindingKind.IMPACT:
        words, href = "The impact arithmetic below", "#impact"
    elif pair is None:
        words, href = "A tested pair of an earlier run", f"/anomalies/{loaded.case.anomaly_id}"
    else:
        card = link_card(pair)
        words = f"“{pair.theme_title}”: {card.lift if pair.is_linked else card.short_reason}"
        href = f"/themes/{pair.theme_id}"
    return FindingRow(id=found.id, words=words, href=href, note=found.note)


def _passage(found: Finding, loaded: Loaded) -> FindingRow:
    chunk = loaded.chunks.get(found.ref)
    if chunk is None:
        words = "This passage is no longer here."
        return FindingRow(id=found.id, words=words, href="", note=found.note)
    allowed = may_quote(chunk.participant_id, loaded.speakers)
    speaker = loaded.speakers.get(chunk.participant_id or "")
    href = passage_href(chunk.document_id, chunk.span.start, chunk.span.end)
    card = QuoteCard(
        text=chunk.text if allowed else NOT_QUOTABLE,
        href=href,
        speaker=speaker.pseudonym if speaker else "unnamed",
    )
    return FindingRow(id=found.id, words="", href=href, note=found.note, quote=card)
