"""SQL of the calls to language models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from synth.errors import NotFound
from synth.hypotheses.types import Provenance
from synth.store.tables.hypotheses import llm_calls
from synth.store.unit_of_work import UnitOfWork


def begin_call(uow: UnitOfWork, key: str, provenance: Provenance, now: datetime) -> None:
    """Record a call before it is made; a call already recorded stays as it is."""
    row = {
        "key": key,
        "purpose": "draft_hypothesis",
        "model": provenance.drafter,
        "prompt": provenance.prompt,
        "prompt_sha256": provenance.prompt_sha256,
        "state": "asked",
        "input_tokens": 0,
        "output_tokens": 0,
        "created_at": now,
    }
    uow.insert_missing(llm_calls, [row])


def end_call(uow: UnitOfWork, key: str, changes: Mapping[str, Any]) -> None:
    """Record what came of a call."""
    uow.execute(
        update(llm_calls)
        .where(llm_calls.c.workspace_id == uow.workspace_id, llm_calls.c.key == key)
        .values(**changes)
    )


def find_call(uow: UnitOfWork, key: str) -> RowMapping | None:
    """Return a recorded call."""
    statement = select(llm_calls).where(
        llm_calls.c.workspace_id == uow.workspace_id, llm_calls.c.key == key
    )
    return uow.row(statement)


def load_call(uow: UnitOfWork, key: str) -> dict[str, Any]:
    """Return a recorded call; raises NotFound."""
    call = find_call(uow, key)
    if call is None:
        raise NotFound(f"no call {key[:12]} in this workspace")
    return dict(call)
