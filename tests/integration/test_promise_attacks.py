"""Crafted text, foreign ids and withdrawn consent against what the product promises."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.permissions import PERMISSIONS
from synth.access import repo as access
from synth.access.actions import (
    authenticate,
    open_session,
    resume_session,
    revoke_key,
    start_workspace,
)
from synth.access.policy import POLICY
from synth.access.types import MemberRole
from synth.core.fingerprints import sha256_text
from synth.errors import InputError
from synth.hypotheses import repo as hypotheses
from synth.insights.export import safe_cell
from synth.people.types import Consent
from synth.review.actions import edit, reject
from synth.store.tables.access import idempotent_requests
from synth.store.tables.people import participant_ids
from tests.factories import (
    NOW,
    add_actor,
    add_document,
    add_hypothesis,
    add_participant,
    set_consent,
)
from tests.integration.api.conftest import ApiClient, api, is_problem

__all__ = ["api"]

PM, RESEARCHER, REVIEWER = MemberRole.PM, MemberRole.RESEARCHER, MemberRole.REVIEWER
SAID = "The setup wants admin rights and I had to wait four days."


@pytest.fixture
def draft(services, started, actors):
    with services.writing(started.workspace_id) as uow:
        return add_hypothesis(uow, started_by=actors[RESEARCHER].member.id)


def load(services, started, draft):
    with services.reading(started.workspace_id) as uow:
        return hypotheses.load_hypothesis(uow, draft)


SLY = {
    "zero-width space in a percentage": ("75\u200b% of us stop here", "cannot be seen"),
    "joiner in a quantifier": ("M\u200dost people stop here", "cannot be seen"),
    "text turned round": ("setup waits \u202eyad eno", "cannot be seen"),
    "NUL": ("setup waits\0 here", "cannot be seen"),
    "Cyrillic letter": ("M\u043est people stop here", "two alphabets"),
    "Greek letter": ("\u0391ll people stop here", "two alphabets"),
    "small percent sign": ("75 \ufe6a stop here", "k of n"),
    "Arabic percent sign": ("75\u066a stop here", "k of n"),
    "full-width digits": ("\uff17\uff15 % stop here", "k of n"),
    "invented quotation": ("they say “we all hate this setup”", "cite it instead"),
    "invented straight quotation": ('they say "we all hate this setup"', "cite it instead"),
    "true quotation, which would outlive consent": (f"they say “{SAID}”", "cite it instead"),
    "altered quotation": ("“The setup wants no admin rights”", "cite it instead"),
}


@pytest.mark.parametrize("field", ["title", "because", "claims"])
@pytest.mark.parametrize(("words", "reason"), SLY.values(), ids=SLY.keys())
def test_sly_words_are_refused_in_every_field(
    services, started, actors, draft, field, words, reason
):
    seen = load(services, started, draft)
    quant = {"text": seen.content.claims[0].text, "kind": "quant"}
    claims = [quant, {"text": words, "kind": "qual", "cites": [0]}]
    changes = {field: claims if field == "claims" else words}
    with pytest.raises(InputError, match=reason):
        edit(services, actors[PM], draft, seen=seen.etag, changes=changes)
    assert load(services, started, draft) == seen


@pytest.mark.parametrize(
    "words",
    [
        "a “yes” is missing, naïve as that is",
        "people wait\nfor an admin",
        "6 of 8 (41-93 %) wait for an admin",
    ],
)
def test_honest_words_are_kept(services, started, actors, draft, words):
    seen = load(services, started, draft)
    kept = edit(services, actors[PM], draft, seen=seen.etag, changes={"because": words})
    assert kept.content.because == words


def test_words_of_somebody_who_may_not_be_quoted_do_not_come_in_as_text(
    services, started, actors, draft
):
    with services.writing(started.workspace_id) as uow:
        silent = add_participant(uow, consent=Consent(quote=False))
        words = "My boss told me that this is far too dear."
        add_document(uow, [(silent, words)], created_by=actors[RESEARCHER].member.id)
    seen = load(services, started, draft)
    with pytest.raises(InputError, match="cite it instead"):
        edit(services, actors[PM], draft, seen=seen.etag, changes={"because": f"“{words}”"})


def test_a_decision_leaves_its_key_in_the_audit_trail(api, services, started, actors, draft):
    seen = load(services, started, draft)
    reject(services, actors[REVIEWER], draft, seen=seen.etag, reason_codes=["other"])
    last = api.get("/v1/audit", role="pm").json()["items"][-1]
    assert (last["action"], last["data"]["key"]) == ("review.reject", actors[REVIEWER].key_id)


def test_a_note_with_nul_is_refused_on_both_databases(services, started, actors, draft):
    seen = load(services, started, draft)
    with pytest.raises(InputError, match="NUL"):
        reject(
            services, actors[REVIEWER], draft, seen=seen.etag, reason_codes=["other"], note="a\0b"
        )


def test_a_session_opened_while_its_key_was_revoked_is_none(services, started):
    key = started.keys[PM]
    actor = authenticate(services, key)
    token = open_session(services, key)
    assert resume_session(services, token)
    with services.writing(started.workspace_id) as uow:
        revoke_key(services, uow, key_id=actor.key_id, actor_id=actor.member.id)
        access.add_session(
            uow,
            session_id="late",
            actor=actor,
            token_hash=sha256_text("late"),
            csrf_token="c",
            period=(NOW, services.clock() + timedelta(hours=1)),
        )
    assert resume_session(services, token) is None
    assert resume_session(services, "late") is None


def test_who_does_not_take_part_is_blacked_out_in_documents(api, services, started, actors):
    with services.writing(started.workspace_id) as uow:
        stays, leaves = add_participant(uow), add_participant(uow)
        turns = [(stays, "I stay with what I said."), (leaves, "Nobody shall read this.")]
        document, _ = add_document(uow, turns, created_by=actors[RESEARCHER].member.id)
    path = f"/v1/documents/{document}"
    before = api.get(path, role="pm").json()
    with services.writing(started.workspace_id) as uow:
        set_consent(uow, leaves, Consent(analyse=False))
    after = api.get(path, role="pm").json()
    assert "Nobody shall" in before["text"]
    assert "Nobody" not in str(after)
    assert after["text"].startswith("I stay with what I said.")
    assert len(after["text"]) == len(before["text"])
    assert after["turns"] == before["turns"]


def test_a_repeated_decision_shows_no_quote_withdrawn_since(api, services, started, draft):
    shown = api.get(f"/v1/hypotheses/{draft}", role="pm")
    citation = shown.json()["citations"][0]

    def approve_it():
        headers = {"If-Match": shown.headers["etag"], "Idempotency-Key": "same"}
        ticks = {"ticked": [0, 1, 2]}
        return api.post(f"/v1/review/{draft}/approve", role="reviewer", json=ticks, headers=headers)

    first = approve_it()
    assert approve_it().json() == first.json()
    with services.writing(started.workspace_id) as uow:
        set_consent(uow, citation["participant_id"], Consent(quote=False))
    again = approve_it()
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert citation["quote"] in first.text
    assert citation["quote"] not in again.text
    with services.reading(started.workspace_id) as uow:
        assert [row["body"] for row in uow.rows(select(idempotent_requests))] == [""]


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/v1/metrics/import", "ts,metric,value\n2026-01-01,m,1\n2026-01-02,m,ana@leak.example\n"),
        ("/v1/events", "user_id,event,ts\nu1,step,2026-01-01\nu2,step,ana@leak.example\n"),
    ],
    ids=["metrics", "events"],
)
def test_an_import_gives_no_address_back(api, path, rows):
    answer = api.post(path, role="analyst", files={"file": ("m.csv", rows.encode())})
    assert len(answer.json()["problems"]) == 1
    assert "leak.example" not in answer.text


@pytest.mark.parametrize("before", ["", " ", "\u2003", "\x0b", "\xad", "\u200e", "\ufeff\u200b"])
@pytest.mark.parametrize("sign", ["=", "@", "\ufe66", "\uff0b"])
def test_no_cell_is_a_formula_behind_what_is_not_seen(before, sign):
    assert safe_cell(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


def test_a_participants_file_gives_no_address_back(api, caplog):
    rows = "user_id,role,quote\nu1,ana@leak.example,yes\nu2,,bo@leak.example\n"
    answer = api.post("/v1/participants", role="admin", files={"file": ("p.csv", rows.encode())})
    assert len(answer.json()["problems"]) == 2
    assert "leak.example" not in answer.text + caplog.text


def test_a_database_error_logs_no_row(api, services, started, monkeypatch, caplog):
    def fail(uow, *_args, **_more):
        row = {"namespace": "name", "value": "ana@leak.example", "participant_id": "nobody"}
        uow.insert(participant_ids, [row])

    monkeypatch.setattr(
        "api.routes.people.actions.import_people", lambda _s, uow, *_, **_more: fail(uow)
    )
    with caplog.at_level(logging.ERROR):
        answer = api.post("/v1/participants", role="admin", files={"file": ("p.csv", b"user_id\n")})
    assert is_problem(answer, 500, "error")
    assert "participant_ids" in caplog.text
    assert "leak.example" not in caplog.text + answer.text


def test_an_unexpected_error_logs_no_address_of_ours(api, services, monkeypatch, caplog):
    monkeypatch.setattr("synth.sources.actions.upload", None)
    body = {"text": "Three words here."}
    answer = api.put("/v1/documents/ana@leak.example", role="researcher", json=body)
    assert is_problem(answer, 500, "error")
    assert "/v1/documents/{external_id:path}" in caplog.text
    assert "leak.example" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "role", "body"),
    [
        ("GET", "/v1/search?q=a&segment=a%00:b", "pm", None),
        (
            "POST",
            "/v1/sources",
            "researcher",
            {"external_id": "x", "text": "a b c", "occurred_at": "0001-01-01T00:00:00+23:00"},
        ),
    ],
    ids=["NUL in a segment", "a date before all dates"],
)
def test_odd_values_are_the_senders_mistake(api, method, path, role, body):
    assert is_problem(api.send(method, path, role=role, json=body), 422, "invalid_input")


def test_ids_of_another_workspace_are_as_unknown_as_ids_of_none(api, services, started, draft):
    other = start_workspace(services, "Other")
    person = add_actor(services, other.workspace_id, RESEARCHER)
    with services.writing(other.workspace_id) as uow:
        foreign = add_hypothesis(uow, started_by=person.member.id)
    there = ApiClient(api.client, other.keys)
    known = ids_of(there, foreign)
    told_apart = []
    for route, action in PERMISSIONS.items():
        method, path = route.split(" ")
        name = path.partition("{")[2].partition("}")[0].partition(":")[0]
        if name not in known or action is None:
            continue
        role = min(POLICY[action])
        answers = []
        for found in (known[name], "nowhere"):
            address = path.replace("{" + name + "}", found)
            body = BODIES.get(path.rpartition("/")[2]) or BODIES.get(route)
            headers = {"If-Match": '"1-0123456789abcdef"'}
            answer = api.send(method, address, role=role, json=body, headers=headers)
            shown = {**answer.json(), "request_id": ""}
            answers.append((answer.status_code, str(shown).replace(found, "ID")))
        if answers[0] != answers[1] or answers[0][0] not in (404, 422):
            told_apart.append((route, answers))
    assert told_apart == []
    assert load(services, other, foreign).state == "in_review"


BODIES = {
    "approve": {"ticked": [0]},
    "reject": {"reason_codes": ["other"]},
    "edit": {"title": "Three words here"},
    "merge": {"theme_ids": ["x"]},
    "PATCH /v1/themes/{theme_id}": {"title": "Mine"},
    "PUT /v1/tags/{tag_id}": {"state": "rejected"},
}


def ids_of(there, hypothesis):
    def first(path, role="pm"):
        return there.get(path, role=role).json()["items"][0]

    shown = there.get(f"/v1/hypotheses/{hypothesis}", role="pm").json()
    job = there.post("/v1/hypotheses", role="pm").json()
    return {
        "hypothesis_id": hypothesis,
        "anomaly_id": shown["anomaly_id"],
        "theme_id": shown["theme_id"],
        "document_id": shown["citations"][0]["document_id"],
        "tag_id": first("/v1/tags")["id"],
        "key_id": first("/v1/keys", role="admin")["id"],
        "job_id": job["id"],
    }


def test_the_database_takes_no_session_without_a_key(services, started, actors):
    actor = add_actor(services, started.workspace_id, PM)
    with pytest.raises(IntegrityError), services.writing(started.workspace_id) as uow:
        access.add_session(
            uow, session_id="s", actor=actor, token_hash="t", csrf_token="c", period=(NOW, NOW)
        )
