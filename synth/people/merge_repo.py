"""SQL of people who are one: which ids lead to whom, joins with their rows moved, and undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from synth.errors import NotFound
from synth.people import repo
from synth.people.identity import WITHDRAWN
from synth.people.types import Consent, Ground, Merge, MergeState, Participant, Role
from synth.store.tables.access import workspaces
from synth.store.tables.metrics import anomaly_people
from synth.store.tables.people import participant_ids, participant_merges, participants
from synth.store.tables.segments import chunks
from synth.store.tables.sources import turns
from synth.store.unit_of_work import BATCH_ROWS, UnitOfWork

PSEUDONYM = re.compile(r"[Pp]\d{1,9}")

#: Who an anomaly hit, as (before the join: the one, the other); None: not measured.
Sides = Mapping[str, Sequence[bool | None]]


def lock(uow: UnitOfWork) -> None:
    """Let one join or split happen at a time; SQLite is locked already.

    References to the workspace stay free, or two writers that inserted first would wait forever.
    """
    this = select(workspaces).where(workspaces.c.id == uow.workspace_id)
    uow.row(this.with_for_update(key_share=True))


def add_merge(uow: UnitOfWork, merge: Merge, sides: Sides | None = None) -> None:
    """Store a join or a suggestion, or what became of it."""
    row = {name: getattr(merge, name) for name in Merge.__dataclass_fields__}
    given = {} if sides is None else {"sides": {key: list(both) for key, both in sides.items()}}
    known = uow.execute(_update(participant_merges, uow, id=merge.id).values({**row, **given}))
    if not known:
        uow.insert(participant_merges, [{**row, "sides": {}, **given}])


def add_merges(uow: UnitOfWork, found: Iterable[tuple[Merge, Sides]]) -> None:
    """Store new joins."""
    names = Merge.__dataclass_fields__
    uow.insert(
        participant_merges,
        (
            {
                **{name: getattr(merge, name) for name in names},
                "sides": {key: list(both) for key, both in sides.items()},
            }
            for merge, sides in found
        ),
    )


def load_merge(uow: UnitOfWork, merge_id: str) -> Merge:
    """Return a join or suggestion; raises NotFound."""
    row = uow.row(_merges(uow).where(participant_merges.c.id == merge_id))
    if row is None:
        raise NotFound(f"no join {merge_id[:80]}; list them with `synth people ls --joins`")
    return _merge(row)


def sides_of(uow: UnitOfWork, merge_id: str) -> Sides:
    """Return whom each anomaly hit of the two before they were joined."""
    found: Sides = uow.scalar(
        _merges(uow)
        .with_only_columns(participant_merges.c.sides)
        .where(participant_merges.c.id == merge_id)
    )
    return found


def list_merges(uow: UnitOfWork, *states: MergeState) -> list[Merge]:
    """Return joins and suggestions in these states, or in all; the newest first."""
    statement = _merges(uow).order_by(participant_merges.c.made_at.desc(), participant_merges.c.id)
    if states:
        statement = statement.where(participant_merges.c.state.in_(states))
    return [_merge(row) for row in uow.rows(statement)]


def load_parts(uow: UnitOfWork, roots: Iterable[str]) -> dict[str, list[Participant]]:
    """Return by person what was known of each of their parts before they were united."""
    wanted = sorted(set(roots))
    found: dict[str, list[Participant]] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        batch = wanted[start : start + BATCH_ROWS]
        part_of = or_(participants.c.id.in_(batch), participants.c.merged_into.in_(batch))
        statement = select(participants).where(participants.c.workspace_id == uow.workspace_id)
        for row in uow.rows(statement.where(part_of)):
            found.setdefault(row["merged_into"] or row["id"], []).append(_own(row))
    return found


def save_groups(
    uow: UnitOfWork, found: Iterable[tuple[Participant, Sequence[Participant]]]
) -> None:
    """Make each first person the one that the parts beside are; alone, it is what it is."""
    rows = [_part_row(root, part, len(parts)) for root, parts in found for part in parts]
    if not rows:
        return
    columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "key"}
    statement = (
        update(participants)
        .where(
            participants.c.workspace_id == uow.workspace_id,
            participants.c.id == bindparam("key"),
        )
        .values(columns)
    )
    given = [
        {name if name == "key" else f"new_{name}": value for name, value in row.items()}
        for row in rows
    ]
    uow.connection.execute(statement, given)


def with_rows(uow: UnitOfWork, people: Iterable[str]) -> set[str]:
    """Return who of these people has turns, passages or a place in an anomaly."""
    wanted = sorted(set(people))
    found: set[str] = set()
    for table in (turns, chunks, anomaly_people):
        for start in range(0, len(wanted), BATCH_ROWS):
            batch = table.c.participant_id.in_(wanted[start : start + BATCH_ROWS])
            statement = select(table.c.participant_id).where(
                table.c.workspace_id == uow.workspace_id, batch
            )
            found |= {row["participant_id"] for row in uow.rows(statement.distinct())}
    return found


def move_all(uow: UnitOfWork, other: str, root: str) -> Sides:
    """Give everything of `other` to `root`; return whom the anomalies had hit of the two."""
    uow.execute(
        _update(turns, uow, participant_id=other).values(
            recorded_as=func.coalesce(turns.c.recorded_as, turns.c.participant_id),
            participant_id=root,
        )
    )
    uow.execute(_update(chunks, uow, participant_id=other).values(participant_id=root))
    return _move_anomalies(uow, other, root)


def move_back(uow: UnitOfWork, root: str, part: str, members: Iterable[str], sides: Sides) -> None:
    """Give what was recorded for `members` back from `root` to `part`, the first of them."""
    recorded = func.coalesce(turns.c.recorded_as, turns.c.participant_id)
    uow.execute(
        _update(turns, uow, participant_id=root)
        .where(recorded.in_(sorted(members)))
        .values(
            participant_id=part,
            recorded_as=case((turns.c.recorded_as == part, None), else_=turns.c.recorded_as),
        )
    )
    theirs = exists().where(
        turns.c.workspace_id == chunks.c.workspace_id,
        turns.c.document_id == chunks.c.document_id,
        turns.c.ordinal == chunks.c.turn,
        turns.c.participant_id == part,
    )
    uow.execute(_update(chunks, uow, participant_id=root).where(theirs).values(participant_id=part))
    _part_anomalies(uow, root, part, sides)


def find_named(uow: UnitOfWork, name: str) -> str | None:
    """Return whose pseudonym or id this is, also of somebody united with others."""
    number = int(name[1:]) if PSEUDONYM.fullmatch(name) else -1
    this = or_(participants.c.id == name, participants.c.number == number)
    statement = select(participants.c.id).where(participants.c.workspace_id == uow.workspace_id)
    found: str | None = uow.scalar(statement.where(this))
    return found


def pseudonyms(uow: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """Return the pseudonym each id had or has by itself, also where it was united with others."""
    statement = select(participants.c.id, participants.c.number).where(
        participants.c.workspace_id == uow.workspace_id, participants.c.id.in_(sorted(set(ids)))
    )
    return {row["id"]: f"P{row['number']}" for row in uow.rows(statement)}


def withdrawn(uow: UnitOfWork, ids: Iterable[str] | None = None) -> set[str]:
    """Return who of these people, or of all, withdrew."""
    table = participant_ids
    statement = select(table.c.participant_id).where(
        table.c.workspace_id == uow.workspace_id, table.c.namespace == WITHDRAWN
    )
    found = {row["participant_id"] for row in uow.rows(statement.distinct())}
    return found if ids is None else found & set(ids)


def known_by(uow: UnitOfWork) -> dict[str, dict[str, int]]:
    """Return by person how many ids lead to them, by namespace."""
    root = func.coalesce(participants.c.merged_into, participants.c.id).label("person")
    joined = participant_ids.join(participants, _same(participant_ids.c.participant_id))
    statement = (
        select(root, participant_ids.c.namespace, func.count().label("ids"))
        .select_from(joined)
        .where(
            participant_ids.c.workspace_id == uow.workspace_id,
            participant_ids.c.namespace != WITHDRAWN,
        )
        .group_by(root, participant_ids.c.namespace)
    )
    found: dict[str, dict[str, int]] = {}
    for row in uow.rows(statement):
        found.setdefault(row["person"], {})[row["namespace"]] = row["ids"]
    return found


def _move_anomalies(uow: UnitOfWork, other: str, root: str) -> Sides:
    table = anomaly_people
    statement = select(table).where(
        table.c.workspace_id == uow.workspace_id, table.c.participant_id.in_((other, root))
    )
    hit: dict[str, dict[str, bool]] = {}
    for row in uow.rows(statement):
        hit.setdefault(row["anomaly_id"], {})[row["participant_id"]] = row["is_affected"]
    both = {anomaly: found for anomaly, found in hit.items() if len(found) == 2}
    for anomaly, found in both.items():
        place = {"anomaly_id": anomaly, "participant_id": root}
        uow.execute(_update(table, uow, **place).values(is_affected=any(found.values())))
    uow.execute(
        delete(table).where(
            table.c.workspace_id == uow.workspace_id,
            table.c.participant_id == other,
            table.c.anomaly_id.in_(sorted(both)),
        )
    )
    uow.execute(_update(table, uow, participant_id=other).values(participant_id=root))
    return {
        anomaly: (found.get(root), found[other]) for anomaly, found in hit.items() if other in found
    }


def _part_anomalies(uow: UnitOfWork, root: str, part: str, sides: Sides) -> None:
    """Undo what a join did to the people of anomalies, where they are still there."""
    for anomaly, (own, others) in sides.items():
        place = {"anomaly_id": anomaly, "participant_id": root}
        if own is None:
            uow.execute(_update(anomaly_people, uow, **place).values(participant_id=part))
        elif uow.execute(_update(anomaly_people, uow, **place).values(is_affected=own)):
            row = {"anomaly_id": anomaly, "participant_id": part, "is_affected": others}
            uow.insert_missing(anomaly_people, [row])


def _update(table: Any, uow: UnitOfWork, **where: str) -> Any:
    conditions = [table.c[name] == value for name, value in where.items()]
    return update(table).where(table.c.workspace_id == uow.workspace_id, *conditions)


def _same(column: Any) -> Any:
    return and_(
        participants.c.workspace_id == column.table.c.workspace_id, participants.c.id == column
    )


def _merges(uow: UnitOfWork) -> Any:
    return select(participant_merges).where(participant_merges.c.workspace_id == uow.workspace_id)


def _merge(row: RowMapping) -> Merge:
    values = {name: row[name] for name in Merge.__dataclass_fields__}
    return Merge(**{**values, "state": MergeState(row["state"]), "ground": Ground(row["ground"])})


def _part_row(root: Participant, part: Participant, parts: int) -> dict[str, Any]:
    facts = root if part.id == root.id else part
    return {
        "key": part.id,
        "merged_into": None if part.id == root.id else root.id,
        "own": _facts(part) if parts > 1 else None,
        "role": facts.role,
        "segments": dict(facts.segments),
        "may_analyse": facts.consent.analyse,
        "may_quote": facts.consent.quote,
        "may_use_llm": facts.consent.llm,
        "may_contact": facts.consent.contact,
    }


def _facts(person: Participant) -> dict[str, Any]:
    consent = person.consent
    return {
        "role": person.role,
        "segments": dict(person.segments),
        "consent": [consent.analyse, consent.quote, consent.llm, consent.contact],
    }


def _own(row: RowMapping) -> Participant:
    if row["own"] is None:
        return repo.participant(row)
    # People who were united before contact was asked for have three answers.
    analyse, quote, llm, contact = [*row["own"]["consent"], None][:4]
    return Participant(
        id=row["id"],
        number=row["number"],
        role=Role(row["own"]["role"]),
        segments=row["own"]["segments"],
        consent=Consent(analyse=analyse, quote=quote, llm=llm, contact=contact),
    )
