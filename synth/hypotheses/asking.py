"""Asks the language model, with every call recorded before it is made and never made twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from prompts import loader
from synth.backends import calls_repo
from synth.backends.calls_repo import ANSWERED, FAILED
from synth.backends.chat_model import MAX_REQUESTS, MAX_TOKENS, TEMPERATURE, ChatModel, Gate
from synth.backends.llm_gate import DatabaseGate
from synth.errors import BackendError, BudgetSpent
from synth.hypotheses import drafting
from synth.hypotheses.composing import Case
from synth.hypotheses.template import Draft
from synth.hypotheses.types import Provenance
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork

PROMPT = "draft_hypothesis"
#: Stands for a model whose endpoint cannot even name it.
UNREACHABLE = "unreachable model"
#: Characters a token of a prompt stands for at least, in ordinary text.
CHARACTERS_PER_TOKEN = 3
SPENT = ("requests", "input_tokens", "output_tokens")
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
    prompt, drafter = loader.load(PROMPT), name_of(model)
    provenance = Provenance(drafter=drafter, prompt=prompt.reference, prompt_sha256=prompt.sha256)
    if not case.pack.excerpts:
        return drafting.unanswered(case, "no speaker of the theme allows the use", provenance)
    question = _question(services, case, drafter, attempt)
    call = _begin(services, workspace_id, question, provenance)
    if call["state"] != ANSWERED:
        call = _call(services, workspace_id, question, model)
    provenance = replace(provenance, **{name: call[name] for name in KEPT}, call_key=question.key)
    if call["state"] != ANSWERED:
        return drafting.unanswered(case, str(call["error"]), provenance)
    return drafting.read_answer(case, call["answer"], provenance)


def _question(services: Services, case: Case, drafter: str, attempt: int) -> drafting.Question:
    seed = services.settings.seed + attempt
    return drafting.ask(case, loader.load(PROMPT), model=drafter, seed=seed)


def _begin(
    services: Services, workspace_id: str, question: drafting.Question, provenance: Provenance
) -> Mapping[str, Any]:
    now, most = services.clock(), _most_tokens(question)
    with services.writing(workspace_id) as uow:
        known = calls_repo.find_call(uow, question.key)
        if known is not None and known["state"] == ANSWERED:
            return dict(known)
        calls_repo.lock_budget(uow)
        spent = calls_repo.spent_since(uow, calls_repo.day_of(now))
        if spent + most > services.settings.llm_daily_tokens:
            raise BudgetSpent(
                f"{spent:,} of {services.settings.llm_daily_tokens:,} tokens are used today and a "
                f"draft may take {most:,}; draft again tomorrow, or raise SYNTH_LLM_DAILY_TOKENS"
            )
        begun = {
            "key": question.key,
            "purpose": PROMPT,
            "model": provenance.drafter,
            "prompt": provenance.prompt,
            "prompt_sha256": provenance.prompt_sha256,
            "seed": question.seed,
            "temperature": TEMPERATURE,
            "reserved_tokens": most,
            "created_at": now,
        }
        calls_repo.begin_call(uow, begun)
        return calls_repo.load_call(uow, question.key)


def _most_tokens(question: drafting.Question) -> int:
    """Return what a question may cost at most: every request it may need, none of them short."""
    return MAX_REQUESTS * (_prompt_tokens(question) + MAX_TOKENS)


def _prompt_tokens(question: drafting.Question) -> int:
    sent = len(question.system) + len(question.user)
    sent += len(json.dumps(question.schema.model_json_schema()))
    return sent // CHARACTERS_PER_TOKEN


def _call(
    services: Services, workspace_id: str, question: drafting.Question, model: ChatModel
) -> Mapping[str, Any]:
    settings = services.settings
    gate = DatabaseGate(
        engine=services.engine,
        workspace_id=workspace_id,
        per_minute=settings.llm_per_minute,
        clock=services.clock,
    )
    outcome = _outcome(question, model, gate)
    sent, received = outcome["input_tokens"], outcome["output_tokens"]
    cost = (sent * settings.llm_price_input + received * settings.llm_price_output) / 1e6
    ended = {**outcome, "cost_usd": cost, "ended_at": services.clock()}
    with services.writing(workspace_id) as uow:
        calls_repo.end_call(uow, question.key, ended)
        return calls_repo.load_call(uow, question.key)


def _outcome(question: drafting.Question, model: ChatModel, gate: Gate) -> dict[str, Any]:
    try:
        answer = model.answer(
            system=question.system,
            user=question.user,
            schema=question.schema,
            seed=question.seed,
            gate=gate,
        )
    except BackendError as error:
        counted = {name: int(str(error.data.get(name, 0))) for name in SPENT}
        return {"state": FAILED, "error": error.message, **_charged(question, counted)}
    counted = {name: getattr(answer, name) for name in SPENT}
    return {
        "state": ANSWERED,
        "error": None,
        "answer": answer.text,
        "rung": answer.rung,
        **_charged(question, counted),
    }


def _charged(question: drafting.Question, counted: dict[str, int]) -> dict[str, int]:
    """Return what is charged: an endpoint that reports no use is charged for what was sent."""
    sent = counted["requests"] * _prompt_tokens(question)
    return {**counted, "input_tokens": counted["input_tokens"] or sent}
