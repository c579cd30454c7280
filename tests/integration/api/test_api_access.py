"""Keys, who I am, the audit trail, health."""

import pytest


def test_me_names_the_owner_of_the_key(api, started):
    answer = api.get("/v1/me", role="pm")
    assert answer.status_code == 200
    body = answer.json()
    assert body["member"]["roles"] == ["pm"]
    assert body["workspace_id"] == started.workspace_id
    assert "edit_draft" in body["may"]
    assert "review" not in body["may"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_key(api, path):
    assert api.get(path).status_code == 200


def test_a_new_key_works_until_it_is_revoked(api):
    member = api.get("/v1/me", role="analyst").json()["member"]["id"]
    made = api.post("/v1/keys", role="admin", json={"member_id": member})
    assert made.status_code == 201
    key = made.json()["key"]
    assert api.get("/v1/me", key=key).json()["member"]["id"] == member
    newest = api.get("/v1/keys", role="admin").json()["items"][0]
    assert key not in str(newest)
    assert api.delete(f"/v1/keys/{newest['id']}", role="admin").status_code == 204
    assert api.get("/v1/me", key=key).status_code == 401


def test_audit_trail_pages_and_proves_itself(api):
    first = api.get("/v1/audit?limit=2", role="pm").json()
    rest = api.get(f"/v1/audit?limit=200&cursor={first['next_cursor']}", role="pm").json()
    assert [event["seq"] for event in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert api.get("/v1/audit/verify", role="pm").json() == {
        "intact": True,
        "events": 5,
        "problem": None,
    }
