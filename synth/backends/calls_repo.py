"""SQL of calls to language models: what was asked, what it cost, what an endpoint understands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, case, func, select, update

from synth.backends.chat_model import Endpoint
from synth.errors import NotFound
from synth.store.tables.access import workspaces
from synth.store.tables.hypotheses import llm_calls, llm_endpoints
from synth.store.unit_of_work import UnitOfWork

ASKED, ANSWERED, FAILED = "asked", "answered", "failed"


def lock_budget(uow: UnitOfWork) -> None:
    """Let one worker at a time look at what is left of the workspace's budget."""
    uow.row(select(workspaces.c.id).where(workspaces.c.id == uow.workspace_id).with_for_update())


def spent_since(uow: UnitOfWork, since: datetime) -> int:
    """Return the tokens of calls since then; one under way counts as much as it may cost."""
    used = llm_calls.c.input_tokens + llm_calls.c.output_tokens
    open_ = func.coalesce(llm_calls.c.reserved_tokens, 0)
    total = func.sum(used + case((llm_calls.c.state == ASKED, open_), else_=0))
    statement = select(total).where(
        llm_calls.c.workspace_id == uow.workspace_id, llm_calls.c.created_at >= since
    )
    return int(uow.scalar(statement) or 0)


def begin_call(uow: UnitOfWork, values: Mapping[str, Any]) -> None:
    """Record a call before it is made; one that failed before is begun again."""
    begun = {**values, "state": ASKED, "error": None, "ended_at": None}
    uow.insert_missing(llm_calls, [{**begun, "input_tokens": 0, "output_tokens": 0}])
    change = update(llm_calls).where(
        llm_calls.c.workspace_id == uow.workspace_id,
        llm_calls.c.key == values["key"],
        llm_calls.c.state != ANSWERED,
    )
    uow.execute(change.values(**begun))


def end_call(uow: UnitOfWork, key: str, changes: Mapping[str, Any]) -> None:
    """Record what came of a call; its tokens are added to those of earlier tries."""
    counted = {
        name: getattr(llm_calls.c, name) + changes[name]
        for name in ("input_tokens", "output_tokens")
    }
    statement = update(llm_calls).where(
        llm_calls.c.workspace_id == uow.workspace_id, llm_calls.c.key == key
    )
    uow.execute(statement.values(**{**changes, **counted}))


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


def find_endpoint(uow: UnitOfWork, endpoint_id: str) -> Endpoint | None:
    """Return what was found out about an endpoint."""
    row = uow.row(_endpoint(uow, endpoint_id))
    if row is None:
        return None
    return Endpoint(
        id=row["id"], model=row["model"], rung=row["rung"], left_out=tuple(row["left_out"])
    )


def save_endpoint(uow: UnitOfWork, endpoint: Endpoint, *, full: float, now: datetime) -> None:
    """Keep what was found out; its bucket is full when it is new."""
    found = {"rung": endpoint.rung, "left_out": list(endpoint.left_out), "probed_at": now}
    row = {"id": endpoint.id, "model": endpoint.model, "tokens": full, "refilled_at": now}
    uow.insert_missing(llm_endpoints, [{**row, **found}])
    uow.execute(_change(uow, endpoint.id).values(**found))


def draw(
    uow: UnitOfWork, endpoint: Endpoint, *, per_second: float, full: float, now: datetime
) -> float:
    """Take one token; return 0, or the seconds after which there may be one."""
    new = {"id": endpoint.id, "model": endpoint.model, "left_out": list(endpoint.left_out)}
    uow.insert_missing(llm_endpoints, [{**new, "tokens": full, "refilled_at": now}])
    row = uow.row(_endpoint(uow, endpoint.id).with_for_update())
    if row is None:  # pragma: no cover - it was put there just now
        return 0.0
    if row["not_before"] is not None and row["not_before"] > now:
        return float((row["not_before"] - now).total_seconds())
    passed = max(0.0, (now - row["refilled_at"]).total_seconds())
    tokens = min(full, row["tokens"] + passed * per_second)
    taken = tokens >= 1
    left = {"tokens": tokens - taken, "refilled_at": max(now, row["refilled_at"])}
    uow.execute(_change(uow, endpoint.id).values(**left))
    return 0.0 if taken else (1 - tokens) / per_second


def hold_endpoint(uow: UnitOfWork, endpoint_id: str, until: datetime) -> None:
    """Let nobody ask before `until`."""
    uow.execute(_change(uow, endpoint_id).values(not_before=until))


def day_of(now: datetime) -> datetime:
    """Return when the day of `now` began, in UTC."""
    return now - timedelta(
        hours=now.hour, minutes=now.minute, seconds=now.second, microseconds=now.microsecond
    )


def _endpoint(uow: UnitOfWork, endpoint_id: str) -> Any:
    return select(llm_endpoints).where(
        llm_endpoints.c.workspace_id == uow.workspace_id, llm_endpoints.c.id == endpoint_id
    )


def _change(uow: UnitOfWork, endpoint_id: str) -> Any:
    return update(llm_endpoints).where(
        llm_endpoints.c.workspace_id == uow.workspace_id, llm_endpoints.c.id == endpoint_id
    )
