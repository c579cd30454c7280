"""Do titles and keywords say what is inside a theme, and only there?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np
from numpy.typing import NDArray

from evals.scorers.clustering import Ints
from evals.types import Score
from synth.themes.function_words import lexicon_for
from synth.themes.running import parts_of, run_on
from synth.themes.titling import gist, is_generic

Floats = NDArray[np.float64]

#: Own passages shown beside the intruder: chance is one in five.
OWN = 4
#: Trials per theme.
TRIALS = 20


@dataclass(frozen=True, kw_only=True)
class Held:
    """Passages of themes that their titles were not made from."""

    vectors: Floats  #: one unit row per passage
    theme: Ints  #: of each passage

    def of(self, theme: int) -> Ints:
        """Return the rows of a theme's passages."""
        return np.flatnonzero(self.theme == theme)

    def measured(self) -> list[int]:
        """Return the themes with enough held-out passages for a trial."""
        return [int(one) for one in np.unique(self.theme) if len(self.of(int(one))) >= OWN]

    def nearest(self, theme: int) -> int:
        """Return the other theme whose held-out centre is nearest."""
        others = [one for one in np.unique(self.theme) if one != theme]
        own = self.vectors[self.of(theme)].mean(axis=0)
        near = [float(self.vectors[self.of(int(one))].mean(axis=0) @ own) for one in others]
        return int(others[int(np.argmax(near))])


def intrusion(titles: Floats, held: Held, *, seed: int, near: bool = False) -> list[Score]:
    """Return one score per theme: how often its title finds the passage that is not its own.

    After the intrusion tests of Chang et al. (2009), with an embedder as judge (Lau et al. 2014):
    a title is shown with four held-out passages of its theme and one of another theme, drawn at
    random; right is the trial in which the title is farthest from the intruder. With `near` the
    intruder comes from the nearest other theme. A title that fits its theme no better than others
    scores 0.2. `titles` has one unit row per theme; at least two themes.
    """
    rng = np.random.default_rng(seed)
    cosines = held.vectors @ titles.T
    scores = []
    for theme in held.measured():
        own = held.of(theme)
        others = held.of(held.nearest(theme)) if near else np.flatnonzero(held.theme != theme)
        right = 0
        for _ in range(TRIALS):
            shown = rng.choice(own, OWN, replace=False)
            intruder = rng.choice(others if near else _one_theme(others, held, rng))
            right += bool(cosines[intruder, theme] < cosines[shown, theme].min())
        scores.append(Score(name="intrusion", item=str(theme), value=right / TRIALS))
    return scores


def diversity(keywords: Sequence[Sequence[str]]) -> float:
    """Return the share of different words among all themes' keywords (Dieng et al. 2020)."""
    words = [word.casefold() for own in keywords for word in own]
    return len(set(words)) / len(words) if words else 0.0


def duplicates(titles: Sequence[str]) -> int:
    """Return how many titles another theme has already, in whatever form and order of words."""
    lexicon = lexicon_for(run_on(map(parts_of, titles)))
    return len(titles) - len({gist(title, lexicon) for title in titles})


def generic(titles: Iterable[str]) -> int:
    """Return how many titles hold no word that could not stand over any theme."""
    return sum(is_generic(title) for title in titles)


def npmi(keywords: Sequence[Sequence[str]], texts: Sequence[set[str]]) -> list[float]:
    """Return each theme's coherence: mean NPMI of its keywords' pairs (Bouma 2009), -1 to 1.

    Words occur together when one text has both; a pair that never does has -1. `texts` hold the
    words of each text in lower case.
    """
    wanted = {word for own in keywords for word in own}
    single: Counter[str] = Counter()
    double: Counter[tuple[str, str]] = Counter()
    for words in texts:
        present = sorted(words & wanted)
        single.update(present)
        double.update(combinations(present, 2))
    return [_coherence(sorted(set(own)), single, double, len(texts)) for own in keywords]


def _coherence(
    words: Sequence[str], single: Counter[str], double: Counter[tuple[str, str]], n: int
) -> float:
    values = []
    for first, second in combinations(words, 2):
        together = double[first, second] / n
        if together == 0:
            values.append(-1.0)
        elif together == 1:
            values.append(1.0)
        else:
            apart = single[first] / n * single[second] / n
            values.append(log(together / apart) / -log(together))
    return sum(values) / len(values) if values else 0.0


def _one_theme(others: Ints, held: Held, rng: np.random.Generator) -> Ints:
    """Return the passages of one other theme, each theme as likely as the next."""
    theme = rng.choice(np.unique(held.theme[others]))
    chosen: Ints = others[held.theme[others] == theme]
    return chosen
