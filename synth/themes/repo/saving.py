"""SQL of saving a run beside the one that is shown, bit by bit: unseen until it is complete."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, update

from synth.store.tables.themes import theme_members, theme_runs, themes
from synth.store.unit_of_work import Row, UnitOfWork
from synth.themes.edits import StoredTheme
from synth.themes.repo.members import member_row
from synth.themes.repo.runs import theme_row, write_themes
from synth.themes.types import Member, ThemeRun


def begin_run(
    uow: UnitOfWork, run: ThemeRun, *, created_by: str, found: Iterable[StoredTheme]
) -> None:
    """Store a run that nobody sees, and those of its themes that were never there before."""
    values = {**_run_row(run), "chunks": 0, "unthemed": 0}
    marks = {"is_current": False, "is_complete": False, "created_by": created_by}
    uow.upsert(theme_runs, [values | marks])
    uow.insert_missing(themes, (theme_row(run.id, theme) for theme in found))


def add_members(uow: UnitOfWork, run_id: str, members: Collection[Member]) -> bool:
    """Add passages to a run begun; return False where it is gone: another one was faster."""
    if uow.row(_begun(uow, run_id).with_for_update(key_share=True)) is None:
        return False
    uow.insert(theme_members, (member_row(run_id, member) for member in members))
    loose = sum(member.shown.theme_id is None for member in members)
    uow.execute(
        update(theme_runs)
        .where(*_is(uow, run_id))
        .values(chunks=theme_runs.c.chunks + len(members), unthemed=theme_runs.c.unthemed + loose)
    )
    return True


def publish_run(uow: UnitOfWork, run: ThemeRun, found: Iterable[StoredTheme]) -> bool:
    """Show a run whose passages are all there, and its themes; return False where some are not."""
    held = select(func.count()).where(
        theme_members.c.workspace_id == uow.workspace_id, theme_members.c.run_id == run.id
    )
    begun = uow.row(_begun(uow, run.id).with_for_update())
    if begun is None or uow.scalar(held) != run.chunks:
        return False
    shown = theme_runs.c.id == run.id
    uow.execute(
        update(theme_runs)
        .where(theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.is_current | shown)
        .values(is_current=shown, is_complete=True)
    )
    write_themes(uow, run.id, found)
    return True


def save_run(
    uow: UnitOfWork,
    run: ThemeRun,
    *,
    created_by: str,
    found: Sequence[StoredTheme],
    members: Collection[Member],
) -> None:
    """Store a small run at once and make it the current one."""
    begin_run(uow, run, created_by=created_by, found=found)
    add_members(uow, run.id, members)
    publish_run(uow, run, found)


def unfinished_runs(uow: UnitOfWork) -> list[str]:
    """Return the runs that were begun and are not complete."""
    begun = select(theme_runs.c.id).where(
        theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.is_complete.is_(False)
    )
    return [row["id"] for row in uow.rows(begun.order_by(theme_runs.c.id))]


def drop_members(uow: UnitOfWork, run_id: str, *, most: int) -> int:
    """Remove some passages of an unfinished run; return how many: 0 where none are left."""
    if uow.row(_begun(uow, run_id).with_for_update()) is None:
        return 0
    in_run = and_(
        theme_members.c.workspace_id == uow.workspace_id, theme_members.c.run_id == run_id
    )
    some = select(theme_members.c.chunk_id).where(in_run).limit(most)
    return uow.execute(delete(theme_members).where(in_run, theme_members.c.chunk_id.in_(some)))


def drop_run(uow: UnitOfWork, run_id: str) -> None:
    """Remove an unfinished run without passages, and its themes that no other run holds."""
    if uow.row(_begun(uow, run_id).with_for_update()) is None:
        return
    of_run = and_(themes.c.workspace_id == uow.workspace_id, themes.c.run_id == run_id)
    held = exists().where(
        theme_members.c.workspace_id == themes.c.workspace_id,
        theme_members.c.theme_id == themes.c.id,
    )
    uow.execute(delete(themes).where(of_run, ~held))
    uow.execute(delete(theme_runs).where(*_is(uow, run_id), ~exists().where(of_run)))


def _run_row(run: ThemeRun) -> Row:
    row = {name: getattr(run, name) for name in ThemeRun.__dataclass_fields__}
    return row | {
        "manifest": dict(run.manifest),
        "cautions": [asdict(one) for one in run.cautions],
        "boilerplate": sorted(run.boilerplate),
    }


def _begun(uow: UnitOfWork, run_id: str) -> Select[tuple[str]]:
    unfinished = theme_runs.c.is_complete.is_(False)
    return select(theme_runs.c.id).where(*_is(uow, run_id), unfinished)


def _is(uow: UnitOfWork, run_id: str) -> tuple[ColumnElement[bool], ...]:
    return (theme_runs.c.workspace_id == uow.workspace_id, theme_runs.c.id == run_id)
