"""From counts to verdict, confidence and reason: every word of it derives from numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from synth.core.ids import derive_id
from synth.core.proportions import wilson
from synth.links import significance
from synth.links.overlap import count_by_strata, count_people, segment_match
from synth.links.timing import TimeOrder, carried_by_latecomers, time_order
from synth.links.types import Link, OverlapCounts, Verdict
from synth.metrics.types import AnomalyPeople
from synth.themes.types import ThemePeople

#: Largest q of a link.
ALPHA = 0.05

#: How far a pair is to be believed before its overlap is looked at: beginning with the change is
#: evidence of its own, and what was said all along does not by itself explain a change.
TIME_WEIGHTS = {
    TimeOrder.BEFORE: 0.02,
    TimeOrder.DURING: 1.0,
    TimeOrder.AFTER: 0.0,
    TimeOrder.UNKNOWN: 1.0,
}

#: Weights are scaled to a mean of 1, by this factor at most: where all was said all along, that
#: is no reason to believe it more.
MOST_SCALE = 5.0

#: Level of single tests: of a doubling that could be noticed, and of an overlap after the fact.
LEVEL = 0.05

#: Level at which the parts of a theme are held to hit different people.
LEVEL_PARTS = 0.05

#: p a theme must still have once the theme before it is held fixed.
ALPHA_GIVEN_OTHERS = 0.01

#: Fewer people than these, and no table is read.
MIN_PEOPLE, MIN_THEME, MIN_SIDE = 20, 5, 5

#: A pair that could not show a doubling with this chance is too small to be called "not linked".
DOUBLING, MIN_POWER = 2.0, 0.3

#: Prior odds that some theme is a cause, shared among the themes of an anomaly.
PRIOR_ODDS = 1.0

#: An overlap that passed its test is called a link only where a cause is likelier than not.
MIN_ODDS = 1.0

#: What time order and segment do to the odds.
TIME_ODDS = {"before": 1.0, "during": 1.5, "after": 0.02, "unknown": 0.8}
SEGMENT_ODDS = {"matches": 1.0, "differs": 0.2, "unknown": 0.9}


@dataclass(frozen=True, kw_only=True)
class Voices:
    """The qualitative side of a run: who was heard, about what, in which segments."""

    themes: Sequence[ThemePeople]
    heard: AbstractSet[str]  #: all people with any evidence, themed or not
    segments: Mapping[str, Mapping[str, str]]  #: participant id -> segments

    def times(self) -> list[datetime]:
        """Return when each person first spoke about each theme."""
        return [at for theme in self.themes for at in theme.first_said_at.values() if at]


@dataclass(frozen=True, kw_only=True)
class _Pair:
    theme: ThemePeople
    people: frozenset[str]
    anomaly: AnomalyPeople
    counts: OverlapCounts
    p: float
    q: float
    time: TimeOrder
    segment: str
    latecomers: bool = False  #: only those who spoke well after the onset carry the overlap
    explained_by: ThemePeople | None = None  #: a stronger theme that accounts for the overlap
    speaks: bool = True  #: False: the theme it is part of, or parts of it, speak in its place

    @property
    def after_the_fact(self) -> bool:
        mixed = self.latecomers and self.time is not TimeOrder.BEFORE
        return mixed or self.time is TimeOrder.AFTER

    @property
    def stands_out(self) -> bool:
        in_time = not self.after_the_fact and not self.latecomers
        fits = self.speaks and in_time and self.segment != "differs"
        return fits and self.q <= ALPHA and not self.too_few

    def odds(self, competitors: int) -> float:
        """Return the odds that the theme is a cause, one of `competitors` that may be."""
        odds = PRIOR_ODDS / max(competitors, 1) * significance.bayes_factor(self.p)
        return odds * TIME_ODDS[self.time] * SEGMENT_ODDS[self.segment]

    @property
    def weight(self) -> float:
        possible = self.segment != "differs" and not self.too_few
        return TIME_WEIGHTS[self.time] if possible else 0.0

    @property
    def too_few(self) -> bool:
        counts = self.counts
        return (
            counts.people < MIN_PEOPLE
            or counts.theme < MIN_THEME
            or min(counts.affected, counts.unaffected) < MIN_SIDE
        )


def compare_all(voices: Voices, anomalies: Sequence[AnomalyPeople]) -> list[Link]:
    """Return the tested relation of every theme with every anomaly, without tags."""
    evidence = voices.times()
    pairs = [
        _pair(theme, anomaly, voices, evidence) for anomaly in anomalies for theme in voices.themes
    ]
    weights = np.asarray([pair.weight for pair in pairs])
    weights /= max(weights.mean() if len(pairs) else 0.0, 1 / MOST_SCALE)
    q_values = significance.false_discovery([pair.p for pair in pairs], weights.tolist())
    pairs = [replace(pair, q=q) for pair, q in zip(pairs, q_values, strict=True)]
    pairs = _whole_or_parts(pairs)
    links = []
    for anomaly in anomalies:
        mine = [pair for pair in pairs if pair.anomaly is anomaly]
        whole = sum(pair.theme.part_of is None for pair in mine)
        links += [_link(pair, whole) for pair in _hold_fixed(mine, voices.heard)]
    return links


def _pair(
    theme: ThemePeople, anomaly: AnomalyPeople, voices: Voices, evidence: Sequence[datetime]
) -> _Pair:
    people = frozenset(theme.first_said_at)
    window = anomaly.anomaly.window
    # Only a shift has an onset; the window of a standing difference begins where we look.
    onset = window.start if window and anomaly.anomaly.kind == "shift" else None
    counts = count_people(people, voices.heard, anomaly)
    p = significance.exact_p(counts)
    return _Pair(
        theme=theme,
        people=people,
        anomaly=anomaly,
        counts=counts,
        p=p,
        q=1.0,
        time=time_order(onset, [at for at in theme.first_said_at.values() if at], evidence),
        segment=segment_match(people, voices.heard, voices.segments, anomaly.anomaly.segment),
        latecomers=p <= LEVEL and _latecomers(onset, theme, anomaly, counts),
    )


def _latecomers(
    onset: datetime | None, theme: ThemePeople, anomaly: AnomalyPeople, counts: OverlapCounts
) -> bool:
    said = {person: at for person, at in theme.first_said_at.items() if at}
    hit = [at for person, at in said.items() if person in anomaly.affected]
    spared = [at for person, at in said.items() if person in anomaly.unaffected - anomaly.affected]
    others = counts.other_affected + counts.other_unaffected
    rate = (counts.other_affected + 0.5) / (others + 1)
    return carried_by_latecomers(onset, hit, spared, rate=rate)


def _whole_or_parts(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Let a theme stand for its parts, or its parts for the theme where they differ.

    A theme that mixes two complaints hides the one that matters; a theme that is one complaint
    has more people than any part of it.
    """
    parts: dict[tuple[str, str], list[_Pair]] = {}
    for pair in pairs:
        if pair.theme.part_of is not None:
            parts.setdefault((pair.anomaly.anomaly.id, pair.theme.part_of), []).append(pair)
    divided = {
        key
        for key, members in parts.items()
        if any(part.stands_out for part in members) and _parts_differ(members)
    }
    whole = {
        (pair.anomaly.anomaly.id, pair.theme.theme_id)
        for pair in pairs
        if pair.stands_out and pair.theme.part_of is None
    }

    def speaks(pair: _Pair) -> bool:
        anomaly, own, above = pair.anomaly.anomaly.id, pair.theme.theme_id, pair.theme.part_of
        if above is None:
            return (anomaly, own) not in divided
        return (anomaly, above) in divided or (anomaly, above) not in whole

    return [replace(pair, speaks=speaks(pair)) for pair in pairs]


def _parts_differ(parts: Sequence[_Pair]) -> bool:
    """Return whether parts with enough people differ in when they begin, where, or whom."""
    enough = [part for part in parts if not part.too_few]
    if len(enough) < 2:
        return False
    late = {part.time is TimeOrder.AFTER for part in enough}
    elsewhere = {part.segment == "differs" for part in enough}
    if len(late) > 1 or len(elsewhere) > 1:
        return True
    return significance.shares_differ([part.counts for part in enough]) <= LEVEL_PARTS


def _hold_fixed(pairs: Sequence[_Pair], heard: AbstractSet[str]) -> list[_Pair]:
    """Mark the pairs whose overlap vanishes once the stronger themes are held fixed.

    People who name the cause name other things too; such a companion overlaps only through it.
    """
    kept: list[_Pair] = []
    explained: dict[str, ThemePeople] = {}
    for pair in sorted(pairs, key=lambda item: (item.p, item.theme.theme_id)):
        if not pair.stands_out:
            continue
        others = [other.people for other in kept[:3]]
        strata = count_by_strata(pair.people, heard, pair.anomaly, others)
        if kept and significance.stratified(strata)[1] > ALPHA_GIVEN_OTHERS:
            explained[pair.theme.theme_id] = kept[0].theme
        else:
            kept.append(pair)
    return [replace(pair, explained_by=explained.get(pair.theme.theme_id)) for pair in pairs]


def _link(pair: _Pair, competitors: int) -> Link:
    verdict = _verdict(pair, competitors)
    anomaly = pair.anomaly.anomaly
    return Link(
        id=derive_id("link", anomaly.id, pair.theme.theme_id),
        anomaly_id=anomaly.id,
        theme_id=pair.theme.theme_id,
        theme_title=pair.theme.title,
        metric=anomaly.metric,
        counts=pair.counts,
        lift=significance.lift(pair.counts),
        p=pair.p,
        q=pair.q,
        confidence=_confidence(pair, verdict, competitors),
        time=pair.time,
        segment=pair.segment,
        verdict=verdict,
        tag=None,
        reason=_reason(pair, verdict),
    )


def _verdict(pair: _Pair, competitors: int) -> Verdict:
    if pair.too_few:
        return Verdict.TOO_FEW
    if pair.after_the_fact and pair.p <= LEVEL:
        return Verdict.AFTER
    believed = pair.odds(competitors) >= MIN_ODDS
    if pair.stands_out and pair.explained_by is None and believed:
        return Verdict.OVERLAP
    chance = significance.power(pair.counts, true_lift=DOUBLING, alpha=LEVEL)
    if pair.explained_by is None and chance < MIN_POWER:
        return Verdict.TOO_FEW
    return Verdict.NOT_LINKED


def _confidence(pair: _Pair, verdict: Verdict, competitors: int) -> float:
    """Return the probability that the theme is a cause, before its tag is looked at."""
    odds = pair.odds(competitors)
    if pair.explained_by is not None:
        odds = min(odds, 0.05)
    if verdict is not Verdict.OVERLAP:
        odds = min(odds, 0.25)
    return round(min(odds / (1 + odds), 0.99), 4)


def _reason(pair: _Pair, verdict: Verdict) -> str:
    parts = [_numbers(pair), _time_words(pair.time)]
    if verdict is Verdict.NOT_LINKED and pair.time is TimeOrder.BEFORE and pair.p <= LEVEL:
        parts.append("too weak an overlap for something said all along")
    if pair.latecomers and pair.time is not TimeOrder.AFTER:
        parts.append("only those who spoke well after the change are hit more often")
    if pair.segment == "differs":
        parts.append("its people are mostly outside the slice")
    if not pair.speaks and pair.theme.part_of is None:
        parts.append("its sub-themes differ: one of them is what overlaps")
    if pair.explained_by is not None:
        parts.append(f'no more than chance once "{pair.explained_by.title}" is held fixed')
    if verdict is Verdict.TOO_FEW:
        parts.insert(0, f"only {pair.counts.people} people are both heard and measured")
    if pair.counts.unmapped_theme:
        parts.append(f"{pair.counts.unmapped_theme} more in the theme were not measured")
    return "; ".join(part for part in parts if part)


def _numbers(pair: _Pair) -> str:
    counts, lift = pair.counts, significance.lift(pair.counts)
    hit = wilson(counts.theme_affected, counts.affected)
    spared = wilson(counts.theme_unaffected, counts.unaffected)
    text = f"{hit} of those hit speak about it, {spared} of the others"
    if lift is None:
        return text
    return (
        f"{text}: {lift.value:.1f} times as often ({lift.low:.1f}-{lift.high:.1f}), "
        f"q = {pair.q:.2g}"
    )


def _time_words(time: TimeOrder) -> str:
    return {
        TimeOrder.BEFORE: "said before the change already",
        TimeOrder.DURING: "said from the change on",
        TimeOrder.AFTER: "said only some time after the change",
        TimeOrder.UNKNOWN: "",
    }[time]
