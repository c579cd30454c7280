"""Asks the language model for a draft: what it answered, or why there is none."""

from __future__ import annotations

from dataclasses import replace

from prompts import loader
from prompts.loader import Prompt
from synth.backends import calls_repo
from synth.backends.calls_repo import ANSWERED
from synth.backends.chat_model import ChatModel
from synth.backends.recorded_calls import SPENT, Question, RecordedModel
from synth.errors import BackendError
from synth.hypotheses import drafting
from synth.hypotheses.composing import Case
from synth.hypotheses.drafting import PURPOSE
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Provenance
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

#: The version that is told why reviewers rejected earlier drafts of the same pair.
AFTER_REJECTION = "v6"
#: Stands for a model whose endpoint cannot even name it.
UNREACHABLE = "unreachable model"
#: What a draft's provenance repeats of its call.
KEPT = (*SPENT, "rung", "seed", "temperature", "cost_usd")


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
    """Return the model's draft; an answer that is stored already is used again.

    Raises:
        BudgetSpent: the workspace has no tokens left today; nothing was asked.
    """
    prompt, drafter = _prompt(case), name_of(model)
    provenance = Provenance(drafter=drafter, prompt=prompt.reference, prompt_sha256=prompt.sha256)
    if not case.pack.excerpts:
        return drafting.unanswered(case, "no speaker of the theme allows the use", provenance)
    question = _question(services, case, drafter, attempt)
    recorded = RecordedModel(
        model=model,
        name=drafter,
        workspace_id=workspace_id,
        engine=services.engine,
        settings=services.settings,
        clock=services.clock,
    )
    call = recorded.put(question)
    provenance = replace(provenance, **{name: call[name] for name in KEPT}, call_key=question.key)
    if call["state"] != ANSWERED:
        return drafting.unanswered(case, str(call["error"]), provenance)
    return drafting.read_answer(case, call["answer"], provenance)


def _question(services: Services, case: Case, drafter: str, attempt: int) -> Question:
    seed = services.settings.seed + attempt
    return drafting.ask(case, _prompt(case), model=drafter, seed=seed)


def _prompt(case: Case) -> Prompt:
    """Return the prompt in use, or the one that tells why earlier drafts were rejected."""
    return loader.load(PURPOSE, AFTER_REJECTION if case.rejected else None)
