"""Which passages belong to the themes that people edited, made or seeded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from synth.backends.embedder import Vectors
from synth.themes.centres import unit
from synth.themes.neighbours import Floats, Ints

#: A passage joins when it is nearer to the centre than this share of the theme's own.
STRAY_QUANTILE = 0.10

#: A passage is about a code from this cosine to its name, description and examples on, and if that
#: is this share of its nearness to the theme it would be in: of messages about cards, all are near
#: "lost card". From the last cosine on it is in any case.
CODE_FLOOR, CODE_SHARE, CODE_SURE = 0.40, 0.75, 0.65


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A theme that stays although the run did not find it."""

    theme_id: str
    held: Collection[str]  #: passages it has already
    seeds: Vectors | None = None  #: of a code: its description and examples; shape (k, d)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A passage that a kept theme takes."""

    theme_id: str
    strength: float  #: cosine to the theme's centre, 0 to 1


def claim(
    vectors: Vectors,
    keys: Sequence[str],
    *,
    labels: Ints,
    known: Collection[str],
    kept: Sequence[Kept],
) -> dict[str, Claim]:
    """Return the passages that each kept theme takes, by key; `keys` name the rows.

    A theme keeps what it holds, and with it equal texts. Of what was not `known` before it takes
    what is as near as nearly all of its own, and nearer than to the group of `labels` it is in. A
    code holds nothing: it takes the passages near its seeds, whatever group those are in.
    """
    if not kept or not len(keys):
        return {}
    rows = {key: row for row, key in enumerate(keys)}
    inside = [sorted(rows[key] for key in theme.held if key in rows) for theme in kept]
    centres = [_centre(vectors, held, theme) for held, theme in zip(inside, kept, strict=True)]
    cosines = (vectors @ np.stack(centres, axis=1)).astype(np.float64)
    joins = np.zeros(cosines.shape, dtype=np.bool_)
    own = _own_cosines(vectors, labels)
    new = np.asarray([key not in known for key in keys])
    for place, (theme, held) in enumerate(zip(kept, inside, strict=True)):
        if theme.seeds is not None:
            joins[:, place] = cosines[:, place] >= code_floor(own)
        elif held:
            usual = np.quantile(cosines[held, place], STRAY_QUANTILE)
            joins[:, place] = new & (cosines[:, place] >= usual) & (cosines[:, place] > own)
            equal = {vectors[row].tobytes() for row in held}
            joins[:, place] |= [row.tobytes() in equal for row in vectors]
    best = np.where(joins, cosines, -np.inf).argmax(axis=1)
    for place, held in enumerate(inside):
        best[held], joins[held, place] = place, True
    return {
        keys[row]: Claim(
            theme_id=kept[best[row]].theme_id,
            strength=float(np.clip(cosines[row, best[row]], 0.0, 1.0)),
        )
        for row in np.flatnonzero(joins.any(axis=1)).tolist()
    }


def is_coded(cosine: float, nearness: float) -> bool:
    """Return whether a code takes a passage: by the cosine to its seeds, and to its own theme."""
    return bool(cosine >= code_floor(nearness))


def code_floor(nearness: Floats | float) -> Floats:
    """Return how near a code's seeds passages must be, by how near they are to their own theme."""
    return np.clip(CODE_SHARE * np.asarray(nearness), CODE_FLOOR, CODE_SURE)


def _centre(vectors: Vectors, held: Sequence[int], theme: Kept) -> Floats:
    total = vectors[list(held)].sum(axis=0, dtype=np.float64)
    if theme.seeds is not None:
        total = total + theme.seeds.sum(axis=0, dtype=np.float64)
    return np.asarray(unit(total[None, :])[0])


def _own_cosines(vectors: Vectors, labels: Ints) -> Floats:
    """Return each row's cosine to the centre of its group; -1 in none."""
    own = np.full(len(vectors), -1.0)
    for group in range(int(labels.max(initial=-1)) + 1):
        inside = np.flatnonzero(labels == group)
        own[inside] = vectors[inside] @ unit(vectors[inside].sum(axis=0, keepdims=True))[0]
    return own
