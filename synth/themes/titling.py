"""Titles: the phrase that people really used and that tells a theme best from its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from math import sqrt

from synth.themes.function_words import Lexicon, word_set
from synth.themes.keywords import TOKEN, stem
from synth.themes.phrases import FIRST_WEAK, LAST_WEAK, PARTICLES, telling_in
from synth.themes.wordings import Corpus

#: A phrase needs one of so many first keywords of its theme.
LEADING_WORDS = 16
LONGEST_TITLE = 60
#: What a phrase of so many telling words is worth: one word is seldom a title, two say most.
LENGTH_WORTH = {1: 0.4, 1.5: 0.8, 2: 1.0, 2.5: 1.0, 3: 0.95, 3.5: 0.9, 4: 0.75}
#: The second word of a title of two words is in at least this share of the theme's texts.
SECOND_SHARE = 0.1
#: The second of two words said side by side ("live location") is in at least this share of them,
#: or it narrows the theme too much.
SAID_SHARE = 0.2
#: Several words of at least this part of the best score are a good title too.
NEARLY = 0.25
#: Where no telling word goes with the first, one of so many that the theme has most often does.
USUAL_WORDS = 3
#: Adverbs say how, not what.
ADVERB = ("ly", "mente", "ment", "erweise")
#: Endings that make a noun of a stem ("payment", "connection", "withdrawal", "verification").
NOUN_ENDINGS = ("ment", "ion", "al", "ic")
#: Particles that make another word of a word ("log in", "log out"); "up" seldom does.
TURNING = PARTICLES - {"up"}
UP = re.compile(r"[\s–-]ups?\b")
#: Titles of these words alone fit every theme.
GENERIC = word_set(
    "user users customer customers client people person feedback comment comments opinion "
    "issue issues problem problems question questions request requests thing things stuff "
    "topic theme general misc miscellaneous other various overview information info product "
    "service app system experience experiences support help and or of the a with about for on "
    "theme discussion passages conversation customers' users' kunden feedback probleme fragen "
    "comentarios problemas usuarios clientes opiniones commentaires clients utilisateurs"
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A phrase that could be a title."""

    words: str
    stems: frozenset[str]
    score: float


def rank_phrases(corpus: Corpus, theme: int) -> list[Candidate]:
    """Return the theme's phrases, the best title first.

    A phrase counts when two texts have it, of two speakers. Its score joins how telling its words
    are, how much more the theme has the phrase than the rest and than its nearest theme, how
    rarely it is only a part of a longer phrase, and how much of the theme has a word of it.
    """
    leading = set(corpus.ranked[theme][:LEADING_WORDS])
    scores = {
        key: _score(corpus, theme, key, usage.wholeness)
        for key, usage in corpus.themes[theme].phrases.items()
        if telling_in(key) & leading
    }
    found = [
        Candidate(
            words=corpus.themes[theme].phrases[key].form(),
            stems=frozenset(telling_in(key)),
            score=score,
        )
        for key, score in scores.items()
        if score > 0
    ]
    kept = [one for one in found if len(one.words) <= LONGEST_TITLE]
    return sorted(kept, key=lambda one: (-one.score, one.words))


def titles_for(corpus: Corpus, theme: int, phrases: list[Candidate]) -> Iterator[str]:
    """Yield titles for a theme, the best first; a longer one comes when all others are taken.

    The best phrase with a further word comes before phrases that are clearly worse.
    """
    least = NEARLY * phrases[0].score if phrases else 0.0
    near = [phrase for phrase in phrases if " " in phrase.words and phrase.score >= least]
    for phrase in dict.fromkeys([*phrases[:1], *near]):
        yield from _around(corpus, theme, phrase)
    for phrase in near[:1]:
        yield from _widened(corpus, theme, phrase)
    for phrase in phrases:
        yield from _around(corpus, theme, phrase)
    wording = corpus.themes[theme]
    forms = [wording.name(word) for word in corpus.ranked[theme][:12]]
    for size in range(2, len(forms) + 1):
        yield sentence_case(_joined(forms[:size], corpus.lexicon.joiner))
    if forms:
        yield sentence_case(forms[0])


def gist(title: str, lexicon: Lexicon) -> frozenset[str]:
    """Return what a title says whatever the order and form of its words; titles alike share it.

    It is made of the roots of the telling words and numbers, of particles that turn a word round
    ("logged out"), and of whether it negates. A title without such words is its own gist.
    """
    found = {root(word) for word in _words(title) if _says(word, lexicon)}
    if found and any(word in lexicon.negations for word in _words(title)):
        found.add("-")
    return frozenset(found or [title.casefold()])


def repeats(title: str, lexicon: Lexicon) -> bool:
    """Return whether a title has a word and a form or a compound of it ("card", "Mastercard")."""
    words = [word for word, _ in groupby(_words(title))]  # "Bye bye" is said so
    roots = [root(word) for word in words if _says(word, lexicon)]
    return any(is_akin(one, other) for one, other in combinations(roots, 2))


def root(word: str) -> str:
    """Return what a word shares with its forms and with the noun made of it ("pay", "payment")."""
    short = stem(word.removesuffix("-up").replace("-", ""))
    for ending in NOUN_ENDINGS:
        if short.endswith(ending) and len(short) - len(ending) >= 3:
            return short[: -len(ending)]
    return short


def is_akin(one: str, other: str) -> bool:
    """Return whether two roots are the same, or a longer one ends or begins with the other."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) > 3 and (long.startswith(short) or long.endswith(short)))


def is_generic(title: str) -> bool:
    """Return whether a title says nothing that could not stand over any theme."""
    return not {word.lower() for word in TOKEN.findall(title)} - GENERIC


def sentence_case(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]


def _score(corpus: Corpus, theme: int, key: str, wholeness: float) -> float:
    stems, wording = telling_in(key), corpus.themes[theme]
    word_worth = sum(corpus.worths[theme].get(word, 0.0) for word in sorted(stems))
    phrase_worth = corpus.phrases.worth(theme, key)
    length = LENGTH_WORTH.get(len(stems) + ("-" in key.split()) / 2, 0.7)
    # A title stands for the whole theme: one of its words is in much of it.
    cover = max(wording.words.get(word, 0) for word in stems) / wording.read
    # Rounded, so that equal ones are settled by their words and not by the last digit.
    return round(sqrt(word_worth * phrase_worth) * wholeness * length * cover, 9)


def _around(corpus: Corpus, theme: int, phrase: Candidate) -> Iterator[str]:
    """Yield titles made of a phrase; of a single word with a second one first."""
    if len(phrase.stems) == 1 and " " not in phrase.words:
        yield from _pairs(corpus, theme, phrase)
    yield sentence_case(phrase.words)


def _widened(corpus: Corpus, theme: int, phrase: Candidate) -> Iterator[str]:
    """Yield titles of a phrase and a further word."""
    for word in _second_words(corpus, theme):
        form = corpus.themes[theme].name(word)
        if word not in phrase.stems and not form.endswith(ADVERB):
            yield f"{sentence_case(phrase.words)}, {form}"


def _second_words(corpus: Corpus, theme: int) -> list[str]:
    wording = corpus.themes[theme]
    least = max(2, SECOND_SHARE * wording.read)
    often = wording.often()[:USUAL_WORDS]
    first = dict.fromkeys([*corpus.ranked[theme][:LEADING_WORDS], *often])
    leading = [one for one in first if wording.words[one] >= least]
    if corpus.lexicon.has_noun_capitals:
        leading.sort(key=lambda word: wording.name(word)[0].islower())
    return leading


def _pairs(corpus: Corpus, theme: int, first: Candidate) -> Iterator[str]:
    """Yield titles of a word and another: as people say the two side by side, else joined."""
    wording, [stem] = corpus.themes[theme], first.stems
    seconds = [word for word in _second_words(corpus, theme) if word != stem]
    least = SAID_SHARE * wording.read
    for word in seconds:
        said = wording.together(stem, word) if wording.words[word] >= least else ""
        if said:
            yield sentence_case(said)
    for word in seconds:
        form = wording.name(word)
        if not form.endswith(ADVERB):
            yield sentence_case(f"{first.words} {corpus.lexicon.joiner} {form}")


def _words(title: str) -> list[str]:
    return TOKEN.findall(UP.sub("-up", title.lower()))


def _says(word: str, lexicon: Lexicon) -> bool:
    is_beside = word in FIRST_WEAK | LAST_WEAK | TURNING or any(map(str.isdigit, word))
    return is_beside or lexicon.is_telling(word)


def _joined(words: list[str], joiner: str) -> str:
    return f"{', '.join(words[:-1])} {joiner} {words[-1]}"
