"""Every reader, and which one reads a file: told from the content, never only from the name."""

from __future__ import annotations

from synth.errors import InputError, UnsupportedFormat
from synth.people.identity import normalise
from synth.sources.decoding import decode, unpack
from synth.sources.readers.json_document import JsonDocumentReader
from synth.sources.readers.json_values import read_items
from synth.sources.readers.office import OfficeReader
from synth.sources.readers.plain_notes import PlainNotesReader
from synth.sources.readers.replay_notes import ReplayNotesReader
from synth.sources.readers.speaker_text import SpeakerTextReader
from synth.sources.readers.ticket_csv import TicketCsvReader
from synth.sources.readers.vtt import VttReader
from synth.sources.readers.zendesk import ZendeskReader
from synth.sources.readers.zoom_chat import ZoomChatReader
from synth.sources.roles import settle_roles
from synth.sources.types import Reader, Reading, ReadOptions, SourceKind

#: The first that accepts reads: the surest signs come first.
JSON_READERS: tuple[Reader, ...] = (ReplayNotesReader(), JsonDocumentReader(), ZendeskReader())
TEXT_READERS: tuple[Reader, ...] = (
    VttReader(),
    ZoomChatReader(),
    ReplayNotesReader(),
    TicketCsvReader(),
    SpeakerTextReader(),
    PlainNotesReader(),
)
EXPECTED = (
    "a transcript (VTT, text with speakers, ODT, DOCX), tickets (CSV, Zendesk JSON), "
    "replay notes (CSV, JSONL), plain-text notes, or a JSON document"
)
#: What an uploader who names a kind may mean by plain text: a sure sign first, else the last word.
SPOKEN: tuple[Reader, ...] = (VttReader(), ZoomChatReader())
TABULAR: tuple[Reader, ...] = (ReplayNotesReader(), TicketCsvReader())
KIND_READERS = {kind: SPOKEN if kind is SourceKind.TRANSCRIPT else TABULAR for kind in SourceKind}
TEXT: dict[SourceKind, Reader] = {
    kind: SpeakerTextReader() if kind is SourceKind.TRANSCRIPT else PlainNotesReader()
    for kind in SourceKind
}


def detect(filename: str, data: bytes, kind: SourceKind | None) -> Reader:
    """Return the reader for unpacked `data`.

    Raises:
        UnsupportedFormat: no reader accepts it; says what was found and what is expected.
    """
    office = OfficeReader()
    if office.accepts(filename, data):
        return office
    if not decode(data).text.strip("\ufeff \t\n"):
        raise InputError("file holds no text", file=filename, expected=EXPECTED)
    if read_items(data) is not None:
        return _first(JSON_READERS, filename, data, "JSON of another shape")
    if kind is not None and filename.lower().endswith((".txt", ".text")):
        return next((one for one in KIND_READERS[kind] if one.accepts(filename, data)), TEXT[kind])
    return _first(TEXT_READERS, filename, data, "text that names no speakers and has no table")


def parse(filename: str, data: bytes, options: ReadOptions) -> Reading:
    """Return what a file holds, gzipped or not; interviewers given by name are not marked yet.

    Raises:
        InputError: nothing can be kept.
        TooLarge: it unpacks above a limit.
    """
    if not data:
        raise InputError("file is empty", file=filename, expected=EXPECTED)
    name, content = unpack(filename, data)
    try:
        return detect(name, content, options.kind).read(name, content, options)
    except InputError as error:
        if error.data.get("file"):
            raise
        raise type(error)(error.message, file=filename) from error


def read_file(filename: str, data: bytes, options: ReadOptions) -> Reading:
    """Return what a file holds, with the turns of the interviewers in `options` marked."""
    asking = {normalise(name) for name in options.interviewers}
    return settle_roles(parse(filename, data, options), lambda label: normalise(label) in asking)


def _first(readers: tuple[Reader, ...], filename: str, data: bytes, found: str) -> Reader:
    for reader in readers:
        if reader.accepts(filename, data):
            return reader
    raise UnsupportedFormat(
        "no reader for this file; export it in a supported format",
        file=filename,
        found=found,
        expected=EXPECTED,
    )
