"""What pages of themes draw and say: weeks, sparks, the map, what runs did."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from api.web.map_scene import (
    FOCUS,
    LETTER,
    MOST_GREY,
    NARROW,
    REST,
    UNTHEMED,
    make_scene,
    near,
)
from api.web.theme_history import lineage_rows
from api.web.weeks import headline, spark, week_chart
from synth.core.proportions import wilson
from synth.themes.map import Dot
from synth.themes.trend import find_trend, find_weeks
from synth.themes.types import Change, Level, LineageStep, Theme

MONDAY = date(2026, 1, 5)


def weeks_of(*pairs):
    starts = [MONDAY + timedelta(weeks=place) for place in range(len(pairs))]
    spoke = {start: k for start, (k, _) in zip(starts, pairs, strict=True)}
    return find_weeks(spoke, {start: n for start, (_, n) in zip(starts, pairs, strict=True)})


def test_a_week_is_a_bar_of_those_who_spoke_before_one_of_all_heard():
    trend = find_trend(weeks_of((5, 10), (0, 3), (10, 10)), wilson(0, 0), wilson(0, 0))
    chart = week_chart(trend)
    assert chart is not None
    first, quiet, last = chart.bars
    assert first.height == pytest.approx(first.all_height / 2, abs=0.1)
    assert (quiet.height, quiet.is_thin, first.is_thin) == (0, True, False)
    assert last.height == last.all_height
    assert "In 1 week fewer than 5 were heard" in chart.summary
    assert chart.rows[0] == ("19 Jan 2026", "10 of 10 people (72-100 %)")


@pytest.mark.parametrize(
    ("recent", "before", "says"),
    [
        ((15, 20), (4, 30), "Rising: 15 of 20 (53-89 %) in the newest 4 weeks"),
        ((2, 3), (9, 30), "Too few people to tell a trend: 3 people heard"),
        ((6, 20), (9, 30), "No change beyond chance"),
    ],
)
def test_a_trend_says_its_people_and_never_a_bare_percentage(recent, before, says):
    assert headline(find_trend((), wilson(*recent), wilson(*before))).startswith(says)


def test_sparks_of_a_list_share_one_scale_and_show_quiet_weeks():
    path = spark(weeks_of((10, 10), (0, 10), (5, 10)), 10)
    heights = [float(y0) - float(y1) for y0, y1 in re.findall(r"[\d.]+ ([\d.]+)V([\d.]+)", path)]
    assert heights == pytest.approx([22, 1, 11], abs=0.1)
    assert spark(weeks_of((1, 1)), 1) == ""


def theme(name, people=5, title=""):
    return Theme(
        id=name,
        run_id="r",
        rank=0,
        title=title or f"Theme {name}",
        description="",
        keywords=(),
        titled_by=None,
        is_hidden=False,
        people=people,
        mentions=people,
        documents=people,
        share=wilson(people, 50),
    )


def dot(number, theme_id, x=0.5, y=0.5):
    return Dot(chunk_id=f"c{number}", theme_id=theme_id, sub_theme_id=None, x=x, y=y)


def scene_of(dots, themes, focus):
    home = {one.chunk_id: one.theme_id for one in dots if one.theme_id}
    return make_scene(dots, themes, focus=focus, home=home)


def test_six_themes_are_coloured_the_others_grey_and_the_unthemed_hollow():
    names = [f"t{number}" for number in range(8)]
    dots = [dot(number, name, x=number / 8) for number, name in enumerate(names)]
    dots.append(dot(99, None))
    scene = scene_of(dots, [theme(name) for name in names], names)
    counts = {layer.mark: len(layer.points) for layer in scene.layers}
    assert counts == {UNTHEMED: 1, REST: 2, **{str(place): 1 for place in range(FOCUS)}}
    assert [layer.mark for layer in scene.layers][:2] == [UNTHEMED, REST]


def test_labels_lie_inside_and_never_on_each_other():
    dots = [dot(number, f"t{number}", x=0.5 + number / 400, y=0.5) for number in range(9)]
    long = "a title of many words that goes on and on for ever and ever and ever"
    themes = [theme(f"t{number}", people=20 - number, title=long) for number in range(9)]
    scene = scene_of(dots, themes, [])
    assert 1 <= len(scene.labels) < 9
    tops = sorted(label.y for label in scene.labels)
    assert all(low - high >= 32 for high, low in pairwise(tops))
    assert all(0 < label.x < scene.width and 0 < label.y < scene.height for label in scene.labels)
    assert all(len(line) <= 28 for label in scene.labels for line in label.lines)


def test_labels_at_an_edge_lie_inside_on_a_narrow_screen_too():
    title = "Notification mails"
    at_edges = [dot(0, "left", x=0.0, y=0.2), dot(1, "right", x=1.0, y=0.8)]
    names = [theme("left", title=title), theme("right", title=title)]
    scene = scene_of(at_edges, names, [])
    half = len(title) * LETTER * NARROW / 2
    assert len(scene.labels) == 2
    assert all(half <= label.x <= scene.width - half for label in scene.labels)


def test_a_theme_found_again_and_again_says_so_once():
    def step(kind, overlap):
        return LineageStep(
            run_id="r",
            at=datetime(2026, 3, 1, tzinfo=UTC),
            level=Level.THEME,
            kind=kind,
            from_id="t" if kind is Change.KEPT else None,
            to_id="t",
            overlap=overlap,
            title="T",
        )

    kept = [step(Change.KEPT, share / 100) for share in (91, 92, 93)]
    said = [words for _, words in lineage_rows([step(Change.BORN, 0), *kept], "t", {})]
    assert said == [
        "found again by 3 runs, the last with 93 of 100 passages in common",
        "found for the first time",
    ]


def test_a_crowd_of_grey_dots_is_thinned_and_a_theme_in_focus_is_not():
    dots = [dot(number, "grey") for number in range(MOST_GREY + 500)]
    dots += [dot(100_000 + number, "own") for number in range(MOST_GREY + 500)]
    scene = scene_of(dots, [theme("own"), theme("grey")], ["own"])
    counts = {layer.mark: len(layer.points) for layer in scene.layers}
    assert counts == {REST: MOST_GREY, "0": MOST_GREY + 500}


def test_a_place_on_the_map_brings_up_the_dots_beside_it():
    dots = [dot(number, None, x=number / 10, y=0.3) for number in range(11)]
    scene = scene_of(dots, [], [])
    x, y = scene.layers[0].points[7]
    assert [one.chunk_id for one in near(dots, x, y, most=3)] == ["c7", "c6", "c8"]
