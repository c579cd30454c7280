"""Puts a hypothesis together: numbers from the store, words from a drafter, citations proved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isclose

from synth.core.proportions import Proportion, wilson
from synth.hypotheses.behind import read_pack_cause, words_behind
from synth.hypotheses.causes import Cause, Rival
from synth.hypotheses.citations import Unproved
from synth.hypotheses.evidence import Excerpt, Pack
from synth.hypotheses.phrasing import (
    counted_share,
    metric_words,
    slice_words,
    value_words,
)
from synth.hypotheses.scale import Scale
from synth.hypotheses.types import (
    Citation,
    Claim,
    Content,
    Earlier,
    Rejected,
    Side,
    Standing,
    Stratified,
)
from synth.hypotheses.wording import check_wording
from synth.links.types import OverlapCounts
from synth.metrics.types import Anomaly, AnomalyKind, Metric

LONGEST_TITLE = 80
#: Where the level comes from that a hypothesis wants to reach.
TARGET_FROM = {
    AnomalyKind.SHIFT: "its level before the change",
    AnomalyKind.SEGMENT: "the level of the other slices",
    AnomalyKind.TARGET: "the metric's target",
    AnomalyKind.PERSON: "the middle of the people measured",
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
    standing: Standing
    overlap: OverlapCounts  #: people both heard and measured, as the link was tested
    earlier: tuple[Earlier, ...] = ()  #: approved on the same metric
    strata: tuple[Stratified, ...] = ()  #: the link within segments, where it could be checked
    rejected: tuple[Rejected, ...] = ()  #: drafts of this pair that reviewers rejected
    cause: Cause | None = None  #: read from everything said about the theme; None: from the pack
    rival: Rival | None = None  #: the loudest theme tested with this anomaly and not linked

    @property
    def heard(self) -> tuple[Proportion, Proportion]:
        """Return who speaks about the theme, of the affected and of the others heard."""
        counts = self.overlap
        return (
            wilson(counts.theme_affected, counts.affected),
            wilson(counts.theme_unaffected, counts.unaffected),
        )


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
    anomaly, unit = case.anomaly, case.metric.unit
    baseline_share = counted_share(anomaly.observed, unit, anomaly.observed_share)
    target_share = counted_share(anomaly.baseline, unit, anomaly.baseline_share)
    shares = [share for share in (baseline_share, target_share) if share is not None]
    cause = case.cause or read_pack_cause(citations)
    return Content(
        title=wording.title,
        solution=wording.solution,
        metric=anomaly.metric,
        unit=unit,
        baseline=anomaly.observed,
        target=anomaly.baseline,
        because=_with_standing(case, wording.because),
        claims=(*_quant_claims(case), *_qual_claims(case, citations)),
        citations=tuple(citations),
        scale=case.scale.among_hit,
        counter_note="" if against else note,
        figures=(*case.scale.figures, *case.heard, *shares, *_figures_behind(case, cause)),
        standing=case.standing,
        baseline_share=baseline_share,
        target_share=target_share,
        target_from=target_from(case),
        strata=case.strata,
        good=str(case.metric.good),
        **words_behind(
            anomaly=anomaly,
            theme=case.theme,
            cause=cause,
            rival=case.rival,
            heard=case.heard[0],
            standing=case.standing,
            strata=case.strata,
            citations=citations,
        ),
    )


def _figures_behind(case: Case, cause: Cause) -> tuple[Proportion, ...]:
    rival = () if case.rival is None else (case.rival.affected, case.rival.others)
    return (cause.named, *rival)


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
    way = "higher" if anomaly.change > 0 else "lower"
    where = slice_words(anomaly.segment)
    return f"{metric_words(anomaly.metric)} is {way} than it should be{where}"


def target_from(case: Case) -> str:
    """Return where the level comes from that the metric should reach."""
    target = case.metric.target
    if target is not None and isclose(target, case.anomaly.baseline):
        return TARGET_FROM[AnomalyKind.TARGET]
    return TARGET_FROM.get(case.anomaly.kind, "the level it should have")


def reach_words(case: Case) -> str:
    """Return who speaks about the theme, among those affected and among the others measured."""
    return (
        f"among the affected people, {_share(case.scale.among_hit)} speak about “{case.theme}”; "
        f"among those measured and not affected, {_share(case.scale.among_others)}"
    )


def heard_words(case: Case) -> str:
    """Return who speaks about the theme, of those both heard and measured: what was tested."""
    affected, others = case.heard
    return (
        f"among the affected people heard, {_share(affected)} speak about “{case.theme}”; among "
        f"the others heard, {_share(others)}"
    )


def _share(share: Proportion) -> str:
    return str(share) if share.n else "nobody, as there are none"


def _with_standing(case: Case, because: str) -> str:
    if case.standing is Standing.TESTED or not because:
        return because
    counts = case.overlap
    return (
        f"{because.rstrip(' .')}; too few people are known to test this: "
        f"{counts.people} were both heard and measured"
    )


def _quant_claims(case: Case) -> tuple[Claim, ...]:
    texts = [_level_words(case), reach_words(case)]
    if case.standing is Standing.TOO_FEW:
        texts.append(_too_few_words(case))
    return tuple(Claim(text=one_line(text, 300), kind="quant", cites=()) for text in texts)


def _level_words(case: Case) -> str:
    anomaly, unit = case.anomaly, case.metric.unit
    now = value_words(
        anomaly.observed, unit, counted_share(anomaly.observed, unit, anomaly.observed_share)
    )
    wanted = value_words(
        anomaly.baseline, unit, counted_share(anomaly.baseline, unit, anomaly.baseline_share)
    )
    return (
        f"{metric_words(anomaly.metric)}{slice_words(anomaly.segment)}: {now}, against {wanted}, "
        f"{target_from(case)}; of the people measured, {_share(case.scale.hit)} are affected"
    )


def _too_few_words(case: Case) -> str:
    affected, others = case.heard
    return (
        f"too few people are known to test this: {case.overlap.people} were both heard and "
        f"measured; among the affected of them, {_share(affected)} speak about “{case.theme}”, "
        f"among the others {_share(others)}; it is a lead, not a tested link"
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
                speaker, side, affected.get(citations[places[0]].participant_id), case.theme
            ),
            kind="qual",
            cites=tuple(places),
        )
        for (speaker, side), places in by_person.items()
    )


def _qual_text(speaker: str, side: Side, is_affected: bool | None, theme: str) -> str:
    who = {
        True: f"{speaker}, who is affected,",
        False: f"{speaker}, who is not affected,",
        None: f"{speaker}, who was not measured,",
    }[is_affected]
    if side is Side.FOR:
        return f"{who} speaks about “{theme}”"
    if is_affected is False:
        return f"against: {who} speaks about “{theme}” too"
    return f"against: {who} says what may speak against it"


def excerpts_by_alias(pack: Pack) -> dict[str, Excerpt]:
    """Return the excerpts under the short names a model sees: p1, p2, ..."""
    return {f"p{number}": excerpt for number, excerpt in enumerate(pack.excerpts, start=1)}
