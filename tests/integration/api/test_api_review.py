"""Decisions: by a reviewer who is no author, on the revision seen; rejected text stays inside."""

import json

import pytest

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from synth.people import repo as people
from synth.people.types import Consent
from tests.factories import add_hypothesis
from tests.integration.api.conftest import is_problem


@pytest.fixture
def draft(api, services, started, actors):
    """A draft that the researcher started."""
    with services.writing(started.workspace_id) as uow:
        add_hypothesis(uow, started_by=actors[MemberRole.RESEARCHER].member.id)
    return api.get("/v1/review/queue", role="pm").json()["items"][0]


@pytest.fixture
def foreign_key(services):
    return start_workspace(services, "Other").keys[MemberRole.REVIEWER]


def reject(api, draft, role="reviewer"):
    etag = api.get(f"/v1/hypotheses/{draft['id']}", role=role).headers["etag"]
    body = {"reason_codes": ["weak_evidence"], "note": "Two people."}
    path = f"/v1/review/{draft['id']}/reject"
    return api.post(path, role=role, json=body, headers={"If-Match": etag})


@pytest.mark.parametrize("act", ["approve", "reject", "edit"])
def test_foreign_and_absent_drafts_are_the_same_404(api, draft, foreign_key, act):
    body = {
        "approve": {"ticked": [0]},
        "reject": {"reason_codes": ["other"]},
        "edit": {"title": "Stolen"},
    }[act]
    for found in (draft["id"], "none"):
        answer = api.post(
            f"/v1/review/{found}/{act}",
            key=foreign_key,
            json=body,
            headers={"If-Match": draft["etag"]},
        )
        assert is_problem(answer, 404, "not_found")
        assert is_problem(api.get(f"/v1/hypotheses/{found}", key=foreign_key), 404, "not_found")
    assert api.get("/v1/review/queue", role="pm").json()["items"] == [draft]


def test_rejected_text_is_read_only_by_reviewers_and_its_authors(api, draft):
    assert reject(api, draft).json()["state"] == "rejected"
    path = f"/v1/hypotheses/{draft['id']}"
    seen = {role: api.get(path, role=role).status_code for role in MemberRole}
    assert {role for role, status in seen.items() if status == 200} == {"reviewer", "researcher"}
    assert set(seen.values()) == {200, 404}
    for role in MemberRole:
        for address in ("/v1/hypotheses", "/v1/review/queue", "/v1/insights", "/v1/export/csv"):
            assert draft["because"] not in api.get(address, role=role).text
    asked = "/v1/hypotheses?state=rejected"
    assert len(api.get(asked, role="reviewer").json()["items"]) == 1
    assert api.get(asked, role="pm").json()["items"] == []


def test_whoever_started_or_edited_a_draft_may_not_decide_on_it(api, services, started, actors):
    with services.writing(started.workspace_id) as uow:
        add_hypothesis(uow, started_by=actors[MemberRole.REVIEWER].member.id)
    own = api.get("/v1/review/queue", role="pm").json()["items"][0]
    assert is_problem(reject(api, own), 403, "forbidden")


def test_a_decision_names_the_revision_it_saw_and_an_approval_becomes_an_insight(
    api, draft, foreign_key
):
    assert draft["is_draft"]
    shown = api.get(f"/v1/hypotheses/{draft['id']}", role="reviewer")
    etag, path = shown.headers["etag"], f"/v1/review/{draft['id']}"
    ticks = {"ticked": [claim["position"] for claim in draft["claims"]]}

    def decide(act, body, *, role="reviewer", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.post(f"{path}/{act}", role=role, json=body, headers=named)

    assert is_problem(decide("approve", ticks), 428, "precondition_missing")
    assert is_problem(decide("approve", ticks, If_Match="*"), 428, "precondition_missing")
    assert is_problem(decide("approve", ticks, If_Match='"9-x"'), 412, "stale_revision")
    assert is_problem(decide("approve", {}, If_Match=etag), 422, "invalid_input")
    assert is_problem(decide("approve", {"ticked": []}, If_Match=etag), 422, "invalid_input")
    assert is_problem(decide("approve", ticks, role="pm", If_Match=etag), 403, "forbidden")
    assert is_problem(
        decide("edit", {"baseline": 1}, role="pm", If_Match=etag), 422, "invalid_input"
    )
    bad = {"reason_codes": ["ugly"]}
    assert is_problem(decide("reject", bad, If_Match=etag), 422, "invalid_input")
    edited = decide("edit", {"title": "A title by the PM"}, role="pm", If_Match=etag)
    assert edited.status_code == 200, edited.text
    assert edited.json()["drafter"] == "person"
    assert is_problem(decide("approve", ticks, If_Match=etag), 412, "stale_revision")
    approved = decide("approve", ticks, If_Match=edited.headers["etag"])
    assert approved.json()["state"] == "approved", approved.text
    again = decide("reject", {"reason_codes": ["other"]}, If_Match=edited.headers["etag"])
    assert is_problem(again, 409, "conflict")
    insight = api.get("/v1/insights", role="pm").json()["items"][0]
    assert (insight["hypothesis_id"], insight["title"]) == (draft["id"], "A title by the PM")
    shown = api.get(f"/v1/insights/{insight['id']}", role="pm").json()
    assert {name: shown[name] for name in insight} == insight
    assert "A title by the PM" in api.get("/v1/export/csv", role="pm").text
    assert is_problem(api.get(f"/v1/insights/{insight['id']}", key=foreign_key), 404, "not_found")


def test_a_quote_is_withheld_once_its_speaker_no_longer_agrees(api, services, started, draft):
    etag = api.get(f"/v1/hypotheses/{draft['id']}", role="pm").headers["etag"]
    ticks = {"ticked": [claim["position"] for claim in draft["claims"]]}
    path = f"/v1/review/{draft['id']}/approve"
    api.post(path, role="reviewer", json=ticks, headers={"If-Match": etag})
    insight = api.get("/v1/insights", role="pm").json()["items"][0]
    citation = insight["citations"][0]
    assert citation["quote"]
    with services.writing(started.workspace_id) as uow:
        people.describe(uow, citation["participant_id"], consent=Consent(quote=False))
    shown = api.get(f"/v1/insights/{insight['id']}", role="pm").json()["citations"][0]
    assert shown["quote"] is None
    for path in ("/v1/insights", "/v1/export/csv", "/v1/export/markdown"):
        assert citation["quote"] not in api.get(path, role="pm").text


def test_decided_drafts_leave_as_lines_of_json_for_reviewers_alone(api, draft):
    assert is_problem(api.get("/v1/review/cases", role="pm"), 403, "forbidden")
    assert api.get("/v1/review/cases", role="reviewer").text == ""
    reject(api, draft)
    answer = api.get("/v1/review/cases", role="reviewer")
    assert answer.headers["content-type"].startswith("application/jsonl")
    [case] = [json.loads(line) for line in answer.text.splitlines()]
    assert (case["decision"], case["reason_codes"]) == ("reject", ["weak_evidence"])
    assert len(case["claims"][1]["sources"]) == 1
