"""Personal data in the slices of a series file: replaced by what nobody can read back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from synth.metrics.importers.series_file import SeriesFile, SeriesRow
from synth.sources.redaction import redact

#: Looks like the number of a version in a slice, and is one nearly always.
VERSION = "ip"
DIGITS = 8


def hide_slices(file: SeriesFile, secret: bytes) -> SeriesFile:
    """Return the file with every name and value of a slice that holds personal data replaced.

    There stands its kind and the start of a hash keyed with `secret` (HMAC-SHA-256), so that
    slices stay apart and a later file finds the same one. The problems say where it was.
    """
    pairs = [pair for row in file.usable for pair in row.observation.segment.items()]
    tokens = _tokens(sorted({text for pair in pairs for text in pair}), secret)
    if not tokens:
        return file
    told: set[str] = set()
    for row in file.usable:
        for token in _held(row, tokens):
            if token not in told:
                told.add(token)
                file.problems.add(f"personal data in a slice; kept as {token}", line=row.line)
    return replace(file, usable=tuple(_hide(row, tokens) for row in file.usable))


def _tokens(texts: list[str], secret: bytes) -> dict[str, str]:
    """Return what replaces each of the texts that holds personal data."""
    tokens = {}
    for text, found in zip(texts, redact(texts).texts, strict=True):
        kinds = [one.kind for one in found.redactions if one.kind != VERSION]
        if kinds:
            digest = hmac.new(secret, f"slice:{text}".encode(), hashlib.sha256).hexdigest()
            tokens[text] = f"[{kinds[0].replace('_', ' ')} {digest[:DIGITS]}]"
    return tokens


def _held(row: SeriesRow, tokens: Mapping[str, str]) -> list[str]:
    texts = [text for pair in row.observation.segment.items() for text in pair]
    return [tokens[text] for text in texts if text in tokens]


def _hide(row: SeriesRow, tokens: Mapping[str, str]) -> SeriesRow:
    if not _held(row, tokens):
        return row
    segment = {
        tokens.get(name, name): tokens.get(value, value)
        for name, value in row.observation.segment.items()
    }
    return replace(row, observation=replace(row.observation, segment=segment))
