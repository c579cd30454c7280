"""The pages of themes: levels, sides, weeks, map, edits with undo."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from synth.access.types import Actor, MemberRole
from synth.core.ids import derive_id
from synth.services import Services
from synth.store.tables.sources import documents
from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.themes import repo
from synth.themes.matching import Step
from synth.themes.types import Change, Level
from tests.unit.web.conftest import Full, SignIn, token_of
from tests.unit.web.seeding import Study, store_study
from tests.unit.web.test_web_pages import check_markup


def test_the_list_shows_sides_weeks_and_the_rest(full: Full) -> None:
    html = full.enter(MemberRole.PM).get("/themes").text
    assert "read by machine" in html
    assert "last heard 27 Feb 2026" in html
    assert 'class="weeks-spark"' in html
    assert "1 of 8 passages is in no theme" in html


def test_dissent_has_its_own_column_with_who_says_so(full: Full) -> None:
    html = full.enter(MemberRole.PM).get(f"/themes/{full.study.theme_id}").text
    dissent = html[
        html.index('id="against"') : html.index("</section>", html.index('id="against"'))
    ]
    assert "they say it is fine as it is" in dissent
    assert "For me the setup was quick" in dissent
    assert html.count("For me the setup was quick") == 1


def test_without_dates_nothing_is_said_of_a_trend(
    services: Services, sign_in: SignIn, study: Study
) -> None:
    with services.engine.begin() as connection:
        connection.execute(documents.update().values(occurred_at=None))
    page = sign_in(MemberRole.PM).get(f"/themes/{study.theme_id}").text
    assert "no date of any passage is known" in page
    assert "tell a trend" not in page


def test_a_theme_says_how_it_stands_in_each_segment(full: Full) -> None:
    html = full.enter(MemberRole.PM).get(f"/themes/{full.study.theme_id}").text
    assert "plan enterprise" in html
    assert "3 of 4 people (30-95 %)" in html


def test_the_api_says_what_the_page_says(full: Full) -> None:
    found = full.enter(MemberRole.PM).get(f"/v1/themes/{full.study.theme_id}/voices").json()
    assert found["sides"]["fine"]["k"] == 1
    assert found["sides"]["is_opposed"] is False
    assert [week["share"]["k"] for week in found["weeks"]] == [3, 3]
    enterprise = next(one for one in found["segments"] if one["value"] == "enterprise")
    assert (enterprise["share"]["k"], enterprise["share"]["n"]) == (3, 4)
    assert (found["direction"], found["age"]) == ("too_few", "fresh")


def test_who_may_not_edit_sees_no_boxes(full: Full) -> None:
    html = full.enter(MemberRole.REVIEWER).get("/themes").text
    assert "data-pick>" not in html
    assert "/themes/edit" not in html


def test_the_same_few_passages_are_borderline_on_whatever_page_they_stand(
    services: Services, actors: dict[MemberRole, Actor], sign_in: SignIn
) -> None:
    study = store_study(services, actors, extra=40)
    with services.engine.begin() as connection:
        for place in range(40):
            found = {"theme_id": study.theme_id, "found_theme_id": study.theme_id}
            connection.execute(
                theme_members.update()
                .where(theme_members.c.chunk_id == derive_id("extra", place))
                .values(**found, strength=0.6 - place / 1000, unthemed_reason=None)
            )
    client = sign_in(MemberRole.RESEARCHER)
    pages = [client.get(f"/themes/{study.theme_id}?after={after}").text for after in (0, 20, 39)]
    assert [page.count("borderline") for page in pages] == [0, 0, 2]


def form(client, path, **data):
    token = token_of(client.get("/themes").text)
    return client.post(path, data={"csrf_token": token, **data})


def undo(client, html):
    ids = re.findall(r'name="edit" value="([^"]+)"', html)
    assert ids
    return form(client, "/themes/undo", edit=ids[:1])


def test_a_theme_renamed_in_the_list_is_itself_again_after_undo(
    sign_in: SignIn, study: Study
) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    after = form(client, "/themes/edit", do="rename", theme=[study.theme_id], title="No rights")
    assert ">No rights</a>" in after.text
    check_markup(after.text)
    assert "Undone." in undo(client, after.text).text
    assert ">Admin rights stop the setup</a>" in client.get("/themes").text


def test_merging_two_themes_shows_one_and_undo_shows_both(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    both = [study.theme_id, study.other_theme_id]
    after = form(client, "/themes/edit", do="merge", theme=both, into=study.theme_id).text
    assert after.count("data-pick>") == 1
    assert "7 of 8 people" in after
    undo(client, after)
    assert client.get("/themes").text.count("data-pick>") == 2


def test_chosen_passages_are_split_off_and_come_back(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    chosen = [chunk.id for chunk in study.chunks[:2]]
    data = {"theme": study.theme_id, "passage": chosen, "title": "Calendar step"}
    made = form(client, "/themes/passages", do="split", **data).text
    assert "<h1>Calendar step</h1>" in made
    assert "2 of 8 people" in made
    assert "4 of 8 people" in client.get(f"/themes/{study.theme_id}").text
    undo(client, made)
    assert "6 of 8 people" in client.get(f"/themes/{study.theme_id}").text


def add_sub_themes(services: Services, study: Study, sizes: dict[str, int]) -> None:
    """Divide the first theme of the study: so many of its passages in each sub-theme."""
    with services.engine.begin() as connection:
        whole = connection.execute(themes.select().where(themes.c.id == study.theme_id)).mappings()
        row = dict(whole.one())
        theirs = [
            one.chunk_id
            for one in connection.execute(
                theme_members.select()
                .where(theme_members.c.theme_id == study.theme_id)
                .order_by(theme_members.c.chunk_id)
            )
        ]
        for name, size in sizes.items():
            part = {"id": name, "title": name, "found_title": name, "level": "sub"}
            parents = {"parent_id": study.theme_id, "found_parent_id": study.theme_id}
            connection.execute(themes.insert().values({**row, **part, **parents}))
            taken, theirs = theirs[:size], theirs[size:]
            connection.execute(
                theme_members.update()
                .where(theme_members.c.chunk_id.in_(taken))
                .values(sub_theme_id=name, found_sub_theme_id=name)
            )


def test_a_theme_is_split_by_its_sub_themes_with_one_button_and_undone_with_one(
    services: Services, sign_in: SignIn, study: Study
) -> None:
    add_sub_themes(services, study, {"Waiting for IT": 2, "Missing rights": 3})
    client = sign_in(MemberRole.RESEARCHER)
    page = client.get(f"/themes/{study.theme_id}").text
    check_markup(page)
    subs = client.get("/themes?level=sub").text
    assert subs.count(f'part of <a href="/themes/{study.theme_id}">Admin rights stop') == 2
    assert "Split into all 2" in page
    assert page.index('value="Missing rights"') < page.index('value="Waiting for IT"')
    after = form(client, f"/themes/{study.theme_id}/split", part="").text
    assert "“Waiting for IT” was split from it" in after
    assert "Split into all" not in after
    assert client.get("/themes").text.count("data-pick>") == 3
    undo(client, after)
    assert "Split into all 2" in client.get(f"/themes/{study.theme_id}").text
    one = form(client, f"/themes/{study.theme_id}/split", part="Missing rights").text
    assert "<h1>Missing rights</h1>" in one
    assert "split from “Admin rights stop the setup”" in one


def test_a_passage_taken_out_is_in_none_by_a_person_and_can_be_moved(
    sign_in: SignIn, study: Study
) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    chunk = study.chunks[0].id
    form(client, "/themes/passages", do="out", theme=study.theme_id, passage=[chunk])
    left = client.get("/themes/unthemed?reason=taken_out").text
    assert left.count("data-pick>") == 1
    assert "taken out by a person" in left
    into = study.other_theme_id
    form(client, "/themes/passages", do="move", passage=[chunk], into=into, place="unthemed")
    assert "2 of 8 people" in client.get(f"/themes/{into}").text


def test_the_history_names_every_decision_and_takes_it_back(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    chunk = study.chunks[0].id
    form(client, f"/themes/{study.theme_id}/rename", title="No rights")
    form(client, "/themes/passages", do="out", theme=study.theme_id, passage=[chunk])
    both = [study.theme_id, study.other_theme_id]
    form(client, "/themes/edit", do="merge", theme=both, into=study.theme_id)
    page = client.get("/themes/history").text
    check_markup(page)
    assert "was merged into it" in page
    assert "1 passage taken out of all themes" in page
    assert f'<a href="/themes/{study.theme_id}">No rights</a>: renamed to “No rights”' in page
    edits = re.findall(r'name="edit" value="([^"]+)"', page)
    assert len(edits) == 3
    after = form(client, "/themes/undo", edit=edits[:1], place="history")
    assert after.url.path == "/themes/history"
    assert re.findall(r'name="edit" value="([^"]+)"', after.text) == edits[1:]
    assert ">undone</span>" in after.text
    assert not re.findall(r'name="edit"', sign_in(MemberRole.REVIEWER).get("/themes/history").text)


def test_what_a_run_found_for_the_first_time_is_one_row_that_opens(
    services: Services, actors: dict[MemberRole, Actor], sign_in: SignIn, study: Study
) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    born = [
        (Level.THEME, study.theme_id),
        (Level.SUB, "sub-1"),
        (Level.BROAD, "broad-1"),
        (Level.THEME, study.other_theme_id),
    ]
    steps = [
        Step(level=level, kind=Change.BORN, from_id=None, to_id=one, overlap=0.0)
        for level, one in born
    ]
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        repo.save_steps(uow, derive_id("run"), steps, {"sub-1": "No more <there>"})
    page = client.get("/themes/history").text
    check_markup(page)
    assert page.count("found for the first time") == 1
    _, summary, inside = re.split(r"<summary>|</summary>", page)
    assert summary.startswith("1 broad theme, 2 themes and 1 sub-theme found for the first time")
    assert f'<a href="/themes/{study.theme_id}">Admin rights stop the setup</a>' in inside
    assert "No more &lt;there&gt; <" in inside
    assert inside.count("<li>") == 4


def test_a_single_theme_found_for_the_first_time_is_a_row_like_others(
    services: Services, actors: dict[MemberRole, Actor], sign_in: SignIn, study: Study
) -> None:
    step = Step(
        level=Level.THEME, kind=Change.BORN, from_id=None, to_id=study.theme_id, overlap=0.0
    )
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        repo.save_steps(uow, derive_id("run"), [step], {})
    page = sign_in(MemberRole.RESEARCHER).get("/themes/history").text
    assert "<summary>" not in page
    assert "Admin rights stop the setup</a>: found for the first time" in page


def test_a_codebook_is_taken_in_and_the_rows_left_out_are_said(
    sign_in: SignIn, study: Study
) -> None:
    client = sign_in(MemberRole.RESEARCHER)
    token = {"csrf_token": token_of(client.get("/themes/codebook").text)}
    text = "code,description\nBilling,What it costs\n,nameless\n"
    sent = client.post("/themes/codebook", data=token, files={"file": ("codes.csv", text)})
    assert sent.status_code == 422
    check_markup(sent.text)
    assert "Some rows were left out" in sent.text
    assert "codes.csv:3: a code needs a name" in sent.text
    assert ">Billing</a>" in sent.text
    good = {"file": ("codes.csv", "code\nBilling\n")}
    assert client.post("/themes/codebook", data=token, files=good).url.path.startswith("/jobs/")
    none = client.post("/themes/codebook", data=token, files={"file": ("codes.csv", "a,b\n1,2\n")})
    assert "Nothing was taken in" in none.text
    reader = sign_in(MemberRole.REVIEWER)
    assert "Import codes" not in reader.get("/themes/codebook").text
    refused = {"csrf_token": token_of(reader.get("/").text)}
    assert reader.post("/themes/codebook", data=refused, files=good).status_code == 403


@pytest.mark.parametrize(
    ("path", "data", "says"),
    [
        ("/themes/edit", {"do": "hide"}, "choose a theme first"),
        ("/themes/passages", {"do": "move"}, "choose a passage first"),
        ("/themes/passages", {"do": "move", "passage": ["x"]}, "choose the theme to move to"),
        ("/themes/undo", {}, "choose an edit first"),
    ],
    ids=["no theme", "no passage", "no target", "no edit"],
)
def test_a_form_that_lacks_something_says_what(sign_in: SignIn, study: Study, path, data, says):
    answer = form(sign_in(MemberRole.RESEARCHER), path, **data)
    assert answer.status_code in (400, 422)
    assert says.lower() in answer.text.lower()


@pytest.mark.usefixtures("study")
def test_who_may_not_edit_is_refused(sign_in: SignIn, study: Study) -> None:
    client = sign_in(MemberRole.REVIEWER)
    answer = form(client, f"/themes/{study.theme_id}/pin", pinned="yes")
    assert answer.status_code == 403


def test_the_map_has_contents_dots_and_the_line_that_says_how_to_read_it(full: Full) -> None:
    client = full.enter(MemberRole.PM)
    html = client.get("/themes/map").text
    check_markup(html)
    assert "Near = similar words; distance and axes mean nothing." in html
    assert "8 of 8 passages are drawn, 1 in no theme" in html
    assert html.index('id="map"') < html.index('id="contents"')
    place = client.get("/themes/map?x=300&y=100").text
    assert place.count('class="quote"') == 8


def test_the_map_goes_out_as_svg_and_png(full: Full) -> None:
    client = full.enter(MemberRole.PM)
    svg = client.get("/v1/themes/map.svg")
    assert svg.headers["content-type"].startswith("image/svg+xml")
    tree = ElementTree.fromstring(svg.text)
    words = "".join(tree.itertext())
    assert "Near = similar words; distance and axes mean nothing." in words
    assert "1 of 8 passages in no theme" in words
    png = client.get("/v1/themes/map.png")
    assert png.content.startswith(b"\x89PNG\r\n")
    assert png.content == client.get("/v1/themes/map.png").content
    small = client.get(f"/themes/{full.study.theme_id}/map.svg")
    assert ElementTree.fromstring(small.text).tag.endswith("svg")


def test_before_a_run_the_map_says_what_to_do(sign_in: SignIn) -> None:
    client = sign_in(MemberRole.PM)
    assert "No map yet" in client.get("/themes/map").text
    answer = client.get("/v1/themes/map.svg")
    assert answer.status_code == 404
    assert "build themes" in answer.text


def test_the_list_warns_of_what_makes_themes_less_certain(
    services: Services, sign_in: SignIn, study: Study
):
    assert "Before you rely on" not in sign_in(MemberRole.PM).get("/themes").text
    warning = {"kind": "few_people", "text": "3 people <were> heard."}
    with services.engine.begin() as connection:
        connection.execute(theme_runs.update().values(cautions=[warning]))
    page = sign_in(MemberRole.PM).get("/themes").text
    check_markup(page)
    assert "Before you rely on these themes" in page
    assert "3 people &lt;were&gt; heard." in page
