"""What a metric may be called and marked as, and which metric a name in a file stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth.core.ids import derive_id
from synth.errors import Conflict, InputError
from synth.metrics.importers.series_file import SeriesFile, SeriesRow, without_repeats
from synth.metrics.types import Good, Mark, Metric

#: How many metrics can have a mark.
ROOM = {Mark.NORTH_STAR: 1, Mark.TOP: 10}
MARK_WORDS = {Mark.NORTH_STAR: "North Star", Mark.TOP: "top ten"}

#: Days for which a source may still change a value.
MOST_SETTLE_DAYS = 60


def read_name(name: str) -> str:
    """Return the name of a metric in one line."""
    named = " ".join(name.split())
    if not named or len(named) > 200:
        raise InputError("metric name", found=name[:60] or "nothing", expected="1-200 characters")
    return named


def metric_id(name: str) -> str:
    """Return the id of the metric of a name."""
    return derive_id("metric", read_name(name))


def read_good(good: Good | str) -> Good:
    """Return a direction by its name."""
    try:
        return Good(good)
    except ValueError:
        raise InputError("good direction", found=str(good)[:40], expected="up or down") from None


def read_settle_days(days: int) -> int:
    """Return days for which a source still changes values, if they are a period."""
    if not 0 <= days <= MOST_SETTLE_DAYS:
        raise InputError(
            "days until values are final", found=str(days), expected=f"0 to {MOST_SETTLE_DAYS}"
        )
    return days


def read_mark(mark: Mark | str | None) -> Mark | None:
    """Return a mark by its name; "" is none."""
    try:
        return Mark(mark) if mark else None
    except ValueError:
        expected = ", ".join(Mark)
        raise InputError("unknown mark", found=str(mark)[:40], expected=expected) from None


def check_among(metric: Metric, known: Sequence[Metric]) -> None:
    """Raise Conflict where a mark has no room left, or files call two metrics the same."""
    others = [one for one in known if one.id != metric.id]
    marked = [one.name for one in others if one.mark is metric.mark]
    if metric.mark is not None and len(marked) >= ROOM[metric.mark]:
        raise Conflict(
            f"the mark {MARK_WORDS[metric.mark]} is taken by {', '.join(sorted(marked))}: "
            "take it from one of them first"
        )
    for other in others:
        for name in {*metric.source_names} & {other.name, *other.source_names}:
            raise Conflict(f'"{name}" in files already stands for {other.name}')


def bound_rows(file: SeriesFile, known: Sequence[Metric]) -> tuple[SeriesRow, ...]:
    """Return the rows of a file, each under the metric that its name there stands for.

    Where two names stand for one metric, its first value of a time and slice is kept.
    """
    bound = {source: metric.name for metric in known for source in metric.source_names}
    if not any(row.metric in bound for row in file.usable):
        return file.usable
    rows = [replace(row, metric=bound.get(row.metric, row.metric)) for row in file.usable]
    return without_repeats(rows, file.problems)


def by_mark(metrics: Sequence[Metric]) -> list[Metric]:
    """Return metrics, the North Star first, then the top ten, then the others."""
    order = {Mark.NORTH_STAR: 0, Mark.TOP: 1, None: 2}
    return sorted(metrics, key=lambda one: (order[one.mark], one.name))
