"""Triggers that hold the review gate where no code can walk round it: in the database itself."""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Keys = Mapping[str, tuple[str, ...]]

#: Rows that are written once and never again, with the key that tells them apart.
APPEND_ONLY = {
    "audit_events": ("seq",),
    "insights": ("id",),
    "reviews": ("id",),
    "hypothesis_revisions": ("hypothesis_id", "revision"),
    "citations": ("hypothesis_id", "revision", "ordinal"),
}
#: Rows that change, yet never by being put in again over themselves.
NO_REPLACE = {**APPEND_ONLY, "hypotheses": ("id",)}


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A write that is refused when `unless` does not hold; `NEW` is the row written."""

    table: str
    name: str
    on: str  #: "INSERT", "UPDATE"
    unless: str  #: SQL that both dialects understand, but for {has_role}
    message: str


HAS_ROLE = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(m.roles) r WHERE r.value = 'reviewer')",
    "postgresql": "m.roles::jsonb @> '[\"reviewer\"]'::jsonb",
}

_GENESIS = "0" * 64
_HYPOTHESIS = "h.workspace_id = NEW.workspace_id AND h.id = NEW.hypothesis_id"
_OWN_REVIEW = """EXISTS (SELECT 1 FROM reviews v
    WHERE v.workspace_id = NEW.workspace_id AND v.hypothesis_id = NEW.id
      AND v.revision = NEW.revision AND v.decision = '{decision}')"""

_SAME_REVISION = """SELECT 1 FROM reviews v WHERE v.workspace_id = NEW.workspace_id
    AND v.hypothesis_id = NEW.hypothesis_id AND v.revision = NEW.revision"""

_INSIGHT_CHECK = f"""EXISTS (SELECT 1 FROM reviews v JOIN hypotheses h
    ON h.workspace_id = v.workspace_id AND h.id = v.hypothesis_id
    WHERE {_HYPOTHESIS} AND h.state = 'approved' AND h.revision = NEW.revision
      AND v.id = NEW.review_id AND v.revision = NEW.revision AND v.decision = 'approve')"""

GUARDS = (
    Guard(
        table="reviews",
        name="of_what_was_seen",
        on="INSERT",
        unless=f"""EXISTS (SELECT 1 FROM hypotheses h JOIN hypothesis_revisions r
            ON r.workspace_id = h.workspace_id AND r.hypothesis_id = h.id
               AND r.revision = h.revision
            WHERE {_HYPOTHESIS} AND h.revision = NEW.revision
              AND r.sha256 = NEW.revision_sha256
              AND (h.state = 'in_review' OR (h.state = 'held' AND NEW.decision = 'reject')))""",
        message="a review needs the current revision of a hypothesis in review",
    ),
    Guard(
        table="reviews",
        name="by_another_person",
        on="INSERT",
        unless=f"""NOT EXISTS (SELECT 1 FROM hypotheses h
            WHERE {_HYPOTHESIS} AND h.started_by = NEW.reviewer_id)
          AND NOT EXISTS (SELECT 1 FROM hypothesis_revisions r
            WHERE r.workspace_id = NEW.workspace_id AND r.hypothesis_id = NEW.hypothesis_id
              AND r.author_id = NEW.reviewer_id)""",
        message="nobody reviews what they started or wrote",
    ),
    Guard(
        table="reviews",
        name="by_a_reviewer",
        on="INSERT",
        unless="""EXISTS (SELECT 1 FROM members m WHERE m.workspace_id = NEW.workspace_id
            AND m.id = NEW.reviewer_id AND {has_role})""",
        message="a review needs the role reviewer",
    ),
    Guard(
        table="reviews",
        name="once",
        on="INSERT",
        unless=f"NOT EXISTS ({_SAME_REVISION})",
        message="a revision is decided on once",
    ),
    *(
        Guard(
            table="hypotheses",
            name=f"{state}_by_review_on_{on.lower()}",
            on=on,
            unless=f"NEW.state <> '{state}' OR {_OWN_REVIEW.format(decision=decision)}",
            message=f"{state} needs a review of the current revision that says so",
        )
        for state, decision in (("approved", "approve"), ("rejected", "reject"))
        for on in ("INSERT", "UPDATE")
    ),
    Guard(
        table="hypotheses",
        name="decided_stays",
        on="UPDATE",
        unless="""OLD.state NOT IN ('approved', 'rejected')
            OR (NEW.state = OLD.state AND NEW.revision = OLD.revision)""",
        message="a decision is final",
    ),
    Guard(
        table="hypotheses",
        name="origin_stays",
        on="UPDATE",
        unless="""NEW.started_by = OLD.started_by AND NEW.id = OLD.id
            AND NEW.workspace_id = OLD.workspace_id AND NEW.revision >= OLD.revision
            AND NEW.anomaly_id = OLD.anomaly_id AND NEW.theme_id = OLD.theme_id""",
        message="what a hypothesis began with never changes, and revisions only rise",
    ),
    Guard(
        table="hypotheses",
        name="revision_is_there",
        on="UPDATE",
        unless="""NEW.revision = OLD.revision OR EXISTS (SELECT 1 FROM hypothesis_revisions r
            WHERE r.workspace_id = NEW.workspace_id AND r.hypothesis_id = NEW.id
              AND r.revision = NEW.revision)""",
        message="a hypothesis stands at a revision that is stored",
    ),
    Guard(
        table="hypotheses",
        name="held_until_changed",
        on="UPDATE",
        unless="""OLD.state <> 'held' OR NEW.state <> 'in_review'
            OR NEW.revision > OLD.revision""",
        message="what was held goes to review only as a new revision",
    ),
    Guard(
        table="hypothesis_revisions",
        name="before_decision",
        on="INSERT",
        unless=f"""EXISTS (SELECT 1 FROM hypotheses h WHERE {_HYPOTHESIS}
            AND h.state IN ('held', 'in_review'))""",
        message="no revision follows a decision",
    ),
    Guard(
        table="citations",
        name="before_decision",
        on="INSERT",
        unless=f"""EXISTS (SELECT 1 FROM hypotheses h WHERE {_HYPOTHESIS}
            AND h.state IN ('held', 'in_review')) AND NOT EXISTS ({_SAME_REVISION})""",
        message="no citation follows a decision",
    ),
    Guard(
        table="insights",
        name="approved_on_insert",
        on="INSERT",
        unless=f"""{_INSIGHT_CHECK} AND NOT EXISTS (SELECT 1 FROM insights i
            WHERE i.workspace_id = NEW.workspace_id AND i.hypothesis_id = NEW.hypothesis_id)""",
        message="an insight needs the approval of exactly its revision",
    ),
    Guard(
        table="audit_events",
        name="follows_the_last",
        on="INSERT",
        unless=f"""(NEW.seq = 1 AND NEW.previous_hash = '{_GENESIS}')
            OR EXISTS (SELECT 1 FROM audit_events a WHERE a.workspace_id = NEW.workspace_id
              AND a.seq = NEW.seq - 1 AND a.hash = NEW.previous_hash)""",
        message="an event follows the one before it",
    ),
)


def guard_ddl(dialect_name: str) -> list[str]:
    """Return the statements that put the first guards in place; again changes nothing.

    `queue_guards` comes on top of them.
    """
    return make_ddl(dialect_name, GUARDS, append_only=APPEND_ONLY, no_replace=NO_REPLACE)


def make_ddl(
    dialect_name: str,
    guards: Iterable[Guard],
    *,
    append_only: Keys,
    no_replace: Keys,
) -> list[str]:
    """Return the statements for these guards; a guard of the same table and name is replaced."""
    build = {"sqlite": _sqlite, "postgresql": _postgres}[dialect_name]
    return list(build(guards, append_only, no_replace))


def _sqlite(guards: Iterable[Guard], append_only: Keys, no_replace: Keys) -> Iterable[str]:
    for table in append_only:
        message = f"{table} is append-only"
        for on in ("UPDATE", "DELETE"):
            yield from _sqlite_trigger(f"{table}_no_{on.lower()}", table, on, "1", message)
    for table, key in no_replace.items():
        # INSERT OR REPLACE deletes what has the same key, or the same rowid, and fires no DELETE
        # trigger. Where no rowid is given, NEW.rowid is -1.
        same = " AND ".join(f"t.{column} = NEW.{column}" for column in ("workspace_id", *key))
        taken = f"EXISTS (SELECT 1 FROM {table} t WHERE ({same}) OR t.rowid = NEW.rowid)"
        message = f"{table} holds this row already"
        yield from _sqlite_trigger(f"{table}_no_replace", table, "INSERT", taken, message)
    for guard in guards:
        refused = f"NOT ({guard.unless.replace('{has_role}', HAS_ROLE['sqlite'])})"
        name = f"{guard.table}_{guard.name}"
        yield from _sqlite_trigger(name, guard.table, guard.on, refused, guard.message)


def _sqlite_trigger(name: str, table: str, on: str, when: str, message: str) -> Iterable[str]:
    yield f"DROP TRIGGER IF EXISTS guard_{name}"
    yield (
        f"CREATE TRIGGER guard_{name} BEFORE {on} ON {table} FOR EACH ROW WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _postgres(guards: Iterable[Guard], append_only: Keys, _: Keys) -> Iterable[str]:
    for table in append_only:
        name, message = f"{table}_append_only", f"{table} is append-only"
        yield _postgres_function(name, "TRUE", message)
        yield _postgres_trigger(name, f"{name}_row", "BEFORE UPDATE OR DELETE", table, "ROW")
        yield _postgres_trigger(name, f"{name}_all", "BEFORE TRUNCATE", table, "STATEMENT")
    for guard in guards:
        name = f"{guard.table}_{guard.name}"
        refused = f"NOT ({guard.unless.replace('{has_role}', HAS_ROLE['postgresql'])})"
        yield _postgres_function(name, refused, guard.message)
        yield _postgres_trigger(name, name, f"BEFORE {guard.on}", guard.table, "ROW")


def _postgres_function(name: str, when: str, message: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION guard_{name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; "
        f"END IF; RETURN NEW; END $guard$"
    )


def _postgres_trigger(function: str, name: str, event: str, table: str, each: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER guard_{name} {event} ON {table} "
        f"FOR EACH {each} EXECUTE FUNCTION guard_{function}()"
    )
