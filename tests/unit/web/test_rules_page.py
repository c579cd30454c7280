"""The page of rules and funnels: written by form, faults marked, matches listed."""

from __future__ import annotations

import html

import pytest

from synth.access.types import MemberRole
from synth.metrics import event_actions, rule_actions
from synth.metrics.measuring import measure_events
from synth.metrics.stage import detect_anomalies
from tests.event_worlds import STEPS, Onboarding
from tests.unit.web.conftest import token_of

RULE = 'twice: count(kyc_failed) >= 2 within 1d -> "offer help"'


@pytest.fixture
def events(services, actors):
    rows = ["ts,user_id,event,session_id"]
    rows += [
        f"2026-03-0{day}T0{n}:00:00Z,u{day},kyc_failed,s{day}" for day in (1, 2) for n in (1, 2)
    ]
    rows += [f"2026-03-03T0{n}:00:00Z,u{n},opened," for n in range(9)]
    analyst = actors[MemberRole.ANALYST]
    event_actions.import_events(services, analyst, filename="e.csv", content="\n".join(rows))
    return analyst


def shown(client):
    return html.unescape(client.get("/rules").text)


def send(client, path, **fields):
    return client.post(path, data={"csrf_token": token_of(client.get("/rules").text), **fields})


def test_without_events_the_page_says_how_to_get_them(sign_in):
    page = shown(sign_in(MemberRole.ANALYST))
    assert "No events yet" in page
    assert "synth events import FILE" in page


def test_a_rule_is_written_checked_added_found_and_removed(sign_in, services, events):
    client = sign_in(MemberRole.ANALYST)
    checked = html.unescape(send(client, "/rules", text=RULE, do="check").text)
    assert "What they would match now" in checked
    assert "2 of 9" in checked
    assert "No rule yet" in checked
    added = html.unescape(send(client, "/rules", text=RULE).text)
    assert "Added. It runs with the next detection." in added
    assert RULE in added
    assert "Not looked at yet" in added
    measure_events(services, events.workspace_id)
    detect_anomalies(services, events.workspace_id, run_id="r")
    after = client.get("/rules").text
    assert "The people and their sessions" in after
    href = after.split('href="/anomalies/')[1].split('"')[0]
    anomaly = html.unescape(client.get(f"/anomalies/{href}").text)
    assert "a rule holds" in anomaly
    assert "offer help" in anomaly
    assert "No rule yet" in send(client, "/rules/remove", name="twice").text


def test_a_fault_is_shown_as_written_with_a_mark_under_the_word(sign_in, events):
    text = 'twice: count(kyc_failed) >= 2\r\n  within 20% -> "<b>call</b>"'
    answer = send(sign_in(MemberRole.ANALYST), "/rules", text=text)
    assert answer.status_code == 422
    assert "<b>call" not in answer.text
    page = html.unescape(answer.text)
    assert "rule:2:10: within is a time; found 20%" in page
    assert '    within 20% -> "<b>call</b>"\n           ^^^' in page
    assert page.count("twice: count(kyc_failed) >= 2") == 1  # kept in the form


def test_a_funnel_is_defined_by_form_and_shows_its_steps(sign_in, services, actors):
    analyst = actors[MemberRole.ANALYST]
    world = Onboarding(days=20)
    event_actions.import_events(services, analyst, filename="e.csv", content=world.write())
    client = sign_in(MemberRole.ANALYST)
    wrong = send(client, "/funnels", name="onboarding", steps="signup\nsign_in", window="1d")
    assert wrong.status_code == 422
    assert "no such event was ever imported; found sign_in" in html.unescape(wrong.text).lower()
    steps = "\r\n".join(STEPS)
    saved = send(client, "/funnels", name="onboarding", steps=steps, window="1d")
    assert "Saved. The next detection computes its steps." in saved.text
    assert "not computed yet" in saved.text
    measure_events(services, analyst.workspace_id)
    page = shown(client)
    assert [name for name in STEPS if f". {name}</th>" in page] == list(STEPS)
    assert 'href="/metrics/onboarding_step_3"' in page
    assert client.get("/metrics/onboarding_step_3").status_code == 200
    assert "No funnel yet" in send(client, "/funnels/remove", name="onboarding").text


def test_who_may_not_write_rules_reads_them(sign_in, services, events):
    rule_actions.add_rules(services, events, RULE)
    client = sign_in(MemberRole.REVIEWER)
    page = shown(client)
    assert RULE in page
    assert "<textarea" not in page
    assert send(client, "/rules/remove", name="twice").status_code == 403
