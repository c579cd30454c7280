"""From groups of passages to the themes of a run: ids kept, people's edits replayed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from synth.themes.cluster import Labels
from synth.themes.edits import Before, Code, Decisions, Edit, StoredTheme, live
from synth.themes.keeping import Claim
from synth.themes.matching import Step, changes, name_groups
from synth.themes.replay import edited, replay
from synth.themes.types import Level, Member, Origin, Place, UnthemedReason

Groups = Mapping[str, Collection[str]]  # theme id -> chunk ids


@dataclass(frozen=True, kw_only=True)
class Previous:
    """What a run starts from: the run shown so far, and everything people decided."""

    run_id: str | None
    themes: Sequence[StoredTheme]
    members: Sequence[Member]
    edits: Sequence[Edit]

    def known(self) -> set[str]:
        """Return the passages it had, themed or not."""
        return {member.chunk_id for member in self.members}

    @cached_property
    def decisions(self) -> Decisions:
        """What people decided about it."""
        return replay((theme.before for theme in self.themes), self.edits)

    def groups(self, level: Level) -> Groups:
        """Return its themes of a level as people left them, before merges."""
        return self._groups[level]

    @cached_property
    def _groups(self) -> Mapping[Level, Groups]:
        homes = {one.chunk_id: self.decisions.home(one) for one in self.members}
        above = {theme.before.id: theme.before.parent_id for theme in self.themes}
        return {
            Level.THEME: gather(homes.items()),
            Level.SUB: gather((one.chunk_id, one.found.sub_theme_id) for one in self.members),
            Level.BROAD: gather(
                (one, above.get(home) if home else None) for one, home in homes.items()
            ),
        }

    def views(self, level: Level) -> list[list[Groups]]:
        """Return what a new run may continue: first themes a run found, then parts people made.

        A code takes its passages from every group: no group continues it, and the group they come
        from is continued as if it had them still.
        """
        if level is not Level.THEME:
            return [[self.groups(level)]]
        parts = {one.before.id for one in self.themes if one.before.origin is Origin.SPLIT}
        codes = {code.theme_id for edit in live(self.edits) for code in edit.codes}
        codes |= {one.before.id for one in self.themes if one.before.origin is Origin.CODEBOOK}
        others = parts | codes
        left = self.groups(level)
        base = gather((one.chunk_id, self.decisions.base(one)) for one in self.members)
        found = gather((one.chunk_id, one.found.theme_id) for one in self.members)
        return [
            [
                {one: group for one, group in way.items() if one not in others}
                for way in (left, base, found)
            ],
            [{one: group for one, group in left.items() if one in parts}],
        ]


@dataclass(frozen=True, kw_only=True)
class Named:
    """The groups of a run under the ids of what they continue, by level."""

    groups: Mapping[Level, Groups]
    parents: Mapping[str, str]  #: of sub-themes and themes
    strengths: Mapping[str, float]  #: by chunk id

    def home(self, level: Level) -> dict[str, str]:
        """Return the theme of each passage."""
        return {one: theme for theme, group in self.groups[level].items() for one in group}


@dataclass(frozen=True, kw_only=True)
class Staying:
    """A theme that people edited or made and that the run did not find."""

    id: str
    origin: Origin
    held: Collection[str]  #: passages it has already
    code: Code | None  #: what seeds it
    stored: StoredTheme | None  #: as it was; None for a new code


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a theme is called by the machine."""

    title: str
    description: str
    keywords: tuple[str, ...]
    contrast: str = ""
    source: str = "offline"  #: or "llm"
    provenance: Mapping[str, str] | None = None  #: model, prompt and passages of an "llm" label


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A run ready to be stored."""

    themes: Sequence[StoredTheme]
    members: Sequence[Member]
    steps: Sequence[Step]


def gather(pairs: Iterable[tuple[str, str | None]]) -> dict[str, list[str]]:
    """Return the passages of each theme, from (chunk id, theme id) pairs."""
    groups: dict[str, list[str]] = defaultdict(list)
    for chunk_id, theme_id in pairs:
        if theme_id is not None:
            groups[theme_id].append(chunk_id)
    return dict(groups)


def name_themes(previous: Previous, chunk_ids: Sequence[str], labels: Labels) -> Named:
    """Return the groups that `labels` make of passages, under the ids of what they continue.

    A broad group of one theme is that theme: it has no name of its own.
    """
    themes = _split(chunk_ids, labels.labels.tolist())
    fine = labels.fine.tolist() or [-1] * len(chunk_ids)
    subs = [group for group in _split(chunk_ids, fine) if group]
    broad = labels.broad.tolist()
    wholes = [
        sorted(one for theme, own in enumerate(broad) if own == group for one in themes[theme])
        for group, parts in sorted(Counter(broad).items())
        if parts > 1
    ]
    known, groups = previous.known(), {}
    for level, found in ((Level.THEME, themes), (Level.SUB, subs), (Level.BROAD, wholes)):
        ids = name_groups(found, views=previous.views(level), known=known, level=level)
        groups[level] = dict(zip(ids, found, strict=True))
    home = {one: theme for theme, group in groups[Level.THEME].items() for one in group}
    whole = {one: theme for theme, group in groups[Level.BROAD].items() for one in group}
    parents = {sub: home[group[0]] for sub, group in groups[Level.SUB].items()}
    parents |= {
        theme: whole[group[0]] for theme, group in groups[Level.THEME].items() if group[0] in whole
    }
    strengths = dict(zip(chunk_ids, labels.strengths.tolist(), strict=True))
    return Named(groups=groups, parents=parents, strengths=strengths)


def find_staying(previous: Previous, named: Named) -> list[Staying]:
    """Return the themes that people keep although no group of the run continues them."""
    counted = live(previous.edits)
    wanted = edited(previous.edits) - named.groups[Level.THEME].keys()
    codes = {code.theme_id: code for edit in counted for code in edit.codes}
    parts = {edit.new_theme_id: edit.chunk_ids for edit in counted if edit.new_theme_id}
    stored = {
        theme.before.id: theme
        for theme in previous.themes
        if theme.before.level is Level.THEME and not theme.after.is_gone
    }
    held = gather((member.chunk_id, previous.decisions.base(member)) for member in previous.members)
    return [
        Staying(
            id=theme_id,
            origin=_origin(theme_id, codes, parts),
            held=() if theme_id in codes else {*held.get(theme_id, ()), *parts.get(theme_id, ())},
            code=codes.get(theme_id),
            stored=stored.get(theme_id),
        )
        for theme_id in sorted(wanted & (stored.keys() | codes.keys()))
    ]


def place_passages(
    named: Named, claims: Mapping[str, Claim], reasons: Mapping[str, UnthemedReason]
) -> list[Member]:
    """Return each passage of `reasons` where the run puts it; that is why, where it is nowhere."""
    home, sub = named.home(Level.THEME), named.home(Level.SUB)
    members = []
    for chunk_id, reason in reasons.items():
        theme_id, taken = home.get(chunk_id), claims.get(chunk_id)
        found = Place(
            theme_id=theme_id, sub_theme_id=sub.get(chunk_id), reason=None if theme_id else reason
        )
        strength = taken.strength if taken else named.strengths.get(chunk_id, 0.0)
        kept = taken.theme_id if taken else None
        members.append(
            Member(
                chunk_id=chunk_id, found=found, shown=found, strength=strength, kept_theme_id=kept
            )
        )
    return members


def list_before(named: Named, staying: Sequence[Staying]) -> list[Before]:
    """Return every theme of a run before edits; those it found have no title yet."""
    found = [
        Before(
            id=theme_id,
            level=level,
            origin=Origin.FOUND,
            title="",
            parent_id=named.parents.get(theme_id),
        )
        for level in (Level.THEME, Level.SUB, Level.BROAD)
        for theme_id in named.groups[level]
    ]
    home = named.home(Level.THEME)
    for one in staying:
        near = Counter(home[chunk_id] for chunk_id in one.held if chunk_id in home)
        beside = max(sorted(near), key=lambda theme: near[theme], default="")
        before = one.stored.before if one.stored else None
        found.append(
            Before(
                id=one.id,
                level=Level.THEME,
                origin=one.origin,
                title=one.code.name if one.code else before.title if before else "",
                keywords=before.keywords if before else (),
                parent_id=named.parents.get(beside),
            )
        )
    return found


def finish(
    previous: Previous,
    before: Sequence[Before],
    members: Sequence[Member],
    *,
    written: Mapping[str, Written],
    staying: Sequence[Staying],
) -> Plan:
    """Return the run with titles, people's edits, and what it changes."""
    titled = [
        replace(theme, title=written[theme.id].title, keywords=written[theme.id].keywords)
        if theme.origin is Origin.FOUND
        else replace(theme, keywords=_keywords(theme, written))
        for theme in before
    ]
    decisions = replay(titled, previous.edits)
    stored = {one.id: one for one in staying}
    themes = [
        replace(_store(theme, decisions, written.get(theme.id), stored.get(theme.id)), rank=rank)
        for rank, theme in enumerate(titled)
    ]
    after = Previous(run_id=None, themes=themes, members=members, edits=previous.edits)
    steps = [
        step
        for level in (Level.THEME, Level.BROAD, Level.SUB)
        for step in changes(
            previous.groups(level), after.groups(level), known=previous.known(), level=level
        )
    ]
    placed = [decisions.place(member) for member in members]
    return Plan(themes=themes, members=placed, steps=steps)


def _split(chunk_ids: Sequence[str], labels: Sequence[int]) -> list[list[str]]:
    groups: list[list[str]] = [[] for _ in range(max(labels, default=-1) + 1)]
    for chunk_id, label in zip(chunk_ids, labels, strict=True):
        if label >= 0:
            groups[label].append(chunk_id)
    return groups


def _origin(theme_id: str, codes: Collection[str], parts: Collection[str | None]) -> Origin:
    if theme_id in codes:
        return Origin.CODEBOOK
    return Origin.SPLIT if theme_id in parts else Origin.KEPT


def _keywords(theme: Before, written: Mapping[str, Written]) -> tuple[str, ...]:
    return written[theme.id].keywords if theme.id in written else theme.keywords


def _store(
    theme: Before, decisions: Decisions, written: Written | None, staying: Staying | None
) -> StoredTheme:
    described = staying.code.description if staying and staying.code else ""
    if staying and staying.stored:
        described = described or staying.stored.description
    return StoredTheme(
        before=theme,
        after=decisions.themes[theme.id],
        description=described or (written.description if written else ""),
        contrast=written.contrast if written else "",
        label_source=written.source if written else "offline",
        label_provenance=written.provenance if written else None,
    )
