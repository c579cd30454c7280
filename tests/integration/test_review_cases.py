"""What reviewers decided leaves as eval cases, and comes back as a set that a suite reads."""

from __future__ import annotations

import json

import pytest

from evals.datasets.reviewed_drafts import read_reviewed
from evals.suites import e26_reviewed_drafts
from evals.types import EvalContext
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.errors import Forbidden, InputError
from synth.people.types import Consent
from synth.review.cases import export_cases
from tests.factories import add_actor, set_consent
from tests.integration.test_review_queue import Room, room, seed  # noqa: F401


def exported(room: Room):  # noqa: F811
    return export_cases(room.services, room.anna)


def write(folder, cases):
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(one, default=str) for one in cases]
    (folder / "decisions.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_each_decided_draft_is_a_case_with_codes_and_edits_and_a_canary_is_none(room, tmp_path):  # noqa: F811
    approved, rejected, waiting = (room.draft(title=f"Draft {n}") for n in range(3))
    canary = seed(room, waiting, "wrong_quote")
    room.reject(canary, room.ben)
    room.edit(approved, room.pm, "Ask mia.lang@example.org who may invite")
    room.approve(approved, room.anna)
    room.reject(rejected, room.ben, ("weak_evidence", "misread_quote"))
    first, second = sorted(exported(room), key=lambda one: one["decision"])
    assert (first["decision"], second["decision"]) == ("approve", "reject")
    assert [(one["field"], one["before"]) for one in first["edits"]] == [("title", "Draft 0")]
    assert "mia.lang" not in json.dumps(first, default=str)
    assert second["reason_codes"] == ("weak_evidence", "misread_quote")
    quotes = [source["quote"] for claim in second["claims"] for source in claim["sources"]]
    assert quotes == [one.quote for one in room.load(rejected).content.citations]
    people = {room.anna, room.ben, room.pm, room.author}
    text = json.dumps([first, second], default=str)
    for secret in (approved, rejected, *(one.member.id for one in people),
                   *(one.member.name for one in people)):  # fmt: skip
        assert secret not in text
    drafts = read_reviewed(write(tmp_path / "reviewed_drafts", [first, second]))
    assert [one.case for one in drafts] == [first["case"], second["case"]]
    assert [(one.is_approved, one.edited, one.reason_codes) for one in drafts] == [
        (True, ("title",), ()),
        (False, (), ("weak_evidence", "misread_quote")),
    ]
    assert [claim.source for claim in drafts[1].claims] == quotes
    assert {claim.is_supported for claim in drafts[1].claims} == {False}
    [result] = e26_reviewed_drafts.run(EvalContext(data=tmp_path))
    assert (result.n, result.set) == (2, "reviewed_drafts:template v1")
    values = {name: one.value for name, one in result.metrics.items()}
    assert values == {
        "approved": 0.5,
        "approved_as_drafted": 0.0,
        "rejected_weak_evidence": 0.5,
        "rejected_misread_quote": 0.5,
    }


def test_words_of_who_does_not_allow_it_stay_and_their_claim_is_judged_by_nobody(room, tmp_path):  # noqa: F811
    draft = room.draft()
    room.reject(draft, room.anna, ("misread_quote",))
    silent, heard = room.load(draft).content.citations
    with room.services.writing(room.workspace) as uow:
        set_consent(uow, silent.participant_id, Consent(quote=False))
    [case] = exported(room)
    assert silent.quote not in json.dumps(case, default=str)
    assert [(len(claim["sources"]), claim["withheld"]) for claim in case["claims"]] == [
        (0, 0), (0, 1), (1, 0),
    ]  # fmt: skip
    [drafts] = read_reviewed(write(tmp_path, [case]))
    assert [claim.source for claim in drafts.claims] == [heard.quote]


def test_only_reviewers_take_cases_out_and_it_is_written_down(room):  # noqa: F811
    room.approve(room.draft(), room.anna)
    for role in (MemberRole.PM, MemberRole.RESEARCHER, MemberRole.ADMIN):
        other = add_actor(room.services, room.workspace, role)
        with pytest.raises(Forbidden):
            export_cases(room.services, other)
    exported(room)
    with room.services.reading(room.workspace) as uow:
        last = list(audit.events(uow))[-1]
    assert (last.action, last.actor_id) == ("review.export_cases", room.anna.member.id)
    assert last.data["approve"] == 1


def test_a_line_that_no_export_wrote_is_refused_with_its_place(room, tmp_path):  # noqa: F811
    room.approve(room.draft(), room.anna)
    [case] = exported(room)
    folder = write(tmp_path, [case, replace_key(case, "decision", "maybe")])
    with pytest.raises(InputError, match=r"decisions.jsonl:2: no case"):
        read_reviewed(folder)


def replace_key(case, key, value):
    return {**case, key: value}


def test_the_suite_notices_corrupted_decisions():
    found = e26_reviewed_drafts.mutants(EvalContext(data=None))
    assert [one.name for one in found if not one.killed] == []
