"""What kind of cause people's words point at, apart from the symptom and from the first guess.

Cue words, read per person: whoever says several things of one kind counts once. The kind with most
people wins; where too few people name any, it stays unclear, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from synth.core.proportions import Proportion, wilson


class CauseKind(StrEnum):
    """What stands behind a symptom."""

    HIDDEN_CONSTRAINT = "hidden_constraint"  #: something must be in place that people do not have
    EXPECTATION_MISMATCH = "expectation_mismatch"  #: what is met is not what was expected
    ORGANISATIONAL_FRICTION = "organisational_friction"  #: somebody else has to act first
    DEFECT = "defect"  #: it does not work as it was built to
    PERFORMANCE = "performance"  #: it works, and takes too long
    ALSO_LINKED = "also_linked"  #: beside a theme that goes with the change more strongly
    SAID_BEFORE = "said_before"  #: said all along, which by itself explains no change
    UNCLEAR = "unclear"  #: the words cited do not tell

    @property
    def is_cause(self) -> bool:
        """Return whether a draft of this kind names its theme as what stands behind a symptom."""
        return self not in (CauseKind.ALSO_LINKED, CauseKind.SAID_BEFORE)


#: In order: where as many people name two kinds, the more particular one comes first.
CUES: dict[CauseKind, re.Pattern[str]] = {
    CauseKind.PERFORMANCE: re.compile(
        r"\b(?:slow\w*|sluggish\w*|lag\w*|forever|ages|spinn\w+|crawl\w*|hangs?|hanging"
        r"|time[sd]? ?out|(?:\w+ )?(?:seconds|minutes) (?:to|for|before|until)"
        r"|takes? (?:\w+ ){0,3}(?:seconds|minutes)|(?:wait\w*|load\w*|open\w*) (?:\w+ ){0,4}"
        r"(?:seconds|minutes))\b",
        re.IGNORECASE,
    ),
    CauseKind.DEFECT: re.compile(
        r"\b(?:errors?|crash\w*|bugs?|buggy|broken|breaks|fail(?:s|ed|ures?|ing)?"
        r"|(?:does|did|do)(?:n'?t|n’t| not) work|stopped working|lost|corrupt\w*|garbled"
        r"|freez\w+|froze|duplicat\w+|wrong (?:\w+ )?(?:results?|values?|numbers?|order|format)"
        r"|not found|mangl\w+"
        r"|(?:closes|quits|exits|restarts|dies|vanish\w*|disappear\w*|shuts down)"
        r"|stops? (?:responding|working)|force[ -](?:stop|quit|close)|cuts? off|break(?:s|ing)"
        r"|(?:is|are|was|were) (?:gone|dropped|rejected|thrown out|mixed up|cut off)"
        r"|turns? into question marks|reinstall\w*"
        r"|wrong(?:ly)?|missing|unrelated|irrelevant|out of (?:sync|step|order)|makes? no sense"
        r"|(?:finds?|returns?|shows?|gives?|brings?) (?:me |us )?(?:nothing|no (?:results?|hits?))"
        r"|(?:can(?:not|'t|’t)|could(?:n'?t|n’t| not)) (?:be )?(?:find|found|locate|save|open|sync)"
        r"|(?:shows?|comes?|came|arrives?|appears?|sent|booked|charged) (?:\w+ ){0,2}twice"
        r"|(?:is|are|was|were|gets?|got) (?:reset|ignored|replaced|overwritten|skipped|forgotten"
        r"|blurred|damaged|cropped|distorted|scrambled|misaligned|deleted)|blurry|garbage"
        r"|(?:forgets?|ignores?|loses?|skips?|drops?|overwrites?) (?:my|our|the|its|their|some)"
        r"|(?<!\bI )(?<!\bwe )(?<!\byou )(?<!\bthey )(?:does|did|do|will|would|is"
        r"|are)(?:n'?t|n’t| not) (?:find|finding|show|showing|shown"
        r"|appear\w*|updat\w+|sync\w*|sav\w+|open\w*|load\w*|send|sent|arriv\w+|recogni[sz]\w+"
        r"|display\w*|print\w*|export\w*|import\w*|respond\w*|react\w*|start\w*|fit|fits|found)"
        r"|doubled|double (?:entr\w+|book\w+)|outdated|stale|hours? off|unreadable|messed up"
        r"|never (?:arriv\w+|appear\w*|reach\w*|show\w*|syncs?|synced|sav\w+)"
        r"|(?:keeps?|kept) (?:coming back|(?:re)?appearing|failing|jumping|changing|resetting))\b",
        re.IGNORECASE,
    ),
    CauseKind.ORGANISATIONAL_FRICTION: re.compile(
        r"\b(?:(?:security|legal|compliance|procurement|finance|IT) (?:team|department|review|desk"
        r"|people|wants?|says?)|vendor questionnaire|my (?:boss|manager|colleague)s?"
        r"|sign(?:ed|s)? off|(?:other|another) (?:team|department)|nobody (?:has )?(?:answer\w*"
        r"|repl\w+|grant\w*|approv\w+|got back|call\w*)|never (?:heard|got) (?:back|an answer)"
        r"|no (?:human|person|agent)|on hold|call(?:ed)? back|repl(?:y|ies|ied)|escalat\w+"
        r"|no (?:answer|reply|response)|(?:still )?waiting (?:for|on) (?:an? (?:answer|reply)"
        r"|some(?:one|body)|support|them|him|her|our|the)|days? for (?:an? )?(?:answer|reply))\b",
        re.IGNORECASE,
    ),
    CauseKind.HIDDEN_CONSTRAINT: re.compile(
        r"\b(?:admin\w*|permission\w*|rights|privileges?|consent|approv(?:e|al|es)|requir\w+"
        r"|must (?:first|have|be)|only (?:if|when|after|for|up to)|limit(?:s|ed)?|maximum|quota"
        r"|not allowed|blocked|without (?:an?|the)|overnight|processed|processing|licen[cs]es?"
        r"|\w+ hours (?:before|until|later|after)|the next (?:day|morning)|tomorrow)\b",
        re.IGNORECASE,
    ),
    CauseKind.EXPECTATION_MISMATCH: re.compile(
        r"\b(?:expect\w*|thought|assum\w+|suppos\w+ to|look(?:s|ed) (?:like|as if)|surpris\w+"
        r"|unexpected\w*|nothing (?:happened|there|in it)|empty|blank|no (?:sign|hint|message"
        r"|warning|word|preview|reason)|(?:did|do|does)(?:n'?t|n’t| not) "
        r"(?:know|say|tell|realise|understand|match|agree)|although|why (?:am|are|is|do|was) "
        r"|turns? out|promis\w+|advertis\w+|nobody (?:said|told)|out of nowhere|find out)\b",
        re.IGNORECASE,
    ),
}
#: Fewest people who must name a kind, and least share of those who speak; one alone is enough.
FEWEST, LEAST = 2, 0.2
WORDS: dict[CauseKind, str] = {
    CauseKind.HIDDEN_CONSTRAINT: "something has to be in place first that is not",
    CauseKind.EXPECTATION_MISMATCH: "what is met differs from what was expected",
    CauseKind.ORGANISATIONAL_FRICTION: "somebody else has to act before the work goes on",
    CauseKind.DEFECT: "something does not work as it was built to",
    CauseKind.PERFORMANCE: "it works, and takes too long",
    CauseKind.ALSO_LINKED: "another theme goes with the change more strongly",
    CauseKind.SAID_BEFORE: "it was said before the change already",
    CauseKind.UNCLEAR: "the words cited do not tell what stands behind it",
}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The kind of cause, and how many of the people who speak about the theme name it."""

    kind: CauseKind
    named: Proportion  #: of what was said before: who spoke about it before the change
    beside: str = ""  #: title of a theme that goes with the change more strongly; "": none

    @property
    def words(self) -> str:
        """Return the kind in words that claim nothing."""
        return WORDS[self.kind]


@dataclass(frozen=True, kw_only=True)
class Rival:
    """The explanation that comes to mind first, and how it did in the same test."""

    theme: str  #: its title
    people: int  #: who speak about it
    is_late: bool  #: they began only after the change
    affected: Proportion  #: of the affected people heard, those who speak about it
    others: Proportion  #: of the others heard


def read_cause(said: Iterable[tuple[str, str]]) -> Cause:
    """Return the kind that most people name; `said` are (person, words) about one theme."""
    by_person: dict[str, list[str]] = {}
    for person, words in said:
        by_person.setdefault(person, []).append(words)
    n = len(by_person)
    counts = {kind: _naming(by_person.values(), cue) for kind, cue in CUES.items()}
    best = max(counts, key=lambda kind: counts[kind])
    if counts[best] < max(1, min(FEWEST, n), LEAST * n):
        return Cause(kind=CauseKind.UNCLEAR, named=wilson(0, n))
    return Cause(kind=best, named=wilson(counts[best], n))


def _naming(people: Iterable[Sequence[str]], cue: re.Pattern[str]) -> int:
    return sum(any(cue.search(words) for words in said) for said in people)
