"""Triggers, investigations, what was found, and the people and sessions to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: Conversations and watched sessions that an investigation asks for, least and most.
TALKS = (5, 8)
REPLAYS = (10, 20)

#: Days from opening to the decision, unless somebody says otherwise.
DEADLINE_DAYS = 14


class State(StrEnum):
    """Where an investigation stands; `transitions` says what may follow what."""

    UNEXPLAINED = "unexplained"  #: neither side has spoken
    NUMBERS_ONLY = "numbers_only"  #: still unexplained: nobody's words yet
    WORDS_ONLY = "words_only"  #: still unexplained: no number yet
    EXPLAINED = "explained"  #: both sides have spoken
    DECIDED = "decided"
    NO_CAUSE = "no_cause"  #: looked for and not found: an answer too

    @property
    def is_open(self) -> bool:
        """Return whether a decision is still due."""
        return self not in (State.DECIDED, State.NO_CAUSE)

    @property
    def is_unexplained(self) -> bool:
        """Return whether a side is still missing."""
        return self in (State.UNEXPLAINED, State.NUMBERS_ONLY, State.WORDS_ONLY)


class Side(StrEnum):
    """Who speaks: numbers, or people in their own words."""

    QUANT = "quant"
    QUAL = "qual"


class FindingKind(StrEnum):
    """What a finding points to."""

    LINK = "link"  #: the tested pair of this anomaly and a theme
    IMPACT = "impact"  #: the impact arithmetic of this investigation
    PASSAGE = "passage"  #: a chunk: what somebody said


#: Which side a finding speaks for; people only ever speak by a passage.
SIDES = {
    FindingKind.LINK: Side.QUANT,
    FindingKind.IMPACT: Side.QUANT,
    FindingKind.PASSAGE: Side.QUAL,
}


class Decision(StrEnum):
    """What an investigation ends with."""

    BUILD = "build"
    TEST = "test"
    DROP = "drop"
    NO_CAUSE = "no_cause"


@dataclass(frozen=True, kw_only=True)
class TriggerTerms:
    """Which anomalies a trigger is for, and until when what it opens is due."""

    name: str
    kinds: tuple[str, ...] = ()  #: anomaly kinds; empty: any
    metrics: tuple[str, ...] = ()  #: metric names; empty: any
    marks: tuple[str, ...] = ()  #: marks of metrics, "north_star" or "top"; empty: marked or not
    min_affected: int = 1  #: people hit
    min_change: float = 0.0  #: relative to the baseline: 0.1 is a tenth
    only_worse: bool = True  #: not for moves in the good direction
    deadline_days: int = DEADLINE_DAYS
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Trigger(TriggerTerms):
    """A rule by which anomalies open an investigation by themselves."""

    id: str
    owner_id: str  #: member who owns what it opens
    created_by: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Investigation:
    """An anomaly, or an account whose health fell, that is being explained."""

    id: str
    anomaly_id: str | None
    account: str | None
    state: State
    question: str
    method: str
    talks_target: int  #: people to talk to
    replays_target: int  #: sessions to watch, of different people
    trigger_id: str | None  #: None: a person opened it
    triggered_at: datetime
    opened_by: str
    owner_id: str
    deadline: datetime
    escalated_at: datetime | None  #: when it was found overdue and written down
    decision: Decision | None
    decision_note: str
    decided_by: str | None
    decided_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the decision is late."""
        return self.state.is_open and now > self.deadline


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one side said, with the place it rests on."""

    id: str
    side: Side
    kind: FindingKind
    ref: str  #: link id, investigation id or chunk id
    note: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in the slice whom the anomaly hit."""

    participant_id: str
    pseudonym: str
    external_id: str  #: the id analytics knows them by; empty where there is none
    segments: Mapping[str, str]
    may_analyse: bool  #: a participant whose words may be used
    may_contact: bool | None  #: None: nobody asked them
    talked_at: tuple[datetime, ...]  #: conversations, first to last

    @property
    def may_ask(self) -> bool:
        """Return whether they agreed to be contacted, and to what they say being used."""
        return self.may_analyse and self.may_contact is True

    @property
    def is_reachable(self) -> bool:
        """Return whether they may be asked, or may still agree to it."""
        return self.may_analyse and self.may_contact is not False


@dataclass(frozen=True, kw_only=True)
class Askable:
    """Of the people hit and not talked to: how many may be asked, and why the others are not."""

    to_ask: int
    not_asked: int  #: nobody asked them whether they may be contacted
    refused: int  #: said no to being contacted
    silent: int  #: do not allow what they say to be used


@dataclass(frozen=True, kw_only=True)
class Session:
    """A recorded session of somebody the anomaly hit."""

    session_id: str
    participant_id: str
    pseudonym: str
    starts_at: datetime | None
    signal_at: datetime | None  #: the first sign of trouble in it
    signals: int  #: errors, rage clicks, failures, in events
    signal: str = ""  #: the event that is the sign
    url: str = ""
    at_ms: int | None = None  #: where a note about it begins
    document_id: str = ""  #: the note, where somebody has written one


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A session somebody has watched."""

    session_id: str
    note: str
    watched_by: str
    watched_at: datetime


@dataclass(frozen=True, kw_only=True)
class Learning:
    """An approved insight on the same metric; given by the caller, for insights come later."""

    id: str
    title: str
    approved_at: datetime
