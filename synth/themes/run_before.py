"""What the run before found, from which the next one goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synth.backends.embedder import Vectors
from synth.segments.types import Chunk
from synth.themes.cluster import Labels, as_before
from synth.themes.edits import Before
from synth.themes.neighbours import Ints
from synth.themes.types import Level, Member, ThemeRun


@dataclass(frozen=True, kw_only=True)
class RunBefore:
    """The themes that a run found, before anybody edited them."""

    run: ThemeRun
    grouped: Collection[str]  #: passages it was made of; others joined later
    themes: Sequence[Before]  #: in the order of the list
    members: Sequence[Member]

    def is_of(
        self, chunks: Sequence[Chunk], boilerplate: Collection[str], manifest: Mapping[str, str]
    ) -> bool:
        """Return whether a run over these passages would look at nothing that it did not see."""
        return (
            {chunk.id for chunk in chunks} == self.grouped == {one.chunk_id for one in self.members}
            and boilerplate == self.run.boilerplate
            and manifest == self.run.manifest
        )

    def again(self, vectors: Vectors, keys: Sequence[str]) -> Labels:
        """Return what it found, for the passages of `keys` with their vectors."""
        number = self._numbers(Level.THEME)
        parents = {one.id: one.parent_id for one in self.themes}
        wholes = {one: len(number) + place for one, place in self._numbers(Level.BROAD).items()}
        return as_before(
            vectors,
            keys=keys,
            themes=self.numbers(keys, Level.THEME),
            fine=self.numbers(keys, Level.SUB),
            broad=np.asarray([wholes.get(parents[one] or "", number[one]) for one in number]),
        )

    def numbers(self, keys: Sequence[str], level: Level) -> Ints:
        """Return the number of the theme of a level that each passage was found in, -1 for none."""
        number, found = self._numbers(level), dict(self._found(level))
        return np.asarray([number.get(found.get(key, ""), -1) for key in keys], dtype=np.int64)

    def _numbers(self, level: Level) -> dict[str, int]:
        """Return the themes that passages were found in, numbered in the order of the list."""
        found = (
            {one.parent_id for one in self.themes}
            if level is Level.BROAD
            else {theme_id for _, theme_id in self._found(level)}
        )
        ids = [one.id for one in self.themes if one.level is level and one.id in found]
        return {theme_id: number for number, theme_id in enumerate(ids)}

    def _found(self, level: Level) -> Iterator[tuple[str, str]]:
        """Yield passages with the theme, or part of one, that each was found in."""
        for one in self.members:
            theme_id = one.found.sub_theme_id if level is Level.SUB else one.found.theme_id
            if theme_id:
                yield one.chunk_id, theme_id
