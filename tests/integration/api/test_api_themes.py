"""Themes over HTTP: levels, every edit with its undo, codebooks, lineage; on both databases."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from tests.integration.api.conftest import ApiClient, is_problem, run_jobs
from tests.integration.passages import plant
from tests.integration.test_themes import CORPUS

CODEBOOK = (
    b"code,description,example\n"
    b"Blank dashboards,dashboard empty upload blank charts,blank charts file upload dashboard\n"
)


@pytest.fixture
def built(both_services):
    """The application over planted passages with themes; a function that runs its jobs."""
    started = start_workspace(both_services, "Themes")
    plant(both_services, authenticate(both_services, started.keys[MemberRole.RESEARCHER]), CORPUS)
    app = create_app(both_services, worker=False)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        api = ApiClient(client, started.keys)
        assert api.post("/v1/theme-runs", role="pm").status_code == 202
        run_jobs(both_services, started.workspace_id)
        api.run_jobs = lambda: run_jobs(both_services, started.workspace_id)
        yield api


def themes(api, query=""):
    answer = api.get(f"/v1/themes{query}", role="pm")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def passages(api, theme):
    path = f"/v1/themes/{theme['id']}/evidence?limit=200"
    return [each["chunk_id"] for each in api.get(path, role="pm").json()["items"]]


def lineage(api, path="/v1/theme-lineage"):
    return api.get(f"{path}?limit=200", role="pm").json()["items"]


def state(api):
    """Return what anybody sees of themes."""
    found = [themes(api, f"?hidden=true&level={level}") for level in ("broad", "theme", "sub")]
    return found, [passages(api, theme) for theme in found[1]]


def edits(first, second, some, stray):
    """Return every edit there is, as a request and the status of its answer."""
    one, other = f"/v1/themes/{first['id']}", f"/v1/themes/{second['id']}"
    return {
        "rename": ("PATCH", one, {"title": "Blank pages"}, 200),
        "hide": ("PATCH", one, {"hidden": True}, 200),
        "pin": ("PATCH", other, {"pinned": True}, 200),
        "merge": ("POST", f"{one}/merge", {"theme_ids": [second["id"]]}, 200),
        "split": ("POST", f"{one}/split", {"chunk_ids": some}, 201),
        "make": ("POST", "/v1/themes", {"chunk_ids": [*some, stray], "title": "Mine"}, 201),
        "move in": ("POST", f"{other}/move", {"chunk_ids": some}, 200),
        "move out": ("POST", "/v1/unthemed/move", {"chunk_ids": some}, 200),
    }


def test_every_edit_is_seen_at_once_told_and_undone(built):
    first, second, _ = themes(built)
    before = state(built)
    [stray, *_] = built.get("/v1/unthemed", role="pm").json()["items"]
    some = passages(built, first)[:3]
    for name, edit in edits(first, second, some, stray["chunk_id"]).items():
        method, path, body, status = edit
        assert built.send(method, path, role="pm", json=body).status_code == status, name
        assert state(built) != before, name
        told = lineage(built)[0]
        assert (told["author_id"] is not None, told["undone_by"]) == (True, None)
        undone = built.post("/v1/themes/undo", role="pm")
        assert (undone.status_code, undone.json()["id"]) == (200, told["edit_id"])
        assert state(built) == before, name
        assert lineage(built)[0]["undone_by"] == told["author_id"]
    refused = built.post("/v1/themes/undo", role="pm")
    assert is_problem(refused, 409, "conflict")
    assert "nothing to undo" in refused.json()["detail"]


def test_a_person_undoes_an_edit_of_another_only_by_its_name(built):
    [theme, *_] = themes(built)
    built.patch(f"/v1/themes/{theme['id']}", role="researcher", json={"title": "Mine"})
    assert is_problem(built.post("/v1/themes/undo", role="pm"), 409, "conflict")
    edit = lineage(built, f"/v1/themes/{theme['id']}/lineage")[0]
    done = built.post("/v1/themes/undo", role="pm", json={"edit_id": edit["edit_id"]})
    assert (done.status_code, done.json()["title"]) == (200, "Mine")
    assert themes(built)[0]["title"] == theme["title"]


def test_a_codebook_starts_a_run_whose_themes_carry_its_names(built):
    sent = [("file", ("codes.csv", CODEBOOK))]
    answer = built.post("/v1/themes/codebook", role="researcher", files=sent)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"].startswith("/v1/jobs/")
    built.run_jobs()
    [code] = [theme for theme in themes(built) if theme["origin"] == "codebook"]
    assert (code["title"], code["title_source"]) == ("Blank dashboards", "person")
    assert code["mentions"] >= 10
    bad = [("file", ("codes.csv", b"code,description\nA,x,y\n"))]
    refused = built.post("/v1/themes/codebook", role="researcher", files=bad)
    assert is_problem(refused, 422, "invalid_input")
    assert "codes.csv:2" in refused.json()["detail"]


def test_levels_hold_the_same_passages(built):
    counts = {
        level: sum(theme["mentions"] for theme in themes(built, f"?level={level}"))
        for level in ("broad", "theme")
    }
    assert counts["broad"] == counts["theme"] == len(CORPUS) - 2
    assert {theme["level"] for theme in themes(built)} == {"theme"}
    assert built.get("/v1/themes?level=deep", role="pm").status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/themes/{id}/split", {}),
        ("/v1/themes/{id}/split", {"chunk_ids": ["x"], "sub_theme_ids": ["y"]}),
        ("/v1/themes/{id}/move", {"chunk_ids": ["no-such-passage"]}),
        ("/v1/unthemed/move", {"chunk_ids": []}),
    ],
)
def test_what_cannot_be_done_says_what_is_expected(built, path, body):
    theme = themes(built)[0]
    answer = built.post(path.format(id=theme["id"]), role="pm", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert themes(built)[0] == theme


def test_the_list_says_what_to_know_before_trusting_it(built):
    [caution] = built.get("/v1/themes", role="pm").json()["run"]["cautions"]
    assert caution["kind"] == "other_language"
    assert "SYNTH_EMBEDDING_BASE_URL" in caution["text"]


def test_a_theme_without_sub_themes_is_not_split_by_them(built):
    first = themes(built)[0]
    some = {"chunk_ids": passages(built, first)[:3]}
    made = built.post(f"/v1/themes/{first['id']}/split", role="pm", json=some).json()
    before = state(built)
    path = f"/v1/themes/{made['id']}/split-by-sub-themes"
    assert is_problem(built.post(path, role="pm"), 409, "conflict")
    assert state(built) == before
