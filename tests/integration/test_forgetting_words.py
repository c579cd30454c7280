"""Reasons of held drafts keep nobody's words once consent to quote is gone, on both databases."""

from __future__ import annotations

from dataclasses import replace

from synth.backends.openai_chat import OpenAIChat
from synth.hypotheses.forgetting import forget_words
from synth.people.types import Consent
from tests.factories import set_consent
from tests.integration.test_drafts_stage import Study, answer, serve_chat, shown_in


def reasons_of(study):
    [one] = study.all()
    return " ".join(one.held_reasons)


def test_words_of_who_withdraws_leave_the_reasons_of_a_held_draft(shared_services):
    study = Study(shared_services)
    altered = {"quote": "admin rights, and I waited four days for them"}
    with serve_chat(lambda request: answer([{**shown_in(request)[0], **altered}])) as server:
        model = OpenAIChat(base_url=server.url, model="", api_key="")
        assert study.draft(replace(shared_services, chat_model=model)).held == 1
    with shared_services.writing(study.workspace) as uow:
        assert forget_words(uow) == 0
        set_consent(uow, study.people[1], Consent(quote=False))
    assert "four days" in reasons_of(study)
    with shared_services.writing(study.workspace) as uow:
        assert (forget_words(uow), forget_words(uow)) == (1, 0)
    assert "four days" not in reasons_of(study)
    assert "[left out]" in reasons_of(study)
