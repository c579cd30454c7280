"""Signs that cited words do not bear out a claim: numbers, names, opposites, negations.

One rule without fitted weights: a claim with any sign is not borne out. It was chosen on WiCE and
ExpertQA, where it does better than weights over shared words. It sees no meaning: a detail added
or exchanged in other words than these looks borne out. So it warns a reviewer, never decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from synth.hypotheses.opposites import PAIRS

SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|\d+(?:[.,]\d+)*")
SMALL_WORDS = (
    "a an the and or but if then than so as of at by for with about to from in on into onto over "
    "under is are was were be been being am do does did have has had having will would can could "
    "shall should may might must it its he him his she her hers they them their theirs we us our "
    "you your i me my mine this that these those there here who whom whose which what when where "
    "why how all any both each more most other some such own same too very just also only out up "
    "down off again once while during before after between through because until s t m re ve ll d "
    "one said says say tell told talk talked speak speaks discuss discusses mention mentions"
)
NEGATION_WORDS = (
    "not no never none nobody nothing neither nor cannot without hardly barely fails failed lack "
    "lacks unable"
)
SMALL, NEGATIONS = frozenset(SMALL_WORDS.split()), frozenset(NEGATION_WORDS.split())
#: Words of the source in which what a sentence claims should stand together.
WINDOW = 40
#: A negation reaches so many words on.
REACH = 4
#: What turns a word round ("reliable", "unreliable"), in front of a stem of four letters at least.
TURNING = ("un", "in", "im", "dis", "non", "ir", "il", "mis", "de")
LEAST_STEM = 4
ENDINGS = ("ingly", "edly", "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "s", "e")


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What speaks against a claim, in its own words; empty: nothing seen."""

    numbers: tuple[str, ...]  #: that the source does not have
    names: tuple[str, ...]
    opposites: tuple[str, ...]  #: where the source says the contrary
    negated: tuple[str, ...]  #: sentences negated where the source is not, or the reverse

    @property
    def borne_out(self) -> bool:
        """Return whether nothing speaks against the claim."""
        return not (self.numbers or self.names or self.opposites or self.negated)


def find_signs(claim: str, source: str) -> Signs:
    """Return the signs that `source` does not bear out `claim`; both are English prose."""
    words = WORD.findall(source)
    stems = [stem(word) for word in words]
    known = frozenset(stems)
    sentences = [one for one in SENTENCE.split(claim) if _content(one)]
    opposites: list[str] = []
    negated: list[str] = []
    for sentence in sentences:
        start = _best_place(frozenset(_content(sentence)), stems)
        window = words[start : start + WINDOW]
        near = frozenset(stems[start : start + WINDOW])
        opposites += [word for word in WORD.findall(sentence) if _opposed(word, known, near)]
        negated += [sentence] if _differs(WORD.findall(sentence), window) else []
    return Signs(
        numbers=tuple(
            one for one in WORD.findall(claim) if one[0].isdigit() and stem(one) not in known
        ),
        names=tuple(one for one in _names(sentences) if stem(one) not in known),
        opposites=tuple(opposites),
        negated=tuple(negated),
    )


def stem(word: str) -> str:
    """Return a word in lower case without its ending; crude, the same for claim and source."""
    lower = word.casefold().replace("’", "'").removesuffix("'s").replace(",", "")
    for ending in ENDINGS:
        if len(lower) - len(ending) >= 3 and lower.endswith(ending):
            return lower[: -len(ending)]
    return lower


@cache
def _contraries() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in PAIRS.split():
        first, second = map(stem, pair.split("/"))
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {word: frozenset(others) for word, others in found.items()}


def _opposed(word: str, known: Set[str], near: Set[str]) -> bool:
    """Return whether the stretch says the contrary of a word that it does not say itself.

    A common word stands somewhere in any long source; one with a prefix must be new to all of it.
    """
    own = stem(word)
    if own in near:
        return False
    return bool(_contraries().get(own, frozenset()) & near) or (
        own not in known and any(one in near for one in _turned(own))
    )


def _turned(own: str) -> Iterator[str]:
    """Yield a stem with each prefix that turns a word round, and without the one it has."""
    if len(own) < LEAST_STEM:
        return
    for prefix in TURNING:
        yield prefix + own
        rest = own.removeprefix(prefix)
        if rest != own and len(rest) >= LEAST_STEM:
            yield rest


def _content(text: str) -> list[str]:
    return [stem(word) for word in WORD.findall(text) if word.casefold() not in SMALL]


def _best_place(wanted: Set[str], stems: Sequence[str]) -> int:
    """Return where the stretch begins that holds most of `wanted`; the first of equals."""
    last = max(0, len(stems) - WINDOW)
    starts: list[int] = [*range(0, last, WINDOW // 4), last]

    def held(start: int) -> int:
        return len(wanted & set(stems[start : start + WINDOW]))

    return max(starts, key=held)


def _names(sentences: Sequence[str]) -> list[str]:
    found = []
    for sentence in sentences:
        words = WORD.findall(sentence)
        found += [word for word in words[1:] if word[0].isupper() and word != "I"]
    return found


def _differs(claim: Sequence[str], source: Sequence[str]) -> bool:
    """Return whether words of both are negated in one and never in the other."""
    said, meant = _polarity(source), _polarity(claim)
    shared = [word for word in meant if word in said]
    added = [word for word in shared if meant[word] == {True} and said[word] == {False}]
    borne = [word for word in shared if True in meant[word] and True in said[word]]
    lost = [word for word in shared if meant[word] == {False} and said[word] == {True}]
    is_negated = any(True in values for values in meant.values())
    return bool(added and not borne) or (len(lost) >= 2 and not is_negated)


def _polarity(words: Sequence[str]) -> dict[str, set[bool]]:
    """Return for each content word whether it stands negated, plain, or both."""
    lower = [word.casefold().replace("’", "'") for word in words]
    found: dict[str, set[bool]] = {}
    for at, word in enumerate(lower):
        if word in SMALL or word in NEGATIONS:
            continue
        before = lower[max(0, at - REACH) : at]
        negated = any(one in NEGATIONS or "n't" in one for one in before)
        found.setdefault(stem(word), set()).add(negated)
    return found
