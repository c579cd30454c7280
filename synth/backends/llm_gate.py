"""The gate of all workers: a token bucket and what is known of endpoints, in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from synth.backends import calls_repo
from synth.backends.chat_model import Endpoint
from synth.errors import BackendError
from synth.store.unit_of_work import reading, writing

#: A request that would have to wait longer for its turn, in seconds, is given up.
LONGEST_QUEUE = 300.0
#: So many seconds' worth of requests may be made at once.
BURST = 10.0


@dataclass(frozen=True, kw_only=True)
class DatabaseGate:
    """Lets `per_minute` requests of one workspace through, whatever worker makes them."""

    engine: Engine
    workspace_id: str
    per_minute: int
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep

    def known(self, endpoint_id: str) -> Endpoint | None:
        """Return what was found out before."""
        with reading(self.engine, self.workspace_id) as uow:
            found = calls_repo.find_endpoint(uow, endpoint_id)
        return found if found is not None and found.rung is not None else None

    def record(self, endpoint: Endpoint) -> None:
        """Keep what was found out."""
        with writing(self.engine, self.workspace_id) as uow:
            calls_repo.save_endpoint(uow, endpoint, full=self._full, now=self.clock())

    def pass_through(self, endpoint: Endpoint) -> None:
        """Wait for this request's turn; raises BackendError where that would take too long."""
        waited = 0.0
        while True:
            with writing(self.engine, self.workspace_id) as uow:
                wait = calls_repo.draw(
                    uow,
                    endpoint,
                    per_second=self.per_minute / 60,
                    full=self._full,
                    now=self.clock(),
                )
            if wait <= 0:
                return
            if waited + wait > LONGEST_QUEUE:
                raise BackendError(
                    f"the language model {endpoint.model} can be asked again in {wait:.0f} s only; "
                    "draft again later, or raise SYNTH_LLM_PER_MINUTE"
                )
            self.sleep(wait)
            waited += wait

    def hold(self, endpoint: Endpoint, seconds: float) -> None:
        """Let no worker through for `seconds`, as the endpoint asked."""
        until = self.clock() + timedelta(seconds=seconds)
        with writing(self.engine, self.workspace_id) as uow:
            calls_repo.hold_endpoint(uow, endpoint.id, until)

    @property
    def _full(self) -> float:
        return max(1.0, self.per_minute / 60 * BURST)
