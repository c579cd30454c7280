"""The sample study worked through the API: real objects, decisions on them, and their borders."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.sample.study import load_study
from tests.databases import fast_services
from tests.integration.api.conftest import ApiClient, is_problem, run_jobs


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """The API after the sample study, and a key of another workspace."""
    services = fast_services(tmp_path_factory.mktemp("worked") / "data")
    started = start_workspace(services, "Worked")
    study = load_study()
    with TestClient(create_app(services, worker=False), raise_server_exceptions=False) as client:
        api = ApiClient(client, started.keys)
        people = [("file", ("participants.csv", study.participants.encode()))]
        assert api.post("/v1/participants", role="admin", files=people).status_code == 200
        for metric in study.metrics:
            given = {name: value for name, value in vars(metric).items() if name != "name"}
            api.put(f"/v1/metrics/{metric.name}", role="analyst", json=given)
        series = [("file", ("metrics.csv", study.observations.encode()))]
        assert api.post("/v1/metrics/import", role="analyst", files=series).status_code == 200
        events = [("file", ("events.csv", study.events.encode()))]
        assert api.post("/v1/events", role="analyst", files=events).status_code == 200
        for file in study.files:
            fields = {"kind": file.kind, "interviewers": ",".join(file.options.interviewers)}
            sent = [("file", (file.filename, file.data))]
            api.post("/v1/sources", role="researcher", files=sent, data=fields)
        for path in ("/v1/theme-runs", "/v1/anomaly-runs", "/v1/hypotheses"):
            run_jobs(services, started.workspace_id)
            assert api.post(path, role="pm").status_code == 202
        run_jobs(services, started.workspace_id)
        api.foreign = start_workspace(services, "Other").keys[MemberRole.PM]
        api.services, api.workspace_id = services, started.workspace_id
        yield api
    services.engine.dispose()


def first(api, path):
    return api.get(path, role="pm").json()["items"][0]


OBJECTS = [
    ("/v1/sources", "/v1/sources/{id}", "id"),
    ("/v1/search?q=dark+mode", "/v1/documents/{id}", "document_id"),
    ("/v1/themes", "/v1/themes/{id}", "id"),
    ("/v1/themes", "/v1/themes/{id}/evidence", "id"),
    ("/v1/themes", "/v1/themes/{id}/lineage", "id"),
    ("/v1/anomalies", "/v1/anomalies/{id}", "id"),
    ("/v1/anomalies", "/v1/anomalies/{id}/links", "id"),
    ("/v1/metrics", "/v1/metrics/{id}/series", "name"),
    ("/v1/jobs", "/v1/jobs/{id}", "id"),
]


@pytest.mark.parametrize(("listing", "template", "name"), OBJECTS, ids=[o[1] for o in OBJECTS])
def test_foreign_and_absent_objects_are_the_same_404(worked, listing, template, name):
    own = first(worked, listing)[name]
    assert worked.get(template.format(id=own), role="pm").status_code == 200
    answers = {
        found: worked.get(template.format(id=found), key=worked.foreign) for found in (own, "none")
    }
    assert all(is_problem(answer, 404, "not_found") for answer in answers.values())
    bodies = [
        {**answer.json(), "request_id": "", "detail": answer.json()["detail"].replace(found, "ID")}
        for found, answer in answers.items()
    ]
    assert bodies[0] == {**bodies[1], "instance": bodies[0]["instance"]}


WRITES = [
    ("/v1/themes", "PATCH", "/v1/themes/{id}", "pm", {"title": "Stolen"}),
    ("/v1/themes", "POST", "/v1/themes/{id}/merge", "pm", {"theme_ids": ["x"]}),
    ("/v1/themes", "POST", "/v1/themes/{id}/split", "pm", {"chunk_ids": ["x"]}),
    ("/v1/themes", "POST", "/v1/themes/{id}/move", "pm", {"chunk_ids": ["x"]}),
    ("/v1/tags", "PUT", "/v1/tags/{id}", "pm", {"state": "confirmed"}),
    ("/v1/tags", "DELETE", "/v1/tags/{id}", "pm", None),
    ("/v1/anomalies", "POST", "/v1/anomalies/{id}/hypotheses", "pm", None),
]


@pytest.mark.parametrize(("listing", "method", "template", "role", "body"), WRITES, ids=str)
def test_foreign_objects_cannot_be_changed(worked, listing, method, template, role, body):
    before = first(worked, listing)
    path = template.format(id=before["id"])
    answer = worked.send(method, path, key=worked.foreign, json=body, headers={"If-Match": "x"})
    assert is_problem(answer, 404, "not_found")
    assert first(worked, listing) == before


@pytest.mark.parametrize(
    "listing",
    ["/v1/sources", "/v1/themes", "/v1/participants", "/v1/metrics", "/v1/anomalies", "/v1/links",
     "/v1/tags", "/v1/hypotheses", "/v1/review/queue", "/v1/insights", "/v1/jobs", "/v1/unthemed",
     "/v1/theme-lineage",
     "/v1/search?q=dark+mode"],
)  # fmt: skip
def test_lists_hold_nothing_of_another_workspace(worked, listing):
    assert worked.get(listing, key=worked.foreign).json()["items"] == []


def test_every_list_pages_to_the_same_items(worked):
    for listing in ("/v1/tags", "/v1/links", "/v1/participants", "/v1/unthemed", "/v1/sources"):
        whole = worked.get(f"{listing}?limit=200", role="pm").json()["items"][:12]
        found, address = [], f"{listing}?limit=5"
        while address and len(found) < len(whole):
            answer = worked.get(address, role="pm")
            assert len(answer.json()["items"]) <= 5
            found += answer.json()["items"]
            address = answer.headers.get("link", "").partition(">")[0].lstrip("<")
        assert found[: len(whole)] == whole, listing


def test_evidence_and_search_quote_their_documents_exactly(worked):
    theme = first(worked, "/v1/themes")
    passages = worked.get(f"/v1/themes/{theme['id']}/evidence?limit=20", role="pm").json()["items"]
    hits = worked.get("/v1/search?q=upload+dashboard&limit=10", role="pm").json()["items"]
    assert passages
    assert hits
    for passage in passages + hits:
        document = worked.get(f"/v1/documents/{passage['document_id']}", role="pm").json()
        assert document["text"][passage["start"] : passage["end"]] == passage["quote"]
        speakers = {turn["speaker"] for turn in document["turns"]}
        assert passage["speaker"] in speakers
        assert passage["url"].startswith(f"/documents/{document['id']}?s={passage['start']}&e=")


def test_search_is_narrowed_by_theme_kind_and_segment(worked):
    query = "/v1/search?q=upload+dashboard+dark&limit=50"

    def found(narrow):
        hits = worked.get(f"{query}&{narrow}", role="pm").json()["items"]
        return {hit["chunk_id"]: hit["document_id"] for hit in hits}

    themes = worked.get("/v1/themes", role="pm").json()["items"]
    in_themes = [set(found(f"theme={theme['id']}")) for theme in themes]
    assert any(in_themes)
    assert len(set().union(*in_themes)) == sum(len(each) for each in in_themes)
    documents = [
        worked.get(f"/v1/documents/{document}", role="pm").json()
        for document in found("kind=ticket").values()
    ]
    assert {document["kind"] for document in documents} == {"ticket"}
    assert worked.get(f"{query}&segment=plan:no-such", role="pm").json()["items"] == []


def test_a_theme_is_renamed_hidden_and_shown_again(worked):
    theme = first(worked, "/v1/themes")
    path = f"/v1/themes/{theme['id']}"
    renamed = worked.patch(path, role="researcher", json={"title": "What people met"}).json()
    assert (renamed["title"], renamed["titled_by"] is None) == ("What people met", False)
    worked.patch(path, role="researcher", json={"hidden": True})
    listed = [each["id"] for each in worked.get("/v1/themes", role="pm").json()["items"]]
    assert theme["id"] not in listed
    worked.patch(path, role="researcher", json={"hidden": False})
    listed = [each["id"] for each in worked.get("/v1/themes", role="pm").json()["items"]]
    assert theme["id"] in listed
    assert is_problem(worked.patch(path, role="pm", json={}), 422, "invalid_input")


def test_only_a_persons_decision_moves_a_tag_and_its_link(worked):
    link = next(each for each in worked.get("/v1/links", role="pm").json()["items"] if each["tag"])
    path = f"/v1/tags/{link['tag']['id']}"
    rejected = worked.delete(path, role="analyst").json()
    assert rejected["state"] == "rejected"
    tested = f"/v1/anomalies/{link['anomaly_id']}/links?limit=200"
    after = {each["id"]: each for each in worked.get(tested, role="pm").json()["items"]}
    assert not after[link["id"]]["is_linked"]
    confirmed = worked.put(path, role="analyst", json={"state": "confirmed"}).json()
    assert (confirmed["state"], confirmed["decided_by"] is None) == ("confirmed", False)
    proposed = worked.put(path, role="analyst", json={"state": "proposed"})
    assert is_problem(proposed, 422, "invalid_input")
