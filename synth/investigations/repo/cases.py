"""SQL of investigations, their findings and watched sessions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select, update

from synth.errors import NotFound
from synth.investigations.types import (
    Decision,
    Finding,
    FindingKind,
    Investigation,
    Side,
    State,
    Watch,
)
from synth.store.tables.investigations import (
    investigation_findings,
    investigation_watches,
    investigations,
)
from synth.store.tables.links import links
from synth.store.unit_of_work import UnitOfWork


def list_investigations(uow: UnitOfWork) -> list[Investigation]:
    """Return all investigations: open ones first, the next deadline first."""
    found = [_investigation(row) for row in uow.rows(_select(uow))]
    return sorted(found, key=lambda one: (not one.state.is_open, one.deadline, one.id))


def load_investigation(
    uow: UnitOfWork, investigation_id: str, *, lock: bool = False
) -> Investigation:
    """Return an investigation; raises NotFound. `lock` holds its row until the commit."""
    statement = _select(uow).where(investigations.c.id == investigation_id)
    row = uow.row(statement.with_for_update(key_share=True) if lock else statement)
    if row is None:
        raise NotFound(
            f"no investigation {investigation_id}; list them with `synth investigations ls`"
        )
    return _investigation(row)


def find_of_anomaly(uow: UnitOfWork, anomaly_id: str) -> Investigation | None:
    """Return the newest investigation of an anomaly, if there is one."""
    newest = _select(uow).where(investigations.c.anomaly_id == anomaly_id)
    row = uow.row(newest.order_by(investigations.c.triggered_at.desc(), investigations.c.id))
    return _investigation(row) if row else None


def add_investigation(uow: UnitOfWork, case: Investigation) -> bool:
    """Add an investigation; return whether it was not there yet."""
    known = select(investigations.c.id).where(
        investigations.c.workspace_id == uow.workspace_id, investigations.c.id == case.id
    )
    if uow.scalar(known) is not None:
        return False
    uow.insert(investigations, [asdict(case)])
    return True


def save_investigation(uow: UnitOfWork, case: Investigation) -> None:
    """Write what an investigation says now."""
    values = asdict(case)
    uow.execute(
        update(investigations)
        .where(
            investigations.c.workspace_id == uow.workspace_id,
            investigations.c.id == values.pop("id"),
        )
        .values(**values)
    )


def list_findings(uow: UnitOfWork, investigation_id: str | None = None) -> dict[str, list[Finding]]:
    """Return the findings that stand, by investigation: of one, or of all."""
    standing = select(investigation_findings).where(
        investigation_findings.c.workspace_id == uow.workspace_id,
        investigation_findings.c.removed_at.is_(None),
    )
    if investigation_id is not None:
        standing = standing.where(investigation_findings.c.investigation_id == investigation_id)
    ordered = standing.order_by(investigation_findings.c.added_at, investigation_findings.c.id)
    found: dict[str, list[Finding]] = {}
    for row in uow.rows(ordered):
        found.setdefault(row["investigation_id"], []).append(_finding(row))
    return found


def load_finding(uow: UnitOfWork, investigation_id: str, finding_id: str) -> Finding:
    """Return a finding that stands; raises NotFound."""
    for finding in list_findings(uow, investigation_id).get(investigation_id, []):
        if finding.id == finding_id:
            return finding
    raise NotFound(f"no finding {finding_id} stands in this investigation")


def add_finding(uow: UnitOfWork, investigation_id: str, finding: Finding) -> None:
    """Add a finding."""
    row = asdict(finding) | {"investigation_id": investigation_id}
    uow.insert(investigation_findings, [row | {"removed_by": None, "removed_at": None}])


def remove_finding(
    uow: UnitOfWork, finding_id: str, *, removed_by: str | None, now: datetime
) -> None:
    """Take a finding back; the row stays, with who took it back."""
    uow.execute(
        update(investigation_findings)
        .where(
            investigation_findings.c.workspace_id == uow.workspace_id,
            investigation_findings.c.id == finding_id,
        )
        .values(removed_by=removed_by, removed_at=now)
    )


def add_watch(uow: UnitOfWork, investigation_id: str, watch: Watch) -> None:
    """Mark a session as watched, or overwrite what was noted of it."""
    uow.upsert(investigation_watches, [asdict(watch) | {"investigation_id": investigation_id}])


def list_watches(uow: UnitOfWork, investigation_id: str) -> list[Watch]:
    """Return the watched sessions in the order they were watched."""
    watched = (
        select(investigation_watches)
        .where(
            investigation_watches.c.workspace_id == uow.workspace_id,
            investigation_watches.c.investigation_id == investigation_id,
        )
        .order_by(investigation_watches.c.watched_at, investigation_watches.c.session_id)
    )
    return [_watch(row) for row in uow.rows(watched)]


def has_link(uow: UnitOfWork, link_id: str, anomaly_id: str) -> bool:
    """Return whether this is a tested pair of the anomaly."""
    pair = select(links.c.id).where(
        links.c.workspace_id == uow.workspace_id,
        links.c.id == link_id,
        links.c.anomaly_id == anomaly_id,
    )
    return uow.scalar(pair) is not None


def _select(uow: UnitOfWork) -> Select[Any]:
    return select(investigations).where(investigations.c.workspace_id == uow.workspace_id)


def _investigation(row: RowMapping) -> Investigation:
    values = {name: row[name] for name in Investigation.__dataclass_fields__}
    decision = Decision(row["decision"]) if row["decision"] else None
    return Investigation(**values | {"state": State(row["state"]), "decision": decision})


def _finding(row: RowMapping) -> Finding:
    values = {name: row[name] for name in Finding.__dataclass_fields__}
    kinds: dict[str, Any] = {"side": Side(row["side"]), "kind": FindingKind(row["kind"])}
    return Finding(**values | kinds)


def _watch(row: RowMapping) -> Watch:
    return Watch(**{name: row[name] for name in Watch.__dataclass_fields__})
