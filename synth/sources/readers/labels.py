"""Which `Name:` prefixes are speakers: by how they look and how often they come."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synth.people.types import Role
from synth.sources.naming import is_name
from synth.sources.roles import role_of_label

PREFIX = re.compile(r"\s*([^\s:][^:\n]{0,70}?)\s*:(?:\s+|$)")
#: What no name has: sentence marks, quotes, arrows.
NOT_IN_NAMES = re.compile(r"[!?;…<>=\"“”{}|/\\*#\t]|\.\s+[a-z]|,.*,")
_HEADINGS = """
agenda answer attendees author caution conclusion cons contact date description duration email
example feature file finding findings goal goals http https impact important info insight
insights issue lesson licence license link location meeting method name note notes observation
observations outcome problem product pros ps quote re reason recording remark result results
scenario score session size solution source status step subject summary task tasks theme time
timestamp tip title to todo topic transcript update url version warning
"""
#: Capitalised words that begin a line of notes more often than a turn.
HEADINGS = frozenset(_HEADINGS.split())
NUMBERED = re.compile(r"(.*?)[ _#.-]*\d*")


def split_label(text: str) -> tuple[str, str]:
    """Return the prefix before the first ": " and the rest; ("", text) if there is none."""
    match = PREFIX.match(text)
    return (match[1], text[match.end() :].strip()) if match else ("", text)


def looks_like_label(label: str) -> bool:
    """Return whether a prefix could name a speaker."""
    words = label.split()
    if not 1 <= len(words) <= 6 or NOT_IN_NAMES.search(label):
        return False
    if not any(character.isalpha() for character in label):
        return False
    stem = NUMBERED.fullmatch(label.casefold())
    return stem is None or stem[1] not in HEADINGS or label.casefold() == "answer"


def is_capitalised(label: str) -> bool:
    """Return whether each word of two letters or more that begins or ends it is written large."""
    words = [word.lstrip("(@[") for word in label.split()]
    ends = [word for word in (words[0], words[-1]) if word]
    return all(not word[0].islower() for word in ends)


def is_known_label(label: str) -> bool:
    """Return whether a label says by itself that it is a speaker, such as "Q" or "Speaker 2"."""
    return role_of_label(label) is not Role.PARTICIPANT or not is_name(label)


@dataclass(frozen=True)
class Labels:
    """The speakers of one file."""

    names: frozenset[str]

    @classmethod
    def from_counts(cls, counts: Mapping[str, int], share: float) -> Labels:
        """Return the labels to believe, given how often each prefix came.

        `share` is the share of lines with a prefix. Where nearly every line has one, all are
        speakers. Where fewer have one, a prefix must come twice or be written like a name; where
        few do, only labels that say so themselves count: a colon in a sentence names nobody.
        """
        if share >= 0.9:
            return cls(frozenset(counts))
        if share >= 0.5:
            return cls(frozenset(n for n, c in counts.items() if c > 1 or is_capitalised(n)))
        return cls(frozenset(name for name in counts if is_known_label(name)))

    def accept(self, label: str) -> bool:
        """Return whether `label` is a speaker of this file."""
        return label in self.names
