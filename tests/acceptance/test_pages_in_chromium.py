"""The pages as people meet them: a real server, a real browser, keys, clicks, no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect

from synth.access.types import MemberRole
from synth.sources import repo as sources
from tests.acceptance.browser import House, chromium, housed, needs_chromium, watching
from tests.unit.web.seeding import SAID

pytestmark = needs_chromium

QUOTED = (0, 1, 2)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A fresh served workspace."""
    with housed(tmp_path / "data") as made:
        yield made


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A served workspace for tests that change nothing in it."""
    with housed(tmp_path_factory.mktemp("kept") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    with chromium() as started:
        yield started


def test_three_citations_open_at_the_quoted_words(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.PM])
        for place in QUOTED:
            seen.go(f"/themes/{kept.study.theme_id}")
            card = seen.page.locator("figure.quote").nth(place)
            quote = card.locator("blockquote").inner_text()
            card.get_by_role("link", name="Open the passage").click()
            mark = seen.page.locator("mark[id]")
            assert mark.count() == 1
            expect(mark).to_be_in_viewport()
            assert mark.text_content() == quote
            document_id = seen.page.url.split("/documents/")[1].split("?")[0]
            with kept.services.reading(kept.workspace_id) as uow:
                text = sources.load_document(uow, document_id).document.text
            start = int((mark.get_attribute("id") or "s0")[1:])
            assert text[start : start + len(quote)] == quote
        assert seen.errors == []


def test_a_drafts_citations_open_at_exactly_the_cited_words(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.REVIEWER])
        for number in (1, 2, 3, 4):
            seen.go(f"/review/{kept.study.draft_id}")
            card = seen.page.locator(f"#q{number}")
            quote = card.locator("mark").text_content()
            card.get_by_role("link", name="Open the passage").click()
            assert seen.page.locator("mark[id]").text_content() == quote
            assert quote in SAID


def test_the_counts_on_the_pages_are_the_apis(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.PM])
        themes = seen.page.request.get(kept.base + "/v1/themes").json()["items"]
        unthemed = seen.page.request.get(kept.base + "/v1/unthemed").json()["items"]
        seen.go("/themes")
        for theme in themes:
            row = seen.page.locator("li.row", has_text=theme["title"]).first
            share = theme["share"]
            expect(row).to_contain_text(f"{theme['people']} of {share['n']} people")
            expect(row).to_contain_text(f"{theme['mentions']} mention")
        expect(seen.page.locator("main")).to_contain_text(f"{len(unthemed)} of 8 passages")


def test_no_page_scrolls_sideways_or_breaks_the_policy(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        seen.sign_in(kept.keys[MemberRole.ADMIN])
        for path in kept.paths():
            seen.go(path)
            assert seen.page.locator("h1").count() == 1, path
            # A quote holds markup; it must stay words on every page.
            assert "owned" not in seen.page.title(), path
            assert seen.page.locator("img[src='x']").count() == 0, path
            for width in (320, 360, 768, 1440):
                seen.page.set_viewport_size({"width": width, "height": 900})
                assert seen.overflow() <= 0, (path, width)
        assert seen.errors == []
        assert seen.strangers == []
        seen.go(f"/themes/{kept.study.theme_id}")
        expect(seen.page.get_by_text("<script>document.title='owned'</script>")).to_be_visible()


#: Rules of WCAG 2.2, levels A and AA, and what axe calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize(
    ("scheme", "width", "most"), [("light", 1440, 99), ("dark", 360, 11)], ids=["light", "dark"]
)
def test_axe_finds_nothing_on_any_page(
    kept: House, browser: Browser, scheme: str, width: int, most: int
) -> None:
    axe = Axe()
    found = {}
    with watching(browser, kept.base, scheme=scheme, width=width) as seen:
        seen.sign_in(kept.keys[MemberRole.REVIEWER])
        for path in ["/sign-in", "/nowhere", *kept.paths()][:most]:
            seen.go(path)
            answer = axe.run(seen.page, options={"runOnly": RULES}).response
            broken = [
                (rule["id"], node["target"])
                for rule in answer["violations"]
                for node in rule["nodes"]
            ]
            if broken:
                found[path] = broken
    assert found == {}


def test_without_script_one_can_read_search_tick_and_approve(
    house: House, browser: Browser
) -> None:
    with watching(browser, house.base, script=False) as seen:
        seen.sign_in(house.keys[MemberRole.REVIEWER])
        for path in house.paths()[:-1]:
            seen.go(path)
            assert seen.page.locator("h1").inner_text(), path
        seen.page.get_by_label("Search all passages").fill("admin")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("h1")).to_have_text("Search")
        seen.go("/review")
        seen.page.get_by_role("link", name="Start").click()
        seen.page.get_by_role("button", name="Approve").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("Tick “I read the evidence”")
        for box in seen.page.get_by_label("I read the evidence").all():
            box.check()
        seen.page.get_by_role("button", name="Approve").click()
        expect(seen.page.get_by_role("status")).to_contain_text("Approved.")
        seen.go("/insights")
        expect(seen.page.locator("li.row h3")).to_have_text("Admin rights stop the setup")


def test_without_script_one_can_reject_with_a_reason(house: House, browser: Browser) -> None:
    with watching(browser, house.base, script=False) as seen:
        seen.sign_in(house.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{house.study.draft_id}")
        seen.page.get_by_text("Reject with a reason").click()
        seen.page.get_by_label("weak evidence").check()
        seen.page.get_by_role("button", name="Reject").click()
        expect(seen.page.get_by_role("status")).to_contain_text("Rejected.")


def test_a_draft_of_two_claims_is_approved_with_three_keys(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{house.study.draft_id}")
        seen.page.keyboard.press("y")
        seen.page.keyboard.press("y")
        expect(seen.page.locator("[data-progress]")).to_have_text("All evidence read.")
        seen.page.keyboard.press("a")
        expect(seen.page.get_by_role("status")).to_contain_text("Approved.")
        assert seen.errors == []


def test_keys_do_nothing_while_typing(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{kept.study.draft_id}")
        address = seen.page.url
        seen.page.keyboard.press("/")
        seen.page.keyboard.type("aryez?gh")
        assert seen.page.url == address
        assert seen.page.locator("#find").input_value() == "aryez?gh"
        assert seen.page.locator("[data-tick]:checked").count() == 0
        assert not seen.page.locator("#keys").is_visible()


def test_keys_walk_the_rows_and_the_sections(kept: House, browser: Browser) -> None:
    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.PM])
        seen.page.keyboard.press("g")
        seen.page.keyboard.press("t")
        seen.page.wait_for_url("**/themes")
        seen.page.keyboard.press("j")
        seen.page.keyboard.press("j")
        expect(seen.page.locator(".cursor h3")).to_have_text("Dark theme")
        seen.page.keyboard.press("k")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("h1")).to_have_text("Admin rights stop the setup")
        seen.page.keyboard.press("?")
        expect(seen.page.get_by_role("dialog")).to_be_visible()


def test_the_first_view_is_light(kept: House, browser: Browser) -> None:
    import gzip

    with watching(browser, kept.base) as seen:
        seen.sign_in(kept.keys[MemberRole.PM])
        for name, most in (("synth.css", 15_000), ("synth.js", 12_000)):
            body = seen.page.request.get(f"{kept.base}/static/{name}").body()
            assert len(gzip.compress(body)) <= most
        html = seen.page.request.get(f"{kept.base}/anomalies/{kept.study.anomaly_id}").body()
        assert len(gzip.compress(html)) <= 30_000


def test_an_insight_prints_on_paper_with_its_sources(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{house.study.draft_id}")
        for key in "yya":
            seen.page.keyboard.press(key)
        expect(seen.page.get_by_role("status")).to_contain_text("Approved.")
        seen.go("/insights")
        seen.page.locator("li.row a").first.click()
        seen.page.emulate_media(media="print")
        expect(seen.page.locator("nav[aria-label=Main]")).to_be_hidden()
        expect(seen.page.locator("main")).to_contain_text("SHA-256")
        assert len(seen.page.pdf(format="A4")) > 10_000


@pytest.mark.parametrize(("width", "is_first"), [(390, True), (1440, False)])
def test_on_a_phone_the_evidence_comes_before_the_ticks(
    kept: House, browser: Browser, width: int, is_first: bool
) -> None:
    with watching(browser, kept.base, width=width) as seen:
        seen.sign_in(kept.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{kept.study.draft_id}")
        parts = [seen.page.locator(name).bounding_box() for name in ("#for", "#scale", "#claims")]
        tops = [part["y"] for part in parts if part]
        assert len(tops) == 3
        assert (tops == sorted(tops)) is is_first


def test_a_rejection_is_undone_with_one_key(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.REVIEWER])
        seen.go(f"/review/{house.study.draft_id}")
        seen.page.keyboard.press("r")
        seen.page.get_by_label("weak evidence").check()
        seen.page.get_by_role("button", name="Reject").click()
        expect(seen.page.get_by_role("status")).to_contain_text("Rejected.")
        seen.page.keyboard.press("z")
        expect(seen.page.get_by_role("status")).to_contain_text("Taken back.")
        expect(seen.page.locator("#approve")).to_be_visible()
        assert seen.errors == []


def test_a_refused_form_keeps_what_was_typed(house: House, browser: Browser) -> None:
    with watching(browser, house.base) as seen:
        seen.sign_in(house.keys[MemberRole.PM])
        seen.go(f"/review/{house.study.draft_id}")
        seen.page.get_by_text("Edit the draft").click()
        seen.page.get_by_label("Title").fill("Most people give up here")
        seen.page.get_by_role("button", name="Save as a new revision").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("Most")
        expect(seen.page.get_by_label("Title")).to_be_visible()
        expect(seen.page.get_by_label("Title")).to_have_value("Most people give up here")
        seen.go(f"/review/{house.study.draft_id}")
        expect(seen.page.locator("#edit-title")).not_to_have_value("Most people give up here")
