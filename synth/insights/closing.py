"""What closing an insight needs: a number, a voice after launch, and what was learnt."""

from __future__ import annotations

import re

from synth.insights.outcomes import Effect, compute_effect, is_validated
from synth.insights.types import Record

#: A share in prose, for example "65 %" or "-12.5%".
PERCENT = re.compile(r"[-−–+]?\d+(?:[.,]\d+)?\s*%")


def find_missing(record: Record, learning: str = "") -> tuple[str, ...]:
    """Return what closing still needs, in words; `learning` is what somebody is about to say."""
    metric = record.standing.insight.content.metric
    needs = []
    if not any(one.metric == metric for one in record.measured):
        needs.append(f"a quant outcome: {metric} before and after")
    if not any(not one.lost for one in record.heard):
        needs.append("a qual outcome: a quote of somebody after launch, why it worked or not")
    if not (learning or record.learning).strip():
        needs.append("the learning: what to remember, in a sentence or two")
    return tuple(needs)


def gaps(record: Record) -> tuple[str, ...]:
    """Return what the outcome does not say; it can be closed all the same."""
    segments = {tuple(sorted(one.segment.items())) for one in record.measured}
    if not segments:
        return ()
    if () not in segments:
        return ("everybody: only a segment was measured",)
    return ()


def unknown_percentages(record: Record, text: str) -> list[str]:
    """Return the percentages of `text` that no recorded outcome gives."""
    known = {f"{value:.0f}" for value in _percentages(record)}
    found = [match[0] for match in PERCENT.finditer(text)]
    return [one for one in found if _rounded(one) not in known]


def result_word(record: Record) -> str:
    """Return how it ended, in a word: confirmed, not confirmed, or not measured yet."""
    if not record.measured:
        return "not measured"
    return "confirmed" if is_validated(own_effects(record)) else "not confirmed"


def own_effects(record: Record) -> list[Effect]:
    """Return what became of the metric the insight is about, in every slice measured."""
    metric = record.standing.insight.content.metric
    return [compute_effect(one) for one in record.measured if one.metric == metric]


def _percentages(record: Record) -> list[float]:
    values = []
    for one in record.measured:
        effect = compute_effect(one)
        scale = 1 if one.unit in ("%", "percent") else 100
        values += [scale * one.before, scale * one.after, scale * effect.difference]
        values += [scale * one.predicted] if one.predicted is not None else []
        values += [100 * effect.relative] if effect.relative is not None else []
    return [abs(value) for value in values]


def _rounded(text: str) -> str:
    digits = re.sub(r"[^\d.]", "", text.replace(",", "."))
    return f"{float(digits):.0f}"
