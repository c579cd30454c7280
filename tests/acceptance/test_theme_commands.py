"""`synth themes`: every edit and its undo, as a person types them."""

from __future__ import annotations

import json

import pytest

from synth.access.types import MemberRole
from tests.acceptance.server import serve
from tests.acceptance.test_command_line import last_line, synth

UPLOADS = ("dashboard stays empty after the upload", "empty dashboard although the upload worked")
ROLES = ("role dropdown takes minutes to load", "loading roles in the dropdown is far too slow")
ENDINGS = ("today", "again", "for our team", "since Monday", "and we wait", "every morning")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A server with tickets of two kinds in themes; a function that runs a command as the PM."""
    rows = ["id,requester_id,description"]
    for topic, sentences in enumerate((UPLOADS, ROLES)):
        for number, ending in enumerate(ENDINGS):
            text = f"The {sentences[number % 2]} {ending}."
            rows.append(f"t{topic}{number},u{topic}{number},{text}")
    tickets = tmp_path_factory.mktemp("tickets") / "tickets.csv"
    tickets.write_text("\n".join(rows))
    with serve(tmp_path_factory.mktemp("themes")) as running:

        def run(*arguments, role="pm"):
            key = running.keys[MemberRole(role)]
            return synth(running.data_dir, "themes", *arguments, key=key)

        key = running.keys[MemberRole.RESEARCHER]
        done = synth(running.data_dir, "ingest", tickets, "--kind", "ticket", key=key)
        assert done.returncode == 0, done.stderr
        assert run("build").returncode == 0
        run.person = running.person
        yield run


def listed(run, *options):
    done = run("ls", "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown(run, theme):
    return json.loads(run("show", theme["id"], "--json", "--passages", "200").stdout)


def test_every_edit_is_done_and_undone(built):
    first, second, *_ = listed(built)
    before = listed(built, "--hidden")
    some = [passage["chunk_id"] for passage in shown(built, first)["evidence"][:2]]
    one, two = first["title"], second["title"]
    said = {
        "rename": f"rename of “{one}” → “Empty pages” (20",
        "hide": f"hide of “{one}” (20",
        "pin": f"pin of “{two}” (20",
        "merge": f"merge of “{one}” → “{two}” (20",
        "split": f"split of “{one}” → “A part”, 1 passage (20",
        "make": "3 passages (20",
        "move": f"move of “{two}”, 2 passages (20",
        "out": "move of 2 passages (20",
    }
    edits = {
        "rename": ("rename", first["id"], "Empty pages"),
        "hide": ("hide", first["id"]),
        "pin": ("pin", second["id"]),
        "merge": ("merge", first["id"], second["id"]),
        "split": ("split", first["id"], "--passage", some[0], "--title", "A part"),
        "make": ("make", *some, shown(built, second)["evidence"][0]["chunk_id"]),
        "move": ("move", *some, "--to", second["id"]),
        "out": ("move", *some, "--out"),
    }
    for name, command in edits.items():
        done = built(*command)
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert listed(built, "--hidden") != before, name
        undone = built("undo")
        assert undone.returncode == 0, f"{name}: {undone.stderr}"
        assert undone.stdout.startswith("undone: ")
        assert said[name] in undone.stdout
        assert listed(built, "--hidden") == before, name
    nothing = built("undo")
    assert nothing.returncode == 1
    assert "nothing to undo" in last_line(nothing.stderr)
    told = json.loads(built("lineage", first["id"], "--json").stdout)
    assert {entry["kind"] for entry in told} >= {"born", "rename", "hide", "merge", "split"}
    table = built("lineage").stdout
    assert "born" in table
    assert "kept" not in table
    edit = next(entry for entry in told if entry["kind"] == "merge")
    [line] = [one for one in table.splitlines() if edit["edit_id"] in one]
    assert "merge" in line
    assert all(theme["id"] in built("ls").stdout for theme in before), "ids must stay whole"


def test_what_is_in_no_theme_is_listed_with_the_reason_and_put_into_one(built):
    theme = listed(built)[0]
    [first, second] = [one["chunk_id"] for one in shown(built, theme)["evidence"][:2]]
    assert built("move", first, second, "--out").returncode == 0
    left = json.loads(built("unthemed", "--json", "--reason", "taken_out").stdout)
    assert {one["chunk_id"] for one in left} == {first, second}
    assert first in built("unthemed").stdout
    assert not json.loads(built("unthemed", "--json", "--reason", "too_short").stdout)
    assert built("move", first, second, "--to", theme["id"]).returncode == 0
    assert not json.loads(built("unthemed", "--json", "--reason", "taken_out").stdout)


def test_levels_are_a_question_of_looking_not_of_computing(built):
    counts = {level: len(listed(built, "--level", level)) for level in ("broad", "theme", "sub")}
    assert counts["broad"] <= counts["theme"] <= counts["sub"]


def test_a_step_of_several_edits_is_taken_back_by_one_undo(built):
    with built.person("pm") as client:

        def state():
            return client.get("/v1/themes?hidden=true").json()["items"]

        first, second, *_ = before = state()
        paths = [f"/v1/themes/{theme['id']}/evidence" for theme in (first, second)]
        some = [client.get(path).json()["items"][0]["chunk_id"] for path in paths]
        made = client.post("/v1/themes", json={"chunk_ids": some, "title": "Mixed"}).json()
        three = state()
        both = {"theme_ids": [second["id"], made["id"]]}
        client.post(f"/v1/themes/{first['id']}/merge", json=both).raise_for_status()
        told = built("undo").stdout
        assert told.count("undone: merge of ") == 2
        for title in (second["title"], "Mixed"):
            assert f"merge of “{title}” → “{first['title']}”" in told
        assert state() == three
        client.post("/v1/themes/undo").raise_for_status()
        assert state() == before


def test_wrong_words_and_files_say_what_to_do(built, tmp_path):
    assert built("move", "x").returncode == 2
    assert built("split", "x", "--by-sub", "--title", "y").returncode == 2
    whole = built("split", listed(built)[0]["id"], "--by-sub")
    assert whole.returncode == 1
    assert "has no two sub-themes" in last_line(whole.stderr)
    bad = tmp_path / "codes.csv"
    bad.write_text("code,description\nPricing,dear,and more\n")
    refused = built("codebook", "import", bad)
    assert refused.returncode == 1
    assert "codes.csv:2: a row has more cells" in last_line(refused.stderr)
    reader = built("rename", listed(built)[0]["id"], "Title", role="reviewer")
    assert reader.returncode == 1
    assert "needs the role" in last_line(reader.stderr)


def test_a_codebook_makes_themes_of_codes(built, tmp_path):
    codes = tmp_path / "codes.csv"
    codes.write_text(
        "code,description,example\n"
        "Slow roles,Loading the list of roles takes long,the role dropdown is slow to load\n"
        ",nameless,\n"
    )
    done = built("codebook", "import", codes)
    assert done.returncode == 0, done.stderr
    assert "codes.csv:3: a code needs a name; found description 'nameless'" in done.stderr
    assert "1 codes read, 1 rows left out" in done.stdout
    [code] = [theme for theme in listed(built) if theme["origin"] == "codebook"]
    assert code["title"] == "Slow roles"
    assert 4 <= code["people"] <= len(ENDINGS)


def test_few_passages_are_warned_about_beside_the_result(built):
    done = built("ls")
    assert "dashboard" in done.stdout
    assert "Caution" not in done.stdout
    assert "Caution: 12 passages are too few to tell themes from single remarks." in done.stderr
