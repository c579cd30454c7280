"""Which ids are one person, and what is known of people who were united, or split again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from synth.people.types import Consent, Participant

SCOPES = tuple(one.name for one in fields(Consent))


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said about a person while several ids were one: it holds for each of them."""

    consent: Mapping[str, Any]  #: yes, no, or None: nobody asked
    segments: Mapping[str, str | None]  #: None: taken away


def groups(members: Iterable[str], joins: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """Return who is one person with whom, by the joins that hold; each member is in one group."""
    group = {one: {one} for one in members}
    for first, second in joins:
        if group[first] is not group[second]:
            group[first] |= group[second]
            for one in group[second]:
                group[one] = group[first]
    return [frozenset(found) for found in {id(found): found for found in group.values()}.values()]


def combined(own: Sequence[Participant]) -> Participant:
    """Return several people as one: the first number, the strictest consent, all segments.

    Where segments differ, those of the person with the lowest number count.
    """
    ordered = sorted(own, key=lambda one: one.number)
    segments = {name: value for one in reversed(ordered) for name, value in one.segments.items()}
    consent = Consent(
        **{scope: _strictest([getattr(one.consent, scope) for one in ordered]) for scope in SCOPES}
    )
    return replace(ordered[0], segments=segments, consent=consent)


def _strictest(answers: Sequence[bool | None]) -> Any:
    """Return no if any is no, yes if any is yes; None: none was given."""
    given = [one for one in answers if one is not None]
    return all(given) if given else None


def said_since(own: Sequence[Participant], now: Participant) -> Said:
    """Return how what is known `now` of a united person differs from what its parts make."""
    before = combined(own)
    consent = {
        scope: getattr(now.consent, scope)
        for scope in SCOPES
        if getattr(now.consent, scope) != getattr(before.consent, scope)
    }
    names = {*before.segments, *now.segments}
    segments = {
        name: now.segments.get(name)
        for name in sorted(names)
        if now.segments.get(name) != before.segments.get(name)
    }
    return Said(consent=consent, segments=segments)


def with_said(person: Participant, said: Said) -> Participant:
    """Return a person with what was said while they were part of a united one."""
    segments = {**person.segments, **said.segments}
    return replace(
        person,
        consent=replace(person.consent, **said.consent),
        segments={name: value for name, value in segments.items() if value is not None},
    )
