"""The server in this process: pages, API and, if asked, the worker."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from synth.access.repo import workspace_ids
from synth.errors import BackendError
from synth.indexing.search import find
from synth.indexing.types import SearchQuery
from synth.services import Services
from synth.sources import repo as sources
from synth.store.lock import owning

#: Seconds a server may take until it answers.
START_SECONDS = 60


@contextmanager
def serving(
    services: Services, *, host: str = "127.0.0.1", port: int = 0, worker: bool = True
) -> Iterator[str]:
    """Serve until the block ends; give the address. Holds the data folder meanwhile."""
    import uvicorn

    from api.app import create_app

    with ExitStack() as stack:
        if worker or not services.settings.chroma_url:
            stack.enter_context(owning(services.settings.data_dir))
        listener = _listen(host, port)
        config = uvicorn.Config(
            create_app(services, worker=worker), log_level="warning", timeout_graceful_shutdown=5
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            url = f"http://{host}:{listener.getsockname()[1]}"
            stack.enter_context(_announced(services.settings.data_dir / "server.json", url))
            yield url
        finally:
            server.should_exit = True
            thread.join()
            listener.close()


def warm_up(services: Services) -> threading.Thread | None:
    """Load the packaged model and the index in the background, where there is something to search.

    Without it the first search waits seconds for them. None: nothing to load for.
    """
    workspace = _searchable(services)
    if services.settings.embedding_base_url or workspace is None:
        return None
    thread = threading.Thread(target=_search_once, args=(services, workspace), daemon=True)
    thread.start()
    return thread


def _searchable(services: Services) -> str | None:
    """Return a workspace that has documents."""
    with services.engine.connect() as connection:
        workspaces = workspace_ids(connection.execution_options(reading=True))
    for workspace in workspaces:
        with services.reading(workspace) as uow:
            if sources.count_documents(uow):
                return workspace
    return None


def _search_once(services: Services, workspace: str) -> None:
    with suppress(BackendError):  # the first search of a person says what is wrong
        find(services, workspace, SearchQuery(text="anything", limit=1))


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BackendError(
            f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port"
        ) from error
    return listener


def _await_start(server: object, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not getattr(server, "started", False):
        if not thread.is_alive() or time.monotonic() > deadline:
            raise BackendError("the server did not start; the lines above say why")
        time.sleep(0.02)


@contextmanager
def _announced(path: Path, url: str) -> Iterator[None]:
    """Tell other commands of this data folder where the server is."""
    path.write_text(json.dumps({"url": url}))
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
