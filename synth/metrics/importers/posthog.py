"""Reads PostHog insights as JSON: trends over time, and the steps of a funnel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from synth.errors import InputError
from synth.metrics.importers.buckets import is_date
from synth.metrics.importers.json_parts import mapping, sequence, word
from synth.metrics.importers.series_file import Cell, Cells, SeriesFile, Wanted, segment_name

#: What stands for people without a value, and for the rare values together.
SPECIAL = {
    "$$_posthog_breakdown_null_$$": "(none)",
    "$$_posthog_breakdown_other_$$": "(other)",
}


def is_insight(document: object) -> bool:
    """Return whether a document is the answer of an insight."""
    items = _flat(_results(document))
    return bool(items) and all(_is_trend(item) or _is_step(item) for item in items)


def read_json(file: str, document: object, wanted: Wanted) -> SeriesFile:
    """Return the series of a trend, or each step of a funnel as a share of the step before.

    Raises:
        InputError: a funnel does not say until when it counts.
    """
    zone = wanted.zone or word(mapping(document).get("timezone")) or None
    results, cells = _results(document), Cells(file, replace(wanted, zone=zone))
    names = wanted.breakdown or _breakdowns(document)
    if any(_is_step(item) for item in _flat(results)):
        until = _until(file, document)
        found = _funnels(results, wanted.metric or _title(document) or "funnel", names, until)
    else:
        found = _trends(results, wanted, names, cells)
    for cell in found:
        cells.add(cell)
    return cells.finish("posthog")


def _results(document: object) -> Sequence[Any]:
    if isinstance(document, list):
        return document
    found = mapping(document)
    return sequence(found.get("result")) or sequence(found.get("results"))


def _flat(results: Sequence[Any]) -> list[Any]:
    return [one for item in results for one in (item if isinstance(item, list) else [item])]


def _is_trend(item: object) -> bool:
    found = mapping(item)
    return isinstance(found.get("data"), list) and isinstance(found.get("days"), list)


def _is_step(item: object) -> bool:
    found = mapping(item)
    return "order" in found and "count" in found and "data" not in found


def _trends(
    results: Sequence[Any], wanted: Wanted, names: Sequence[str], cells: Cells
) -> Iterator[Cell]:
    metrics = {_trend_name(mapping(item)) for item in results}
    for place, item in enumerate(results):
        found = mapping(item)
        if word(found.get("compare_label")) == "previous":
            cells.problems.add("the previous period is left out", line=f"result[{place}]")
            continue
        named = wanted.metric if len(metrics) == 1 else None
        segment = _segment(found, names)
        for day, (when, value) in enumerate(zip(found["days"], found["data"], strict=False)):
            yield Cell(
                at=f"result[{place}].data[{day}]",
                metric=named or _trend_name(found),
                when=word(when),
                value=value,
                segment=segment,
            )


def _trend_name(item: Mapping[str, Any]) -> str:
    action = mapping(item.get("action"))
    return word(action.get("custom_name")) or word(action.get("name")) or word(item.get("label"))


def _funnels(results: Sequence[Any], name: str, names: Sequence[str], until: str) -> Iterator[Cell]:
    is_nested = any(isinstance(item, list) for item in results)
    for place, steps in enumerate(results if is_nested else [results]):
        at = f"result[{place}]" if is_nested else "result"
        ordered = sorted(enumerate(sequence(steps)), key=lambda pair: pair[1].get("order") or 0)
        for (_, before), (number, step) in pairwise(ordered):
            yield _step(name, before, step, names, until, at=f"{at}[{number}]")


def _step(
    name: str,
    before: Mapping[str, Any],
    step: Mapping[str, Any],
    names: Sequence[str],
    until: str,
    *,
    at: str,
) -> Cell:
    above, below = float(step.get("count") or 0), float(before.get("count") or 0)
    # A step that nobody could take has no share.
    share = above / below if below > 0 else None
    return Cell(
        at=at,
        metric=f"{name}: {_step_name(before)} to {_step_name(step)}",
        when=until,
        value=share,
        segment=_segment(step, names),
        counts=(above, below),
    )


def _step_name(step: Mapping[str, Any]) -> str:
    return word(step.get("custom_name")) or word(step.get("name")) or f"step {step.get('order')}"


def _segment(item: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    value = item.get("breakdown_value")
    values = value if isinstance(value, list) else [value]
    return {
        names[place] if place < len(names) else "breakdown": SPECIAL.get(word(one), word(one))
        for place, one in enumerate(values)
        if one is not None and word(one)
    }


def _breakdowns(document: object) -> tuple[str, ...]:
    """Return the names of the properties an insight is broken down by, old and new query form."""
    found = mapping(document)
    old = mapping(found.get("filters")).get("breakdown")
    new = mapping(_source(found).get("breakdownFilter"))
    several = [mapping(one).get("property") for one in sequence(new.get("breakdowns"))]
    given = several or [new.get("breakdown") or old]
    flat = [one for each in given for one in (each if isinstance(each, list) else [each])]
    return tuple(segment_name(word(one)) for one in flat if word(one))


def _source(found: Mapping[str, Any]) -> Mapping[str, Any]:
    query = mapping(found.get("query"))
    return mapping(query.get("source")) or query


def _title(document: object) -> str:
    return word(mapping(document).get("name"))


def _until(file: str, document: object) -> str:
    """Return the last day a funnel counts."""
    found = mapping(document)
    said = (
        mapping(found.get("resolved_date_range")).get("date_to"),
        mapping(_source(found).get("dateRange")).get("date_to"),
        mapping(found.get("filters")).get("date_to"),
        found.get("last_refresh"),
    )
    until = next((word(one)[:10] for one in said if is_date(word(one)[:10])), "")
    if not until:
        raise InputError(
            "the funnel does not say until when it counts",
            file=file,
            found="no date_to and no last_refresh",
            expected="the insight with its filters",
        )
    return until
