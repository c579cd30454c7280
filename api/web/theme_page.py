"""The page of one theme: what is loaded for it, and what is made of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from api.web.format import sentence, short_headline
from api.web.link_parts import link_card
from api.web.part_contexts import Count, LinkCard, Option
from api.web.parts import theme_quote, theme_row
from api.web.theme_contexts import Chosen, ThemePage
from api.web.theme_history import edit_rows, lineage_rows
from api.web.theme_parts import (
    PARTS,
    heard_shown,
    options,
    segment_rows,
    sides_shown,
    theme_of,
)
from api.web.weeks import headline as trend_words
from api.web.weeks import week_chart
from synth.core.proportions import wilson
from synth.links import repo as links_repo
from synth.links.types import Link
from synth.metrics import repo as metrics
from synth.metrics.types import Anomaly
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.edits import Edit, StoredTheme
from synth.themes.hearing import Heard, Spoken, read_voices
from synth.themes.repo import voices
from synth.themes.stance import Stance
from synth.themes.types import Level, LineageStep, Theme, ThemeEvidence

PAGE = 20
FIRST_QUOTES = 3
#: Passages of the other side shown at once.
MOST_AGAINST = 10


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a theme's page is made of."""

    stored: Mapping[str, StoredTheme]
    said: Sequence[Spoken]
    heard: Heard
    passages: Mapping[str, ThemeEvidence]
    against: Sequence[str]  #: chunk ids of the other side
    borderline: Collection[str]  #: those of the passages that are far out in their theme
    after: int  #: passages passed over
    more: bool
    pairs: Sequence[Link]
    anomalies: Mapping[str, Anomaly]
    steps: Sequence[LineageStep]
    edits: Sequence[Edit]

    @property
    def gone(self) -> set[str]:
        """Return the titles of themes merged into others or no more, but those that others have."""
        known = [one.after for one in self.stored.values()]
        there = {one.title for one in known if not (one.is_gone or one.merged_into)}
        return {one.title for one in known} - there


def load(
    uow: UnitOfWork, stored: Mapping[str, StoredTheme], theme_id: str, *, after: int
) -> Loaded:
    """Return what the page shows; passages beyond `after` and the first of the other side."""
    said = voices.spoken(uow, theme_id)
    heard = voices.heard(uow)
    quotable = [one for one in said if one.may_quote]
    dissent = read_voices(said, heard).sides.dissent
    against = [one.chunk_id for one in quotable if one.stance is dissent][:MOST_AGAINST]
    rest = [one.chunk_id for one in quotable if one.chunk_id not in set(against)]
    wanted = [*rest[after : after + PAGE], *against]
    pairs = links_repo.list_links(uow, theme_id=theme_id)
    return Loaded(
        stored=stored,
        said=said,
        heard=heard,
        passages={item.chunk_id: item for item in repo.quotable(uow, wanted)},
        against=against,
        borderline=repo.borderline(uow, wanted),
        after=after,
        more=len(rest) > after + PAGE,
        pairs=pairs,
        anomalies={item.id: item for item in metrics.list_anomalies(uow)} if pairs else {},
        steps=repo.list_steps(uow, theme_id=theme_id),
        edits=repo.list_edits(uow),
    )


def make_page(loaded: Loaded, theme_id: str, *, may_edit: bool) -> ThemePage:
    """Return the page; passages without the sign of a side stand between the two."""
    stored, people = loaded.stored[theme_id], loaded.heard.people
    theme = theme_of(stored, loaded.said, people, loaded.gone)
    read = read_voices(loaded.said, loaded.heard)
    stances = {one.chunk_id: one.stance for one in loaded.said}
    titles = {one: known.after.title for one, known in loaded.stored.items()}
    against = set(loaded.against)
    shown = [item for chunk, item in loaded.passages.items() if chunk not in against]
    first = [] if loaded.after else three_people(shown)
    most = Stance.FINE if read.sides.dissent is Stance.TROUBLE else Stance.TROUBLE
    rest = [item for item in shown if item not in first]
    is_plain = theme.level is Level.THEME
    parent = theme.parent_id if theme.parent_id in loaded.stored else None
    return ThemePage(
        row=theme_row(theme, loaded.pairs, loaded.anomalies),
        level=theme.level,
        parent=(titles[parent], f"/themes/{parent}") if parent else None,
        parts=_parts(loaded, theme),
        parts_word=PARTS[theme.level],
        splits=_splits(loaded) if is_plain else [],
        keywords=theme.keywords,
        contrast=theme.contrast,
        sides=sides_shown(read.sides),
        first=[_chosen(item, loaded) for item in first],
        with_most=[_chosen(item, loaded) for item in rest if stances[item.chunk_id] is most],
        against=[_chosen(loaded.passages[one], loaded) for one in loaded.against],
        unread=[_chosen(item, loaded) for item in rest if stances[item.chunk_id] is not most],
        more=f"/themes/{theme_id}?after={loaded.after + PAGE}" if loaded.more else "",
        trend=week_chart(read.trend),
        trend_words=sentence(trend_words(read.trend)) if loaded.heard.newest else "",
        heard=heard_shown(read.freshness),
        segments=segment_rows(read.segments),
        links=_links(loaded),
        lineage=lineage_rows(loaded.steps, theme_id, titles),
        edits=edit_rows(loaded.edits, theme_id, titles),
        targets=options(_plain(loaded.stored), without={theme_id}),
        may_edit=may_edit,
        may_regroup=may_edit and is_plain,
        is_pinned=theme.is_pinned,
        undo=None,
    )


def three_people(found: Sequence[ThemeEvidence]) -> list[ThemeEvidence]:
    """Return the first passage of each of three people, before a second one of anybody."""
    heard: set[str] = set()
    chosen: list[ThemeEvidence] = []
    for item in found:
        who = item.participant_id or item.document_id
        if who not in heard and len(chosen) < FIRST_QUOTES:
            heard.add(who)
            chosen.append(item)
    return chosen


def _chosen(item: ThemeEvidence, loaded: Loaded) -> Chosen:
    note = "borderline: less like the rest" if item.chunk_id in loaded.borderline else ""
    return Chosen(quote=theme_quote(item), chunk_id=item.chunk_id, note=note)


def _plain(stored: Mapping[str, StoredTheme]) -> list[StoredTheme]:
    return [
        one
        for one in stored.values()
        if one.before.level is Level.THEME and not (one.after.is_gone or one.after.merged_into)
    ]


def _parts(loaded: Loaded, theme: Theme) -> list[tuple[str, str, Count]]:
    """Return the themes of the next finer level, with the people of each, most people first."""
    who: dict[str, set[str]] = {
        one.before.id: set()
        for one in loaded.stored.values()
        if one.after.parent_id == theme.id and not one.after.is_gone
    }
    for one in loaded.said:
        part = one.sub_theme_id if theme.level is Level.THEME else one.theme_id
        if part in who and one.participant_id:
            who[part].add(one.participant_id)
    said = {one.sub_theme_id if theme.level is Level.THEME else one.theme_id for one in loaded.said}
    ordered = sorted(who, key=lambda part: (-len(who[part]), part))
    return [
        (
            loaded.stored[part].after.title,
            f"/themes/{part}",
            Count(share=wilson(len(who[part]), theme.people)),
        )
        for part in ordered
        if part in said
    ]


def _splits(loaded: Loaded) -> list[Option]:
    """Return the sub-themes with passages, if there are two: one alone is the whole theme."""
    said = Counter(one.sub_theme_id for one in loaded.said if one.sub_theme_id)
    if len(said) < 2:
        return []
    return [
        Option(value=sub, label=loaded.stored[sub].after.title)
        for sub in sorted(said, key=lambda sub: (-said[sub], sub))
    ]


def _links(loaded: Loaded) -> list[tuple[LinkCard, str]]:
    tested = [
        (loaded.anomalies[link.anomaly_id], link)
        for link in loaded.pairs
        if link.anomaly_id in loaded.anomalies
    ]
    return [
        (
            link_card(link, title=short_headline(anomaly)),
            f"/anomalies/{anomaly.id}",
        )
        for anomaly, link in tested
    ]
