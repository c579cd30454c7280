"""What a reader finds in a file, and the documents stored from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from synth.core.spans import Span
from synth.jobs.types import Job
from synth.people.types import Reference, Role

#: Notice of a source whose file was removed; what others said in it stays, as documents.
ORIGINAL_ERASED = (
    "the file as uploaded was removed because somebody in it withdrew; what others said is kept"
)


class SourceKind(StrEnum):
    """What a source holds."""

    TRANSCRIPT = "transcript"
    TICKET = "ticket"
    REPLAY_NOTE = "replay_note"
    SURVEY = "survey"


class SourceState(StrEnum):
    """Where an upload stands; `partial` means read, with skips recorded."""

    PENDING = "pending"
    READ = "read"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the uploader said about a file."""

    kind: SourceKind | None = None  #: None: told from the content
    study: str = ""
    interviewers: tuple[str, ...] = ()  #: speaker names that ask, never give evidence
    occurred_at: datetime | None = None
    method: str = ""


@dataclass(frozen=True, kw_only=True)
class RawTurn:
    """One utterance as read, before redaction."""

    speaker: str  #: the name in the file; "" where the file names nobody
    text: str
    role: Role = Role.PARTICIPANT
    reference: Reference | None = None  #: who speaks, where the file tells
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class RawDocument:
    """One conversation, ticket or note as read, before redaction."""

    external_id: str  #: stable across uploads: ticket id, note id, or the file name
    kind: SourceKind
    title: str
    turns: tuple[RawTurn, ...]
    occurred_at: datetime | None = None
    url: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_named_by_file: bool = False  #: the external id is only a file name, which others may have
    staff_names: tuple[str, ...] = ()  #: people named by the file who do not speak in it


@dataclass(frozen=True, kw_only=True)
class Skip:
    """An item a reader left out, with why; `words` counts what was in it."""

    reason: str
    line: int | None = None  #: one-based physical line or row, where there is one
    words: int = 0


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything one file gave."""

    format: str
    documents: tuple[RawDocument, ...]
    skips: tuple[Skip, ...] = ()
    notices: tuple[str, ...] = ()  #: what a person should know; never text of the file


class Reader(Protocol):
    """Reads one format family; `accepts` looks at content, never only at the name."""

    format: str

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether this reader can read `data`."""
        ...

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return what is in `data`; raises InputError when nothing can be kept."""
        ...


@dataclass(frozen=True, kw_only=True)
class Source:
    """An uploaded file or API push."""

    id: str
    filename: str
    kind: str  #: a SourceKind, or "auto" until it was read
    format: str | None
    sha256: str
    bytes: int
    options: ReadOptions
    state: SourceState
    error: str | None
    created_by: str
    created_at: datetime
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What an upload led to; no job where the same bytes and options are here already."""

    source: Source
    job: Job | None


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """A replaced stretch: `span` in `Document.text` stands for `original` in the text as read."""

    span: Span
    original: Span
    kind: str  #: email, phone, card, iban, ip, credentials, national_id or person


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One speaker's utterance; `span` is its range in `Document.text`."""

    ordinal: int
    participant_id: str | None
    speaker: str  #: pseudonym, or a neutral word such as "Interviewer"
    role: Role
    span: Span
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class Document:
    """One version of one conversation, ticket or note; its text never changes."""

    id: str
    source_id: str
    external_id: str
    version: int
    is_current: bool
    kind: SourceKind
    format: str
    title: str
    text: str  #: decoded and redacted; every offset and quote refers to it
    text_sha256: str
    content_sha256: str  #: of the text and of who says which part of it
    url: str | None
    occurred_at: datetime | None
    metadata: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DocumentWithTurns:
    """A document and its turns in order."""

    document: Document
    turns: Sequence[Turn]
