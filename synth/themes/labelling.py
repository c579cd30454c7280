"""Titles, descriptions and exemplars from a theme's own words; no model, so nothing is invented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synth.themes.keywords import Term, phrases_of, rank_terms, stem, words_of

KEYWORDS = 8
EXEMPLARS = 5
TITLE_WORDS = 4

#: Share of a theme's texts (and at least two) that must have a phrase before it is a title.
PHRASE_SHARE = 0.08


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a theme is called, and why."""

    title: str
    description: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A passage that could stand for its theme."""

    chunk_id: str
    speaker: str  #: the person, or the document where nobody is named
    words: int
    strength: float


def label_themes(
    themes: Sequence[Sequence[str]], unthemed: Iterable[str], *, reserved: Iterable[str] = ()
) -> list[Label]:
    """Return a label per theme, from its texts; the first theme has first choice of a title.

    No two titles are equal, none is one of `reserved` (titles that people gave), and each is made
    of words that are more frequent in its theme than anywhere else.
    """
    rest = sorted(set(unthemed))
    texts = [sorted(set(theme)) for theme in themes]
    words = rank_terms([[words_of(t) for t in theme] for theme in texts], map(words_of, rest))
    phrases = rank_terms([[phrases_of(t) for t in theme] for theme in texts], map(phrases_of, rest))
    taken = {title.casefold() for title in reserved}
    labels = []
    for theme, ranked, spoken in zip(texts, words, phrases, strict=True):
        kept = [term for term in spoken if term.texts >= max(2, PHRASE_SHARE * len(theme))]
        label = _label(theme, _distinct_forms(ranked), kept, taken)
        taken.add(label.title.casefold())
        labels.append(label)
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


def _label(theme: Sequence[str], words: list[str], phrases: list[Term], taken: set[str]) -> Label:
    keywords = tuple(words[:KEYWORDS])
    parts = _title_parts(words, phrases)
    title = _write_title(parts)
    spare = [word for word in words if word not in parts]
    while title.casefold() in taken and spare:
        parts = [*parts, spare.pop(0)]
        title = _write_title(parts)
    if not title or title.casefold() in taken:
        title = _opening(theme, taken)
    return Label(title=title, description=_describe(keywords, phrases, title), keywords=keywords)


def _title_parts(words: list[str], phrases: list[Term]) -> list[str]:
    """Return the most telling phrase, then keywords that it does not hold."""
    wanted = {stem(word) for word in words[: 2 * KEYWORDS]}
    telling = [term for term in phrases if _stems(term.text) & wanted]
    best = max(telling, key=lambda term: (_phrase_worth(term, wanted), term.text), default=None)
    parts = [best.text] if best else []
    held = _stems(best.text) if best else set()
    room = TITLE_WORDS - (len(best.text.split()) if best else 0)
    return parts + [word for word in words if stem(word) not in held][: max(room, 1)]


def _phrase_worth(term: Term, wanted: set[str]) -> float:
    # A phrase of several keywords says more than one keyword with a neighbour.
    return term.score * (1 + len(_stems(term.text) & wanted))


def _write_title(parts: Sequence[str]) -> str:
    if not parts:
        return ""
    first = parts[0][:1].upper() + parts[0][1:]
    if " " in parts[0] and len(parts) > 1:
        return f"{first}: {', '.join(parts[1:])}"
    return ", ".join([first, *parts[1:]])


def _describe(keywords: Sequence[str], phrases: list[Term], title: str) -> str:
    if not keywords:
        return f"Passages worded like “{title}”."
    about = _join(keywords[:4])
    said = [f"“{term.text}”" for term in phrases[:3]]
    wording = f", in wording such as {_join(said)}" if said else ""
    return f"Passages that speak about {about}{wording}."


def _join(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _opening(theme: Sequence[str], taken: set[str]) -> str:
    """Return the first words of a text, as many as make a title nobody else has."""
    words = min(theme, key=lambda text: (len(text), text)).split()
    for size in range(min(6, len(words)), len(words) + 1):
        title = " ".join(words[:size])
        if title and title.casefold() not in taken:
            return title
    base, number = " ".join(words) or "Passages without words", 2
    while f"{base} ({number})".casefold() in taken:
        number += 1
    return f"{base} ({number})"


def _distinct_forms(terms: Sequence[Term]) -> list[str]:
    """Return words in order, one form of each."""
    forms: dict[str, str] = {}
    for term in terms:
        forms.setdefault(stem(term.text), term.text)
    return list(forms.values())


def _stems(phrase: str) -> set[str]:
    return {stem(word) for word in phrase.split()}
