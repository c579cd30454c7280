"""Chooses the passages that leave a theme, and makes the theme they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synth.errors import Conflict, InputError
from synth.segments import repo as segments
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.edits import Before, StoredTheme, unedited
from synth.themes.labelling import Label, label_themes
from synth.themes.planning import gather
from synth.themes.types import Level, Origin, Theme

#: Passages that those of a new theme are set against.
MOST_OTHERS = 2000


@dataclass(frozen=True, kw_only=True)
class Part:
    """What leaves a theme."""

    chunk_ids: tuple[str, ...]
    left: tuple[str, ...]  #: passages that stay
    sub_theme_ids: tuple[str, ...] = ()  #: sub-themes that go along
    title: str = ""  #: of the one sub-theme that becomes a theme


def choose_part(
    uow: UnitOfWork, source: Theme, *, chunk_ids: Sequence[str], sub_theme_ids: Sequence[str]
) -> Part:
    """Return the passages named, or those of the sub-themes named.

    Raises:
        InputError: not exactly one of both is given, or something is not in the theme.
        Conflict: nothing would be left of the theme.
    """
    if bool(chunk_ids) == bool(sub_theme_ids):
        raise InputError("name passages or sub-themes to split off", expected="exactly one of both")
    inside = [one for one in repo.load_members(uow) if one.shown.theme_id == source.id]
    wanted, present = set(chunk_ids), {member.chunk_id for member in inside}
    titles: dict[str, str] = {}
    if sub_theme_ids:
        titles = {
            theme.id: theme.title
            for theme in repo.list_themes(uow, hidden=True, level=Level.SUB)
            if theme.parent_id == source.id and theme.level is Level.SUB
        }
        _require(set(sub_theme_ids) <= titles.keys(), source, "sub-themes")
        subs = set(sub_theme_ids)
        wanted = {one.chunk_id for one in inside if one.shown.sub_theme_id in subs}
    _require(wanted <= present, source, "passages")
    if wanted == present:
        raise Conflict(f"nothing would be left of “{source.title}”; rename it instead")
    alone = len(set(sub_theme_ids)) == 1
    return Part(
        chunk_ids=tuple(sorted(wanted)),
        left=tuple(sorted(present - wanted)),
        sub_theme_ids=() if alone else tuple(dict.fromkeys(sub_theme_ids)),
        title=titles[sub_theme_ids[0]] if alone else "",
    )


def choose_sub_themes(uow: UnitOfWork, source: Theme) -> list[Part]:
    """Return every sub-theme with passages but the largest, the next largest first.

    Raises:
        Conflict: there are fewer than two.
    """
    inside = [one for one in repo.load_members(uow) if one.shown.theme_id == source.id]
    present = {member.chunk_id for member in inside}
    groups = gather((one.chunk_id, one.shown.sub_theme_id) for one in inside)
    if len(groups) < 2:
        raise Conflict(f"“{source.title}” has no two sub-themes; name passages to split off")
    titles = {one.before.id: one.after.title for one in repo.load_themes(uow)}
    _, *leaving = sorted(groups, key=lambda sub: (-len(groups[sub]), sub))
    return [
        Part(
            chunk_ids=tuple(sorted(groups[sub])),
            left=tuple(sorted(present.difference(groups[sub]))),
            title=titles[sub],
        )
        for sub in leaving
    ]


def make_part(uow: UnitOfWork, source: Theme, part: Part, *, theme_id: str) -> StoredTheme:
    """Return the theme that a part becomes, called by its own words against those that stay."""
    label = _label(uow, part.chunk_ids, part.left, whole=source.title)
    before = Before(
        id=theme_id,
        level=Level.THEME,
        origin=Origin.SPLIT,
        title=part.title or label.title,
        keywords=label.keywords,
        parent_id=source.parent_id,
    )
    contrast = label.contrast.describe(source.title) if label.contrast else ""
    return StoredTheme(
        before=before, after=unedited(before), description=label.description, contrast=contrast
    )


def make_chosen(uow: UnitOfWork, places: Mapping[str, str | None], *, theme_id: str) -> StoredTheme:
    """Return the theme of passages from here and there, called by its words against the others'.

    `places` says which theme each passage is in; in the broad theme that all are in, it stays.
    """
    sources = set(places.values())
    others = [one.chunk_id for one in repo.load_members(uow) if one.shown.theme_id in sources]
    left = sorted(set(others).difference(places))
    label = _label(uow, list(places), left[:: len(left) // MOST_OTHERS + 1])
    above = {one.before.id: one.after.parent_id for one in repo.load_themes(uow)}
    parents = {above.get(source) if source else None for source in sources}
    before = Before(
        id=theme_id,
        level=Level.THEME,
        origin=Origin.SPLIT,
        title=label.title,
        keywords=label.keywords,
        parent_id=parents.pop() if len(parents) == 1 else None,
    )
    return StoredTheme(before=before, after=unedited(before), description=label.description)


def _label(
    uow: UnitOfWork, chosen: Sequence[str], left: Sequence[str], *, whole: str = ""
) -> Label:
    texts = {one: chunk.text for one, chunk in segments.load_chunks(uow, [*chosen, *left]).items()}
    groups = [[texts[one] for one in ids if one in texts] for ids in (chosen, left)]
    reserved = [theme.after.title for theme in repo.load_themes(uow)]
    wholes = [whole, whole] if whole else []
    return label_themes(groups, [], reserved=reserved, wholes=wholes)[0]


def _require(is_inside: bool, source: Theme, what: str) -> None:
    if not is_inside:
        raise InputError(
            f"some of these {what} are not in “{source.title}”",
            expected=f"{what} that `synth themes show {source.id}` lists",
        )
