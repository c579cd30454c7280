"""The gate of the backlog: what each item rests on, in numbers and in people who are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from synth.insights.types import BacklogItem, FlagCode, Gate, ItemState, LoopState, Ranked, Standing


def rank_backlog(items: Sequence[BacklogItem], standings: Sequence[Standing]) -> list[Ranked]:
    """Return the backlog, items with both kinds of evidence first, then by people heard."""
    known = {standing.insight.id: standing for standing in standings}
    ranked = []
    for item in items:
        under = [known[one] for one in item.insight_ids if one in known]
        titles = {one.insight.id: one.insight.content.title for one in under}
        ranked.append(Ranked(item=item, gate=check_gate(under), titles=titles))
    return sorted(ranked, key=_strength)


def check_gate(under: Sequence[Standing]) -> Gate:
    """Return what the insights under an item hold up: dropped and unsupported ones nothing."""
    live = [one for one in under if one.state is not LoopState.DROPPED]
    quant = sum(any(claim.kind == "quant" for claim in one.insight.content.claims) for one in live)
    people = {
        person for one in live if not one.has(FlagCode.EVIDENCE_LOST) for person in one.voices
    }
    return Gate(quant=quant, qual=len(people))


def _strength(ranked: Ranked) -> tuple[bool, int, str]:
    ended = ranked.item.state in (ItemState.SHIPPED, ItemState.DROPPED)
    return ended, len(ranked.gate.missing) * 1000 - ranked.gate.qual, ranked.item.title
