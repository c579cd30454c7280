"""Loads the sample study that ships with the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from synth.core.periods import parse_moment
from synth.metrics.types import Good
from synth.sample.truth import Truth, read_truth
from synth.sources.types import ReadOptions, SourceKind


@dataclass(frozen=True, kw_only=True)
class StudyFile:
    """A file as a researcher would upload it."""

    filename: str
    kind: SourceKind
    data: bytes
    options: ReadOptions


@dataclass(frozen=True, kw_only=True)
class MetricDefinition:
    """What `metrics.actions.put_metric` needs to know about a metric."""

    name: str
    description: str
    unit: str
    good: Good
    target: float | None
    exposure_event: str | None
    outcome_event: str | None


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything `synth demo` starts from."""

    title: str
    starts_at: datetime
    days: int
    files: tuple[StudyFile, ...]
    participants: str  #: CSV: user_id, name, email, role, segment.*, analyse, quote, llm, contact
    metrics: tuple[MetricDefinition, ...]
    observations: str  #: CSV: metric, ts, value, numerator, denominator, segment.plan
    events: str  #: CSV: ts, user_id, event, value, session_id
    truth: Truth


def load_study() -> Study:
    """Return the study, read from the package."""
    folder = files("synth.sample") / "study"
    about = tomllib.loads((folder / "study.toml").read_text("utf-8"))
    interviewers = tuple(about["interviewers"])
    return Study(
        title=about["title"],
        starts_at=parse_moment(about["starts_on"]),
        days=about["days"],
        files=tuple(_file(folder, entry, about["title"], interviewers) for entry in about["files"]),
        participants=(folder / "participants.csv").read_text("utf-8"),
        metrics=tuple(_metric(entry) for entry in about["metrics"]),
        observations=(folder / "metrics.csv").read_text("utf-8"),
        events=(folder / "events.csv").read_text("utf-8"),
        truth=read_truth((folder / "truth.json").read_text("utf-8")),
    )


def _file(
    folder: Traversable, entry: Mapping[str, Any], study: str, interviewers: tuple[str, ...]
) -> StudyFile:
    kind = SourceKind(entry["kind"])
    occurred_on = entry.get("occurred_on")
    return StudyFile(
        filename=entry["path"].rsplit("/", 1)[-1],
        kind=kind,
        data=folder.joinpath(*entry["path"].split("/")).read_bytes(),
        options=ReadOptions(
            kind=kind,
            study=study,
            interviewers=interviewers if kind is SourceKind.TRANSCRIPT else (),
            occurred_at=parse_moment(occurred_on) if occurred_on else None,
            method=entry["method"],
        ),
    )


def _metric(entry: Mapping[str, Any]) -> MetricDefinition:
    return MetricDefinition(
        name=entry["name"],
        description=entry["description"],
        unit=entry["unit"],
        good=Good(entry["good"]),
        target=entry.get("target"),
        exposure_event=entry.get("exposure_event"),
        outcome_event=entry.get("outcome_event"),
    )
