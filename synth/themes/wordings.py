"""Reads the texts of themes: how many have each word and phrase, and in which form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from synth.themes.counting import (
    Counts,
    Speech,
    Text,
    Usage,
    count_phrases,
    count_words,
    listen,
    most_usual,
)
from synth.themes.function_words import Lexicon
from synth.themes.keywords import Counted, Shares, compare, stem, telling

#: Texts read per theme, and in all: labels need no more, and a million texts stay seconds.
MOST_TEXTS, LEAST_TEXTS, ALL_TEXTS = 300, 30, 40_000

#: How much of the share in one other theme counts against a phrase, beside the share elsewhere;
#: of a sub-theme against a phrase or a word, where the other is its sibling.
NEAR_SHARE, SIBLING_SHARE = 0.5, 0.7


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What one theme's texts say."""

    size: int  #: different texts
    read: int  #: of them, those looked at
    words: Counts  #: stem to number of texts
    shared: Counts  #: stem to number of speakers, two or more
    said: Counts  #: word as said to how often
    keys: Counts  #: phrase to number of texts
    phrases: Mapping[str, Usage]  #: those of two texts and two speakers or more
    pairs: Counts  #: two words said side by side to how often

    @cached_property
    def _forms(self) -> dict[str, dict[str, int]]:
        """Return how often each stem is said in which form."""
        forms: dict[str, dict[str, int]] = defaultdict(dict)
        for said, times in self.said.items():
            forms[stem(said.lower())][said] = times
        return forms

    @cached_property
    def _pairs(self) -> dict[frozenset[str], dict[str, int]]:
        """Return how often two stems are said side by side in which form."""
        pairs: dict[frozenset[str], dict[str, int]] = defaultdict(dict)
        for said, times in self.pairs.items():
            pairs[frozenset(map(stem, said.lower().split()))][said] = times
        return pairs

    def form(self, word: str) -> str:
        """Return the most frequent form of a stem, in lower case."""
        return self.name(word).lower()

    def name(self, word: str) -> str:
        """Return the most frequent form of a stem as it stands inside a sentence."""
        return most_usual(self._forms[word])

    def often(self) -> list[str]:
        """Return the stems, those of most texts first."""
        return sorted(self.words, key=lambda word: (-self.words[word], word))

    def together(self, one: str, other: str) -> str:
        """Return how two words are said side by side; "" where nobody says them so."""
        said = self._pairs.get(frozenset((one, other)))
        return most_usual(said) if said else ""

    def counted(self, terms: Counts) -> Counted:
        """Return how many texts have each term, for the comparison with other themes."""
        return Counted(texts=terms, read=self.read, size=self.size)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What all themes say, side by side."""

    themes: tuple[Wording, ...]
    words: Shares
    phrases: Shares
    ranked: tuple[tuple[str, ...], ...]  #: by theme: its stems, most telling first
    worths: tuple[Mapping[str, float], ...]  #: by theme: of the stems it has more of than the rest
    lexicon: Lexicon


def read_corpus(
    themes: Sequence[Sequence[Text]], rest: Sequence[Text], *, families: Sequence[str] = ()
) -> Corpus:
    """Return what the themes' texts say; the same for any order of the texts.

    With `families`, one name per theme, a theme is told from the others of its family first.
    """
    most = max(LEAST_TEXTS, min(MOST_TEXTS, ALL_TEXTS // max(len(themes), 1)))
    groups = [_sampled(theme, most) for theme in themes]
    others = _sampled(rest, 10 * most)
    speech = listen([*groups, others])
    *wordings, unthemed = _wordings(speech, [*themes, rest])
    words = compare(
        [one.counted(one.words) for one in wordings],
        unthemed.counted(unthemed.words),
        near=SIBLING_SHARE if families else 0.0,
        families=families,
    )
    worths = tuple(telling(words, theme) for theme in range(len(wordings)))
    return Corpus(
        themes=tuple(wordings),
        words=words,
        phrases=compare(
            [one.counted(one.keys) for one in wordings],
            unthemed.counted(unthemed.keys),
            near=SIBLING_SHARE if families else NEAR_SHARE,
            families=families,
        ),
        ranked=tuple(map(_ranked, wordings, worths)),
        worths=worths,
        lexicon=speech.lexicon,
    )


def _ranked(wording: Wording, worths: Mapping[str, float]) -> tuple[str, ...]:
    """Return telling words of two speakers, or any telling ones, or the most frequent."""
    shared = [word for word in worths if word in wording.shared]
    return tuple(shared or worths or wording.often())


def _sampled(texts: Sequence[Text], most: int) -> list[Text]:
    """Return different texts, at most so many: those with the lowest checksum."""
    different = sorted(set(texts))
    if len(different) <= most:
        return different
    return sorted(sorted(different, key=lambda one: (crc32(one[0].encode()), one))[:most])


def _wordings(speech: Speech, groups: Sequence[Sequence[Text]]) -> list[Wording]:
    """Return what each group says, of which `speech` is a part."""
    words, phrases = count_words(speech, len(groups)), count_phrases(speech, len(groups))
    read = np.bincount(speech.group[speech.is_new], minlength=len(groups)).tolist()
    return [
        Wording(
            size=len({text for text, _ in group}),
            read=read[number],
            words=words.texts[number],
            shared=words.shared[number],
            said=words.forms[number],
            keys=phrases.texts[number],
            phrases=phrases.usages[number],
            pairs=phrases.pairs[number],
        )
        for number, group in enumerate(groups)
    ]
