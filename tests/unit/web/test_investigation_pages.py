"""Investigations as pages: opened, filled, refused, decided; late ones loud; few queries."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from synth.access.types import Actor, MemberRole
from synth.hypotheses import repo as hypotheses
from synth.investigations import repo
from synth.people import repo as people
from synth.review.actions import approve
from synth.services import Services
from synth.store.tables.metrics import anomaly_sessions
from tests.factories import put
from tests.unit.web.conftest import SignIn, token_of
from tests.unit.web.seeding import ONSET, Study
from tests.unit.web.test_web_pages import MOST_QUERIES, check_markup, counting


@pytest.fixture
def pm(
    services: Services, actors: dict[MemberRole, Actor], sign_in: SignIn, study: Study
) -> TestClient:
    """The PM, signed in; people of the anomaly have sessions, one with markup in its id."""
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        speakers = [chunk.participant_id for chunk in study.chunks[:7]]
        for place, speaker in enumerate(speakers):
            row = {"participant_id": speaker, "session_id": f"s<b>{place}", "event": "save_error"}
            seen = ONSET + timedelta(hours=place)
            put(uow, anomaly_sessions, anomaly_id=study.anomaly_id, **row, at=seen)
    return sign_in(MemberRole.PM)


def send(client: TestClient, path: str, **fields: object):
    """Post a form as a browser would, from a page of the same session."""
    token = token_of(client.get("/investigations").text)
    return client.post(path, data={**fields, "csrf_token": token})


@pytest.fixture
def case_id(pm: TestClient, study: Study) -> str:
    answer = send(pm, "/investigations", anomaly_id=study.anomaly_id)
    assert "Opened. It stays unexplained" in answer.text
    return str(answer.url.path).rsplit("/", 1)[1]


def test_the_anomaly_page_has_sessions_guide_people_and_the_way_in(
    pm: TestClient, study: Study
) -> None:
    html = pm.get(f"/anomalies/{study.anomaly_id}").text
    check_markup(html)
    assert "s&lt;b&gt;0" in html
    assert "save error, 1 sign of trouble" in html
    assert "Before the moment: the goal" in html
    assert "Open an investigation" in html
    assert "28 days before" in html


def test_an_investigation_page_is_whole_for_every_role_and_keeps_to_its_queries(
    services: Services, sign_in: SignIn, pm: TestClient, study: Study, case_id: str
) -> None:
    paths = ["/investigations", f"/investigations/{case_id}", f"/anomalies/{study.anomaly_id}"]
    paths += [f"/investigations/{case_id}/evidence", "/"]
    for role in MemberRole:
        client = sign_in(role)
        for path in paths:
            with counting(services) as statements:
                answer = client.get(path)
            assert answer.status_code == 200, path
            check_markup(answer.text)
            assert len(statements) <= MOST_QUERIES + 1, (path, len(statements))


def test_one_side_is_refused_with_what_is_missing_then_both_decide(
    pm: TestClient, study: Study, case_id: str
) -> None:
    at = f"/investigations/{case_id}"
    refused = send(pm, f"{at}/decision", decision="build")
    assert refused.status_code == 422
    assert "a number and somebody&#39;s own words are missing" in refused.text
    send(pm, f"{at}/findings", kind="passage", ref=study.chunks[0].id, note="the step itself")
    page = pm.get(f"{at}/evidence").text
    assert study.chunks[0].text[:30] in page
    [link] = re.findall(
        r'name="kind" value="link"><input type="hidden" name="ref" value="([^"]+)"', page
    )[:1]
    send(pm, f"{at}/findings", kind="link", ref=link)
    assert "both sides have spoken" in pm.get(at).text
    done = send(pm, f"{at}/decision", decision="test")
    assert "Decided. The decision is in the audit trail." in done.text
    assert "Open it again" in send(pm, f"{at}/decision", decision="drop", note="x").text


def test_factors_are_read_as_people_write_them_and_wrong_ones_are_said(
    pm: TestClient, case_id: str
) -> None:
    at = f"/investigations/{case_id}"
    fields = {
        "name": ["attempts", "fail", "raise a ticket", ""],
        "kind": ["count", "share", "share", "count"],
        "value": ["500", "", "50 %", ""],
        "k": ["", "90", "", ""],
        "n": ["", "500", "", ""],
        "unit": ["attempts", "", "tickets", ""],
        "origin": ["measured", "measured", "stated", "assumed"],
        "source": ["events", "events", "support lead", ""],
    }
    page = send(pm, f"{at}/impact", **fields).text
    assert "45 tickets (37.2-54)" in page
    assert "does not cover “raise a ticket”" in page
    wrong = send(pm, f"{at}/impact", **{**fields, "value": ["lots", "", "50 %", ""]})
    assert wrong.status_code == 422
    assert "found lots" in wrong.text


def test_a_question_is_checked_beside_the_guide(pm: TestClient, case_id: str) -> None:
    page = pm.get(f"/investigations/{case_id}", params={"ask": "Was this confusing <i>?"}).text
    check_markup(page)
    assert "Leading" in page
    assert "What were you trying to accomplish right before this screen" in page
    fine = pm.get(f"/investigations/{case_id}", params={"ask": "What happened then?"}).text
    assert "It asks about what happened." in fine


def test_brief_sessions_and_people_change_by_form(pm: TestClient, case_id: str) -> None:
    at = f"/investigations/{case_id}"
    page = send(pm, f"{at}/brief", question="What stops them?", talks_target=3).text
    assert "What stops them?" in page
    assert send(pm, f"{at}/brief", deadline="soon").status_code == 422
    page = send(pm, f"{at}/watched", session_id="s<b>0", note="stops at the role list").text
    assert "stops at the role list" in page
    rows = list(csv.DictReader(io.StringIO(pm.get(f"{at}/recruits.csv").text)))
    assert all(row["pseudonym"].startswith("P") for row in rows)


def test_a_late_decision_is_loud_on_home_until_it_is_made(
    services: Services, actors: dict[MemberRole, Actor], pm: TestClient, case_id: str
) -> None:
    assert "overdue" not in pm.get("/").text
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        case = repo.load_investigation(uow, case_id)
        late = services.clock() - timedelta(days=3, hours=1)
        repo.save_investigation(uow, replace(case, deadline=late))
    for path in ("/", "/investigations", f"/investigations/{case_id}"):
        assert "3 days overdue" in pm.get(path).text, path
    send(pm, f"/investigations/{case_id}/decision", decision="no_cause", note="Nobody knows.")
    assert "overdue" not in pm.get("/").text


def test_triggers_are_added_and_switched_off_by_form(pm: TestClient, study: Study) -> None:
    page = send(
        pm, "/investigations/triggers", name="Big drops", metric=study.metric, min_percent=15
    ).text
    assert "of at least 15 % of its level" in page
    [trigger_id] = re.findall(r'/investigations/triggers/([\w-]+)"', page)
    page = send(pm, f"/investigations/triggers/{trigger_id}", active="no").text
    assert "Switch on" in page


def test_who_does_not_investigate_can_read_but_not_act(
    sign_in: SignIn, pm: TestClient, case_id: str
) -> None:
    reviewer = sign_in(MemberRole.REVIEWER)
    page = reviewer.get(f"/investigations/{case_id}").text
    assert "Drop it" not in page
    assert "recruits.csv" not in page
    assert reviewer.get(f"/investigations/{case_id}/recruits.csv").status_code == 403
    assert send_as(reviewer, page, f"/investigations/{case_id}/decision").status_code == 403


def send_as(client: TestClient, page: str, path: str):
    return client.post(path, data={"decision": "drop", "note": "x", "csrf_token": token_of(page)})


def test_accounts_show_scores_themes_and_the_formula(
    services: Services, actors: dict[MemberRole, Actor], pm: TestClient, study: Study
) -> None:
    assert "No account is known" in pm.get("/accounts").text
    with services.writing(actors[MemberRole.PM].workspace_id) as uow:
        for chunk in study.chunks[:4]:
            people.describe(uow, chunk.participant_id, segments={"account": "Acme & <Sons>"})
    page = pm.get("/accounts").text
    check_markup(page)
    fields = {"usage": 1, "nps": 0, "tickets": 0, "fall": 10, "min_people": 2}
    assert "A fall of 10 points or more" in send(pm, "/accounts/formula", **fields).text
    refused = send(pm, "/accounts/formula", **{**fields, "usage": 0})
    assert refused.status_code == 422
    assert "one above 0" in refused.text


def test_what_was_learnt_last_time_stands_before_the_brief(
    services: Services,
    actors: dict[MemberRole, Actor],
    pm: TestClient,
    study: Study,
    case_id: str,
) -> None:
    assert "Learnt last time" not in pm.get(f"/investigations/{case_id}").text
    reviewer = actors[MemberRole.REVIEWER]
    with services.reading(reviewer.workspace_id) as uow:
        draft = hypotheses.load_hypothesis(uow, study.draft_id)
    approve(services, reviewer, draft.id, seen=draft.etag, ticked=range(len(draft.content.claims)))
    page = pm.get(f"/investigations/{case_id}").text
    assert draft.content.metric == study.metric
    assert 0 < page.index("Learnt last time") < page.index('id="brief"')
    assert draft.content.title in page
