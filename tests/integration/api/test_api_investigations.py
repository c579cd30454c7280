"""Investigations over HTTP: from an anomaly to a decision, with CSV, lint and triggers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from synth.access.types import Actor, MemberRole
from synth.people import repo as people
from synth.people.types import Consent
from synth.services import Services
from tests import factories
from tests.integration.api.conftest import ApiClient, is_problem


@pytest.fixture
def anomaly(services: Services, actors: dict[MemberRole, Actor]) -> str:
    """An anomaly that hit three people, one with a segment a spreadsheet would run."""
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        hit = [factories.add_participant(uow, consent=Consent(contact=True)) for _ in range(3)]
        people.describe(uow, hit[0], segments={"plan": "=1+1"})
        return factories.add_anomaly(uow, affected=hit)


@pytest.fixture
def case(api: ApiClient, anomaly: str) -> str:
    answer = api.post("/v1/investigations", role="pm", json={"anomaly_id": anomaly})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_from_an_anomaly_to_a_refused_and_a_taken_decision(api: ApiClient, case: str) -> None:
    at = f"/v1/investigations/{case}"
    shown = api.get(at, role="reviewer").json()
    assert (shown["state"], shown["is_unexplained"], shown["learnt"]) == ("unexplained", True, [])
    assert [len(layer["questions"]) >= 2 for layer in shown["guide"]["layers"]] == [True] * 3
    assert shown["progress"]["talks_target"] == 3
    assert shown["impact"]["steps"][1]["interval"] is not None
    refused = api.post(f"{at}/decision", role="pm", json={"decision": "build"})
    assert is_problem(refused, 409, "conflict")
    assert "missing" in refused.json()["detail"]
    found = api.post(f"{at}/findings", role="pm", json={"kind": "impact"}).json()
    gone = api.delete(f"{at}/findings/{found['id']}", role="pm").json()
    assert gone["state"] == "unexplained"
    dropped = {"decision": "drop", "note": "Too few people to go on."}
    assert api.post(f"{at}/decision", role="pm", json=dropped).json()["state"] == "decided"
    assert api.post(f"{at}/reopen", role="pm").json()["decision"] is None


def test_the_recruit_list_is_for_those_who_investigate_and_safe_in_a_spreadsheet(
    api: ApiClient, services: Services, actors: dict[MemberRole, Actor], case: str
) -> None:
    at = f"/v1/investigations/{case}/recruits"
    assert api.get(f"{at}.csv", role="reviewer").status_code == 403
    rows = list(csv.DictReader(io.StringIO(api.get(f"{at}.csv", role="pm").text)))
    assert len(rows) == 3
    assert rows[0]["segment.plan"] == "'=1+1"
    page = api.get(at, role="pm", params={"limit": 2}).json()
    assert [one["pseudonym"] for one in page["items"]] == [rows[0]["pseudonym"], "P2"]
    assert page["next_cursor"]
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        silent = people.load(uow)[page["items"][0]["participant_id"]]
        people.save(uow, [replace(silent, consent=Consent())])
    assert page["items"][0]["pseudonym"] not in api.get(f"{at}.csv", role="pm").text
    told = api.get(f"/v1/investigations/{case}", role="pm").json()["askable"]
    assert (told["to_ask"], told["not_asked"]) == (2, 1)
    assert told["left_out"] == "left out: 1 not asked whether they may be contacted"


def test_the_brief_changes_within_reason(api: ApiClient, case: str) -> None:
    at = f"/v1/investigations/{case}"
    answer = api.patch(at, role="analyst", json={"talks_target": 8, "question": "What stops them?"})
    assert (answer.json()["talks_target"], answer.json()["question"]) == (8, "What stops them?")
    for bad in ({"talks_target": 0}, {"deadline": "2020-01-01T00:00:00"}, {"wish": 1}):
        assert api.patch(at, role="pm", json=bad).status_code == 422, bad
    past = api.patch(at, role="pm", json={"deadline": "2020-01-01T00:00:00+02:00"})
    assert is_problem(past, 422, "invalid_input")
    assert is_problem(api.patch(at, role="pm", json={"owner_id": "x"}), 404, "not_found")


def test_impact_is_set_as_a_whole_and_counts_give_values(api: ApiClient, case: str) -> None:
    at = f"/v1/investigations/{case}/impact"
    terms = [
        {"name": "attempts", "kind": "count", "value": 500, "source": "events"},
        {"name": "fail", "kind": "share", "k": 90, "n": 500, "origin": "measured", "source": "x"},
        {"name": "write", "kind": "share", "value": 0.5, "unit": "tickets", "source": "support"},
    ]
    shown = api.put(at, role="pm", json={"terms": terms}).json()
    assert shown["result"] == pytest.approx(45)
    assert shown["uncounted"] == ["attempts", "write"]
    terms[1]["value"] = 0.3
    assert is_problem(api.put(at, role="pm", json={"terms": terms}), 422, "invalid_input")


def test_triggers_are_listed_changed_and_checked(api: ApiClient) -> None:
    made = api.post("/v1/triggers", role="analyst", json={"name": "Drops", "kinds": ["shift"]})
    assert made.status_code == 201, made.text
    body = {"name": "Drops", "kinds": ["shift"], "is_active": False}
    changed = api.put(f"/v1/triggers/{made.json()['id']}", role="pm", json=body).json()
    assert changed["is_active"] is False
    assert api.get("/v1/triggers", role="reviewer").json()["items"] == [changed]
    wrong = api.post("/v1/triggers", role="pm", json={"name": "x", "kinds": ["vibe"]})
    assert is_problem(wrong, 422, "invalid_input")


def test_questions_are_read_and_better_ones_offered(api: ApiClient) -> None:
    asked = ["Why did you do that?", "What happened then?"]
    bad, good = api.post("/v1/questions/lint", role="pm", json={"questions": asked}).json()
    assert bad["problems"][0]["fault"] == "why"
    assert bad["problems"][0]["better"].startswith("What were you trying to accomplish")
    assert good == {"question": "What happened then?", "problems": []}


def test_accounts_and_their_formula(
    api: ApiClient, services: Services, actors: dict[MemberRole, Actor]
) -> None:
    assert api.get("/v1/accounts", role="reviewer").json()["items"] == []
    formula = api.get("/v1/health-formula", role="reviewer").json()
    assert (formula["usage"], formula["fall"]) == (0.5, 15)
    assert "active person-days" in formula["words"]
    changed = {"usage": 1, "nps": 0, "tickets": 0, "fall": 10}
    assert api.put("/v1/health-formula", role="reviewer", json=changed).status_code == 403
    assert api.put("/v1/health-formula", role="pm", json=changed).json()["fall"] == 10
    wrong = api.put("/v1/health-formula", role="pm", json={"usage": 0, "nps": 0, "tickets": 0})
    assert is_problem(wrong, 422, "invalid_input")
