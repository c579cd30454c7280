"""Runs our own method on a world: texts to themes, people counted, links tested, tags proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from evals.worlds.types import Said, World
from synth.backends.embedder import Embedder, Vectors
from synth.links.tagging import Proposal, ThemeText, metric_text, propose
from synth.links.types import Link, Tag, TagState, confidence_with_tag
from synth.links.verdicts import Voices, compare_all
from synth.themes.cluster import find_themes
from synth.themes.labelling import label_themes
from synth.themes.types import ThemePeople

#: Seed of theme finding; the worlds vary, the method does not.
THEME_SEED = 7

#: Share of wordings that a simulated theme finder loses, and that it puts into a wrong theme.
LOST, WRONG = 0.06, 0.04

#: Quotes of a theme that a tag is proposed from.
QUOTES = 5


class Wordings:
    """Embeds each different text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._rows: dict[str, Vectors] = {}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if new:
            self._rows.update(zip(new, self._embedder.embed(new), strict=True))
        return np.asarray([self._rows[text] for text in texts], dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class FoundTheme:
    """A theme as the method found it, with what its passages really are about."""

    people: ThemePeople
    text: ThemeText
    truth: str  #: the bank theme that most of its passages are from
    mentions: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the method says about a world."""

    world: World
    themes: Sequence[FoundTheme]
    links: Sequence[Link]  #: the best first
    tags: Mapping[str, float]  #: theme id -> tag score, of the themes a tag was proposed for


def solve(worlds: Sequence[World], wordings: Wordings, *, find: bool = True) -> list[Answer]:
    """Return what the product's own calculations make of each world.

    Without `find` the passages are grouped by the truth, apart from wordings lost or put into a
    wrong theme at random: it shows what tags and tests do when theme finding works.
    """
    themes = [_all_themes(world, _levels(world, wordings, find=find)) for world in worlds]
    # One call for all texts: the model is far quicker in batches.
    wordings.vectors([text for found in themes for theme in found for text in theme.text.texts()])
    return [_answer(world, found, wordings) for world, found in zip(worlds, themes, strict=True)]


def _answer(world: World, themes: Sequence[FoundTheme], wordings: Wordings) -> Answer:
    tags = _tags(world, themes, wordings)
    voices = Voices(
        themes=[theme.people for theme in themes],
        heard=world.people,
        segments=world.segments,
        use={world.anomaly.anomaly.id: world.usage},
    )
    links = [_tagged(link, tags, world) for link in compare_all(voices, [world.anomaly])]
    links.sort(key=lambda link: (not link.is_linked, -link.confidence, link.p or 1.0, link.id))
    scores = {tag.theme_id: tag.score for tag in tags.values()}
    return Answer(world=world, themes=themes, links=links, tags=scores)


def _levels(world: World, wordings: Wordings, *, find: bool) -> dict[str, list[int]]:
    """Return the theme of each passage at every level; -1: in none."""
    texts = sorted({said.text for said in world.said})
    if not find:
        by_text = _noisy_labels(world, texts)
        return {"theme": [by_text[said.text] for said in world.said]}
    # Each wording counts once: how often it was repeated says nothing about what it means.
    found = find_themes(wordings.vectors(texts), keys=texts, seed=THEME_SEED)
    place = {text: position for position, text in enumerate(texts)}
    rows = [place[said.text] for said in world.said]
    rows_of = {"theme": found.labels, "sub": found.fine}
    return {level: [int(labels[row]) for row in rows] for level, labels in rows_of.items()}


def _noisy_labels(world: World, texts: Sequence[str]) -> dict[str, int]:
    rng = np.random.default_rng([world.seed, 1])
    numbers = {key: number for number, key in enumerate(sorted(world.parts))}
    truth = {said.text: numbers[said.theme] for said in world.said}
    labels = {}
    for text in texts:
        draw = rng.random()
        other = int(rng.integers(len(numbers)))
        labels[text] = -1 if draw < LOST else other if draw < LOST + WRONG else truth[text]
    return labels


def _all_themes(world: World, levels: Mapping[str, Sequence[int]]) -> list[FoundTheme]:
    """Return the themes, then the sub-themes."""
    above = dict(zip(levels.get("sub", []), levels["theme"], strict=False))
    return [
        replace(theme, people=replace(theme.people, part_of=f"theme {above[number]}"))
        if level == "sub"
        else theme
        for level, labels in levels.items()
        for number, theme in enumerate(_themes(world, labels, level))
    ]


def _themes(world: World, labels: Sequence[int], level: str) -> list[FoundTheme]:
    members: dict[int, list[Said]] = {}
    for said, label in zip(world.said, labels, strict=True):
        members.setdefault(label, []).append(said)
    unthemed = [said.text for said in members.pop(-1, [])]
    groups = [members[label] for label in sorted(members)]
    names = label_themes([[said.text for said in group] for group in groups], unthemed)
    return [
        _theme(f"{level} {number}", name.title, name.keywords, group)
        for number, (name, group) in enumerate(zip(names, groups, strict=True))
    ]


def _theme(
    theme_id: str, title: str, keywords: tuple[str, ...], group: Sequence[Said]
) -> FoundTheme:
    first: dict[str, datetime | None] = {}
    for said in sorted(group, key=lambda item: item.at):
        first.setdefault(said.person, said.at)
    about = [said.theme for said in group]
    return FoundTheme(
        people=ThemePeople(theme_id=theme_id, title=title, keywords=keywords, first_said_at=first),
        text=ThemeText(
            theme_id=theme_id,
            title=title,
            keywords=keywords,
            quotes=tuple(dict.fromkeys(said.text for said in group))[:QUOTES],
        ),
        truth=max(sorted(set(about)), key=about.count),
        mentions=len(group),
    )


def _tags(world: World, themes: Sequence[FoundTheme], wordings: Wordings) -> dict[str, Proposal]:
    whole = [theme for theme in themes if theme.people.part_of is None]
    if not whole:
        return {}
    proposals = propose(
        [world.metric],
        [theme.text for theme in whole],
        metric_vectors=wordings.vectors([metric_text(world.metric)]),
        theme_vectors=[wordings.vectors(theme.text.texts()) for theme in whole],
    )
    tags = {proposal.theme_id: proposal for proposal in proposals}
    # A sub-theme speaks about what its theme speaks about.
    return {
        theme.people.theme_id: tags[of]
        for theme in themes
        if (of := theme.people.part_of or theme.people.theme_id) in tags
    }


def _tagged(link: Link, tags: Mapping[str, Proposal], world: World) -> Link:
    proposal = tags.get(link.theme_id)
    tag = None
    if proposal is not None:
        tag = Tag(
            id=f"tag {link.theme_id}",
            metric_id=world.metric.id,
            theme_id=link.theme_id,
            chunk_id=None,
            state=TagState.PROPOSED,
            reason=proposal.reason,
            score=proposal.score,
            proposed_by=None,
            decided_by=None,
            created_at=max(said.at for said in world.said),
        )
    return replace(link, tag=tag, confidence=confidence_with_tag(link.confidence, tag))
