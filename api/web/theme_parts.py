"""Parts of the pages of themes: what the run knows, in words and numbers ready to print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from api.web import weeks as drawing
from api.web.format import counted, day, people, words
from api.web.part_contexts import Count, Option, StateTag
from api.web.parts import theme_row
from api.web.theme_contexts import Heard as HeardShown
from api.web.theme_contexts import ListedTheme, SegmentRow, SidesShown, Switch
from synth.core.proportions import wilson
from synth.links.types import Link
from synth.themes.edits import StoredTheme, if_apart
from synth.themes.hearing import Spoken, Tally
from synth.themes.sides import SegmentShare, Sides
from synth.themes.stance import Stance
from synth.themes.trend import (
    WEEK,
    Age,
    Freshness,
    find_freshness,
    find_weeks,
    monday,
)
from synth.themes.types import Level, Theme

LEVELS = {Level.BROAD: "Broad", Level.THEME: "Themes", Level.SUB: "Sub-themes"}
PARTS = {Level.BROAD: "themes in it", Level.THEME: "sub-themes", Level.SUB: ""}
#: Days without anybody heard after which a page says so.
SILENCE = 60
SAYS = {
    Stance.TROUBLE: "tell of trouble or a wish",
    Stance.FINE: "say it is fine as it is",
}
AGES = {
    Age.FRESH: None,
    Age.AGEING: StateTag(word="ageing", icon="◔"),
    Age.STALE: StateTag(word="stale", icon="○"),
    Age.UNDATED: StateTag(word="no date", icon="?"),
}
SORTS = {"people": "Most people", "recent": "Last heard", "opposed": "Opposing positions"}


def sides_shown(sides: Sides) -> SidesShown:
    """Return the sides of a theme in words."""
    most = Stance.FINE if sides.dissent is Stance.TROUBLE else Stance.TROUBLE
    read = sides.trouble + sides.fine > 0
    return SidesShown(
        trouble=Count(share=sides.share(Stance.TROUBLE)),
        fine=Count(share=sides.share(Stance.FINE)),
        is_opposed=sides.is_opposed,
        most=SAYS[most] if read else "",
        least=SAYS[sides.dissent],
    )


def segment_rows(shares: Sequence[SegmentShare]) -> list[SegmentRow]:
    """Return the shares of a theme by segment, in words."""
    rows = []
    for one in shares:
        more = one.share.k * one.others.n > one.others.k * one.share.n
        apart = ("more often" if more else "less often") if one.stands_out else ""
        rows.append(
            SegmentRow(
                name=f"{words(one.name)} {one.value}",
                count=Count(share=one.share),
                others=people(one.others, ""),
                stands_out=f"{apart} than the others" if apart else "",
            )
        )
    return rows


def heard_shown(freshness: Freshness) -> HeardShown:
    """Return when a theme was last heard."""
    if freshness.last_heard is None:
        return HeardShown(words="no date of any passage is known", tag=None, is_stale=False)
    text = f"last heard {day(freshness.last_heard, year=True)}"
    if freshness.age is not Age.FRESH:
        text += f", {counted(freshness.days, 'day')} before the newest conversation"
    stale = freshness.age is Age.STALE
    return HeardShown(words=text, tag=AGES[freshness.age], is_stale=stale)


def listed(
    themes: Sequence[Theme],
    tallies: Mapping[str, Tally],
    links: Sequence[Link],
    *,
    stored: Sequence[StoredTheme],
    newest: datetime | None,
) -> list[ListedTheme]:
    """Return themes as rows of the list, among all `stored`; all sparks share one scale."""
    parts = Counter(one.after.parent_id for one in stored if one.after.parent_id)
    titles = {one.before.id: one.after.title for one in stored}
    heard = _all_weeks(tallies.values(), newest)
    rows = {theme.id: tallies.get(theme.id, Tally()) for theme in themes}
    most = max((k for tally in rows.values() for k in tally.weeks.values()), default=1)
    listed = [
        _listed(theme, rows[theme.id], heard, most, links, parts.get(theme.id, 0), newest)
        for theme in themes
    ]
    return [
        replace(row, part_of=(titles[whole], f"/themes/{whole}"))
        if theme.level is Level.SUB and (whole := theme.parent_id) in titles and whole
        else row
        for theme, row in zip(themes, listed, strict=True)
    ]


def _listed(
    theme: Theme,
    tally: Tally,
    heard: Mapping[date, int],
    most: int,
    links: Sequence[Link],
    parts: int,
    newest: datetime | None,
) -> ListedTheme:
    own = find_weeks(
        tally.weeks, {week: max(n, tally.weeks.get(week, 0)) for week, n in heard.items()}
    )
    sides = Sides(people=theme.people, trouble=tally.trouble, fine=tally.fine)
    return ListedTheme(
        row=theme_row(theme, [link for link in links if link.theme_id == theme.id]),
        sides=sides_shown(sides),
        heard=heard_shown(find_freshness(tally.last_heard, newest)),
        spark=drawing.spark(own, most),
        spark_words=drawing.spark_words(own),
        parts=parts,
        part_of=None,
        level=theme.level,
        is_pinned=theme.is_pinned,
    )


def sort_themes(themes: Sequence[Theme], tallies: Mapping[str, Tally], sort: str) -> list[Theme]:
    """Return themes in the order asked for; people first is how they come."""
    if sort == "recent":
        last = {theme.id: tallies.get(theme.id, Tally()).last_heard for theme in themes}
        return sorted(themes, key=lambda theme: -_seconds(last[theme.id]))
    if sort == "opposed":
        return sorted(
            themes,
            key=lambda theme: (
                -min(tallies.get(theme.id, Tally()).trouble, tallies.get(theme.id, Tally()).fine)
            ),
        )
    return list(themes)


def silence(newest: datetime | None, now: datetime) -> str:
    """Return that nobody was heard for long; empty where somebody was."""
    if newest is None or (now - newest).days < SILENCE:
        return ""
    days = (now - newest).days
    return (
        f"Nobody was heard after {day(newest, year=True)}, {days} days ago. "
        "How fresh a theme is counts from that day."
    )


def level_switch(present: Collection[Level], chosen: Level, path: str) -> list[Switch]:
    """Return the switch between the levels that the run has; nothing for a single one."""
    if not set(present) - {Level.THEME}:
        return []
    return [
        Switch(words=text, href=f"{path}?level={level}", is_chosen=level is chosen)
        for level, text in LEVELS.items()
        if level in present
    ]


def theme_of(
    stored: StoredTheme, said: Sequence[Spoken], people: int, gone: Collection[str]
) -> Theme:
    """Return a theme counted from its own passages; `people` are all heard.

    `gone` are the titles of themes merged into others, or no more.
    """
    before, after = stored.before, stored.after
    who = {one.participant_id for one in said if one.participant_id}
    return Theme(
        id=before.id,
        run_id="",
        rank=stored.rank,
        title=after.title,
        description=stored.description,
        keywords=before.keywords,
        titled_by=after.titled_by,
        is_hidden=after.is_hidden,
        people=len(who),
        mentions=len(said),
        documents=len({one.document_id for one in said}),
        share=wilson(len(who), people),
        level=before.level,
        parent_id=after.parent_id,
        origin=before.origin,
        is_pinned=after.is_pinned,
        contrast=if_apart(stored.contrast, gone),
        label_source=stored.label_source,
    )


def options(
    themes: Sequence[Theme | StoredTheme], *, without: Collection[str] = ()
) -> list[Option]:
    """Return themes as choices, by title."""
    named = [
        (one.id, one.title) if isinstance(one, Theme) else (one.before.id, one.after.title)
        for one in themes
    ]
    named.sort(key=lambda pair: pair[1].casefold())
    return [Option(value=one, label=title) for one, title in named if one not in without]


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _all_weeks(tallies: Collection[Tally], newest: datetime | None) -> dict[date, int]:
    """Return every week from the first word on, so that quiet weeks are drawn."""
    known = {week for tally in tallies for week in tally.weeks}
    if newest is not None:
        known.add(monday(newest))
    if not known:
        return {}
    first, last = min(known), max(known)
    return {first + WEEK * step: 0 for step in range((last - first) // WEEK + 1)}
