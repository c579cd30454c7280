"""Settings to Services: the only place that picks implementations."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from synth.backends.blobs import Blobs
from synth.backends.chat_model import ChatModel
from synth.backends.embedder import Embedder
from synth.backends.event_log import EventLog
from synth.backends.vectors import VectorIndex
from synth.jobs.engine import migrate as migrate_jobs
from synth.services import Services
from synth.settings import Settings
from synth.store.engine import open_engine, sqlite_url
from synth.store.migrate import upgrade


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def build_services(
    settings: Settings,
    *,
    embedder: Embedder | None = None,
    chat_model: ChatModel | None = None,
    clock: Callable[[], datetime] = now,
) -> Services:
    """Return the services of `settings`, database migrated; tests pass fakes by name."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(settings.database_url or sqlite_url(settings.data_dir))
    upgrade(engine)
    migrate_jobs(engine)
    return Services(
        settings=settings,
        engine=engine,
        embedder=embedder or _embedder(settings),
        chat_model=chat_model or _chat_model(settings),
        vectors=VectorIndex(url=settings.chroma_url, folder=settings.data_dir / "chroma"),
        blobs=Blobs(settings.data_dir / "originals"),
        event_log=EventLog(settings.data_dir / "events"),
        secret=_secret(settings.data_dir / "secret"),
        clock=clock,
    )


def _embedder(settings: Settings) -> Embedder:
    if settings.embedding_base_url:
        from synth.backends.openai_embedder import OpenAIEmbedder

        return OpenAIEmbedder(
            base_url=settings.embedding_base_url,
            model=settings.embedding_model,
            api_key=settings.embedding_api_key.get_secret_value(),
        )
    from synth.backends.sentence_transformer import MiniLM

    return MiniLM()


def _chat_model(settings: Settings) -> ChatModel | None:
    if not settings.llm_base_url:
        return None
    from synth.backends.openai_chat import OpenAIChat

    return OpenAIChat(
        base_url=settings.llm_base_url,
        model=settings.llm_model,
        api_key=settings.llm_api_key.get_secret_value(),
    )


def _secret(path: Path) -> bytes:
    """Return the installation's secret, made at the first start, readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
