"""Counts what groups of texts say: how many have a word or phrase, who says it and in which form.

Texts are worked as columns of numbers, a row per place, so that each different word, and each
phrase in the same words, is looked at once however often it is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from synth.themes.function_words import Lexicon, lexicon_for
from synth.themes.neighbours import Floats, Ints
from synth.themes.phrases import Places, Word, find_phrases, look_up
from synth.themes.running import Numbers, parts_of, run_on

Text: TypeAlias = tuple[str, str]  #: what was said, and who said it
Bools: TypeAlias = NDArray[np.bool_]
Counts: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Speech:
    """What groups of texts say; a text that several say in a group is a line of each."""

    words: Sequence[Word]  #: the different ones
    lexicon: Lexicon  #: of their languages
    stems: Sequence[str]  #: the different ones; the first is ""
    word: Ints  #: by place: number of the word
    stem: Ints  #: by place: number of its stem
    line: Ints  #: by place
    group: Ints  #: by line
    speaker: Ints  #: by line
    is_new: Bools  #: by line: whether nobody before says it in its group


@dataclass(frozen=True, kw_only=True)
class WordCounts:
    """The telling words of each group, by number of the group."""

    texts: Sequence[Counts]  #: stem to number of texts
    shared: Sequence[Counts]  #: stem to number of speakers, two or more
    forms: Sequence[Counts]  #: word as said to how often


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How a phrase is said in one group."""

    said: Counts  #: in which words to how often
    wholeness: float  #: how rarely it is only part of a longer phrase: 0.01 to 1

    def form(self) -> str:
        """Return the wording most often said; of equals the shortest."""
        return most_usual(self.said)


@dataclass(frozen=True, kw_only=True)
class PhraseCounts:
    """The phrases of each group, by number of the group."""

    texts: Sequence[Counts]  #: key to number of texts, of phrases that two texts of a theme have
    usages: Sequence[Mapping[str, Usage]]  #: by key, of phrases of two texts and two speakers
    pairs: Sequence[Counts]  #: two telling words side by side, as said, to how often


def listen(groups: Sequence[Sequence[Text]]) -> Speech:
    """Return what groups of texts say; the texts of each group are sorted."""
    texts, speakers, forms, stems = Numbers(), Numbers(), Numbers(), Numbers({"": 0})
    text = np.array([texts[said] for group in groups for said, _ in group], dtype=np.int64)
    speaker = np.array([speakers[who] for group in groups for _, who in group], dtype=np.int64)
    group = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    running = run_on(map(parts_of, texts))
    lexicon = lexicon_for(running)
    words = [look_up(said, lexicon) for said in running.words]
    form = np.array([forms[word.form] for word in words])
    stem = np.array([stems[word.stem] for word in words])
    sizes = np.diff(running.bounds)[text]
    line = np.repeat(np.arange(len(text)), sizes)
    shift = running.bounds[text] - (np.cumsum(sizes) - sizes)
    numbers = running.numbers[np.arange(len(line)) + shift[line]]
    return Speech(
        words=list({word.form: word for word in words}.values()),
        lexicon=lexicon,
        stems=list(stems),
        word=form[numbers],
        stem=stem[numbers],
        line=line,
        group=group,
        speaker=speaker,
        is_new=np.diff(group * len(texts) + text, prepend=-1) != 0,
    )


def count_words(speech: Speech, groups: int) -> WordCounts:
    """Return who says which telling words."""
    counted = np.array([word.is_counted for word in speech.words])[speech.word]
    word, stem, line = speech.word[counted], speech.stem[counted], speech.line[counted]
    group, is_new = speech.group[line], speech.is_new[line]
    by_line = tally(line[is_new], stem[is_new])
    owner, term, speakers = tally(*tally(group, stem, speech.speaker[line])[:2])
    shared = speakers > 1
    return WordCounts(
        texts=_named(speech.stems, groups, *tally(speech.group[by_line[0]], by_line[1])),
        shared=_named(speech.stems, groups, owner[shared], term[shared], speakers[shared]),
        forms=_named(
            [one.form for one in speech.words], groups, *tally(group[is_new], word[is_new])
        ),
    )


def count_phrases(speech: Speech, groups: int) -> PhraseCounts:
    """Return who says which phrases; the last group is of no theme.

    A unit is a phrase in a group.
    """
    places = find_phrases(speech.word, speech.words)
    keys, key, names = _name(speech, places)
    line = speech.line[places.start]
    group, is_new = speech.group[line], speech.is_new[line]
    codes, unit = np.unique(group * len(keys) + key[places.wording], return_inverse=True)
    owner, term = np.divmod(codes, max(len(keys), 1))
    texts = np.bincount(tally(unit[is_new], line[is_new])[0])
    speakers = np.bincount(tally(unit, speech.speaker[line])[0])
    is_repeated = (texts > 1) & (owner < groups - 1)
    kept, used = np.isin(term, term[is_repeated]), is_repeated & (speakers > 1)
    usages: list[dict[str, Usage]] = [{} for _ in range(groups)]
    found = _usages(speech, places, names, unit, used)
    for at, phrase, usage in zip(owner[used], term[used], found, strict=True):
        usages[at][keys[phrase]] = usage
    first, second = speech.stem[places.start], speech.stem[places.start + 1]
    pair = is_new & (places.length == 2) & (first > 0) & (second > 0)
    return PhraseCounts(
        texts=_named(keys, groups, owner[kept], term[kept], texts[kept]),
        usages=usages,
        pairs=_named(names, groups, *tally(group[pair], places.wording[pair])),
    )


def most_usual(said: Counts) -> str:
    """Return the wording most often said whatever its case, in its most usual case."""
    if len(said) == 1:
        return next(iter(said))
    alike: Counter[str] = Counter()
    for words, times in said.items():
        alike[words.lower()] += times
    best = min(alike, key=lambda words: (-alike[words], len(words), words))
    cased = [words for words in said if words.lower() == best]
    return min(cased, key=lambda words: (-said[words], words))


def tally(*columns: Ints) -> tuple[Ints, ...]:
    """Return the different rows of columns, in order, and how often each is there."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    codes, times = np.unique(np.ravel_multi_index(columns, sizes), return_counts=True)
    return *np.unravel_index(codes, sizes), times


def _named(
    names: Sequence[str], owners: int, owner: Ints, term: Ints, times: Ints
) -> list[dict[str, int]]:
    """Return for each owner the names of its terms, with their times."""
    terms, counts = map(names.__getitem__, term.tolist()), iter(times.tolist())
    sizes = np.bincount(owner, minlength=owners).tolist()
    return [dict(zip(islice(terms, size), islice(counts, size), strict=True)) for size in sizes]


def _name(speech: Speech, places: Places) -> tuple[list[str], Ints, list[str]]:
    """Return the different keys of phrases, by wording the number of its key, and each wording."""
    forms = np.array([f" {word.form}" for word in speech.words], dtype=object)
    parts = np.array([word.part for word in speech.words], dtype=object)
    particles = np.array([word.particle for word in speech.words], dtype=object)
    keys, numbers, names = Numbers(), [], []
    for words in places.wordings(speech.word):
        named = np.add.reduce(parts[words]) + particles[words[-1]]
        numbers += [keys[key[1:]] for key in named.tolist()]
        names += [said[1:] for said in np.add.reduce(forms[words]).tolist()]
    return list(keys), np.array(numbers, dtype=np.int64), names


def _usages(
    speech: Speech, places: Places, names: Sequence[str], unit: Ints, used: Bools
) -> list[Usage]:
    """Return how the used of all units are said; `unit` is the one of each place."""
    kept = used[unit]
    unit, wording = (np.cumsum(used) - 1)[unit[kept]], places.wording[kept]
    start = places.start[kept]
    before, after = speech.stem[start - 1], speech.stem[start + places.length[kept]]
    wholeness = (_openness(unit, before) * _openness(unit, after)).tolist()
    said = _named(names, len(wholeness), *tally(unit, wording))
    return [Usage(said=one, wholeness=whole) for one, whole in zip(said, wholeness, strict=True)]


def _openness(unit: Ints, beside: Ints) -> Floats:
    """Return how free a side of phrases is: they end there (0), or many different words follow."""
    times = np.bincount(unit)
    owner, word, often = tally(unit, beside)
    most, free = np.ones_like(times), np.zeros_like(times)
    np.maximum.at(most, owner[word > 0], often[word > 0])
    free[owner[word == 0]] = often[word == 0]
    is_part = (most > times / 2) & (most > 1)
    return np.where(is_part, 0.1, 0.2 + 0.4 * free / times + 0.4 * (times - most + 1) / times)
