"""Tickets, reviews and survey comments as delimited tables with whatever header a tool exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synth.core.fingerprints import sha256_text
from synth.errors import InputError
from synth.people.types import Reference, Role
from synth.sources.decoding import decode
from synth.sources.readers.moments import read_moment
from synth.sources.readers.speech import count_words, person_reference
from synth.sources.readers.tables import Row, find_header, name_columns, read_table
from synth.sources.roles import is_role
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, Skip, SourceKind

#: Which header names play which part; the earlier name wins.
ALIASES: Mapping[str, Sequence[str]] = {
    "text": (
        "text",
        "description",
        "ticket description",
        "body",
        "document",
        "message",
        "comment",
        "comments",
        "content",
        "details",
        "feedback",
        "review",
        "response",
        "answer",
        "verbatim",
        "conversation",
        "open feedback",
        "free text",
        "issue description",
        "note",
        "notes",
    ),
    "id": (
        "id",
        "ticket id",
        "ticketid",
        "external id",
        "issue key",
        "issuekey",
        "key",
        "case number",
        "case id",
        "number",
        "ticket number",
        "conversation id",
        "response id",
        "review id",
        "issue id",
    ),
    "title": ("subject", "title", "summary", "ticket name", "raw subject", "headline"),
    "user": (
        "user id",
        "userid",
        "requester id",
        "customer id",
        "contact id",
        "participant",
        "participant id",
        "respondent id",
        "respondent",
        "user",
        "distinct id",
        "account user",
        "author id",
        "client id",
    ),
    "email": ("email", "requester email", "user email", "e mail", "customer email", "from"),
    "name": (
        "name",
        "requester",
        "requester name",
        "customer name",
        "user name",
        "author",
        "reporter",
        "customer",
        "reviewer",
    ),
    "role": ("role", "author role", "author type", "sender type"),
    "occurred_at": (
        "created at",
        "created",
        "date",
        "createdate",
        "create date",
        "created date",
        "timestamp",
        "submitted at",
        "time",
        "opened at",
        "opened",
        "at",
        "ts",
    ),
    "url": ("url", "link", "ticket url"),
}
SCORES = frozenset({"nps", "csat", "ces", "score", "rating", "stars", "nps score", "satisfaction"})
TABLE_NAMES = (".csv", ".tsv", ".tab")
TABLE_KINDS = (SourceKind.TICKET, SourceKind.SURVEY)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row with its cells by part."""

    row: Row
    text: str
    cells: Mapping[str, str]


class TicketCsvReader:
    """Reads one ticket, review or comment per row; rows of one id are one conversation."""

    format = "ticket_csv"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether the header has a column of text, or the file calls itself a table."""
        _, columns = find_header(decode(data).text, ALIASES)
        has_text = "text" in name_columns(columns, ALIASES)
        return (has_text and len(columns) > 1) or filename.lower().endswith(TABLE_NAMES)

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return a document per ticket; raises InputError when no column holds the text."""
        decoded = decode(data)
        delimiter, columns = find_header(decoded.text, ALIASES)
        parts = name_columns(columns, ALIASES)
        if "text" not in parts:
            raise InputError(
                "no column holds the text; name it `text` or `description`",
                file=filename,
                line=1,
                found=", ".join(columns)[:200] or "an empty line",
                expected="a column named " + ", ".join(ALIASES["text"][:6]) + ", ...",
            )
        table = read_table(decoded.text, delimiter, columns)
        kind = options.kind or _kind(columns)
        entries, skips = _entries(table.rows, parts)
        groups = _group(filename, entries)
        documents = tuple(_document(name, group, parts, kind) for name, group in groups.items())
        return Reading(
            format=self.format,
            documents=documents,
            skips=tuple(sorted([*table.skips, *skips], key=lambda skip: skip.line or 0)),
            notices=(*decoded.notices, *table.notices, *_date_notices(entries, parts)),
        )


def _kind(columns: Sequence[str]) -> SourceKind:
    folded = {column.casefold().replace("_", " ").strip() for column in columns}
    return SourceKind.SURVEY if folded & SCORES else SourceKind.TICKET


def _entries(rows: Sequence[Row], parts: Mapping[str, str]) -> tuple[list[Entry], list[Skip]]:
    entries, skips = [], []
    for row in rows:
        cells = {part: row.cells[column].strip() for part, column in parts.items()}
        text = _text(cells)
        if text:
            entries.append(Entry(row=row, text=text, cells=cells))
        else:
            words = sum(count_words(value) for value in row.cells.values())
            skips.append(Skip(reason="row without text", line=row.line, words=words))
    return entries, skips


def _text(cells: Mapping[str, str]) -> str:
    """Return subject and body as one text: both are what the customer wrote."""
    title, body = cells.get("title", ""), cells["text"]
    if not title or body.startswith(title):
        return body
    return f"{title}\n{body}".strip()


def _group(filename: str, entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return entries by external id: that of the row, or one made from its text."""
    groups: dict[str, list[Entry]] = {}
    seen: Counter[str] = Counter()
    for entry in entries:
        external_id = entry.cells.get("id", "")
        if not external_id:
            digest = sha256_text(entry.text)[:16]
            seen[digest] += 1
            external_id = f"{filename}:{digest}:{seen[digest]}"
        groups.setdefault(external_id, []).append(entry)
    return groups


def _document(
    external_id: str, group: Sequence[Entry], parts: Mapping[str, str], kind: SourceKind
) -> RawDocument:
    first = group[0]
    others = {
        column: value
        for column, value in first.row.cells.items()
        if value.strip() and column not in parts.values()
    }
    return RawDocument(
        external_id=external_id,
        kind=kind,
        title=first.cells.get("title", ""),
        turns=tuple(_turn(entry) for entry in group),
        occurred_at=read_moment(first.cells.get("occurred_at", "")),
        url=first.cells.get("url") or None,
        metadata=others,
    )


def _turn(entry: Entry) -> RawTurn:
    return RawTurn(
        speaker=entry.cells.get("name", ""),
        text=entry.text,
        role=is_role(entry.cells.get("role", "")) or Role.PARTICIPANT,
        reference=author(entry.cells),
    )


def author(cells: Mapping[str, str]) -> Reference | None:
    """Return who wrote a row: by user id, else e-mail address, else name, else None."""
    return (
        person_reference(cells.get("user", ""))
        or person_reference(cells.get("email", ""), "email")
        or person_reference(cells.get("name", ""), "name")
    )


def _date_notices(entries: Sequence[Entry], parts: Mapping[str, str]) -> tuple[str, ...]:
    if "occurred_at" not in parts:
        return ()
    dates = [entry.cells["occurred_at"] for entry in entries if entry.cells["occurred_at"]]
    unread = sum(read_moment(date) is None for date in dates)
    if not unread:
        return ()
    return (f"{unread} dates not understood; write them as 2026-05-20 or 2026-05-20T14:00:00Z",)
