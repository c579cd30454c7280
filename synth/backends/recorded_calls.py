"""Puts a question to the language model: recorded before it is asked, never asked twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Engine

from synth.backends import calls_repo
from synth.backends.calls_repo import ANSWERED, FAILED
from synth.backends.chat_model import MAX_REQUESTS, MAX_TOKENS, TEMPERATURE, ChatModel
from synth.backends.llm_gate import DatabaseGate
from synth.errors import BackendError, BudgetSpent
from synth.settings import Settings
from synth.store.unit_of_work import writing

#: Characters a token of a prompt stands for at least, in ordinary text.
CHARACTERS_PER_TOKEN = 3
SPENT = ("requests", "input_tokens", "output_tokens")


@dataclass(frozen=True, kw_only=True)
class Question:
    """One call: what it is known by, and what is sent."""

    key: str  #: the same question has the same key, whatever its random delimiter
    purpose: str  #: the prompt's name
    prompt: str
    prompt_sha256: str
    system: str
    user: str
    schema: type[BaseModel]
    seed: int

    @property
    def prompt_tokens(self) -> int:
        """Return how many tokens the question may have at most."""
        sent = len(self.system) + len(self.user)
        return (sent + len(json.dumps(self.schema.model_json_schema()))) // CHARACTERS_PER_TOKEN


@dataclass(frozen=True, kw_only=True)
class RecordedModel:
    """A language model of one workspace, within its rate and its budget."""

    model: ChatModel
    name: str
    workspace_id: str
    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]

    def ask(self, question: Question) -> str:
        """Return the answer's text; an answer that is stored already is used again.

        Raises:
            BudgetSpent: the workspace has no tokens left today; nothing was asked.
            BackendError: the model gave no answer.
        """
        call = self.put(question)
        if call["state"] != ANSWERED:
            raise BackendError(str(call["error"]))
        return str(call["answer"])

    def put(self, question: Question) -> Mapping[str, Any]:
        """Return the recorded call, answered or failed; an answered one is not made again.

        Raises:
            BudgetSpent: the workspace has no tokens left today; nothing was asked.
        """
        call = self._begin(question)
        return call if call["state"] == ANSWERED else self._call(question)

    def _begin(self, question: Question) -> Mapping[str, Any]:
        now, most = self.clock(), MAX_REQUESTS * (question.prompt_tokens + MAX_TOKENS)
        with writing(self.engine, self.workspace_id) as uow:
            known = calls_repo.find_call(uow, question.key)
            if known is not None and known["state"] == ANSWERED:
                return dict(known)
            calls_repo.lock_budget(uow)
            spent = calls_repo.spent_since(uow, calls_repo.day_of(now))
            if spent + most > self.settings.llm_daily_tokens:
                raise BudgetSpent(
                    f"{spent:,} of {self.settings.llm_daily_tokens:,} tokens are used today and "
                    f"a question may take {most:,}; ask again tomorrow, or raise "
                    "SYNTH_LLM_DAILY_TOKENS"
                )
            begun = {
                "key": question.key,
                "purpose": question.purpose,
                "model": self.name,
                "prompt": question.prompt,
                "prompt_sha256": question.prompt_sha256,
                "seed": question.seed,
                "temperature": TEMPERATURE,
                "reserved_tokens": most,
                "created_at": now,
            }
            calls_repo.begin_call(uow, begun)
            return calls_repo.load_call(uow, question.key)

    def _call(self, question: Question) -> Mapping[str, Any]:
        outcome = self._outcome(question)
        sent, received = outcome["input_tokens"], outcome["output_tokens"]
        prices = self.settings.llm_price_input, self.settings.llm_price_output
        cost = (sent * prices[0] + received * prices[1]) / 1e6
        ended = {**outcome, "cost_usd": cost, "ended_at": self.clock()}
        with writing(self.engine, self.workspace_id) as uow:
            calls_repo.end_call(uow, question.key, ended)
            return calls_repo.load_call(uow, question.key)

    def _outcome(self, question: Question) -> dict[str, Any]:
        gate = DatabaseGate(
            engine=self.engine,
            workspace_id=self.workspace_id,
            per_minute=self.settings.llm_per_minute,
            clock=self.clock,
        )
        try:
            answer = self.model.answer(
                system=question.system,
                user=question.user,
                schema=question.schema,
                seed=question.seed,
                gate=gate,
            )
        except BackendError as error:
            counted = {name: int(str(error.data.get(name, 0))) for name in SPENT}
            return {"state": FAILED, "error": error.message, **_charged(question, counted)}
        counted = {name: int(getattr(answer, name)) for name in SPENT}
        return {
            "state": ANSWERED,
            "error": None,
            "answer": answer.text,
            "rung": answer.rung,
            **_charged(question, counted),
        }


def _charged(question: Question, counted: dict[str, int]) -> dict[str, int]:
    """Return what is charged: an endpoint that reports no use is charged for what was sent."""
    sent = counted["requests"] * question.prompt_tokens
    return {**counted, "input_tokens": counted["input_tokens"] or sent}
