"""What people do with metrics: describe one, import its values, import events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.core.fingerprints import sha256_bytes, sha256_text
from synth.core.ids import derive_id
from synth.errors import InputError
from synth.metrics import repo
from synth.metrics.calendars import read_country
from synth.metrics.hiding import hide_slices
from synth.metrics.importers.observations import read_observations
from synth.metrics.importers.person_values import PersonRow, read_person_values
from synth.metrics.importers.series_file import SeriesFile, SeriesRow
from synth.metrics.importers.table import Problems
from synth.metrics.naming import (
    bound_rows,
    check_among,
    metric_id,
    read_good,
    read_mark,
    read_name,
    read_settle_days,
)
from synth.metrics.segments import describe_segment, is_within, parse_segment
from synth.metrics.types import Good, Imported, Mark, Metric, PersonValue
from synth.people import actions as people
from synth.people import merge_repo
from synth.people import repo as people_repo
from synth.people.types import Reference, Role
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

#: (rows added, rows changed)
Written = tuple[int, int]


def put_metric(
    services: Services,
    actor: Actor,
    *,
    name: str,
    unit: str = "share",
    good: Good | str = Good.UP,
    description: str = "",
    target: float | None = None,
    exposure_event: str | None = None,
    outcome_event: str | None = None,
    settle_days: int = 0,
    source_names: Sequence[str] = (),
    mark: Mark | str | None = None,
    country: str | None = None,
) -> Metric:
    """Add a metric or overwrite what is said about it; its values stay.

    Raises:
        InputError: the name is empty, `good` is neither up nor down, the days are no period, or no
            holidays are known for the country.
        Conflict: the mark is taken, or files call another metric so.
    """
    require(actor, Action.IMPORT_METRICS)
    metric = Metric(
        id=metric_id(name),
        name=read_name(name),
        description=description.strip(),
        unit=unit.strip() or "value",
        good=read_good(good),
        target=target,
        exposure_event=exposure_event or None,
        outcome_event=outcome_event or None,
        settle_days=read_settle_days(settle_days),
        source_names=tuple(dict.fromkeys(read_name(one) for one in source_names)),
        mark=read_mark(mark),
        country=read_country(country),
    )
    with services.writing(actor.workspace_id) as uow:
        known = repo.find_metric(uow, metric.name)
        check_among(metric, repo.list_metrics(uow))
        metric = replace(metric, computed_from=known.computed_from if known else None)
        if known != metric:
            repo.save_metric(uow, metric, services.clock())
            record_act(
                services, uow, actor, action="metric.put", subject=("metric", metric.id), data={}
            )
    return metric


def import_observations(
    services: Services,
    actor: Actor,
    *,
    filename: str,
    text: str,
    metric: str | None = None,
    unit: str | None = None,
    good: Good | str | None = None,
) -> Imported:
    """Import a tidy series; metrics not known yet are added, the same file twice adds nothing.

    Raises:
        InputError: the header cannot be used, or no row can.
    """
    file = read_observations(filename, text, metric=metric)
    return import_series(
        services, actor, filename=filename, text=text, file=file, unit=unit, good=good
    )


def import_series(
    services: Services,
    actor: Actor,
    *,
    filename: str,
    text: str,
    file: SeriesFile,
    unit: str | None = None,
    good: Good | str | None = None,
) -> Imported:
    """Import the series read from a file of any format, each under the metric it is bound to.

    Raises:
        InputError: no row can be used.
    """
    require(actor, Action.IMPORT_METRICS)
    require_some(filename, file.rows, len(file.usable), file.problems)
    hidden = hide_slices(file, services.secret)

    def write(uow: UnitOfWork) -> Written:
        rows = bound_rows(hidden, repo.list_metrics(uow))
        _note_unknown_segments(uow, rows, file.problems)

        def put(name: str, own: Sequence[SeriesRow]) -> Written:
            said = unit or file.units.get(name) or _unit(own)
            metric = _ensure_metric(
                services, uow, name, unit=said, good=good, settle_days=file.settle_days
            )
            return repo.put_observations(uow, metric.id, [row.observation for row in own])

        return _write_per_metric(rows, put)

    return run_import(
        services, actor, "observations", filename, text, file.rows, file.problems, write
    )


def import_person_values(
    services: Services,
    actor: Actor,
    *,
    filename: str,
    text: str,
    metric: str | None = None,
    unit: str | None = None,
    good: Good | str | None = None,
) -> Imported:
    """Import one value per person; people not known yet are added, missing values stay missing.

    Raises:
        InputError: the header cannot be used, or no row can.
    """
    require(actor, Action.IMPORT_METRICS)
    file = read_person_values(filename, text, metric=metric)
    require_some(filename, file.rows, len(file.usable) + file.empty, file.problems)

    def write(uow: UnitOfWork) -> Written:
        ids = resolve_users(services, uow, (row.user_id for row in file.usable))
        for row in file.usable:
            if row.user_id not in ids:
                file.problems.add(people.LEFT, line=row.line)
        return _write_per_metric(
            [row for row in file.usable if row.user_id in ids],
            lambda name, rows: repo.put_person_values(
                uow,
                _ensure_metric(services, uow, name, unit=unit or "value", good=good).id,
                [_person_value(row, ids) for row in rows],
            ),
        )

    return run_import(
        services, actor, "person_values", filename, text, file.rows, file.problems, write
    )


def run_import(
    services: Services,
    actor: Actor,
    kind: str,
    filename: str,
    content: str | bytes,
    rows: int,
    problems: Problems,
    write: Callable[[UnitOfWork], Written],
) -> Imported:
    """Write in one transaction, keep what happened, leave an audit row if anything changed."""
    sha256 = sha256_text(content) if isinstance(content, str) else sha256_bytes(content)
    now = services.clock()
    with services.writing(actor.workspace_id) as uow:
        added, changed = write(uow)
        done = Imported(rows=rows, added=added, changed=changed, problems=problems.found())
        if added or changed:
            # Lines that show what was found may hold personal data: what is kept is redacted.
            kept = tuple(each.text for each in redact([filename, *done.problems]).texts)
            record = repo.ImportRecord(
                id=derive_id("metric import", kind, sha256),
                filename=kept[0],
                kind=kind,
                sha256=sha256,
                rows=rows,
                added=added,
                changed=changed,
                problems=kept[1:],
                imported_by=actor.member.id,
                imported_at=now,
            )
            repo.add_import(uow, record)
            counts = {"rows": rows, "added": added, "problems": len(done.problems)}
            subject = ("metric_import", record.id)
            record_act(
                services, uow, actor, action=f"metrics.import_{kind}", subject=subject, data=counts
            )
    return done


def redacted(done: Imported) -> Imported:
    """Return what an import did without personal data: a problem may quote a row of the file."""
    texts = [one.text for one in redact([*done.problems, *done.ignored]).texts]
    count = len(done.problems)
    return replace(done, problems=tuple(texts[:count]), ignored=tuple(texts[count:]))


def _write_per_metric(
    rows: Sequence[SeriesRow] | Sequence[PersonRow], write: Callable[..., Written]
) -> Written:
    added = changed = 0
    for name in dict.fromkeys(row.metric for row in rows):
        new, replaced = write(name, [row for row in rows if row.metric == name])
        added, changed = added + new, changed + replaced
    return added, changed


def _ensure_metric(
    services: Services,
    uow: UnitOfWork,
    name: str,
    *,
    unit: str,
    good: Good | str | None,
    settle_days: int = 0,
) -> Metric:
    """Return the metric of this name; a new one takes all given, one without values the days."""
    known = repo.find_metric(uow, read_name(name))
    if known is not None:
        if settle_days > known.settle_days and not repo.segments_of(uow, known.id):
            repo.save_metric(uow, replace(known, settle_days=settle_days), services.clock())
        return known
    metric = Metric(
        id=metric_id(name),
        name=read_name(name),
        description="",
        unit=unit,
        good=read_good(good or Good.UP),
        settle_days=settle_days,
    )
    repo.save_metric(uow, metric, services.clock())
    return metric


def _note_unknown_segments(uow: UnitOfWork, rows: Iterable[SeriesRow], problems: Problems) -> None:
    """Report slices that neither the metric nor any participant ever had; the rows are kept."""
    people_segments = [one.segments for one in people_repo.load(uow).values()]
    known: dict[str, list[dict[str, str]] | None] = {}
    reported: set[tuple[str, str]] = set()
    for row in rows:
        if row.metric not in known:
            known[row.metric] = _slices(uow, row.metric)
        slices = known[row.metric]
        for name, value in row.observation.segment.items() if slices is not None else ():
            pair = (name, value)
            if pair in reported or any(
                is_within(one, {name: value}) for one in [*(slices or []), *people_segments]
            ):
                continue
            reported.add(pair)
            slice_ = describe_segment({name: value})
            problems.add(f"unknown segment {slice_} for {row.metric}; kept as new", line=row.line)


def _slices(uow: UnitOfWork, name: str) -> list[dict[str, str]] | None:
    metric = repo.find_metric(uow, name)
    return (metric and [parse_segment(key) for key in repo.segments_of(uow, metric.id)]) or None


def resolve_users(services: Services, uow: UnitOfWork, user_ids: Iterable[str]) -> dict[str, str]:
    """Return the participant of each user id; people not known yet are added.

    Who withdrew is left out.
    """
    references = {
        user_id: Reference(namespace="user", value=user_id) for user_id in dict.fromkeys(user_ids)
    }
    ids = people.resolve(services, uow, ((ref, Role.PARTICIPANT) for ref in references.values()))
    gone = merge_repo.withdrawn(uow, ids.values())
    return {
        user_id: ids[reference]
        for user_id, reference in references.items()
        if ids[reference] not in gone
    }


def _person_value(row: PersonRow, ids: dict[str, str]) -> PersonValue:
    return PersonValue(
        participant_id=ids[row.user_id], ts=row.ts, value=row.value, target=row.target
    )


def require_some(filename: str, rows: int, usable: int, problems: Problems) -> None:
    """Raise InputError where no row can be used."""
    if usable:
        return
    raise InputError(
        "no row can be used" if rows else "no data rows",
        file=filename,
        found=problems.lines[0] if problems.lines else "only a header",
        expected="at least one row with a value",
    )


def _unit(rows: Sequence[SeriesRow]) -> str:
    shares = all(
        row.observation.denominator is not None
        and (row.observation.numerator or 0) <= row.observation.denominator
        for row in rows
    )
    return "share" if shares else "value"
