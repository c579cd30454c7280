"""demo: the sample study, from files to a review queue, then the pages."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson
from synth.cli.output import print_json, progress_line, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synth.access.actions import FirstStart
    from synth.cli.session import Json, Session
    from synth.sample.study import Study
    from synth.services import Services
    from synth.settings import Settings


#: Drafts asked of a language model for each link: some answers of a small one are held.
ATTEMPTS = 4
#: Name of the workspace that a demo makes.
SAMPLE = "Sample study"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(demo)


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after the summary.")] = False,
    as_json: AsJson = False,
    llm: Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the data.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the pages; 0: any free.")] = None,
    attempts: Annotated[
        int | None,
        typer.Option(min=1, max=10, help=f"Drafts per link; {ATTEMPTS} with a model, else 1."),
    ] = None,
) -> None:
    """Build a fresh workspace from the sample study and show what was found."""
    from synth.bootstrap import build_services
    from synth.cli.running import wait_for_interrupt
    from synth.cli.server import serving

    begun = time.monotonic()
    settings = _settings(data_dir, llm)
    services = build_services(settings)
    wanted = (0 if no_serve else settings.port) if port is None else port
    with closing(services), serving(services, host=settings.host, port=wanted) as url:
        summary = _build(services, url, attempts or _usual_attempts(settings))
        summary["seconds"] = round(time.monotonic() - begun, 1)
        _print(summary, as_json)
        if not no_serve:
            say(f"Open {url} and sign in with one of the keys above (stop with Ctrl-C).")
            say("For your own data: SYNTH_DATA_DIR=my-data synth serve")
            wait_for_interrupt()


def _settings(data_dir: Path | None, llm: str | None) -> Settings:
    from synth.settings import Settings

    given = {"data_dir": data_dir, "llm_base_url": llm}
    return Settings().model_copy(update={k: v for k, v in given.items() if v is not None})


def _usual_attempts(settings: Settings) -> int:
    return ATTEMPTS if settings.llm_base_url else 1


def _build(services: Services, url: str, attempts: int) -> Json:
    """Run the whole job through the API, as the researcher would; return what was found."""
    from synth.access.types import MemberRole
    from synth.cli.session import connect
    from synth.sample.study import load_study
    from synth.sample.summary import summarise

    study = load_study()
    started = _fresh_workspace(services)
    with connect(url, started.keys[MemberRole.RESEARCHER]) as session, progress_line() as show:
        for job in _upload(session, study):
            session.wait(f"/v1/jobs/{job}", show)
        for path in ("/v1/theme-runs", "/v1/anomaly-runs"):
            session.wait(session.start(path, json={}), show)
        session.wait(session.start("/v1/hypotheses", json={"attempts": attempts}), show)
    with services.reading(started.workspace_id) as uow:
        return asdict(summarise(uow, study.truth))


def _fresh_workspace(services: Services) -> FirstStart:
    from synth.access.actions import start_workspace
    from synth.access.types import MemberRole
    from synth.cli.keys import RESEARCHER_KEY, describe_keys, keep_researcher_key

    own_key = services.settings.data_dir / RESEARCHER_KEY
    started = start_workspace(services, SAMPLE)
    say(describe_keys(started.keys))
    if not own_key.exists() or _is_sample(services, own_key.read_text().strip()):
        keep_researcher_key(services.settings, started.keys[MemberRole.RESEARCHER])
    else:
        say("Commands go on acting in your own workspace; SYNTH_KEY chooses another.")
    return started


def _is_sample(services: Services, key: str) -> bool:
    from synth.access.actions import authenticate
    from synth.access.repo import workspace_name
    from synth.errors import Unauthenticated

    try:
        actor = authenticate(services, key)
    except Unauthenticated:
        return True
    with services.reading(actor.workspace_id) as uow:
        return workspace_name(uow) == SAMPLE


def _upload(session: Session, study: Study) -> Iterator[str]:
    """Send people, metrics, events and files; give the id of each file's job."""
    session.post("/v1/participants", files={"file": ("participants.csv", study.participants)})
    for metric in study.metrics:
        given = asdict(metric)
        session.send("PUT", f"/v1/metrics/{given.pop('name')}", json=given)
    session.post("/v1/metrics/import", files={"file": ("metrics.csv", study.observations)})
    session.post("/v1/events", files={"file": ("events.csv", study.events)})
    for file in study.files:
        fields = {
            "kind": file.kind.value,
            "study": file.options.study,
            "interviewers": ",".join(file.options.interviewers),
            "method": file.options.method,
            "occurred_at": file.options.occurred_at.isoformat() if file.options.occurred_at else "",
        }
        answer = session.post(
            "/v1/sources", files={"file": (file.filename, file.data)}, data=fields
        )
        yield from (item["job_id"] for item in answer["items"] if item["job_id"])


def _print(summary: Json, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    print(
        f"{summary['documents']} documents, {summary['chunks']} passages, "
        f"{summary['themes']} themes, {summary['anomalies']} anomalies\n"
        f"{summary['links']} links: {summary['causes_found']} of 3 planted causes found, "
        f"{summary['decoys_linked']} of 2 decoys linked\n"
        f"{summary['drafts']} drafts in the review queue, {summary['held']} held "
        f"({summary['seconds']} s)"
    )
