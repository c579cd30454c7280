"""Real Chromium on a real server: foreign requests, policy complaints, console errors noted."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from api.app import create_app
from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.investigations.actions import open_investigation
from synth.services import Services
from tests.databases import fast_services
from tests.unit.web.seeding import Study, store_study

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-background-networking"]

#: Put on tests that need the browser; the reason is shown where there is none.
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install `chromium`")


@dataclass
class Watched:
    """A page and what went wrong on it."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a path of the server."""
        self.page.goto(self.base + path)

    def sign_in(self, key: str) -> None:
        """Sign in as the owner of `key`."""
        self.go("/sign-in")
        self.page.fill("#key", key)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(self.base + "/")

    def overflow(self) -> int:
        """Return how many pixels the page is wider than the window."""
        root = self.page.locator("html")
        return int(root.evaluate("element => element.scrollWidth - element.clientWidth"))


class House:
    """A served workspace with the small study in it."""

    def __init__(self, folder: Path) -> None:
        self.services: Services = fast_services(folder)
        self.keys = start_workspace(self.services, "Pages").keys
        actors = {role: authenticate(self.services, key) for role, key in self.keys.items()}
        self.workspace_id = actors[MemberRole.PM].workspace_id
        self.study: Study = store_study(self.services, actors)
        case = open_investigation(self.services, actors[MemberRole.PM], self.study.anomaly_id)
        self.case_id = case.id
        self.base = ""

    def paths(self) -> tuple[str, ...]:
        """Return every page."""
        study = self.study
        chunk = study.chunks[0]
        return (
            "/",
            "/metrics",
            f"/metrics/{study.metric}",
            f"/anomalies/{study.anomaly_id}",
            "/investigations",
            f"/investigations/{self.case_id}?ask=Was+this+confusing",
            f"/investigations/{self.case_id}/evidence",
            "/accounts",
            "/themes",
            f"/themes/{study.theme_id}",
            "/themes?level=sub&sort=recent",
            "/themes/map",
            "/themes/map?x=300&y=120",
            "/themes/unthemed",
            "/themes/history",
            "/themes/codebook",
            "/review",
            f"/review/{study.draft_id}",
            f"/review/{study.held_id}",
            "/review/held",
            "/insights",
            "/backlog",
            "/fusion",
            "/fusion/agenda",
            "/fusion/cadence",
            "/fusion/checklist",
            "/fusion/pack",
            "/sources",
            "/people",
            "/events",
            "/experiments",
            f"/sources/{study.source_id}",
            "/jobs",
            f"/jobs/{study.job_id}",
            f"/documents/{chunk.document_id}?s={chunk.span.start}&e={chunk.span.end}",
            "/search?q=admin",
            "/admin",
            "/audit",
            "/dev/partials",
        )


@contextmanager
def served(services: Services) -> Iterator[str]:
    """Serve the app on a free loopback port until the block ends; give its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(services, worker=False), log_level="warning", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < deadline, "the server did not start within 30 s"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()


@contextmanager
def housed(folder: Path) -> Iterator[House]:
    """Serve a fresh workspace in `folder` until the block ends."""
    made = House(folder)
    try:
        with served(made.services) as made.base:
            yield made
    finally:
        made.services.engine.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that is installed; nothing is downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watching(
    browser: Browser,
    base: str,
    *,
    width: int = 1440,
    scheme: str = "light",
    script: bool = True,
) -> Iterator[Watched]:
    """Open a page that notes each console error and each request to another host."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=script,
        locale="en-GB",
    )
    watched = Watched(page=context.new_page(), base=base)

    def note_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            watched.errors.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith((base, "data:")):
            watched.strangers.append(request.url)

    watched.page.on("console", note_console)
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on("request", note_request)
    try:
        yield watched
    finally:
        context.close()
