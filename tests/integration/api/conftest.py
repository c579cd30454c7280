"""The application over real services, called as the person of a role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from synth.access.actions import FirstStart, start_workspace
from synth.access.types import MemberRole
from synth.jobs import repo as jobs
from synth.pipeline import PIPELINES
from synth.services import Services
from tests.databases import fast_services


class ApiClient:
    """Sends requests with the key of a role, or with any other key, or with none."""

    def __init__(self, client: TestClient, keys: dict[MemberRole, str]) -> None:
        self.client, self.keys = client, keys

    def send(self, method: str, path: str, *, role: str = "", key: str = "", **more: Any) -> Any:
        """Send one request."""
        headers = dict(more.pop("headers", {}))
        secret = self.keys[MemberRole(role)] if role else key
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self.send("POST", path, **more)

    def put(self, path: str, **more: Any) -> Any:
        return self.send("PUT", path, **more)

    def patch(self, path: str, **more: Any) -> Any:
        return self.send("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> Any:
        return self.send("DELETE", path, **more)


def is_problem(answer: Any, status: int, code: str) -> bool:
    """Return whether `answer` is a well-formed problem of this kind; asserts its shape."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", body
    assert set(body) >= {"type", "title", "status", "detail", "instance", "code", "errors"}
    assert "Traceback" not in json.dumps(body)
    assert (body["status"], body["code"]) == (status, code), body
    return bool(answer.status_code == status)


def run_jobs(services: Services, workspace_id: str) -> None:
    """Run the steps of every queued job here, as the worker would."""
    with services.reading(workspace_id) as uow:
        queued = [job for job in jobs.list_jobs(uow) if not job.state.is_final]
    for job in reversed(queued):
        for step in PIPELINES[job.kind]:
            step.run(services, workspace_id, job, lambda done, total: None)
        with services.writing(workspace_id) as uow:
            jobs.change_job(uow, job.id, state="done")


@pytest.fixture(scope="module")
def shared_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    """The same application for a whole module, where no test minds what another did."""
    built = fast_services(tmp_path_factory.mktemp("shared") / "data")
    keys = start_workspace(built, "Shared").keys
    app = create_app(built, worker=False)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield ApiClient(client, keys)
    built.engine.dispose()


@pytest.fixture
def api(services: Services, started: FirstStart) -> Iterator[ApiClient]:
    """The application with no worker, on SQLite."""
    app = create_app(services, worker=False)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield ApiClient(client, started.keys)
