"""Titles of broad themes: the word or phrase that most of their themes have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from synth.themes.function_words import Lexicon
from synth.themes.keywords import TOKEN, stem
from synth.themes.running import as_inside, plain
from synth.themes.titling import LONGEST_TITLE, Candidate, sentence_case
from synth.themes.wordings import Corpus

#: Different texts read of each theme.
MOST_READ = 60
#: A theme has a word where this share of its texts has it.
HAS = 0.2
#: What is said in themes with this share of the passages is what they share.
SHARED = 0.6
#: Words that a title is made of, at most: the best of them.
WORDS = 24


@dataclass(frozen=True, kw_only=True)
class Part:
    """A theme in a broad one."""

    title: str
    texts: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How far the words of a broad theme reach into its themes."""

    themes: Mapping[str, frozenset[int]]  #: by stem: numbers of the themes that have it
    weights: Sequence[float]  #: by theme: its share of the passages

    def of(self, word: str) -> float:
        """Return the share of passages in themes that have a word."""
        return sum(self.weights[number] for number in self.themes.get(word, ()))


def shared_titles(
    corpus: Corpus, theme: int, phrases: Sequence[Candidate], parts: Sequence[Part]
) -> Iterator[str]:
    """Yield titles of a broad theme, the best first; `parts` are the themes in it.

    A word counts by how much of the broad theme is in themes that have it, and by how much less
    the rest has it. Where no word reaches most of it, its largest themes name it.
    """
    if len(parts) == 1:
        yield from _widened(corpus, theme, parts[0].title)
    reach = _read_reach(corpus.lexicon, parts)
    ranked = _ranked(corpus, theme, reach)
    for word in ranked:
        if reach.of(word) >= SHARED and len(reach.themes[word]) > 1:
            yield from _around(corpus, theme, phrases, reach, word)
    yield from _largest(parts, corpus.lexicon.joiner)


def _widened(corpus: Corpus, theme: int, title: str) -> Iterator[str]:
    """Yield the title of the one theme with further words of its own: titles are unique."""
    known = {stem(word.lower()) for word in TOKEN.findall(title)}
    others = [word for word in corpus.ranked[theme] if word not in known]
    names = [corpus.themes[theme].name(word) for word in others]
    if len(names) > 1:
        yield f"{title}, {names[0]} {corpus.lexicon.joiner} {names[1]}"
    yield from (f"{title}, {name}" for name in names)


def _read_reach(lexicon: Lexicon, parts: Sequence[Part]) -> Reach:
    themes: dict[str, set[int]] = defaultdict(set)
    for number, part in enumerate(parts):
        texts = sorted(set(part.texts))
        read = texts[:: len(texts) // MOST_READ + 1]
        counts: Counter[str] = Counter()
        for text in read:
            words = {word.lower() for word in TOKEN.findall(plain(text))}
            counts.update({stem(word) for word in words if lexicon.is_telling(word)})
        least = max(2, HAS * len(read))
        for word, n in counts.items():
            if n >= least:
                themes[word].add(number)
    sizes = [len(part.texts) for part in parts]
    return Reach(
        themes={word: frozenset(numbers) for word, numbers in themes.items()},
        weights=[size / max(sum(sizes), 1) for size in sizes],
    )


def _ranked(corpus: Corpus, theme: int, reach: Reach) -> list[str]:
    """Return the words the broad theme has more of than the rest, those of most reach first."""
    worth = {
        word: round(_telling(corpus, theme, word) * reach.of(word), 9) for word in reach.themes
    }
    found = sorted((word for word in worth if worth[word] > 0), key=lambda w: (-worth[w], w))
    return found[:WORDS]


def _telling(corpus: Corpus, theme: int, word: str) -> float:
    share = corpus.words.of[theme].get(word, 0.0)
    return log(max(share / corpus.words.outside(theme, word), 1.0)) if share else 0.0


def _around(
    corpus: Corpus,
    theme: int,
    phrases: Sequence[Candidate],
    reach: Reach,
    word: str,
) -> Iterator[str]:
    """Yield titles with a word that reaches most: a phrase all of which does, then the word."""
    for phrase in phrases:
        own = phrase.stems
        if word in own and len(own) > 1 and all(reach.of(one) >= SHARED for one in own):
            yield sentence_case(phrase.words)
            break
    yield sentence_case(corpus.themes[theme].name(word))


def _largest(parts: Sequence[Part], joiner: str) -> Iterator[str]:
    """Yield the titles of the two themes with most passages, where they fit; then of the first."""
    ordered = sorted(parts, key=lambda part: (-len(part.texts), part.title))
    for first, second in combinations(ordered[:4], 2):
        is_joined = any(f" {joiner} " in one.title for one in (first, second))
        between = ", " if is_joined else f" {joiner} "
        title = f"{first.title}{between}{_inside(second.title)}"
        if len(title) <= LONGEST_TITLE:
            yield title


def _inside(title: str) -> str:
    first = TOKEN.match(title)
    return as_inside(first[0]) + title[first.end() :] if first else title
