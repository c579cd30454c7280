"""Puts a hypothesis together: numbers from the store, words from a drafter, citations proved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synth.hypotheses.citations import Unproved
from synth.hypotheses.evidence import Excerpt, Pack
from synth.hypotheses.scale import Scale
from synth.hypotheses.types import Citation, Claim, Content, Side
from synth.hypotheses.wording import check_wording
from synth.metrics.types import Anomaly, AnomalyKind, Metric

LONGEST_TITLE = 80
EXPECTED = {
    AnomalyKind.SHIFT: "was expected",
    AnomalyKind.SEGMENT: "holds elsewhere",
    AnomalyKind.TARGET: "is the target",
    AnomalyKind.PERSON: "is the measure",
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A linked theme and anomaly with everything a drafter may use."""

    anomaly: Anomaly
    metric: Metric
    theme_id: str
    theme: str  #: its title, on one line
    scale: Scale
    pack: Pack
    link_state: str  #: of the link and its tag; another state is another draft


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a drafter says in its own words."""

    title: str
    solution: str
    because: str


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """Return `text` on one line, without braces or controls, cut at a word."""
    flat = " ".join(re.sub(r"[{}<>\x00-\x1f\x7f]", " ", text).split())
    return flat if len(flat) <= longest else flat[:longest].rsplit(None, 1)[0]


def compose(case: Case, wording: Wording, citations: Sequence[Citation]) -> Content:
    """Return the content: typed numbers, claims on both sides, each resting on what it cites."""
    against = any(citation.side is Side.AGAINST for citation in citations)
    note = f"none found in {case.pack.searched} passages searched"
    return Content(
        title=wording.title,
        solution=wording.solution,
        metric=case.anomaly.metric,
        unit=case.metric.unit,
        baseline=case.anomaly.observed,
        target=case.anomaly.baseline,
        because=wording.because,
        claims=(*_quant_claims(case), *_qual_claims(case, citations)),
        citations=tuple(citations),
        scale=case.scale.among_hit,
        counter_note="" if against else note,
        figures=case.scale.figures,
    )


def reasons_to_hold(content: Content, unproved: Iterable[Unproved] = ()) -> list[str]:
    """Return why a draft may not reach the queue; empty: it may."""
    reasons = [failed.reason for failed in unproved]
    if not any(citation.side is Side.FOR for citation in content.citations):
        reasons.append("no proved quote of a person supports it")
    kinds = {claim.kind for claim in content.claims}
    reasons += [f"it makes no {kind} claim" for kind in ("quant", "qual") if kind not in kinds]
    reasons += [
        f"the claim “{claim.text}” cites nothing"
        for claim in content.claims
        if claim.kind == "qual" and not claim.cites
    ]
    return list(dict.fromkeys([*reasons, *check_wording(content)]))


def nothing_to_improve(case: Case) -> str | None:
    """Return why the anomaly calls for no hypothesis, if so."""
    if case.anomaly.direction is case.metric.good:
        return f"{case.anomaly.metric} moved {case.anomaly.direction}, the good way"
    return None


def movement(anomaly: Anomaly) -> str:
    """Return what happened in words without numbers."""
    slice_ = ", ".join(f"{key} {value}" for key, value in sorted(anomaly.segment.items()))
    where = f" for {slice_}" if slice_ else ""
    way = "higher" if anomaly.change > 0 else "lower"
    return f"{anomaly.metric} is {way} than it should be{where}"


def _quant_claims(case: Case) -> tuple[Claim, ...]:
    anomaly, scale = case.anomaly, case.scale
    slice_ = ", ".join(f"{key} {value}" for key, value in sorted(anomaly.segment.items()))
    moved = (
        f"{anomaly.metric} stands at {anomaly.observed:g} {case.metric.unit} where "
        f"{anomaly.baseline:g} {EXPECTED[anomaly.kind]}{f' ({slice_})' if slice_ else ''}; "
        f"it hit {scale.hit} people measured"
    )
    reach = (
        f"of the people it hit, {scale.among_hit} speak about “{case.theme}”; "
        f"of the people measured and not hit, {scale.among_others}"
    )
    return (
        Claim(text=one_line(moved, 300), kind="quant", cites=()),
        Claim(text=one_line(reach, 300), kind="quant", cites=()),
    )


def _qual_claims(case: Case, citations: Sequence[Citation]) -> tuple[Claim, ...]:
    affected = {
        excerpt.passage.chunk.participant_id: excerpt.is_affected for excerpt in case.pack.excerpts
    }
    by_person: dict[tuple[str, Side], list[int]] = {}
    for position, citation in enumerate(citations):
        by_person.setdefault((citation.speaker, citation.side), []).append(position)
    return tuple(
        Claim(
            text=_qual_text(
                speaker, side, affected.get(citations[positions[0]].participant_id), case.theme
            ),
            kind="qual",
            cites=tuple(positions),
        )
        for (speaker, side), positions in by_person.items()
    )


def _qual_text(speaker: str, side: Side, is_affected: bool | None, theme: str) -> str:
    known = {True: ", whom it hit,", False: ", whom it did not hit,", None: ""}[is_affected]
    if side is Side.FOR:
        return f"{speaker}{known} speaks about “{theme}”"
    return f"against: {speaker}{known} speaks about “{theme}” too"


def excerpts_by_alias(pack: Pack) -> dict[str, Excerpt]:
    """Return the excerpts under the short names a model sees: p1, p2, ..."""
    return {f"p{number}": excerpt for number, excerpt in enumerate(pack.excerpts, start=1)}
