"""Characters no database keeps: NUL and lone surrogates, removed or replaced, and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from synth.sources.types import RawDocument, RawTurn

SURROGATE = re.compile(r"[\ud800-\udfff]")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Cleaned:
    """A text without such characters, and how many there were."""

    text: str
    count: int


def clean(text: str) -> Cleaned:
    """Return `text` without NUL characters, with lone surrogates replaced by U+FFFD."""
    nuls = text.count("\0")
    without = text.replace("\0", "") if nuls else text
    replaced, surrogates = SURROGATE.subn(REPLACEMENT, without)
    return Cleaned(replaced, nuls + surrogates)


def clean_document(raw: RawDocument) -> tuple[RawDocument, int]:
    """Return `raw` with every text of it clean, and the number of characters changed."""
    turns = [_clean_turn(turn) for turn in raw.turns]
    title, external_id, url = clean(raw.title), clean(raw.external_id), clean(raw.url or "")
    metadata, in_metadata = _clean_metadata(raw.metadata)
    count = sum(changed for _, changed in turns) + in_metadata
    count += title.count + external_id.count + url.count
    cleaned = replace(
        raw,
        title=title.text,
        external_id=external_id.text,
        url=url.text if raw.url is not None else None,
        metadata=metadata,
        turns=tuple(turn for turn, _ in turns),
    )
    return cleaned, count


def _clean_turn(turn: RawTurn) -> tuple[RawTurn, int]:
    text, speaker = clean(turn.text), clean(turn.speaker)
    reference = turn.reference
    if reference is not None:
        reference = replace(reference, value=clean(reference.value).text)
    cleaned = replace(turn, text=text.text, speaker=speaker.text, reference=reference)
    return cleaned, text.count + speaker.count


def _clean_metadata(metadata: Mapping[str, str]) -> tuple[dict[str, str], int]:
    pairs = [(clean(key), clean(value)) for key, value in metadata.items()]
    count = sum(key.count + value.count for key, value in pairs)
    return {key.text: value.text for key, value in pairs}, count
