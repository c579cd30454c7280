"""How near texts are to the themes there are: where new ones belong, and what is new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.neighbours import Floats, Ints

#: Texts of a theme that a text is compared with: its nearest ones. Measured on CLINC150 (themes of
#: train without labels; test against out of scope), AUROC: 3 texts 0.961, 5 texts 0.964, 10 texts
#: 0.964; cosine to the centre 0.954; plain mean cosine to the 5 nearest texts of all 0.962.
NEAREST = 5

#: Texts that stand for a theme; of a larger one, this many spread evenly over its rows.
MOST_ROWS = 500

#: A theme's usual nearness is reached by three of four of its own texts.
USUAL_QUANTILE = 0.25

#: What lies farther than this share of the themes' own texts do is near no theme.
FAR_QUANTILE = 0.05

BLOCK = 2048


@dataclass(frozen=True, kw_only=True)
class ThemeRows:
    """What new texts are compared with."""

    rows: Vectors  #: unit rows of texts in themes, by theme; shape (m, d)
    labels: Ints  #: theme of each row, ascending from 0; shape (m,)
    usual: Floats  #: how near a theme's own texts are to it; shape (themes,)
    far: float  #: relative nearness below which a text is near no theme


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where texts belong; aligned with the rows given."""

    labels: Ints  #: the nearest theme; -1: near none
    nearest: Ints  #: the nearest theme, however far; -1 only where there is no theme
    nearness: (
        Floats  #: to that theme: 1 is as near as its own texts usually are, 0 and below is far
    )

    def strengths(self) -> Floats:
        """Return the nearness to the theme a text is in, 0 to 1; 0 where in none."""
        return np.where(self.labels >= 0, np.clip(self.nearness, 0.0, 1.0), 0.0)


def describe_themes(vectors: Vectors, labels: Ints) -> ThemeRows:
    """Return what stands for the themes of unit rows of shape (n, d); -1 is in no theme."""
    themes = int(labels.max(initial=-1)) + 1
    chosen = [_spread(np.flatnonzero(labels == theme)) for theme in range(themes)]
    picked = np.concatenate(chosen) if chosen else np.zeros(0, dtype=np.int64)
    rows, owners = vectors[picked], labels[picked]
    inside = [_inside(vectors[members]) for members in chosen]
    usual = np.asarray([np.quantile(near, USUAL_QUANTILE) for near in inside])
    usual = np.maximum(usual, 1e-6)
    own = [near / usual[theme] for theme, near in enumerate(inside)]
    far = float(np.quantile(np.concatenate(own), FAR_QUANTILE)) if own else np.inf
    return ThemeRows(rows=rows, labels=owners, usual=usual, far=far)


def place(vectors: Vectors, themes: ThemeRows) -> Places:
    """Return the nearest theme of each unit row; no theme changes by it.

    Nearness is the mean cosine to the nearest texts of a theme, relative to how near the theme's
    own texts are to each other: a loose theme takes in what a narrow one would not.
    """
    n = len(vectors)
    nearest, nearness = np.full(n, -1, dtype=np.int64), np.zeros(n)
    if not len(themes.usual):
        return Places(labels=nearest.copy(), nearest=nearest, nearness=nearness)
    starts = np.searchsorted(themes.labels, np.arange(len(themes.usual) + 1))
    for first in range(0, n, BLOCK):
        cosines = vectors[first : first + BLOCK] @ themes.rows.T
        relative = np.stack(
            [
                _mean_of_nearest(cosines[:, begin:end]) / usual
                for begin, end, usual in zip(starts, starts[1:], themes.usual, strict=False)
            ],
            axis=1,
        )
        best = relative.argmax(axis=1)
        nearest[first : first + BLOCK] = best
        nearness[first : first + BLOCK] = relative[np.arange(len(best)), best]
    labels = np.where(nearness >= themes.far, nearest, -1)
    return Places(labels=labels, nearest=nearest, nearness=nearness)


def _spread(members: Ints) -> Ints:
    if len(members) <= MOST_ROWS:
        return members
    return members[np.linspace(0, len(members) - 1, MOST_ROWS).astype(np.int64)]


def _inside(rows: Vectors) -> Floats:
    """Return the nearness of each row to the others; a text alone is as near as can be."""
    if len(rows) < 2:
        return np.ones(len(rows))
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    return _mean_of_nearest(cosines, k=min(NEAREST, len(rows) - 1))


def _mean_of_nearest(cosines: Vectors, k: int = NEAREST) -> Floats:
    k = min(k, cosines.shape[1])
    top = np.partition(cosines, -k, axis=1)[:, -k:]
    return np.asarray(top.mean(axis=1), dtype=np.float64)
