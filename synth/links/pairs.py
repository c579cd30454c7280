"""One theme beside one anomaly: the counts, what is held fixed, and what they amount to."""

from __future__ import annotations

from dataclasses import dataclass

from synth.links import significance
from synth.links.timing import TimeOrder
from synth.links.types import OverlapCounts, Strata
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

#: Level of single tests: of a doubling that could be noticed, and of an overlap after the fact.
LEVEL = 0.05

#: Fewer people than these, and no table is read.
MIN_PEOPLE, MIN_THEME, MIN_SIDE = 20, 5, 5

#: Prior odds that some theme is a cause, shared among the themes of an anomaly.
PRIOR_ODDS = 1.0

#: What time order and segment do to the odds.
TIME_ODDS = {"before": 1.0, "during": 1.5, "after": 0.02, "unknown": 0.8}
SEGMENT_ODDS = {"matches": 1.0, "differs": 0.2, "unknown": 0.9}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A theme and an anomaly, as far as they were compared."""

    theme: ThemePeople
    people: frozenset[str]
    anomaly: AnomalyPeople
    counts: OverlapCounts
    plain_p: float  #: with nothing held fixed
    within: Strata | None  #: among people who used the product equally much; None: unknown
    q: float
    time: TimeOrder
    segment: str
    latecomers: bool = False  #: only those who spoke well after the onset carry the overlap
    explained_by: tuple[str, ...] = ()  #: titles of themes beside which no overlap is left
    speaks: bool = True  #: False: the theme it is part of, or parts of it, speak in its place

    @property
    def tables(self) -> tuple[OverlapCounts, ...]:
        """Return what is tested: people alike in use with each other, where use is known."""
        if self.within is None:
            return (self.counts,)
        return tuple(one.counts for one in self.within.strata)

    @property
    def p(self) -> float:
        """Return the p that counts, of the tables that are tested."""
        return self.plain_p if self.within is None else self.within.p

    @property
    def goes_with_use(self) -> bool:
        """Return whether it overlaps only because some people use the product more."""
        return self.plain_p <= LEVEL < self.p

    @property
    def after_the_fact(self) -> bool:
        """Return whether its people, or those who carry the overlap, began only later."""
        mixed = self.latecomers and self.time is not TimeOrder.BEFORE
        return mixed or self.time is TimeOrder.AFTER

    @property
    def is_late_overlap(self) -> bool:
        """Return whether those hit speak about it more, for itself and only after the fact."""
        return self.after_the_fact and self.speaks and self.p <= LEVEL and not self.too_few

    @property
    def stands_out(self) -> bool:
        """Return whether it is more than chance, in time, in its slice, and for itself."""
        in_time = not self.after_the_fact and not self.latecomers
        fits = self.speaks and in_time and self.segment != "differs"
        return fits and self.q <= ALPHA and not self.too_few

    def odds(self, competitors: int) -> float:
        """Return the odds that the theme is a cause, one of `competitors` that may be."""
        odds = PRIOR_ODDS / max(competitors, 1) * significance.bayes_factor(self.p)
        return odds * TIME_ODDS[self.time] * SEGMENT_ODDS[self.segment]

    @property
    def weight(self) -> float:
        """Return how far it is to be believed before its overlap is looked at."""
        possible = self.segment != "differs" and not self.too_few
        return TIME_WEIGHTS[self.time] if possible else 0.0

    @property
    def too_few(self) -> bool:
        """Return whether its table is too small to be read."""
        counts = self.counts
        return (
            counts.people < MIN_PEOPLE
            or counts.theme < MIN_THEME
            or min(counts.affected, counts.unaffected) < MIN_SIDE
        )
