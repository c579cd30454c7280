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


def test_a_second_reviewer_is_added_and_may_review(api):
    wanted = {"name": "Ada", "roles": ["reviewer", "pm"]}
    made = api.post("/v1/members", role="admin", json=wanted)
    assert made.status_code == 201
    assert made.json()["member"]["roles"] == ["pm", "reviewer"]
    me = api.get("/v1/me", key=made.json()["key"]).json()
    assert me["member"]["name"] == "Ada"
    assert {"review", "decide"} <= set(me["may"])
    assert "manage_keys" not in me["may"]
    last = api.get("/v1/audit?limit=200", role="pm").json()["items"][-2:]
    assert [event["action"] for event in last] == ["member.add", "key.create"]
    assert "Ada" not in str(last)


@pytest.mark.parametrize(
    ("name", "roles", "status"),
    [
        (" ", ["pm"], 422),
        ("Ada", [], 422),
        ("Ada", ["owner"], 422),
        ("A" * 81, ["pm"], 422),
        (" reviewer ", ["pm"], 409),
    ],
    ids=["no name", "no role", "unknown role", "too long", "name taken"],
)
def test_who_cannot_be_added_is_told_why(api, name, roles, status):
    before = api.get("/v1/members", role="admin").json()
    answer = api.post("/v1/members", role="admin", json={"name": name, "roles": roles})
    assert answer.status_code == status
    assert api.get("/v1/members", role="admin").json() == before


def test_other_roles_count_at_once_and_an_admin_stays(api):
    me = api.get("/v1/me", role="reviewer").json()["member"]
    path = f"/v1/members/{me['id']}"
    changed = api.put(path, role="admin", json={"name": "Grace", "roles": ["analyst"]})
    assert changed.json() == {"id": me["id"], "name": "Grace", "roles": ["analyst"]}
    assert "review" not in api.get("/v1/me", role="reviewer").json()["may"]
    admin = api.get("/v1/me", role="admin").json()["member"]["id"]
    last = {"name": "Admin", "roles": ["reviewer"]}
    refused = api.put(f"/v1/members/{admin}", role="admin", json=last)
    assert refused.status_code == 409
    assert "make somebody else admin first" in refused.json()["detail"]
    assert api.get("/v1/me", role="admin").json()["member"]["roles"] == ["admin"]


def test_a_key_says_when_it_was_last_used(api):
    def used():
        items = api.get("/v1/keys", role="admin").json()["items"]
        return {key["roles"][0]: key["last_used_at"] for key in items}

    assert used()["analyst"] is None
    api.get("/v1/me", role="analyst")
    first = used()["analyst"]
    assert first is not None
    api.get("/v1/me", role="analyst")
    assert used()["analyst"] == first
