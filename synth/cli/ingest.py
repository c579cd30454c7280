"""ingest and search: files in, passages out."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synth.cli.options import AsJson, KeyFile, acting
from synth.cli.output import CommandFailed, print_json, print_rows, progress_line, say

if TYPE_CHECKING:
    from synth.cli.session import Json, Session


class Kind(StrEnum):
    """What the files hold."""

    AUTO = "auto"
    TRANSCRIPT = "transcript"
    TICKET = "ticket"
    REPLAY_NOTE = "replay_note"
    SURVEY = "survey"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command()(ingest)
    app.command()(search)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", exists=True)],
    kind: Annotated[Kind, typer.Option(help="What they hold; auto: by content.")] = Kind.AUTO,
    participants: Annotated[
        Path | None, typer.Option(help="CSV of people: ids, role, segments, consent.", exists=True)
    ] = None,
    study: Annotated[str, typer.Option(help="Name of the study they belong to.")] = "",
    interviewer: Annotated[
        list[str] | None, typer.Option(help="Speaker who asks and is never evidence; repeatable.")
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Upload files and wait until they are read, split, embedded and indexed."""
    fields = {"kind": kind.value, "study": study, "interviewers": ",".join(interviewer or [])}
    with acting(key_file) as session:
        if participants is not None:
            _import_people(session, participants)
        results = [
            _ingest_one(session, path, name, fields, as_json) for path, name in _files(paths)
        ]
    if as_json:
        print_json(results)
    failed = [result for result in results if result["state"] == "failed"]
    if failed:
        raise CommandFailed(f"{len(failed)} of {len(results)} files were not read; see above")


def _files(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file with the name it is known by: in a folder, its path within the folder."""
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for file in sorted(path.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                yield file, file.relative_to(path).as_posix()


def _import_people(session: Session, path: Path) -> None:
    done = session.post("/v1/participants", files={"file": (path.name, path.read_bytes())})
    for problem in done["problems"]:
        say(problem)
    say(f"{path.name}: {done['rows']} people, {done['added']} new")


def _ingest_one(
    session: Session, path: Path, name: str, fields: dict[str, str], quiet: bool
) -> Json:
    try:
        answer = session.post("/v1/sources", files={"file": (name, path.read_bytes())}, data=fields)
        item = answer["items"][0]
        if item["job_id"]:
            with progress_line() as show:
                session.wait(f"/v1/jobs/{item['job_id']}", show)
        source = session.get(f"/v1/sources/{item['source']['id']}")
    except CommandFailed as error:
        say(f"{name}: {error}")
        return {"file": str(path), "state": "failed", "error": str(error)}
    words = "already here" if item["unchanged"] else source["state"]
    if not quiet:
        print(f"{name}: {words}, {len(source['documents'])} documents")
        for skip in source["skips"]:
            place = f" line {skip['line']}" if skip["line"] else ""
            print(f"  left out{place}: {skip['reason']}")
    if source["error"]:
        say(f"{name}: {source['error']}")
    return {"file": str(path), "unchanged": item["unchanged"], **source}


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Find passages by words and meaning."""
    with acting(key_file) as session:
        hits = session.get("/v1/search", q=query, limit=limit)["items"]
    print_rows(
        hits,
        {
            "passage": "quote",
            "speaker": "speaker",
            "place": "url",
        },
        as_json=as_json,
        empty="nothing found: try other words, or upload files with synth ingest",
    )
