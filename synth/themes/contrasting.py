"""What a theme is not: the other theme whose words are most like its own, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from synth.themes.keywords import Shares
from synth.themes.wordings import Corpus

#: Words named on each side.
NAMED = 3
#: Themes compared at once.
BATCH = 512


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """The nearest other theme and the words that tell the two apart."""

    other: int  #: its number
    ours: tuple[str, ...]  #: words that this theme has more of
    theirs: tuple[str, ...]  #: words that the other has more of

    def describe(self, title: str) -> str:
        """Return one sentence; `title` is what the other theme is called."""
        there = f"which has more of {join(self.theirs)}" if self.theirs else "which is near it"
        here = f"; here it is {join(self.ours)}" if self.ours else ""
        return f"Not “{title}”, {there}{here}."


def find_contrasts(corpus: Corpus) -> list[Contrast | None]:
    """Return each theme's contrast; None where there is no other theme with a word in common."""
    return [
        None
        if other is None
        else Contrast(
            other=other,
            ours=_more(corpus, theme, other),
            theirs=_more(corpus, other, theme),
        )
        for theme, other in enumerate(_nearest(corpus.words))
    ]


def join(items: Sequence[str]) -> str:
    """Return items as they stand in a sentence."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _nearest(words: Shares) -> list[int | None]:
    """Return for each theme the other one with the highest cosine of their words' worths."""
    import numpy as np
    from scipy.sparse import csr_array

    terms = {term: number for number, term in enumerate(sorted(words.everywhere))}
    rows, columns, values = [], [], []
    for theme, shares in enumerate(words.of):
        for term in sorted(shares):
            rows.append(theme)
            columns.append(terms[term])
            values.append(shares[term] * log(1 + words.total / words.everywhere[term]))
    k = len(words.of)
    table = csr_array((values, (rows, columns)), shape=(k, len(terms)))
    norms = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    found: list[int | None] = []
    for start in range(0, k, BATCH):
        cosines = (table[start : start + BATCH] @ table.T).toarray()
        cosines /= np.maximum(norms[start : start + BATCH, None] * norms, 1e-12)
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = 0.0
        # Rounded, so that the first of equals is the nearest whatever the last digit.
        best = np.round(cosines, 9).argmax(axis=1)
        found += [int(one) if cosines[row, one] > 0 else None for row, one in enumerate(best)]
    return found


def _more(corpus: Corpus, theme: int, other: int) -> tuple[str, ...]:
    wording, theirs = corpus.themes[theme], corpus.words.of[other]
    least = 2 if wording.read > 2 else 1
    floor = 0.5 / max(corpus.themes[other].read, 1)
    worth = {
        word: share * log((share + floor) / (theirs.get(word, 0.0) + floor))
        for word, share in corpus.words.of[theme].items()
        if share > theirs.get(word, 0.0) and wording.words[word] >= least
    }
    ranked = sorted(worth, key=lambda word: (-round(worth[word], 9), word))
    return tuple(wording.name(word) for word in ranked[:NAMED])
