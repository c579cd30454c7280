"""serve, worker, migrate, doctor, reindex: run the product and look after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson
from synth.cli.output import print_json, say

if TYPE_CHECKING:
    from synth.services import Services

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes any free one.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (serve, worker, migrate, doctor, reindex):
        app.command()(command)


def serve(
    host: Host = None,
    port: Port = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Leave jobs to workers.")] = False,
) -> None:
    """Serve the pages and the API, and run jobs."""
    from synth.cli.first_start import begin
    from synth.cli.server import serving, warm_up

    with _services() as services:
        settings = services.settings
        begin(services)
        with serving(
            services,
            host=host or settings.host,
            port=settings.port if port is None else port,
            worker=not no_worker,
        ) as url:
            say(f"Synth is at {url} (stop it with Ctrl-C)")
            warm_up(services)
            wait_for_interrupt()


def worker() -> None:
    """Run jobs beside a server; needs Postgres and a Chroma server."""
    from synth.cli.output import CommandFailed
    from synth.pipeline import work
    from synth.store.lock import owning

    with _services() as services:
        settings = services.settings
        missing = [
            name
            for name, value in (
                ("SYNTH_DATABASE_URL", settings.database_url),
                ("SYNTH_CHROMA_URL", settings.chroma_url),
            )
            if not value
        ]
        if missing:
            raise CommandFailed(
                f"a worker needs a shared store: set {' and '.join(missing)}", usage=True
            )
        with owning(settings.data_dir / "worker"), work(services):
            say("Worker is running (stop it with Ctrl-C)")
            wait_for_interrupt()


def migrate() -> None:
    """Bring the database to the newest schema."""
    with _services() as services:
        say(f"{services.engine.url.render_as_string(hide_password=True)} is up to date")


def doctor(as_json: AsJson = False) -> None:
    """Check that nothing was lost, doubled, misquoted or let past the reviewer."""
    from dataclasses import asdict

    from synth.doctor.checks import examine
    from synth.store.lock import owning

    with _services() as services, owning(services.settings.data_dir):
        findings = examine(services)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(finding.line)
        if not findings:
            print("no workspace yet: nothing to check")
    if any(finding.problems for finding in findings):
        raise typer.Exit(1)


def reindex() -> None:
    """Rebuild Chroma and word search from the database."""
    from synth.access.repo import workspace_ids
    from synth.indexing import stage
    from synth.store.lock import owning

    with _services() as services, owning(services.settings.data_dir):
        with services.engine.connect() as connection:
            workspaces = workspace_ids(connection.execution_options(reading=True))
        count = sum(stage.reindex(services, workspace) for workspace in workspaces)
    say(f"{count} passages indexed in {len(workspaces)} workspaces")


@contextmanager
def _services() -> Iterator[Services]:
    from synth.bootstrap import build_services
    from synth.settings import Settings

    services = build_services(Settings())
    try:
        yield services
    finally:
        services.close()


def wait_for_interrupt() -> None:
    """Return when somebody presses Ctrl-C or asks the process to end."""
    import signal

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        say("stopping")
