"""An area drawn on the map: which dots are in it, and what can be done with them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.map_area import Area, dots_in, read_area
from api.web.map_scene import EDGE, SIDE
from synth.access.types import MemberRole
from synth.errors import InputError
from synth.themes.map import Dot
from tests.unit.web.conftest import Full, SignIn
from tests.unit.web.seeding import Study
from tests.unit.web.test_theme_pages import form, undo
from tests.unit.web.test_web_pages import check_markup

EVERYTHING = "0,0,720,720"


def grid(side=5):
    steps = [
        (column / (side - 1), row / (side - 1)) for column in range(side) for row in range(side)
    ]
    return [
        Dot(chunk_id=f"{x:g}/{y:g}", theme_id=None, sub_theme_id=None, x=x, y=y) for x, y in steps
    ]


def at(x, y):
    return EDGE + SIDE * x, EDGE + SIDE * y


def test_a_lasso_takes_what_is_inside_and_leaves_what_lies_in_its_bay():
    shape = Area(corners=[at(*one) for one in ((-0.1, -0.1), (1.1, -0.1), (0.5, 0.6), (0.1, 1.1))])
    found = {dot.chunk_id for dot in dots_in(shape, grid())}
    assert {"0/0", "1/0", "0.5/0.5", "0.25/0.75"} <= found
    assert not found & {"1/1", "0.75/0.75", "1/0.5"}


corner = st.floats(0, 720).map(lambda value: round(value, 1))


@given(left=corner, top=corner, right=corner, low=corner)
def test_two_corners_are_a_rectangle_however_they_are_given(left, top, right, low):
    area = read_area(f"{left},{top},{right},{low}")
    found = {dot.chunk_id for dot in dots_in(area, grid())}
    x, y = sorted((left, right)), sorted((top, low))
    for dot in grid():
        here = at(dot.x, dot.y)
        if x[0] < here[0] < x[1] and y[0] < here[1] < y[1]:
            assert dot.chunk_id in found
        if not (x[0] <= here[0] <= x[1] and y[0] <= here[1] <= y[1]):
            assert dot.chunk_id not in found
    assert read_area(area.text) == area


def test_the_dots_nearest_the_middle_come_first():
    found = dots_in(read_area(EVERYTHING), grid())
    assert len(found) == 25
    assert found[0].chunk_id == "0.5/0.5"
    assert {dot.chunk_id for dot in found[-4:]} == {"0/0", "0/1", "1/0", "1/1"}


@pytest.mark.parametrize("text", ["x", "1,2", "1,2,3", "1,2,nan,4", ",".join(["1"] * 402)])
def test_what_is_no_area_is_refused(text):
    with pytest.raises(InputError, match="draw it again"):
        read_area(text)


def test_an_area_lists_its_passages_ticked_and_can_be_typed(full: Full):
    client = full.enter(MemberRole.PM)
    html = client.get("/themes/map", params={"area": EVERYTHING}).text
    check_markup(html)
    assert "In this area: 8 passages" in html
    assert html.count("data-pick checked") == html.count('class="quote"') == 8
    corners = [("corner", one) for one in EVERYTHING.split(",")]
    typed = client.get("/themes/map", params=corners).text
    assert re.findall(r'value="([^"]+)" form="passages"', typed) == re.findall(
        r'value="([^"]+)" form="passages"', html
    )
    nothing = client.get("/themes/map", params={"area": "0,0,1,1"}).text
    assert "Nothing there that may be quoted" in nothing
    assert client.get("/themes/map", params={"area": "x"}).status_code in (400, 422)


def test_passages_of_several_themes_become_one_and_go_back(sign_in: SignIn, study: Study):
    client = sign_in(MemberRole.RESEARCHER)
    before = client.get("/themes").text
    html = client.get("/themes/map", params={"area": EVERYTHING}).text
    chosen = re.findall(r'value="([^"]+)" form="passages"', html)
    some = [one for one in chosen if one != study.chunks[0].id]
    data = {"passage": some, "title": "All but one", "place": "map"}
    made = form(client, "/themes/passages", do="split", **data).text
    assert "<h1>All but one</h1>" in made
    assert f"made of {len(some)} passages chosen by a person" in made
    assert client.get("/themes").text.count("data-pick>") == 2
    undo(client, made)
    assert client.get("/themes").text == before
