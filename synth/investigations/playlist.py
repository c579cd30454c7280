"""Which sessions to watch: trouble first, nearest the onset, of different people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from synth.investigations.types import REPLAYS, Session

#: Parts of event names that are signs of trouble: errors, rage clicks, giving up, trying again.
SIGNALS = (
    "error", "fail", "exception", "crash", "rage", "dead_click", "timeout", "abandon", "denied",
    "retry", "retried", "refresh", "cancel", "gave_up", "hesitat",
)  # fmt: skip

FAR = timedelta(days=36_500)


def rank(
    sessions: Iterable[Session], *, onset: datetime | None, most: int = REPLAYS[1]
) -> list[Session]:
    """Return at most `most` sessions, the most telling first.

    Sessions with a sign of trouble come before others, nearer ones to the onset before later
    ones. Each person is there once; where fewer than 10 people have a session, their further
    ones fill the list up to 10.
    """
    ordered = sorted(sessions, key=lambda one: _telling(one, onset))
    first: dict[str, Session] = {}
    for session in ordered:
        first.setdefault(session.participant_id, session)
    chosen = list(first.values())[:most]
    room = min(REPLAYS[0], most) - len(chosen)
    if room > 0:
        taken = {session.session_id for session in chosen}
        chosen += [session for session in ordered if session.session_id not in taken][:room]
    return chosen


def is_trouble(event: str) -> bool:
    """Return whether an event's name is a sign of trouble."""
    return any(sign in event.lower() for sign in SIGNALS)


def merge(recorded: Sequence[Session], noted: Sequence[Session]) -> list[Session]:
    """Return every session once: what events tell of it, with the note that is about it."""
    found = {session.session_id: session for session in recorded}
    for note in noted:
        known = found.get(note.session_id)
        if known is None:
            found[note.session_id] = note
        elif not known.document_id:
            found[note.session_id] = replace(
                known, url=note.url, at_ms=note.at_ms, document_id=note.document_id
            )
    return list(found.values())


def start_ms(session: Session) -> int | None:
    """Return where to begin to watch: at the sign of trouble or the note, not at 0:00."""
    if session.at_ms is not None:
        return session.at_ms
    if session.signal_at is None or session.starts_at is None:
        return None
    return round((session.signal_at - session.starts_at) / timedelta(milliseconds=1))


def _telling(session: Session, onset: datetime | None) -> tuple[bool, bool, timedelta, int, str]:
    seen = session.signal_at or session.starts_at
    far = FAR if seen is None else abs(seen - onset) if onset else timedelta(0)
    early = seen is not None and onset is not None and seen < onset
    return (session.signals == 0, early, far, -session.signals, session.session_id)
