"""Exports of analytics tools come in as the observations a tidy CSV of the same numbers gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from synth.errors import InputError, UnsupportedFormat
from synth.metrics.importers import dbt
from synth.metrics.importers.formats import Format, read_series_file
from synth.metrics.importers.series_file import SeriesFile, Wanted, segment_name
from synth.metrics.segments import segment_key

TIDY = """metric,ts,value,segment.{slice}
{metric},2026-03-07,12,{a}
{metric},2026-03-08,9,{a}
{metric},2026-03-07,4,{b}
{metric},2026-03-08,3,{b}
"""


def read(text: object, **wanted: Any) -> SeriesFile:
    body = text if isinstance(text, str) else json.dumps(text)
    found = read_series_file("export", body, Wanted(**wanted))
    assert isinstance(found, SeriesFile)
    return found


def values(file: SeriesFile) -> set[tuple[object, ...]]:
    return {
        (
            row.metric,
            row.observation.ts,
            row.observation.value,
            segment_key(row.observation.segment),
        )
        for row in file.usable
    }


SLICED = {
    "mixpanel insights": (
        {
            "computed_at": "2026-03-09T08:00:00.1+00:00",
            "date_range": {"from_date": "2026-03-07T00:00:00-08:00"},
            "headers": ["$metric", "Plan"],
            "series": {
                "signup": {
                    "pro": {"2026-03-07T00:00:00-08:00": 12, "2026-03-08T00:00:00-08:00": 9},
                    "free": {"2026-03-07T00:00:00-08:00": 4, "2026-03-08T00:00:00-08:00": 3},
                }
            },
        },
        {},
        Format.MIXPANEL,
    ),
    "mixpanel segmentation": (
        {
            "legend_size": 2,
            "data": {
                "series": ["2026-03-07", "2026-03-08"],
                "values": {
                    "pro": {"2026-03-07": 12, "2026-03-08": 9},
                    "free": {"2026-03-07": 4, "2026-03-08": 3},
                },
            },
        },
        {"metric": "signup", "breakdown": ("plan",)},
        Format.MIXPANEL,
    ),
    "mixpanel csv": (
        "Date,Plan,signup\n2026-03-07,pro,12\n2026-03-08,pro,9\n"
        "2026-03-07,free,4\n2026-03-08,free,3\n",
        {},
        Format.MIXPANEL,
    ),
    "amplitude json": (
        {
            "data": {
                "xValues": ["2026-03-07", "2026-03-08"],
                "seriesLabels": [[0, "pro"], [0, "free"]],
                "series": [[12, 9], [4, 3]],
            }
        },
        {"metric": "signup", "breakdown": ("plan",)},
        Format.AMPLITUDE,
    ),
    "amplitude csv": (
        '"\tSign-ups by plan"\n\n"Event","Plan","Mar 7, 2026","Mar 8, 2026"\n'
        '"\tsignup","\tpro","12","9"\n"\tsignup","\tfree","4","3"\n',
        {},
        Format.AMPLITUDE,
    ),
    "posthog trends": (
        {
            "query": {"source": {"breakdownFilter": {"breakdowns": [{"property": "plan"}]}}},
            "results": [
                {
                    "action": {"name": "signup"},
                    "label": "pro",
                    "days": ["2026-03-07", "2026-03-08"],
                    "data": [12, 9],
                    "breakdown_value": ["pro"],
                },
                {
                    "action": {"name": "signup"},
                    "label": "free",
                    "days": ["2026-03-07", "2026-03-08"],
                    "data": [4.0, 3.0],
                    "breakdown_value": ["free"],
                },
            ],
        },
        {},
        Format.POSTHOG,
    ),
    "ga4 runReport": (
        {
            "dimensionHeaders": [{"name": "date"}, {"name": "plan"}],
            "metricHeaders": [{"name": "signup", "type": "TYPE_INTEGER"}],
            "rows": [
                {
                    "dimensionValues": [{"value": day}, {"value": plan}],
                    "metricValues": [{"value": n}],
                }
                for day, plan, n in (
                    ("20260307", "pro", "12"),
                    ("20260308", "pro", "9"),
                    ("20260307", "free", "4"),
                    ("20260308", "free", "3"),
                )
            ],
            "metadata": {"timeZone": "America/Los_Angeles", "currencyCode": "USD"},
            "kind": "analyticsData#runReport",
        },
        {},
        Format.GA4,
    ),
    "ga4 csv": (
        "# ----------------------------------------\n# Free form 1\n"
        "# Start date: 20260307\n# End date: 20260308\n"
        "# ----------------------------------------\n\n"
        "Date,Plan,signup\n20260307,pro,12\n20260308,pro,9\n20260307,free,4\n20260308,free,3\n"
        ",,28,Grand total\n",
        {},
        Format.GA4,
    ),
    "prometheus": (
        {
            "status": "success",
            "data": {
                "resultType": "matrix",
                "result": [
                    {
                        "metric": {"__name__": "signup", "plan": "pro"},
                        "values": [[1772841600, "12"], [1772928000, "9"]],
                    },
                    {
                        "metric": {"__name__": "signup", "plan": "free"},
                        "values": [[1772841600, "4"], [1772928000, "3"]],
                    },
                ],
            },
        },
        {},
        Format.PROMETHEUS,
    ),
}


@pytest.mark.parametrize(("text", "wanted", "format"), SLICED.values(), ids=SLICED)
def test_an_export_gives_what_the_tidy_file_gives(
    text: object, wanted: dict[str, Any], format: Format
) -> None:
    found = read(text, **wanted)
    tidy = read(TIDY.format(metric="signup", slice="plan", a="pro", b="free"))
    assert found.format == format
    assert values(found) == values(tidy)
    assert found.problems.found() == ()
    assert found.settle_days == (3 if format is Format.GA4 else 0)


def test_the_answer_for_everybody_has_no_slice() -> None:
    day = "2026-03-07T00:00:00+01:00"
    series = {"signup": {"$overall": {day: 16}, "pro": {day: 12}}}
    found = read({"headers": ["$metric", "Plan"], "date_range": {}, "series": series})
    assert {(row.observation.value, *row.observation.segment.items()) for row in found.usable} == {
        (16.0,),
        (12.0, ("plan", "pro")),
    }


def test_without_a_metric_named_the_keys_are_metrics() -> None:
    data = {"series": ["2026-03-07"], "values": {"a": {"2026-03-07": 1}, "b": {"2026-03-07": 2}}}
    assert {row.metric for row in read({"data": data}).usable} == {"a", "b"}


def test_a_funnel_gives_each_step_as_a_share_of_the_one_before() -> None:
    steps = [
        {"order": 0, "name": "open", "count": 200},
        {"order": 1, "name": "connect", "custom_name": "Connect", "count": 50},
        {"order": 2, "name": "invite", "count": 0},
        {"order": 3, "name": "pay", "count": 0},
    ]
    found = read({"name": "Setup", "result": steps, "filters": {"date_to": "2026-03-08"}})
    assert [
        (row.metric, row.observation.numerator, row.observation.denominator) for row in found.usable
    ] == [("Setup: open to Connect", 50, 200), ("Setup: Connect to invite", 0, 50)]
    assert {str(row.observation.ts.date()) for row in found.usable} == {"2026-03-08"}


def test_a_funnel_by_slice_keeps_its_slices() -> None:
    steps = [
        [
            {"order": 0, "name": "a", "count": 10, "breakdown_value": [browser]},
            {"order": 1, "name": "b", "count": n, "breakdown_value": [browser]},
        ]
        for browser, n in (("Chrome", 5), ("$$_posthog_breakdown_other_$$", 2))
    ]
    query = {"source": {"breakdownFilter": {"breakdown": "$browser"}}}
    found = read({"result": steps, "query": query, "last_refresh": "2026-03-08T10:00:00Z"})
    assert {
        (row.observation.segment["browser"], row.observation.value) for row in found.usable
    } == {
        ("Chrome", 0.5),
        ("(other)", 0.2),
    }


def test_a_table_of_nth_days_counts_from_the_start_date() -> None:
    text = (
        "# Start date: 20260307\n# End date: 20260308\nNth day,Active users\n0000,12\n0001,9\n"
        "#\n# Start date: 20260307\n# End date: 20260308\nCountry,Active users\nFrance,7\n"
    )
    found = read(text)
    assert [(str(r.observation.ts.date()), r.observation.value) for r in found.usable] == [
        ("2026-03-07", 12),
        ("2026-03-08", 9),
    ]
    (problem,) = found.problems.found()
    assert problem.startswith("export:9: table left out: no date column")


def test_hours_of_an_insight_are_of_the_zone_it_names() -> None:
    one = {"label": "opens", "days": ["2026-03-08 00:00:00", "2026-03-08 01:00:00"], "data": [3, 4]}
    found = read({"results": [one], "timezone": "Asia/Kolkata"})
    assert [f"{row.observation.ts:%d %H:%M}" for row in found.usable] == ["07 18:30", "07 19:30"]


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "x"])
def test_gaps_stay_missing_and_values_that_are_no_numbers_are_named(value: str) -> None:
    start = 1772841600
    pairs = [[start, "1"], [start + 60, value], [start + 240, "0"]]
    result = {"metric": {"__name__": "up"}, "values": pairs}
    found = read({"status": "success", "data": {"resultType": "matrix", "result": [result]}})
    assert [row.observation.ts.minute for row in found.usable] == [0, 4]
    (problem,) = found.problems.found()
    assert problem.startswith(f"export:data.result[0].values[1]: value is no number; found {value}")


@pytest.mark.parametrize(
    ("cell", "value"), [("1,234", 1234.0), ("62.5%", 0.625), ("-3", -3.0), ("1e3", 1000.0)]
)
def test_numbers_as_charts_write_them(cell: str, value: float) -> None:
    found = read(f'Date,m\n2026-03-07,"{cell}"\n2026-03-08,1\n2026-03-09,\n')
    assert [row.observation.value for row in found.usable] == [value, 1.0]


def test_a_bad_cell_is_named_and_the_others_are_kept() -> None:
    found = read("Date,m\n2026-03-07,1\nyesterday,2\n2026-03-08,oops\n2026-03-09,4\n2026-03-09,5\n")
    assert [row.observation.value for row in found.usable] == [1.0, 4.0]
    assert [line.partition("; ")[0] for line in found.problems.found()] == [
        "export:3: ts is no date",
        "export:4: value is no number",
        "export:6: repeats line 5 with another value",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1}', "no answer of a metric source"),
        ('{"data": [', "not JSON"),
        (json.dumps({"status": "error", "error": "bad_data"}), "found bad_data"),
        (json.dumps({"status": "success", "data": {"resultType": "vector"}}), "query_range"),
        (
            json.dumps({"dimensionHeaders": [{"name": "country"}], "metricHeaders": []}),
            "the report has no date",
        ),
        (
            json.dumps({"data": {"xValues": ["2026-03-07"], "series": [[1]]}}),
            "does not name its event",
        ),
        (
            json.dumps({"headers": [], "series": {"m": {"all": 3}}}),
            "a total instead of values over time",
        ),
        (
            json.dumps([{"order": 0, "count": 2, "name": "a"}]),
            "does not say until when",
        ),
        ("# only\n# comments\n", "only comments"),
        ("Date,Plan\n2026-03-07,pro\n", "no column of numbers"),
    ],
    ids=[
        "unknown",
        "cut off",
        "error",
        "vector",
        "ga4",
        "amplitude",
        "total",
        "funnel",
        "#",
        "csv",
    ],
)
def test_a_file_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises((InputError, UnsupportedFormat), match=says):
        read(text)


def test_metric_names_of_dbt_are_a_vocabulary() -> None:
    text = """
metrics:
  - name: activation_rate
    label: Activation rate
    description: Share of trials that connect a calendar.
    type: ratio
    config:
      meta: {unit: share, good: up}
  - name: churned_accounts
    meta: {unit: count, good: sideways}
  - label: nameless
  - name: activation_rate
"""
    found = read_series_file("schema.yml", text, Wanted())
    assert isinstance(found, dbt.NameFile)
    assert [(one.name, one.unit, one.good) for one in found.usable] == [
        ("activation_rate", "share", "up"),
        ("churned_accounts", "count", None),
    ]
    assert found.usable[0].description == (
        "Activation rate. Share of trials that connect a calendar"
    )
    assert [line.split(": ")[0] for line in found.problems.found()] == [
        "schema.yml:metrics[1]",
        "schema.yml:metrics[2]",
        "schema.yml:metrics[3]",
    ]
    manifest = {"metadata": {}, "metrics": {"metric.p.mrr": {"name": "mrr", "label": "MRR"}}}
    named = read_series_file("manifest.json", json.dumps(manifest), Wanted())
    assert isinstance(named, dbt.NameFile)
    assert [(one.name, one.description) for one in named.usable] == [("mrr", "MRR")]


@pytest.mark.parametrize(
    ("text", "name"),
    [("Device category", "device_category"), ("deviceCategory", "device_category"),
     ("$browser", "browser"), ("OS", "os"), ("  ", "series")],
)  # fmt: skip
def test_slices_have_one_spelling(text: str, name: str) -> None:
    assert segment_name(text) == name
