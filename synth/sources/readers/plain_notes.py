"""Notes as plain text: one document per file, one turn per block."""

from __future__ import annotations

from synth.errors import InputError
from synth.people.types import Reference
from synth.sources.decoding import decode
from synth.sources.readers.speech import code_of_file
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, SourceKind


class PlainNotesReader:
    """Reads what an observer wrote down; the person observed is the participant."""

    format = "plain_notes"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether it is text that calls itself plain text: nothing in it says more."""
        return filename.lower().endswith((".txt", ".text")) and bool(decode(data).text.strip())

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the notes; the participant's code is taken from the file name where it has one."""
        decoded = decode(data)
        blocks = split_blocks(decoded.text)
        if not blocks:
            raise InputError("file holds no text", file=filename, expected="notes")
        code = code_of_file(filename)
        reference = Reference(namespace="user", value=code) if code else None
        notice = (
            f"the participant is {code}, from the file name"
            if code
            else "nobody is named: the notes count for no participant"
        )
        document = RawDocument(
            external_id=filename,
            kind=options.kind or SourceKind.REPLAY_NOTE,
            title=filename,
            is_named_by_file=True,
            turns=tuple(RawTurn(speaker="", text=text, reference=reference) for text in blocks),
        )
        return Reading(
            format=self.format, documents=(document,), notices=(*decoded.notices, notice)
        )


def split_blocks(text: str) -> list[str]:
    """Return blocks: each ends at a blank line, or where indentation falls back to none."""
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if not line.strip():
            blocks.append([])
            continue
        is_heading = not line[0].isspace() and bool(blocks[-1]) and blocks[-1][-1][0].isspace()
        if is_heading:
            blocks.append([])
        blocks[-1].append(line.rstrip())
    return ["\n".join(block) for block in blocks if block]
