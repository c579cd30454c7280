"""Asks the language model, with every call recorded before it is made and never made twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from prompts import loader
from synth.backends.chat_model import ChatModel
from synth.errors import BackendError
from synth.hypotheses import calls_repo, drafting
from synth.hypotheses.composing import Case
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Provenance
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

PROMPT = "draft_hypothesis"
#: Stands for a model whose endpoint cannot even name it.
UNREACHABLE = "unreachable model"
ANSWERED, FAILED = "answered", "failed"


def name_of(model: ChatModel) -> str:
    """Return the model's name; an endpoint that is down has a fixed one."""
    try:
        return model.name
    except BackendError:
        return UNREACHABLE


def failed_before(
    services: Services, uow: UnitOfWork, case: Case, drafter: str, attempt: int
) -> bool:
    """Return whether this very question was put and never answered."""
    if not case.pack.excerpts:
        return False
    call = calls_repo.find_call(uow, _question(services, case, drafter, attempt).key)
    return call is not None and call["state"] != ANSWERED


def ask(services: Services, workspace_id: str, case: Case, model: ChatModel, attempt: int) -> Draft:
    """Return the model's draft; an answer that is stored already is used again."""
    prompt, drafter = loader.load(PROMPT), name_of(model)
    provenance = Provenance(drafter=drafter, prompt=prompt.reference, prompt_sha256=prompt.sha256)
    if not case.pack.excerpts:
        return drafting.unanswered(case, "no speaker of the theme allows the use", provenance)
    question = _question(services, case, drafter, attempt)
    provenance = replace(provenance, call_key=question.key)
    call = _begin(services, workspace_id, question, provenance)
    if call["state"] != ANSWERED:
        call = _call(services, workspace_id, question, model)
    if call["state"] != ANSWERED:
        return drafting.unanswered(case, str(call["error"]), provenance)
    return drafting.read_answer(case, call["answer"], replace(provenance, rung=call["rung"]))


def _question(services: Services, case: Case, drafter: str, attempt: int) -> drafting.Question:
    seed = services.settings.seed + attempt
    return drafting.ask(case, loader.load(PROMPT), model=drafter, seed=seed)


def _begin(
    services: Services, workspace_id: str, question: drafting.Question, provenance: Provenance
) -> Mapping[str, Any]:
    with services.writing(workspace_id) as uow:
        calls_repo.begin_call(uow, question.key, provenance, services.clock())
        return calls_repo.load_call(uow, question.key)


def _call(
    services: Services, workspace_id: str, question: drafting.Question, model: ChatModel
) -> Mapping[str, Any]:
    outcome = _outcome(question, model)
    with services.writing(workspace_id) as uow:
        calls_repo.end_call(uow, question.key, outcome)
    return outcome


def _outcome(question: drafting.Question, model: ChatModel) -> dict[str, Any]:
    try:
        answer = model.answer(
            system=question.system, user=question.user, schema=question.schema, seed=question.seed
        )
    except BackendError as error:
        return {"state": FAILED, "error": error.message}
    return {
        "state": ANSWERED,
        "error": None,
        "answer": answer.text,
        "rung": answer.rung,
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
    }
