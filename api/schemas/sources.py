"""Sources, documents, participants, search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from api.schemas.base import Given, Shown, only
from api.schemas.citations import CitationShown
from synth.core.periods import parse_moment
from synth.people.types import Participant
from synth.sources.types import (
    Document,
    DocumentWithTurns,
    ReadOptions,
    Redaction,
    Source,
    SourceKind,
    Turn,
)


def _read_moment(value: object) -> object:
    """Return the UTC time of a text; without a zone it is read as UTC."""
    if isinstance(value, str):
        return parse_moment(value) if value.strip() else None
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


def _read_kind(value: object) -> object:
    return None if value in ("", "auto") else value


Moment = Annotated[datetime | None, BeforeValidator(_read_moment)]


class UploadFields(Given):
    """Form fields beside the files; they hold for each of them."""

    kind: Annotated[SourceKind | None, BeforeValidator(_read_kind)] = None
    study: Annotated[str, Field(max_length=200)] = ""
    interviewers: str = ""  #: names, with commas between them
    occurred_at: Moment = None
    method: Annotated[str, Field(max_length=200)] = ""

    def options(self) -> ReadOptions:
        """Return what the uploader said."""
        names = (name.strip() for name in self.interviewers.split(","))
        return ReadOptions(
            kind=self.kind,
            study=self.study,
            interviewers=tuple(name for name in names if name),
            occurred_at=self.occurred_at,
            method=self.method,
        )


class SourceShown(Shown):
    """An uploaded file or API push."""

    id: str
    filename: str
    kind: str
    format: str | None
    sha256: str
    bytes: int
    study: str
    state: str
    error: str | None
    notices: tuple[str, ...]
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, source: Source) -> Self:
        """Return `source` without the bytes."""
        study = {"study": source.options.study}
        return cls.model_validate(only(cls.model_fields, {**vars(source), **study}))


class UploadShown(Shown):
    """What an upload led to; without a job the same bytes were here already."""

    source: SourceShown
    job_id: str | None
    unchanged: bool


class Refused(Shown):
    """A file that was not taken, while others of the same request were."""

    filename: str
    code: str
    detail: str


class UploadsShown(Shown):
    """One item per file taken."""

    items: list[UploadShown]
    refused: list[Refused]


class SkipShown(Shown):
    """An item that was left out, with why."""

    reason: str
    line: int | None
    words: int


class DocumentListed(Shown):
    """A document without its text."""

    id: str
    source_id: str
    external_id: str
    version: int
    is_current: bool
    kind: str
    format: str
    title: str
    occurred_at: datetime | None
    url: str | None
    metadata: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return `document` without its text."""
        return cls.model_validate(only(cls.model_fields, vars(document)))


class SourceDetail(SourceShown):
    """A source with what was read from it and what was left out."""

    skips: list[SkipShown]
    documents: list[DocumentListed]


class TurnShown(Shown):
    """One utterance; `start` and `end` are its range in the document's text."""

    ordinal: int
    participant_id: str | None
    speaker: str
    role: str
    start: int
    end: int
    start_ms: int | None
    end_ms: int | None

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """Return `turn` with its range spelt out."""
        place = {"start": turn.span.start, "end": turn.span.end}
        return cls.model_validate(only(cls.model_fields, {**vars(turn), **place}))


class RedactionShown(Shown):
    """A stretch of the text that stands for something personal."""

    start: int
    end: int
    kind: str


class DocumentShown(DocumentListed):
    """A document version: its redacted text never changes, every offset refers to it."""

    text: str
    text_sha256: str
    turns: list[TurnShown]
    redactions: list[RedactionShown]

    @classmethod
    def of_turns(cls, found: DocumentWithTurns, redactions: list[Redaction]) -> Self:
        """Return the document with its turns and what was redacted in it."""
        return cls.model_validate(
            {
                **only(cls.model_fields, vars(found.document)),
                "turns": [TurnShown.of(turn) for turn in found.turns],
                "redactions": [
                    RedactionShown(start=each.span.start, end=each.span.end, kind=each.kind)
                    for each in redactions
                ],
            }
        )


class ConsentShown(Shown):
    """What may be done with what somebody said."""

    analyse: bool
    quote: bool
    llm: bool
    contact: bool | None  #: null: nobody asked them whether they may be contacted


class ParticipantShown(Shown):
    """A person, known by a pseudonym."""

    id: str
    pseudonym: str
    role: str
    segments: Mapping[str, str]
    consent: ConsentShown
    known_by: Mapping[str, int]  #: how many ids lead to them, by namespace

    @classmethod
    def of(cls, participant: Participant, known_by: Mapping[str, int]) -> Self:
        """Return `participant` under the pseudonym."""
        more = {"pseudonym": participant.pseudonym, "known_by": known_by}
        return cls.model_validate(only(cls.model_fields, {**vars(participant), **more}))


class PeopleImported(Shown):
    """What a participants file did; each row not used is named in `problems`."""

    rows: int
    added: int
    problems: tuple[str, ...]
    suggested: int = 0  #: pairs of people that may be one, by the same e-mail address
    redacted: int = 0  #: names and values of segments that held personal data


class HitShown(CitationShown):
    """A passage found, best first."""

    score: float
    found_by: tuple[str, ...]


class FoundShown(Shown):
    """Hits, and what could not be used to find them."""

    items: list[HitShown]
    notices: tuple[str, ...]
