"""From counts to verdict and confidence: every word of it derives from numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from synth.core.ids import derive_id
from synth.links import significance
from synth.links.overlap import count_by_strata, count_people, segment_match
from synth.links.pairs import LEVEL, Pair
from synth.links.reasons import reason_of
from synth.links.strata import USAGE, Groups, by_use, strata_of
from synth.links.timing import TimeOrder, carried_by_latecomers, time_order
from synth.links.types import Link, OverlapCounts, Verdict
from synth.metrics.types import AnomalyPeople
from synth.themes.types import ThemePeople

#: Weights are scaled to a mean of 1, by this factor at most: where all was said all along, that
#: is no reason to believe it more.
MOST_SCALE = 5.0

#: Level at which the parts of a theme are held to hit different people.
LEVEL_PARTS = 0.05

#: p a theme must still have once the stronger ones are held fixed, and how many those are. Beside
#: a complaint that came after the fact it is `LEVEL`: to speak of it is a sign of being hit.
ALPHA_GIVEN_OTHERS, MOST_HELD = 0.01, 3

#: A pair that could not show a doubling with this chance is too small to be called "not linked".
DOUBLING, MIN_POWER = 2.0, 0.3

#: An overlap that passed its test is called a link only where a cause is likelier than not.
MIN_ODDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Voices:
    """The qualitative side of a run: who was heard, about what, in which segments."""

    themes: Sequence[ThemePeople]
    heard: AbstractSet[str]  #: all people with any evidence, themed or not
    segments: Mapping[str, Mapping[str, str]]  #: participant id -> segments
    #: anomaly id -> active days before its onset of everybody the events know
    use: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def alike_in_use(self, anomaly: AnomalyPeople) -> Groups:
        """Return those heard and measured by how much they used the product; empty: unknown."""
        measured = (anomaly.affected | anomaly.unaffected) & self.heard
        return by_use(self.use.get(anomaly.anomaly.id, {}), measured)

    def times(self) -> list[datetime]:
        """Return when each person first spoke about each theme."""
        return [at for theme in self.themes for at in theme.first_said_at.values() if at]


def compare_all(voices: Voices, anomalies: Sequence[AnomalyPeople]) -> list[Link]:
    """Return the tested relation of every theme with every anomaly, without tags."""
    evidence = voices.times()
    alike = {one.anomaly.id: voices.alike_in_use(one) for one in anomalies}
    pairs = [
        _pair(theme, anomaly, voices, evidence, alike[anomaly.anomaly.id])
        for anomaly in anomalies
        for theme in voices.themes
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
        fixed = alike[anomaly.anomaly.id] or {"": voices.heard}
        links += [_link(pair, whole) for pair in _hold_fixed(mine, fixed)]
    return links


def _pair(
    theme: ThemePeople,
    anomaly: AnomalyPeople,
    voices: Voices,
    evidence: Sequence[datetime],
    alike: Groups,
) -> Pair:
    people = frozenset(theme.first_said_at)
    window = anomaly.anomaly.window
    # Only a shift has an onset; the window of a standing difference begins where we look.
    onset = window.start if window and anomaly.anomaly.kind == "shift" else None
    counts = count_people(people, voices.heard, anomaly)
    pair = Pair(
        theme=theme,
        people=people,
        anomaly=anomaly,
        counts=counts,
        plain_p=significance.exact_p([counts]),
        within=strata_of(USAGE, alike, people, anomaly),
        q=1.0,
        time=time_order(onset, [at for at in theme.first_said_at.values() if at], evidence),
        segment=segment_match(people, voices.heard, voices.segments, anomaly.anomaly.segment),
    )
    late = pair.p <= LEVEL and _latecomers(onset, theme, anomaly, counts)
    return replace(pair, latecomers=late)


def _latecomers(
    onset: datetime | None, theme: ThemePeople, anomaly: AnomalyPeople, counts: OverlapCounts
) -> bool:
    said = {person: at for person, at in theme.first_said_at.items() if at}
    hit = [at for person, at in said.items() if person in anomaly.affected]
    spared = [at for person, at in said.items() if person in anomaly.unaffected - anomaly.affected]
    others = counts.other_affected + counts.other_unaffected
    rate = (counts.other_affected + 0.5) / (others + 1)
    return carried_by_latecomers(onset, hit, spared, rate=rate)


def _whole_or_parts(pairs: Sequence[Pair]) -> list[Pair]:
    """Let a theme stand for its parts, or its parts for the theme where they differ.

    A theme that mixes two complaints hides the one that matters; a theme that is one complaint
    has more people than any part of it.
    """
    parts: dict[tuple[str, str], list[Pair]] = {}
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

    def speaks(pair: Pair) -> bool:
        anomaly, own, above = pair.anomaly.anomaly.id, pair.theme.theme_id, pair.theme.part_of
        if above is None:
            return (anomaly, own) not in divided
        return (anomaly, above) in divided or (anomaly, above) not in whole

    return [replace(pair, speaks=speaks(pair)) for pair in pairs]


def _parts_differ(parts: Sequence[Pair]) -> bool:
    """Return whether parts with enough people differ in when they begin, where, or whom."""
    enough = [part for part in parts if not part.too_few]
    if len(enough) < 2:
        return False
    late = {part.time is TimeOrder.AFTER for part in enough}
    elsewhere = {part.segment == "differs" for part in enough}
    if len(late) > 1 or len(elsewhere) > 1:
        return True
    return significance.shares_differ([part.counts for part in enough]) <= LEVEL_PARTS


def _hold_fixed(pairs: Sequence[Pair], alike: Groups) -> list[Pair]:
    """Mark the pairs whose overlap vanishes once other themes are held fixed.

    People who name the cause name other things too; such a companion overlaps only through it. Some
    of what is heard only after the fact is filed under other themes, and is no evidence for them.
    `alike` are the people who count, by what is held fixed already.
    """
    ranked = sorted(pairs, key=lambda item: (item.p, item.theme.theme_id))
    late = [pair for pair in ranked if pair.is_late_overlap][:1]
    kept: list[Pair] = []
    explained: dict[str, tuple[str, ...]] = {}
    for pair in (one for one in ranked if one.stands_out):
        for held, least in ((late, LEVEL), (kept[:MOST_HELD], ALPHA_GIVEN_OTHERS)):
            if held and _p_beside(held, pair, alike) > least:
                explained[pair.theme.theme_id] = tuple(one.theme.title for one in held)
                break
        else:
            kept.append(pair)
    return [replace(pair, explained_by=explained.get(pair.theme.theme_id, ())) for pair in pairs]


def _p_beside(held: Sequence[Pair], pair: Pair, alike: Groups) -> float:
    """Return the p of a pair among people who speak about the same of the `held` themes."""
    others = [one.people for one in held]
    return significance.exact_p(
        [
            table
            for people in alike.values()
            for table in count_by_strata(pair.people & people, people, pair.anomaly, others)
        ]
    )


def _link(pair: Pair, competitors: int) -> Link:
    verdict = _verdict(pair, competitors)
    anomaly = pair.anomaly.anomaly
    return Link(
        id=derive_id("link", anomaly.id, pair.theme.theme_id),
        anomaly_id=anomaly.id,
        theme_id=pair.theme.theme_id,
        theme_title=pair.theme.title,
        metric=anomaly.metric,
        counts=pair.counts,
        lift=significance.lift([pair.counts]),
        p=pair.p,
        q=pair.q,
        confidence=_confidence(pair, verdict, competitors),
        time=pair.time,
        segment=pair.segment,
        verdict=verdict,
        tag=None,
        reason=reason_of(pair, verdict),
        strata=(pair.within,) if pair.within and min(pair.p, pair.plain_p) <= LEVEL else (),
    )


def _verdict(pair: Pair, competitors: int) -> Verdict:
    if pair.too_few:
        return Verdict.TOO_FEW
    if pair.after_the_fact and pair.p <= LEVEL:
        return Verdict.AFTER
    believed = pair.odds(competitors) >= MIN_ODDS
    if pair.stands_out and not pair.explained_by and believed:
        return Verdict.OVERLAP
    chance = significance.power(pair.counts, pair.tables, true_lift=DOUBLING, alpha=LEVEL)
    if not pair.explained_by and chance < MIN_POWER:
        return Verdict.TOO_FEW
    return Verdict.NOT_LINKED


def _confidence(pair: Pair, verdict: Verdict, competitors: int) -> float:
    """Return the probability that the theme is a cause, before its tag is looked at."""
    odds = pair.odds(competitors)
    if pair.explained_by:
        odds = min(odds, 0.05)
    if verdict is not Verdict.OVERLAP:
        odds = min(odds, 0.25)
    return round(min(odds / (1 + odds), 0.99), 4)
