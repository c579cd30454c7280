"""Themes as a researcher works on them: ticks, keys, undo, the map; with and without script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from synth.access.types import MemberRole
from tests.acceptance.browser import House, Watched, chromium, housed, needs_chromium, watching

pytestmark = needs_chromium


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh served workspace."""
    with housed(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    with chromium() as started:
        yield started


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def researcher(request: pytest.FixtureRequest, house: House, browser: Browser) -> Iterator[Watched]:
    """A signed-in researcher, with and without script."""
    with watching(browser, house.base, script=request.param) as seen:
        seen.sign_in(house.keys[MemberRole.RESEARCHER])
        yield seen
        assert seen.errors == []
        assert seen.strangers == []


def test_themes_are_merged_by_ticks_and_come_back(researcher: Watched) -> None:
    researcher.go("/themes")
    page = researcher.page
    for box in page.get_by_role("checkbox", name="Choose").all():
        box.check()
    page.get_by_label("Theme to merge into").select_option(label="Dark theme")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("status")).to_contain_text("Merged.")
    expect(page.locator("li.theme-row")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")
    expect(page.locator("li.theme-row")).to_have_count(2)


def test_passages_are_split_off_with_a_title(researcher: Watched, house: House) -> None:
    researcher.go(f"/themes/{house.study.theme_id}")
    page = researcher.page
    for box in page.get_by_label("Choose this passage of").all()[:2]:
        box.check()
    page.get_by_label("Title of the new theme").fill("Rights in the third step")
    page.get_by_role("button", name="Split off").click()
    expect(page.locator("h1")).to_have_text("Rights in the third step")
    page.get_by_role("button", name="Undo", exact=False).first.click()
    expect(page.get_by_role("status")).to_contain_text("Undone.")


def test_a_stray_passage_is_given_a_theme(researcher: Watched) -> None:
    researcher.go("/themes/unthemed")
    page = researcher.page
    page.get_by_label("Choose this passage of").first.check()
    page.get_by_label("Theme to move to").select_option(label="Dark theme")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("status")).to_contain_text("Moved.")
    expect(page.locator("main")).to_contain_text("Nothing is left over")


def test_the_map_and_its_contents_lead_to_the_same_themes(researcher: Watched) -> None:
    researcher.go("/themes/map")
    page = researcher.page
    expect(page.locator("#map path.dots")).not_to_have_count(0)
    contents = page.locator(".map-contents")
    expect(contents).to_contain_text("6 of 8 people")
    contents.get_by_role("link", name="Grey out Dark theme").click()
    expect(page.locator(".map-contents")).to_contain_text("Colour Dark theme")
    page.locator(".map-contents").get_by_role("link", name="Dark theme", exact=True).click()
    expect(page.locator("h1")).to_have_text("Dark theme")


def test_keys_tick_merge_and_undo(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.RESEARCHER])
        seen.go("/themes")
        bar = seen.page.locator("#edit-themes")
        expect(bar).to_be_hidden()
        seen.page.keyboard.press("j")
        seen.page.keyboard.press("x")
        expect(bar).to_contain_text("1 theme ticked")
        seen.page.keyboard.press("m")
        expect(seen.page.get_by_label("Theme to merge into")).to_be_focused()
        seen.page.get_by_role("button", name="Hide").click()
        expect(seen.page.locator("li.theme-row").first).to_contain_text("Dark theme")
        seen.page.locator("h1").click()
        seen.page.keyboard.press("z")
        expect(seen.page.get_by_role("status")).to_contain_text("Undone.")
        assert seen.errors == []


def test_keys_take_a_passage_out_of_its_theme(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.RESEARCHER])
        seen.go(f"/themes/{house.study.theme_id}")
        for key in "jxu":
            seen.page.keyboard.press(key)
        expect(seen.page.get_by_role("status")).to_contain_text("Taken out of the theme")
        expect(seen.page.locator("#how-many + .count")).to_contain_text("5 of 8 people")


def test_a_click_on_the_map_lists_the_passages_there(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.PM])
        seen.go("/themes/map")
        drawn = seen.page.locator("#map")
        drawn.click(position={"x": 20, "y": 20})
        here = seen.page.locator("#here")
        expect(here.locator("figure.quote")).to_have_count(8)
        expect(here).to_contain_text("nearest first")
        assert "x=" in seen.page.url
        before = drawn.get_attribute("viewBox")
        seen.page.get_by_role("button", name="Closer").click()
        assert drawn.get_attribute("viewBox") != before
        drawn.press("ArrowRight")
        seen.page.get_by_role("button", name="All").click()
        assert drawn.get_attribute("viewBox") == before
        assert seen.errors == []


@pytest.mark.parametrize("way", ["lasso", "rectangle", "label"])
def test_passages_are_drawn_round_on_the_map_and_become_a_theme(
    house: House, browser: Browser, way: str
) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.RESEARCHER])
        seen.go("/themes/map")
        page, drawn = seen.page, seen.page.locator("#map")
        drawn.scroll_into_view_if_needed()
        room = drawn.bounding_box()
        assert room is not None
        left, top = room["x"] + 3, room["y"] + 3
        right, low = left + room["width"] - 6, top + room["height"] - 6
        page.mouse.move(left, top)
        page.mouse.down()
        if way == "rectangle":
            page.keyboard.down("Shift")
            page.mouse.move(right, low, steps=4)
            page.keyboard.up("Shift")
        else:
            for x, y in ((right, top), (right, low), (left, low)):
                page.mouse.move(x, y, steps=3)
        if way == "label":  # a drag that ends on a link must not follow it
            label = page.locator(".map-link").first.bounding_box()
            assert label is not None
            page.mouse.move(left, label["y"] + 4, steps=2)
            page.mouse.move(label["x"] + 4, label["y"] + 4, steps=2)
        page.mouse.up()
        here = page.locator("#here")
        expect(here).to_contain_text("In this area:")
        assert "area=" in page.url
        expect(page.locator("#area")).to_have_count(1)
        if way == "label":
            return
        expect(here.locator("[data-pick]:checked")).to_have_count(8)
        here.get_by_label("Choose this passage of").first.uncheck()
        expect(here).to_contain_text("7 passages ticked")
        here.get_by_label("Title of the new theme").fill("Drawn together")
        here.get_by_role("button", name="New theme").click()
        expect(page.locator("h1")).to_have_text("Drawn together")
        page.get_by_role("button", name="Undo", exact=False).first.click()
        expect(page.get_by_role("status")).to_contain_text("Undone.")
        assert seen.errors == []


def test_an_area_is_chosen_by_numbers(researcher: Watched) -> None:
    researcher.go("/themes/map")
    page = researcher.page
    page.get_by_text("Choose an area by numbers").click()
    page.get_by_label("Top").fill("1")
    page.get_by_role("button", name="Choose", exact=True).click()
    here = page.locator("#here")
    expect(here).to_contain_text("In this area:")
    boxes = here.get_by_label("Choose this passage of")
    for box in boxes.all()[2:]:
        box.uncheck()
    page.get_by_label("Theme to move to").select_option(label="Dark theme")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("status")).to_contain_text("Moved.")


def test_the_small_map_is_drawn_under_the_policy(house: House, browser: Browser) -> None:
    with watching(browser, house.base, scheme="dark") as seen:
        seen.sign_in(house.keys[MemberRole.PM])
        seen.go(f"/themes/{house.study.theme_id}")
        picture = seen.page.locator(".map-small img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        seen.page.wait_for_load_state("networkidle")
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        assert seen.errors == []
