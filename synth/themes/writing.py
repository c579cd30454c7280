"""What the machine calls the themes of a run, and which of their passages stand for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from synth.segments.types import Chunk
from synth.themes.edits import Before, Edit
from synth.themes.labelling import Candidate, Label, choose_exemplars, label_themes
from synth.themes.planning import Written, gather
from synth.themes.replay import replay
from synth.themes.sharing import Part
from synth.themes.types import Background, Level, Member


def choose_ranks(
    members: Sequence[Member], chunks: Sequence[Chunk], backgrounds: Mapping[str, Background]
) -> list[Member]:
    """Return members with the passages ranked that stand for their theme, before any edit."""
    texts = {chunk.id: chunk.text for chunk in chunks}
    candidates: dict[str, list[Candidate]] = defaultdict(list)
    for member in members:
        theme_id = member.kept_theme_id or member.found.theme_id
        background = backgrounds.get(member.chunk_id)
        if theme_id and background and background.may_quote:
            candidates[theme_id].append(
                Candidate(
                    chunk_id=member.chunk_id,
                    speaker=background.speaker,
                    words=len(texts[member.chunk_id].split()),
                    strength=member.strength,
                )
            )
    ranks = {
        chunk_id: rank
        for group in candidates.values()
        for rank, chunk_id in enumerate(choose_exemplars(group))
    }
    return [
        replace(one, found=replace(one.found, exemplar_rank=ranks.get(one.chunk_id)))
        for one in members
    ]


def write_labels(
    before: Sequence[Before],
    members: Sequence[Member],
    chunks: Sequence[Chunk],
    backgrounds: Mapping[str, Background],
    edits: Sequence[Edit],
) -> dict[str, Written]:
    """Return what each theme is called, from its passages as people's edits leave them.

    No two themes of a run share a title, at whatever level, and none has one that a person gave.
    """
    decisions = replay(before, edits)
    homes = {member.chunk_id: decisions.home(member) for member in members}
    titles = {one.id: decisions.themes[one.id] for one in before}
    given = {theme_id: after.title for theme_id, after in titles.items() if after.titled_by}
    reserved = {*given.values(), *(one.title for one in before if one.title)}
    read = _Reading({chunk.id: chunk.text for chunk in chunks}, backgrounds, homes)
    above = {one.id: one.parent_id for one in before}
    written: dict[str, Written] = {}
    themes: dict[str, list[str]] = {}
    shown = dict(given)
    for level in (Level.THEME, Level.BROAD, Level.SUB):
        groups = read.told(_groups(level, before, members, homes))
        wholes, parts = [], []
        if level is Level.THEME:
            themes = groups
        elif level is Level.BROAD:
            parts = [read.parts(themes, shown, above, broad) for broad in groups]
        else:
            wholes = [shown.get(above[one] or "", "") for one in groups]
        labels = read.label(groups, reserved, wholes, parts)
        called = {theme_id: label.title for theme_id, label in labels.items()}
        reserved |= set(called.values())
        shown |= called | given
        written |= _write(labels, called | given)
    return written


def _groups(
    level: Level,
    before: Sequence[Before],
    members: Sequence[Member],
    homes: Mapping[str, str | None],
) -> dict[str, list[str]]:
    """Return the passages that each theme of a level is called after."""
    above = {theme.id: theme.parent_id for theme in before}
    found = [(member.chunk_id, member.found.theme_id) for member in members]
    now = list(homes.items())
    if level is Level.SUB:
        now = found = [(member.chunk_id, member.found.sub_theme_id) for member in members]
    elif level is Level.BROAD:
        now, found = (
            [(one, above.get(theme) if theme else None) for one, theme in pairs]
            for pairs in (now, found)
        )
    groups, emptied = gather(now), gather(found)
    wanted = [theme.id for theme in before if theme.level is level]
    return {one: groups.get(one) or emptied.get(one, []) for one in wanted}


@dataclass(frozen=True)
class _Reading:
    """What was said by whom, and which theme it is in."""

    texts: Mapping[str, str]  #: by chunk id
    backgrounds: Mapping[str, Background]
    homes: Mapping[str, str | None]

    def told(self, groups: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the passages of each group that say enough; a group of none is left out."""
        told = {theme: [one for one in ids if one in self.texts] for theme, ids in groups.items()}
        return {theme: ids for theme, ids in told.items() if ids}

    def parts(
        self,
        themes: Mapping[str, Sequence[str]],
        titles: Mapping[str, str],
        above: Mapping[str, str | None],
        broad: str,
    ) -> list[Part]:
        """Return the themes of a broad one."""
        return [
            Part(title=titles[theme], texts=[self.texts[one] for one in ids])
            for theme, ids in themes.items()
            if above.get(theme) == broad
        ]

    def label(
        self,
        groups: Mapping[str, Sequence[str]],
        reserved: Collection[str],
        wholes: Sequence[str],
        parts: Sequence[Sequence[Part]],
    ) -> dict[str, Label]:
        """Return the label of each group."""
        labels = label_themes(
            [[self.texts[one] for one in ids] for ids in groups.values()],
            [text for one, text in self.texts.items() if self.homes.get(one) is None],
            reserved=reserved,
            speakers=[[self._speaker(one) for one in ids] for ids in groups.values()],
            wholes=wholes,
            parts=parts,
        )
        return dict(zip(groups, labels, strict=True))

    def _speaker(self, chunk_id: str) -> str:
        known = self.backgrounds.get(chunk_id)
        return known.speaker if known else chunk_id


def _write(labels: Mapping[str, Label], called: Mapping[str, str]) -> dict[str, Written]:
    ids = list(labels)
    return {
        theme_id: Written(
            title=label.title,
            description=label.description,
            keywords=label.keywords,
            contrast=label.contrast.describe(called[ids[label.contrast.other]])
            if label.contrast
            else "",
        )
        for theme_id, label in labels.items()
    }
