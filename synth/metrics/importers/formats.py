"""Recognises what a metric file is by its content, and hands it to the reader of its format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from synth.errors import InputError, UnsupportedFormat
from synth.metrics.importers import amplitude, dbt, ga4, mixpanel, posthog, prometheus
from synth.metrics.importers.dated_table import Lines, read_lines
from synth.metrics.importers.json_parts import load_json
from synth.metrics.importers.observations import read_observations
from synth.metrics.importers.series_file import SeriesFile, Wanted

#: Characters of a table that tell its format.
LOOKED_AT = 20_000


class Format(StrEnum):
    """What a metric file can be."""

    TIDY = "tidy"
    MIXPANEL = "mixpanel"
    AMPLITUDE = "amplitude"
    POSTHOG = "posthog"
    GA4 = "ga4"
    PROMETHEUS = "prometheus"
    DBT = "dbt"


@dataclass(frozen=True, kw_only=True)
class JsonReader:
    """A format that is a JSON document."""

    format: Format
    fits: Callable[[object], bool]
    read: Callable[[str, object, Wanted], SeriesFile]


JSON_READERS = (
    JsonReader(format=Format.MIXPANEL, fits=mixpanel.is_insights, read=mixpanel.read_json),
    JsonReader(format=Format.MIXPANEL, fits=mixpanel.is_segmentation, read=mixpanel.read_json),
    JsonReader(format=Format.AMPLITUDE, fits=amplitude.is_segmentation, read=amplitude.read_json),
    JsonReader(format=Format.GA4, fits=ga4.is_report, read=ga4.read_json),
    JsonReader(format=Format.PROMETHEUS, fits=prometheus.is_answer, read=prometheus.read_json),
    JsonReader(format=Format.POSTHOG, fits=posthog.is_insight, read=posthog.read_json),
)
TABLE_READERS: dict[Format, Callable[[str, str, Wanted], SeriesFile]] = {
    Format.MIXPANEL: mixpanel.read_csv,
    Format.AMPLITUDE: amplitude.read_csv,
    Format.POSTHOG: lambda file, text, wanted: amplitude.read_csv(
        file, text, wanted, format="posthog"
    ),
    Format.GA4: ga4.read_csv,
}


def read_series_file(
    file: str, text: str, wanted: Wanted, *, format: Format | None = None
) -> SeriesFile | dbt.NameFile:
    """Return the series of a file, or the metric names of a dbt one.

    Raises:
        InputError: the file cannot be used as the format it has, or is said to have.
        UnsupportedFormat: it is a JSON document of no format known.
    """
    body = text.removeprefix("\ufeff").lstrip()
    if body.startswith(("{", "[")):
        return _read_document(file, load_json(file, text), wanted, format)
    found = format or _table_format(body)
    if found is Format.DBT:
        return _read_names(file, dbt.read_yaml(file, text))
    if found is Format.TIDY:
        return read_observations(file, text, metric=wanted.metric, zone=wanted.zone)
    if found not in TABLE_READERS:
        raise InputError(f"{found} is read as JSON", file=file, found="a table")
    return TABLE_READERS[found](file, text, wanted)


def _read_document(
    file: str, document: object, wanted: Wanted, format: Format | None
) -> SeriesFile | dbt.NameFile:
    if format in (None, Format.DBT) and dbt.is_manifest(document):
        return _read_names(file, document)
    for reader in JSON_READERS:
        if format in (None, reader.format) and reader.fits(document):
            return reader.read(file, document, wanted)
    keys = ", ".join(list(document)[:8]) if isinstance(document, dict) else "a list"
    raise UnsupportedFormat(
        f"this JSON is no answer of {format or 'a metric source known here'}",
        file=file,
        found=keys,
        expected="Mixpanel insights or segmentation, Amplitude event segmentation, PostHog trends "
        "or funnel, GA4 runReport, Prometheus query_range, dbt manifest",
    )


def _read_names(file: str, document: object) -> dbt.NameFile:
    if not dbt.is_manifest(document):
        raise InputError("no metrics in it", file=file, expected="a top-level key `metrics`")
    return dbt.read_names(file, document)


def _table_format(body: str) -> Format:
    """Return the format of a table; one that nothing else fits is tidy, whose errors say most."""
    start = body[:LOOKED_AT]
    if start.startswith("#"):
        return Format.GA4
    if any(line.startswith("metrics:") for line in start.splitlines()):
        return Format.DBT
    lines = read_lines(start)
    header = [cell.casefold() for cell in lines.header] if lines.rows else []
    if "ts" in header or not header:
        return Format.TIDY
    if amplitude.is_chart(lines):
        return Format.POSTHOG if header[0] == "series" else Format.AMPLITUDE
    return _dated(header, lines)


def _dated(header: list[str], lines: Lines) -> Format:
    place = next((at for at, name in enumerate(header) if name in ("date", "time", "day")), None)
    if place is None or len(lines.rows) < 2:
        return Format.TIDY
    first = lines.rows[1][1]
    is_digits = place < len(first) and first[place].strip().isdigit()
    return Format.GA4 if is_digits else Format.MIXPANEL
