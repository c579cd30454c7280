"""Notes on session replays as CSV, JSON or JSON lines: evidence about the user who was watched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from synth.errors import InputError
from synth.sources.decoding import decode
from synth.sources.readers.json_values import as_milliseconds, as_text, read_items
from synth.sources.readers.moments import read_moment
from synth.sources.readers.speech import count_words, person_reference
from synth.sources.readers.tables import find_header, name_columns, read_table
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, Skip, SourceKind

ALIASES = {
    "session_id": ("session id", "sessionid", "session", "recording id"),
    "text": ("text", "note", "notes", "comment", "observation", "description", "body", "content"),
    "at_ms": ("at ms", "start ms", "offset ms", "timestamp ms", "ms"),
    "url": ("url", "session url", "link", "recording url"),
    "author": ("author", "created by", "observer", "researcher"),
    "user_id": ("user id", "userid", "user", "distinct id", "participant"),
    "metric_tags": ("metric tags", "metrics", "tags"),
    "id": ("id", "note id"),
    "occurred_at": ("occurred at", "created at", "created", "date", "at", "ts", "timestamp"),
}


class ReplayNotesReader:
    """Reads one note per row or object; the participant is the user who was watched."""

    format = "replay_notes"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether rows or objects have a session and a text."""
        found = read_items(data)
        if found is not None:
            return any("session_id" in item and _part(item, "text") for _, item in found.items[:20])
        _, columns = find_header(decode(data).text, ALIASES)
        return {"session_id", "text"} <= set(name_columns(columns, ALIASES))

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return a document per note; raises InputError when there is no note at all."""
        decoded = decode(data)
        found = read_items(data)
        if found is not None:
            skips, notices = list(found.skips), decoded.notices
            notes: list[tuple[int, Mapping[str, str]]] = [
                (line, _strings(item)) for line, item in found.items
            ]
        else:
            delimiter, columns = find_header(decoded.text, ALIASES)
            table = read_table(decoded.text, delimiter, columns)
            parts = name_columns(columns, ALIASES)
            skips, notices = list(table.skips), (*decoded.notices, *table.notices)
            notes = [
                (row.line, {p: row.cells[c].strip() for p, c in parts.items()})
                for row in table.rows
            ]
        documents = tuple(_documents(notes, options, skips))
        if not documents and not skips:
            raise InputError("no note in it", file=filename, expected="session_id, text, at_ms")
        ordered = tuple(sorted(skips, key=lambda skip: skip.line or 0))
        return Reading(format=self.format, documents=documents, skips=ordered, notices=notices)


def _part(item: Mapping[str, Any], part: str) -> Any:
    for name in ALIASES[part]:
        for key in (name.replace(" ", "_"), name):
            if item.get(key) not in (None, ""):
                return item[key]
    return None


def _strings(item: Mapping[str, Any]) -> dict[str, str]:
    values = {part: _part(item, part) for part in ALIASES}
    tags = values["metric_tags"]
    if isinstance(tags, list):
        values["metric_tags"] = ", ".join(as_text(tag) for tag in tags)
    return {part: as_text(value) for part, value in values.items()}


def _documents(
    notes: Iterable[tuple[int, Mapping[str, str]]], options: ReadOptions, skips: list[Skip]
) -> Iterable[RawDocument]:
    used: Counter[str] = Counter()
    for line, note in notes:
        missing = [part for part in ("session_id", "text") if not note.get(part)]
        if missing:
            words = count_words(note.get("text", ""))
            skips.append(
                Skip(reason=f"note without {' and '.join(missing)}", line=line, words=words)
            )
            continue
        at_ms = as_milliseconds(note.get("at_ms", ""))
        if note.get("at_ms") and at_ms is None:
            skips.append(Skip(reason="at_ms is no number; the note is kept without it", line=line))
        key = note.get("id") or f"{note['session_id']}@{'' if at_ms is None else at_ms}"
        used[key] += 1
        yield _document(f"{key}#{used[key]}" if used[key] > 1 else key, note, at_ms, options)


def _document(
    external_id: str, note: Mapping[str, str], at_ms: int | None, options: ReadOptions
) -> RawDocument:
    metadata = {name: note.get(name, "") for name in ("session_id", "metric_tags")}
    author = note.get("author", "")
    return RawDocument(
        external_id=external_id,
        kind=options.kind or SourceKind.REPLAY_NOTE,
        title=f"Session {note['session_id']}",
        turns=(
            RawTurn(
                speaker="",
                text=note["text"],
                reference=person_reference(note.get("user_id", "")),
                start_ms=at_ms,
            ),
        ),
        occurred_at=read_moment(note.get("occurred_at", "")),
        url=note.get("url") or None,
        metadata={name: value for name, value in metadata.items() if value},
        # The author watched and is no subject of the study: the name is kept out of the text.
        staff_names=(author,) if author and "@" not in author else (),
    )
