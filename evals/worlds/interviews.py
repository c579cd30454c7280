"""Makes small studies: a few people, each with a handful of planted themes and some small talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from evals.worlds.bank import bank

#: Of all people, the least and the greatest share that speaks about a planted theme.
SHARES = (0.5, 0.85)
#: Passages of one person on one theme, at most; and how many are small talk.
REPEATS, CHATTER = 3, 2


@dataclass(frozen=True, kw_only=True)
class Interview:
    """One passage of a small study; the theme is the truth, "" for small talk."""

    person: str
    theme: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SmallStudy:
    """All passages, in the order they were said."""

    seed: int
    said: tuple[Interview, ...]

    @property
    def people(self) -> frozenset[str]:
        """Return everybody heard."""
        return frozenset(one.person for one in self.said)

    @property
    def planted(self) -> Mapping[str, frozenset[str]]:
        """Return who speaks about each planted theme."""
        themes = {one.theme for one in self.said if one.theme}
        return {
            theme: frozenset(one.person for one in self.said if one.theme == theme)
            for theme in sorted(themes)
        }


@cache
def chatter() -> tuple[str, ...]:
    """Return small talk that is about nothing."""
    file = resources.files("evals.worlds") / "wordings" / "chatter.txt"
    return tuple(file.read_text(encoding="utf-8").splitlines())


def make_study(seed: int, *, people: int, themes: int = 5) -> SmallStudy:
    """Return a study of so many people with so many planted themes, all in different words.

    Nobody says what another said, as long as the bank has wordings left.
    """
    random = np.random.default_rng([seed, people])
    names = [f"P{number}" for number in range(1, people + 1)]
    chosen = [bank()[position] for position in random.permutation(len(bank()))[:themes]]
    said: list[Interview] = []
    for theme in chosen:
        count = max(2, round(people * float(random.uniform(*SHARES))))
        speakers = sorted(random.choice(people, size=min(count, people), replace=False).tolist())
        words = list(random.permutation(theme.wordings))
        for speaker in speakers:
            for _ in range(int(random.integers(1, REPEATS + 1))):
                text = str(words.pop()) if words else str(random.choice(theme.wordings))
                said.append(Interview(person=names[speaker], theme=theme.key, text=text))
    talk = list(random.permutation(chatter()))
    for name in names:
        for _ in range(CHATTER):
            text = str(talk.pop()) if talk else str(random.choice(chatter()))
            said.append(Interview(person=name, theme="", text=text))
    order = random.permutation(len(said))
    ordered = sorted((said[position] for position in order), key=lambda one: int(one.person[1:]))
    return SmallStudy(seed=seed, said=tuple(ordered))
