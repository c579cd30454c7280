"""Tags, the evidence of an overlap test, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TagState(StrEnum):
    """A machine proposes; only a person confirms or rejects."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A theme or chunk said to be about a metric."""

    id: str
    metric_id: str
    theme_id: str | None
    chunk_id: str | None
    state: TagState
    reason: str
    score: float  #: 0 to 1
    proposed_by: str | None  #: None: the machine
    decided_by: str | None
    created_at: datetime
    event: str | None = None  #: the event or step the subject speaks about


class Verdict(StrEnum):
    """What the numbers alone say about a theme and an anomaly."""

    OVERLAP = "overlap"
    NOT_LINKED = "frequent_not_linked"
    TOO_FEW = "too_few_people"
    AFTER = "after_the_fact"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class OverlapCounts:
    """The two-by-two table of people: in the theme or not, hit by the anomaly or not."""

    theme_affected: int
    theme_unaffected: int
    other_affected: int
    other_unaffected: int
    unmapped_theme: int  #: people in the theme whom the metric never measured

    @property
    def theme(self) -> int:
        """Return how many people of the theme were measured."""
        return self.theme_affected + self.theme_unaffected

    @property
    def affected(self) -> int:
        """Return how many of the people heard were hit."""
        return self.theme_affected + self.other_affected

    @property
    def unaffected(self) -> int:
        """Return how many of the people heard were measured and not hit."""
        return self.theme_unaffected + self.other_unaffected

    @property
    def people(self) -> int:
        """Return how many people were both heard and measured."""
        return self.affected + self.unaffected


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """The two-by-two table of the people who have one value."""

    name: str
    counts: OverlapCounts


@dataclass(frozen=True, kw_only=True)
class Strata:
    """Whether theme and anomaly go together among people who are alike in one respect."""

    by: str  #: "usage", or a segment
    strata: tuple[Stratum, ...]
    lift: float  #: Mantel-Haenszel ratio; 1 is no relation
    p: float  #: one-sided and exact, of no relation within the values
    holds: bool
    low: float | None = None  #: end of the 95 % interval; None: nothing varies within the values
    high: float | None = None

    @property
    def people(self) -> int:
        """Return how many people the tables hold."""
        return sum(one.counts.people for one in self.strata)


@dataclass(frozen=True, kw_only=True)
class DoseGroup:
    """People who had the events at least so often, and fewer than the next group."""

    least: int
    hit: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Dose:
    """The share of people hit by how often they met what the theme speaks about."""

    events: tuple[str, ...]  #: what was counted
    groups: tuple[DoseGroup, ...]
    p: float  #: one-sided Cochran-Armitage, that the share rises
    rises: bool


@dataclass(frozen=True, kw_only=True)
class Link:
    """A tested relation theme <-> anomaly."""

    id: str
    anomaly_id: str
    theme_id: str
    theme_title: str
    metric: str
    counts: OverlapCounts
    lift: Interval | None  #: share of theme people among the hit, relative to the not hit
    p: float | None  #: one-sided exact test, within equal use of the product where that is known
    q: float | None  #: Benjamini-Hochberg over all pairs of the run
    confidence: float  #: calibrated probability that the theme is a cause
    time: str  #: "before", "during", "after", "unknown"
    segment: str  #: "matches", "differs", "unknown"
    verdict: Verdict
    tag: Tag | None  #: the tag it hangs on
    reason: str  #: built from the numbers
    dose: Dose | None = None  #: where events tell of exposure
    strata: tuple[Strata, ...] = ()  #: by use where anything overlaps; by segment of an overlap

    @property
    def is_linked(self) -> bool:
        """Return whether it is a link: overlap, and a tag that is not rejected."""
        return (
            self.verdict is Verdict.OVERLAP
            and self.tag is not None
            and self.tag.state is not TagState.REJECTED
        )

    @property
    def status(self) -> str:
        """Return the words shown to people."""
        if self.is_linked and self.tag is not None:
            return f"linked (tag {self.tag.state})"
        if self.verdict is Verdict.OVERLAP:
            rejected = self.tag is not None and self.tag.state is TagState.REJECTED
            return "overlap, tag rejected" if rejected else "overlap, no tag"
        return {
            Verdict.NOT_LINKED: "frequent, not linked",
            Verdict.TOO_FEW: "too few people",
            Verdict.AFTER: "after the fact",
        }[self.verdict]


def confidence_with_tag(confidence: float, tag: Tag | None) -> float:
    """Return the confidence once the tag is known: its absence or rejection lowers it."""
    if tag is None:
        factor = 0.5
    elif tag.state is TagState.PROPOSED:
        factor = 1.0
    else:
        factor = 2.0 if tag.state is TagState.CONFIRMED else 0.1
    odds = confidence / (1 - confidence) * factor
    return round(min(odds / (1 + odds), 0.99), 4)
