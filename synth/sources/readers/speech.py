"""What transcript readers share: labels, times, joining cues of one speaker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synth.people.types import Reference, Role
from synth.sources.naming import is_name
from synth.sources.roles import role_of_label
from synth.sources.types import RawTurn

#: A label such as "P7": a participant's code, used as user id across files of a study.
CODE = re.compile(r"[Pp]\d{1,4}")
CODE_IN_NAME = re.compile(r"(?<![A-Za-z0-9])(P\d{1,4})(?=[_. -]|$)")
CLOCK = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,3})?"
SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
#: Cues that name nobody are joined to passages of about this many characters.
PASSAGE = 600
PAUSE_MS = 3_000


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One cue or line, before those of the same speaker are joined."""

    speaker: str
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    role: Role | None = None  #: None: as the label says
    is_closed: bool = False  #: a new turn begins after it, even by the same speaker


def count_words(text: str) -> int:
    """Return the number of words between white space."""
    return len(text.split())


def clock_ms(clock: str) -> int:
    """Return milliseconds of "h:mm:ss.fff", "mm:ss" or shorter forms."""
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0")[:3] or 0)


def code_of_file(filename: str) -> str | None:
    """Return the participant code a file name begins with or holds, such as "P7"."""
    match = CODE_IN_NAME.search(filename)
    return match[1] if match else None


def reference_of(speaker: str, external_id: str) -> Reference | None:
    """Return how to find a speaker: by name, by code, or as somebody of this document only."""
    label = " ".join(speaker.split())
    if not label:
        return None
    if CODE.fullmatch(label):
        return Reference(namespace="user", value=label.upper())
    if is_name(label):
        return person_reference(label, "name")
    return Reference(namespace="anonymous", value=f"{external_id}\n{label.casefold()}")


def person_reference(value: str, namespace: str = "user") -> Reference | None:
    """Return the reference of an id; one that is an e-mail address is kept as a hash only."""
    cleaned = value.strip()
    if not cleaned:
        return None
    return Reference(namespace="email" if "@" in cleaned else namespace, value=cleaned)


def join_turns(
    utterances: Iterable[Utterance], *, external_id: str, separator: str = " "
) -> tuple[RawTurn, ...]:
    """Return turns: consecutive utterances of one speaker are one turn, first start, last end."""
    turns: list[RawTurn] = []
    group: list[Utterance] = []
    length = 0
    for one in utterances:
        if group and not _continues(group[-1], one, length):
            turns.append(_turn(group, external_id, separator))
            group, length = [], 0
        group.append(one)
        length += len(one.text) + 1
    if group:
        turns.append(_turn(group, external_id, separator))
    return tuple(turns)


def _continues(last: Utterance, one: Utterance, length: int) -> bool:
    if last.is_closed or (last.speaker, last.role) != (one.speaker, one.role):
        return False
    if one.speaker or one.start_ms is None:
        return True
    # Nobody is named: whether it is the same voice is not known, so passages stay short.
    pause = one.start_ms - (last.end_ms or last.start_ms or 0)
    is_full = length >= PASSAGE and SENTENCE_END.search(last.text) is not None
    return pause <= PAUSE_MS and not is_full and length < 2 * PASSAGE


def _turn(group: Sequence[Utterance], external_id: str, separator: str) -> RawTurn:
    first = group[0]
    role = first.role or role_of_label(first.speaker)
    ends = [one.end_ms for one in group if one.end_ms is not None]
    return RawTurn(
        speaker=first.speaker,
        text=separator.join(one.text for one in group),
        role=role,
        reference=reference_of(first.speaker, external_id),
        start_ms=first.start_ms,
        end_ms=ends[-1] if ends else None,
    )
