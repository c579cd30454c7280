"""Documents as JSON: the body of `POST /v1/sources`, one object or a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synth.errors import InputError
from synth.people.types import Role
from synth.sources.readers.json_values import as_milliseconds, as_text, read_items
from synth.sources.readers.moments import read_moment
from synth.sources.readers.speech import count_words, person_reference, reference_of
from synth.sources.roles import is_role, role_of_label
from synth.sources.types import RawDocument, RawTurn, Reading, ReadOptions, Skip, SourceKind


class JsonDocumentReader:
    """Reads documents that other programs send: text or turns, with who said what."""

    format = "json_document"

    def accepts(self, filename: str, data: bytes) -> bool:
        """Return whether an object has an external id and turns or a text."""
        found = read_items(data)
        return found is not None and any(
            "external_id" in item and ("turns" in item or "text" in item)
            for _, item in found.items[:20]
        )

    def read(self, filename: str, data: bytes, options: ReadOptions) -> Reading:
        """Return the documents; raises InputError naming the field that is wrong."""
        found = read_items(data)
        if found is None:
            raise InputError("not JSON", file=filename, expected="a JSON document")
        skips = list(found.skips)
        documents = []
        for line, item in found.items:
            try:
                documents.append(_document(filename, line, item, options, skips))
            except InputError as error:
                if len(found.items) == 1:
                    raise
                skips.append(Skip(reason=error.message, line=line, words=_words(item)))
        return Reading(format=self.format, documents=tuple(documents), skips=tuple(skips))


def _document(
    filename: str, line: int, item: Mapping[str, Any], options: ReadOptions, skips: list[Skip]
) -> RawDocument:
    external_id = as_text(item.get("external_id"))
    if not external_id:
        raise InputError("document has no external_id", file=filename, line=line, expected="text")
    turns = _turns(filename, line, item, external_id, skips)
    if not turns:
        raise InputError(
            "document has no text",
            file=filename,
            line=line,
            expected="`text`, or `turns` with text",
        )
    metadata = item.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    return RawDocument(
        external_id=external_id,
        kind=_kind(filename, line, item, options),
        title=as_text(item.get("title")),
        turns=tuple(turns),
        occurred_at=_moment(filename, line, item),
        url=as_text(item.get("url")) or None,
        metadata={str(key): as_text(value) for key, value in given.items() if as_text(value)},
    )


def _kind(filename: str, line: int, item: Mapping[str, Any], options: ReadOptions) -> SourceKind:
    word = as_text(item.get("kind"))
    if not word:
        return options.kind or SourceKind.TRANSCRIPT
    try:
        return SourceKind(word)
    except ValueError:
        raise InputError(
            "unknown kind",
            file=filename,
            line=line,
            found=word[:40],
            expected=", ".join(SourceKind),
        ) from None


def _moment(filename: str, line: int, item: Mapping[str, Any]) -> Any:
    word = as_text(item.get("occurred_at"))
    moment = read_moment(word)
    if word and moment is None:
        raise InputError(
            "occurred_at is no date",
            file=filename,
            line=line,
            found=word[:40],
            expected="2026-05-20T14:00:00Z",
        )
    return moment


def _turns(
    filename: str, line: int, item: Mapping[str, Any], external_id: str, skips: list[Skip]
) -> list[RawTurn]:
    given = item.get("turns")
    if given is None:
        given = [{**item, "speaker": item.get("speaker", "")}]
    if not isinstance(given, list) or not all(isinstance(turn, dict) for turn in given):
        raise InputError(
            "turns is no list of objects", file=filename, line=line, expected='[{"text": "..."}]'
        )
    turns = []
    for number, turn in enumerate(given, start=1):
        text = as_text(turn.get("text"))
        if text:
            turns.append(_turn(filename, line, turn, external_id))
        else:
            skips.append(Skip(reason=f"turn {number} without text", line=line))
    return turns


def _turn(filename: str, line: int, turn: Mapping[str, Any], external_id: str) -> RawTurn:
    speaker, word = as_text(turn.get("speaker")), as_text(turn.get("role"))
    role = is_role(word) if word else role_of_label(speaker)
    if role is None:
        raise InputError(
            "unknown role", file=filename, line=line, found=word[:40], expected=", ".join(Role)
        )
    return RawTurn(
        speaker=speaker,
        text=as_text(turn.get("text")),
        role=role,
        reference=person_reference(as_text(turn.get("user_id")))
        or reference_of(speaker, external_id),
        start_ms=as_milliseconds(turn.get("start_ms")),
        end_ms=as_milliseconds(turn.get("end_ms")),
    )


def _words(item: Mapping[str, Any]) -> int:
    turns = item.get("turns")
    texts = (
        [turn.get("text") for turn in turns if isinstance(turn, dict)]
        if isinstance(turns, list)
        else []
    )
    return sum(count_words(as_text(text)) for text in [*texts, item.get("text")])
