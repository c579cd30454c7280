"""Good files start jobs, bad files are named with the reason, and nothing is half-written."""

import pytest

from tests.integration.api.conftest import is_problem, run_jobs

VTT = b"WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nAnna: I could not find the export button.\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def upload(api, *files, role="researcher", **fields):
    parts = [("file", (name, data)) for name, data in files]
    return api.post("/v1/sources", role=role, files=parts, data=fields)


def test_one_file_is_accepted_with_the_address_of_its_job(api):
    answer = upload(api, ("a.vtt", VTT), kind="transcript", study="Trial", interviewers="Ben, Kim")
    assert answer.status_code == 202, answer.text
    item = answer.json()["items"][0]
    assert answer.headers["location"] == f"/v1/jobs/{item['job_id']}"
    job = api.get(answer.headers["location"], role="pm").json()
    assert (job["kind"], job["state"]) == ("ingest", "queued")
    source = api.get(f"/v1/sources/{item['source']['id']}", role="pm").json()
    assert source["sha256"] == item["source"]["sha256"]
    assert source["documents"] == source["skips"] == []


def test_the_same_bytes_twice_change_nothing(api):
    first = upload(api, ("a.vtt", VTT)).json()["items"][0]
    answer = upload(api, ("b.vtt", VTT))
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert answer.json()["items"][0]["unchanged"] is True
    assert answer.json()["items"][0]["source"]["id"] == first["source"]["id"]
    assert len(api.get("/v1/jobs", role="pm").json()["items"]) == 1


def test_several_files_each_get_a_job_and_a_bad_one_stops_no_other(api):
    answer = upload(api, ("a.vtt", VTT), ("empty.vtt", b""), ("b.txt", b"Anna: Slow again."))
    assert answer.status_code == 202
    assert [item["source"]["filename"] for item in answer.json()["items"]] == ["a.vtt", "b.txt"]
    assert [item["filename"] for item in answer.json()["refused"]] == ["empty.vtt"]
    assert answer.headers["location"] == "/v1/jobs"


def test_sources_page_by_cursor_newest_first(api):
    for number in range(3):
        upload(api, (f"{number}.txt", f"Anna: text {number}".encode()))
    first = api.get("/v1/sources?limit=2", role="pm")
    assert 'rel="next"' in first.headers["link"]
    address = first.headers["link"].partition(">")[0].lstrip("<")
    last = api.get(address, role="pm").json()
    names = [item["filename"] for item in first.json()["items"] + last["items"]]
    assert names == ["2.txt", "1.txt", "0.txt"]
    assert last["next_cursor"] is None


DOCUMENT = {"external_id": "T-1", "kind": "ticket", "title": "Slow", "text": "It is slow."}


def test_a_json_document_is_a_source_and_the_same_by_put_changes_nothing(api):
    answer = api.post("/v1/sources", role="researcher", json=DOCUMENT)
    assert answer.status_code == 202, answer.text
    again = api.put("/v1/documents/T-1", role="researcher", json=DOCUMENT)
    assert again.status_code == 200
    assert again.json()["items"][0]["unchanged"] is True
    changed = api.put("/v1/documents/T-1", role="researcher", json={**DOCUMENT, "text": "Fast."})
    assert changed.status_code == 202


BAD_BODIES = [
    pytest.param({"files": [("file", ("a.vtt", b""))]}, 422, "invalid_input", id="empty file"),
    pytest.param({"data": {"kind": "ticket"}, "files": [("x", ("", b""))]}, 422, "invalid_input",
                 id="no file"),
    pytest.param({"files": [("file", ("a.vtt", VTT))], "data": {"kind": "song"}}, 422,
                 "invalid_input", id="unknown kind"),
    pytest.param({"files": [("file", ("a.vtt", VTT))], "data": {"sort": "x"}}, 422,
                 "invalid_input", id="unknown field"),
    pytest.param({"files": [("file", ("a.vtt", VTT))], "data": {"occurred_at": "soon"}}, 422,
                 "invalid_input", id="no date"),
    pytest.param({"json": {**DOCUMENT, "turns": []}}, 422, "invalid_input", id="turns and text"),
    pytest.param({"json": {**DOCUMENT, "secret": 1}}, 422, "invalid_input", id="unknown key"),
    pytest.param({"json": [DOCUMENT]}, 422, "invalid_input", id="a list"),
    pytest.param({"content": b"{", "headers": {"content-type": "application/json"}}, 400,
                 "malformed", id="no JSON"),
    pytest.param({"content": b"[" * 100_000, "headers": {"content-type": "application/json"}}, 400,
                 "malformed", id="very deep JSON"),
    pytest.param({"content": b"x", "headers": {"content-type": "image/png"}}, 415,
                 "unsupported_format", id="wrong type"),
    pytest.param({"content": b"x", "headers": {"content-type": "multipart/form-data"}}, 400,
                 "malformed", id="no boundary"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
def test_a_bad_body_is_a_clear_problem_and_leaves_nothing(shared_api, body, status, code):
    assert is_problem(shared_api.post("/v1/sources", role="researcher", **body), status, code)
    assert shared_api.get("/v1/sources", role="pm").json()["items"] == []
    assert shared_api.get("/v1/jobs", role="pm").json()["items"] == []


UNREADABLE = [
    pytest.param("a.csv", b"id,colour\n1,red\n", id="CSV without a text column"),
    pytest.param("a.bin", PNG, id="binary"),
    pytest.param("a.pdf", b"%PDF-1.7\n1 0 obj\n", id="unsupported"),
    pytest.param("a.vtt", b"WEBVTT\n\n", id="VTT without cues"),
    pytest.param("a.json", b'{"colour": "red"}', id="JSON of another shape"),
    pytest.param("a.docx", b"PK\x03\x04broken", id="broken archive"),
]


@pytest.mark.parametrize(("name", "data"), UNREADABLE)
def test_an_unreadable_file_fails_with_its_reason_and_leaves_nothing(api, services, name, data):
    item = upload(api, (name, data)).json()["items"][0]
    run_jobs(services, api.get("/v1/me", role="pm").json()["workspace_id"])
    source = api.get(f"/v1/sources/{item['source']['id']}", role="pm").json()
    assert source["state"] == "failed", source
    assert name in source["error"]
    assert "Traceback" not in source["error"]
    assert source["documents"] == []
    assert api.get("/v1/participants", role="pm").json()["items"] == []


TALK = (
    "Anna: Die Größe der Anzeige stimmt nicht, und das Hochladen dauert für uns zu lange.\n"
    "Ben: Was haben Sie vorher versucht, um die Übersicht zu öffnen?\n"
    "Anna: Ich habe die Schaltfläche gesucht und später den Fehler gemeldet.\n"
)
PARTLY_READABLE = [
    pytest.param("a.vtt", VTT + b"\n00:00:05.000 --> 00:0", id="truncated VTT"),
    pytest.param("a.txt", TALK.encode("cp1252"), id="old encoding"),
    pytest.param("a.csv", b"id,text\n1,slow\n2,\n", id="a row without text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), PARTLY_READABLE)
def test_what_can_be_read_is_kept_and_the_rest_is_named(api, services, name, data):
    item = upload(api, (name, data)).json()["items"][0]
    run_jobs(services, api.get("/v1/me", role="pm").json()["workspace_id"])
    source = api.get(f"/v1/sources/{item['source']['id']}", role="pm").json()
    assert source["state"] in ("read", "partial"), source
    assert source["documents"]
    assert (source["state"] == "partial") == bool(source["skips"])
    document = api.get(f"/v1/documents/{source['documents'][0]['id']}", role="pm").json()
    assert "Anna" not in document["text"]
    for turn in document["turns"]:
        assert 0 <= turn["start"] <= turn["end"] <= len(document["text"])


BAD_METRICS = [
    pytest.param(b"", id="empty"),
    pytest.param(PNG, id="binary"),
    pytest.param("ts,metric,value\n2026-01-01,h\u00f6he,1\n".encode("latin-1"), id="latin-1"),
    pytest.param(b"when,what\n1,2\n", id="no value column"),
    pytest.param(b"ts,metric,value\n2026-01-01,m,nan\n", id="NaN"),
    pytest.param(b"ts,metric,value\nsoon,m,1\n", id="no date"),
]


@pytest.mark.parametrize("path", ["/v1/metrics/import", "/v1/metrics/m/observations"])
@pytest.mark.parametrize("data", BAD_METRICS)
def test_a_bad_metrics_file_is_a_clear_problem_and_leaves_nothing(shared_api, data, path):
    answer = shared_api.post(path, role="analyst", files=[("file", ("m.csv", data))])
    assert is_problem(answer, 422, "invalid_input")
    assert answer.json()["errors"][0]["file"] == "m.csv"
    assert shared_api.get("/v1/metrics", role="pm").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/v1/events", b"nothing\n1\n"),
        ("/v1/events", PNG),
        ("/v1/participants", b"colour\nred\n"),
        ("/v1/participants", PNG),
    ],
    ids=["events without columns", "events binary", "people without ids", "people binary"],
)
def test_a_bad_people_or_events_file_is_a_clear_problem(shared_api, path, data):
    answer = shared_api.post(path, role="researcher", files=[("file", ("x.csv", data))])
    assert is_problem(answer, 422, "invalid_input")
    assert shared_api.get("/v1/participants", role="pm").json()["items"] == []


def test_participants_from_a_bare_csv_body(api):
    table = "user_id,segment.plan,quote\nu1,pro,no\nu2,free,yes\n"
    answer = api.post(
        "/v1/participants",
        role="admin",
        content=table.encode(),
        headers={"content-type": "text/csv"},
    )
    done = {"rows": 2, "added": 2, "problems": [], "suggested": 0, "redacted": 0}
    assert answer.json() == done
    people = api.get("/v1/participants", role="pm").json()["items"]
    assert [person["pseudonym"] for person in people] == ["P1", "P2"]
    assert people[0]["segments"] == {"plan": "pro"}
    assert people[0]["consent"] == {
        "analyse": True,
        "quote": False,
        "llm": True,
        "contact": None,
    }


def test_personal_data_in_segments_is_replaced_and_counted(api):
    table = "user_id,segment.owner ana@x.test\nu1,bo@x.test\nu2,cy@x.test\nu3,bo@x.test\n"
    answer = api.post("/v1/participants", role="admin", files=[("file", ("p.csv", table.encode()))])
    assert answer.json()["redacted"] == 6
    people = api.get("/v1/participants", role="pm").json()["items"]
    owners = [list(person["segments"].values()) for person in people]
    assert owners[0] == owners[2] != owners[1]
    assert "x.test" not in str(people)


def test_observations_by_json_and_csv_give_one_series(api):
    put = api.put("/v1/metrics/activation", role="analyst", json={"unit": "share", "good": "up"})
    assert put.status_code == 200, put.text
    rows = [
        {"ts": "2026-01-01T00:00:00Z", "value": 0.4, "segment": {"plan": "pro"}},
        {"ts": "2026-01-02T00:00:00Z", "numerator": 3, "denominator": 10},
    ]
    posted = api.post("/v1/metrics/activation/observations", role="analyst", json={"rows": rows})
    assert posted.json()["added"] == 2, posted.text
    table = b"ts,value\n2026-01-03,0.5\n"
    sent = api.post(
        "/v1/metrics/activation/observations", role="analyst", files=[("file", ("a.csv", table))]
    )
    assert sent.json()["added"] == 1, sent.text
    everybody = api.get("/v1/metrics/activation/series", role="pm").json()
    assert [row["value"] for row in everybody["observations"]] == [0.3, 0.5]
    assert everybody["segments"] == [{}, {"plan": "pro"}]
    pro = api.get("/v1/metrics/activation/series?segment=plan:pro", role="pm").json()
    assert [row["value"] for row in pro["observations"]] == [0.4]
    unknown = api.get("/v1/metrics/activation/series?segment=plan:none", role="pm")
    assert is_problem(unknown, 422, "invalid_input")


def test_values_by_participant(api):
    table = b"metric,participant,value,target\ntask_time,u1,1:30,60\ntask_time,u2,45,60\n"
    answer = api.post(
        "/v1/metrics/import",
        role="researcher",
        files=[("file", ("t.csv", table))],
        data={"by": "participant", "unit": "seconds", "good": "down"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["added"] == 2
    assert len(api.get("/v1/participants", role="pm").json()["items"]) == 2
