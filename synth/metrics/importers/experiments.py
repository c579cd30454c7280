"""Reads experiments: a CSV with a row per metric and variant, or the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from synth.errors import InputError
from synth.metrics.experiments import Arm, Experiment
from synth.metrics.importers.json_parts import load_json, mapping, sequence
from synth.metrics.importers.table import (
    Problems,
    moment,
    needed_number,
    needed_text,
    number,
    read_table,
)

REQUIRED = ("experiment", "metric", "variant", "n")
OPTIONAL = (
    "name",
    "conversions",
    "mean",
    "sd",
    "control",
    "starts",
    "ends",
    "exposure_event",
    "follows",
)
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n", ""}
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class ExperimentFile:
    """What a file of experiments holds."""

    rows: int
    usable: tuple[Experiment, ...]
    places: Mapping[str, int | str]  #: where each experiment begins, by its id
    problems: Problems


def read_experiments(file: str, text: str) -> ExperimentFile:
    """Return the experiments of a CSV, or of JSON with `experiments: [{id, metrics: [...]}]`.

    Raises:
        InputError: the header cannot be used, or the JSON holds no experiments.
    """
    problems = Problems(file)
    is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
    rows = list(_json_rows(file, text) if is_json else _table_rows(file, text))
    found: dict[str, Experiment] = {}
    places: dict[str, int | str] = {}
    for place, cells in rows:
        try:
            one = _experiment(cells)
            known = found.get(one.id)
            found[one.id] = _joined(known, one) if known else one
            places.setdefault(one.id, place)
        except InputError as error:
            problems.add(error.message, line=place)
    for key in [key for key, one in found.items() if not _is_compared(one)]:
        problems.add(f"{key}: a metric needs two variants at least", line=places[key])
        del found[key]
    return ExperimentFile(
        rows=len(rows), usable=tuple(found.values()), places=places, problems=problems
    )


def _table_rows(file: str, text: str) -> Iterator[tuple[int | str, Mapping[str, str]]]:
    for row in read_table(file, text, required=REQUIRED, optional=OPTIONAL):
        yield row.line, row.cells


def _json_rows(file: str, text: str) -> Iterator[tuple[int | str, Mapping[str, str]]]:
    document = load_json(file, text)
    given = document if isinstance(document, list) else mapping(document).get("experiments")
    if not isinstance(given, list):
        raise InputError(
            "no experiments in it", file=file, expected="a list, or the key `experiments`"
        )
    for number_, one in enumerate(given):
        about = mapping(one)
        common = {"experiment": about.get("id"), **_named(about, OPTIONAL)}
        for place, measured in enumerate(sequence(about.get("metrics"))):
            metric = mapping(measured).get("metric")
            for each, variant in enumerate(sequence(mapping(measured).get("variants"))):
                own = _named(mapping(variant), (*REQUIRED, *OPTIONAL))
                cells = {**common, "metric": metric, **own}
                at = f"experiments[{number_}].metrics[{place}].variants[{each}]"
                yield at, {key: _text(value) for key, value in cells.items()}


def _named(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _experiment(cells: Mapping[str, str]) -> Experiment:
    name = _short(cells, "experiment")
    starts = moment(cells, "starts") if cells.get("starts") else None
    ends = moment(cells, "ends") if cells.get("ends") else None
    if starts and ends and ends < starts:
        raise InputError("it ends before it starts", found=cells["ends"][:30])
    follows = cells.get("follows") or None
    if follows == name:
        raise InputError("it follows itself", found=name[:60])
    return Experiment(
        id=name,
        name=cells.get("name", "")[:LONGEST] or name,
        starts_at=starts,
        ends_at=ends,
        exposure_event=cells.get("exposure_event") or None,
        follows=follows,
        arms=[_arm(cells)],
    )


def _arm(cells: Mapping[str, str]) -> Arm:
    n = _whole(cells, "n", least=1)
    conversions = _whole(cells, "conversions", least=0) if cells.get("conversions") else None
    mean, sd = number(cells, "mean"), number(cells, "sd")
    if (conversions is None) == (mean is None):
        raise InputError("a variant has conversions, or mean and sd", expected="one of the two")
    if conversions is not None and conversions > n:
        raise InputError("more conversions than people", found=f"{conversions} of {n}")
    if mean is not None and (sd is None or sd < 0):
        raise InputError("a mean needs its sd", found=cells.get("sd") or "nothing")
    return Arm(
        metric=_short(cells, "metric"),
        variant=_short(cells, "variant"),
        is_control=_yes(cells.get("control", "")),
        n=n,
        conversions=conversions,
        mean=mean,
        sd=sd,
    )


def _joined(known: Experiment, more: Experiment) -> Experiment:
    """Return an experiment with one variant more; what its first row left open, the next may say.

    Raises:
        InputError: the variant is there already, or the metric is measured in two ways.
    """
    (arm,) = more.arms
    own = [one for one in known.arms if one.metric == arm.metric]
    if any(one.variant == arm.variant for one in own):
        raise InputError("a variant twice; the first is kept", found=f"{arm.metric}, {arm.variant}")
    if any((one.mean is None) != (arm.mean is None) for one in own):
        raise InputError("one metric with conversions and with a mean", found=arm.metric)
    if arm.is_control and any(one.is_control for one in own):
        raise InputError("two controls; the first is kept", found=f"{arm.metric}, {arm.variant}")
    return replace(
        known,
        name=more.name if known.name == known.id else known.name,
        starts_at=known.starts_at or more.starts_at,
        ends_at=known.ends_at or more.ends_at,
        exposure_event=known.exposure_event or more.exposure_event,
        follows=known.follows or more.follows,
        arms=[*known.arms, arm],
    )


def _is_compared(experiment: Experiment) -> bool:
    metrics = [arm.metric for arm in experiment.arms]
    return all(metrics.count(one) > 1 for one in metrics)


def _whole(cells: Mapping[str, str], column: str, *, least: int) -> int:
    value = needed_number(cells, column)
    if value < least or value != int(value):
        raise InputError(
            f"{column} is no count",
            found=cells[column][:30],
            expected=f"a whole number from {least}",
        )
    return int(value)


def _short(cells: Mapping[str, str], column: str) -> str:
    text = needed_text(cells, column)
    if len(text) > LONGEST:
        raise InputError(f"{column} is too long", found=f"{len(text)}", expected=f"{LONGEST}")
    return text


def _yes(text: str) -> bool:
    if text.casefold() not in YES | NO:
        raise InputError("control unclear", found=text[:30], expected="yes or no")
    return text.casefold() in YES
