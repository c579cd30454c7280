"""Zendesk tickets: an array, `{"tickets": []}`, or one ticket per line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synth.errors import InputError
from synth.people.types import Reference, Role
from synth.sources.readers.json_values import as_text, read_items
from synth.sources.readers.moments import read_moment
from synth.sources.readers.speech import count_words, person_reference
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, Skip, SourceKind

KEYS = frozenset({"requester_id", "subject", "raw_subject", "description", "submitter_id"})
METADATA = ("type", "priority", "status", "recipient", "organization_id")


class ZendeskReader:
    """Reads tickets; internal comments never become text."""

    format = "zendesk_json"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether the first objects look like tickets."""
        found = read_items(data)
        return found is not None and any(is_ticket(item) for _, item in found.items[:20])

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return a document per ticket; raises InputError when none has text."""
        found = read_items(data)
        if found is None:
            raise InputError("no JSON tickets", file=filename, expected="a Zendesk export")
        documents: list[RawDocument] = []
        skips = list(found.skips)
        for line, ticket in found.items:
            document = _document(line, ticket, options, skips) if is_ticket(ticket) else None
            if document is not None:
                documents.append(document)
            elif not is_ticket(ticket):
                skips.append(Skip(reason="entry is no ticket", line=line))
        return Reading(format=self.format, documents=tuple(documents), skips=tuple(skips))


def is_ticket(item: Mapping[str, Any]) -> bool:
    """Return whether an object has an id and fields that Zendesk tickets have."""
    has_text = "description" in item or "comments" in item
    return "id" in item and has_text and len(KEYS & set(item)) >= 2 and "session_id" not in item


def _document(
    line: int, ticket: Mapping[str, Any], options: ReadOptions, skips: list[Skip]
) -> RawDocument | None:
    title = as_text(ticket.get("subject")) or as_text(ticket.get("raw_subject"))
    turns = _turns(line, ticket, title, skips)
    if not turns or not as_text(ticket.get("id")):
        skips.append(Skip(reason="ticket without text or id", line=line, words=count_words(title)))
        return None
    tags = ticket.get("tags")
    fields = {name: as_text(ticket.get(name)) for name in METADATA}
    if isinstance(tags, list):
        fields["tags"] = ", ".join(as_text(tag) for tag in tags)
    return RawDocument(
        external_id=as_text(ticket["id"]),
        kind=options.kind or SourceKind.TICKET,
        title=title,
        turns=tuple(turns),
        occurred_at=read_moment(as_text(ticket.get("created_at"))),
        url=as_text(ticket.get("url")) or None,
        metadata={name: value for name, value in fields.items() if value},
    )


def _turns(line: int, ticket: Mapping[str, Any], title: str, skips: list[Skip]) -> list[RawTurn]:
    """Return the description by the requester, then the public comments in order."""
    requester, name = _requester(ticket)
    described = as_text(ticket.get("description"))
    comments = [one for one in _list(ticket.get("comments")) if isinstance(one, dict)]
    internal = [_body(one) for one in comments if one.get("public") is not True]
    for body in internal:
        reason = "internal comment, never read as text"
        skips.append(Skip(reason=reason, line=line, words=count_words(body)))
    if described in internal:
        # The first comment of an internal ticket is shown as its description.
        described = ""
    public = [one for one in comments if one.get("public") is True and _body(one)]
    first = title if described.startswith(title) else f"{title}\n{described}"
    opening = (first if not described.startswith(title) else described).strip()
    turns = [RawTurn(speaker=name, text=opening, reference=requester)] if opening else []
    said = [one for one in public if _body(one) != described]
    return [*turns, *(_comment(one, ticket, requester, name) for one in said)]


def _requester(ticket: Mapping[str, Any]) -> tuple[Reference | None, str]:
    person = ticket.get("requester")
    given = person if isinstance(person, dict) else {}
    number = as_text(ticket.get("requester_id")) or as_text(given.get("id"))
    reference = person_reference(number) or person_reference(as_text(given.get("email")), "email")
    return reference, as_text(given.get("name"))


def _comment(
    comment: Mapping[str, Any],
    ticket: Mapping[str, Any],
    requester: Reference | None,
    name: str,
) -> RawTurn:
    author = as_text(comment.get("author_id"))
    if author and author == as_text(ticket.get("requester_id")):
        return RawTurn(speaker=name, text=_body(comment), reference=requester)
    # Anybody else in the thread works here, or is at least not the person with the problem.
    return RawTurn(speaker="", text=_body(comment), role=Role.STAFF)


def _body(comment: Mapping[str, Any]) -> str:
    return as_text(comment.get("plain_body")) or as_text(comment.get("body"))


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
