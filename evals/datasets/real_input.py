"""Public sets as Synth takes them in: meetings as JSON documents, tickets as a CSV.

`python -m evals.datasets.real_input DATA_DIR OUT_DIR` writes `qmsum/*.json` (each the body of one
`POST /v1/sources`) and `it_tickets.csv`. The data folder is only read.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from evals.datasets.folder import SetAbsent, set_folder
from synth.errors import InputError, SynthError

TICKETS = 2_000
TEXT_COLUMN = "Document"


def meeting_documents(folder: Path) -> Iterator[dict[str, object]]:
    """Yield each QMSum meeting as a JSON document; turns without words are left out."""
    for path in sorted(folder.rglob("*.json")):
        meeting = _read_json(path)
        yield meeting_document("-".join(path.relative_to(folder).with_suffix("").parts), meeting)


def meeting_document(external_id: str, meeting: Mapping[str, object]) -> dict[str, object]:
    """Return one meeting as the body of `POST /v1/sources`.

    Raises:
        InputError: it has no `meeting_transcripts`.
    """
    turns = meeting.get("meeting_transcripts")
    if not isinstance(turns, list) or not turns:
        raise InputError("no meeting_transcripts", file=external_id, expected="a QMSum meeting")
    return {
        "external_id": external_id,
        "kind": "transcript",
        "title": external_id,
        "turns": [
            {"speaker": turn["speaker"].strip(), "text": turn["content"].strip()}
            for turn in turns
            if turn["content"].strip()
        ],
    }


def ticket_csv(folder: Path, *, rows: int = TICKETS) -> str:
    """Return `rows` tickets, spread evenly over the file, with an id that is their row number."""
    paths = sorted(folder.glob("*.csv.gz")) + sorted(folder.glob("*.csv"))
    if not paths:
        raise InputError("no tickets", file=str(folder), expected="a CSV, gzipped or not")
    tickets = list(csv.DictReader(io.StringIO(_read_text(paths[0]))))
    if not tickets or TEXT_COLUMN not in tickets[0]:
        raise InputError("no ticket text", file=str(paths[0]), expected=f"column {TEXT_COLUMN}")
    count = min(rows, len(tickets))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("ticket_id", "description"))
    for position in range(count):
        row = position * len(tickets) // count
        writer.writerow((f"IT-{row + 1}", tickets[row][TEXT_COLUMN]))
    return text.getvalue()


def write_files(data: Path, out: Path) -> list[Path]:
    """Write what the folder has of both sets into `out` and return the paths.

    Raises:
        SetAbsent: it has neither.
    """
    meetings = [
        (out / "qmsum" / f"{document['external_id']}.json", json.dumps(document))
        for folder in _present(data, "qmsum")
        for document in meeting_documents(folder)
    ]
    tickets = [
        (out / "it_tickets.csv", ticket_csv(folder)) for folder in _present(data, "it_tickets")
    ]
    written = meetings + tickets
    if not written:
        raise SetAbsent(f"neither qmsum nor it_tickets in {data}")
    for path, text in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [path for path, _ in written]


def _present(data: Path, name: str) -> list[Path]:
    try:
        return [set_folder(data, name)]
    except SetAbsent:
        return []


def _read_json(path: Path) -> dict[str, object]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError("not JSON", file=str(path), found=str(error)) from error
    return read if isinstance(read, dict) else {}


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")


def main(arguments: Sequence[str]) -> int:
    """Write the files; return 0, 1 if neither set is there, 2 for wrong usage."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m evals.datasets.real_input DATA_DIR OUT_DIR\n")
        return 2
    try:
        written = write_files(Path(arguments[0]), Path(arguments[1]))
    except (SetAbsent, SynthError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"wrote {len(written)} files to {arguments[1]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
