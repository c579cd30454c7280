"""The chat of a Zoom call: time, tab, name, tab, message; messages may have several lines."""

from __future__ import annotations

import re

from synth.sources.decoding import decode
from synth.sources.readers.speech import Utterance, clock_ms, count_words, join_turns
from synth.sources.types import RawDocument, Reading, ReadOptions, Skip, SourceKind

MESSAGE = re.compile(r"(\d{1,2}:\d{2}:\d{2})\t([^\t\n]{1,120}?):\t(.*)")
OLD_MESSAGE = re.compile(
    r"(\d{1,2}:\d{2}:\d{2})\s+From\s+(.{1,120}?)\s+(?:to|To)\s+(.{1,120}?)\s?:\s?(.*)"
)


class ZoomChatReader:
    """Reads `chat.txt` as Zoom saves it, in its present and its older form."""

    format = "zoom_chat"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether the first written line is a chat message."""
        first = next((line for line in decode(data).text.split("\n") if line.strip()), "")
        return _match(first) is not None

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the chat as one document, one turn per message."""
        decoded = decode(data)
        messages: list[tuple[str, str, list[str]]] = []
        skips: list[Skip] = []
        for number, line in enumerate(decoded.text.split("\n"), start=1):
            found = _match(line)
            if found is not None:
                messages.append((found[0], found[1], [found[2]]))
            elif messages:
                messages[-1][2].append(line)
            elif line.strip():
                skips.append(
                    Skip(
                        reason="text before the first message", line=number, words=count_words(line)
                    )
                )
        utterances = [
            Utterance(
                speaker=name, text="\n".join(lines).strip(), start_ms=clock_ms(time), is_closed=True
            )
            for time, name, lines in messages
            if "".join(lines).strip()
        ]
        document = RawDocument(
            external_id=filename,
            kind=options.kind or SourceKind.TRANSCRIPT,
            title=filename,
            is_named_by_file=True,
            turns=join_turns(utterances, external_id=filename),
        )
        return Reading(
            format=self.format,
            documents=(document,) if document.turns else (),
            skips=tuple(skips),
            notices=decoded.notices,
        )


def _match(line: str) -> tuple[str, str, str] | None:
    """Return time, name and first line of a message."""
    match = MESSAGE.fullmatch(line)
    if match is not None:
        return match[1], match[2].strip(), match[3]
    old = OLD_MESSAGE.fullmatch(line)
    return (old[1], old[2].strip(), old[4]) if old is not None else None
