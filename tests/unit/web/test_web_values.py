"""Formats, chart geometry and the reader's cuts: pure, by rows and by property."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web import format
from api.web.chart_contexts import Point
from api.web.chart_drawing import nice_ticks
from api.web.charts import series_chart, spark
from api.web.intervals import log_position
from api.web.marks import mark_path
from api.web.pages.documents import cited_span, pieces
from api.web.parts import found_words
from api.web.theme_page import three_people
from synth.core.proportions import wilson
from synth.core.spans import Span
from synth.indexing.types import Hit
from synth.sources.types import Document, Redaction, SourceKind

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("k", "n", "text"),
    [
        (6, 8, "6 of 8 people (41-93 %)"),
        (35, 100, "35 of 100 people (26-45 %)"),
        (0, 5, "0 of 5 people (0-43 %)"),
        (0, 0, "nobody asked"),
    ],
)
def test_people_come_with_n_and_interval(k: int, n: int, text: str) -> None:
    assert format.people(wilson(k, n)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("codes.csv:2: no description; found 1 cell", "codes.csv:2: no description; found 1 cell."),
        ("week 9.vtt: no cue in it", "week 9.vtt: no cue in it."),
        ("export.xyz: no reader takes it", "export.xyz: no reader takes it."),
        ("choose a file first", "Choose a file first."),
        ("it fell at step 3.5: 12 of 40", "It fell at step 3.5: 12 of 40."),
        ("e.g. people.csv", "E.g. people.csv."),
    ],
)
def test_a_sentence_has_a_capital_but_the_name_of_a_file_stays(text: str, shown: str) -> None:
    assert format.sentence(text) == shown


@pytest.mark.parametrize(
    ("found_by", "text"),
    [
        (["words", "meaning"], "1 passage with these words, 1 near in meaning"),
        (["words"], "1 passage with these words"),
        (["meaning"] * 3, "No passage has these words; 3 passages nearest in meaning"),
    ],
)
def test_a_search_says_what_has_the_words_and_what_is_only_near(found_by, text) -> None:
    hits = [
        Hit(chunk_id="c", document_id="d", span=Span(0, 1), text="x", score=1.0, found_by=(one,))
        for one in found_by
    ]
    assert found_words(hits) == text


@pytest.mark.parametrize(
    ("value", "unit", "n", "text"),
    [
        (0.42, "share", None, "42\N{NARROW NO-BREAK SPACE}%"),
        (0.42, "share", 29, "12 of 29"),
        (0.42, "share", 30, "42\N{NARROW NO-BREAK SPACE}%"),
        (42.0, "%", None, "42\N{NARROW NO-BREAK SPACE}%"),
        (18.0, "minutes", None, "18 minutes"),
        (-3.5, "minutes", None, "\N{MINUS SIGN}3.5 minutes"),
        (1204.0, "count", None, "1,204"),
    ],
    ids=["share", "small n", "n of 30", "percent", "minutes", "true minus", "grouped"],
)
def test_measures(value: float, unit: str, n: float | None, text: str) -> None:
    assert format.measure(value, unit, n) == text


NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "n", "expected"),
    [
        ("Day3_abandonment fell", None, "Day 3 abandonment fell"),
        ("about my_day3_abandonment", None, "about my_day3_abandonment"),
        ("since 2026-07-20", None, "since 20 Jul 2026"),
        ("on 2026-99-20", None, "on 2026-99-20"),
        ("q = 1.2e-07", None, f"q{NBSP}<{NBSP}0.001"),
        ("p = 0.0571", None, f"p{NBSP}={NBSP}0.057"),
        ("misses its target of 0.35", None, f"misses its target of 35{THIN}%"),
        ("stands at 0.552326 share", 344, f"stands at 55{THIN}%"),
        ("where 0.419318 was expected", 344, f"where 42{THIN}% was expected"),
        ("stands at 0.552326 share", 20, "stands at 11 of 20"),
    ],
    ids=[
        "name",
        "other name",
        "day",
        "no day",
        "tiny",
        "p",
        "target",
        "share",
        "expected",
        "few people",
    ],
)
def test_a_machines_sentence_is_readable(text: str, n: float | None, expected: str) -> None:
    assert format.readable(text, "day3_abandonment", "share", n) == expected


def test_six_themes_have_six_shapes() -> None:
    assert len({mark_path(mark, 7, 7, 5) for mark in range(12)}) == 6


@given(st.floats(0, 1), st.integers(1, 29))
def test_no_share_of_a_few_is_ever_a_bare_percentage(value: float, n: int) -> None:
    assert "%" not in format.measure(value, "share", n)


@given(
    st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=60),
    st.integers(0, 59),
    st.sampled_from(["share", "minutes", "count"]),
)
def test_every_point_of_a_chart_lies_inside_it(values: list[float], onset: int, unit: str) -> None:
    points = [
        Point(at=START + timedelta(days=day), value=value) for day, value in enumerate(values)
    ]
    chart = series_chart("t", points, unit, onset=START + timedelta(days=onset))
    assert chart is not None
    for drawing in chart.drawings:
        pairs = drawing.line.replace("M", " ").replace("L", " ").split()
        for x, y in zip(pairs[::2], pairs[1::2], strict=True):
            assert drawing.left <= float(x) <= drawing.right
            assert drawing.top <= float(y) <= drawing.bottom
        assert len({tick.y for tick in drawing.ticks_y}) == len(drawing.ticks_y) >= 2


@pytest.mark.parametrize("values", [[], [1.0], [float("nan"), 1.0]], ids=["none", "one", "nan"])
def test_too_few_values_are_no_chart(values: list[float]) -> None:
    points = [Point(at=START + timedelta(days=d), value=v) for d, v in enumerate(values)]
    assert series_chart("t", points, "share") is None
    assert spark(points) == ""


def test_a_hole_in_the_days_is_a_hole_in_the_line() -> None:
    days = [0, 1, 2, 3, 40, 41, 42]
    points = [Point(at=START + timedelta(days=day), value=1.0 + day) for day in days]
    chart = series_chart("t", points, "count")
    assert chart is not None
    assert chart.drawings[0].line.count("M") == 2


@given(st.floats(-10, 10), st.floats(0.001, 1e6), st.integers(2, 8))
def test_ticks_cover_the_values(low: float, width: float, count: int) -> None:
    ticks = nice_ticks(low, low + width, count)
    assert ticks[0] <= low + 1e-6 * width
    assert ticks[-1] >= low + width - 1e-6 * width
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= count + 3


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_log_axis_keeps_order_and_stays_inside(a: float, b: float) -> None:
    first, second = sorted((a, b))
    assert 0 <= log_position(first) <= log_position(second) <= 100
    assert log_position(1.0) == pytest.approx(50)


@given(st.data())
def test_a_turn_cut_in_pieces_is_the_turn_and_the_mark_is_the_quote(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=80))
    edges = st.integers(0, len(text))
    turn = Span(*sorted((data.draw(edges), data.draw(edges))))
    inside = st.integers(turn.start, turn.end)
    mark = Span(*sorted((data.draw(inside), data.draw(inside))))
    chip = Span(*sorted((data.draw(inside), data.draw(inside))))
    found = [Redaction(span=chip, original=chip, kind="email")] if len(chip) else []
    cut = list(pieces(text, turn, mark if len(mark) else None, found))
    assert "".join(piece.text for piece in cut) == turn.of(text)
    marked, is_open = "", False
    for piece in cut:
        is_open = is_open or piece.opens
        marked += piece.text if is_open else ""
        is_open = is_open and not piece.closes
    assert marked == mark.of(text)
    assert not is_open


@pytest.mark.parametrize(
    ("asked", "found", "says"),
    [
        ((None, None), None, ""),
        ((2, 5), Span(2, 5), ""),
        ((0, 99), None, "has 10"),
        ((5, 5), None, "Nothing is marked"),
        ((-3, 5), None, "Nothing is marked"),
        ((3, None), None, "Nothing is marked"),
    ],
    ids=["nothing asked", "inside", "beyond the end", "empty", "negative", "half"],
)
def test_a_range_that_does_not_exist_is_said_not_moved(
    asked: tuple[int | None, int | None], found: Span | None, says: str
) -> None:
    document = Document(
        id="d",
        source_id="s",
        external_id="e",
        version=1,
        is_current=True,
        kind=SourceKind.TICKET,
        format="csv",
        title="",
        text="0123456789",
        text_sha256="",
        content_sha256="",
        url=None,
        occurred_at=None,
        metadata={},
    )
    span, problem = cited_span(document, asked)
    assert span == found
    assert says in problem


def test_three_quotes_are_of_three_people() -> None:
    class Said:
        def __init__(self, who: str | None, where: str) -> None:
            self.participant_id, self.document_id = who, where

    found = [Said("a", "1"), Said("a", "2"), Said("b", "2"), Said(None, "3"), Said("c", "4")]
    chosen = three_people(found)  # type: ignore[arg-type]
    assert [item.participant_id for item in chosen] == ["a", "b", None]
