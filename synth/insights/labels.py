"""Reads the typed labels a person gives an insight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synth.errors import InputError
from synth.insights.types import LabelKind, Priority, Stage

MOST, LONGEST = 10, 80
#: Kinds whose values are fixed; the others are a team's own words.
FIXED: dict[LabelKind, tuple[str, ...]] = {
    LabelKind.STAGE: tuple(Stage),
    LabelKind.PRIORITY: tuple(Priority),
}


def read_labels(given: Mapping[str, Sequence[str]]) -> dict[LabelKind, tuple[str, ...]]:
    """Return labels by kind, without repeats; one spelling of space and case.

    Raises:
        InputError: an unknown kind, an unknown value of a fixed kind, or more than one priority.
    """
    found = {}
    for name, values in given.items():
        if name not in set(LabelKind):
            raise InputError("unknown label", found=name[:40], expected=", ".join(LabelKind))
        kind = LabelKind(name)
        found[kind] = tuple(dict.fromkeys(_read(kind, value) for value in values))
        most = 1 if kind is LabelKind.PRIORITY else MOST
        if len(found[kind]) > most:
            raise InputError(f"at most {most} of {kind}", found=str(len(found[kind])))
    return found


def _read(kind: LabelKind, value: str) -> str:
    text = " ".join(value.split()).casefold()
    if not text or len(text) > LONGEST or "\0" in text:
        raise InputError(f"a {kind} is 1 to {LONGEST} characters", found=text[:40] or "nothing")
    allowed = FIXED.get(kind)
    if allowed and text not in allowed:
        raise InputError(f"unknown {kind}", found=text, expected=", ".join(allowed))
    return text
