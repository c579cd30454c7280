"""JSON files of one value or one value per line, and fields of values that nobody checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from synth.sources.decoding import decode
from synth.sources.readers.speech import count_words
from synth.sources.types import Skip


@dataclass(frozen=True)
class JsonItems:
    """The objects of a file with the lines they stand on, and lines that are none."""

    items: tuple[tuple[int, Mapping[str, Any]], ...]
    skips: tuple[Skip, ...]
    envelope: str  #: the key the list stood under, "" for a bare list or object, "lines" for JSONL


@lru_cache(maxsize=1)
def read_items(data: bytes) -> JsonItems | None:
    """Return the objects of a JSON array, object or JSONL file, or None if it is no JSON."""
    text = decode(data).text.strip().lstrip("\ufeff")
    if not text.startswith(("{", "[")):
        return None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return _read_lines(text)
    return _from_value(whole)


def _from_value(whole: Any) -> JsonItems:
    if isinstance(whole, list):
        return _from_list(whole, "")
    for key in ("tickets", "documents", "notes"):
        if isinstance(whole, dict) and isinstance(whole.get(key), list):
            return _from_list(whole[key], key)
    return JsonItems(((1, whole),) if isinstance(whole, dict) else (), (), "")


def _from_list(values: list[Any], envelope: str) -> JsonItems:
    items = tuple((n, value) for n, value in enumerate(values, 1) if isinstance(value, dict))
    skips = tuple(
        Skip(reason="entry is no object", line=n, words=count_words(str(value)))
        for n, value in enumerate(values, 1)
        if not isinstance(value, dict)
    )
    return JsonItems(items, skips, envelope)


def _read_lines(text: str) -> JsonItems | None:
    """Return one object per line; None when not even one line is an object."""
    items: list[tuple[int, Mapping[str, Any]]] = []
    skips: list[Skip] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            items.append((number, value))
        else:
            skips.append(
                Skip(reason="line is no JSON object", line=number, words=count_words(line))
            )
    return JsonItems(tuple(items), tuple(skips), "lines") if items else None


def as_text(value: Any) -> str:
    """Return a field as text: strings as they are, whole numbers without a point, else ""."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_milliseconds(value: Any) -> int | None:
    """Return a field as whole milliseconds, or None if it is no number from 0 to a year."""
    try:
        number = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        return None
    return int(number) if 0 <= number <= 366 * 86_400_000 else None
