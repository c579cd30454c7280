"""`Idempotency-Key`: one effect, one answer."""

from datetime import timedelta

import pytest

from synth.access import repo
from tests.integration.api.conftest import is_problem

ROWS = {"rows": [{"ts": "2026-01-01T00:00:00Z", "value": 0.4}]}
PATH = "/v1/metrics/activation/observations"


def post(api, body=ROWS, key="k1", role="analyst", path=PATH):
    return api.post(path, role=role, json=body, headers={"Idempotency-Key": key})


def test_the_same_request_gets_the_same_answer_and_happens_once(api, services, started):
    first, second = post(api), post(api)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["added"] == 1
    imports = [
        e for e in api.get("/v1/audit", role="pm").json()["items"] if "import" in e["action"]
    ]
    assert len(imports) == 1


def test_another_body_under_the_same_key_is_refused(api):
    post(api)
    other = {"rows": [{"ts": "2026-01-02T00:00:00Z", "value": 0.5}]}
    assert is_problem(post(api, other), 422, "invalid_input")


def test_another_persons_key_of_the_same_name_is_another_key(api):
    assert post(api).json()["added"] == 1
    assert post(api, role="researcher").json()["added"] == 0


def test_a_request_in_flight_gets_409_until_it_is_given_up(api, services, started):
    post(api, {"rows": [{"ts": "2026-01-03T00:00:00Z", "value": 0.5}]}, key="k2")
    member = api.get("/v1/me", role="analyst").json()["member"]["id"]
    with services.writing(started.workspace_id) as uow:
        repo.remember_answer(uow, key="k2", member_id=member, status=0, headers={}, body="")
    same = {"rows": [{"ts": "2026-01-03T00:00:00Z", "value": 0.5}]}
    assert is_problem(post(api, same, key="k2"), 409, "conflict")
    later = services.clock() + timedelta(minutes=1)
    with services.writing(started.workspace_id) as uow:
        repo.forget_requests(uow, answered_before=later, begun_before=later)
    assert post(api, same, key="k2").status_code == 200


def test_a_failed_request_gives_its_key_back(api):
    bad = {"rows": [{"ts": "2026-01-01T00:00:00Z"}], "x": 1}
    assert is_problem(post(api, bad), 422, "invalid_input")
    assert post(api).status_code == 200


def test_a_multipart_retry_with_another_boundary_is_the_same_request(api):
    for boundary in ("one", "two"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
            f"\r\nts,metric,value\n2026-01-01,m,1\n\r\n--{boundary}--\r\n"
        )
        answer = api.post(
            "/v1/metrics/import",
            role="analyst",
            content=body.encode(),
            headers={
                "Idempotency-Key": "m",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
            },
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["added"] == 1


@pytest.mark.parametrize("key", ["", "x" * 201], ids=["empty", "too long"])
def test_an_unusable_key_is_refused(api, key):
    assert is_problem(post(api, key=key), 422, "invalid_input")


def test_new_keys_cannot_be_repeated(api, services):
    member = api.get("/v1/me", role="pm").json()["member"]["id"]
    answer = post(api, {"member_id": member}, role="admin", path="/v1/keys")
    assert is_problem(answer, 422, "invalid_input")
