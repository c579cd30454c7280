"""Reads the texts of themes: how many have each word and phrase, and in which form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from zlib import crc32

from synth.themes.function_words import Lexicon, lexicon_for
from synth.themes.keywords import Counted, Shares, compare, ranking, stem
from synth.themes.phrases import Phrase, as_inside, clauses_of, phrases_in, telling_in

#: Texts read per theme, and in all: labels need no more, and a million texts stay seconds.
MOST_TEXTS, LEAST_TEXTS, ALL_TEXTS = 300, 30, 40_000

#: Words of a pair.
PAIR = 2
#: How much of the share in one other theme counts against a phrase, beside the share elsewhere;
#: of a sub-theme against a phrase or a word, where the other is its sibling.
NEAR_SHARE, SIBLING_SHARE = 0.5, 0.7


@dataclass(kw_only=True)
class Usage:
    """How a phrase is said in one theme."""

    speakers: set[str] = field(default_factory=set)  #: two are enough to know
    said: Counter[str] = field(default_factory=Counter)  #: how often in which words
    before: Counter[str] = field(default_factory=Counter)  #: telling word right before, or ""
    after: Counter[str] = field(default_factory=Counter)

    def add(self, phrase: Phrase, speaker: str) -> None:
        """Count one place where it is said."""
        self.said[phrase.words] += 1
        self.before[phrase.before] += 1
        self.after[phrase.after] += 1
        if len(self.speakers) < 2:
            self.speakers.add(speaker)

    def form(self) -> str:
        """Return the wording most often said; of equals the shortest."""
        return most_usual(self.said)

    def wholeness(self) -> float:
        """Return how rarely the phrase is only part of a longer one: 0.01 to 1."""
        return _openness(self.before) * _openness(self.after)


def _openness(beside: Counter[str]) -> float:
    """Return how free a side of a phrase is: it ends there, or many different words follow."""
    times = max(beside.total(), 1)
    most = max((count for word, count in beside.items() if word), default=1)
    if most > times / 2 and most > 1:
        return 0.1
    return 0.2 + 0.4 * beside[""] / times + 0.4 * (times - most + 1) / times


@dataclass(kw_only=True)
class Wording:
    """What one theme's texts say."""

    size: int  #: different texts
    read: int  #: of them, those looked at
    words: Counter[str] = field(default_factory=Counter)  #: stem to number of texts
    shared: set[str] = field(default_factory=set)  #: stems of two speakers or more
    forms: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    keys: Counter[str] = field(default_factory=Counter)  #: phrase to number of texts
    phrases: dict[str, Usage] = field(default_factory=dict)  #: those of two texts or more
    pairs: dict[frozenset[str], Counter[str]] = field(
        default_factory=dict
    )  #: words said side by side

    def form(self, word: str) -> str:
        """Return the most frequent form of a stem, in lower case."""
        return self.name(word).lower()

    def name(self, word: str) -> str:
        """Return the most frequent form of a stem as it stands inside a sentence."""
        return most_usual(self.forms[word])

    def together(self, one: str, other: str) -> str:
        """Return how two words are said side by side; "" where nobody says them so."""
        said = self.pairs.get(frozenset((one, other)))
        return most_usual(said) if said else ""

    def counted(self, terms: Counter[str], only: Set[str] | None = None) -> Counted:
        """Return how many texts have each term, for the comparison with other themes."""
        kept = terms if only is None else {term: n for term, n in terms.items() if term in only}
        return Counted(texts=kept, read=self.read, size=self.size)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What all themes say, side by side."""

    themes: tuple[Wording, ...]
    words: Shares
    phrases: Shares
    ranked: tuple[tuple[str, ...], ...]  #: by theme: its stems, most telling first
    lexicon: Lexicon


def most_usual(said: Counter[str]) -> str:
    """Return the wording most often said whatever its case, in its most usual case."""
    alike: Counter[str] = Counter()
    for words, times in said.items():
        alike[words.lower()] += times
    best = min(alike, key=lambda words: (-alike[words], len(words), words))
    cased = [words for words in said if words.lower() == best]
    return min(cased, key=lambda words: (-said[words], words))


Text = tuple[str, str]  #: what was said, and who said it


def read_corpus(
    themes: Sequence[Sequence[Text]], rest: Sequence[Text], *, families: Sequence[str] = ()
) -> Corpus:
    """Return what the themes' texts say; the same for any order of the texts.

    With `families`, one name per theme, a theme is told from the others of its family first.
    """
    most = max(LEAST_TEXTS, min(MOST_TEXTS, ALL_TEXTS // max(len(themes), 1)))
    groups = [_sampled(theme, most) for theme in themes]
    others = _sampled(rest, 10 * most)
    cut = {text: clauses_of(text) for group in [*groups, others] for text, _ in group}
    lexicon = lexicon_for([word.lower() for part in said for word in part] for said in cut.values())
    *wordings, unthemed = (
        _read(group, len({text for text, _ in theme}), cut, lexicon)
        for group, theme in zip([*groups, others], [*themes, rest], strict=True)
    )
    repeated = {key for wording in wordings for key in wording.phrases}
    words = compare(
        [one.counted(one.words) for one in wordings],
        unthemed.counted(unthemed.words),
        near=SIBLING_SHARE if families else 0.0,
        families=families,
    )
    return Corpus(
        themes=tuple(wordings),
        words=words,
        phrases=compare(
            [one.counted(one.keys, only=repeated) for one in wordings],
            unthemed.counted(unthemed.keys, only=repeated),
            near=SIBLING_SHARE if families else NEAR_SHARE,
            families=families,
        ),
        ranked=tuple(_ranked(one, ranking(words, theme)) for theme, one in enumerate(wordings)),
        lexicon=lexicon,
    )


def _ranked(wording: Wording, telling: list[str]) -> tuple[str, ...]:
    """Return telling words of two speakers, or any telling ones, or the most frequent."""
    shared = [word for word in telling if word in wording.shared]
    often = sorted(wording.words, key=lambda word: (-wording.words[word], word))
    return tuple(shared or telling or often)


def _sampled(texts: Sequence[Text], most: int) -> list[Text]:
    """Return different texts, at most so many: those with the lowest checksum."""
    different = sorted(set(texts))
    if len(different) <= most:
        return different
    return sorted(sorted(different, key=lambda one: (crc32(one[0].encode()), one))[:most])


def _read(
    group: Sequence[Text], size: int, cut: Mapping[str, list[list[str]]], lexicon: Lexicon
) -> Wording:
    wording = Wording(size=size, read=len({text for text, _ in group}))
    stems: dict[str, set[str]] = {}
    found: dict[str, list[Phrase]] = {}
    for text in dict.fromkeys(text for text, _ in group):
        stems[text] = _count_forms(wording, cut[text], lexicon)
        wording.words.update(stems[text])
        found[text] = [phrase for words in cut[text] for phrase in phrases_in(words, lexicon)]
        wording.keys.update({phrase.key for phrase in found[text]})
        _count_pairs(wording, found[text])
    first: dict[str, str] = {}
    for text, speaker in group:
        wording.shared |= {one for one in stems[text] if first.setdefault(one, speaker) != speaker}
        for phrase in found[text]:
            if wording.keys[phrase.key] > 1:
                wording.phrases.setdefault(phrase.key, Usage()).add(phrase, speaker)
    return wording


def _count_pairs(wording: Wording, phrases: Iterable[Phrase]) -> None:
    for phrase in phrases:
        stems = telling_in(phrase.key)
        if len(stems) == len(phrase.words.split()) == PAIR:
            wording.pairs.setdefault(frozenset(stems), Counter())[phrase.words] += 1


def _count_forms(wording: Wording, clauses: list[list[str]], lexicon: Lexicon) -> set[str]:
    """Count the forms of the telling words of a text; return their stems."""
    stems: set[str] = set()
    for words in clauses:
        for place, word in enumerate(words):
            if lexicon.is_telling(word.lower()):
                stems.add(stem(word.lower()))
                wording.forms[stem(word.lower())][word if place else as_inside(word)] += 1
    return stems
