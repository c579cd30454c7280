"""Who asks and who answers: by known labels and by the names given, never by a guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from synth.people.types import Role
from synth.sources.types import RawDocument, Reading, SourceKind

INTERVIEWERS = re.compile(
    r"(?:interviewer|moderator|facilitator|researcher|host|question|ux researcher|int|mod|q)"
    r"[ _#.-]*\d{0,3}",
    re.IGNORECASE,
)
STAFF = re.compile(
    r"(?:observer|note[ -]?taker|support|support agent|agent|staff|bot|assistant)[ _#.-]*\d{0,3}",
    re.IGNORECASE,
)
NO_INTERVIEWER = (
    "no interviewer named in {count} of the documents: all speakers count as participants; "
    "name the interviewers at upload if one of them asks"
)


def role_of_label(label: str) -> Role:
    """Return the role that a speaker label itself says, such as "Moderator" or "Q"."""
    if INTERVIEWERS.fullmatch(label.strip()):
        return Role.INTERVIEWER
    if STAFF.fullmatch(label.strip()):
        return Role.STAFF
    return Role.PARTICIPANT


def is_role(word: str) -> Role | None:
    """Return the role a role column names, or None if the word is not known."""
    known = {role.value: role for role in Role} | {"user": Role.PARTICIPANT}
    cleaned = word.strip().casefold()
    if cleaned in known:
        return known[cleaned]
    role = role_of_label(cleaned)
    return None if role is Role.PARTICIPANT else role


def settle_roles(reading: Reading, is_interviewer: Callable[[str], bool]) -> Reading:
    """Return `reading` with the turns of named interviewers marked, and a notice where none is."""
    documents = tuple(_settle(document, is_interviewer) for document in reading.documents)
    count = sum(_lacks_interviewer(document) for document in documents)
    notices = (*reading.notices, NO_INTERVIEWER.format(count=count)) if count else reading.notices
    return replace(reading, documents=documents, notices=notices)


def _settle(document: RawDocument, is_interviewer: Callable[[str], bool]) -> RawDocument:
    asking = {name for name in {turn.speaker for turn in document.turns} if is_interviewer(name)}
    if not asking:
        return document
    turns = (
        replace(turn, role=Role.INTERVIEWER) if turn.speaker in asking else turn
        for turn in document.turns
    )
    return replace(document, turns=tuple(turns))


def _lacks_interviewer(document: RawDocument) -> bool:
    if document.kind is not SourceKind.TRANSCRIPT:
        return False
    speakers = {turn.speaker for turn in document.turns if turn.speaker}
    asked = any(turn.role is Role.INTERVIEWER for turn in document.turns)
    return len(speakers) > 1 and not asked
