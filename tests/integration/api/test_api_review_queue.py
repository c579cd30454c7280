"""The queue over HTTP: its order and terms, claims, duplicates, release, rules, measures."""

from __future__ import annotations

import pytest

from synth.access.types import MemberRole
from synth.review.planting import plant_canaries
from tests.factories import add_actor, add_hypothesis
from tests.integration.api.conftest import is_problem


@pytest.fixture
def drafts(api, services, started, actors):
    """Three drafts that the researcher started, and one that a check holds."""
    author = actors[MemberRole.RESEARCHER].member.id
    with services.writing(started.workspace_id) as uow:
        for at in range(3):
            add_hypothesis(uow, started_by=author, title=f"Draft {at} of the queue")
        add_hypothesis(uow, started_by=author, held_reasons=["no proved quote"], title="Held one")
    return [one["id"] for one in api.get("/v1/review/queue", role="pm").json()["items"]]


def etag(api, name):
    return api.get(f"/v1/hypotheses/{name}", role="reviewer").headers["etag"]


def test_the_queue_is_paged_in_order_with_its_terms(api, drafts):
    first = api.get("/v1/review/queue?limit=2", role="pm").json()
    rest = api.get(f"/v1/review/queue?limit=2&cursor={first['next_cursor']}", role="pm").json()
    items = [*first["items"], *rest["items"]]
    assert [one["id"] for one in items] == drafts
    assert rest["next_cursor"] is None
    terms = items[0]["priority"]
    points = 40 * terms["impact"] + 30 * terms["confidence"]
    points += 10 * terms["age"] + 20 * terms["deadline"]
    assert terms["score"] == pytest.approx(points, abs=0.2)
    due = {"due_at": "2026-03-02T09:00:00Z"}
    path = f"/v1/review/{drafts[2]}/deadline"
    assert is_problem(api.put(path, role="pm", json=due), 422, "invalid_input")
    assert is_problem(api.put(path, role="researcher", json=due), 403, "forbidden")


def test_a_claim_is_seen_kept_and_given_back(api, services, started, drafts):
    name = drafts[0]
    path = f"/v1/review/{name}/claim"
    held = api.post(path, role="reviewer")
    assert held.status_code == 200, held.text
    shown = api.get(f"/v1/review/{name}", role="pm").json()
    assert shown["claim"]["member_id"] == held.json()["member_id"]
    other = add_actor(services, started.workspace_id, MemberRole.REVIEWER)
    assert is_problem(api.post(path, role="researcher"), 403, "forbidden")
    assert other.member.id != shown["claim"]["member_id"]
    assert api.delete(path, role="reviewer").status_code == 204
    assert is_problem(api.delete(path, role="reviewer"), 409, "conflict")
    assert api.get(f"/v1/review/{name}", role="pm").json()["claim"] is None


def test_many_are_rejected_and_no_way_approves_many(api, drafts):
    seen = [{"id": name, "seen": etag(api, name)} for name in drafts]
    seen[1]["seen"] = "9-stale"
    body = {"drafts": seen, "reason_codes": ["weak_evidence"]}
    assert is_problem(api.post("/v1/review/reject", role="pm", json=body), 403, "forbidden")
    ends = api.post("/v1/review/reject", role="reviewer", json=body).json()
    assert ends["rejected"] == [drafts[0], drafts[2]]
    assert "read it again" in ends["refused"][drafts[1]]
    for path in ("/v1/review/approve", "/v1/review/approve-all", "/v1/insights"):
        answer = api.post(path, role="reviewer", json={"drafts": seen, "ticked": [0, 1, 2]})
        assert answer.status_code in (404, 405)
    assert api.get("/v1/insights", role="pm").json()["items"] == []


def test_held_drafts_are_searched_and_released_through_the_checks(api, drafts):
    [held] = api.get("/v1/review/held?q=held+quote", role="pm").json()["items"]
    assert api.get("/v1/review/held?q=nothing", role="pm").json()["items"] == []
    assert api.get("/v1/review/held?suppressed=true", role="pm").json()["items"] == []
    path = f"/v1/review/{held['id']}/release"
    assert is_problem(api.post(path, role="pm"), 428, "precondition_missing")
    tag = etag(api, held["id"])
    assert is_problem(
        api.post(path, role="researcher", headers={"If-Match": tag}), 403, "forbidden"
    )
    released = api.post(path, role="reviewer", headers={"If-Match": tag})
    assert (released.json()["state"], released.json()["revision"]) == ("in_review", 2)
    ticks = {"ticked": [0, 1, 2]}
    mine = api.post(
        f"/v1/review/{held['id']}/approve",
        role="reviewer",
        json=ticks,
        headers={"If-Match": released.headers["etag"]},
    )
    assert is_problem(mine, 403, "forbidden")


def test_rules_are_the_admins_and_two_reviewers_are_waited_for(api, drafts):
    rules = {"reviewers_needed": 2, "canary_rate": 0}
    path = "/v1/review/rules"
    assert is_problem(api.put(path, role="reviewer", json=rules), 403, "forbidden")
    assert api.put(path, role="admin", json=rules).json() == rules
    assert api.get(path, role="pm").json() == rules
    name = drafts[0]
    done = api.post(
        f"/v1/review/{name}/approve",
        role="reviewer",
        json={"ticked": [0, 1, 2]},
        headers={"If-Match": etag(api, name)},
    )
    assert done.json()["state"] == "in_review"
    votes = api.get(f"/v1/review/{name}", role="reviewer").json()["votes"]
    assert votes == {
        "decided": 1,
        "needed": 2,
        "is_split": False,
        "standing": "1 of 2 reviewers decided",
        "is_mine": True,
    }
    assert api.get("/v1/insights", role="pm").json()["items"] == []


def test_canaries_are_told_from_drafts_by_nothing_that_is_sent(api, services, started, drafts):
    rules = {"reviewers_needed": 1, "canary_rate": 0.5}
    api.put("/v1/review/rules", role="admin", json=rules)
    assert plant_canaries(services, started.workspace_id) == 2
    items = api.get("/v1/review/queue", role="reviewer").json()["items"]
    assert len(items) == 5
    assert len({tuple(sorted(one)) for one in items}) == 1
    sent = [one["id"] for one in items]
    for name in sent:
        tag = etag(api, name)
        path = f"/v1/review/{name}/approve"
        body = {"ticked": list(range(9))}
        assert api.post(path, role="reviewer", json=body, headers={"If-Match": tag}).is_success
    published = {one["hypothesis_id"] for one in api.get("/v1/insights", role="pm").json()["items"]}
    assert published == set(drafts)
    [seeded] = {tuple(sorted(set(sent) - published))}
    for name in seeded:
        assert is_problem(api.get(f"/v1/hypotheses/{name}", role="pm"), 404, "not_found")
        assert api.get(f"/v1/hypotheses/{name}", role="reviewer").json()["state"] == "canary"
        for path in ("/v1/export/csv", "/v1/export/markdown", "/v1/hypotheses", "/v1/audit"):
            assert f'"{name}"' not in api.get(path, role="pm").text or path == "/v1/audit"
    measures = api.get("/v1/review/measures", role="pm").json()
    assert (measures["canaries_caught"]["k"], measures["canaries_caught"]["n"]) == (0, 2)
    [one] = [each for each in measures["reviewers"] if each["decided"]]
    assert (one["decided"], one["left"], one["longest_streak"], one["timed"]) == (5, 0, 5, 5)


def test_a_duplicate_leads_to_its_survivor(api, services, started, actors, drafts):
    name = drafts[0]
    body = {"into": drafts[1]}
    path = f"/v1/review/{name}/merge"
    headers = {"If-Match": etag(api, name)}
    assert is_problem(api.post(path, role="reviewer", json=body), 428, "precondition_missing")
    other = api.post(path, role="reviewer", json=body, headers=headers)
    assert is_problem(other, 422, "invalid_input")
    assert is_problem(api.post(f"/v1/review/{name}/unmerge", role="reviewer"), 409, "conflict")


def test_a_rejection_is_taken_back_by_who_rejected(api, drafts):
    name, tag = drafts[0], etag(api, drafts[0])
    body = {"reason_codes": ["other"]}
    rejected = api.post(
        f"/v1/review/{name}/reject", role="reviewer", json=body, headers={"if-match": tag}
    )
    assert rejected.json()["state"] == "rejected"
    path = f"/v1/review/{name}/take-back"
    assert is_problem(api.post(path, role="pm", headers={"if-match": tag}), 403, "forbidden")
    assert is_problem(api.post(path, role="reviewer"), 428, "precondition_missing")
    again = api.post(path, role="reviewer", headers={"if-match": tag})
    assert again.status_code == 200, again.text
    assert again.json()["state"] == "in_review"
    assert again.json()["id"] != name
    assert again.headers["etag"] == tag
    assert is_problem(api.post(path, role="reviewer", headers={"if-match": tag}), 409, "conflict")
    waiting = [one["id"] for one in api.get("/v1/review/queue", role="pm").json()["items"]]
    assert again.json()["id"] in waiting
