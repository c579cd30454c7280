"""Joining people by API: what is refused, what is counted anew, and the way back."""

from __future__ import annotations

from synth.access.actions import FirstStart
from synth.access.types import MemberRole
from synth.jobs import repo as jobs
from synth.services import Services
from tests.integration.api.conftest import ApiClient, is_problem, run_jobs

PEOPLE = b"user_id,email,segment.plan\nu1,,pro\nc9,,pro\n,ana@example.org,\n"
VALUES = b"metric,participant,value,target\ntask,u1,9,5\ntask,c9,9,5\ntask,u3,1,5\n"


def upload(api: ApiClient, path: str, data: bytes, role: str = "researcher") -> dict[str, object]:
    answer = api.post(path, role=role, files={"file": ("file.csv", data)})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_people_joined_and_split_by_api(
    api: ApiClient, services: Services, started: FirstStart
) -> None:
    upload(api, "/v1/participants", PEOPLE)
    by_person = {"files": {"file": ("v.csv", VALUES)}, "data": {"by": "participant"}}
    assert api.post("/v1/metrics/import", role="analyst", **by_person).status_code == 200
    body = {"people": ["user:u1", "p2"], "note": "same badge; call 030 1234567"}
    refused = api.post("/v1/participants/merge", role="reviewer", json=body)
    assert is_problem(refused, 403, "forbidden")
    nobody = api.post("/v1/participants/merge", role="admin", json={"people": ["P1", "P77"]})
    assert is_problem(nobody, 404, "not_found")

    done = api.post("/v1/participants/merge", role="admin", json=body).json()
    assert done["join"]["people"] == ["P1", "P2"]
    assert "1234567" not in done["join"]["detail"]
    with services.reading(started.workspace_id) as uow:
        assert jobs.load_job(uow, done["job_id"]).kind == "anomalies"
    again = api.post("/v1/participants/merge", role="admin", json=body).json()
    assert again == {"join": None, "job_id": None}

    listed = api.get("/v1/participants", role="pm").json()["items"]
    assert [(one["pseudonym"], one["known_by"]) for one in listed][:2] == [
        ("P1", {"user": 2}),
        ("P3", {"email": 1}),
    ]
    run_jobs(services, started.workspace_id)
    path = f"/v1/participant-merges/{done['join']['id']}/split"
    assert api.post(path, role="researcher").json()["join"]["state"] == "split"
    assert is_problem(api.post(path, role="researcher"), 409, "conflict")
    assert len(api.get("/v1/participants", role="pm").json()["items"]) == 4


def test_a_suggestion_is_accepted_or_turned_down_by_a_person(api: ApiClient) -> None:
    upload(api, "/v1/participants", PEOPLE)
    done = upload(api, "/v1/participants", b"user_id,email\nu1,ana@example.org\n")
    assert (done["suggested"], len(done["problems"])) == (1, 1)  # type: ignore[arg-type]
    path = "/v1/participant-merges?state=suggested"
    (suggestion,) = api.get(path, role="pm").json()["items"]
    assert suggestion["ground"] == "same e-mail"
    route = f"/v1/participant-merges/{suggestion['id']}"
    assert is_problem(api.post(f"{route}/accept", role="pm"), 403, "forbidden")
    assert api.post(f"{route}/dismiss", role="researcher").json()["state"] == "dismissed"
    assert api.get(path, role="pm").json()["items"] == []


def test_a_crosswalk_by_api_joins_and_names_bad_rows(api: ApiClient) -> None:
    upload(api, "/v1/participants", PEOPLE)
    rows = b"namespace,value,namespace,value\ncrm,c9,email,ana@example.org\nname,Ana,user,u1\n"
    done = upload(api, "/v1/participants/crosswalk", rows)
    assert (done["rows"], done["joined"], len(done["problems"])) == (2, 1, 1)  # type: ignore[arg-type]
    assert api.get("/v1/participants/coverage", role=MemberRole.PM).json() == {
        "heard": 0,
        "measured": 0,
        "both": 0,
    }


def test_withdrawing_by_api_takes_all_ids_and_counts_anew(
    api: ApiClient, services: Services, started: FirstStart
) -> None:
    upload(api, "/v1/participants", PEOPLE)
    by_person = {"files": {"file": ("v.csv", VALUES)}, "data": {"by": "participant"}}
    assert api.post("/v1/metrics/import", role="analyst", **by_person).status_code == 200
    api.post("/v1/participants/merge", role="admin", json={"people": ["user:u1", "P2"]})
    path = "/v1/participants/user:c9/withdraw"
    assert is_problem(api.post(path, role="analyst"), 403, "forbidden")
    done = api.post(path, role="researcher").json()
    assert (done["participant"], done["ids"], done["values"], done["joins"]) == ("P1", 2, 2, 1)
    assert is_problem(api.post(path, role="researcher"), 404, "not_found")
    again = api.post("/v1/participants/P1/withdraw", role="researcher")
    assert is_problem(again, 409, "conflict")
    listed = {
        one["pseudonym"]: one for one in api.get("/v1/participants", role="pm").json()["items"]
    }
    assert listed["P1"]["known_by"] == {}
    assert listed["P1"]["segments"] == {}
    assert not any(listed["P1"]["consent"].values())
    back = api.post("/v1/metrics/import", role="analyst", **by_person).json()
    assert [line.split(": ", 1)[1] for line in back["problems"]] == [
        "this person withdrew and is left out"
    ] * 2
    people = upload(api, "/v1/participants", PEOPLE)
    assert people["added"] == 0
    assert len(people["problems"]) == 2  # type: ignore[arg-type]
    acts = [one["action"] for one in api.get("/v1/audit", role="admin").json()["items"]]
    assert acts.count("people.withdraw") == 1
