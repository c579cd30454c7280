"""Puts conversations straight into the tables, for tests of what comes after reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from synth.access.types import Actor
from synth.core.fingerprints import sha256_text
from synth.core.ids import derive_id
from synth.people import repo as people
from synth.people.types import Consent, Role
from synth.services import Services
from synth.store.tables.segments import chunks
from synth.store.tables.sources import documents, sources, turns

START = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Said:
    """One document of one turn and one chunk."""

    text: str
    who: str | None = None  #: participants with one name are one person
    day: int = 0
    kind: str = "ticket"
    external_id: str = ""
    version: int = 1
    is_current: bool = True
    is_evidence: bool = True
    consent: Consent = field(default_factory=Consent)
    segments: Mapping[str, str] | None = None

    @property
    def chunk_id(self) -> str:
        """Return the id its chunk gets."""
        return derive_id("test-chunk", self.external_id or self.text, self.version)


def plant(
    services: Services, actor: Actor, said: Sequence[Said], *, source_id: str = "source"
) -> list[str]:
    """Store documents with their people and chunks; return the chunk ids in order."""
    with services.writing(actor.workspace_id) as uow:
        known = {}
        for name in dict.fromkeys(item.who for item in said if item.who):
            found = people.find(uow, [("user", name)])
            known[name] = (
                found.get(("user", name)) or people.create(uow, [Role.PARTICIPANT], START)[0]
            )
            people.add_ids(uow, {("user", name): known[name]})
        for item in said:
            if item.who:
                people.describe(uow, known[item.who], segments=item.segments, consent=item.consent)
        uow.insert_missing(sources, [_source(source_id, actor)])
        uow.upsert(documents, [_document(item, source_id) for item in said])
        uow.upsert(turns, [_turn(item, known) for item in said])
        uow.upsert(chunks, [_chunk(item, known) for item in said])
    return [item.chunk_id for item in said]


def _source(source_id: str, actor: Actor) -> dict[str, object]:
    return {
        "id": source_id,
        "filename": "planted",
        "kind": "ticket",
        "format": "test",
        "sha256": sha256_text(source_id),
        "bytes": 1,
        "options": {},
        "notices": [],
        "state": "read",
        "created_by": actor.member.id,
        "created_at": START,
    }


def _document(item: Said, source_id: str) -> dict[str, object]:
    return {
        "id": f"d-{item.chunk_id}",
        "source_id": source_id,
        "external_id": item.external_id or item.text,
        "version": item.version,
        "is_current": item.is_current,
        "kind": item.kind,
        "format": "test",
        "title": "planted",
        "text": item.text,
        "text_sha256": sha256_text(item.text),
        "content_sha256": sha256_text(item.text),
        "occurred_at": START + timedelta(days=item.day),
        "metadata": {},
        "created_at": START,
    }


def _turn(item: Said, known: Mapping[str, str]) -> dict[str, object]:
    return {
        "document_id": f"d-{item.chunk_id}",
        "ordinal": 0,
        "participant_id": known.get(item.who or ""),
        "speaker": "P1" if item.who else "",
        "role": "participant",
        "start": 0,
        "end": len(item.text),
        "start_ms": 1000,
    }


def _chunk(item: Said, known: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": item.chunk_id,
        "document_id": f"d-{item.chunk_id}",
        "ordinal": 0,
        "turn": 0,
        "start": 0,
        "end": len(item.text),
        "overlap": 0,
        "text": item.text,
        "text_sha256": sha256_text(item.text),
        "participant_id": known.get(item.who or ""),
        "is_evidence": item.is_evidence,
    }
