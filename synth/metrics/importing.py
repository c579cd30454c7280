"""Imports a metric file whatever tool it is from: series, or the names of metrics."""

from __future__ import annotations

from dataclasses import replace

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.metrics import actions, repo
from synth.metrics.importers.dbt import MetricName, NameFile
from synth.metrics.importers.formats import Format, read_series_file
from synth.metrics.importers.series_file import Wanted
from synth.metrics.naming import metric_id, read_good
from synth.metrics.types import Good, Imported, Metric
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


def import_metric_file(
    services: Services,
    actor: Actor,
    *,
    filename: str,
    text: str,
    metric: str | None = None,
    unit: str | None = None,
    good: Good | str | None = None,
    format: Format | None = None,
    timezone: str | None = None,
    breakdown: tuple[str, ...] = (),
) -> Imported:
    """Import series of any format known, recognised by content unless `format` says it.

    `timezone` is the IANA zone in which hours without an offset were counted; `breakdown` names
    the slices of an export that does not, or the columns that are slices.

    Raises:
        InputError: the file cannot be read, or no row of it can be used.
    """
    require(actor, Action.IMPORT_METRICS)
    wanted = Wanted(metric=metric, zone=timezone, breakdown=breakdown)
    file = read_series_file(filename, text, wanted, format=format)
    if isinstance(file, NameFile):
        return _import_names(services, actor, filename, text, file)
    return actions.import_series(
        services, actor, filename=filename, text=text, file=file, unit=unit, good=good
    )


def _import_names(
    services: Services, actor: Actor, filename: str, text: str, file: NameFile
) -> Imported:
    """Add metrics that have a name and no values yet: what themes can be tagged with."""
    actions.require_some(filename, file.rows, len(file.usable), file.problems)

    def write(uow: UnitOfWork) -> actions.Written:
        added = changed = 0
        for name in file.usable:
            known = repo.find_metric(uow, name.name)
            metric = _named_metric(name, known)
            if metric != known:
                repo.save_metric(uow, metric, services.clock())
                added, changed = added + (known is None), changed + (known is not None)
        return added, changed

    return actions.run_import(
        services, actor, "names", filename, text, file.rows, file.problems, write
    )


def _named_metric(name: MetricName, known: Metric | None) -> Metric:
    """Return the metric with what the file says of it; what only people said stays."""
    metric = known or Metric(
        id=metric_id(name.name), name=name.name, description="", unit="value", good=Good.UP
    )
    return replace(
        metric,
        description=name.description or metric.description,
        unit=name.unit or metric.unit,
        good=read_good(name.good or metric.good),
    )
