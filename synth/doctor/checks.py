"""The invariants, one function each: what was checked, how many, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from synth.access import repo as access
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.audit.chain import find_break
from synth.doctor import repo
from synth.indexing.stage import parity
from synth.jobs.repo import list_jobs
from synth.jobs.schedules import RECURRING, Punctuality, list_punctuality
from synth.jobs.types import JobState
from synth.metrics import event_repo
from synth.services import Services
from synth.sources.types import ORIGINAL_ERASED

#: Findings listed by name; the rest are counted.
LISTED = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One invariant of one workspace."""

    number: int  #: as in the list of invariants in the README
    name: str
    checked: int
    problems: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return the line that is printed."""
        if not self.problems:
            return f"{self.number} {self.name}: ok, {self.checked} checked"
        more = f" (+{len(self.problems) - LISTED} more)" if len(self.problems) > LISTED else ""
        shown = "; ".join(self.problems[:LISTED])
        broken = f"BROKEN, {len(self.problems)} of {self.checked} checked"
        return f"{self.number} {self.name}: {broken}: {shown}{more}"


def examine(services: Services) -> list[Finding]:
    """Check every invariant in every workspace; oldest workspace first."""
    with services.engine.connect() as connection:
        connection.execution_options(reading=True)
        workspaces = access.workspace_ids(connection)
    return [check(services, workspace) for workspace in workspaces for check in CHECKS]


def check_originals(services: Services, workspace_id: str) -> Finding:
    """Every acknowledged upload exists with equal hash and length, or is said to be erased."""
    with services.reading(workspace_id) as uow:
        rows = repo.uploads(uow)
        parts = event_repo.list_parts(uow)
    problems = [
        f"source {row['id']}: original is missing or has another length"
        for row in rows
        if ORIGINAL_ERASED not in row["notices"]
        and services.blobs.size(row["sha256"]) != row["bytes"]
    ]
    problems += [
        f"events {part.id[:12]}: their file is missing"
        for part in parts
        if not services.event_log.holds(workspace_id, part.id)
    ]
    return _finding(1, "acknowledged uploads are durable", len(rows) + len(parts), problems)


def check_conservation(services: Services, workspace_id: str) -> Finding:
    """Chunks of a document tile its turns: no gap, no overlap beyond the one recorded."""
    problems = []
    with services.reading(workspace_id) as uow:
        chunks = repo.chunk_spans(uow)
        count = 0
        for document, turns in repo.documents_with_turns(uow):
            count += 1
            own = chunks.get(document["id"], [])
            if own and not _tiles(document["text"], turns, own):
                problems.append(f"document {document['id']}: chunks do not tile its turns")
    return _finding(2, "chunks tile their documents", count, problems)


def _tiles(text: str, turns: Sequence[RowMapping], chunks: Sequence[RowMapping]) -> bool:
    if any(text[chunk["start"] : chunk["end"]] != chunk["text"] for chunk in chunks):
        return False
    covered = [(chunk["start"] + chunk["overlap"], chunk["end"]) for chunk in chunks]
    expected = [(turn["start"], turn["end"]) for turn in turns if turn["end"] > turn["start"]]
    return _joined(covered) == _joined(expected)


def _joined(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return touching ranges as one; an overlap stays visible as a backward step."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def check_vectors(services: Services, workspace_id: str) -> Finding:
    """Chroma holds exactly the eligible chunks."""
    found = parity(services, workspace_id)
    problems = [f"chunk {each} is not indexed: run synth reindex" for each in sorted(found.missing)]
    problems += [f"{each} is indexed without a chunk" for each in sorted(found.orphans)]
    with services.reading(workspace_id) as uow:
        count = sum(len(spans) for spans in repo.chunk_spans(uow).values())
    return _finding(3, "index and database agree", count, problems)


def check_effects(services: Services, workspace_id: str) -> Finding:
    """No step of a job took effect twice; every document has one current version."""
    with services.reading(workspace_id) as uow:
        doubled, versions = repo.doubled_effects(uow), repo.doubled_versions(uow)
        count = repo.count_effects(uow)
    problems = [f"{doubled} steps left two effects"] if doubled else []
    problems += [f"{versions} documents without exactly one current version"] if versions else []
    return _finding(4, "no effect happened twice", count, problems)


def check_drops(services: Services, workspace_id: str) -> Finding:
    """Everything left out has a row with its reason, and the counts shown are the rows."""
    with services.reading(workspace_id) as uow:
        uploads, runs = repo.uploads(uow), repo.theme_counts(uow)
    problems = [
        f"source {row['id']}: {row['state']} without a reason"
        for row in uploads
        if (row["state"] == "failed" and not row["error"])
        or (row["state"] == "partial" and not row["skips"])
    ]
    problems += [
        f"theme run {row['id']}: shows {row['chunks']} chunks and {row['unthemed']} unthemed, "
        f"holds {row['members']} and {row['loose']} ({row['reasons']} with a reason)"
        for row in runs
        if (row["chunks"], row["unthemed"], row["unthemed"])
        != (row["members"], row["loose"], row["reasons"])
    ]
    return _finding(6, "nothing was dropped silently", len(uploads) + len(runs), problems)


def check_citations(services: Services, workspace_id: str) -> Finding:
    """Every quote stands in its document at its offsets, inside its chunk, with consent."""
    with services.reading(workspace_id) as uow:
        rows = repo.cited(uow)
    problems = [
        f"hypothesis {row['hypothesis_id']}: {fault}" for row in rows for fault in _faults(row)
    ]
    return _finding(7, "every quote is true", len(rows), problems)


def _faults(row: RowMapping) -> Iterable[str]:
    if row["text"][row["start"] : row["end"]] != row["quote"]:
        yield "a quote does not stand at its offsets"
    inside = row["chunk_start"] <= row["start"] and row["end"] <= row["chunk_end"]
    if not inside or row["chunk_document"] != row["document_id"]:
        yield "a quote lies outside the chunk it cites"
    if not row["is_evidence"]:
        yield "an interviewer is quoted as evidence"


def check_gate(services: Services, workspace_id: str) -> Finding:
    """No insight without an approval of exactly that revision by another person, a reviewer."""
    with services.reading(workspace_id) as uow:
        rows = repo.insights_with_reviews(uow)
        authors, members = repo.revision_authors(uow), access.load_members(uow)
        lost = repo.approved_without_insight(uow)
    reviewers = {key for key, member in members.items() if MemberRole.REVIEWER in member.roles}
    problems = [
        f"insight {row['id']}: not approved by another person on exactly this revision"
        for row in rows
        if not _is_approved(row, authors.get(row["hypothesis_id"], set()), reviewers)
    ]
    problems += [f"{lost} approved hypotheses without insight"] if lost else []
    return _finding(8, "nothing got round the reviewer", len(rows), problems)


def _is_approved(row: RowMapping, authors: set[str], reviewers: set[str]) -> bool:
    reviewer = row["reviewer_id"]
    return (
        row["decision"] == "approve"
        and row["reviewed"] == row["hypothesis_id"]
        and row["reviewed_revision"] == row["revision"]
        and row["reviewed_sha256"] == row["sha256"]
        and row["state"] == "approved"
        and reviewer in reviewers
        and reviewer not in authors | {row["started_by"]}
    )


def check_audit(services: Services, workspace_id: str) -> Finding:
    """The audit chain is whole."""
    with services.reading(workspace_id) as uow:
        events = audit.events(uow)
    broken = find_break(services.secret, events)
    return _finding(9, "the audit trail is intact", len(events), [broken] if broken else [])


def _finding(number: int, name: str, checked: int, problems: Sequence[str]) -> Finding:
    return Finding(number=number, name=name, checked=checked, problems=tuple(problems))


def check_people(services: Services, workspace_id: str) -> Finding:
    """Whoever was united with others counts as the united person, in every row."""
    with services.reading(workspace_id) as uow:
        strays = repo.rows_of_united_parts(uow)
        count = repo.count_participants(uow)
    problems = [f"{table}: {rows} rows of somebody united" for table, rows in strays if rows]
    return _finding(15, "united people count once", count, problems)


def check_schedules(services: Services, workspace_id: str) -> Finding:
    """What recurs did not fail, does not hang, and was not left out while jobs were run."""
    now = services.clock()
    with services.reading(workspace_id) as uow:
        found = list_punctuality(uow, now)
        others = list_jobs(uow, limit=1, without_kinds=RECURRING)
    ran_at = others[0].finished_at if others and services.settings.schedules else None
    problems = [
        f"{one.schedule.kind}: {fault}" for one in found for fault in _misses(one, now, ran_at)
    ]
    return _finding(16, "recurring work is done", len(found), problems)


def _misses(one: Punctuality, now: datetime, ran_at: datetime | None) -> Iterable[str]:
    if one.last is None or one.last_due_at is None:
        return
    until = one.last_due_at + 2 * one.schedule.every
    if one.last.state is JobState.FAILED:
        yield f"the last run failed: {one.last.error}"
    elif not one.last.state.is_final and now > until:
        yield "the last run never ended: start a worker"
    if ran_at is not None and ran_at > until:
        yield f"not started since {one.last_due_at:%Y-%m-%d %H:%M}, though other jobs ran"


CHECKS: tuple[Callable[[Services, str], Finding], ...] = (
    check_originals,
    check_conservation,
    check_vectors,
    check_effects,
    check_drops,
    check_citations,
    check_gate,
    check_audit,
    check_people,
    check_schedules,
)
