"""What people do with metrics: describe one, import its values, import events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.audit import repo as audit
from synth.core.fingerprints import sha256_bytes, sha256_text
from synth.core.ids import derive_id
from synth.errors import InputError
from synth.metrics import repo
from synth.metrics.importers.observations import read_observations
from synth.metrics.importers.person_values import PersonRow, read_person_values
from synth.metrics.importers.series_file import SeriesRow
from synth.metrics.importers.table import Problems
from synth.metrics.segments import describe_segment, is_within, parse_segment
from synth.metrics.types import Good, Imported, Metric, PersonValue
from synth.people import actions as people
from synth.people import repo as people_repo
from synth.people.types import Reference, Role
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork

#: Days for which a source may still change a value.
MOST_SETTLE_DAYS = 60

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
) -> Metric:
    """Add a metric or overwrite what is said about it; its values stay.

    Raises:
        InputError: the name is empty, `good` is neither up nor down, or the days are no period.
    """
    require(actor, Action.IMPORT_METRICS)
    metric = Metric(
        id=_metric_id(name),
        name=_named(name),
        description=description.strip(),
        unit=unit.strip() or "value",
        good=_good(good),
        target=target,
        exposure_event=exposure_event or None,
        outcome_event=outcome_event or None,
        settle_days=_settle_days(settle_days),
    )
    with services.writing(actor.workspace_id) as uow:
        known = repo.find_metric(uow, metric.name)
        metric = replace(metric, computed_from=known.computed_from if known else None)
        if known != metric:
            repo.save_metric(uow, metric, services.clock())
            _audit(services, uow, actor, "metric.put", ("metric", metric.id), {})
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
    require(actor, Action.IMPORT_METRICS)
    file = read_observations(filename, text, metric=metric)
    require_some(filename, file.rows, len(file.usable), file.problems)

    def write(uow: UnitOfWork) -> Written:
        _note_unknown_segments(uow, file.usable, file.problems)
        return _write_per_metric(
            file.usable,
            lambda name, rows: repo.put_observations(
                uow,
                _ensure_metric(services, uow, name, unit=unit or _unit(rows), good=good).id,
                [row.observation for row in rows],
            ),
        )

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
        return _write_per_metric(
            file.usable,
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
            _audit(services, uow, actor, f"metrics.import_{kind}", subject, counts)
    return done


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
) -> Metric:
    """Return the metric of this name; a new one takes the unit and direction given."""
    known = repo.find_metric(uow, _named(name))
    if known is not None:
        return known
    metric = Metric(
        id=_metric_id(name),
        name=_named(name),
        description="",
        unit=unit,
        good=_good(good or Good.UP),
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
    """Return the participant of each user id; people not known yet are added."""
    references = {
        user_id: Reference(namespace="user", value=user_id) for user_id in dict.fromkeys(user_ids)
    }
    ids = people.resolve(services, uow, ((ref, Role.PARTICIPANT) for ref in references.values()))
    return {user_id: ids[reference] for user_id, reference in references.items()}


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


def _named(name: str) -> str:
    named = " ".join(name.split())
    if not named or len(named) > 200:
        raise InputError("metric name", found=name[:60] or "nothing", expected="1-200 characters")
    return named


def _metric_id(name: str) -> str:
    return derive_id("metric", _named(name))


def _good(good: Good | str) -> Good:
    try:
        return Good(good)
    except ValueError:
        raise InputError("good direction", found=str(good)[:40], expected="up or down") from None


def _settle_days(days: int) -> int:
    if not 0 <= days <= MOST_SETTLE_DAYS:
        raise InputError(
            "days until values are final", found=str(days), expected=f"0 to {MOST_SETTLE_DAYS}"
        )
    return days


def _audit(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    action: str,
    subject: tuple[str, str],
    data: dict[str, int],
) -> None:
    audit.append(
        uow,
        services.secret,
        at=services.clock(),
        actor_id=actor.member.id,
        action=action,
        subject=subject,
        data=dict(data),
    )
