"""A draft comes again from its stored pack, and a pack holds nobody's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.worlds.bad_answers import answer, shown_in
from evals.worlds.chat_server import Reply, serve_chat
from synth.access.types import MemberRole
from synth.backends.openai_chat import OpenAIChat
from synth.core.fingerprints import canonical_json
from synth.errors import Conflict, NotFound
from synth.hypotheses import repo
from synth.hypotheses.replaying import is_reproduced, replay
from synth.people.types import Consent
from synth.review.actions import approve, edit
from synth.store.tables.hypotheses import evidence_packs
from synth.store.tables.segments import chunks
from tests.factories import add_actor, set_consent
from tests.integration.test_drafts_stage import SAID, Study


@pytest.fixture
def study(shared_services):
    found = Study(shared_services)
    found.draft()
    return found


def pack_of(study):
    [one] = study.all()
    with study.services.reading(study.workspace) as uow:
        return one, repo.find_pack(uow, one.id, 1)


def replayed(study):
    [one] = study.all()
    with study.services.reading(study.workspace) as uow:
        return replay(uow, one.id)


def test_a_template_draft_comes_again_from_its_pack(study):
    one, _ = pack_of(study)
    assert replayed(study).content == one.content
    with study.services.reading(study.workspace) as uow:
        assert is_reproduced(uow, one.id)


def test_a_model_s_draft_comes_again_without_asking(shared_services):
    study = Study(shared_services)
    with serve_chat(lambda r: answer(shown_in(r))) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        study.draft(replace(shared_services, chat_model=model), attempts=2)
    for one in study.all():
        with study.services.reading(study.workspace) as uow:
            assert is_reproduced(uow, one.id)


def test_an_unanswered_draft_comes_again_too(shared_services):
    study = Study(shared_services)
    with serve_chat(lambda _: Reply(status=403)) as server:
        model = OpenAIChat(base_url=server.url, model="m", api_key="")
        study.draft(replace(shared_services, chat_model=model))
    [one] = study.all()
    with study.services.reading(study.workspace) as uow:
        assert is_reproduced(uow, one.id)


def test_a_pack_holds_places_and_numbers_and_no_words(study):
    one, pack = pack_of(study)
    text = canonical_json(pack)
    for said in SAID:
        assert all(part not in text for part in (said, *said.split(", ")))
    assert len(pack["excerpts"]) == len(one.content.citations)
    assert {excerpt["side"] for excerpt in pack["excerpts"]} == {"for", "against"}
    assert pack["search"]["searched"] == len(SAID)
    assert len(pack["search"]["found"]) == 2
    assert all("admin rights" in query for query in pack["search"]["queries"])
    assert pack["scale"]["among_hit"]["n"] == 3


def change(study, statement):
    with study.services.engine.begin() as connection:
        assert connection.execute(statement).rowcount


def test_a_pack_that_was_changed_is_refused(study):
    one, pack = pack_of(study)
    mine = evidence_packs.c.hypothesis_id == one.id
    change(study, evidence_packs.update().where(mine).values(pack={**pack, "theme": "other"}))
    with pytest.raises(Conflict, match="not the one"):
        replayed(study)


def test_words_that_changed_are_refused(study):
    one, _ = pack_of(study)
    mine = chunks.c.id == one.content.citations[0].chunk_id
    change(study, chunks.update().where(mine).values(text="We never needed anybody for it."))
    with pytest.raises(Conflict, match="no longer says"):
        replayed(study)


def test_who_no_longer_allows_it_is_not_read_again(study):
    with study.services.writing(study.workspace) as uow:
        set_consent(uow, study.people[0], Consent(quote=False))
    with pytest.raises(Conflict, match="no longer allows"):
        replayed(study)


def test_what_a_person_wrote_has_no_pack(study):
    [one] = study.all()
    editor = add_actor(study.services, study.workspace, MemberRole.PM)
    edit(
        study.services,
        editor,
        one.id,
        seen=one.etag,
        changes={"solution": "a role that opens the setup"},
    )
    with study.services.reading(study.workspace) as uow, pytest.raises(NotFound):
        replay(uow, one.id, 2)


def test_what_was_approved_on_the_metric_is_named(study):
    [one] = study.all()
    reviewer = add_actor(study.services, study.workspace, MemberRole.REVIEWER)
    everything = range(len(one.content.claims))
    approve(study.services, reviewer, one.id, seen=one.etag, ticked=list(everything))
    study.draft(attempts=2)
    [second] = [each for each in study.all() if each.id != one.id]
    with study.services.reading(study.workspace) as uow:
        pack = repo.find_pack(uow, second.id, 1)
    assert [each["hypothesis_id"] for each in pack["earlier"]] == [one.id]
