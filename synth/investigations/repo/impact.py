"""SQL of impact terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import RowMapping, delete, select

from synth.investigations.impact import Origin, Term, TermKind
from synth.store.tables.investigations import impact_terms
from synth.store.unit_of_work import UnitOfWork


def list_terms(uow: UnitOfWork, investigation_id: str) -> list[Term]:
    """Return the factors of an investigation's impact, in order."""
    return terms_of(uow, [investigation_id])[investigation_id]


def terms_of(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, list[Term]]:
    """Return the factors of each investigation's impact, in order."""
    found: dict[str, list[Term]] = {case_id: [] for case_id in ids}
    statement = (
        select(impact_terms)
        .where(
            impact_terms.c.workspace_id == uow.workspace_id,
            impact_terms.c.investigation_id.in_(found),
        )
        .order_by(impact_terms.c.position)
    )
    for row in uow.rows(statement):
        found[row["investigation_id"]].append(_term(row))
    return found


def replace_terms(uow: UnitOfWork, investigation_id: str, terms: Sequence[Term]) -> None:
    """Make `terms` the factors of an investigation's impact."""
    uow.execute(
        delete(impact_terms).where(
            impact_terms.c.workspace_id == uow.workspace_id,
            impact_terms.c.investigation_id == investigation_id,
        )
    )
    uow.insert(
        impact_terms,
        (
            asdict(term) | {"investigation_id": investigation_id, "position": position}
            for position, term in enumerate(terms)
        ),
    )


def _term(row: RowMapping) -> Term:
    values: dict[str, Any] = {name: row[name] for name in Term.__dataclass_fields__}
    return Term(**values | {"kind": TermKind(row["kind"]), "origin": Origin(row["origin"])})
