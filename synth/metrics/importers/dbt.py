"""Reads metric names of dbt: manifest.json, semantic_manifest.json, or YAML with `metrics:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synth.errors import InputError
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.table import Problems


@dataclass(frozen=True, kw_only=True)
class MetricName:
    """A metric as dbt names it; it has no values here."""

    at: str
    name: str
    description: str  #: label and description
    unit: str | None
    good: str | None


@dataclass(frozen=True, kw_only=True)
class NameFile:
    """What a file of metric names holds."""

    rows: int
    usable: tuple[MetricName, ...]
    problems: Problems


def is_manifest(document: object) -> bool:
    """Return whether a document is a manifest, or YAML, with metrics."""
    found = mapping(document).get("metrics")
    if isinstance(found, dict):
        return any("name" in mapping(one) for one in found.values())
    return isinstance(found, list) and any("name" in mapping(one) for one in found)


def read_yaml(file: str, text: str) -> Any:
    """Return the document of a YAML file.

    Raises:
        InputError: it is none; names the line.
    """
    import yaml

    try:
        return yaml.safe_load(text.removeprefix("\ufeff"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            "not YAML",
            file=file,
            line=mark.line + 1 if mark else None,
            found=str(getattr(error, "problem", error))[:80],
        ) from None


def read_names(file: str, document: object) -> NameFile:
    """Return the metrics named; a name said twice counts once."""
    problems = Problems(file)
    found = mapping(document).get("metrics")
    given = (
        [(f"metrics.{key}", one) for key, one in found.items()]
        if isinstance(found, dict)
        else [(f"metrics[{place}]", one) for place, one in enumerate(sequence(found))]
    )
    names: dict[str, MetricName] = {}
    for name in _names(given, problems):
        if names.setdefault(name.name, name) is not name:
            problems.add(f"{name.name} is named twice; the first is kept", line=name.at)
    return NameFile(rows=len(given), usable=tuple(names.values()), problems=problems)


def _names(given: list[tuple[str, Any]], problems: Problems) -> Iterator[MetricName]:
    for at, one in given:
        metric = mapping(one)
        name, meta = word(metric.get("name")), _meta(metric)
        if not name or len(name) > 200:
            problems.add("metric without a name; expected 1-200 characters", line=at)
            continue
        label, about = word(metric.get("label")), word(metric.get("description"))
        yield MetricName(
            at=at,
            name=name,
            description=". ".join(part.rstrip(".") for part in (label, about) if part),
            unit=word(meta.get("unit"))[:32] or None,
            good=_good(word(meta.get("good")), at, problems),
        )


def _meta(metric: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `meta`, which stands beside the name or below `config`."""
    return {**mapping(metric.get("meta")), **mapping(mapping(metric.get("config")).get("meta"))}


def _good(said: str, at: str, problems: Problems) -> str | None:
    if said and said not in ("up", "down"):
        problems.add(f"meta.good; found {said[:30]}; expected up or down", line=at)
        return None
    return said or None
