"""A real server process on a free loopback port, with one key per role."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from synth.access.actions import start_workspace
from synth.access.types import MemberRole
from tests.databases import fast_services

START = "from synth.cli.main import main; main()"
START_SECONDS = 90
JOB_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class RunningServer:
    """Where the server is, and the key of each role."""

    url: str
    keys: Mapping[MemberRole, str]
    data_dir: Path

    @contextmanager
    def person(self, role: str) -> Iterator[httpx.Client]:
        """Open a client that acts as the person of a role."""
        headers = {"Authorization": f"Bearer {self.keys[MemberRole(role)]}"}
        with httpx.Client(
            base_url=self.url, headers=headers, timeout=60, trust_env=False
        ) as client:
            yield client


def follow(client: httpx.Client, location: str) -> dict[str, Any]:
    """Return the job at `location` once it has ended; fails when it does not end well."""
    deadline = time.monotonic() + JOB_SECONDS
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(location).raise_for_status().json()
        if job["state"] in ("done", "failed"):
            assert job["state"] == "done", job
            return job
        time.sleep(0.2)
    raise AssertionError(f"{location} did not end within {JOB_SECONDS} s")


@contextmanager
def serve(folder: Path, **settings: str) -> Iterator[RunningServer]:
    """Run `synth serve` on a fresh workspace in `folder` until the block ends."""
    data_dir = folder / "data"
    keys = _first_start(data_dir)
    values = {f"SYNTH_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, **values, "SYNTH_DATA_DIR": str(data_dir), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", START, "serve", "--port", "0"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield RunningServer(url=_await_ready(process, folder), keys=keys, data_dir=data_dir)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _first_start(data_dir: Path) -> dict[MemberRole, str]:
    services = fast_services(data_dir)
    try:
        return start_workspace(services, "Acceptance").keys
    finally:
        services.engine.dispose()


def _await_ready(process: subprocess.Popen[bytes], folder: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            url = str(json.loads((folder / "data" / "server.json").read_text())["url"])
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).is_success:
                return url
        except (OSError, ValueError, KeyError, httpx.HTTPError):
            time.sleep(0.1)
    raise AssertionError("the server did not start:\n" + (folder / "server.log").read_text())
