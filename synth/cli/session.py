"""Every command acts through the API: of the running server, or of one started for the command."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth.cli.output import CommandFailed, say
from synth.errors import Conflict

if TYPE_CHECKING:
    import httpx

    from synth.settings import Settings

#: Seconds between two looks at a job.
POLL = 0.2

Json = dict[str, Any]
Watcher = Callable[[Json], None]


class Session:
    """The API as one person; a refusal becomes CommandFailed with the server's own words."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        """Speak through `client`, whose key says who acts."""
        self._client, self.url = client, url

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON at `path`."""
        return self.send("GET", path, params=query).json()

    def text(self, path: str) -> str:
        """Return the text at `path`."""
        return self.send("GET", path).text

    def post(self, path: str, **options: Any) -> Any:
        """Post and return the JSON answer."""
        return self.send("POST", path, **options).json()

    def items(self, path: str, **query: Any) -> Iterator[Json]:
        """Yield every item of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send one request; raises CommandFailed unless it succeeded."""
        response = self._client.request(method, path, **options)
        if response.is_success:
            return response
        try:
            problem = response.json()
        except json.JSONDecodeError:
            problem = {}
        detail = problem.get("detail") or problem.get("title") or f"HTTP {response.status_code}"
        raise CommandFailed(detail)

    def start(self, path: str, **options: Any) -> str:
        """Post what starts a job; return the job's path."""
        return str(self.send("POST", path, **options).headers["location"])

    def wait(self, job_path: str, watch: Watcher | None = None) -> Json:
        """Return the job once it has ended; a failed one raises CommandFailed."""
        while True:
            job: Json = self.get(job_path)
            if watch:
                watch(job)
            if job["state"] == "failed":
                raise CommandFailed(job["error"])
            if job["state"] == "done":
                return job
            time.sleep(POLL)


@contextmanager
def open_session(settings: Settings, *, key_file: Path | None = None) -> Iterator[Session]:
    """Reach the server that owns the data folder, or start one for as long as the block runs."""
    from synth.cli.keys import find_key

    with _server(settings) as url:
        key = find_key(settings, key_file)
        if not key:
            raise CommandFailed("no key: set SYNTH_KEY, or name a file with --key-file", usage=True)
        with connect(url, key) as session:
            yield session


@contextmanager
def connect(url: str, key: str) -> Iterator[Session]:
    """Open a session at `url` as the owner of `key`."""
    import httpx

    headers: Mapping[str, str] = {"authorization": f"Bearer {key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=120, trust_env=False) as client:
        yield Session(client, url)


@contextmanager
def _server(settings: Settings) -> Iterator[str]:
    running = _running_server(settings.data_dir)
    if running:
        yield running
        return
    from synth.bootstrap import build_services
    from synth.cli.first_start import begin
    from synth.cli.server import serving

    services = build_services(settings)
    begin(services)
    try:
        with serving(services) as url:
            yield url
    except Conflict as error:
        say(str(error))
        raise CommandFailed(error.message) from error
    finally:
        services.close()


def _running_server(data_dir: Path) -> str | None:
    """Return the address of the server that announced itself and answers."""
    import httpx

    try:
        url = str(json.loads((data_dir / "server.json").read_text())["url"])
        httpx.get(f"{url}/healthz", timeout=5, trust_env=False).raise_for_status()
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return url
