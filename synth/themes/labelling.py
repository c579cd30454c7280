"""Titles, descriptions and exemplars from a theme's own words; no model, so nothing is invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from synth.themes.contrasting import Contrast, find_contrasts, join
from synth.themes.function_words import Lexicon
from synth.themes.keywords import TOKEN, choose_keywords, stem
from synth.themes.sharing import Part, shared_titles
from synth.themes.titling import Candidate as Phrase
from synth.themes.titling import gist, is_generic, rank_phrases, repeats, titles_for
from synth.themes.wordings import Corpus, read_corpus

EXEMPLARS = 5
#: Phrases and words of a description, beside those of the title.
SAID, WORDS = 3, 4


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a theme is called, and why."""

    title: str
    description: str
    keywords: tuple[str, ...]
    contrast: Contrast | None  #: what it is not; None for a theme without a neighbour


class Taken:
    """The titles of a run so far; no two say the same in other forms or another order."""

    def __init__(self, lexicon: Lexicon, reserved: Iterable[str]) -> None:
        """Begin with titles that are taken already."""
        self._lexicon = lexicon
        self._titles: set[str] = set()
        self._gists: set[frozenset[str]] = set()
        for title in reserved:
            self._take(title)

    def choose(self, titles: Iterable[str]) -> str:
        """Return and take the first title that is free and says something.

        One that repeats a word comes after all others; where none is free the last is numbered.
        """
        last, repeated = "Passages without words", ""
        for title in titles:
            last = title
            if is_generic(title) or gist(title, self._lexicon) in self._gists:
                continue
            if not repeats(title, self._lexicon):
                return self._take(title)
            repeated = repeated or title
        return self._take(repeated or self._numbered(last))

    def _numbered(self, title: str) -> str:
        number, free = 2, title
        while free.casefold() in self._titles:
            free, number = f"{title} ({number})", number + 1
        return free

    def _take(self, title: str) -> str:
        self._titles.add(title.casefold())
        self._gists.add(gist(title, self._lexicon))
        return title


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A passage that could stand for its theme."""

    chunk_id: str
    speaker: str  #: the person, or the document where nobody is named
    words: int
    strength: float


def label_themes(
    themes: Sequence[Sequence[str]],
    unthemed: Iterable[str],
    *,
    reserved: Iterable[str] = (),
    speakers: Sequence[Sequence[str]] | None = None,
    wholes: Sequence[str] = (),
    parts: Sequence[Sequence[Part]] = (),
) -> list[Label]:
    """Return a label per theme, from its texts; the first theme has first choice of a title.

    Of sub-themes, `wholes` are the titles of the themes they are parts of: each is called by what
    sets it apart from its siblings, and never by words of that title alone. Of broad themes,
    `parts` are the themes in each: it is called by what they share, or after the largest.
    `speakers` says who said each text: a phrase of one speaker is no title. Without it each text
    has a speaker of its own. No two titles are of the same words, in whatever form or order, none
    of those of one of `reserved` (titles of the run, and that people gave), and the order of a
    theme's texts changes nothing.
    """
    said = speakers or [list(theme) for theme in themes]
    spoken = [list(zip(*both, strict=True)) for both in zip(themes, said, strict=True)]
    corpus = read_corpus(spoken, [(text, text) for text in unthemed], families=wholes)
    contrasts = find_contrasts(corpus)
    taken = Taken(corpus.lexicon, reserved)
    labels = []
    for theme, contrast in enumerate(contrasts):
        phrases = rank_phrases(corpus, theme)
        if wholes:
            phrases = _beyond(wholes[theme], phrases)
        options = titles_for(corpus, theme, phrases)
        if wholes:
            options = chain(options, [f"{wholes[theme]} (other)"])
        if parts:
            options = chain(shared_titles(corpus, theme, phrases, parts[theme]), options)
        title = taken.choose(options)
        labels.append(_label(corpus, theme, title, phrases, contrast))
    return labels


def choose_exemplars(candidates: Iterable[Candidate]) -> list[str]:
    """Return up to five chunk ids, the most typical first, from different people where possible."""
    ordered = sorted(
        candidates, key=lambda item: (not 6 <= item.words <= 80, -item.strength, item.chunk_id)
    )
    chosen: list[str] = []
    heard: set[str] = set()
    for item in ordered:
        if item.speaker not in heard:
            heard.add(item.speaker)
            chosen.append(item.chunk_id)
    return chosen[:EXEMPLARS]


def _label(
    corpus: Corpus, theme: int, title: str, phrases: Sequence[Phrase], contrast: Contrast | None
) -> Label:
    wording = corpus.themes[theme]
    chosen = choose_keywords(corpus.words, corpus.ranked[theme], theme)
    keywords = tuple(wording.form(word) for word in chosen)
    return Label(
        title=title,
        description=_describe(title, [wording.name(word) for word in chosen], phrases),
        keywords=keywords,
        contrast=contrast,
    )


def _beyond(whole: str, phrases: list[Phrase]) -> list[Phrase]:
    """Return the phrases that say more than the title of the whole; all where none does."""
    known = {stem(word.lower()) for word in TOKEN.findall(whole)}
    return [phrase for phrase in phrases if phrase.stems - known] or phrases


def _describe(title: str, keywords: Sequence[str], phrases: Sequence[Phrase]) -> str:
    said = [f"“{words}”" for words in _other_phrases(title, phrases)]
    known = {stem(word) for word in title.lower().split()}
    new = [word for word in keywords if stem(word) not in known]
    words = new if len(new) > 1 else list(keywords)
    own = f"their own words are {join(words[:WORDS])}" if words else ""
    if said:
        ending = f"; {own}." if own else "."
        return f"Passages that speak of {join(said)}{ending}"
    if len(keywords) > 1:
        return f"Passages with the words {join(keywords[: WORDS + 1])}."
    return f"Passages worded like “{title}”."


def _other_phrases(title: str, phrases: Sequence[Phrase]) -> list[str]:
    """Return the best phrases that are neither the title nor longer or shorter forms of others."""
    chosen: list[str] = []
    known = [one.stems for one in phrases if one.words.casefold() == title.casefold()]
    for phrase in phrases:
        if len(chosen) == SAID:
            break
        if len(phrase.stems) > 1 and not any(
            phrase.stems <= stems or stems <= phrase.stems for stems in known
        ):
            chosen.append(phrase.words)
            known.append(phrase.stems)
    return chosen
