"""SQL of people's edits: append and read, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import RowMapping, func, select

from synth.errors import NotFound
from synth.store.tables.themes import theme_edits
from synth.store.unit_of_work import UnitOfWork
from synth.themes.edits import Code, Edit, EditKind
from synth.themes.repo.joins import own

#: Fields of an edit that are columns; the others are its payload.
COLUMNS = ("id", "seq", "kind", "theme_id", "author_id", "created_at", "undoes")


def list_edits(uow: UnitOfWork) -> list[Edit]:
    """Return everything people decided about themes, in order."""
    return [_edit(row) for row in uow.rows(own(uow, theme_edits).order_by(theme_edits.c.seq))]


def load_edit(uow: UnitOfWork, edit_id: str) -> Edit:
    """Return an edit; raises NotFound."""
    row = uow.row(own(uow, theme_edits).where(theme_edits.c.id == edit_id))
    if row is None:
        raise NotFound(f"no edit {edit_id}; see `synth themes lineage`")
    return _edit(row)


def last_seq(uow: UnitOfWork) -> int:
    """Return the number of the newest edit; 0 before the first."""
    newest = select(func.max(theme_edits.c.seq)).where(
        theme_edits.c.workspace_id == uow.workspace_id
    )
    return uow.scalar(newest) or 0


def add_edit(uow: UnitOfWork, edit: Edit) -> None:
    """Store an edit; its number must be the next one."""
    values = asdict(edit)
    payload = {name: value for name, value in values.items() if name not in COLUMNS and value}
    uow.insert(theme_edits, [{**{name: values[name] for name in COLUMNS}, "payload": payload}])


def _edit(row: RowMapping) -> Edit:
    payload: Mapping[str, Any] = row["payload"]
    tuples = {
        name: tuple(payload[name]) for name in ("chunk_ids", "sub_theme_ids") if name in payload
    }
    codes = tuple(
        Code(**{**code, "examples": tuple(code["examples"])}) for code in payload.get("codes", ())
    )
    known = {field.name for field in fields(Edit)}
    plain = {name: value for name, value in payload.items() if name in known}
    columns = {**{name: row[name] for name in COLUMNS}, "kind": EditKind(row["kind"])}
    return Edit(**{**plain, **tuples, **columns, "codes": codes})
