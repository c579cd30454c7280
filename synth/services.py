"""The built backends, the unit of work and the clock, in one frozen bundle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy import Engine

from synth.backends.blobs import Blobs
from synth.backends.chat_model import ChatModel
from synth.backends.embedder import Embedder
from synth.backends.event_log import EventLog
from synth.backends.vectors import VectorIndex
from synth.settings import Settings
from synth.store.unit_of_work import UnitOfWork, reading, writing


@runtime_checkable
class Closable(Protocol):
    """A backend that holds connections."""

    def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """What shells use; calculations never see it."""

    settings: Settings
    engine: Engine
    embedder: Embedder
    chat_model: ChatModel | None  #: None: the offline template drafter
    vectors: VectorIndex
    blobs: Blobs
    event_log: EventLog
    secret: bytes  #: keys the hashes of names, e-mail addresses and the audit chain
    clock: Callable[[], datetime]

    def close(self) -> None:
        """Let go of every connection: to the database, the index and the models' endpoints."""
        for backend in (self.chat_model, self.embedder, self.vectors):
            if isinstance(backend, Closable):
                backend.close()
        self.engine.dispose()

    def writing(self, workspace_id: str) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that commits when its block ends."""
        return writing(self.engine, workspace_id)

    def reading(self, workspace_id: str) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work that only reads."""
        return reading(self.engine, workspace_id)
