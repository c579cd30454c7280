"""How far an investigation is: people talked to, people watched, hours, days to the decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from synth.investigations.types import (
    REPLAYS,
    TALKS,
    Askable,
    Investigation,
    Person,
    Session,
    Watch,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Each person counts once, however often they were heard or watched."""

    talks: int  #: people of the slice talked to since the onset
    talks_target: int
    replays: int  #: people of the slice with a watched session
    replays_target: int
    askable: int  #: people who may be asked and were not talked to
    first_hours: float | None  #: from the trigger to the first conversation
    fifth_hours: float | None
    days_left: int  #: to the deadline; negative: overdue by that many

    @property
    def has_talks(self) -> bool:
        """Return whether enough people were talked to."""
        return self.talks >= self.talks_target

    @property
    def has_replays(self) -> bool:
        """Return whether enough people were watched."""
        return self.replays >= self.replays_target


def measure(
    case: Investigation,
    people: Sequence[Person],
    sessions: Iterable[Session],
    watches: Iterable[Watch],
    *,
    askable: int,
    onset: datetime | None,
    now: datetime,
) -> Progress:
    """Return the progress of an investigation at `now`."""
    talked = [person for person in people if _talked_since(person, onset)]
    watched = {watch.session_id for watch in watches}
    seen = {one.participant_id for one in sessions if one.document_id or one.session_id in watched}
    hours = _hours(case.triggered_at, people)
    return Progress(
        talks=len(talked),
        talks_target=case.talks_target,
        replays=len(seen),
        replays_target=case.replays_target,
        askable=askable,
        first_hours=hours[0] if hours else None,
        fifth_hours=hours[4] if len(hours) >= 5 else None,
        days_left=_days(case.deadline - now),
    )


def recruits(people: Iterable[Person]) -> list[Person]:
    """Return whom to ask: in the slice, hit, agreed to be contacted, and not talked to yet."""
    return [person for person in people if person.may_ask and not person.talked_at]


def left_out_words(askable: Askable) -> str:
    """Return how many of those not talked to are left out, and why; "" where nobody is."""
    reasons = (
        (askable.not_asked, "not asked whether they may be contacted"),
        (askable.refused, "said no to being contacted"),
        (askable.silent, "do not allow what they say to be used"),
    )
    told = [f"{count:,} {why}" for count, why in reasons if count]
    return f"left out: {', '.join(told)}" if told else ""


def targets(reachable: int, sessions: int) -> tuple[int, int]:
    """Return (talks, replays) to aim at: 5 and 10, or all there are where they are fewer."""
    return min(TALKS[0], max(reachable, 1)), min(REPLAYS[0], max(sessions, 1))


def conversation_time(said: datetime | None, stored: datetime) -> datetime:
    """Return when a conversation was held: a bare date counts as over by the end of its day.

    A midnight exactly is taken for a date without a time; nothing is later than its upload.
    """
    if said is None:
        return stored
    is_date = (said.hour, said.minute, said.second, said.microsecond) == (0, 0, 0, 0)
    return max(said, min(said + DAY, stored)) if is_date else said


def _talked_since(person: Person, onset: datetime | None) -> bool:
    return any(onset is None or at >= onset for at in person.talked_at)


def _hours(trigger: datetime, people: Iterable[Person]) -> list[float]:
    """Return the hours to each person's first conversation after the trigger, in order."""
    after = [[at for at in person.talked_at if at >= trigger] for person in people]
    return sorted(round((min(times) - trigger) / HOUR, 1) for times in after if times)


def _days(left: timedelta) -> int:
    """Return whole days, the started one not counted: late by an hour is one day overdue."""
    return left // DAY
